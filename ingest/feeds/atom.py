"""Atom 1.0 (RFC 4287) and 0.3, also without or with a wrong namespace: tree -> items."""

from __future__ import annotations

from typing import Final, NamedTuple

from ingest.feeds.inert import Element
from ingest.feeds.text import language, plain, token
from ingest.feeds.tree import Fields, Source, link, markup_of, text_of
from ingest.items import Item, ParsedFeed
from ingest.urls import safe_link

ENTRY: Final = frozenset({
    "title", "link", "id", "summary", "content", "published", "issued", "created", "updated", "modified", "author",
    "contributor", "source", "category", "dc:creator", "dc:date", "dc:language", "dc:title", "media:title",
    "media:group", "media:description", "rights",
})  # fmt: skip


class Words(NamedTuple):
    """What a field of an entry may be called, the best name first."""

    title: tuple[str, ...] = ("title", "dc:title", "media:title")
    summary: tuple[str, ...] = ("summary", "media:description")
    published: tuple[str, ...] = ("published", "issued", "created", "dc:date")
    updated: tuple[str, ...] = ("updated", "modified")
    language: tuple[str, ...] = ("dc:language",)


_WORDS: Final = Words()
FEED: Final = frozenset(
    {"title", "link", "author", "updated", "subtitle", "dc:language", "language", "id", "generator"}
)


def read(source: Source, *, max_items: int) -> ParsedFeed:
    """Items in the feed's order. Elements without a single known field are no entries.
    The feed's author is not taken for the entries' (RFC 4287 would allow it): mostly it is the site's name."""
    root = source.root
    head = source.fields(root, FEED)
    spoken = language(source.language_of(root)) or language(head.text("language", "dc:language"))
    if source.names[root.tag] == "entry":  # a document that is a single entry
        head = Fields({}, text_of)
    rows = []
    for element in source.entries:
        fields = source.fields(element, ENTRY)
        if fields.found:
            rows.append((element, fields))
            if len(rows) >= max_items:
                break
    words = Words(*source.in_use(_WORDS))
    return ParsedFeed(
        format="atom",
        title=plain(_construct(head.first("title"))),
        language=spoken,
        home=_link(source, root, head),
        items=tuple(_item(source, element, fields, words, spoken) for element, fields in rows),
    )


def entries(source: Source) -> list[Element]:
    """The entry elements: children of the root, the root itself, else wherever they stand."""
    if source.names[source.root.tag] == "entry":
        return [source.root]
    found = [e for e in source.root if source.names[e.tag] == "entry"]
    return found or [e for e in source.root.iter() if source.names[e.tag] in {"entry", "item"}]


def _item(source: Source, element: Element, fields: Fields, words: Words, spoken: str | None) -> Item:
    guid = token(fields.text("id"))
    title = _first(fields, source, words.title)
    url = _link(source, element, fields) or safe_link(guid)
    content = fields.first("content")
    if url is None and content is not None and content.get("src"):
        url = link(content.get("src"), source.base_of(content))
    return Item(
        url=url,
        guid=guid or None,
        title=title,
        summary=_first(fields, source, words.summary),
        content=_markup(content),
        author=_authors(fields) or None,
        published=fields.date(*words.published),
        updated=fields.date(*words.updated),
        language=_language(source, element, fields, words) or spoken,
    )


def _language(source: Source, element: Element, fields: Fields, words: Words) -> str | None:
    title = fields.first("title")
    return language(source.language_of(element if title is None else title)) or language(fields.text(*words.language))


def _first(fields: Fields, source: Source, names: tuple[str, ...]) -> str:
    for name in names:
        for element in fields.all(name):
            text = plain(fields.own(element) if source.loose else _construct(element))
            if text:
                return text
    return ""


def _construct(element: Element | None) -> str:
    """An Atom text construct as text or markup; `plain` makes text of either."""
    if element is None:
        return ""
    if element.get("mode") == "base64":
        return _unpacked(text_of(element))
    if len(element) and element.get("type") in {"xhtml", "application/xhtml+xml"}:
        return markup_of(element)
    return text_of(element)


def _markup(element: Element | None) -> str | None:
    """HTML of an entry's content; None where it is elsewhere, empty or no text."""
    if element is None:
        return None
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


def _link(source: Source, element: Element, fields: Fields) -> str | None:
    """The alternate link, HTML before other types; else the text of a link written as in RSS."""
    base = source.base_of(element)
    other = None
    for found in fields.all("link"):
        if (found.get("rel") or "alternate").strip().lower() not in {
            "alternate",
            "http://www.iana.org/assignments/relation/alternate",
        }:
            continue
        url = link(found.get("href") or found.text, source.base_of(found) if source.has_base else base)
        if url and "html" in (found.get("type") or "text/html"):
            return url
        other = other or url
    return other


def _authors(fields: Fields) -> str:
    names = []
    for element in fields.all("author"):
        people = {e.tag.rpartition("}")[2].lower(): text_of(e) for e in element if isinstance(e.tag, str)}
        names.append(plain(people.get("name") or people.get("email") or (element.text if not people else "")))
    names = [name for name in names if name] or [plain(text) for text in fields.texts("dc:creator")]
    return ", ".join(dict.fromkeys(names))
