"""When to ask again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config import Fetch
from ingest.errors import BadStatus
from ingest.fetch import is_gone, next_check, next_poll
from ingest.fetch.schedule import (
    LOOKS,
    Polled,
    Rhythm,
    heard,
    max_age_seconds,
    overlooked,
    retry_after_seconds,
    wants_full,
)
from ingest.model import Wishes

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)  # a Monday
URL = "https://paper.example/feed"
STEPS = Fetch().recheck

moments = st.integers(0, 13 * 10**9).map(lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=n))
rhythms = st.builds(
    Rhythm,
    gaps=st.lists(st.integers(0, 10**10), max_size=24).map(tuple),
    newest=st.none() | moments,
    wished=st.integers(0, 10**10),
    max_age=st.integers(0, 10**10),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
bounds = st.tuples(st.integers(1, 100_000), st.integers(1, 1_000_000), st.integers(1, 100_000))


def wait(**facts: Any) -> float:
    settings = facts.pop("settings", Fetch())
    return (next_poll(URL, Polled(now=NOW, **facts), settings) - NOW).total_seconds()


@given(st.text(max_size=50), rhythms, bounds, st.none() | moments)
def test_always_within_the_bounds(
    url: str, rhythm: Rhythm, bound: tuple[int, int, int], before: datetime | None
) -> None:
    """Whatever a feed did and wishes, it is asked between the least and the longest wait, a tenth early at most."""
    low, high, default = bound
    settings = Fetch(min_interval=low, max_interval=high, interval=default)
    due = next_poll(url, Polled(now=NOW, rhythm=rhythm, before=before), settings)
    assert 0.9 * low - 1e-3 <= (due - NOW).total_seconds() <= max(low, high) + 1e-3
    assert due == next_poll(url, Polled(now=NOW, rhythm=rhythm, before=before), settings)


@given(st.text(max_size=50), st.integers(1, 10**6), rhythms)
def test_a_configured_interval_is_kept(url: str, interval: int, rhythm: Rhythm) -> None:
    """A feed with an interval of its own is due within it, at most a tenth early, whatever it wishes."""
    due = next_poll(url, Polled(now=NOW, interval=interval, rhythm=rhythm), Fetch())
    assert 0.9 * interval - 1e-3 <= (due - NOW).total_seconds() <= interval


@given(rhythms, st.integers(0, 10_000))
def test_failures_back_off(rhythm: Rhythm, failures: int) -> None:
    """Another failure never shortens the wait; a day bounds it, but for hours that are skipped."""
    plain = Rhythm(gaps=rhythm.gaps, newest=rhythm.newest, wished=rhythm.wished)
    now_wait, then = (wait(rhythm=plain, failures=n) for n in (failures, failures + 1))
    assert now_wait <= then + 1e-3
    assert then <= 86_400


@given(rhythms, rhythms)
def test_wishes_only_lengthen(rhythm: Rhythm, other: Rhythm) -> None:
    """What server and feed ask for never makes a poll come sooner."""
    bare = Rhythm(gaps=rhythm.gaps, newest=rhythm.newest)
    wished = Rhythm(gaps=rhythm.gaps, newest=rhythm.newest, wished=other.wished, max_age=other.max_age)
    assert wait(rhythm=bare) <= wait(rhythm=wished) + 1e-3


def test_feeds_drift_apart() -> None:
    """Feeds of one interval do not come due together."""
    dues = {next_poll(f"https://{n}.example/", Polled(now=NOW), Fetch()) for n in range(100)}
    assert len(dues) == 100


def test_a_feed_is_asked_as_often_as_it_brings_something() -> None:
    """The middle gap decides; one burst and one long pause do not."""
    steady = Rhythm(gaps=(600,) * 12, newest=NOW)
    assert 540 <= wait(rhythm=steady) <= 600
    burst = heard(steady, now=NOW + timedelta(minutes=10), fresh=40, wishes=Wishes())
    pause = heard(burst, now=NOW + timedelta(days=2), fresh=1, wishes=Wishes())
    assert pause.gap == 600
    assert wait() == pytest.approx(wait(rhythm=Rhythm(newest=NOW)))


def test_silence_lengthens_the_wait() -> None:
    """A feed that used to bring something every ten minutes is asked ever more rarely while it is silent."""
    waits = [wait(rhythm=Rhythm(gaps=(600,) * 9, newest=NOW - timedelta(days=days))) for days in (0, 1, 3, 30)]
    assert waits == sorted(waits)
    assert waits[0] < 600
    assert waits[-1] >= 0.9 * 21_600
    # A twentieth of the silence: 24 minutes after a night of eight hours; the morning's first entry is soon met.
    night = wait(rhythm=Rhythm(gaps=(600,) * 9, newest=NOW - timedelta(hours=8)))
    assert 0.9 * 1440 <= night <= 1440


def test_the_first_answer_tells_the_rhythm_by_its_dates() -> None:
    """Dates of the future say nothing; without dates the default stands."""
    dates = [NOW - timedelta(minutes=20 * n) for n in range(10)]
    told = heard(Rhythm(), now=NOW, fresh=11, dates=[*dates, NOW + timedelta(days=900)], wishes=Wishes())
    assert (told.gap, told.newest) == (1200, NOW)
    untold = heard(Rhythm(), now=NOW, fresh=5, wishes=Wishes())
    assert (untold.gap, untold.newest) == (None, NOW)


def test_a_clock_that_ran_ahead_spoils_no_rhythm() -> None:
    """New entries under a clock set ahead by 400 days, and again after it was set right: the gaps are those of before,
    but for the one leap, and the feed is not asked without rest until those days have passed."""
    rhythm = Rhythm(gaps=(3600,) * 9, newest=NOW - timedelta(hours=1))
    ahead = heard(rhythm, now=NOW + timedelta(days=400), fresh=1)
    right = heard(ahead, now=NOW, fresh=2)
    later = heard(right, now=NOW + timedelta(hours=1), fresh=1)
    assert (right.newest, later.newest) == (NOW, NOW + timedelta(hours=1))
    assert (right.gaps, later.gaps) == (ahead.gaps, (*ahead.gaps, 3600))
    assert later.gap == 3600


def test_new_entries_alone_halve_the_wait() -> None:
    """Where nothing of the last answer is listed any more, others may have come and gone."""
    assert overlooked(entries=20, fresh=20, polled_before=True)
    assert not overlooked(entries=20, fresh=19, polled_before=True)
    assert not overlooked(entries=20, fresh=20, polled_before=False)
    assert not overlooked(entries=2, fresh=2, polled_before=True)
    slow = Rhythm(gaps=(7200,) * 5, newest=NOW)
    assert wait(rhythm=slow, before=NOW - timedelta(hours=1)) <= 1800


@given(rhythms, st.integers(0, 20_000), st.none() | st.integers(300, 10**6))
def test_what_a_run_left_comes_soon(rhythm: Rhythm, ago: int, interval: int | None) -> None:
    """An answer of which the run left entries is followed by the next poll as soon as the least wait since it was given
    is over, and what the feed wishes; never later than otherwise."""
    facts: dict[str, Any] = {"rhythm": rhythm, "interval": interval}
    soon = wait(**facts, left=NOW - timedelta(seconds=ago))
    assert 0 <= soon <= wait(**facts)
    if not rhythm.skip_hours and not rhythm.skip_days:
        floor = 300 if interval is not None else max(300, min(rhythm.floor, 21_600))
        assert soon == pytest.approx(min(wait(**facts), max(floor - ago, 0)), abs=1e-3)


def test_wishes_of_the_feed() -> None:
    """ttl and max-age are floors, ten years are harmless; hours and days that are skipped are waited out."""
    busy = Rhythm(gaps=(60,) * 9, newest=NOW)
    assert wait(rhythm=busy) == pytest.approx(300, rel=0.11)
    wished = heard(busy, now=NOW, fresh=0, wishes=Wishes(every=3600), max_age=900)
    assert wait(rhythm=wished) == 3600
    assert wait(rhythm=heard(busy, now=NOW, fresh=0, wishes=Wishes(every=10**9), max_age=315_360_000)) == 21_600
    night = heard(busy, now=NOW, fresh=0, wishes=Wishes(skip_hours=frozenset({6, 7, 8})))
    assert wait(rhythm=night) == 3 * 3600
    assert wait(rhythm=night, interval=7200) == wait(rhythm=busy, interval=7200), "a configured interval stands above"
    berlin = timezone(timedelta(hours=1))
    east = next_poll(URL, Polled(now=NOW.astimezone(berlin), rhythm=night), Fetch())
    assert east == NOW + timedelta(hours=3), "its hours are UTC, whatever the clock's zone"
    never = heard(busy, now=NOW, fresh=0, wishes=Wishes(skip_days=frozenset(range(7))))
    assert wait(rhythm=never) == 21_600


@given(rhythms)
def test_a_rhythm_survives_the_store(rhythm: Rhythm) -> None:
    """What is written is what is read."""
    assert Rhythm.of(rhythm.facts()) == rhythm


@given(st.dictionaries(st.sampled_from(sorted(Rhythm().facts())), st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3))))  # fmt: skip
def test_nonsense_in_the_store_is_left_out(facts: dict[str, Any]) -> None:
    """Whatever stands there, a time comes of it."""
    assert wait(rhythm=Rhythm.of(facts)) > 0


def test_never_before_retry_after() -> None:
    """A host's word outweighs the interval, up to the cap."""
    assert wait(not_before=NOW + timedelta(hours=5)) == 5 * 3600
    assert wait(not_before=NOW + timedelta(days=900)) == 86_400
    assert wait(not_before=NOW - timedelta(days=1)) == wait()


