"""The gate: bytes -> items. Well-formed feeds are read from one strict parse; others are mended, read entry by entry,
and at last given to feedparser. Nothing outside the bytes is ever read."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.errors import BrokenFeed, EmptyFeed, FeedError, NotAFeed
from ingest.feeds import atom, rss
from ingest.feeds.decode import MAX_BYTES, decoded, gunzipped, is_utf8_if_valid
from ingest.feeds.inert import MAX_QUICK, lenient, strict, well_formed, xml_names
from ingest.feeds.roots import Root, find_root
from ingest.feeds.tree import Source
from ingest.items import Item, ParsedFeed
from ingest.links import safe_link
from ingest.typed import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.feeds.mend import Piece

_RSS: Final = frozenset({"rss", "rdf:rdf", "channel"})
# Bytes in which the first tag of a well-formed feed ends; a stylesheet and a comment may stand before it.
_HEAD: Final = 4096
_ATOM: Final = frozenset({"feed", "entry"})


def parse_feed(
    body: bytes, *, url: str, content_type: str | None = None, charset: str | None = None, max_items: int = 1000
) -> ParsedFeed:
    """A feed's items, at most `max_items`, in the feed's order. `url` is where relative addresses start from; where it
    is no http(s) address (a file), they stay as printed. `charset` and `content_type` come from the HTTP header (what
    the bytes say comes first).

    Raises NotAFeed (with the feeds announced, for a web page), EmptyFeed (a feed without entries), BrokenFeed (a feed
    without a readable entry, or one that costs too much); nothing else, whatever the bytes.
    """
    try:
        return _parsed(body, url if safe_link(url) else "", content_type, charset, max_items)
    except FeedError as exc:
        exc.where = exc.where or url
        raise


def _parsed(body: bytes, url: str, content_type: str | None, charset: str | None, max_items: int) -> ParsedFeed:
    if len(body) > MAX_BYTES:
        raise BrokenFeed("too large", where=url, why=f"more than {MAX_BYTES} bytes")
    body = gunzipped(body, url)
    octets = body.strip(b" \t\r\n")
    parsed = _at_once(octets, charset, url, max_items)
    if parsed is None:
        parsed = _with_care(body, octets, charset, content_type, url, max_items)
    if not parsed.items and not parsed.sitemaps:
        raise EmptyFeed("no entries", where=url, why=f"a feed ({parsed.format}) without a single entry")
    return parsed


def _at_once(octets: bytes, charset: str | None, url: str, max_items: int) -> ParsedFeed | None:
    """What nearly every feed is: well-formed, in UTF-8, no entities of its own, with an entry. expat reads it from its
    bytes and checks these; to decode and search them all before takes a third as long again. None for any other."""
    if not (octets.startswith(b"<") and octets.endswith(b">") and len(octets) <= MAX_QUICK):
        return None
    if not is_utf8_if_valid(octets, charset):
        return None
    root = find_root(octets[:_HEAD].decode("utf-8", "replace"))
    found = None if root is None or root.doctype else _from_tree(octets, url, max_items)
    return found if found is not None and (found.items or found.sitemaps) else None


def _with_care(
    body: bytes, octets: bytes, charset: str | None, content_type: str | None, url: str, max_items: int
) -> ParsedFeed:
    """Any other feed, from its text."""
    whole, is_utf8 = decoded(body, charset)
    text = whole.strip(" \t\r\n\ufeff\x00")
    if not text:
        raise NotAFeed("no feed", where=url, why="the answer is empty")
    if text[0] in "{[":
        from ingest.feeds import jsonfeed  # 1.4 ms with the module that reads JSON

        return jsonfeed.read(text, url=url, max_items=max_items)
    root = find_root(text)
    if root is None:
        raise _not_a_feed(text, url, content_type)
    same = is_utf8 and octets.startswith(b"<") and octets.endswith(b">")  # nothing else was stripped of the text
    return _read_xml(text, octets if same else text, root, url, max_items)


def _not_a_feed(text: str, url: str, content_type: str | None) -> NotAFeed:
    from ingest.feeds.page import announced, says  # wanted for what is no feed alone

    hint = announced(text, url)
    seen = "a web page" if "<html" in text[:4096].lower() or hint else content_type or "something else"
    said = says(text, url)
    why = f"the answer is {seen}" + (f", it says: {said}" if said else "")
    fix = f"the page announces {hint[0]}" if hint else ""
    return NotAFeed("no feed", where=url, why=why, fix=fix, hint=hint)


def _read_xml(text: str, markup: str | bytes, root: Root, url: str, max_items: int) -> ParsedFeed:
    """Strict, mended, entry by entry, feedparser: the first that finds an entry. `markup` is the text, in UTF-8 where
    it came so, which saves encoding it: a fifth of the time that expat takes."""
    found = None
    if not root.doctype:  # entities of a document type are taken as plain text or not at all
        found = _from_tree(markup, url, max_items)
    broken = False
    if found is None:
        from ingest.feeds import mend  # wanted for ill-formed feeds alone

        if text.count("<") + text.count("&") > mend.MAX_SIGNS:
            raise BrokenFeed("unreadable feed", where=url, why="ill-formed, and too large to be mended")
        feed = mend.mended(text, root)
        found = _from_tree(feed, url, max_items)
        if broken := found is None:
            found = _from_pieces(feed, root.local, url, max_items)
    if not (found.items or found.sitemaps) and _has_entry(text):
        from ingest.feeds import lastresort  # feedparser's room, wanted by hardly any

        found = lastresort.read(text, url=url, max_items=max_items)
    if broken and not found.items:
        raise BrokenFeed("unreadable feed", where=url, why="ill-formed, and without a readable entry")
    return found


def _has_entry(text: str) -> bool:
    lowered = text.lower()
    return "<item" in lowered or "<entry" in lowered


def _from_tree(markup: str | bytes, url: str, max_items: int) -> ParsedFeed | None:
    """None where the markup is ill-formed. Raises NotAFeed for a tree of another kind."""
    tree = well_formed(markup)
    return None if tree is None else _read(Source(*tree, url), max_items)


def _from_pieces(feed: str, local: str, url: str, max_items: int) -> ParsedFeed:
    from ingest.feeds import mend  # as above

    head, entries = mend.pieces(feed, local, limit=max_items)
    top = lenient(head)
    if top is None:
        raise BrokenFeed("unreadable feed", where=url, why="ill-formed from its first tag on")
    source = Source(top, xml_names(head), url, loose=True)
    frame = _read(source, max_items)
    items: list[Item] = []
    for piece in entries:
        # Of a piece that is cut off, only what can be found again counts.
        items.extend(i for i in _from_piece(piece, frame, url) if piece.whole or i.url or i.guid)
    return frame._replace(items=tuple(items[:max_items]))


def _from_piece(piece: Piece, frame: ParsedFeed, url: str) -> Iterator[Item]:
    tree = strict(piece.text)
    loose = tree is None
    if tree is None:
        tree = lenient(piece.text)
    if tree is not None:
        source = Source(tree, xml_names(piece.text), frame.home or url, loose=loose)
        for item in _read(source, 1).items:
            yield item if item.language else item._replace(language=frame.language)


def _read(source: Source, max_items: int) -> ParsedFeed:
    kind = source.names[source.root.tag]
    if kind in _RSS:
        source.entries = rss.entries(source)
        return rss.read(source, max_items=max_items)
    if kind in _ATOM:
        source.entries = atom.entries(source)
        return atom.read(source, max_items=max_items)
    from ingest.feeds import sitemap  # seldom

    if kind == "urlset":
        source.entries = sitemap.entries(source)
        return sitemap.read(source, max_items=max_items)
    if kind == "sitemapindex":
        return sitemap.read_index(source)
    raise NotAFeed("no feed", where=source.url, why=f"XML, but its root is {kind[:40]}")
