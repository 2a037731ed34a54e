"""Inert parsers: text -> tree, nothing outside the text is ever read and no entity is resolved.

Well-formed texts are read by expat out of the standard library: a feed is read without lxml then, whose import costs as
much as twenty feeds. Ill-formed ones need libxml2's recovery, and large ones its limits.

Tags and attributes are `{namespace}name` from libxml2 and `namespace}name` from expat: `ingest.feeds.tree` takes both.
"""

from __future__ import annotations

import pyexpat as expat  # `xml.parsers.expat` hands on just this
import re
from collections.abc import Collection, Iterator

from ingest.typed import TYPE_CHECKING, Any, Final, Protocol, cast

if TYPE_CHECKING:
    from xml.etree.ElementTree import TreeBuilder

    from lxml import etree
else:
    try:  # without the rest of its module, 0.7 ms to import
        from _elementtree import TreeBuilder
    except ImportError:  # Python without its accelerators
        from xml.etree.ElementTree import TreeBuilder

XML_BASE: Final = "http://www.w3.org/XML/1998/namespace}base"
XML_LANG: Final = "http://www.w3.org/XML/1998/namespace}lang"
# Characters, or bytes of UTF-8. As many of tags alone make a tree of 50 MB; larger ones are left to libxml2.
MAX_QUICK: Final = 2**20
_NUMBERED: Final = rb"&#(?:[xX]0*([0-9a-fA-F]{1,8})|0*(\d{1,10}));?"


class Element(Protocol):
    """What the readers ask of an element, expat's or libxml2's."""

    @property
    def tag(self) -> Any: ...  # no str for an entity reference of libxml2's
    @property
    def text(self) -> str | None: ...
    @property
    def tail(self) -> str | None: ...
    @property
    def attrib(self) -> Any: ...
    def get(self, key: str, default: str | None = None, /) -> str | None: ...
    def iter(self) -> Iterator[Element]: ...
    def itertext(self) -> Iterator[str]: ...
    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


def well_formed(markup: str | bytes) -> tuple[Element, Collection[str]] | None:
    """The root of a well-formed document without a document type, and the names in it; None for any other document.
    Bytes are taken for UTF-8, and refused where they are not.

    Of the names only XML_BASE and XML_LANG count; looking for them in 4 MB of markup takes 3 ms, and expat knows them.
    """
    if len(markup) > MAX_QUICK:
        root = strict(markup)
        return None if root is None else (root, xml_names(markup))
    # Handlers in C on both sides, and all at once: XMLParser of the standard library takes a fifth longer.
    names: dict[str, str] = {}
    builder, parser = TreeBuilder(), expat.ParserCreate("utf-8", "}", names)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    # Whoever calls has looked for one; behind a comment that looks like a root it is found here alone. expat would
    # resolve its entities, up to 8 MiB of them.
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(markup, True)  # noqa: FBT003  expat's signature
    except (expat.ExpatError, ValueError):  # ValueError: lone surrogates, bytes that are no UTF-8, and `_refuse`
        return None
    return cast("Element", builder.close()), names


def xml_names(markup: str | bytes) -> list[str]:
    """XML_BASE and XML_LANG as far as they may stand in the markup."""
    text = markup if isinstance(markup, str) else markup.decode("utf-8", "replace")
    return [name for name in (XML_BASE, XML_LANG) if f"xml:{name.rpartition('}')[2]}" in text]


def _refuse(*_: object) -> None:
    raise ValueError("a document type")


def strict(text: str | bytes) -> Element | None:
    """As `well_formed` by libxml2, whose own limits on depth (256) and size are in force."""
    from lxml import etree

    try:
        octets = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
        return cast("Element", etree.fromstring(octets, _parser(recover=False)))
    except etree.XMLSyntaxError:
        return None


def lenient(text: str) -> Element | None:
    """As much of a tree as can be had from an ill-formed document; None where there is nothing."""
    from lxml import etree

    markup = re.sub(_NUMBERED, _characterless, text.encode("utf-8", "replace"))
    try:
        return cast("Element | None", etree.fromstring(markup, _parser(recover=True)))
    except etree.XMLSyntaxError:
        return None


def _characterless(reference: re.Match[bytes]) -> bytes:
    """A reference by number, or U+FFFD where it names no character: libxml2's recovery takes `&#xD800;` and lays it
    down as bytes that are no UTF-8, on which lxml raises when the text is read."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"\xef\xbf\xbd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else reference[0]


def _parser(*, recover: bool) -> etree.XMLParser:
    from lxml import etree

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
