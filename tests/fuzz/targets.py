"""What is fuzzed: functions from bytes to nothing that raise where a law of a parser is broken.

Errors that a parser promises to raise are results. Whatever else is raised, and every broken promise about a result
(texts that can be stored, addresses that are safe, one spelling for one address), is a finding.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ingest.errors import BrokenFeed, FeedError, NoArticle
from ingest.extract import extract
from ingest.feeds import parse_feed, read_feed_list, write_feed_list
from ingest.feeds.discover import of_page, of_robots
from ingest.fetch.robots import Robots
from ingest.model import REJECTIONS, Article
from ingest.urls import BadUrl, address_key, canonical_url, host_of, is_home, is_http, outlet_of, safe_link

_NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
_URL: Final = "https://kranbote.example/news/feed"


@dataclass(frozen=True, slots=True)
class Target:
    """A parser under test, inputs to start from, and words of its language to put in."""

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]


def _feed(body: bytes) -> None:
    """Items or a FeedError; texts that can be stored, addresses that cannot run, moments in UTC."""
    try:
        parsed = parse_feed(body, url=_URL, max_items=20)
    except FeedError:
        return
    assert parsed.items or parsed.sitemaps
    assert len(parsed.items) <= 20
    for item in parsed.items:
        # A base that is none (`xml:base="htstp:..."`) leaves an address relative; nobody asks for it.
        assert item.url is None or item.url.lower().startswith(("http:", "https:", "/"))
        for text in (item.title, item.summary, item.content, item.guid, item.author, item.language):
            _storable(text)
        for moment in (item.published, item.updated):
            assert moment is None or moment.utcoffset() == _NOW.utcoffset()
    for address in parsed.sitemaps:
        assert is_http(address)


def _storable(text: str | None) -> None:
    assert "\x00" not in (text or "")
    (text or "").encode()


def _opml(body: bytes) -> None:
    """A list or BrokenFeed; what is written of it is read back the same."""
    try:
        found = read_feed_list(body)
    except BrokenFeed:
        return
    for feed in found.feeds:
        assert is_http(feed.url)
        _storable(feed.title)
    for refused in found.refused:
        assert not any(character < " " or "\x7f" <= character < "\xa0" for character in refused.entry)
    again = read_feed_list(write_feed_list((f.url, f.title, f.language) for f in found.feeds).encode())
    assert [f.url for f in again.feeds] == [f.url for f in found.feeds]


def _address(body: bytes) -> None:
    """One spelling for one address, which every other function takes; None or http(s) for a link."""
    text = _text(body)
    first, _, second = text.partition("\n")
    link = safe_link(first)
    assert link is None or link.lower().startswith(("http:", "https:"))
    for base in (None, second or None):
        with suppress(BadUrl):
            address = canonical_url(first, base)
            assert address.isascii()
            assert address.isprintable()
            assert " " not in address
            assert canonical_url(address) == address
            assert address_key(address)
            assert outlet_of(address)
            assert host_of(address)
            assert is_home(address) in {True, False}
            assert is_http(address)


def _text(body: bytes) -> str:
    """Bytes as text, lone surrogates included: JSON can hold them."""
    try:
        return body.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace")


def _robots(body: bytes) -> None:
    """A verdict and a delay for any file."""
    found = Robots(status=200, body=body, fetched=_NOW, expires=_NOW)
    for path in ("/", "/news/1?a=b", "/%7Ea/*$"):
        assert found.verdict(f"https://kranbote.example{path}") in {"allowed", "disallowed"}
    assert 0 <= found.crawl_delay < float("inf")
    assert all(map(is_http, of_robots(body, _URL)))


def _page(body: bytes) -> None:
    """An article with a text that can be stored, or a NoArticle with one of the contract's reasons."""
    for hints in of_page(body, _URL, None):
        assert all(map(is_http, hints))
    try:
        article = extract(body, url="https://kranbote.example/2026/kai-gesperrt", now=_NOW)
    except NoArticle as refused:
        reason = refused.reason
    else:
        _article(article)
        return
    assert reason in REJECTIONS


