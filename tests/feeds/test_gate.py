"""The gate: whatever the bytes, items or one of three errors, and nothing outside the bytes is touched."""

from __future__ import annotations

import contextlib
import gzip
import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.errors import BrokenFeed, EmptyFeed, FeedError, NotAFeed
from ingest.feeds import parse_feed
from ingest.model import ParsedFeed

URL = "https://kranbote.example/feed.xml"
ONE = (
    "<item><title>Kai gesperrt</title><link>https://kranbote.example/kai</link><guid>k-1</guid>"
    "<pubDate>Mon, 11 Mar 2024 17:40:00 +0100</pubDate><description>Am Morgen.</description></item>"
)
TWO = ONE.replace("Kai gesperrt", "Kran geliefert").replace("/kai", "/kran").replace("k-1", "k-2")
PROLOG = '<?xml version="1.0" encoding="utf-8"?>'


def rss(items: str = ONE + TWO, *, before: str = PROLOG, root: str = 'rss version="2.0"') -> str:
    return f"{before}<{root}><channel><title>Kranbote</title><language>de-DE</language>{items}</channel></rss>"


def parse(text: str | bytes, *, charset: str | None = None, content_type: str | None = None) -> ParsedFeed:
    return parse_feed(
        text if isinstance(text, bytes) else text.encode(), url=URL, charset=charset, content_type=content_type
    )


def titles(text: str | bytes, *, charset: str | None = None) -> list[str]:
    return [item.title for item in parse(text, charset=charset).items]


BOTH = ["Kai gesperrt", "Kran geliefert"]
MENDABLE = {
    "well-formed": rss(),
    "blank lines and a mark before the prolog": b"\n\n\xef\xbb\xbf" + rss().encode(),
    "a warning before the prolog": "<br />\n<b>Warning</b>: Undefined index in <b>feed.php</b><br />\n" + rss(),
    "a comment before the prolog": "<!-- cached 2024 -->\n" + rss(),
    "no prolog": rss(before=""),
    "something behind the end": rss() + "<!-- 12 ms --><script>track()</script>",
    "control characters": rss().replace("Am Morgen", "Am\x00 Mor\x0bgen"),
    "a reference to a control character": rss().replace("Am Morgen", "Am&#0; Mor&#x1F;gen"),
    "bare ampersands": rss().replace("Am Morgen", "Bug & Heck &amp; Ruder&nbsp;& mehr"),
    "a bare less-than sign": rss().replace("Am Morgen", "3 < 4 und 4 <5"),
    "an unclosed tag in one description": rss().replace("Am Morgen", "<p>Am<br>Morgen", 1),
    "a missing end tag": rss(items=ONE.replace("</guid>", "", 1) + TWO),
    "a title that never ends": rss(items=ONE.replace("</title>", "", 1) + TWO),
    "an end tag of an entry missing": rss(items=ONE.removesuffix("</item>") + TWO),
    "a CDATA section that never ends": rss(items=ONE + TWO.replace("Am Morgen", "<![CDATA[ Am Morgen")),
    "upper-case tags": rss().replace("item>", "ITEM>").replace("title>", "TITLE>").replace("link>", "Link>"),
    "an undeclared prefix": rss().replace("<guid>", "<dc:creator>Mara Lund</dc:creator><x:y>1</x:y><guid>"),
    "an attribute without quotes": rss(root="rss version=2.0"),
    "a document type": rss(before=PROLOG + '<!DOCTYPE rss PUBLIC "-//X//DTD RSS 0.91//EN" "http://127.0.0.1:9/x.dtd">'),
    "an unknown charset": rss(before='<?xml version="1.0" encoding="x-hafen"?>'),
    "no closing root": rss().removesuffix("</channel></rss>"),
}


@pytest.mark.parametrize("feed", MENDABLE.values(), ids=MENDABLE.keys())
def test_broken_feeds_lose_no_entry(feed: str | bytes) -> None:
    """Each way to be broken leaves both entries with their titles and addresses."""
    parsed = parse(feed)
    assert [item.title for item in parsed.items] == BOTH
    assert [item.url for item in parsed.items] == ["https://kranbote.example/kai", "https://kranbote.example/kran"]
    assert parsed.title == "Kranbote"
    assert {item.language for item in parsed.items} == {"de-de"}


@pytest.mark.parametrize("cut", range(20, len(ONE), 7))
def test_a_feed_cut_off_keeps_what_is_whole(cut: int) -> None:
    """Wherever the second entry breaks off, the first is there and no half address is taken for a whole one."""
    feed = rss(items=ONE + TWO)
    parsed = parse(feed[: feed.index(TWO) + cut])
    assert parsed.items[0].title == "Kai gesperrt"
    assert {item.url for item in parsed.items} <= {
        "https://kranbote.example/kai",
        "https://kranbote.example/kran",
        None,
    }


