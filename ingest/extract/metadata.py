"""What a page says about its article: title, times, people, language, address, whether it is free.

One reading of the parsed tree, before it is cut up. Sources in order of trust: JSON-LD of the article, meta tags,
JSON-LD of the page, visible marks (`<time>`, `rel=author`). Measured against a general metadata library on 296
labelled pages: titles .82 against .69 exact, times to the minute instead of to the day, at a tenth of the cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from lxml.etree import _Element as Tree

from ingest.extract import dates, jsonld
from ingest.extract.names import agencies_of, people
from ingest.extract.plain import key, untagged
from ingest.extract.title import Titles, choose
from ingest.model import PublishedFrom
from ingest.urls import BadUrl, canonical_url, host_of

_DATE_METAS: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "cxenseparse:recs:publishtime", "publish-date", "publish_date", "publishdate", "pubdate", "published-date",
    "article.published", "og:pubdate", "dc.date", "dcterms.date", "date", "article:post_date",
)  # fmt: skip
_MODIFIED_METAS: Final = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "article.updated",
)  # fmt: skip
_AUTHOR_METAS: Final = (
    "author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dcterms.contributor", "byl",
    "article:author", "article:author_name", "og:author", "cxenseparse:author", "article.author", "citation_author",
)  # fmt: skip
_TITLE_METAS: Final = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title")
_SITE_METAS: Final = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
# Class names of visible marks: whole words, as class names are hyphenated words.
_BYLINE: Final = re.compile(
    r"(?:^|[\s_-])(?:author|byline|autor|autoren|verfasser)(?:$|[\s_-](?:name|link|meta)?)", re.IGNORECASE
)
_DATELINE: Final = re.compile(
    r"(?:^|[\s_-])(?:date|datum|published|pubdate|posted-on|entry-date|timestamp)(?:$|[\s_-])", re.IGNORECASE
)
_OTHER: Final = re.compile(r"comment|related|sidebar|widget|teaser|recent|footer|kommentar", re.IGNORECASE)
# Visible elements read; more `<time>` than this is a live blog, whose first entries say enough.
_MAX_MARKS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Everything a page says about its article, plain and checked; None or empty: it does not say."""

    title: str
    h1: tuple[str, ...]
    authors: tuple[str, ...]
    agencies: tuple[str, ...]  # agencies named as authors
    published: datetime | None
    published_from: PublishedFrom
    modified: datetime | None
    language: str | None  # `html lang` and its kin, lower case
    canonical: str | None
    publisher: str | None
    free: bool | None
    body: str  # JSON-LD articleBody, paragraphs by line
    is_article: bool  # the page calls itself an article: JSON-LD type, og:type, or a publication time in its head
    kind: str  # og:type, lower case


def read(tree: Tree, url: str) -> Metadata:
    """Read the metadata of a page found at `url`."""
    metas = _metas(tree)
    nodes = jsonld.nodes(_scripts(tree))
    h1 = tuple(text for text in (untagged(_text(e)) for e in _some(tree, "h1", 5)) if text)
    page_title = untagged(next((e.text or "" for e in _some(tree, "title", 1)), ""))
    og_title = untagged(_first(metas, _TITLE_METAS))
    node = _main_node(nodes, {key(t) for t in (og_title, page_title, *h1) if t}, url)
    publisher = _publisher(node, nodes, metas)
    headline = untagged(jsonld.first(node.get("headline")) or jsonld.first(node.get("name")) or "")
    published, published_from = _published(tree, node, nodes, metas, url)
    stated = _authors(tree, node, nodes, metas, publisher)
    return Metadata(
        title=choose(Titles(headline, og_title, h1, page_title), publisher, url),
        h1=h1,
        authors=people(stated, publisher),
        agencies=agencies_of(stated),
        published=published,
        published_from=published_from,
        modified=_when([jsonld.first(node.get("dateModified")) or "", *_all(metas, _MODIFIED_METAS)], url),
        language=_language(tree, metas, node),
        canonical=_canonical(tree, metas, node, url),
        publisher=publisher or None,
        free=_free(node, nodes, metas),
        body=_article_body(node),
        is_article=bool(jsonld.rank(node))
        or metas.get("og:type", [""])[0].lower() == "article"
        or any(name in metas for name in _DATE_METAS[:5]),
        kind=metas.get("og:type", [""])[0].lower(),
    )


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
        named = _by_id(nodes, node["publisher"].get("@id"))
    return untagged(named or _first(metas, _SITE_METAS))[:200]


