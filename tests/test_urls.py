"""Addresses: one spelling for each article, one key for its twins, one outlet for each host."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.urls import (
    MAX_URL,
    BadUrl,
    address_key,
    canonical_url,
    host_of,
    is_home,
    is_http,
    outlet_of,
    safe_link,
    same_host,
)

SPELLINGS = [
    ("HTTPS://Www.Kranstadt.Example:443/A", "https://www.kranstadt.example/A"),
    ("http://kranstadt.example:80", "http://kranstadt.example/"),
    ("http://kranstadt.example:8080/", "http://kranstadt.example:8080/"),
    ("http://kranstadt.example:/a", "http://kranstadt.example/a"),
    ("https://kranstadt.example./a", "https://kranstadt.example/a"),
    ("https://redaktion:geheim@kranstadt.example/a", "https://kranstadt.example/a"),
    ("https://kranstadt.example/a#absatz-3", "https://kranstadt.example/a"),
    ("https://kranstadt.example/#!/a", "https://kranstadt.example/"),
    ("https://kranstadt.example/a/../b/./c/..", "https://kranstadt.example/b/"),
    ("https://kranstadt.example/../../a", "https://kranstadt.example/a"),
    ("https://kranstadt.example/%7Ekai/%2e%2e/%c3%bc", "https://kranstadt.example/%C3%BC"),
    ("https://kranstadt.example/ü?q=ä", "https://kranstadt.example/%C3%BC?q=%C3%A4"),
    ("https://kranstadt.example/100%", "https://kranstadt.example/100%25"),
    ("https://kranstadt.example/a?", "https://kranstadt.example/a"),
    ("https://kranstadt.example?p=4", "https://kranstadt.example/?p=4"),
    ("https://kranstadt.example/a?&&id=3&", "https://kranstadt.example/a?id=3"),
    ("https://kranstadt.example/a?b=1&amp;c=2&#038;d=3", "https://kranstadt.example/a?b=1&c=2&d=3"),
    ("https://kranstadt.example/a?b=1&amp;amp;c=2", "https://kranstadt.example/a?b=1&c=2"),
    ("  https://kranstadt.example/ein-\n      kran\t ", "https://kranstadt.example/ein-kran"),
    ("https://kranstadt.example/ein kran", "https://kranstadt.example/ein%20kran"),
    ("https://kranstadt.example/a\u200b\u202eb", "https://kranstadt.example/ab"),
    ("https:\\\\kranstadt.example\\a", "https://kranstadt.example/a"),
    ("https:/kranstadt.example/a", "https://kranstadt.example/a"),
    ("https://Möwenbühl.example/a", "https://xn--mwenbhl-90a2d.example/a"),
    ("http://[0:0:0:0:0:0:0:1]:8080/a", "http://[::1]:8080/a"),
]


@pytest.mark.parametrize(("url", "expected"), SPELLINGS)
def test_each_address_has_one_spelling(url: str, expected: str) -> None:
    """Case, ports, escapes, dots, fragments and stray characters lead to one spelling."""
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "tracking",
    ["utm_source=rss", "UTM_Campaign=x", "wt_mc=x", "wt_zmc=x", "fbclid=1", "gclid=1", "xtor=RSS-1", "ref=rss",
     "at_medium=x", "ns_campaign=x", "cmpid=x", "mc_cid=x", "source=rss", "rss=1"],
)  # fmt: skip
def test_tracking_parameters_go(tracking: str) -> None:
    """What says how a reader came is dropped, wherever it stands among the parameters."""
    assert canonical_url(f"https://a.example/x?{tracking}") == "https://a.example/x"
    assert canonical_url(f"https://a.example/x?id=7&{tracking}&p=2") == "https://a.example/x?id=7&p=2"


@pytest.mark.parametrize(
    "query", ["id=123", "p=4", "123456", "ref=hafen", "source=amt", "article=9&page=2", "z=1&a=2", "rss=hafen", "a="]
)
def test_identity_parameters_stay(query: str) -> None:
    """What may name the article stays, in its order."""
    assert canonical_url(f"https://a.example/x?{query}") == f"https://a.example/x?{query}"


@pytest.mark.parametrize(
    "url",
    ["", "   ", "javascript:alert(1)", "mailto:kai@a.example", "file:///etc/passwd", "ftp://a.example/", "data:,x",
     "a.example/x", "/x", "//a.example/x", "http://", "http://:80/", "http://a.example:99999/", "http://a.example:x/",
     "http://a..example/", "http://[::1", "http://[fe80::1%25eth0]/", "http://a b.example/",
     "http://" + "a" * 64 + ".example/",
     "https://a.example/" + "x" * MAX_URL, "https://a.example/" + "ü" * (MAX_URL // 2), "tag:a.example,2024:1"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    """Other schemes, missing or broken hosts and absurd lengths raise BadUrl; they are not http and no safe link."""
    with pytest.raises(BadUrl):
        canonical_url(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("/b", "https://a.example/b"), ("b?p=1", "https://a.example/x/b?p=1"), ("//c.example/d", "https://c.example/d"),
     ("?p=2", "https://a.example/x/y?p=2"), ("\\b", "https://a.example/b"), ("http://c.example/", "http://c.example/")],
)  # fmt: skip
def test_references_are_resolved(url: str, expected: str) -> None:
    """A relative address starts from the base."""
    assert canonical_url(url, "https://a.example/x/y") == expected


@pytest.mark.parametrize(
    "twin",
    ["http://kranstadt.example/kai/kran-7", "https://www.kranstadt.example/kai/kran-7/", "https://m.kranstadt.example/kai/kran-7",
     "https://amp.kranstadt.example/kai/kran-7", "https://kranstadt.example/kai/kran-7?amp=1",
     "https://kranstadt.example/kai/kran-7?outputType=amp", "https://kranstadt.example/kai/kran-7?utm_source=rss#top"],
)  # fmt: skip
def test_twins_meet_under_one_key(twin: str) -> None:
    """Scheme, www, mobile and AMP hosts, AMP parameters, trailing slash and tracking do not make another article."""
    assert address_key(twin) == "kranstadt.example/kai/kran-7"


def test_amp_paths_fold_only_behind_a_slug() -> None:
    """A trailing /amp is a dress behind an article's slug, and a section of its own elsewhere."""
    assert address_key("https://a.example/ein-neuer-kran/amp/") == "a.example/ein-neuer-kran"
    assert address_key("https://a.example/technik/amp") == "a.example/technik/amp"