CUT_SHORT = {
    "rss": rss(items=ONE + "<item><link>https://kranbote.example/kra"),
    "rss, a line each": rss(items=ONE + "<item>\n<link>\nhttps://kranbote.example/kra"),
    "atom": f"{PROLOG}<feed><entry><title>Kai gesperrt</title><id>k-1</id>"
    '<link href="https://kranbote.example/kai"/></entry><entry><link href="https://kranbote.example/kra',
    "atom id": f"{PROLOG}<feed><entry><title>Kai gesperrt</title><id>k-1</id>"
    '<link href="https://kranbote.example/kai"/></entry><entry><link href="https://kranbote.example/kran"/><id>k-',
}


@pytest.mark.parametrize("feed", CUT_SHORT.values(), ids=CUT_SHORT.keys())
def test_half_an_address_is_no_address(feed: str) -> None:
    """Where a feed breaks off in an entry's first field, the half of it is dropped, and what was whole stays."""
    parsed = parse(feed.removesuffix("</channel></rss>"))
    assert parsed.items[0].title == "Kai gesperrt"
    assert [item.url for item in parsed.items[1:]] in ([], ["https://kranbote.example/kran"])
    assert [item.guid for item in parsed.items[1:]] in ([], [None])


@pytest.mark.parametrize(
    "codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso-8859-15", "utf-8"]
)
def test_charsets_are_found(codec: str) -> None:
    """Marks, zero bytes, the declaration and plain luck lead to the same title."""
    declared = codec.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    feed = rss(before=f'<?xml version="1.0" encoding="{declared}"?>').replace("Kai", "Fähre „Möwe“")
    assert titles(feed.encode(codec, "replace" if codec.startswith("iso") else "strict"))[0].startswith("Fähre ")


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii", "utf-16", "bogus", "zip"])
def test_utf8_is_utf8_whatever_is_declared(declared: str) -> None:
    """UTF-8 that decodes is read as UTF-8, though the prolog or the header says otherwise."""
    feed = rss(before=f'<?xml version="1.0" encoding="{declared}"?>').replace("Kai", "Fähre – Möwe")
    assert titles(feed)[0] == "Fähre – Möwe gesperrt"
    assert titles(rss(before="").replace("Kai", "Fähre"), charset=declared)[0] == "Fähre gesperrt"


def test_other_charsets_come_from_prolog_then_header_then_habit() -> None:
    """Bytes that are no UTF-8 are read as declared, else by the header, else as Windows-1252."""
    cyrillic = rss(before='<?xml version="1.0" encoding="windows-1251"?>', items=ONE.replace("Kai", "Порт"))
    assert titles(cyrillic.encode("cp1251"))[0] == "Порт gesperrt"
    assert (
        titles(rss(before="", items=ONE.replace("Kai", "Порт")).encode("cp1251"), charset="cp1251")[0]
        == "Порт gesperrt"
    )
    assert titles(rss(items=ONE.replace("Kai", "Fähre „Möwe“")).encode("cp1252"))[0] == "Fähre „Möwe“ gesperrt"


def test_one_stray_byte_does_not_spoil_the_rest() -> None:
    """A single Latin-1 byte in a UTF-8 feed is read as such, the UTF-8 around it stays."""
    feed = rss(items=ONE.replace("Kai", "Fähre über Möwe")).encode().replace(b"gesperrt", b"gesp\xe4rt")
    assert titles(feed)[0] == "Fähre über Möwe gespärt"


def test_a_gzip_file_is_unpacked_with_a_bound() -> None:
    """A feed that is itself a gzip file is read, also when cut off; a bomb is refused before it unfolds."""
    assert titles(gzip.compress(rss().encode())) == BOTH
    long = rss(items=ONE * 2000)
    assert parse(gzip.compress(long.encode(), 1)[:-200]).items[0].title == "Kai gesperrt"
    with pytest.raises(BrokenFeed):
        parse(gzip.compress(b"<rss>" + b" " * (64 * 2**20)))
    with pytest.raises(BrokenFeed):
        parse(b"\x1f\x8b\x08" + b"x" * 100)


def test_nothing_outside_the_feed_is_read() -> None:
    """External entities, external DTDs and exploding entities are inert."""
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    attacks = [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/e.dtd" [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
        f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}<!ENTITY x "&l9;">]>',
    ]
    for attack in attacks:
        parsed = parse(rss(before=PROLOG + attack, items=ONE.replace("Kai", "&x;") + TWO))
        assert parsed.items[0].title == "&x; gesperrt"
    large = '<!DOCTYPE rss [<!ENTITY x "' + "A" * 50_000 + '">]>'
    assert len(parse(rss(before=PROLOG + large, items=ONE.replace("Kai", "&x;" * 5000))).items[0].title) < 20_000


