"""What a page says about its article in JSON-LD, read from what sites really print.

Sites print JSON with trailing commas, raw line breaks, HTML entities and CDATA marks; the readings are tried from
strict to lenient. Everything is bounded: a script over the cap is skipped, a walk ends after a number of nodes.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

Node = dict[str, Any]

# Characters of one script. The largest real one we hold is 0.2 MB (a live blog with all its entries).
_MAX_SCRIPT: Final = 2_000_000
# Objects visited on one page; a real page has some hundreds.
_MAX_NODES: Final = 5_000
# Scripts read on one page; a real page has up to about 15.
_MAX_SCRIPTS: Final = 60

# For stripped text: with two runs of white space before its end, 20,000 spaces behind one mark took four seconds.
_WRAPPING: Final = re.compile(r"^(?:/[/*]\s*)?(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?:/[/*]\s*)?(?:\]\]>|-->)(?:\s*\*/)?$")
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")
_CONTEXTS: Final = (
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "itemListElement",
    "item",
    "hasPart",
    "subjectOf",
    "about",
)

# Higher is better. Types outside the family may still carry a date (WebPage), but never beat an article.
_FAMILY: Final = {
    "newsarticle": 6, "reportagenewsarticle": 6, "analysisnewsarticle": 6, "backgroundnewsarticle": 6,
    "opinionnewsarticle": 6, "reviewnewsarticle": 6, "askpublicnewsarticle": 6, "liveblogposting": 6,
    "article": 5, "report": 5, "blogposting": 5, "techarticle": 5, "scholarlyarticle": 5, "satiricalarticle": 5,
    "advertisercontentarticle": 5, "socialmediaposting": 4, "review": 3,
}  # fmt: skip


def nodes(scripts: Iterable[str]) -> list[Node]:
    """All objects of a page's JSON-LD scripts, outer before inner, scripts in page order."""
    found: list[Node] = []
    for number, script in enumerate(scripts):
        if number >= _MAX_SCRIPTS or len(found) >= _MAX_NODES:
            break
        if len(script) <= _MAX_SCRIPT:
            found.extend(_walk(_loads(script), _MAX_NODES - len(found)))
    return found


def types(node: Node) -> list[str]:
    """The node's types in lower case, without a vocabulary's address."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds if isinstance(kind, str)]


def rank(node: Node) -> int:
    """How much a node is this page's article by its type; 0 for other types."""
    return max((_FAMILY.get(kind, 0) for kind in types(node)), default=0)


def strings(value: object, *keys: str) -> list[str]:
    """The strings in a value that may be a string, an object (then under `keys`) or a list of these."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, dict):
        return next((found for name in keys if (found := strings(value.get(name)))), [])
    if isinstance(value, list):
        return [text for part in value[:50] for text in (strings(part, *keys) if not isinstance(part, list) else [])]
    return []


def first(value: object, *keys: str) -> str | None:
    """The first string in a value, see `strings`."""
    return next(iter(strings(value, *keys)), None)


def _loads(script: str) -> object:
    text = script.strip()
    for mend in (_as_is, _unwrapped, _mended, _unescaped):
        try:
            text = mend(text)
            return json.loads(text, strict=False)
        except RecursionError:
            return None
        except ValueError:
            continue
    return None


def _as_is(text: str) -> str:
    return text


def _unwrapped(text: str) -> str:
    inner = _WRAPPING.sub("", text.strip()).strip()
    return _WRAPPING.sub("", inner).strip().rstrip(";")  # a comment of HTML may stand in a section of XML


def _mended(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", text)


def _unescaped(text: str) -> str:
    return _mended(html.unescape(text))


def _walk(value: object, limit: int) -> Iterator[Node]:
    """Objects reachable through lists and the keys that hold further things, breadth first."""
    queue = [value]
    visited = 0
    while queue and visited < limit:
        visited += 1
        here = queue.pop(0)
        if isinstance(here, list):
            queue[:0] = here[:limit]
        elif isinstance(here, dict):
            if here.get("@type") is not None or "headline" in here:
                yield here
            queue.extend(here[name] for name in _CONTEXTS if isinstance(here.get(name), list | dict))
