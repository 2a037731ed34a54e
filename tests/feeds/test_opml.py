"""Lists of feeds: OPML and plain, each refusal with its line and reason, nothing opened."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import BrokenFeed
from ingest.feeds import FeedList, read_feed_list

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<opml version="2.0"><head><title>Häfen</title></head><body>
  <!-- <outline type="rss" xmlUrl="https://auskommentiert.example/feed"/>
  -->
  <outline text="Ordner">
    <outline type="rss" text="Kranbote &amp; S&ouml;hne" language="de"
      xmlUrl="https://kranbote.example/feed?a=1&amp;b=2"/>
    <outline type='rss' title='Hafen' xmlUrl='HTTPS://Hafen.example/rss'></outline>
    <outline type="rss" text="zweimal" xmlUrl="https://hafen.example:443/rss#x"/>
    <outline
        type="rss" text="böse"
        xmlUrl="exec:rm -rf /"/>
    <outline type="rss" text="Datei" xmlUrl="file:///etc/passwd"/>
    <outline type="rss" text="ohne"/>
    <outline type="include" url="https://fremd.example/liste.opml"/>
    <outline type="link" text="Seite" url="https://seite.example/"/>
  </outline>
</body></opml>"""


def urls(found: FeedList) -> list[str]:
    return [feed.url for feed in found.feeds]


def test_opml_gives_feeds_in_order_with_lines() -> None:
    """Addresses as printed, titles as text, duplicates folded, comments skipped, lines counted."""
    found = read_feed_list(OPML.encode())
    assert urls(found) == ["https://kranbote.example/feed?a=1&b=2", "HTTPS://Hafen.example/rss"]
    assert [(feed.title, feed.language, feed.line) for feed in found.feeds] == [
        ("Kranbote & Söhne", "de", 7),
        ("Hafen", None, 9),
    ]
    assert found.duplicates == 1


def test_each_refusal_has_its_line_and_reason() -> None:
    """Other schemes, missing addresses and includes are refused one by one."""
    refused = read_feed_list(OPML.encode()).refused
    assert [(r.line, r.entry, r.reason) for r in refused] == [
        (11, "exec:rm -rf /", "not http(s): exec"),
        (14, "file:///etc/passwd", "not http(s): file"),
        (15, "ohne", "no address"),
        (16, "https://fremd.example/liste.opml", "another list; includes are not followed"),
    ]


def test_a_plain_list_has_one_address_a_line() -> None:
    """Comments and blank lines are skipped, words behind an address are its title."""
    text = (
        "# Häfen\n\nhttps://kranbote.example/feed  Der Kranbote # gut\n  http://hafen.example/rss#neu\r\n"
        "kranbote.example/feed\nhttps://kranbote.example/feed\njavascript:alert(1)\n\x1b[31mftp://x/\n"
    )
    found = read_feed_list(text.encode("utf-8-sig"))
    assert urls(found) == ["https://kranbote.example/feed", "http://hafen.example/rss#neu"]
    assert found.feeds[0].title == "Der Kranbote"
    assert found.duplicates == 1
    assert [r.line for r in found.refused] == [5, 7, 8]
    assert all(r.entry.isprintable() and r.reason for r in found.refused)


def test_depth_and_unclosed_things_are_harmless() -> None:
    """A thousand folders deep, cut off anywhere, or a hundred thousand open quotes: read in no time."""
    deep = "<opml><body>" + '<outline text="x">' * 1000 + '<outline xmlUrl="https://a.example/f"/>'
    assert urls(read_feed_list((deep + "</outline>" * 1000).encode())) == ["https://a.example/f"]
    assert urls(read_feed_list(deep.encode())) == ["https://a.example/f"]
    start = time.process_time()
    read_feed_list(b'<opml><outline a="' * 20_000)
    read_feed_list(b"<opml><!--" + b"<outline " * 100_000)
    read_feed_list(b"<opml><outline " + b"a='b' " * 100_000)
    assert time.process_time() - start < 20


def test_a_page_is_no_list() -> None:
    """Markup of another kind is refused once, not line by line."""
    found = read_feed_list(b"<!doctype html>\n<html>\n<body>\n</body>")
    assert found.feeds == ()
    assert [r.line for r in found.refused] == [1]


def test_a_list_has_a_bound() -> None:
    """More than the cap is refused as a whole."""
    with pytest.raises(BrokenFeed):
        read_feed_list(b"#" * (21 * 2**20))


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda t: ("<opml><outline xmlUrl='" + t).encode("utf-8", "replace")),
    )
)
def test_any_bytes_give_a_list(body: bytes) -> None:
    """For any bytes: a list, whose feeds are absolute http(s)."""
    for feed in read_feed_list(body).feeds:
        assert feed.url.lower().startswith(("http:", "https:"))