def test_short_internal_entities_are_taken() -> None:
    """A plain short entity of the feed's own document type is replaced, as feed readers do."""
    feed = rss(before=PROLOG + '<!DOCTYPE rss [<!ENTITY amt "Hafenamt">]>', items=ONE.replace("Kai", "&amt;"))
    assert titles(feed) == ["Hafenamt gesperrt"]


ABSURD = {
    "nested tags": rss(
        items=ONE + "<item><description>" + "<b>" * 100_000 + "</b>" * 100_000 + "</description></item>"
    ),
    "attributes": rss(root='rss version="2.0" ' + " ".join(f'a{i}="1"' for i in range(50_000))),
    "open tags": rss(items="<item><title>x</title><description>" + "<a " * 60_000 + "</description></item>"),
    "declarations": rss(items=ONE + "<item><description>" + "<!" * 100_000 + "</description></item>"),
    "open sections": rss(items=ONE + "<item>" + "<![CDATA[" * 50_000),
    "comments": rss(items=ONE + "<item>" + "<!--" * 50_000),
    "entities": rss(items=ONE + "<item><title>" + "&amp;lt;" * 100_000 + "</title></item>"),
    "scripts": rss(items=ONE + "<item><title>" + "&lt;SCRIPT&gt;" * 50_000 + "</title></item>"),
    "doctypes": PROLOG + "<!DOCTYPE " * 50_000 + rss(before=""),
    "prefixes": rss(items=ONE + "".join(f"<p{i}:x/>" for i in range(20_000))),
    "entries": rss(items=ONE * 30_000),
    "open entries": rss(items="<item>" * 50_000),
    "a long date": rss(items=ONE.replace("Mon, 11", "1 " * 20_000)),
    "ampersands": rss(items="<item><title>" + "&" * 5_000_000),
    "json lists": '{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 100_000,
    "json objects": '{"version":"https://jsonfeed.org/version/1.1","items":[' + '{"a":' * 100_000,
    "links": "<html>" + "<link " * 100_000,
}


@pytest.mark.parametrize("feed", ABSURD.values(), ids=ABSURD.keys())
def test_absurd_feeds_cost_little(feed: str) -> None:
    """Depth, attributes, unclosed things and sheer numbers end in items or an error within seconds."""
    start = time.process_time()
    with contextlib.suppress(FeedError):
        assert 0 < len(parse(feed).items) <= 1000
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NotAFeed), (b" \n\x00 ", NotAFeed), (b"https://kranbote.example/feed", NotAFeed),
        (b'{"status": "error"}', NotAFeed), (b"{", NotAFeed), (b"[]", NotAFeed),
        (b"<?xml version='1.0'?><note><to>Kai</to></note>", NotAFeed),
        (b"<!doctype html><html><body><p>rss</p></body></html>", NotAFeed),
        (b"<html><body><pre><rss><channel><item/></channel></rss></pre></body></html>", NotAFeed),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, NotAFeed), (b"%PDF-1.7 <feed>", BrokenFeed),
        (rss(items="").encode(), EmptyFeed), (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', EmptyFeed),
        (b'{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}', EmptyFeed),
        (b"<urlset/>", EmptyFeed), (b"<rss>" + b"x" * (21 * 2**20), BrokenFeed),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', BrokenFeed),
    ],
    ids=range(17),
)  # fmt: skip
def test_errors_say_what_came(body: bytes, error: type[FeedError]) -> None:
    """What is no feed, an empty feed or a broken one is told apart, with the address."""
    with pytest.raises(error) as caught:
        parse(body)
    assert type(caught.value) is error
    assert caught.value.where == URL


def test_a_page_names_the_feeds_it_announces() -> None:
    """A web page instead of a feed: its announced feeds are the hint, absolute and safe."""
    page = """<!DOCTYPE html><html><head><title>Kranbote</title>
      <link rel="stylesheet" href="/x.css"><link rel="alternate" hreflang="en" href="/en">
      <link rel="alternate" type="application/rss+xml" title="Alles" href="/rss?a=1&amp;b=2">
      <link href='atom.xml' type='application/atom+xml' rel='alternate home'>
      <link rel=alternate type=application/feed+json href=https://kranbote.example/feed.json />
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head><body></body></html>"""
    with pytest.raises(NotAFeed) as caught:
        parse(page, content_type="text/html")
    assert caught.value.hint == (
        "https://kranbote.example/rss?a=1&b=2",
        "https://kranbote.example/atom.xml",
        "https://kranbote.example/feed.json",
    )
    assert "https://kranbote.example/rss" in caught.value.fix


