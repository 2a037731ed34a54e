"""Where a site's feeds may be: what its pages, its robots.txt and its sitemap indexes say, and the usual places."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin, urlsplit

from ingest.feeds.decode import decoded
from ingest.feeds.page import announced
from ingest.feeds.tree import link
from ingest.items import ParsedFeed
from ingest.urls import BadUrl, outlet_of

# Where content systems put feeds and news sitemaps when nobody says otherwise, the most common first.
WELL_KNOWN: Final = (
    "/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/news-sitemap.xml",
    "/sitemap_news.xml", "/sitemap-news.xml",
)  # fmt: skip
# Characters of a page that are searched for anchors: footers hold them, and real front pages have up to 1 MiB.
_MAX_PAGE: Final = 2**21
_ANCHOR: Final = re.compile(r"""<a\s[^<>]{0,1000}?href\s*=\s*(?:"([^"<>]{1,500})"|'([^'<>]{1,500})')""", re.IGNORECASE)
# What an address of a feed looks like; a mere word inside a longer one (feedback, rssfoo) is none.
_LIKE_FEED: Final = re.compile(
    r"(?:^|[/._=~;-])(?:rss(?:feed|2|20)?|feeds?|atom)(?:$|[/._?&;-])|\.(?:rss|rdf|atom)(?:$|\?)", re.IGNORECASE
)
_SITEMAP_LINE: Final = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_NEWS: Final = re.compile(r"news|aktuell|latest|google", re.IGNORECASE)


def of_page(body: bytes, url: str, charset: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Feeds that a page announces in its head, and those that its anchors seem to lead to, on its own site."""
    text = decoded(body, charset)[0][:_MAX_PAGE]
    told = announced(text, url)
    site = _site(url)
    found = []
    for match in _ANCHOR.finditer(text):
        address = link(html.unescape(match[1] or match[2]), url)
        if address and _site(address) == site and _LIKE_FEED.search(_path(address)):
            found.append(address)
    return told, tuple(address for address in dict.fromkeys(found) if address not in told)


def of_robots(body: bytes, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, those that look like news first."""
    found = (link(match[1], url) for match in _SITEMAP_LINE.finditer(decoded(body, None)[0]))
    return news_first(address for address in found if address)


def news_first(sitemaps: Iterable[str]) -> tuple[str, ...]:
    """Each once, those first whose address speaks of news; otherwise in their own order."""
    return tuple(sorted(dict.fromkeys(sitemaps), key=lambda url: _NEWS.search(_path(url)) is None))


def well_known(url: str) -> tuple[str, ...]:
    """The usual places on the site of `url`."""
    return tuple(urljoin(url, path) for path in WELL_KNOWN)


def is_worth_polling(feed: ParsedFeed) -> bool:
    """A feed, or a news sitemap: one whose entries have titles. A sitemap of all pages has none, and no end."""
    return feed.format not in {"sitemap", "sitemapindex"} or any(item.title for item in feed.items)


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # a backslash stands where browsers read a slash, and urlsplit a host with a stray bracket
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _site(url: str) -> str:
    """Whoever publishes there; links to others' feeds are theirs."""
    try:
        return outlet_of(url)
    except BadUrl:
        return ""
