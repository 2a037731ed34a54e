"""RSS 0.9x and 2.0, RSS 1.0 (RDF): tree -> items, with the Dublin Core, content, Atom and Media words in them."""

from __future__ import annotations

from typing import Final, NamedTuple

from ingest.feeds.inert import Element
from ingest.feeds.text import language, plain, token
from ingest.feeds.tree import RDF_ABOUT, XML_LANG, Fields, Source, attribute, link, markup_of
from ingest.items import Item, ParsedFeed
from ingest.urls import safe_link

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
    rows = []
    for element in source.entries:
        fields = source.fields(element, ENTRY)
        if fields.found or token(attribute(element, RDF_ABOUT)):
            rows.append((element, fields))
            if len(rows) >= max_items:
                break
    words = Words(*source.in_use(_WORDS))
    return ParsedFeed(
        format="rdf" if rdf else "rss",
        title=plain(head.text("title", "dc:title")),
        language=spoken,
        home=home,
        items=tuple(_item(source, element, fields, words, home or source.url, spoken) for element, fields in rows),
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


def _item(source: Source, element: Element, fields: Fields, words: Words, home: str, spoken: str | None) -> Item:
    base = source.base_of(element) if source.has_base else home
    guid = token(fields.text(*words.guid)) or token(attribute(element, RDF_ABOUT))
    return Item(
        url=_link(fields, words, base, guid),
        guid=guid or None,
        title=plain(fields.text(*words.title)) or plain(fields.text(*words.other_title)),
        summary=plain(fields.text(*words.summary)),
        content=_content(fields, words),
        author=_author(fields, words) or None,
        published=fields.date(*words.published),
        updated=fields.date(*words.updated),
        language=language(fields.text(*words.language)) or _own_language(source, element, fields) or spoken,
        publisher=plain(fields.text(*words.publisher)) or None,
    )


def _link(fields: Fields, words: Words, base: str, guid: str) -> str | None:
    """`<link>`, else the Atom link, else a GUID that is an address (and does not say otherwise)."""
    for text in fields.texts("link"):
        if found := link(text, base):
            return found
    for element in fields.all(*words.links):
        if element.get("rel", "alternate") == "alternate" and (found := link(element.get("href"), base)):
            return found
    permanent = all((e.get("isPermaLink") or "true").lower() != "false" for e in fields.all("guid"))
    return safe_link(guid) if permanent and guid else None


def _author(fields: Fields, words: Words) -> str:
    """The names of the most explicit source alone: those of one person in several words would be told twice."""
    names = next((found for word in words.authors if (found := fields.texts(word))), None)
    if names is None:
        names = [child.text or "" for e in fields.all("atom:author") for child in list(e)[:1]]
    return ", ".join(dict.fromkeys(filter(None, map(plain, names))))


def _content(fields: Fields, words: Words) -> str | None:
    for element in fields.all(*words.content):
        markup = markup_of(element).strip()
        if markup:
            return markup
    return None


def _own_language(source: Source, element: Element, fields: Fields) -> str | None:
    if not source.has_lang:
        return None
    for own in fields.all("title"):
        if tag := attribute(own, XML_LANG):
            return language(tag)
    return language(attribute(element, XML_LANG))
