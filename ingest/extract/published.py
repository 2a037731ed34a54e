"""When an article was published: JSON-LD, meta tags, then visible marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from lxml.etree import _Element as Tree

from ingest.extract import dates, jsonld, marks, signed
from ingest.extract.head import Head, all_of, itemprops, some
from ingest.model import PublishedFrom

DATE_METAS: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "cxenseparse:recs:publishtime", "publish-date", "publish_date", "publishdate", "pubdate", "published-date",
    "article.published", "og:pubdate", "dc.date", "dcterms.date", "date", "article:post_date",
)  # fmt: skip
_MODIFIED_METAS: Final = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "article.updated",
)  # fmt: skip
# `<time>` elements read; more of them is a live blog, whose first entries say enough.
_MAX_TIMES: Final = 40


def published_of(head: Head) -> tuple[datetime | None, PublishedFrom]:
    """(when, where that was said); (None, "none") where the page does not say."""
    node = head.node
    article = [jsonld.first(node.get("datePublished")) or "", jsonld.first(node.get("dateCreated")) or ""]
    metas = all_of(head.metas, DATE_METAS)
    pages = [
        jsonld.first(n.get("datePublished")) or ""
        for n in head.nodes
        if set(jsonld.types(n)) & {"webpage", "videoobject"}
    ]
    # In order of trust, each read only where the ones before it said nothing: looking through a tree costs 1 ms.
    sources: tuple[tuple[Callable[[], list[str]], PublishedFrom], ...] = (
        (lambda: article, "json-ld"),
        (lambda: metas, "meta"),
        (lambda: [_stamp(e) for e in itemprops(head.tree, "datePublished")], "meta"),
        (lambda: pages[:1], "json-ld"),
        (lambda: _times(head.tree), "time"),
        (lambda: marks.date(head.lines), "time"),
        (lambda: marks.dated(head.tree), "time"),
        (lambda: signed.days(head.tree), "time"),
        (lambda: marks.changed(head.tree), "time"),
    )
    for values_of, source in sources:
        values = values_of()
        value, when = next(((v, found) for v in values if v and (found := dates.parse(v, head.zone))), ("", None))
        if when is not None:
            return _sharper(value, when, [*values, *(metas if values is article else [])]) or when, source
    return None, "none"


def modified_of(head: Head) -> datetime | None:
    """When the head says that the article was last changed."""
    values = [jsonld.first(head.node.get("dateModified")) or "", *all_of(head.metas, _MODIFIED_METAS)]
    return next((when for value in values if value and (when := dates.parse(value, head.zone))), None)


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
    own = [e for e in some(tree, "time", _MAX_TIMES) if not marks.elsewhere(e, {"a"})]
    return [_stamp(e) for e in own if e.get("datetime")]


def _stamp(element: Tree) -> str:
    return element.get("datetime") or element.get("content") or (element.text or "")