def _by_id(nodes: list[jsonld.Node], identity: object) -> str | None:
    """The name of the node that a reference points to."""
    if not isinstance(identity, str):
        return None
    return next((jsonld.first(n.get("name")) for n in nodes if n.get("@id") == identity and n.get("name")), None)


def _authors(
    tree: Tree, node: jsonld.Node, nodes: list[jsonld.Node], metas: dict[str, list[str]], publisher: str
) -> list[str]:
    """Author strings of the best source that has any, as printed."""
    said = node.get("author") or node.get("creator")
    named = [untagged(name) for name in jsonld.strings(said, "name")]
    references = [part for part in (said if isinstance(said, list) else [said]) if isinstance(part, dict)]
    named += [untagged(_by_id(nodes, part.get("@id")) or "") for part in references if not part.get("name")]
    if any(named) and _beyond(named, publisher):
        return [name for name in named if name]
    for name in _AUTHOR_METAS:
        found = [untagged(v) for v in metas.get(name, []) if "://" not in v]
        if found and _beyond(found, publisher):
            return found
        named += found
    marks = [*_some(tree, "a", _MAX_MARKS, rel="author"), *_itemprops(tree, "author")] or _marked(tree, _BYLINE)[:1]
    seen = list(dict.fromkeys(text for text in (untagged(_text(e)) for e in marks) if 2 < len(text) < 100))
    return seen or [name for name in named if name]


def _beyond(names: Iterable[str], publisher: str) -> bool:
    """Whether someone else than the publisher is named: a house name is worth a look at the visible byline."""
    return any(key(name) and key(name) != key(publisher) for name in names)


def _published(
    tree: Tree, node: jsonld.Node, nodes: list[jsonld.Node], metas: dict[str, list[str]], url: str
) -> tuple[datetime | None, PublishedFrom]:
    article = [jsonld.first(node.get("datePublished")) or "", jsonld.first(node.get("dateCreated")) or ""]
    heads = _all(metas, _DATE_METAS)
    pages = [
        jsonld.first(n.get("datePublished")) or "" for n in nodes if set(jsonld.types(n)) & {"webpage", "videoobject"}
    ]
    # In order of trust, each read only where the ones before it said nothing: looking through a tree costs 1 ms.
    sources: tuple[tuple[Callable[[], list[str]], PublishedFrom], ...] = (
        (lambda: article, "json-ld"),
        (lambda: heads, "meta"),
        (lambda: [_stamp(e) for e in _itemprops(tree, "datePublished")], "meta"),
        (lambda: pages[:1], "json-ld"),
        (lambda: _times(tree), "time"),
    )
    for values_of, source in sources:
        values = values_of()
        if when := _when(values, url):
            value = next(v for v in values if dates.parse(v, _zone(url)))
            return _sharper(value, when, [*values, *(heads if values is article else [])]) or when, source
    return None, "none"


def _sharper(value: str, when: datetime, others: Iterable[str]) -> datetime | None:
    """The same moment from a source that prints its offset, where the chosen one does not."""
    if dates.has_offset(value):
        return None
    for other in others:
        found = dates.parse(other) if dates.has_offset(other) else None
        # Same day, or the same minute in another zone (zones lie at most 14 hours apart).
        if found and abs((found - when).total_seconds()) <= (14 * 3600 if ":" in value else 24 * 3600):
            return found
    return None


def _times(tree: Tree) -> list[str]:
    """`<time datetime>` that may be the article's own: not in a link, a list or an aside."""
    own = [e for e in _some(tree, "time", _MAX_MARKS) if not _elsewhere(e, {"a"})]
    visible = [untagged(_text(e)) for e in _marked(tree, _DATELINE)]
    stamps = [_stamp(e) for e in own if e.get("datetime")]
    return [*stamps, *(text for text in visible if len(text) < 80)]


