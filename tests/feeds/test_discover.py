"""Where a site's feeds may be, told from pages and robots.txt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds import discover

URL = "https://www.kurier.example/start"


@pytest.mark.parametrize(
    ("href", "looks"),
    [
        ("/rss", True), ("/feed/", True), ("/politik/rss.xml", True), ("/service/feeds", True), ("/a/atom.xml", True),
        ("/index.rdf", True), ("/?feed=rss2", True), ("/taz.de/!p4608;rss/", True), ("/politik.rss?x=1", True),
        ("https://feeds.kurier.example/welt", False), ("/feedback", False), ("/crossfeed-kraftwerk", False),
        ("/n/atomkraft-2026", False), ("/rssi-messung", False), ("https://fremd.example/rss", False),
        ("javascript:rss()", False),
    ],
)  # fmt: skip
def test_anchors_that_look_like_feeds(href: str, looks: bool) -> None:
    """Words for feeds count where they stand alone, on the site itself."""
    _, anchors = discover.of_page(f'<p><a class="x" href="{href}">hier</a>'.encode(), URL, None)
    assert bool(anchors) is looks


def test_sitemaps_of_a_robots_file_with_news_first() -> None:
    """Lines in any case, comments and rules between them; what speaks of news comes first, each once."""
    body = b"User-agent: *\nsitemap: /all.xml\nDisallow: /\nSITEMAP : https://x.example/news.xml\nSitemap: /all.xml\n"
    assert discover.of_robots(body, "https://x.example/robots.txt") == (
        "https://x.example/news.xml",
        "https://x.example/all.xml",
    )


@given(st.binary(max_size=300))
def test_any_bytes_are_taken(body: bytes) -> None:
    """No page and no robots.txt breaks the search."""
    discover.of_page(b"<a href='" + body, URL, None)
    discover.of_robots(b"Sitemap: " + body, URL)
