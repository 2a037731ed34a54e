"""The outlets' feeds, in five formats. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Final

from ingest.demo.script import FeedKind, Outlet

# Characters of an entry's summary: about what real feeds print.
SUMMARY: Final = 160
PATHS: Final[Mapping[FeedKind, str]] = {
    "rss": "/rss.xml",
    "atom": "/atom.xml",
    "rdf": "/index.rdf",
    "json": "/feed.json",
    "sitemap": "/news-sitemap.xml",
}
KINDS: Final[Mapping[FeedKind, str]] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
    "sitemap": "application/xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One entry. `updated` is None until the page has a later state."""

    url: str
    title: str
    text: str
    published: datetime
    updated: datetime | None = None

    @property
    def summary(self) -> str:
        return self.text if len(self.text) <= SUMMARY else self.text[:SUMMARY].rsplit(" ", 1)[0] + " …"


def feed(outlet: Outlet, home: str, listed: Sequence[Listed]) -> bytes:
    """The outlet's feed, newest entry first. `home` is the address of its front page."""
    newest = sorted(listed, key=lambda one: one.published, reverse=True)
    return _WRITERS[outlet.feed](outlet, home, newest).encode("utf-8")


def _rss(outlet: Outlet, home: str, listed: Sequence[Listed]) -> str:
    items = "".join(
        f'<item><title>{escape(one.title)}</title><link>{escape(one.url)}</link><guid isPermaLink="true">'
        f"{escape(one.url)}</guid><description>{escape(one.summary)}</description>"
        f"<pubDate>{format_datetime(one.published)}</pubDate></item>\n"
        for one in listed
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{home}</link><language>{outlet.language}</language>\n{items}"
        "</channel></rss>\n"
    )


def _atom(outlet: Outlet, home: str, listed: Sequence[Listed]) -> str:
    entries = "".join(
        f'<entry><id>{escape(one.url)}</id><title>{escape(one.title)}</title><link href="{escape(one.url)}"/>'
        f"<summary>{escape(one.summary)}</summary><published>{one.published.isoformat()}</published>"
        f"<updated>{(one.updated or one.published).isoformat()}</updated></entry>\n"
        for one in listed
    )
    latest = max(one.updated or one.published for one in listed).isoformat()
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<id>{home}</id><title>{escape(outlet.name)}</title><updated>{latest}</updated>\n{entries}</feed>\n"
    )


def _rdf(outlet: Outlet, home: str, listed: Sequence[Listed]) -> str:
    items = "".join(
        f'<item rdf:about="{escape(one.url)}"><title>{escape(one.title)}</title><link>{escape(one.url)}</link>'
        f"<description>{escape(one.summary)}</description><dc:date>{one.published.isoformat()}</dc:date></item>\n"
        for one in listed
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{home}"><title>{escape(outlet.name)}</title><link>{home}</link>'
        f"<dc:language>{outlet.language}</dc:language></channel>\n{items}</rdf:RDF>\n"
    )


def _json(outlet: Outlet, home: str, listed: Sequence[Listed]) -> str:
    items = [
        {"id": one.url, "url": one.url, "title": one.title, "summary": one.summary,
         "date_published": one.published.isoformat(), "date_modified": (one.updated or one.published).isoformat()}
        for one in listed
    ]  # fmt: skip
    said = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "home_page_url": home,
            "language": outlet.language, "items": items}  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _sitemap(outlet: Outlet, home: str, listed: Sequence[Listed]) -> str:  # noqa: ARG001  as all writers
    urls = "".join(
        f"<url><loc>{escape(one.url)}</loc><news:news><news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{outlet.language}</news:language></news:publication><news:publication_date>"
        f"{one.published.isoformat()}</news:publication_date><news:title>{escape(one.title)}</news:title></news:news>"
        "</url>\n"
        for one in listed
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    )


_WRITERS: Final[Mapping[FeedKind, Callable[[Outlet, str, Sequence[Listed]], str]]] = {
    "rss": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
    "sitemap": _sitemap,
}
