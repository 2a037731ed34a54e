"""The nightly pass: at its hour, once, a little at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.config import Config, Daemon, Dedupe
from ingest.daemon.night import Night
from ingest.dedupe.fingerprint import scheme
from ingest.place.analyst import Said, split
from store import open_store
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

NIGHT = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
LATE = Config(daemon=Daemon(reweigh_at=23))


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    store = open_store(f"sqlite:///{tmp_path / 'news.db'}", synchronous="NORMAL")
    store.claim_scheme(scheme())
    room = Newsroom(store, tmp_path / "news.db", rules=Dedupe(containment=0.2, sure=0.2, dense=1.0, series_numbers=99))
    for number, name in enumerate(("hafen", "oper", "wolf")):
        room.take(f"https://a.example/{number}", report(name).text)
        room.take(f"https://b.example/{number}", edits.copyedit(report(name).text, edits.seeded(number), rate=0.45))
    yield room
    assert store.check() == []
    store.close()


def tick(night: Night, newsroom: Newsroom, at: datetime, config: Config = LATE) -> bool:
    return night.tick(newsroom.store, config, clock=lambda: at, stop=threading.Event())


def test_it_works_at_night_and_once(newsroom: Newsroom) -> None:
    """Not by day; from its hour on until all is seen, past midnight too; then not before the next night."""
    night = Night()
    before = newsroom.sizes()
    assert not tick(night, newsroom, NIGHT - timedelta(hours=1))
    ticks = 0
    while tick(night, newsroom, NIGHT + timedelta(minutes=ticks)):
        ticks += 1
        assert ticks < 60
    assert ticks >= 1
    assert len(newsroom.sizes()) > len(before)  # what the daemon's own rules do not hold for copies
    assert not tick(night, newsroom, NIGHT + timedelta(hours=2))
    assert tick(night, newsroom, NIGHT + timedelta(days=1, hours=1))


def test_it_may_be_switched_off(newsroom: Newsroom) -> None:
    """-1 is no hour."""
    off = Config(daemon=Daemon(reweigh_at=-1))
    assert not any(tick(Night(), newsroom, NIGHT + timedelta(hours=hour), off) for hour in range(24))


def test_a_stop_is_heard(newsroom: Newsroom) -> None:
    """Nothing is begun once the daemon is to stop."""
    stop = threading.Event()
    stop.set()
    assert not Night().tick(newsroom.store, LATE, clock=lambda: NIGHT, stop=stop)


def test_a_text_that_nobody_prints_any_more_has_not_moved(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """An analyst splits an article that has changed its text: what it said before goes with it at night, and the log
    counts articles alone."""
    text = report("museum").text
    for number, change in enumerate((0.0, 0.03, 0.05)):
        newsroom.take(f"https://{number}.example/a", edits.copyedit(text, edits.seeded(number), rate=change))
    with newsroom.store.placing() as placing:
        word = Said(who="ada", now=newsroom.now)
        split(placing, ["https://2.example/a"], newsroom.rules, word)
    newsroom.take("https://2.example/a", f"{edits.copyedit(text, edits.seeded(9), rate=0.04)}\n{edits.ADDITIONS[0]}")
    night, usual = Night(), Config(daemon=Daemon(reweigh_at=23), dedupe=newsroom.rules)
    before = newsroom.stories()
    with caplog.at_level("INFO", logger="ingest.daemon"):
        for minute in range(60):
            tick(night, newsroom, NIGHT + timedelta(minutes=minute), usual)
    assert newsroom.stories() == before
    [told] = [record for record in caplog.records if record.message == "reweigh"]
    assert (told.moved, told.merged, told.split) == (0, 0, 0)  # type: ignore[attr-defined]  # `extra` keys of ours
