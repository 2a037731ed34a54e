"""Which entries need their page, over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.config import Config, Feed, Search, Topic
from ingest.model import Item, ParsedFeed
from ingest.run.fate import retry_at
from ingest.run.intake import Intake, beside_the_topic
from ingest.run.sources import register
from ingest.run.work import FeedWork, item_row
from store import open_store
from store.base import Store
from store.model import FeedSpec, Rejected

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEED = "http://kurier.example/rss"
LINK = "http://kurier.example/n/die-neue-werft-4711"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/news.db")
    opened.add_feeds([FeedSpec(url=FEED, origin="added")], now=NOW)
    yield opened
    opened.close()


def work(store: Store) -> FeedWork:
    return FeedWork(store.feeds()[0], read_at=NOW)


def feed(*items: Item) -> ParsedFeed:
    return ParsedFeed(format="rss", title="Kurier", language="de", home=None, items=items)


def entry(url: str | None = LINK, **said: str) -> Item:
    return Item(url=url, guid=said.pop("guid", None), title=said.pop("title", "Die neue Werft"), **said)  # type: ignore[arg-type]


def remember(store: Store, item: Item, *, retry: timedelta | None, reason: str = "consent") -> None:
    """The entry was met, and its page refused."""
    job = Intake(store).sort(work(store), feed(item), NOW).jobs[0]
    refused = Rejected(
        url=job.url, state="rejected", reason=reason, detail="", source=FEED, first_seen=NOW, last_seen=NOW,
        retry_at=None if retry is None else NOW + retry,
    )  # fmt: skip
    with store.placing() as placing:
        placing.save_items([item_row(job.feed, job.sighting)])
        placing.reject(refused)


def verdicts(store: Store, *items: Item, now: datetime = NOW, intake: Intake | None = None) -> list[str]:
    """What becomes of each entry: fetched ones first, then the others in order."""
    listed = (intake or Intake(store)).sort(work(store), feed(*items), now)
    return ["fetch"] * len(listed.jobs) + [
        record.outcome or (record.fate.reason if record.fate else "") for record in listed.records
    ]


def test_new_entries_are_fetched_once(store: Store) -> None:
    """One address in two spellings, or in two feeds of one run, is one request; no address is none."""
    intake = Intake(store)
    assert verdicts(store, entry(), entry(LINK + "?utm_source=rss"), entry(None), intake=intake) == [
        "fetch", "duplicate_url", "not-html",
    ]  # fmt: skip
    assert verdicts(store, entry(guid="another feed's"), intake=intake) == ["duplicate_url"]


@pytest.mark.parametrize(
    ("retry", "later", "changed", "verdict"),
    [
        (timedelta(hours=6), timedelta(hours=5), False, "unchanged"),
        (timedelta(hours=6), timedelta(hours=6), False, "fetch"),
        (timedelta(hours=6), timedelta(hours=5), True, "fetch"),
        (None, timedelta(days=400), False, "unchanged"),
        (None, timedelta(hours=1), True, "fetch"),
    ],
)
def test_refused_pages_wait_for_their_time_or_a_change(
    store: Store, retry: timedelta | None, later: timedelta, changed: bool, verdict: str
) -> None:
    """A refused page is asked again when its time has come, or when its entry says something else."""
    remember(store, entry(), retry=retry)
    item = entry(summary="Mehr dazu.") if changed else entry()
    assert verdicts(store, item, now=NOW + later) == [verdict]
    due = retry is not None and later >= retry
    assert store.due_retries(now=NOW + later) == ({1} if due else set())
    again = Intake(store).again(work(store), NOW + later)
    assert [job.url for job in again] == ([LINK] if due else [])


def test_a_feed_that_was_removed_meanwhile_asks_for_nothing(store: Store) -> None:
    """Its entries went with it between its turn and the server's answer."""
    remember(store, entry(), retry=timedelta(hours=6))
    claimed = work(store)
    store.remove_feeds([FEED])
    assert Intake(store).again(claimed, NOW + timedelta(hours=6)) == []


