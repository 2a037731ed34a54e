"""Who wrote an article: JSON-LD, meta tags, then the visible byline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ingest.extract import jsonld, marks, signed
from ingest.extract.head import Head, by_id, itemprops, some, text_of
from ingest.extract.plain import key, untagged
from ingest.extract.title import site_names

_AUTHOR_METAS: Final = (
    "author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dcterms.contributor", "byl",
    "article:author", "article:author_name", "og:author", "cxenseparse:author", "article.author", "articleauthor",
    "citation_author",
)  # fmt: skip
# Links with rel=author read: a page with more of them is a list of articles.
_MAX_LINKS: Final = 10
# What programs put where a name belongs.
_ACCOUNTS: Final = frozenset(("admin", "administrator", "webmaster", "wordpressadmin", "editor", "redakteur", "root"))


def authors_of(head: Head) -> list[str]:
    """Author strings of the best source that names a person, else of those that name the house, as printed."""
    house = _house(head)
    named: list[str] = []
    for said in (head.node.get("author"), head.node.get("creator")):
        found = _linked(said, head)
        if _beyond(found, house):
            return found
        named += found
    for name in _AUTHOR_METAS:
        found = [untagged(value) for value in head.metas.get(name, []) if "://" not in value]
        if _beyond(found, house):
            return found
        named += found
    marked = _visible(head)
    if _beyond(marked, house):
        return marked
    found = marks.byline(head.lines) or signed.names(head.tree)
    return found or [name for name in [*marked, *named] if key(name) not in _ACCOUNTS]


def _linked(said: object, head: Head) -> list[str]:
    """Names in the JSON-LD of the article, those given by reference included."""
    parts = [part for part in (said if isinstance(said, list) else [said]) if isinstance(part, dict)]
    referred = [by_id(head.nodes, part.get("@id")) or "" for part in parts if not part.get("name")]
    return [name for name in map(untagged, [*jsonld.strings(said, "name"), *referred]) if name]


def _visible(head: Head) -> list[str]:
    """Names marked as the author's by the page's own vocabulary, wherever they stand."""
    found = [*some(head.tree, "a", _MAX_LINKS, rel="author"), *itemprops(head.tree, "author")]
    texts = dict.fromkeys(untagged(text_of(element)) for element in found if not marks.elsewhere(element, set()))
    return [text for text in texts if 2 < len(text) < 100]


def _house(head: Head) -> set[str]:
    """What the house calls itself, without spaces: "Talbote Online" is talbote-online and talbote.online too."""
    return {_compact(name) for name in site_names(head.publisher, head.url) | _ACCOUNTS}


def _beyond(names: Iterable[str], house: set[str]) -> bool:
    """Whether someone else than the house is named: a house name is worth a look at the visible byline."""
    return any(compact and compact not in house for compact in map(_compact, names))


def _compact(name: str) -> str:
    return key(name).replace(" ", "")
