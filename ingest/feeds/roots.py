"""Where a feed begins in a text, and what it calls itself."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# The first tag of a feed's root. A name alone is no proof: the readers decide.
FIRST_TAG: Final = re.compile(
    r"<(?P<name>(?:[A-Za-z_][\w.-]{0,30}:)?(?P<local>rss|feed|rdf|urlset|sitemapindex|channel|entry))(?=[\s>/])[^<>]*>",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_DOCTYPE: Final = re.compile(r"<!DOCTYPE", re.IGNORECASE)


class Root(NamedTuple):
    """Where a feed begins in a text."""

    start: int
    end: int  # behind the root's first tag
    name: str  # as written, prefix included
    local: str  # lower case
    doctype: bool  # a document type stands before it


def find_root(text: str) -> Root | None:
    """The root of a feed, behind whatever a server printed before it; None where a web page or nothing begins."""
    match = FIRST_TAG.search(text)
    if match is None or _PAGE.search(text, 0, match.start()):
        return None
    doctype = _DOCTYPE.search(text, 0, match.start()) is not None
    return Root(match.start(), match.end(), match["name"], match["local"].lower(), doctype)
