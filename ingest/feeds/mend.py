"""Ill-formed feeds: a mended text for a second strict try, then entry by entry, so that one cannot spoil the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.feeds.roots import FIRST_TAG, Root
from ingest.feeds.text import named, sound
from ingest.typed import Final, NamedTuple

# Internal entities that are plain short text, as feedparser takes them; 100 characters each, 200 in all, so that a
# text grows at most 25-fold per reference and only by what stands in it as a reference anyway.
_ENTITY: Final = r"""<!ENTITY\s+(\w{1,40})\s+(?:"([^"&%<]{0,100})"|'([^'&%<]{0,100})')\s*>"""  # few have any
MAX_ENTITIES: Final = 200
# What is no markup and no reference: a bare ampersand, a `<` before anything but a tag, a named HTML entity.
_LOOSE_SIGN: Final = re.compile(r"&(?:(#[xX][0-9a-fA-F]{1,8}|#\d{1,9}|[A-Za-z][A-Za-z0-9]{1,31});)?|<(?![A-Za-z_/!?])")
# `<` and `&` in a text that is to be mended: 2 s of work. A sitemap of 50,000 addresses has half as many.
MAX_SIGNS: Final = 1_000_000
# A start tag with attributes; in it these one after the other, group 2 being a value without quotes.
_TAG: Final = re.compile(r"<[A-Za-z_][^<>=]*=[^<>]*>")
_ATTRIBUTE: Final = re.compile(r"""(\s[\w:.-]{1,50}\s{0,9}=\s{0,9})(?:"[^"<>]*"|'[^'<>]*'|([^\s"'<>]+?)(?=\s|/?>))""")
_XML_ENTITIES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PREFIX: Final = re.compile(r"</?([A-Za-z_][\w.-]{0,30}):")
_DECLARED: Final = re.compile(r"xmlns:([A-Za-z_][\w.-]{0,30})\s*=")
MAX_PREFIXES: Final = 50
_KNOWN_PREFIXES: Final = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def mended(text: str, root: Root) -> str:
    """The feed alone, from its root to its end, with loose ampersands, HTML entities, control characters, attributes
    without quotes and missing namespace declarations put right. Not necessarily well-formed."""
    entities = _entities(text[: root.start]) if root.doctype else {}
    end = text.rfind(f"</{root.name}")
    close = text.find(">", end) if end >= root.end else -1
    feed = text[root.start : close + 1] if close >= 0 else text[root.start :]
    feed = "".join(part if verbatim else _signs(part, entities) for part, verbatim in _by_cdata(sound(feed)))
    return _declared(feed, root.name)


class Piece(NamedTuple):
    """One entry of an ill-formed feed as a document of its own."""

    text: str
    whole: bool  # its end tag is there


def pieces(feed: str, local: str, *, limit: int) -> tuple[str, Iterator[Piece]]:
    """What stands before the first entry, and each of up to `limit` entries inside a copy of the root's first tag."""
    word = {"urlset": "url", "feed": "entry|item", "entry": "entry"}.get(local, "item|entry")
    starts = [
        m.start() for m in re.finditer(rf"<(?:[A-Za-z_][\w.-]{{0,30}}:)?(?:{word})(?=[\s>/])", feed, re.IGNORECASE)
    ]
    head = feed[: starts[0]] if starts else feed
    return head, _pieces(feed, starts[: limit + 1], limit, word)


def _pieces(feed: str, starts: list[int], limit: int, word: str) -> Iterator[Piece]:
    root = FIRST_TAG.match(feed)
    opening = root[0] if root else "<rss>"
    closing = f"</{root['name']}>" if root else "</rss>"
    end_tag = re.compile(rf"</(?:[A-Za-z_][\w.-]{{0,30}}:)?(?:{word})\s*>", re.IGNORECASE)
    for i, start in enumerate(starts[:limit]):
        stop = starts[i + 1] if i + 1 < len(starts) else len(feed)
        ends = [match.end() for match in end_tag.finditer(feed, start, stop)]
        if ends:
            yield Piece(opening + feed[start : ends[-1]] + closing, whole=True)
        else:
            # Cut off: a field without its end tag is no field (half an address leads elsewhere).
            last = max(feed.rfind("</", start, stop), feed.rfind("/>", start, stop))
            if last < 0:
                continue
            cut = feed.find(">", last)
            yield Piece(opening + feed[start : cut + 1 if start < cut < stop else stop], whole=False)


def _entities(prolog: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in re.finditer(_ENTITY, prolog):
        found.setdefault(match[1], match[2] if match[2] is not None else match[3])
        if len(found) >= MAX_ENTITIES:
            break
    return found


def _by_cdata(text: str) -> Iterator[tuple[str, bool]]:
    """Parts of a text in order, each with whether it is a CDATA section; one that never ends is none."""
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        yield text[at:start], False
        yield text[start : end + 3], True
        at = end + 3
    yield text[at:], False


def _signs(text: str, entities: dict[str, str]) -> str:
    def put_right(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "&lt;" if match[0] == "<" else "&amp;"
        if name.startswith("#"):
            code = int(f"0{name[1:]}", 16) if name[1] in "xX" else int(name[1:])
            return match[0] if _is_xml(code) else ""
        if name in _XML_ENTITIES:
            return match[0]
        if (value := entities.get(name)) is not None:
            return value
        if character := named(name):
            return "".join(f"&#{ord(c)};" for c in character)
        return f"&amp;{name};"

    return _TAG.sub(_quoted, _LOOSE_SIGN.sub(put_right, text))


def _quoted(tag: re.Match[str]) -> str:
    return _ATTRIBUTE.sub(lambda found: f'{found[1]}"{found[2]}"' if found[2] else found[0], tag[0])


def _is_xml(code: int) -> bool:
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF


def _declared(feed: str, root: str) -> str:
    """The feed with a declaration at its root for every prefix that has none."""
    used = {match[1] for match in _PREFIX.finditer(feed)}
    missing = used - {match[1] for match in _DECLARED.finditer(feed)} - {"xml", "xmlns"}
    if not missing:
        return feed
    names = sorted(missing)[:MAX_PREFIXES]
    added = "".join(f' xmlns:{name}="{_KNOWN_PREFIXES.get(name, "urn:undeclared:" + name)}"' for name in names)
    at = 1 + len(root)
    return feed[:at] + added + feed[at:]
