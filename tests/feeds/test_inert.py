"""Two parsers, one reading: what expat takes for well-formed, libxml2 reads the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import FeedError
from ingest.feeds.fields import text_of
from ingest.feeds.gate import parse_feed
from ingest.feeds.inert import MAX_QUICK, XML_BASE, Element, lenient, strict, well_formed, xml_names
from ingest.feeds.tree import Source, attribute, markup_of

FEED = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://hafenbote.example/a/">
<title>Hafenbote</title><entry xml:base="b/"><title>Kai <![CDATA[<2>]]> frei<!-- c --> ab</title><link href="1.html"/>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p class='a"b'>Ein &lt; Satz.<br/>Noch</p> einer</div></content>
</entry></feed>"""


def both(text: str) -> tuple[Element, Element]:
    quick, slow = well_formed(text), strict(text)
    assert quick is not None
    assert slow is not None
    return quick[0], slow


def shape(element: Element) -> object:
    """Tags, texts, tails and attributes, without the difference in how namespaces are written."""
    own = {name.lstrip("{"): value for name, value in element.attrib.items()}
    return (element.tag.lstrip("{"), element.text or "", element.tail or "", own, [shape(child) for child in element])


def test_both_parsers_make_one_tree() -> None:
    """Namespaces, CDATA, comments and references come out alike."""
    quick, slow = both(FEED)
    assert shape(quick) == shape(slow)


@pytest.mark.parametrize("before", ["", "<!-- <rss> -->", "<?x <rss> ?>"])
def test_a_document_type_is_found_wherever_it_stands(before: str) -> None:
    """None for it, also behind what looks like the root of a feed: no entity is resolved."""
    entities = '<!DOCTYPE rss [<!ENTITY a "laugh"><!ENTITY b "&a;&a;">]>'
    feed = "<rss><channel><title>&b;</title><item><title>&b;</title><guid>1</guid></item></channel></rss>"
    assert well_formed(before + entities + feed) is None
    assert "laugh" not in repr(parse_feed((before + entities + feed).encode(), url="https://a.example/", max_items=9))


names = st.sampled_from(["a", "b", "item", "title"])
texts = st.text("aä \n&<>\"'\u200b😀", max_size=12)


@st.composite
def documents(draw: st.DrawFn, depth: int = 3) -> str:
    """Well-formed markup of a few elements."""
    from xml.sax.saxutils import escape, quoteattr

    name, text = draw(names), escape(draw(texts))
    inside = "".join(draw(documents(depth=depth - 1)) for _ in range(draw(st.integers(0, 2)))) if depth else ""
    extra = f" x={quoteattr(draw(texts))}" if draw(st.booleans()) else ""
    return f"<{name}{extra}>{text}{inside}</{name}>{escape(draw(texts))}"


@settings(deadline=None)  # a busy machine takes its time
@given(documents())
def test_any_document_reads_the_same(inside: str) -> None:
    """Trees, texts and markup are equal, whoever parsed."""
    quick, slow = both(f'<r xmlns="urn:x">{inside}</r>')
    assert shape(quick) == shape(slow)
    assert text_of(quick) == text_of(slow)
    assert markup_of(quick) == markup_of(slow)


def test_language_and_base_are_those_around() -> None:
    """xml:lang and xml:base are inherited in either tree."""
    for tree in both(FEED):
        source = Source(tree, xml_names(FEED), "https://elsewhere.example/")
        entry = tree[1] if hasattr(tree, "__getitem__") else None
        assert entry is not None
        assert attribute(entry, XML_BASE) == "b/"
        assert source.base_of(entry) == "https://hafenbote.example/a/b/"
        assert source.language_of(entry) == "de"


def test_names_are_known_whoever_parsed() -> None:
    """What decides whether an entry is asked for xml:base and xml:lang, from expat's own table and from the markup."""
    read = well_formed(FEED)
    assert read is not None
    assert set(xml_names(FEED)) <= set(read[1])
    assert xml_names(FEED.encode()) == xml_names(FEED) != []
    assert xml_names("<a/>") == []


def test_markup_has_no_namespaces() -> None:
    """What is inside an element comes out as HTML writes it, escaped where it must be."""
    feed = parse_feed(FEED.encode(), url="https://elsewhere.example/")
    content = feed.items[0].content
    assert content == '<div><p class="a&quot;b">Ein &lt; Satz.<br>Noch</p> einer</div>'


@pytest.mark.parametrize(
    "text", ["<a>", "<a></b>", "<a>&nbsp;</a>", "<x:a/>", "", "<a/>tail", "<a>\x00</a>", "<a>\ud800</a>"]
)
def test_ill_formed_is_none(text: str) -> None:
    """Whatever is ill-formed is no tree; the gate mends it then."""
    assert well_formed(text) is None


def test_deep_nesting_ends() -> None:
    """A hundred thousand elements inside one another are read, or refused, without a crash."""
    deep = "<item><title>x</title><description>" + "<b>" * 100_000 + "</b>" * 100_000 + "</description></item>"
    try:
        feed = parse_feed(f"<rss><channel>{deep}</channel></rss>".encode(), url="https://hafenbote.example/")
    except FeedError:
        return
    assert [item.title for item in feed.items] == ["x"]


def test_large_texts_have_the_limits_of_libxml2() -> None:
    """Above the size for expat, nesting is refused as libxml2 does it."""
    assert well_formed("<a>" * 300 + "x" * MAX_QUICK + "</a>" * 300) is None
    assert lenient("<a><b>") is not None


def test_attributes_without_quotes_are_mended() -> None:
    """`<guid isPermaLink=false>`, as careless writers print it, costs no entry and keeps its meaning."""
    feed = parse_feed(
        b"<rss version=2.0><channel><title>H</title><item><title>Kai</title><guid isPermaLink=false>hb-1</guid>"
        b"<link>https://hafenbote.example/1</link><description><![CDATA[<a href=x>y</a>]]></description>"
        b"</item></channel></rss>",
        url="https://hafenbote.example/",
    )
    (item,) = feed.items
    assert (item.guid, item.url, item.summary) == ("hb-1", "https://hafenbote.example/1", "y")