def test_the_cap_on_items_holds_on_every_path() -> None:
    """max_items bounds well-formed and ill-formed feeds, JSON and sitemaps alike."""
    many = ONE * 30
    for feed in (
        rss(items=many),
        rss(items=many + "<item><title>offen"),
        '{"version": "https://jsonfeed.org/version/1", "items": [' + ",".join(['{"id": "1"}'] * 30) + "]}",
        "<urlset>" + "<url><loc>https://kranbote.example/a</loc></url>" * 30 + "</urlset>",
    ):
        assert len(parse_feed(feed.encode(), url=URL, max_items=7).items) == 7


def test_feedparser_has_the_last_word() -> None:
    """A format that our readers do not know (CDF), with entries that feedparser finds, is not lost."""
    parsed = parse('<?xml version="1.0"?><channel href="https://kranbote.example/"><item href="/kai"/></channel>')
    assert [item.url for item in parsed.items] == ["https://kranbote.example/kai"]


def test_dates_are_utc_and_ordered_as_printed() -> None:
    """Items keep the feed's order and carry aware UTC times."""
    assert [item.published for item in parse(rss()).items] == [datetime(2024, 3, 11, 16, 40, tzinfo=UTC)] * 2


PIECES = b"""<rss>|<channel>|<item>|</item>|<title>|</title>|<link>|http://a.example/|<feed>|<entry>|<link href="|"/>
|<![CDATA[|]]>|<!--|-->|&amp;|&|&#|;|<|>|<?xml version='1.0' encoding='|'?>|<!DOCTYPE rss [|<!ENTITY a 'b'>|]>|utf-16
|{"version":"https://jsonfeed.org/version/1","items":[|<urlset>|<url><loc>|</loc></url>|<pubDate>|2024-03-11T24:00:60Z
|{"id":|1|}|]|0001-01-01|xmlns:a='|xml:base='//['""".split(b"|")
SOME = st.sampled_from([*PIECES, b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b\x08", b"\xe4"])


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.lists(SOME, max_size=30).map(b"".join)),
    st.sampled_from(["", URL, "http://[", "x"]),
    st.sampled_from([None, "utf-8", "latin-1", "utf-16", "idna", "zip", "bogus", "\ud800"]),
)
@example(b"<rss><item><link>http://[</link></item></rss>", "", None)
@example(b'{"items":[{"id":"\\ud800","title":"\\ud800","content_html":"\\ud800"}],"title":1}', URL, None)
def test_any_bytes_give_items_or_a_feed_error(body: bytes, url: str, charset: str | None) -> None:
    """For any bytes: FeedError, or items whose texts can be stored and whose addresses are safe."""
    try:
        parsed = parse_feed(body, url=url, charset=charset, max_items=5)
    except FeedError:
        return
    assert parsed.items or parsed.sitemaps
    for item in parsed.items:
        assert item.url is None or item.url.startswith(("http", "HTTP", "/"))
        for text in (item.title, item.summary, item.content or "", item.guid or "", item.author or ""):
            text.encode()
            assert "\x00" not in text


@pytest.mark.parametrize(
    "body",
    [
        rss().encode(),
        rss().encode("utf-8-sig"),
        b"\n\n " + rss().encode() + b"\r\n",
        rss().encode() + b"\x00\x00",
        rss(before='<?xml version="1.0" encoding="iso-8859-1"?>').encode(),
        rss(before='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"),
        rss(before='<?xml version="1.0" encoding="iso-8859-1"?>').replace("Kai", "Käi").encode("cp1252"),
        rss().replace("Kai", "Käi").encode() + b"<!-- \xff -->",
    ],
    ids=["utf-8", "mark", "blanks", "zeros", "declared otherwise", "utf-16", "cp1252", "a stray byte"],
)
def test_bytes_as_they_came_and_decoded_ones_read_alike(body: bytes) -> None:
    """What is handed on in UTF-8 without decoding gives the items that its text gives."""
    items = parse(body).items
    assert [item.title.replace("ä", "a") for item in items] == ["Kai gesperrt", "Kran geliefert"]
    assert [item.guid for item in items] == ["k-1", "k-2"]


def test_fields_that_only_some_entries_have_are_read() -> None:
    """Names are looked for where any entry has them: the last one's own words for its fields count as the first's."""
    odd = (
        '<item xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Schleuse auf</dc:title>'
        "<dc:language>nl</dc:language>"
        "<dc:date>2024-03-12T09:00:00Z</dc:date><dc:creator>Mara Lund</dc:creator></item>"
    )
    first, _, last = parse(rss(ONE + TWO + odd)).items
    assert (first.title, first.language, first.author) == ("Kai gesperrt", "de-de", None)
    assert (last.title, last.language, last.author) == ("Schleuse auf", "nl", "Mara Lund")
    assert last.published == datetime(2024, 3, 12, 9, tzinfo=UTC)
