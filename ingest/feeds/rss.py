"""RSS 0.9x and 2.0, RSS 1.0 (RDF): tree -> items, with the Dublin Core, content, Atom and Media words in them."""

from __future__ import annotations

from itertools import repeat

from ingest.feeds.fields import Table, texts
from ingest.feeds.inert import XML_LANG, Element
from ingest.feeds.text import language, plain, token
from ingest.feeds.tree import RDF_ABOUT, Source, attribute, link, markup_of
from ingest.feeds.wishes import wishes
from ingest.items import Item, ParsedFeed
from ingest.links import safe_link
from ingest.typed import Final

# What a field of an entry may be called, the best name first.
_GUID: Final = ("guid", "atom:id")
_TITLE: Final = ("title",)
_OTHER_TITLE: Final = ("dc:title", "atom:title", "media:title")
_LINK: Final = ("link", "atom:link")
_AUTHOR: Final = ("dc:creator", "author", "dc:author", "itunes:author")
_PERSON: Final = "atom:author"
_SUMMARY: Final = ("description", "dc:description", "atom:summary", "media:description")
_CONTENT: Final = ("content:encoded", "xhtml:body", "atom:content")
_PUBLISHED: Final = (
    "pubdate", "published", "issued", "dcterms:issued", "atom:published", "dc:date", "dcterms:created", "created"
)  # fmt: skip
_UPDATED: Final = ("atom:updated", "dcterms:modified", "updated", "modified", "lastbuilddate")
_LANGUAGE: Final = ("dc:language", "language")
_PUBLISHER: Final = ("source",)
ENTRY: Final = frozenset({
    *_GUID, *_TITLE, *_OTHER_TITLE, *_LINK, *_AUTHOR, _PERSON, *_SUMMARY, *_CONTENT, *_PUBLISHED, *_UPDATED, *_LANGUAGE,
    *_PUBLISHER,
})  # fmt: skip
# Fields that tell an entry as well; nothing is taken from them.
MARKS: Final = frozenset({
    "category", "comments", "enclosure", "image", "media:content", "media:thumbnail", "itunes:summary", "dc:identifier",
})  # fmt: skip
CHANNEL: Final = frozenset({"title", "link", "language", "dc:language", "dc:title", "description", "atom:link"})


def read(source: Source, *, max_items: int) -> ParsedFeed:
    """Items in the feed's order. Elements without a single known field are no entries."""
    rdf = source.names[source.root.tag] == "rdf:rdf"
    channel = _channel(source)
    head = source.fields(channel, CHANNEL)
    base = source.base_of(channel)
    home = next((found for text in head.texts("link") if (found := link(text, base))), None)
    spoken = language(head.text("language", "dc:language")) or language(source.language_of(channel))
    table = source.table(ENTRY, marks=MARKS, limit=max_items, named=_about)
    return ParsedFeed(
        format="rdf" if rdf else "rss",
        title=plain(head.text("title", "dc:title")),
        language=spoken,
        home=home,
        items=_items(source, table, home or source.url, spoken),
        wishes=wishes(source),
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
    guids = [text and token(text) for text in table.texts(_GUID)]
    if not all(guids):
        guids = [guid or _about(element) for guid, element in zip(guids, table.elements, strict=True)]
    columns = (  # in the order of Item's fields
        _links(source, table, home, guids),
        [guid or None for guid in guids],
        _titles(table),
        map(plain, table.texts(_SUMMARY)),
        table.read(_CONTENT, _content),
        _authors(table),
        table.dates(_PUBLISHED),
        table.dates(_UPDATED),
        _languages(source, table, spoken),
        [plain(text) or None for text in table.texts(_PUBLISHER)],
    )
    return tuple(map(Item, *columns))


def _about(element: Element) -> str:
    return token(attribute(element, RDF_ABOUT))


def _links(source: Source, table: Table, home: str, guids: list[str]) -> list[str | None]:
    bases = map(source.base_of, table.elements) if source.has_base else repeat(home)
    texts = table.texts(("link",))
    return [
        link(text, base) or _link(table, entry, base, guid)
        for entry, (text, base, guid) in enumerate(zip(texts, bases, guids))  # noqa: B905
    ]


def _link(table: Table, entry: int, base: str, guid: str) -> str | None:
    """Another `<link>`, else the Atom link, else a GUID that is an address (and does not say otherwise)."""
    for element in table.all("link", entry):
        if found := link(table.own(element), base):
            return found
    for name in _LINK:
        for element in table.all(name, entry):
            if element.get("rel", "alternate") == "alternate" and (found := link(element.get("href"), base)):
                return found
    permanent = all((e.get("isPermaLink") or "true").lower() != "false" for e in table.all("guid", entry))
    return safe_link(guid) if permanent and guid else None


def _titles(table: Table) -> list[str]:
    titles = list(map(plain, table.texts(_TITLE)))
    if all(titles):
        return titles
    return [title or plain(other) for title, other in zip(titles, table.texts(_OTHER_TITLE), strict=True)]


def _content(element: Element) -> str:
    """HTML of an entry's full text."""
    return markup_of(element).strip()


def _authors(table: Table) -> list[str | None]:
    written = table.texts(_AUTHOR)
    several = {entry for name, entry in table.others if name in _AUTHOR}
    if _PERSON in table.firsts:
        several.update(entry for entry, text in enumerate(written) if not text)
    return [(_people(table, entry) if entry in several else plain(text)) or None for entry, text in enumerate(written)]


def _people(table: Table, entry: int) -> str:
    """The names of the most explicit source alone: those of one person in several words would be told twice."""
    for name in _AUTHOR:
        if names := texts(table.all(name, entry), table.own):
            break
    else:
        names = [child.text or "" for e in table.all(_PERSON, entry) for child in list(e)[:1]]
    return ", ".join(dict.fromkeys(filter(None, map(plain, names))))


def _languages(source: Source, table: Table, spoken: str | None) -> list[str | None]:
    own = map(language, table.texts(_LANGUAGE))
    if not source.has_lang:
        return [tag or spoken for tag in own]
    return [tag or _own_language(table, entry) or spoken for entry, tag in enumerate(own)]


def _own_language(table: Table, entry: int) -> str | None:
    for title in table.all("title", entry):
        if tag := attribute(title, XML_LANG):
            return language(tag)
    return language(attribute(table.elements[entry], XML_LANG))