def _article(article: Article) -> None:
    assert article.text.strip()
    for text in (article.title, article.text, *article.authors):
        _storable(text)
    assert article.published is None or article.published.utcoffset() == _NOW.utcoffset()


_ENTRY: Final = (
    b"<item><title>Kai gesperrt &amp; <![CDATA[<b>leer</b>]]></title><link>https://kranbote.example/kai?a=1</link>"
    b"<guid isPermaLink='false'>k-1</guid><pubDate>Mon, 11 Mar 2024 17:40:00 +0100</pubDate>"
    b"<description>&lt;p&gt;Am Morgen.&lt;/p&gt;</description><dc:creator>Mara Lund</dc:creator></item>"
)
_RSS: Final = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    b"<title>Kranbote</title><link>https://kranbote.example/</link><language>de-DE</language><ttl>60</ttl>"
    b"<skipHours><hour>3</hour></skipHours>" + _ENTRY + b"</channel></rss>"
)
_ATOM: Final = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://kranbote.example/"><title>K</title>'
    b'<entry><title type="html">Kai &lt;i&gt;leer</title><link rel="alternate" href="kai"/><id>urn:k:1</id>'
    b"<updated>2024-03-11T17:40:00Z</updated><summary>Kurz</summary>"
    b'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Am Morgen</p></div></content></entry></feed>'
)
_RDF: Final = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    b"<channel><title>K</title></channel>" + _ENTRY.replace(b"<item>", b'<item rdf:about="k1">') + b"</rdf:RDF>"
)
_SITEMAP: Final = (
    b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://kranbote.example/kai</loc>'
    b"<lastmod>2024-03-11</lastmod><news:news><news:publication><news:name>K</news:name>"
    b"<news:language>de</news:language></news:publication><news:publication_date>2024-03-11T17:40+01:00"
    b"</news:publication_date><news:title>Kai</news:title></news:news></url></urlset>"
)
_INDEX: Final = (
    b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>'
    b"<loc>https://kranbote.example/news.xml.gz</loc><lastmod>2024-03-11</lastmod></sitemap></sitemapindex>"
)
_JSON: Final = (
    b'{"version":"https://jsonfeed.org/version/1.1","title":"K","language":"de","home_page_url":"https://k.example/",'
    b'"items":[{"id":1,"url":"/kai","title":"Kai","content_html":"<p>Am &amp; Morgen</p>","tags":["a"],'
    b'"date_published":"2024-03-11T17:40:00+01:00","authors":[{"name":"Mara"}]},{"id":"2","external_url":"x:"}]}'
)
_OPML: Final = (
    b'<?xml version="1.0"?><opml version="2.0"><head><title>L</title></head><body><outline text="Hafen">'
    b'<outline type="rss" text="K &amp; B" xmlUrl="https://kranbote.example/feed?a=1&amp;b=2" language="de"/>'
    b'<outline xmlUrl="exec:ls"/></outline></body></opml>'
)
_LIST: Final = b"# Hafen\nhttps://kranbote.example/feed  Kranbote\nfeed://kranbote.example/x\nkranbote.example\n"
_ROBOTS: Final = (
    b"\xef\xbb\xbfUser-agent: newsfold/2\nUser-Agent: *\nDisallow: /archiv/*.pdf$\nAllow: /\nCrawl-delay: 2.5\n"
    b"Request-rate: 1/5\nVisit-time: 0600-0845\nSitemap: https://kranbote.example/news.xml\n"
)
_HTML: Final = (
    b'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Kai gesperrt | Kranbote</title>'
    b'<link rel="canonical" href="/2026/kai-gesperrt"><link rel="alternate" type="application/rss+xml" href="/rss">'
    b'<meta property="article:published_time" content="2026-03-01T10:00:00+01:00"><script type="application/ld+json">'
    b'{"@context":"https://schema.org","@type":"NewsArticle","headline":"Kai gesperrt","author":[{"name":"Mara Lund"}],'
    b'"datePublished":"2026-03-01","isAccessibleForFree":"True"}</script></head><body><article><h1>Kai gesperrt</h1>'
    + b"".join(
        b"<p>Der Kai am Nordhafen ist seit dem Morgen gesperrt, weil Kran %d gegen die Mauer gefahren ist; die "
        b"Hafenmeisterin rechnet mit <b>zwei</b> Wochen Arbeit. (dpa)</p>" % number
        for number in range(4)
    )
    + b'</article><aside><a href="/feed.xml">RSS</a></aside></body></html>'
)
_TAGS: Final = (
    b"<item>", b"</item>", b"<entry>", b"<title>", b"</title>", b"<link", b"/>", b"<![CDATA[", b"]]>", b"<!--", b"-->",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&amp;lt;", b"&#0;", b"&#xD800;", b"&#x110000;", b"<?xml", b"?>",
    b' encoding="utf-16"', b' encoding="idna"', b"xml:base='http://['", b"xmlns:x='y'", b"x:", b"\x00", b"\xff\xfe",
    b"\xed\xa0\x80", b"\xef\xbb\xbf", b"<pubDate>", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00+14", b"http://[",
    b"<rss>", b"<feed>", b"<guid>", b"<rdf:RDF", b"<ttl>", b"99999999999999999999", b"<skipHours>",
)  # fmt: skip
_ADDRESS_WORDS: Final = (
    b"http://", b"https:/", b"//", b"\\", b"?", b"&", b"=", b"#", b"@", b":", b"%2e", b"%00", b"..", b"www.", b"amp/",
    b"utm_a=1", b"&amp;", b"&#38;", b" ", b"\n", b"\xe2\x80\x8b", b"\xed\xa0\x80", b"xn--", b"xn--a", b"\xe3\x80\x82",
    b"[::1]", b"[", b"]", b":443", b"0x7f.1", b"\xc3\x9f", b"\xef\xbc\x8f", b".co.uk", b"index.html",
)  # fmt: skip
_JSON_WORDS: Final = (
    b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"true", b"1e999", b"-0", b"NaN", b"\\ud800", b"\\u0000",
    b'"items":', b'"id":', b'"url":', b'"authors":', b'"attachments":', b'"version":"https://jsonfeed.org/version/1"',
)  # fmt: skip
_PAGE_WORDS: Final = (
    b"<p>", b"<div>", b"<table>", b"<template>", b"<svg>", b"<script type='application/ld+json'>", b"</script>",
    b"<meta name='author' content='", b"'>", b"<time datetime='", b"<noscript>", b"<plaintext>", b"<base href='",
    b"<!--", b"-->", b"&#x110000;", b"&#55296;", b"\x00", b"\x1b", b'{"@graph":[', b'"@type":["NewsArticle"],',
    b'"datePublished":"9999-12-31T23:59:59-23:59"', b"\xff\xfe", b"<meta charset=utf-7>", b"<meta charset=utf-16>",
    b"<frameset>", b"<math>", b"\\ud800", b"(dpa)", b"<li>", b"<blockquote>", b"<a href='javascript:'>",
)  # fmt: skip