def test_different_articles_keep_different_keys() -> None:
    """Paths, identity parameters and hosts that are whole domains by themselves are not folded."""
    urls = ["https://a.example/1", "https://a.example/2", "https://a.example/?p=1", "https://a.example/?p=2",
            "https://a.example/A", "https://a.example/a", "https://m.de/a", "https://b.de/a"]  # fmt: skip
    assert len({address_key(url) for url in urls}) == len(urls)


@pytest.mark.parametrize(
    ("url", "outlet"),
    [("https://www.kranbote.de/a", "kranbote.de"), ("https://m.kranbote.de", "kranbote.de"),
     ("https://amp.news.kranbote.co.uk/a", "kranbote.co.uk"), ("https://hafen.blogspot.com/a", "hafen.blogspot.com"),
     ("http://127.0.1.3:8001/a", "127.0.1.3:8001"), ("http://127.0.0.1/a", "127.0.0.1"), ("http://[::1]:80/", "[::1]"),
     ("http://localhost:9000/", "localhost:9000"), ("https://co.uk/", "co.uk"),
     ("http://www.kranbote.example:8001/", "kranbote.example")],
)  # fmt: skip
def test_an_outlet_is_the_registrable_domain(url: str, outlet: str) -> None:
    """Subdomains of one domain are one outlet; addresses and names without a domain stand for themselves."""
    assert outlet_of(url) == outlet


def test_hosts_compare_without_case_and_default_port() -> None:
    """host_of names a port only where it is not the scheme's own."""
    assert host_of("HTTPS://A.Example:443/x") == "a.example"
    assert host_of("http://a.example:443/x") == "a.example:443"
    assert same_host("http://A.example/x", "https://a.example/y")
    assert not same_host("http://a.example/", "http://a.example:8080/")
    assert not same_host("http://a.example/", "javascript:1")


@pytest.mark.parametrize(
    ("url", "home"),
    [("https://a.example", True), ("https://a.example/#top", True), ("https://a.example/index.html", True),
     ("https://a.example/?utm_source=x", True), ("https://a.example/?p=1", False), ("https://a.example/a", False)],
)  # fmt: skip
def test_a_front_page_has_no_path(url: str, home: bool) -> None:
    """The front page is known by its empty path, index files included."""
    assert is_home(url) is home


def test_safe_links_stay_as_printed() -> None:
    """An http(s) link passes as the publisher wrote it; anything that could run or read something is None."""
    assert safe_link("https://A.example/x?utm_source=rss#y") == "https://A.example/x?utm_source=rss#y"
    assert safe_link(" https://a.example/\x1b[31mx ") == "https://a.example/[31mx"
    for bad in (
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "/x",
        "http://",
        "x",
    ):
        assert safe_link(bad) is None
        assert not is_http(bad)


PARTS = st.sampled_from(
    ["http://", "https://", "HTTP:", "//", "/", "\\", "?", "&", "=", "#", "@", ":", "%", "%2e", "%2F", "%41", "..", ".",
     "a", "a.example", "www.", "ä", "ß", "[", "]", "::1", "utm_a=1", "&amp;", "amp;", "&#38;", " ", "\n", "\t",
     "\u200b",     "\ud800", "80", "443", "id=1", "ref=rss", "xn--", "\u3000", "K", "。"]
)  # fmt: skip
PIECED = st.lists(PARTS).map("".join)
ANYTHING = st.one_of(st.text(), PIECED, PIECED.map(lambda rest: "https://a.example/" + rest))


@settings(max_examples=400, deadline=None)
@given(ANYTHING, st.one_of(st.none(), ANYTHING))
def test_canonical_is_idempotent_and_raises_nothing_else(url: str, base: str | None) -> None:
    """For any string: BadUrl, or an address that is its own canonical form and that every other function takes."""
    try:
        canonical = canonical_url(url, base)
    except BadUrl:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert canonical.isprintable()
    assert " " not in canonical
    assert address_key(canonical)
    assert outlet_of(canonical)
    assert host_of(canonical)
    assert is_home(canonical) in {True, False}
    assert is_http(canonical)


@settings(max_examples=200, deadline=None)
@given(ANYTHING)
def test_checks_never_raise(text: str) -> None:
    """is_http, safe_link and same_host answer for any string."""
    assert is_http(text) == (safe_link(text) is not None)
    assert same_host(text, text) in {True, False}


def test_importing_addresses_is_light() -> None:
    """The list of public suffixes and IDNA load when first needed, not on import."""
    code = "import sys, ingest.urls; print([m for m in ('tld', 'idna', 'courlan', 'httpx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
