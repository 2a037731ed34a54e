"""When a feed's silence is an alarm, by its own habit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.schedule import Rhythm
from ingest.fetch.silence import patience, silent_since

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = 86_400


def rhythm(*gaps: int, last: timedelta) -> Rhythm:
    return Rhythm(gaps=gaps, newest=NOW - last)


def test_a_lively_feed_may_be_silent_over_a_weekend() -> None:
    """An entry every quarter of an hour: three days are allowed, not an hour more."""
    assert silent_since(rhythm(*[900] * 20, last=timedelta(days=2, hours=20)), now=NOW) is None
    long = rhythm(*[900] * 20, last=timedelta(days=3, hours=1))
    assert silent_since(long, now=NOW) == long.newest


def test_a_weekly_feed_has_a_month() -> None:
    """Four of its own long gaps; one holiday among them does not stretch the rule, nor does one burst shrink it."""
    weekly = [7 * DAY] * 11
    assert patience(rhythm(*weekly, last=timedelta())) == timedelta(days=28)
    assert patience(rhythm(*weekly, 90 * DAY, last=timedelta())) == timedelta(days=28)
    assert patience(rhythm(*weekly, 60, 60, 60, last=timedelta())) == timedelta(days=28)


def test_a_feed_without_a_habit_raises_no_alarm() -> None:
    """A few entries are no habit, however long ago they came."""
    assert silent_since(rhythm(60, 60, last=timedelta(days=900)), now=NOW) is None
    assert silent_since(Rhythm(gaps=(60,) * 9), now=NOW) is None


@given(st.lists(st.integers(0, 10**7), min_size=6, max_size=24), st.integers(0, 10**7))
def test_silence_grows_into_an_alarm_and_never_out_of_it(gaps: list[int], seconds: int) -> None:
    """Of two moments the later one is silent where the earlier was; order of the gaps does not matter."""
    known = rhythm(*gaps, last=timedelta(seconds=seconds))
    if silent_since(known, now=NOW) is not None:
        assert silent_since(known, now=NOW + timedelta(days=1)) is not None
    assert patience(known) == patience(rhythm(*sorted(gaps), last=timedelta(seconds=seconds)))