TARGETS: Final = {
    "feed": Target(_feed, (_RSS, _ATOM, _RDF, _RSS.replace(b"</title>", b"", 1), gzip.compress(_RSS, mtime=0)), _TAGS),
    "sitemap": Target(_feed, (_SITEMAP, _INDEX), (*_TAGS, b"<loc>", b"<url>", b"<news:title>", b"<sitemap>")),
    "jsonfeed": Target(_feed, (_JSON,), _JSON_WORDS),
    "opml": Target(_opml, (_OPML, _LIST), (*_TAGS, b"<outline xmlUrl='", b"feed://", b"# ")),
    "url": Target(
        _address, (b"https://www.kranbote.example:443/a/../b/?utm_x=1&id=2#c", b"../x?y=1\nhttps://a.example/b"),
        _ADDRESS_WORDS,
    ),
    "robots": Target(
        _robots, (_ROBOTS,),
        (b"User-agent:", b"Disallow:", b"Allow:", b"Crawl-delay:", b"*", b"$", b"%", b"%zz", b"\n", b"\r", b"1e999",
         b"nan", b"-1", b"inf", b"Sitemap:", b"Request-rate:", b"Visit-time:", b"\xff", b"#", b"newsfold", b"9h"),
    ),
    "page": Target(_page, (_HTML,), _PAGE_WORDS),
}  # fmt: skip
