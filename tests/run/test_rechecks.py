"""Pages of stored articles, looked at again: revisions nobody announced, pages that go, come back, or must be paid."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ingest.clock import clock_from
from ingest.config import Config, Extract, Fetch
from ingest.run import Summary, Wanted, poll, prepare
from ingest.run.tasks import crew
from ingest.workers import Workers
from store import open_store
from store.base import Store
from store.model import FeedSpec
from tests.e2e import press
from tests.e2e.press import NOW
from tests.e2e.web import Site, Web

CONFIG = Config(
    fetch=Fetch(allow_private=["127.81.0.0/16"], spacing=0, timeout=60, patience=0), extract=Extract(workers=1)
)
QUARTER = timedelta(minutes=15)
PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web() as running:
        yield running


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with crew(CONFIG.extract) as running:
        yield running


class Desk:
    """A store, and cycles over it."""

    def __init__(self, store: Store, workers: Workers) -> None:
        self.store = store
        self._workers = workers

    def run(self, feeds: list[str], *, now: datetime = NOW, config: Config = CONFIG, **more: Any) -> Summary:
        """One cycle over these feeds at a given time. `more` are fields of Wanted."""
        listed = [FeedSpec(url=feed, origin="run") for feed in feeds]
        wanted = Wanted(listed=listed, only=True, force=True, **more)
        clock = clock_from(now)
        polled = prepare(self.store, config, wanted, clock=clock)
        return poll(self.store, config, polled, wanted, clock=clock, stop=threading.Event(), workers=self._workers)

    def articles(self) -> dict[str, dict[str, Any]]:
        return {row["url"]: row for row in self.store.articles()}

    def happened(self, url: str) -> list[str]:
        """What became of the story of an article, in order."""
        article = self.store.article(url)
        assert article is not None
        story = self.store.story(article["story_id"])
        assert story is not None
        return [decision["kind"] for decision in story["decisions"]]


@pytest.fixture
def desk(tmp_path: Path, workers: Workers) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path}/news.db", synchronous="NORMAL")
    yield Desk(store, workers)
    store.close()


def printed(site: Site, first: int, count: int) -> tuple[str, list[str], list[press.Story]]:
    """A feed that never changes, its links, and their articles."""
    told = [press.story(first + n) for n in range(count)]
    links = [site.put(f"/n/bericht-{n}", press.page(one), etag=f'"{n}"') for n, one in enumerate(told)]
    feed = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))), etag='"f"')
    return feed, links, told


def paths(web: Web) -> list[str]:
    return sorted(asked.path for asked in web.log if asked.path.startswith("/n/"))


def test_silent_changes_are_found(web: Web, desk: Desk) -> None:
    """Of a feed that says nothing new, the page that changed brings a revision, the others are asked with conditions;
    none is asked before it is due, and none twice at one time."""
    site = web.site()
    feed, links, told = printed(site, 5000, 3)
    assert desk.run([feed]).items == {"seen": 3, "new": 3}
    web.forget()
    assert desk.run([feed], now=NOW + 0.9 * QUARTER).rechecks["asked"] == 0
    assert paths(web) == []

    more = told[1].but(paragraphs=(*told[1].paragraphs, "Am Abend meldete sich auch der Hafenmeister zu Wort."))
    site.put("/n/bericht-1", press.page(more), etag='"1b"')
    web.forget()
    later = desk.run([feed], now=NOW + 2 * QUARTER)
    assert later.rechecks == {"asked": 3, "unchanged": 2, "revised": 1}
    assert later.items["revised"] == 0
    assert "1 revised; 3 looked at again" in later.in_words()
    assert paths(web) == ["/n/bericht-0", "/n/bericht-1", "/n/bericht-2"]
    assert {one.headers.get("if-none-match") for one in web.log if one.path.startswith("/n/")} == {'"0"', '"1"', '"2"'}
    assert {url: row["revisions"] for url, row in desk.articles().items()} == dict(zip(links, (1, 2, 1), strict=True))
    assert desk.articles()[links[1]]["text"] == more.text

    web.forget()
    assert desk.run([feed], now=NOW + 2 * QUARTER).rechecks["asked"] == 0
    assert desk.run([], named=(feed,), now=NOW + 9 * QUARTER).rechecks["asked"] == 0
    assert paths(web) == []
    assert desk.store.check() == []


def test_the_same_bytes_are_not_read_again(web: Web, desk: Desk) -> None:
    """A page of a server that knows no conditions, asked for again: nothing changed, and no process reads it."""
    site = web.site()
    link = site.put("/n/bericht", press.page(press.story(5070)))
    feed = site.put("/rss.xml", press.rss([(link, press.story(5070))]))
    assert "extract" in desk.run([feed]).seconds
    done = desk.run([], now=NOW + 2 * QUARTER)
    assert (done.rechecks, "extract" in done.seconds) == ({"asked": 1, "unchanged": 1}, False)


def test_pages_that_go_keep_their_text(web: Web, desk: Desk) -> None:
    """Missing once is nothing yet, twice is gone, also where the server says so in words alone, or leads to its front
    page; and a page may come back. The text stays what it was all along."""
    site = web.site()
    feed, links, told = printed(site, 5010, 4)
    desk.run([feed])
    site.put("/n/bericht-0", "weg", status=410)
    site.put("/n/bericht-1", status=302, headers={"Location": "/"})
    site.put("/", press.notice("Startseite", "Willkommen"))
    site.put("/n/bericht-2", "Wartung", status=500)
    site.put("/n/bericht-3", press.notice("Seite nicht gefunden", "Der Artikel, den Sie suchen, existiert nicht mehr."))
    first = desk.run([feed], now=NOW + 2 * QUARTER)
    assert (first.rechecks["missing"], first.rechecks["unclear"]) == (3, 1)
    assert desk.happened(links[0]) == ["new"]
    desk.run([feed], now=NOW + 4 * QUARTER)
    assert desk.happened(links[0]) == ["new", "gone"]
    assert desk.happened(links[1]) == ["new", "gone"]
    assert desk.happened(links[2]) == ["new"]
    assert [desk.articles()[link]["gone"] is not None for link in links] == [True, True, False, True]
    web.forget()
    desk.run([feed], now=NOW + timedelta(days=2))
    assert paths(web) == ["/n/bericht-2"]

    for n, one in enumerate(told):
        site.put(f"/n/bericht-{n}", press.page(one), etag='"neu"')
    desk.run([feed], now=NOW + timedelta(days=32))
    assert desk.happened(links[0]) == ["new", "gone", "returned"]
    assert [desk.articles()[link]["text"] for link in links] == [one.text for one in told]
    assert [desk.articles()[link]["revisions"] for link in links] == [1, 1, 1, 1]
    assert {row["gone"] for row in desk.articles().values()} == {None}
    assert desk.store.check() == []


def test_a_page_that_a_feed_leads_back_to_has_returned(web: Web, desk: Desk) -> None:
    """Gone, and back with the very bytes that are known (304), because its feed lists it anew: that is written down."""
    site = web.site()
    feed, links, told = printed(site, 5040, 1)
    desk.run([feed])
    site.put("/n/bericht-0", "weg", status=404)
    for times in (2, 4):
        desk.run([feed], now=NOW + times * QUARTER)
    assert desk.happened(links[0]) == ["new", "gone"]
    site.put("/n/bericht-0", press.page(told[0]), etag='"0"')
    site.put("/rss.xml", press.rss([(links[0], told[0].but(title="Hafen nun doch offen"))]), etag='"g"')
    web.forget()
    desk.run([feed], now=NOW + 6 * QUARTER)
    assert [one.headers.get("if-none-match") for one in web.asked(links[0])] == ['"0"']
    assert desk.happened(links[0]) == ["new", "gone", "returned"]
    assert desk.articles()[links[0]]["gone"] is None


def test_what_was_free_stays_readable(web: Web, desk: Desk) -> None:
    """A page that went behind a paywall, or wants a password, leaves text and revision as they were, and says so."""
    site = web.site()
    feed, links, told = printed(site, 5020, 5)
    desk.run([feed])
    teaser = told[0].but(paragraphs=(told[0].paragraphs[0],))
    offer = "<div class='paywall'><p>Weiterlesen mit Abo. Jetzt abonnieren.</p></div>"
    site.put("/n/bericht-0", press.page(teaser, head=PAID, after=offer), etag='"p"')
    site.put("/n/bericht-1", "zahlen", status=402)
    site.put("/n/bericht-2", "nicht du", status=403)
    # Marked as paid alone: with a good part of the text it is closed, with nearly all of it open to whoever asks.
    begun = told[3].paragraphs[1]
    for n, kept in ((3, (told[3].paragraphs[0], begun[: len(begun) // 2])), (4, told[4].paragraphs[:3])):
        page = press.page(told[n].but(paragraphs=kept))
        marked = page.replace('"@type": "NewsArticle"', '"@type": "NewsArticle", "isAccessibleForFree": false')
        site.put(f"/n/bericht-{n}", marked, etag='"p"')
    done = desk.run([feed], now=NOW + 2 * QUARTER)
    assert (done.rechecks["walled"], done.rechecks["unclear"], done.rechecks["revised"]) == (3, 1, 1)
    assert [desk.happened(link)[1:] for link in links[:4]] == [["walled"], ["walled"], [], ["walled"]]
    assert [desk.articles()[link]["text"] for link in links[:4]] == [one.text for one in told[:4]]
    assert [desk.articles()[link]["walled"] is not None for link in links] == [True, True, False, True, False]
    site.put("/n/bericht-0", press.page(told[0]), etag='"q"')
    desk.run([feed], now=NOW + 4 * QUARTER)
    assert desk.happened(links[0])[1:] == ["walled", "opened"]
    assert [desk.articles()[link]["revisions"] for link in links] == [1, 1, 1, 1, 2]


def test_a_host_that_asks_for_time_is_left_alone(web: Web, desk: Desk) -> None:
    """Retry-After of a page that is looked at again holds for all of its host, and until then nothing is due there."""
    site = web.site()
    feed, links, _ = printed(web.site(), 5030, 1)
    other, _, _ = printed(site, 5040, 2)
    desk.run([feed, other])
    for n in range(2):
        site.put(f"/n/bericht-{n}", status=503, headers={"Retry-After": "7200"})
    web.forget()
    done = desk.run([feed], now=NOW + 2 * QUARTER)
    assert (done.rechecks["unchanged"], done.rechecks["deferred"]) == (1, 2)
    assert [asked.host for asked in web.log if asked.path.startswith("/n/")].count(site.host) == 1
    web.forget()
    again = desk.run([feed], now=NOW + 4 * QUARTER)
    assert again.rechecks["asked"] == 1
    assert site.host not in {asked.host for asked in web.log}
    assert links[0] in desk.articles()


def within(**budget: int) -> Config:
    """The settings with other bounds of what is looked at again."""
    return msgspec.structs.replace(CONFIG, fetch=msgspec.structs.replace(CONFIG.fetch, **budget))


def test_looks_keep_to_their_budget(web: Web, desk: Desk) -> None:
    """So many pages of a cycle, of one host no more than it can be asked for in the time there is, and nothing is begun
    once that is over; what is left is due, longest first."""
    many, other = web.site(), web.site()
    feed, _, _ = printed(many, 5050, 4)
    assert desk.run([feed]).items["new"] == 4
    assert desk.run([printed(other, 5060, 1)[0]], now=NOW + timedelta(minutes=1)).items["new"] == 1
    web.forget()
    done = desk.run([], now=NOW + 2 * QUARTER, config=within(recheck_pages=3, recheck_seconds=1, spacing=1))
    asked = [one.host for one in web.log if one.path.startswith("/n/")]
    assert (done.rechecks["asked"], asked.count(other.host)) == (len(asked), 1)
    assert 1 <= asked.count(many.host) <= 2

    web.forget()
    assert desk.run([], now=NOW + 8 * QUARTER, config=within(recheck_pages=2)).rechecks["asked"] == 2
    assert {one.host for one in web.log} == {many.host}, "those that were left before are the longest due"

    soon = desk.run([], now=NOW + timedelta(days=2), recheck_until=NOW + timedelta(days=1))
    assert soon.rechecks["asked"] == 0, "the next feed is due"
    for n in range(4):
        many.put(f"/n/bericht-{n}", delay=0.7)
    later = desk.run([], now=NOW + timedelta(days=2), config=within(recheck_seconds=1))
    assert 1 <= later.rechecks["asked"] < 5
