"""feedparser, for feeds in which our own readers find no entry (the only import of feedparser)."""

from __future__ import annotations

import io
from calendar import timegm
from datetime import UTC, datetime
from typing import Any, Final

from ingest.errors import BrokenFeed
from ingest.feeds.text import language, plain, sound, token
from ingest.feeds.tree import link
from ingest.items import FeedFormat, Item, ParsedFeed

# feedparser's time grows with the square of tags and attributes in places: 42,000 items or 100,000 attributes took
# over 10 s, 200,000 nested tags 9 s. What fits below takes under 2 s.
MAX_CHARACTERS: Final = 2**20
MAX_TAGS: Final = 20_000
MAX_TAG: Final = 5_000  # characters in one tag


def read(text: str, *, url: str, max_items: int) -> ParsedFeed:
    """Whatever feedparser finds. Raises BrokenFeed where it would cost too much or fails."""
    if len(text) > MAX_CHARACTERS or text.count("<") + text.count("&lt;") > MAX_TAGS or _longest_tag(text) > MAX_TAG:
        raise BrokenFeed("unreadable feed", where=url, why="ill-formed, and too large to be read with patience")
    import feedparser  # 50 ms, and few feeds need it

    try:
        # A stream: bytes themselves would be tried as a file name first. Sanitising and resolving are our own affair.
        parsed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        return _feed(parsed, url, max_items)
    except Exception as exc:  # it fails with whatever its parsers raise (ValueError, AssertionError, ...)
        raise BrokenFeed("unreadable feed", where=url, why=f"{type(exc).__name__}: {exc}"[:200]) from exc


def _longest_tag(text: str) -> int:
    return max((part.find(">") if ">" in part else len(part) for part in text.split("<")[1:]), default=0)


def _feed(parsed: Any, url: str, max_items: int) -> ParsedFeed:  # feedparser has no types
    spoken = language(parsed.feed.get("language"))
    kind: FeedFormat = "atom" if parsed.version.startswith("atom") else "rss"
    items = tuple(item for entry in parsed.entries[:max_items] if (item := _item(entry, url, spoken)) is not None)
    title, home = plain(parsed.feed.get("title")), link(parsed.feed.get("link"), url)
    return ParsedFeed(format=kind, title=title, language=spoken, home=home, items=items)


def _item(entry: Any, base: str, spoken: str | None) -> Item | None:
    guid, title = token(entry.get("id")), plain(entry.get("title"))
    url = link(entry.get("link"), base)
    if not (guid or title or url):
        return None
    content = entry.get("content") or [{}]
    return Item(
        url=url,
        guid=guid or None,
        title=title,
        summary=plain(entry.get("summary")),
        content=sound(content[0].get("value") or "") or None,
        author=plain(entry.get("author")) or None,
        published=_instant(dict.get(entry, "published_parsed")),  # past its own lookup: that borrows other dates
        updated=_instant(dict.get(entry, "updated_parsed")),
        language=language((entry.get("title_detail") or {}).get("language")) or spoken,
    )


def _instant(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
