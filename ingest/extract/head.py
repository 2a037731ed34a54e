"""What the metadata are read from: a page's meta tags, its JSON-LD and its tree, collected in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Final

from lxml.etree import _Element as Tree

from ingest.extract import dates, jsonld, marks
from ingest.extract.plain import key, untagged
from ingest.urls import BadUrl, host_of

_TITLE_METAS: Final = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title")
_SITE_METAS: Final = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
# Characters of <title> read; 4 MB of separators in one took seconds to part. Descriptions set there have some hundreds.
_MAX_TITLE: Final = 5000


@dataclass(frozen=True, kw_only=True)
class Head:
    """One page's sources of metadata. (No slots: the visible lines are read once, and only where they are needed.)"""

    tree: Tree
    url: str
    metas: dict[str, list[str]]  # contents by lower-case name
    nodes: list[jsonld.Node]
    node: jsonld.Node  # the one that is this page's article; empty where there is none
    h1: tuple[str, ...]
    title: str  # <title>
    og_title: str
    publisher: str

    @cached_property
    def lines(self) -> list[marks.Line]:
        """The short lines near the headline."""
        return marks.near_headline(self.tree, _keys(self.og_title, self.title, *self.h1))

    @cached_property
    def zone(self) -> tzinfo:
        """Where a time without an offset is read."""
        try:
            return dates.zone_of(host_of(self.url))
        except BadUrl:
            return UTC


def head_of(tree: Tree, url: str) -> Head:
    """Collect the sources of a page found at `url`."""
    metas = _metas(tree)
    nodes = jsonld.nodes(_scripts(tree))
    h1 = tuple(text for text in (untagged(text_of(e)) for e in some(tree, "h1", 5)) if text)
    title = untagged(next((e.text or "" for e in some(tree, "title", 1)), "")[:_MAX_TITLE])
    og_title = untagged(first(metas, _TITLE_METAS))
    node = _main_node(nodes, _keys(og_title, title, *h1), url)
    return Head(
        tree=tree,
        url=url,
        metas=metas,
        nodes=nodes,
        node=node,
        h1=h1,
        title=title,
        og_title=og_title,
        publisher=_publisher(node, nodes, metas),
    )


def _keys(*titles: str) -> set[str]:
    return {key(title) for title in titles if title}


def _metas(tree: Tree) -> dict[str, list[str]]:
    """Contents of meta tags, and of microdata properties that work like them, by lower-case name."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = meta.get("content")
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if name and content and content.strip():
            found.setdefault(name.strip().lower(), []).append(content.strip()[:2000])
    return found


def _scripts(tree: Tree) -> list[str]:
    return [
        script.text
        for script in tree.iter("script")
        if script.text and (script.get("type") or "").lower().startswith(("application/ld+json", "application/json+ld"))
    ]


def _main_node(nodes: list[jsonld.Node], titles: set[str], url: str) -> jsonld.Node:
    """The node that is this page's article: by type, then by agreeing with the page's titles or address."""
    best: jsonld.Node = {}
    best_score = 0.0
    for node in nodes:
        rank = jsonld.rank(node)
        if not rank:
            continue
        said = key(untagged(jsonld.first(node.get("headline")) or ""))
        agrees = bool(said) and any(said in title or title in said for title in titles)
        here = any(url.rstrip("/") == link.rstrip("/") for link in jsonld.strings([node.get("url"), node.get("@id")]))
        score = rank + 10 * agrees + 5 * here + 0.5 * ("datePublished" in node)
        if score > best_score:
            best, best_score = node, score
    return best


def _publisher(node: jsonld.Node, nodes: list[jsonld.Node], metas: dict[str, list[str]]) -> str:
    named = jsonld.first(node.get("publisher"), "name")
    if not named and isinstance(node.get("publisher"), dict):
        named = by_id(nodes, node["publisher"].get("@id"))
    return untagged(named or first(metas, _SITE_METAS))[:200]


def by_id(nodes: list[jsonld.Node], identity: object) -> str | None:
    """The name of the node that a reference points to."""
    if not isinstance(identity, str):
        return None
    return next((jsonld.first(n.get("name")) for n in nodes if n.get("@id") == identity and n.get("name")), None)


def first(metas: dict[str, list[str]], names: Iterable[str]) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


def all_of(metas: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in metas.get(name, [])[:2]]


def some(tree: Tree, tag: str, limit: int, **attributes: str) -> list[Tree]:
    """The first elements with this tag and these attribute values (as one of several, space-separated)."""
    found: list[Tree] = []
    for element in tree.iter(tag):
        if all(value in (element.get(name) or "").lower().split() for name, value in attributes.items()):
            found.append(element)
            if len(found) == limit:
                break
    return found


def itemprops(tree: Tree, name: str) -> list[Tree]:
    found = tree.xpath("//*[@itemprop=$name][not(self::meta)]", name=name)
    return [e for e in found if isinstance(e, Tree)][:40] if isinstance(found, list) else []


def text_of(element: Tree) -> str:
    return "".join(str(part) for part in element.itertext())[:1000]
