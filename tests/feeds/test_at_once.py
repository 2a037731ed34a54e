"""Feeds read from their bytes: the answer is the one that their text gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FeedError
from ingest.feeds.gate import parse_feed

ITEM = "<item><title>Kai gesperrt: Flöße</title><guid>hb-1</guid><link>https://hafenbote.example/1</link></item>"
FEED = f"<rss><channel><title>Hafenbote</title>{ITEM}</channel></rss>"


def titles(body: bytes, charset: str | None = None) -> list[str]:
    return [item.title for item in parse_feed(body, url="https://hafenbote.example/", charset=charset).items]


@pytest.mark.parametrize("said", ["utf-8", "iso-8859-1", "us-ascii", "nonsense"])
def test_valid_utf8_is_utf8_whatever_is_declared(said: str) -> None:
    """A wrong declaration, in the document or by HTTP, spoils no letter."""
    declared = f'<?xml version="1.0" encoding="{said}"?>{FEED}'.encode()
    assert titles(declared) == titles(FEED.encode(), said) == ["Kai gesperrt: Flöße"]


@pytest.mark.parametrize("codec", ["iso-8859-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig", "utf-32"])
def test_other_charsets_are_read_from_their_text(codec: str) -> None:
    """What is no plain UTF-8 takes the careful way and comes out the same."""
    declared = "" if codec.startswith("utf") else f'<?xml version="1.0" encoding="{codec}"?>'
    assert titles((declared + FEED).encode(codec)) == ["Kai gesperrt: Flöße"]


def test_seven_bit_charsets_are_no_utf8() -> None:
    """HZ is ASCII to look at, and means other letters."""
    feed = '<?xml version="1.0" encoding="{}"?><rss><channel><item><title>{}</title></item></channel></rss>'
    assert titles(feed.format("hz-gb-2312", "~{VPND~}").encode()) == ["中文"]


@pytest.mark.parametrize("before", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"<!-- " + b"x" * 5000 + b" -->\n"])
@pytest.mark.parametrize("after", [b"", b" \r\n\t", b"\x00"])
def test_what_stands_around_a_feed_changes_nothing(before: bytes, after: bytes) -> None:
    """White space, a byte order mark or a long comment before it, white space or NUL behind it."""
    assert titles(before + FEED.encode() + after) == ["Kai gesperrt: Flöße"]


def test_a_foreign_byte_costs_no_entry() -> None:
    """One byte of another charset in a UTF-8 feed: the feed is not refused, the other letters stay."""
    assert titles(FEED.encode().replace(b"Kai", b"Kai \xe4")) == ["Kai ä gesperrt: Flöße"]


def test_xml_base_in_a_text_is_no_base() -> None:
    """A feed that writes about xml:base has none: its relative links start from its home page."""
    feed = FEED.replace("<title>Hafenbote", "<link>https://hafenbote.example/a/</link><title>xml:base")
    (item,) = parse_feed(feed.replace("https://hafenbote.example/1", "b.html").encode(), url="https://x.example/").items
    assert item.url == "https://hafenbote.example/a/b.html"


parts = st.sampled_from([
    "<rss>", "</rss>", "<channel>", "</channel>", "<item>", "</item>", "<title>", "</title>", "ä", "&amp;", "&", "<!--",
    "-->", "<![CDATA[", "]]>", "<?xml version='1.0' encoding='cp1252'?>", "<!DOCTYPE rss>", "<html>", "\ufeff", " ",
    "x", "<link>https://a.example/1</link>", ITEM, FEED,
])  # fmt: skip


@given(st.lists(parts, max_size=12), st.sampled_from(["utf-8", "utf-16"]))
def test_bytes_and_text_say_the_same(pieces: list[str], other: str) -> None:
    """Any pieces in UTF-8 are read as they are in a charset that never goes the short way."""

    def read(body: bytes) -> object:
        try:
            return parse_feed(body, url="https://hafenbote.example/")
        except FeedError as exc:
            return type(exc), exc.what

    text = "".join(pieces)
    assert read(text.encode()) == read(b"\xef\xbb\xbf" + text.encode() if other == "utf-8" else text.encode(other))
