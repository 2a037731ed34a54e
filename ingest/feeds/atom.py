"""Atom 1.0 (RFC 4287) and 0.3, also without or with a wrong namespace: tree -> items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ingest.feeds.fields import Fields, Row, Table, text_of, texts
from ingest.feeds.inert import Element
from ingest.feeds.text import language, plain, token
from ingest.feeds.tree import Source, link, markup_of
from ingest.items import Item, ParsedFeed
from ingest.links import safe_link
from ingest.typed import Final, NamedTuple

ENTRY: Final = frozenset({
    "title", "link", "id", "summary", "content", "published", "issued", "created", "updated", "modified", "author",
    "contributor", "source", "category", "dc:creator", "dc:date", "dc:language", "dc:title", "media:title",
    "media:group", "media:description", "rights",
})  # fmt: skip


class Words(NamedTuple):
    """What a field of an entry may be called, the best name first."""

    id: tuple[str, ...] = ("id",)
    title: tuple[str, ...] = ("title", "dc:title", "media:title")
    summary: tuple[str, ...] = ("summary", "media:description")
    published: tuple[str, ...] = ("published", "issued", "created", "dc:date")
    updated: tuple[str, ...] = ("updated", "modified")
    language: tuple[str, ...] = ("dc:language",)


_WORDS: Final = Words()
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
    table = source.table(ENTRY, limit=max_items)
    return ParsedFeed(
        format="atom",
        title=plain(_construct(head.first("title"))),
        language=spoken,
        home=_link(source, root, head.all("link")),
        items=_items(source, table, spoken),
    )


def entries(source: Source) -> list[Element]:
    """The entry elements: children of the root, the root itself, else wherever they stand."""
    if source.names[source.root.tag] == "entry":
        return [source.root]
    found = [e for e in source.root if source.names[e.tag] == "entry"]
    return found or [e for e in source.root.iter() if source.names[e.tag] in {"entry", "item"}]


def _items(source: Source, table: Table, spoken: str | None) -> tuple[Item, ...]:
    words = Words(*source.in_use(_WORDS))
    guids = [text and token(text) for text in table.texts(words.id)]
    columns = (  # in the order of Item's fields
        _links(source, table, guids),
        [guid or None for guid in guids],
        _plain(source, table, words.title),
        _plain(source, table, words.summary),
        [_markup(row["content"][0]) if "content" in row else None for row in table.rows],
        [_authors(row, table.own) or None for row in table.rows],
        table.dates(words.published),
        table.dates(words.updated),
        _languages(source, table, words, spoken),
    )
    return tuple(map(Item, *columns))


def _links(source: Source, table: Table, guids: list[str]) -> list[str | None]:
    return [
        _link(source, element, row.get("link", ())) or safe_link(guid) or _elsewhere(source, row)
        for element, row, guid in zip(table.elements, table.rows, guids, strict=True)
    ]


def _elsewhere(source: Source, row: Row) -> str | None:
    """Where the content is, if not in the feed."""
    content = row["content"][0] if "content" in row else None
    return link(content.get("src"), source.base_of(content)) if content is not None else None


def _languages(source: Source, table: Table, words: Words, spoken: str | None) -> list[str | None]:
    own = map(language, table.texts(words.language))
    if not source.has_lang:
        return [tag or spoken for tag in own]
    around = [row["title"][0] if "title" in row else e for row, e in zip(table.rows, table.elements, strict=True)]
    return [language(source.language_of(e)) or tag or spoken for e, tag in zip(around, own, strict=True)]


def _plain(source: Source, table: Table, names: Sequence[str]) -> list[str]:
    """Of each entry the first of these text constructs in which something is written."""
    write = table.own if source.loose else _construct
    return [
        next((text for name in names for e in row.get(name, ()) if (text := plain(write(e)))), "") for row in table.rows
    ]


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


def _authors(row: Row, own: Callable[[Element], str]) -> str:
    names = [name for element in row.get("author", ()) if (name := _author(element))]
    names = names or [plain(text) for text in texts(row.get("dc:creator", ()), own)]
    return names[0] if len(names) == 1 else ", ".join(dict.fromkeys(names))


def _author(element: Element) -> str:
    people = {e.tag.rpartition("}")[2].lower(): text_of(e) for e in element if isinstance(e.tag, str)}
    return plain(people.get("name") or people.get("email") or (element.text if not people else ""))
