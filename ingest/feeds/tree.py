"""XML as the readers see it: short names for elements, text, language and addresses of an element."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from ingest.feeds.fields import Fields, Row, Table, text_of
from ingest.feeds.inert import XML_BASE, XML_LANG, Element
from ingest.feeds.text import escaped, token
from ingest.links import joined, safe_link
from ingest.typed import Final

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
# HTML's elements without an end tag.
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
RDF_ABOUT: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


class Names(dict[str, str]):
    """Qualified tag -> short name: `...dc/elements/1.1/}creator` -> `dc:creator`, RSS's own words bare and in lower
    case. Elements in the root's own namespace are bare as well. One table for one document: tags are unbounded."""

    def __init__(self, root: Element) -> None:
        super().__init__()
        self._own = _namespace(root.tag) if isinstance(root.tag, str) else ""
        if _PREFIXES.get(self._own) == "rdf":
            self._own = "http://purl.org/rss/1.0"

    def __missing__(self, tag: str) -> str:
        # Comments and entities have a function there.
        self[tag] = short = _short(tag, self._own) if isinstance(tag, str) else ""
        return short


@lru_cache(maxsize=1024)  # feeds share some hundred tags
def _short(tag: str, own: str) -> str:
    local = tag.rpartition("}")[2].lower()
    namespace = _namespace(tag)
    prefix = "" if namespace == own else _PREFIXES.get(namespace, namespace)
    return f"{prefix}:{local}" if prefix else local


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0].lstrip("{").lower().rstrip("/")


def attribute(element: Element, name: str) -> str | None:
    """An attribute in a namespace (XML_BASE, XML_LANG, RDF_ABOUT), whoever parsed the element."""
    return element.get(name) or element.get("{" + name)


class Source:
    """A feed's tree with its entries, ready for a reader.

    `names` are those in it, XML_BASE and XML_LANG at least; `loose`: it is ill-formed, so fields may stand inside one
    another.
    """

    __slots__ = ("_around", "entries", "has_base", "has_lang", "loose", "names", "root", "url")

    def __init__(self, root: Element, names: Collection[str], url: str, *, loose: bool = False) -> None:
        self.root = root
        self.names = Names(root)
        self.url = url
        self.entries: list[Element] = []
        self.loose = loose
        self.has_base = XML_BASE in names
        self.has_lang = XML_LANG in names
        self._around: dict[Element, Element] | None = None

    def fields(self, element: Element, known: frozenset[str]) -> Fields:
        """The element's fields by short name; of an ill-formed one, at any depth."""
        return Fields(self._found(element, known), self._text_before_fields(known) if self.loose else text_of)

    def table(
        self,
        known: frozenset[str],
        *,
        marks: frozenset[str],
        limit: int,
        named: Callable[[Element], object] | None = None,
    ) -> Table:
        """The known fields of the first `limit` entries. Elements with neither one of these nor one of the `marks`,
        which tell an entry and are not read (a third of all fields), are none, unless they are `named`."""
        table = Table(self._text_before_fields(known | marks) if self.loose else text_of)
        names, elements, firsts, room = self.names, table.elements, table.firsts, min(limit, len(self.entries))
        for element in self.entries:
            entry, empty = len(elements), True
            for child in _below(element) if self.loose else element:
                name = names[child.tag]
                if name in known:
                    empty = False
                    if name not in firsts:
                        firsts[name] = [None] * room
                    if firsts[name][entry] is None:
                        firsts[name][entry] = child
                    else:
                        table.others.setdefault((name, entry), []).append(child)
            if not empty or self._found(element, marks) or (named is not None and named(element)):
                elements.append(element)
                if len(elements) >= limit:
                    break
        for column in firsts.values():
            del column[len(elements) :]
        return table

    def _found(self, element: Element, known: frozenset[str]) -> Row:
        found: Row = {}
        names = self.names
        for child in _below(element) if self.loose else element:
            name = names[child.tag]
            if name in known:
                if name in found:
                    found[name].append(child)
                else:
                    found[name] = [child]
        return found

    def _text_before_fields(self, known: frozenset[str]) -> Callable[[Element], str]:
        def own(element: Element) -> str:
            if any(self.names[child.tag] in known for child in _below(element)):
                return element.text or ""
            return text_of(element)

        return own

    def base_of(self, element: Element) -> str:
        """The address that relative ones in an element start from: the feed's, moved by xml:base."""
        base = self.url
        if self.has_base:
            moves = [move for e in self._outwards(element) if (move := attribute(e, XML_BASE))]
            for move in reversed(moves):
                base = joined(base, move)
        return base

    def language_of(self, element: Element) -> str | None:
        """xml:lang of an element or of the nearest one around it."""
        if not self.has_lang:
            return None
        return next((tag for e in self._outwards(element) if (tag := attribute(e, XML_LANG))), None)

    def _outwards(self, element: Element) -> Iterator[Element]:
        """The element and those around it, the nearest first."""
        if self._around is None:
            self._around = {child: parent for parent in self.root.iter() for child in parent}
        here: Element | None = element
        while here is not None:
            yield here
            here = self._around.get(here)


def _below(element: Element) -> Iterator[Element]:
    """The elements inside one, at any depth."""
    elements = element.iter()
    next(elements)
    return elements


def markup_of(element: Element) -> str:
    """What stands inside an element, as markup: without prefixes and namespaces, which HTML does not know."""
    if len(element) == 0:
        return element.text or ""
    parts = [_escaped(element.text)]
    # By hand and not by recursion: nothing bounds the depth.
    open_: list[tuple[Iterator[Element], str, str | None]] = [(iter(element), "", None)]
    while open_:
        inside, end, tail = open_[-1]
        child = next(inside, None)
        if child is None:
            parts.append(end + _escaped(tail))
            open_.pop()
        elif isinstance(child.tag, str):
            name = child.tag.rpartition("}")[2]
            parts.append(f"<{name}{_attributes(child)}>{_escaped(child.text)}")
            open_.append((iter(child), "" if name in _VOID else f"</{name}>", child.tail))
        else:  # a reference to an entity that nobody resolves
            parts.append(f"{child.text or ''}{_escaped(child.tail)}")
    return "".join(parts)


def _attributes(element: Element) -> str:
    return "".join(f' {name.rpartition("}")[2]}="{_quoted(value)}"' for name, value in element.attrib.items())


def _quoted(value: str) -> str:
    return escaped(value).replace('"', "&quot;").replace("'", "&#x27;")


def _escaped(text: str | None) -> str:
    return escaped(text) if text else ""


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
