"""RSS 0.9x and 2.0, RSS 1.0 (RDF): tree -> items, with the Dublin Core, content, Atom and Media words in them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat

from ingest.feeds.fields import Row, Table, texts
from ingest.feeds.inert import XML_LANG, Element
from ingest.feeds.text import language, plain, token
from ingest.feeds.tree import RDF_ABOUT, Source, attribute, link, markup_of
from ingest.items import Item, ParsedFeed
from ingest.links import safe_link
from ingest.typed import Final, NamedTuple

ENTRY: Final = frozenset({
    "title", "link", "guid", "description", "pubdate", "author", "language", "content:encoded", "xhtml:body",
    "dc:title", "dc:description", "dc:creator", "dc:author", "dc:date", "dc:language", "dc:identifier",
    "dcterms:issued", "dcterms:created", "dcterms:modified", "atom:link", "atom:id", "atom:title", "atom:summary",
    "atom:published", "atom:updated", "atom:author", "atom:content", "media:title", "media:description",
    "itunes:author", "itunes:summary", "source", "enclosure", "category", "comments", "media:content",
    "media:thumbnail", "image", "lastbuilddate", "modified", "published", "updated", "issued", "created",
})  # fmt: skip


class Words(NamedTuple):
    """What a field of an entry may be called, the best name first."""

    guid: tuple[str, ...] = ("guid", "atom:id")
    title: tuple[str, ...] = ("title",)
    other_title: tuple[str, ...] = ("dc:title", "atom:title", "media:title")
    links: tuple[str, ...] = ("link", "atom:link")
    authors: tuple[str, ...] = ("dc:creator", "author", "dc:author", "itunes:author")
    people: tuple[str, ...] = ("atom:author",)
    summary: tuple[str, ...] = ("description", "dc:description", "atom:summary", "media:description")
    content: tuple[str, ...] = ("content:encoded", "xhtml:body", "atom:content")
    published: tuple[str, ...] = (
        "pubdate", "published", "issued", "dcterms:issued", "atom:published", "dc:date", "dcterms:created", "created"
    )  # fmt: skip
    updated: tuple[str, ...] = ("atom:updated", "dcterms:modified", "updated", "modified", "lastbuilddate")
    language: tuple[str, ...] = ("dc:language", "language")
    publisher: tuple[str, ...] = ("source",)


_WORDS: Final = Words()
CHANNEL: Final = frozenset({"title", "link", "language", "dc:language", "dc:title", "description", "atom:link"})


def read(source: Source, *, max_items: int) -> ParsedFeed:
    """Items in the feed's order. Elements without a single known field are no entries."""
    rdf = source.names[source.root.tag] == "rdf:rdf"
    channel = _channel(source)
    head = source.fields(channel, CHANNEL)
    base = source.base_of(channel)
    home = next((found for text in head.texts("link") if (found := link(text, base))), None)
    spoken = language(head.text("language", "dc:language")) or language(source.language_of(channel))
    table = source.table(ENTRY, limit=max_items, named=_about)
    return ParsedFeed(
        format="rdf" if rdf else "rss",
        title=plain(head.text("title", "dc:title")),
        language=spoken,
        home=home,
        items=_items(source, table, home or source.url, spoken),
    )


def entries(source: Source) -> list[Element]:
    """The item elements: children of the channel or of the root, else wherever they stand."""
    names = source.names
    found = [e for e in source.root if names[e.tag] == "item"]
    for channel in source.root:
        if names[channel.tag] == "channel":
            found += [e for e in channel if names[e.tag] == "item"]
    return found or [e for e in source.root.iter() if names[e.tag] in {"item", "entry"}]


def _channel(source: Source) -> Element:
    if source.names[source.root.tag] == "channel":
        return source.root
    return next((e for e in source.root.iter() if source.names[e.tag] == "channel"), source.root)


def _items(source: Source, table: Table, home: str, spoken: str | None) -> tuple[Item, ...]:
    words = Words(*source.in_use(_WORDS))
    guids = [text and token(text) for text in table.texts(words.guid)]
    if not all(guids):
        guids = [guid or _about(element) for guid, element in zip(guids, table.elements, strict=True)]
    columns = (  # in the order of Item's fields
        _links(source, table, words, home, guids),
        [guid or None for guid in guids],
        _titles(table, words),
        map(plain, table.texts(words.summary)),
        _contents(table, words),
        _authors(table, words),
        table.dates(words.published),
        table.dates(words.updated),
        _languages(source, table, words, spoken),
        [plain(text) or None for text in table.texts(words.publisher)],
    )
    return tuple(map(Item, *columns))


def _about(element: Element) -> str:
    return token(attribute(element, RDF_ABOUT))


def _links(source: Source, table: Table, words: Words, home: str, guids: list[str]) -> list[str | None]:
    bases = map(source.base_of, table.elements) if source.has_base else repeat(home)
    return [_link(row, table.own, words, base, guid) for row, base, guid in zip(table.rows, bases, guids)]  # noqa: B905


def _link(row: Row, own: Callable[[Element], str], words: Words, base: str, guid: str) -> str | None:
    """`<link>`, else the Atom link, else a GUID that is an address (and does not say otherwise)."""
    for element in row.get("link", ()):
        if found := link(own(element), base):
            return found
    for name in words.links:
        for element in row.get(name, ()):
            if element.get("rel", "alternate") == "alternate" and (found := link(element.get("href"), base)):
                return found
    permanent = all((e.get("isPermaLink") or "true").lower() != "false" for e in row.get("guid", ()))
    return safe_link(guid) if permanent and guid else None


def _titles(table: Table, words: Words) -> list[str]:
    titles = list(map(plain, table.texts(words.title)))
    if words.other_title and not all(titles):
        return [title or plain(other) for title, other in zip(titles, table.texts(words.other_title), strict=True)]
    return titles


def _contents(table: Table, words: Words) -> list[str | None]:
    """HTML of the entries' full texts, the first of each that is not blank."""
    if not words.content:
        return [None] * len(table.rows)
    return [
        next((markup for name in words.content for e in row.get(name, ()) if (markup := markup_of(e).strip())), None)
        for row in table.rows
    ]


def _authors(table: Table, words: Words) -> list[str | None]:
    if not (words.authors or words.people):
        return [None] * len(table.rows)
    return [_author(row, table.own, words) or None for row in table.rows]


def _author(row: Row, own: Callable[[Element], str], words: Words) -> str:
    """The names of the most explicit source alone: those of one person in several words would be told twice."""
    names: list[str] = []
    for word in words.authors:
        if word in row and (names := texts(row[word], own)):
            break
    else:
        names = [child.text or "" for name in words.people for e in row.get(name, ()) for child in list(e)[:1]]
    return plain(names[0]) if len(names) == 1 else ", ".join(dict.fromkeys(filter(None, map(plain, names))))


def _languages(source: Source, table: Table, words: Words, spoken: str | None) -> list[str | None]:
    own = map(language, table.texts(words.language))
    if not source.has_lang:
        return [tag or spoken for tag in own]
    return [
        tag or _own_language(element, row) or spoken
        for tag, element, row in zip(own, table.elements, table.rows, strict=True)
    ]


def _own_language(element: Element, row: Row) -> str | None:
    for title in row.get("title", ()):
        if tag := attribute(title, XML_LANG):
            return language(tag)
    return language(attribute(element, XML_LANG))
