"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org 0.9, Google News 0.9): tree -> items or sitemaps."""

from __future__ import annotations

from ingest.feeds.dates import LONG_AGO, parse_date
from ingest.feeds.inert import Element
from ingest.feeds.text import language, plain
from ingest.feeds.tree import Source, link
from ingest.items import Item, ParsedFeed
from ingest.typed import Final

ENTRY: Final = frozenset({
    "loc", "lastmod", "news:news", "news:title", "news:publication_date", "news:publication", "news:name",
    "news:language", "news:keywords", "changefreq", "priority",
})  # fmt: skip


def read(source: Source, *, max_items: int) -> ParsedFeed:
    """The newest `max_items` where the addresses are dated (a sitemap has no order of its own), else the first."""
    rows = [item for element in source.entries if (item := _item(source, element)) is not None]
    if len(rows) > max_items:
        rows.sort(key=lambda item: item.published or item.updated or LONG_AGO, reverse=True)
    return ParsedFeed(format="sitemap", title="", language=None, home=None, items=tuple(rows[:max_items]))


def read_index(source: Source) -> ParsedFeed:
    """The sitemaps that an index lists, newest first, those without a date last and in the index's order."""
    dated = []
    for element in source.root.iter():
        if source.names[element.tag] == "sitemap":
            fields = source.fields(element, ENTRY)
            if url := link(fields.text("loc"), source.url):
                dated.append((parse_date(fields.text("lastmod")) or LONG_AGO, url))
    dated.sort(key=lambda pair: pair[0], reverse=True)
    sitemaps = tuple(dict.fromkeys(url for _, url in dated))
    return ParsedFeed(format="sitemapindex", title="", language=None, home=None, items=(), sitemaps=sitemaps)


def entries(source: Source) -> list[Element]:
    """The url elements, wherever they stand; and sitemaps listed among them, against the protocol."""
    return [e for e in source.root.iter() if source.names[e.tag] in {"url", "sitemap"}]


def _item(source: Source, element: Element) -> Item | None:
    fields = source.fields(element, ENTRY)
    url = link(fields.text("loc"), source.url)
    if url is None:
        return None
    news = fields.first("news:news")
    about = source.fields(news, ENTRY) if news is not None else fields
    publication = about.first("news:publication")
    spoken = source.fields(publication, ENTRY).text("news:language") if publication is not None else ""
    return Item(
        url=url,
        guid=None,
        title=plain(about.text("news:title")),
        published=parse_date(about.text("news:publication_date")),
        updated=parse_date(fields.text("lastmod")),
        language=language(spoken or about.text("news:language")),
    )
