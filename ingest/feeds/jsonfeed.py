"""JSON Feed 1.0 and 1.1 (jsonfeed.org): text -> items. Values of a wrong type are as good as missing."""

from __future__ import annotations

import json
import re

from ingest.errors import BrokenFeed, NotAFeed
from ingest.feeds.dates import parse_date
from ingest.feeds.text import escaped, language, plain, sound, token
from ingest.feeds.tree import link
from ingest.items import Item, ParsedFeed
from ingest.links import safe_link
from ingest.typed import Any, Final

_ITEMS: Final = re.compile(r'"items"\s*:\s*\[')
_NEXT: Final = re.compile(r"[\s,]*\{")


def read(text: str, *, url: str, max_items: int) -> ParsedFeed:
    """Items in the feed's order. Raises NotAFeed for JSON that is something else, BrokenFeed for what is no JSON."""
    try:
        feed = json.loads(text, strict=False)
    except RecursionError as exc:
        raise BrokenFeed("too deeply nested", where=url) from exc
    except ValueError as exc:
        feed = _salvaged(text)
        if feed is None:
            raise _no_feed("neither XML nor JSON", text, url) from exc
        if not feed["items"]:
            raise BrokenFeed("broken JSON", where=url, why=str(exc)) from exc
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list) or not _is_feed(feed):
        raise _no_feed("JSON, but no JSON Feed", text, url)
    spoken = language(_text(feed, "language"))
    items = []
    for entry in feed["items"]:
        if isinstance(entry, dict) and (item := _item(entry, url, spoken)) is not None:
            items.append(item)
            if len(items) >= max_items:
                break
    return ParsedFeed(
        format="json",
        title=plain(_text(feed, "title")),
        language=spoken,
        home=link(_text(feed, "home_page_url"), url),
        items=tuple(items),
    )


def _no_feed(seen: str, text: str, url: str) -> NotAFeed:
    from ingest.feeds.page import MAX_TOLD, says  # as in the gate

    said = says(" ".join(text[:MAX_TOLD].split()), url)  # its first line may be a bracket
    return NotAFeed("no feed", where=url, why=f"{seen}, it says: {said}")


def _salvaged(text: str) -> dict[str, Any] | None:
    """What can be read of a JSON Feed that breaks off: its head, and every entry up to the break."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    try:
        feed = json.loads(text[: start.start()] + '"items": []}', strict=False)
    except (ValueError, RecursionError):
        return None
    decoder, at = json.JSONDecoder(strict=False), start.end()
    while isinstance(feed, dict) and (begin := _NEXT.match(text, at)):
        try:
            entry, at = decoder.raw_decode(text, begin.end() - 1)
        except (ValueError, RecursionError):
            break
        feed["items"].append(entry)
    return feed if isinstance(feed, dict) else None


def _is_feed(feed: dict[str, Any]) -> bool:
    return "jsonfeed.org" in _text(feed, "version") or "title" in feed or "feed_url" in feed


def _item(entry: dict[str, Any], base: str, spoken: str | None) -> Item | None:
    guid = token(_id(entry))
    url = link(_text(entry, "url"), base) or link(_text(entry, "external_url"), base)
    url = url or safe_link(guid)
    content = sound(_text(entry, "content_html").strip() or escaped(_text(entry, "content_text").strip()))
    title = plain(_text(entry, "title"))
    if not (title or url or guid or content):
        return None
    return Item(
        url=url,
        guid=guid or None,
        title=title,
        summary=plain(_text(entry, "summary")),
        content=content or None,
        author=_authors(entry) or None,
        published=parse_date(_text(entry, "date_published")),
        updated=parse_date(_text(entry, "date_modified")),
        language=language(_text(entry, "language")) or spoken,
    )


def _authors(entry: dict[str, Any]) -> str:
    """`authors` of 1.1, else `author` of 1.0 (also where it is a bare name)."""
    found = entry.get("authors") or [entry.get("author")]
    names = []
    for author in found if isinstance(found, list) else [found]:
        name = _text(author, "name") if isinstance(author, dict) else author
        names.append(plain(name) if isinstance(name, str) else "")
    return ", ".join(dict.fromkeys(filter(None, names)))


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _id(entry: dict[str, Any]) -> str:
    """The id; numbers are common, and the specification asks to take them."""
    value = entry.get("id")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(entry, "id")
