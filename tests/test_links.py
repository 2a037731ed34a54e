"""Links as feeds print them: the short ways tell the same as the long ones."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import links, urls

PIECES = [
    "https://", "http:", "HTTP://", "www.kranstadt.example", "Kranstadt.Example", "a" * 70, ":8080", "leser@", "/",
    "//", "/.", "..", "?", "#", ";", "\\", "[", "]", "a", "b-c.html", "ü", " ", "\t", "\u200b", "&amp;", "%2e",
]  # fmt: skip
ADDRESSES = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)


def resolved(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


@given(ADDRESSES | st.text(max_size=30))
def test_a_link_is_told_as_by_the_long_way(text: str) -> None:
    """What is plainly an address or plainly none is so for the careful reader, too."""
    assert links.safe_link(text) == urls.safe_link(text)


@pytest.mark.parametrize("length", [2047, 2048, urls.MAX_URL, urls.MAX_URL + 1])
def test_long_links_are_told_as_by_the_long_way(length: int) -> None:
    """The bound on an address holds on both ways."""
    text = "https://kranstadt.example/".ljust(length, "a")
    assert links.safe_link(text) == urls.safe_link(text)


@given(st.sampled_from(["", "/", "/blog/", "https://kranstadt.example", "http://kranstadt.example/a/b"]), ADDRESSES)
def test_references_are_resolved_as_by_the_standard_library(base: str, reference: str) -> None:
    """RFC 3986, whichever way is taken."""
    assert links.joined(base, reference) == resolved(base, reference)
    assert links.joined(base + reference, reference) == resolved(base + reference, reference)


def test_plain_links_need_no_parser_of_addresses() -> None:
    """Absolute links and paths of a site are read without the modules that take longest to import."""
    code = """
import sys
from ingest.links import joined, safe_link
assert safe_link("https://kranstadt.example/a b?c#d") == "https://kranstadt.example/a b?c#d"
assert safe_link("urn:uuid:1") is None
assert joined("https://kranstadt.example/a/b", "/c") == "https://kranstadt.example/c"
assert joined("https://kranstadt.example/a/b", "c") == "https://kranstadt.example/a/c"
print(sorted({"urllib.parse", "ipaddress", "ingest.urls"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