def _marked(tree: Tree, pattern: re.Pattern[str]) -> list[Tree]:
    """Elements whose class or id says what they hold, with little text in them and outside lists and asides."""
    found: list[Tree] = []
    for element in tree.iter("span", "p", "div", "time", "a", "em", "small", "address", "li"):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if len(name) < 300 and pattern.search(name) and len(element) < 6 and not _elsewhere(element, set()):
            found.append(element)
            if len(found) == _MAX_MARKS:
                break
    return found


def _elsewhere(element: Tree, more: set[str]) -> bool:
    """Whether an element stands in a part of the page that speaks of other articles."""
    outside = {"li", "aside", "nav", "footer", "blockquote"} | more
    return any(
        p.tag in outside or _OTHER.search(f"{p.get('class') or ''} {p.get('id') or ''}"[:300])
        for p in element.iterancestors()
    )


def _stamp(element: Tree) -> str:
    return element.get("datetime") or element.get("content") or (element.text or "")


def _zone(url: str) -> tzinfo:
    try:
        return dates.zone_of(host_of(url))
    except BadUrl:
        return UTC


def _when(values: Iterable[str], url: str) -> datetime | None:
    zone = _zone(url)
    return next((when for value in values if value and (when := dates.parse(value, zone))), None)


def _language(tree: Tree, metas: dict[str, list[str]], node: jsonld.Node) -> str | None:
    said = [
        tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang"), tree.get("xml:lang"),
        jsonld.first(node.get("inLanguage"), "alternateName"), *metas.get("content-language", []),
        *metas.get("og:locale", []), *metas.get("dc.language", []),
    ]  # fmt: skip
    for value in said:
        tag = (value or "").strip().lower().replace("_", "-")
        if 2 <= len(tag.partition("-")[0]) <= 3 and tag.replace("-", "").isalnum() and tag.isascii():
            return tag
    return None


def _canonical(tree: Tree, metas: dict[str, list[str]], node: jsonld.Node, url: str) -> str | None:
    links = [e.get("href") for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()]
    page = node.get("mainEntityOfPage")
    said = [*links[:3], *metas.get("og:url", []), jsonld.first(page, "@id", "url"), jsonld.first(node.get("url"))]
    for link in said:
        if link and link.strip():
            try:
                return canonical_url(link, url)
            except BadUrl:
                continue
    return None


def _free(node: jsonld.Node, nodes: list[jsonld.Node], metas: dict[str, list[str]]) -> bool | None:
    """False where the publisher marks the page as paid, True where as free, None where nothing is said."""
    pages = [n for n in nodes if "webpage" in jsonld.types(n)]
    for said in (node, *pages):
        value = said.get("isAccessibleForFree")
        text = str(value).strip().lower().rpartition("/")[2] if value is not None else ""
        if text in ("false", "no", "0"):
            return False
        if text in ("true", "yes", "1"):
            return True
    tier = _first(metas, ("article:content_tier",)).lower()
    return {"locked": False, "free": True}.get(tier)


def _article_body(node: jsonld.Node) -> str:
    raw = jsonld.first(node.get("articleBody"), "@value") or ""
    if "<" in raw or "&lt;" in raw:
        raw = raw.replace("&lt;", "<").replace("&gt;", ">")
        for tag in ("</p>", "<br>", "<br/>", "<br />", "</h2>", "</h3>", "</li>", "</div>"):
            raw = raw.replace(tag, tag + "\n")
    return "\n".join(line for line in (untagged(part) for part in raw.splitlines()) if line)


def _first(metas: dict[str, list[str]], names: Iterable[str]) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


def _all(metas: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in metas.get(name, [])[:2]]


def _some(tree: Tree, tag: str, limit: int, **attributes: str) -> list[Tree]:
    """The first elements with this tag and these attribute values (as one of several, space-separated)."""
    found: list[Tree] = []
    for element in tree.iter(tag):
        if all(value in (element.get(name) or "").lower().split() for name, value in attributes.items()):
            found.append(element)
            if len(found) == limit:
                break
    return found


def _itemprops(tree: Tree, name: str) -> list[Tree]:
    found = tree.xpath("//*[@itemprop=$name][not(self::meta)]", name=name)
    return [e for e in found if isinstance(e, Tree)][:_MAX_MARKS] if isinstance(found, list) else []


def _text(element: Tree) -> str:
    return "".join(str(part) for part in element.itertext())[:1000]
