"""XML as the readers see it: inert parsers, short names for elements, text and addresses of an element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from lxml import etree

from ingest.feeds.dates import parse_date
from ingest.feeds.text import token
from ingest.urls import safe_link

Element = etree._Element  # noqa: SLF001  # the type has no public name

# Namespaces by what readers call them; "" stands for the words of RSS itself. Compared in lower case, no end slash.
_PREFIXES: Final = {
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://cyber.law.harvard.edu/rss": "",
    "http://purl.org/rss/2.0": "",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
}
_NUMBERED: Final = re.compile(rb"&#(?:[xX]0*([0-9a-fA-F]{1,8})|0*(\d{1,10}));?")
XML_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
RDF_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def strict(text: bytes) -> Element:
    """The root of a well-formed UTF-8 document. Nothing outside it is read, no entity is resolved, and libxml2's own
    limits on depth (256) and size stay in force. Raises etree.XMLSyntaxError."""
    return etree.fromstring(text, _parser(recover=False))


def lenient(text: bytes) -> Element | None:
    """As much of a tree as can be had from an ill-formed UTF-8 document; None where there is nothing."""
    try:
        return etree.fromstring(_NUMBERED.sub(_characterless, text), _parser(recover=True))
    except etree.XMLSyntaxError:
        return None


def _characterless(reference: re.Match[bytes]) -> bytes:
    """A reference by number, or U+FFFD where it names no character: libxml2's recovery takes `&#xD800;` and lays it
    down as bytes that are no UTF-8, on which lxml raises when the text is read."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"\xef\xbf\xbd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else reference[0]


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",  # the text was decoded before; whatever the document declares is moot
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


class Names(dict[str, str]):
    """Qualified tag -> short name: `{...dc/elements/1.1/}creator` -> `dc:creator`, RSS's own words bare and in lower
    case. Elements in the root's own namespace are bare as well. One table for one document: tags are unbounded."""

    def __init__(self, root: Element) -> None:
        super().__init__()
        tag = root.tag if isinstance(root.tag, str) else ""
        self._own = _namespace(tag)
        if _PREFIXES.get(self._own) == "rdf":
            self._own = "http://purl.org/rss/1.0"

    def __missing__(self, tag: str) -> str:
        short = ""
        if isinstance(tag, str):  # comments and entities have a function there
            local = tag.rpartition("}")[2].lower()
            namespace = _namespace(tag)
            prefix = "" if namespace == self._own else _PREFIXES.get(namespace, namespace)
            short = f"{prefix}:{local}" if prefix else local
        self[tag] = short
        return short


def _namespace(tag: str) -> str:
    return tag[1:].partition("}")[0].lower().rstrip("/") if tag.startswith("{") else ""


@dataclass(slots=True)
class Source:
    """A feed's tree with its entries, ready for a reader."""

    root: Element
    names: Names
    url: str
    entries: list[Element] = field(default_factory=list)
    loose: bool = False  # ill-formed: fields may stand inside one another
    has_base: bool = False  # xml:base stands somewhere

    def fields(self, element: Element, known: frozenset[str]) -> Fields:
        """The element's fields by short name; of an ill-formed one, at any depth."""
        found: dict[str, list[Element]] = {}
        names = self.names
        for child in element.iterdescendants() if self.loose else element:
            name = names[child.tag]
            if name in known:
                if name in found:
                    found[name].append(child)
                else:
                    found[name] = [child]
        return Fields(found, self._text_before_fields(known) if self.loose else text_of)

    def _text_before_fields(self, known: frozenset[str]) -> Callable[[Element], str]:
        def own(element: Element) -> str:
            if any(self.names[child.tag] in known for child in element.iterdescendants()):
                return element.text or ""
            return text_of(element)

        return own

    def base_of(self, element: Element) -> str:
        """The address that relative ones in an element start from: the feed's, moved by xml:base."""
        base = self.url
        if self.has_base:
            moves = [e.get(XML_BASE) for e in (element, *element.iterancestors())]
            for move in reversed([m for m in moves if m]):
                base = joined(base, move)
        return base


@dataclass(slots=True)
class Fields:
    """Fields of a feed or an entry by short name, in document order."""

    found: dict[str, list[Element]]
    own: Callable[[Element], str]

    def text(self, *names: str) -> str:
        """The first text that is not blank, by order of names, then of the document; "" when there is none."""
        found = self.found
        for name in names:
            if name in found:
                for element in found[name]:
                    text = self.own(element)
                    if text and not text.isspace():
                        return text
        return ""

    def texts(self, *names: str) -> Iterator[str]:
        for name in names:
            for element in self.found.get(name, ()):
                text = self.own(element)
                if text and not text.isspace():
                    yield text

    def date(self, *names: str) -> datetime | None:
        """The first text that is a date."""
        found = self.found
        for name in names:
            if name in found:
                for element in found[name]:
                    if moment := parse_date(self.own(element)):
                        return moment
        return None

    def first(self, name: str) -> Element | None:
        """The first element of this name."""
        found = self.found.get(name)
        return found[0] if found else None

    def all(self, *names: str) -> list[Element]:
        """Elements of these names, by order of names, then of the document."""
        if len(names) == 1:
            return self.found.get(names[0]) or []
        return [element for name in names for element in self.found.get(name, ())]


def text_of(element: Element) -> str:
    """Text of an element, markup inside it (where somebody forgot to escape it) left out."""
    if len(element) == 0:
        return element.text or ""
    return "".join(part for part in element.itertext() if isinstance(part, str))


def markup_of(element: Element) -> str:
    """What stands inside an element, as markup."""
    if len(element) == 0:
        return element.text or ""
    inner = (etree.tostring(child, encoding="unicode", with_tail=True) for child in element)
    return (element.text or "") + "".join(inner)


def language_of(element: Element) -> str | None:
    """xml:lang of an element or of the nearest one around it."""
    here: Element | None = element
    while here is not None:
        if tag := here.get(XML_LANG):
            return tag
        here = here.getparent()
    return None


def joined(base: str, reference: str) -> str:
    """RFC 3986 resolution that never fails: a reference that cannot be resolved stands as it is."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def link(text: str | None, base: str) -> str | None:
    """An absolute http(s) address as printed, or None (javascript:, mailto:, file: and whatever else).

    Without a base (a file of unknown origin) a relative address stays as printed: there is nothing truer to say.
    """
    text = token(text)
    if not text:
        return None
    if not text.startswith(("https://", "http://")):
        text = joined(base, text)
        if base[:4].lower() != "http" and text.startswith("/") and not text.startswith("//"):
            return text
    return safe_link(text)
