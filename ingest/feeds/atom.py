"""Atom 1.0 (RFC 4287) and 0.3, also without or with a wrong namespace: tree -> items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.feeds.fields import Fields, Table, text_of, texts
from ingest.feeds.inert import Element
from ingest.feeds.text import language, plain, token
from ingest.feeds.tree import Source, link, markup_of
from ingest.feeds.wishes import wishes
from ingest.items import Item, ParsedFeed
from ingest.links import safe_link
from ingest.typed import Final

# What a field of an entry may be called, the best name first.
_ID: Final = ("id",)
_TITLE: Final = ("title", "dc:title", "media:title")
_SUMMARY: Final = ("summary", "media:description")
_PUBLISHED: Final = ("published", "issued", "created", "dc:date")
_UPDATED: Final = ("updated", "modified")
_LANGUAGE: Final = ("dc:language",)
_CREATOR: Final = "dc:creator"
ENTRY: Final = frozenset({
    *_ID, *_TITLE, *_SUMMARY, *_PUBLISHED, *_UPDATED, *_LANGUAGE, _CREATOR, "link", "author", "content"
})  # fmt: skip
# Fields that tell an entry as well; nothing is taken from them.
MARKS: Final = frozenset({"category", "contributor", "source", "rights", "media:group"})
FEED: Final = frozenset(
    {"title", "link", "author", "updated", "subtitle", "dc:language", "language", "id", "generator"}
)
_ALTERNATE: Final = frozenset({"alternate", "http://www.iana.org/assignments/relation/alternate"})


def read(source: Source, *, max_items: int) -> ParsedFeed:
    """Items in the feed's order. Elements without a single known field are no entries.
    The feed's author is not taken for the entries' (RFC 4287 would allow it): mostly it is the site's name."""
    root = source.root
    head = source.fields(root, FEED)
    spoken = language(source.language_of(root)) or language(head.text("language", "dc:language"))
    if source.names[root.tag] == "entry":  # a document that is a single entry
        head = Fields({}, text_of)
    table = source.table(ENTRY, marks=MARKS, limit=max_items)
    return ParsedFeed(
        format="atom",
        title=plain(_construct(head.first("title"))),
        language=spoken,
        home=_link(source, root, head.all("link")),
        items=_items(source, table, spoken),
        wishes=wishes(source),
    )


def entries(source: Source) -> list[Element]:
    """The entry elements: children of the root, the root itself, else wherever they stand."""
    if source.names[source.root.tag] == "entry":
        return [source.root]
    found = [e for e in source.root if source.names[e.tag] == "entry"]
    return found or [e for e in source.root.iter() if source.names[e.tag] in {"entry", "item"}]


def _items(source: Source, table: Table, spoken: str | None) -> tuple[Item, ...]:
    guids = [text and token(text) for text in table.texts(_ID)]
    contents = table.firsts.get("content") or [None] * len(table.elements)
    columns = (  # in the order of Item's fields
        _links(source, table, guids, contents),
        [guid or None for guid in guids],
        _plain(source, table, _TITLE),
        _plain(source, table, _SUMMARY),
        [None if content is None else _markup(content) for content in contents],
        _authors(table),
        table.dates(_PUBLISHED),
        table.dates(_UPDATED),
        _languages(source, table, spoken),
    )
    return tuple(map(Item, *columns))


def _links(source: Source, table: Table, guids: Sequence[str], contents: Sequence[Element | None]) -> list[str | None]:
    return [
        _link(source, element, table.all("link", entry)) or safe_link(guid) or _elsewhere(source, content)
        for entry, (element, guid, content) in enumerate(zip(table.elements, guids, contents, strict=True))
    ]


def _elsewhere(source: Source, content: Element | None) -> str | None:
    """Where the content is, if not in the feed."""
    return link(content.get("src"), source.base_of(content)) if content is not None else None


def _languages(source: Source, table: Table, spoken: str | None) -> list[str | None]:
    own = map(language, table.texts(_LANGUAGE))
    if not source.has_lang:
        return [tag or spoken for tag in own]
    around = [next(iter(table.all("title", entry)), element) for entry, element in enumerate(table.elements)]
    return [language(source.language_of(e)) or tag or spoken for e, tag in zip(around, own, strict=True)]


def _plain(source: Source, table: Table, names: Sequence[str]) -> list[str]:
    """Of each entry the first of these text constructs in which something is written."""
    write = table.own if source.loose else _construct
    return [text or "" for text in table.read(names, lambda element: plain(write(element)))]


def _construct(element: Element | None) -> str:
    """An Atom text construct as text or markup; `plain` makes text of either."""
    if element is None:
        return ""
    if element.get("mode") == "base64":
        return _unpacked(text_of(element))
    if len(element) and element.get("type") in {"xhtml", "application/xhtml+xml"}:
        return markup_of(element)
    return text_of(element)


def _markup(element: Element) -> str | None:
    """HTML of an entry's content; None where it is elsewhere, empty or no text."""
    kind = (element.get("type") or "text").lower()
    if not (kind in {"text", "html", "xhtml"} or kind.startswith("text/") or kind.endswith(("+xml", "/xml"))):
        return None  # a picture, a sound: base64 by RFC 4287
    markup = _unpacked(text_of(element)) if element.get("mode") == "base64" else markup_of(element)
    return markup.strip() or None


def _unpacked(text: str) -> str:
    import base64  # 1 ms, for what Atom 0.3 alone knows

    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except ValueError:  # binascii.Error is one
        return ""


def _link(source: Source, element: Element, links: Iterable[Element]) -> str | None:
    """The alternate link, HTML before other types; else the text of a link written as in RSS."""
    base = source.base_of(element)
    other = None
    for found in links:
        if (found.get("rel") or "alternate").strip().lower() not in _ALTERNATE:
            continue
        url = link(found.get("href") or found.text, source.base_of(found) if source.has_base else base)
        if url and "html" in (found.get("type") or "text/html"):
            return url
        other = other or url
    return other


def _authors(table: Table) -> list[str | None]:
    """The entries' own authors, each name once."""
    if "author" not in table.firsts and _CREATOR not in table.firsts:
        return [None] * len(table.elements)
    return [_people(table, entry) or None for entry in range(len(table.elements))]


def _people(table: Table, entry: int) -> str:
    names = [name for element in table.all("author", entry) if (name := _author(element))]
    names = names or [plain(text) for text in texts(table.all(_CREATOR, entry), table.own)]
    return names[0] if len(names) == 1 else ", ".join(dict.fromkeys(names))


def _author(element: Element) -> str:
    people = {e.tag.rpartition("}")[2].lower(): text_of(e) for e in element if isinstance(e.tag, str)}
    return plain(people.get("name") or people.get("email") or (element.text if not people else ""))