def test_gone_is_gone() -> None:
    """410 means gone, 404 does not."""
    assert is_gone(BadStatus("HTTP 410", status=410))
    assert not is_gone(BadStatus("HTTP 404", status=404))


@given(st.text(max_size=50))
def test_asked_without_conditions_once_a_week(url: str) -> None:
    """Every feed within seven days, none within six; a look in the far future was another clock's."""
    assert wants_full(url, full=None, now=NOW)
    assert wants_full(url, full=NOW - timedelta(days=7), now=NOW)
    assert not wants_full(url, full=NOW - timedelta(days=6), now=NOW)
    assert not wants_full(url, full=NOW + timedelta(minutes=1), now=NOW)
    assert wants_full(url, full=NOW + timedelta(days=7), now=NOW)


@pytest.mark.parametrize(
    ("said", "age", "fresh"),
    [
        ("max-age=600", None, 600), ("public, Max-Age=600", "100", 500), ("max-age=600, no-cache", None, None),
        ("max-age=-5", None, None), ("max-age=99999999999999999999", None, 10**12 - 1), ("max-age=5", "9", 0),
        (None, None, None), ("max-age", None, None), ('max-age="60"', "x", 60),
    ],
)  # fmt: skip
def test_how_long_an_answer_is_fresh(said: str | None, age: str | None, fresh: int | None) -> None:
    """Cache-Control as servers write it."""
    assert max_age_seconds(said, age) == fresh