def test_only_a_telling_summary_spares_the_fetch(store: Store) -> None:
    """A long summary without a hit is off the topic; a short one, or a hit, is fetched, and all where all is kept."""
    topic = Topic(terms=[["Werft*"], ["Granate*"]])
    intake = Intake(store, beside=beside_the_topic(topic))
    long = "Der Chor des Dorfes probt seit Wochen für das Fest am Sonntag, und wer mitsingen will, kommt am Abend " * 2
    said = [
        entry("http://kurier.example/n/1", title="Der Chor", summary=long),
        entry("http://kurier.example/n/2", title="Der Chor", summary="Ein kurzer Satz."),
        entry("http://kurier.example/n/3", title="Der Chor", summary=long + " vor der Werft."),
    ]
    assert verdicts(store, *said, intake=intake) == ["fetch", "fetch", "off-topic"]
    assert beside_the_topic(Topic(terms=[["Werft*"]], filter=False)) is None
    assert beside_the_topic(Topic()) is None


def test_an_entry_that_left_the_feed_is_not_asked_for_again(store: Store) -> None:
    """Only entries of the last reading count: a refusal of one that is listed no more would be due for ever."""
    remember(store, entry(), retry=timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    assert store.due_retries(now=later) == {1}
    feed_work = work(store)
    feed_work.read_at = later
    job = Intake(store).sort(feed_work, feed(entry("http://kurier.example/n/ganz-neu-4712")), later).jobs[0]
    with store.placing() as placing:
        placing.save_items([item_row(job.feed, job.sighting)])
    assert store.due_retries(now=later) == set()


def test_an_opaque_link_is_noted_and_never_asked(store: Store) -> None:
    """A link that leads nowhere but to its aggregator is kept with title and publisher, and met unchanged later."""
    one = Item(
        url="https://news.google.com/rss/articles/CBMiAB?oc=5", guid="g1", title="Kai gesperrt", publisher="Bote"
    )
    [record] = Intake(store).sort(work(store), feed(one), NOW).records
    assert record.fate is not None
    assert (record.fate.state, record.fate.reason, record.title) == ("rejected", "opaque-link", "Kai gesperrt")
    assert record.fate.detail.endswith("it is by Bote")
    assert retry_at(record.fate, now=NOW, tries=1) is None
    remember_record = Rejected(
        url=record.url, state="rejected", reason="opaque-link", detail="", source=FEED, first_seen=NOW, last_seen=NOW
    )
    assert record.item is not None
    with store.placing() as placing:
        placing.save_items([record.item])
        placing.reject(remember_record)
    assert verdicts(store, one) == ["unchanged"]


def test_a_run_polls_what_it_was_asked_to(store: Store) -> None:
    """Named feeds alone; listed ones with the configured and the added, or instead of them; each once."""
    config = Config(
        feeds=[Feed(url="http://a.example/"), Feed(url="http://aus.example/", enabled=False)],
        searches=[Search(url="http://suche.example/?q={query}", queries=["neue Werft"])],
    )
    listed = [FeedSpec(url="http://b.example/", origin="run"), FeedSpec(url="http://a.example/", origin="run")]

    def polled(**asked: object) -> list[str]:
        given: dict[str, object] = {"only": False, "now": NOW, **asked}
        return register(store, config, **given)  # type: ignore[arg-type]

    usual = ["http://a.example/", "http://aus.example/", "http://suche.example/?q=neue%20Werft", FEED]
    assert polled(named=["http://c.example/"]) == ["http://c.example/"]
    assert polled(listed=listed, only=True) == ["http://b.example/", "http://a.example/"]
    assert [url.replace("+", "%20") for url in polled()] == usual
    assert set(polled(listed=listed)) == {*polled(), "http://b.example/"}
    by_url = {row.url: row for row in store.feeds()}
    assert not by_url["http://aus.example/"].enabled
    assert by_url["http://c.example/"].origin == "run"
