"""A web page where a feed was expected: the feeds it announces."""

from __future__ import annotations

import re

from ingest.feeds.tree import link
from ingest.typed import Final

# Characters: announcements stand in the page's head.
MAX_HEAD: Final = 2**18
MAX_HINTS: Final = 10
_LINK: Final = re.compile(r"<link\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
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


def _value(written: str) -> str:
    if "&" not in written:
        return written
    import html  # 2 ms with its table of names

    return html.unescape(written)
