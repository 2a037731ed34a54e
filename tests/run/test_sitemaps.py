"""A sitemap index as a feed: its sitemaps are asked with it, remembered like feeds, and forgotten with it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clock import clock_from
from ingest.config import Config, Extract, Fetch
from ingest.feeds import parse_feed
from ingest.model import Item, ParsedFeed
from ingest.run import Summary, Wanted, poll, prepare
from ingest.run.sitemaps import DEEP, MOST, recent, sitemaps_of
from ingest.run.tasks import Failure, crew
from ingest.workers import Workers
from store import open_store
from store.base import Store
from store.model import FeedSpec
from tests.e2e import press
from tests.e2e.press import NOW
from tests.e2e.web import Site, Web

CONFIG = Config(
    fetch=Fetch(allow_private=["127.81.0.0/16"], spacing=0, timeout=60, patience=0, robots=False, recheck=[]),
    extract=Extract(workers=1),
)
SITE = "https://kranbote.example"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with crew(CONFIG.extract) as running:
        yield running


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as running:
        yield running


@pytest.fixture
def site(web: Web) -> Site:
    return web.site()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/news.db", synchronous="NORMAL")
    yield store
    assert store.check() == []
    store.close()


def run(store: Store, workers: Workers, *feeds: str, now: datetime = NOW, force: bool = True) -> Summary:
    wanted = Wanted(listed=[FeedSpec(url=feed, origin="run") for feed in feeds], only=True, force=force)
    polled = prepare(store, CONFIG, wanted, clock=clock_from(now))
    return poll(store, CONFIG, polled, wanted, clock=clock_from(now), stop=threading.Event(), workers=workers)


def index(*urls: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>"


def news(site: Site, path: str, *numbers: int, pack: bool = False) -> str:
    """A news sitemap at a path, with a page for each report."""
    told = [press.story(number) for number in numbers]
    links = [site.put(f"/n/{n}", press.page(one)) for n, one in zip(numbers, told, strict=True)]
    body = press.sitemap(list(zip(links, told, strict=True))).encode()
    kind = "application/gzip" if pack else "application/xml"
    return site.put(path, gzip.compress(body) if pack else body, kind=kind, etag=f'"{path}-{len(numbers)}"')


def origins(store: Store) -> dict[str, tuple[str, int]]:
    return {row.url.rpartition("/")[2]: (row.origin, row.depth) for row in store.feeds()}


def test_sitemaps_of_an_index_bring_their_articles(web: Web, site: Site, store: Store, workers: Workers) -> None:
    """Plain and packed sitemaps, one of an index in turn: all articles arrive in the first cycle; what is missing is a
    failure of its own."""
    inner = news(site, "/c.xml", 7104)
    site.put("/more.xml", index(inner, site.url("/index.xml")))
    listed = [news(site, "/a.xml", 7101, 7102), news(site, "/b.xml.gz", 7103, pack=True), site.url("/more.xml"),
              site.url("/404.xml"), site.url("/index.xml")]  # fmt: skip
    site.put("/index.xml", index(*listed))
    done = run(store, workers, site.url("/index.xml"))
    assert (done.items["new"], done.feeds["ok"], done.feeds["failed"]) == (4, 5, 1)
    assert [error["url"] for error in done.errors] == [site.url("/404.xml")]
    assert origins(store) == {
        "index.xml": ("run", 0), "a.xml": ("sitemap", 1), "b.xml.gz": ("sitemap", 1), "more.xml": ("sitemap", 1),
        "404.xml": ("sitemap", 1), "c.xml": ("sitemap", 2),
    }  # fmt: skip
    paths = ("/index.xml", "/a.xml", "/b.xml.gz", "/more.xml", "/c.xml")
    assert all(len(web.asked(site.url(path))) == 1 for path in paths)


def test_sitemaps_have_a_state_of_their_own(web: Web, site: Site, store: Store, workers: Workers) -> None:
    """They are asked on the condition that they changed, when they are due, also where the index has not changed."""
    first = news(site, "/a.xml", 7111)
    site.put("/index.xml", index(first))
    run(store, workers, site.url("/index.xml"))
    done = run(store, workers, site.url("/index.xml"), now=NOW + timedelta(hours=1))
    assert (done.items["new"], done.feeds["unchanged"]) == (0, 2)
    assert web.asked(first)[-1].headers["if-none-match"] == '"/a.xml-1"'
    news(site, "/a.xml", 7111, 7112)
    assert run(store, workers, site.url("/index.xml"), now=NOW + timedelta(hours=2)).items["new"] == 1


def test_what_is_listed_no_longer_is_forgotten(web: Web, site: Site, store: Store, workers: Workers) -> None:
    """An index that lists another sitemap instead drops the first; removed, it takes its sitemaps along. A sitemap that
    somebody named himself stays."""
    one, two, own = (news(site, f"/{n}.xml", 7120 + n) for n in range(3))
    store.add_feeds([FeedSpec(url=own, origin="added")], now=NOW)
    site.put("/index.xml", index(one, own))
    run(store, workers, site.url("/index.xml"))
    assert set(origins(store)) == {"index.xml", "0.xml", "2.xml"}
    site.put("/index.xml", index(two))
    run(store, workers, site.url("/index.xml"), now=NOW + timedelta(days=1))
    assert set(origins(store)) == {"index.xml", "1.xml", "2.xml"}
    assert store.remove_feeds([site.url("/index.xml")]) == 1
    assert origins(store) == {"2.xml": ("added", 0)}


def test_an_index_without_end_is_capped(web: Web, site: Site, store: Store, workers: Workers) -> None:
    """Of a thousand listed sitemaps a few are asked, and an index below two others is not followed."""
    site.put("/index.xml", index(*(site.url(f"/s{n}.xml") for n in range(1000))))
    for n in range(MOST):
        site.put(f"/s{n}.xml", index(site.url(f"/t{n}.xml")))
        site.put(f"/t{n}.xml", index(site.url(f"/u{n}.xml")))
    done = run(store, workers, site.url("/index.xml"))
    assert len(web.log) == 1 + MOST + MOST
    assert {error["class"] for error in done.errors} == {"not-a-feed"}
    assert len(done.errors) == MOST


def test_an_archive_below_an_index_is_left_alone(web: Web, site: Site, store: Store, workers: Workers) -> None:
    """Of a sitemap that lists all there ever was, what changed of late is fetched; if nothing did, that is said."""
    new, old = NOW.date().isoformat(), (NOW - timedelta(days=400)).date().isoformat()
    rows = [(7131, new), (7132, old)]
    for number, _ in rows:
        site.put(f"/n/{number}", press.page(press.story(number)))
    urls = "".join(f"<url><loc>{site.url(f'/n/{n}')}</loc><lastmod>{day}</lastmod></url>" for n, day in rows)
    site.put("/a.xml", f"<urlset>{urls}</urlset>")
    site.put("/b.xml", f"<urlset><url><loc>{site.url('/x')}</loc></url></urlset>")
    site.put("/index.xml", index(site.url("/a.xml"), site.url("/b.xml")))
    done = run(store, workers, site.url("/index.xml"))
    assert (done.items["seen"], done.items["new"]) == (1, 1)
    [quiet] = [row for row in store.feeds() if row.url == site.url("/b.xml")]
    assert quiet.last_error_class == "empty-feed"


def test_sitemaps_of_other_sites_are_not_asked(web: Web, site: Site, store: Store, workers: Workers) -> None:
    """An index may list those of its own site alone; one that lists no such is a failure that says so."""
    site.put("/index.xml", index(f"{SITE}/news.xml", "javascript:alert(1)"))
    done = run(store, workers, site.url("/index.xml"))
    assert (done.feeds["failed"], len(web.log)) == (1, 1)
    assert "none of them on its own site" in done.errors[0]["message"]


@settings(deadline=None)  # a busy machine takes its time
@given(st.lists(st.integers(0, 40), max_size=60), st.integers(0, 3))
def test_no_index_lists_itself_or_too_much(numbers: list[int], depth: int) -> None:
    """Whatever an index holds, what is followed is of its site, listed, bounded, and not the index."""
    urls = tuple(dict.fromkeys(f"{SITE if n % 2 else 'https://fremd.example'}/s{n}.xml" for n in numbers))
    parsed = ParsedFeed(format="sitemapindex", title="", language=None, home=None, items=(), sitemaps=urls)
    found = sitemaps_of(parsed, url=f"{SITE}/s1.xml", depth=depth)
    if isinstance(found, Failure):
        assert depth >= DEEP or not any(url.startswith(SITE) and url != f"{SITE}/s1.xml" for url in urls)
    else:
        assert 0 < len(found) <= MOST
        assert all(url in urls and url.startswith(SITE) and url != f"{SITE}/s1.xml" for url in found)


def test_newest_sitemaps_come_first() -> None:
    """Those with the latest date are taken, whatever their order in the index."""
    rows = "".join(
        f"<sitemap><loc>{SITE}/{n}.xml</loc><lastmod>2026-02-{n:02}</lastmod></sitemap>" for n in range(1, 29)
    )
    parsed = parse_feed(f"<sitemapindex>{rows}</sitemapindex>".encode(), url=f"{SITE}/index.xml")
    assert sitemaps_of(parsed, url=f"{SITE}/index.xml", depth=0) == tuple(
        f"{SITE}/{n}.xml" for n in range(28, 28 - MOST, -1)
    )


def test_recent_entries_are_told_by_date_or_headline() -> None:
    """A date of the last week, published or changed; without a date a headline, which only news sitemaps have."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    old, new = now - timedelta(days=9), now - timedelta(days=2)
    items = [
        Item(url="a", guid=None, published=old), Item(url="b", guid=None, published=old, updated=new),
        Item(url="c", guid=None, title="Kai frei"), Item(url="d", guid=None), Item(url="e", guid=None, published=new),
    ]  # fmt: skip
    parsed = ParsedFeed(format="sitemap", title="", language=None, home=None, items=tuple(items))
    assert [item.url for item in recent(parsed, now=now).items] == ["b", "c", "e"]
