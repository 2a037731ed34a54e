"""Wrapped links lead to what they wrap; links without their target in them are marked."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds.identity import match
from ingest.feeds.wrapped import WRAPPERS, opaque, unwrapped
from ingest.model import Item

TARGET = "https://hafen.example/kai?id=7&utm_source=x"
WRAPPED = [
    f"https://www.google.com/url?rct=j&sa=t&url={quote(TARGET, safe='')}&ct=ga",
    f"https://www.google.de/url?q={quote(TARGET, safe='')}",
    f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&url={quote(TARGET, safe='')}&c=1",
    f"https://l.facebook.com/l.php?u={quote(TARGET, safe='')}&h=AT",
    f"https://eur01.safelinks.protection.outlook.com/?url={quote(TARGET, safe='')}&data=05",
]


@pytest.mark.parametrize("url", WRAPPED)
def test_the_target_is_found(url: str) -> None:
    """The target comes out as its publisher printed it."""
    assert unwrapped(url) == TARGET


def test_layers_are_taken_off() -> None:
    """A wrapper in a wrapper is unwrapped, an endless nest is left after a few."""
    assert unwrapped(f"https://www.google.com/url?q={quote(WRAPPED[3], safe='')}") == TARGET
    nested = TARGET
    for _ in range(6):
        nested = f"https://www.google.com/url?q={quote(nested, safe='')}"
    assert unwrapped(nested) != TARGET


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?q=javascript:alert(1)&x=http",
        "https://www.google.com/url?q=file:///etc/http",
        "https://www.google.com/search?q=https://a.example/",
        "https://blatt.example/url?q=https://a.example/",
        "https://google.com.boese.example/url?q=https://a.example/",
        "https://www.google.com/url?" + "&".join(f"a{n}=http" for n in range(200)),
        "https://[google.com/url?q=https://a.example/",
    ],
)
def test_other_links_stay(url: str) -> None:
    """Neither other addresses nor targets that are no web address are touched."""
    assert unwrapped(url) is url


@given(st.text(max_size=60))
def test_any_link_is_taken(tail: str) -> None:
    """No link breaks the unwrapping."""
    for wrapper in WRAPPERS:
        unwrapped(f"https://{wrapper.host}{wrapper.path}?{wrapper.parameters[0]}=http{tail}")


def test_an_entry_is_known_by_its_target() -> None:
    """Two wrappers around one article are one entry, and the target is what will be asked for."""
    items = [Item(url=WRAPPED[0], guid=None, title="Kai"), Item(url=WRAPPED[3], guid=None, title="Kai")]
    first, second = match(items, [], feed_url="https://feed.example/")
    assert (first.url, first.state, second.state) == ("https://hafen.example/kai?id=7", "new", "repeat")
    assert first.item.url == TARGET


def test_opaque_links_are_told() -> None:
    """Google News hides where its links lead; nobody else is suspected."""
    assert opaque("https://news.google.com/rss/articles/CBMiXkFV?oc=5")
    assert opaque("https://news.google.com/home") is None
    assert opaque("https://hafen.example/google/rss/articles/1") is None
