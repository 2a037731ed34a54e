"""Lists of feeds that somebody wrote: OPML, or one address a line. Nothing in them is opened, resolved or run."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ingest.errors import BrokenFeed
from ingest.feeds.decode import MAX_BYTES, decoded
from ingest.feeds.text import language, plain
from ingest.urls import BadUrl, canonical_url, safe_link

# OPML is read tag by tag, without a tree: folders say nothing about a feed, and lists nested a thousand deep, with
# document types or cut off, are read like any other. Lengths are bounded so that no unclosed quote is scanned twice.
_OUTLINE: Final = re.compile(r"""<outline\b((?:[^<>"']|"[^"]{0,8192}"|'[^']{0,8192}')*+)>""", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z:_-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
# What no XML 1.0 file may hold, not even escaped.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Characters of a refused entry that are shown.
MAX_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of a list. `url` is absolute http(s), as printed."""

    url: str
    title: str | None
    language: str | None
    line: int


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """An entry that is no feed we could ask for, and why. `entry` is plain text, fit for a terminal."""

    line: int
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedList:
    """A list of feeds in its own order, each address once."""

    feeds: tuple[ListedFeed, ...]
    refused: tuple[RefusedLine, ...]
    duplicates: int


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    address: str
    title: str = ""
    language: str | None = None
    refusal: str = ""


def read_feed_list(body: bytes) -> FeedList:
    """Feeds of an OPML file or a plain list (one address a line, `#` starts a comment, words behind the address are
    its title). Whatever is no http(s) address is refused with its line and the reason. Raises BrokenFeed where the
    list has more than MAX_BYTES, nothing else.
    """
    if len(body) > MAX_BYTES:
        raise BrokenFeed("too large", why=f"a list of feeds with more than {MAX_BYTES} bytes")
    text = decoded(body, None)[0].lstrip("\ufeff")
    feeds: dict[str, ListedFeed] = {}
    refused: list[RefusedLine] = []
    duplicates = 0
    for entry in _entries(text):
        address = safe_link(entry.address)
        reason = entry.refusal or ("" if address else _reason(entry.address))
        if reason or address is None:
            shown = plain(entry.address or entry.title)[:MAX_SHOWN]
            refused.append(RefusedLine(entry.line, shown, reason))
            continue
        key = canonical_url(address)
        if key in feeds:
            duplicates += 1
        else:
            feeds[key] = ListedFeed(address, plain(entry.title) or None, entry.language, entry.line)
    return FeedList(tuple(feeds.values()), tuple(refused), duplicates)


def write_feed_list(feeds: Iterable[tuple[str, str | None, str | None]]) -> str:
    """OPML 2.0 of (address, title, language): what `read_feed_list` reads, and feed readers too."""
    lines = []
    for url, title, spoken in feeds:
        named = plain(title or "") or url
        said = {"type": "rss", "text": named, "title": named, "xmlUrl": url, "language": spoken or ""}
        lines.append(
            "    <outline" + "".join(f' {key}="{_quoted(value)}"' for key, value in said.items() if value) + "/>"
        )
    begin = ('<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "  <head><title>Feeds</title></head>")
    return "\n".join((*begin, "  <body>", *lines, "  </body>", "</opml>", ""))


def _quoted(value: str) -> str:
    """A value between double quotes; line breaks and what XML knows no way to write are gone."""
    return html.escape(_UNWRITABLE.sub("", re.sub(r"[\t\n\r]+", " ", value)).strip(), quote=True)


def _entries(text: str) -> Iterator[_Entry]:
    lowered = text[:65536].lower()
    if "<outline" in lowered or "<opml" in lowered:
        return _outlines(text)
    if lowered.lstrip().startswith("<"):
        return iter([_Entry(1, text.lstrip()[:MAX_SHOWN], refusal="neither OPML nor a list of addresses")])
    return _lines(text)


def _lines(text: str) -> Iterator[_Entry]:
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip().split(None, 1)
        if words and not words[0].startswith("#"):
            rest = words[1] if len(words) > 1 else ""
            yield _Entry(number, words[0], title=re.split(r"(?:^|\s)#", rest)[0])


def _outlines(text: str) -> Iterator[_Entry]:
    # Comments keep their line breaks, so that lines stay right.
    text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    at, line = 0, 1
    for match in _OUTLINE.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        found = {m[1].lower(): html.unescape(m[2] or m[3] or "").strip() for m in _ATTRIBUTE.finditer(match[1])}
        title = found.get("title") or found.get("text") or ""
        kind = found.get("type", "").lower()
        address = found.get("xmlurl") or (found.get("url", "") if kind in {"rss", "atom"} else "")
        if kind == "include":
            yield _Entry(line, found.get("url", "") or title, refusal="another list; includes are not followed")
        elif address or kind in {"rss", "atom"} or "xmlurl" in found:
            yield _Entry(line, address, title, language(found.get("language")))


def _reason(address: str) -> str:
    if not address:
        return "no address"
    try:
        canonical_url(address)
    except BadUrl as exc:
        return str(exc)
    return "not an absolute http(s) address"
