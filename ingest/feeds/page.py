"""Something else where a feed was expected: the feeds that a web page announces, and what the answer says."""

from __future__ import annotations

import re

from ingest.feeds.text import plain
from ingest.feeds.tree import link
from ingest.redaction import HIDDEN, redacted
from ingest.typed import Final

# Characters: announcements stand in the page's head.
MAX_HEAD: Final = 2**18
MAX_HINTS: Final = 10
_LINK: Final = re.compile(r"<link\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
# Characters in which an answer says what it is, and those of them that are told: refusals are a line.
MAX_TOLD, TOLD = 2048, 160
_TITLE: Final = re.compile(r"<title\b[^<>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_PIECE: Final = re.compile(r"[^?&;=#@/:\s]{4,}")
_FEED_TYPES: Final = ("rss+xml", "atom+xml", "feed+json", "rdf+xml")


def announced(text: str, url: str) -> tuple[str, ...]:
    """Addresses of `<link rel="alternate" type="application/rss+xml">` and its kin, absolute, in the page's order."""
    found = []
    for tag in _LINK.finditer(text, 0, MAX_HEAD):
        attributes = {m[1].lower(): _value(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag[1])}
        kind, rel = attributes.get("type", "").lower(), attributes.get("rel", "").lower().split()
        if "alternate" in rel and any(name in kind for name in _FEED_TYPES):
            address = link(attributes.get("href"), url)
            if address and address not in found:
                found.append(address)
                if len(found) >= MAX_HINTS:
                    break
    return tuple(found)


def says(text: str, url: str) -> str:
    """The first line of an answer in plain words, of a web page its title; nothing where it is no text. Servers refuse
    in words and with a status that means success; some repeat the address, and the key in it."""
    if title := _TITLE.search(text, 0, MAX_HEAD):
        line = plain(title[1])
    else:
        head = text[:MAX_TOLD]
        if sum(1 for c in head if (c < " " and c not in "\t\r\n\f") or c == "\ufffd") * 20 > len(head):
            return ""  # a picture, an archive
        line = next(filter(None, map(plain, head.splitlines())), "")
    shown = redacted(url)
    for piece in _PIECE.findall(url):
        if piece not in shown:
            line = line.replace(piece, HIDDEN)
    return line if len(line) <= TOLD else line[: TOLD - 1].rstrip() + "\u2026"


def _value(written: str) -> str:
    if "&" not in written:
        return written
    import html  # 2 ms with its table of names

    return html.unescape(written)