# --- the ladder -----------------------------------------------------------------------------------------------------


def test_the_ladder() -> None:
    """Every quarter of an hour, then hourly, every three hours, every three days, monthly, for a year."""
    checked, waits = NOW, []
    while (due := next_check(changed=NOW, checked=checked, now=checked, steps=STEPS)) is not None:
        waits.append(round((due - checked).total_seconds()))
        checked = due
    assert [(step, waits.count(step)) for step in STEPS] == [
        (900, 4), (3600, 2), (10_800, 23), (259_200, 9), (2_592_000, 11),
    ]  # fmt: skip
    assert waits == sorted(waits)


@given(moments, moments, moments, st.lists(st.integers(1, 10**8), min_size=1, unique=True).map(sorted))
def test_looks_are_bounded(changed: datetime, checked: datetime, now: datetime, steps: list[int]) -> None:
    """The next look lies one of the steps after the last one, whatever the clocks; old texts are left alone."""
    due = next_check(changed=changed, checked=checked, now=now, steps=steps)
    last = min(checked, now)
    if due is None:
        assert (last - changed).total_seconds() >= LOOKS * steps[-1]
    else:
        assert (due - last).total_seconds() in steps


def test_what_is_gone_is_looked_for_rarely() -> None:
    """A page that is gone may come back; off is off."""
    assert next_check(changed=NOW, checked=NOW, now=NOW, steps=STEPS, gone=True) == NOW + timedelta(days=30)
    assert next_check(changed=NOW, checked=NOW, now=NOW, steps=[]) is None


@given(st.text(max_size=40) | st.none(), st.text(max_size=40) | st.none())
def test_retry_after_is_always_sane(value: str | None, date: str | None) -> None:
    """Whatever a server sends, the wait lies between nothing and the cap."""
    assert 0 <= retry_after_seconds(value, date=date, now=NOW, cap=3600) <= 3600


def test_retry_after_without_the_servers_clock() -> None:
    """A date is read against the server's Date, and against ours where it sends none."""
    at = "Mon, 16 Nov 2026 06:05:00 GMT"
    assert retry_after_seconds(at, date=None, now=NOW, cap=3600) == 300
    assert retry_after_seconds(at, date="Mon, 16 Nov 2026 06:04:00 GMT", now=NOW, cap=3600) == 60
    assert retry_after_seconds("٣", date=None, now=NOW, cap=3600) == 60


def test_a_moment_outside_the_calendar_is_no_moment() -> None:
    """It has a date where the server stands and none in UTC: the answer counts as one without it."""
    beyond = "Fri, 31 Dec 9999 23:59:59 -0100"
    assert retry_after_seconds(beyond, date=None, now=NOW, cap=3600) == 60
    assert retry_after_seconds("Mon, 16 Nov 2026 06:05:00 GMT", date=beyond, now=NOW, cap=3600) == 300
