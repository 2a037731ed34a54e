"""When to ask again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import BadStatus
from ingest.fetch import is_gone, next_poll
from ingest.fetch.schedule import retry_after_seconds

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
URL = "https://paper.example/feed"


def wait(**facts: object) -> float:
    chosen = {"now": NOW, "interval": None, "default": 1800, **facts}
    return (next_poll(URL, **chosen) - NOW).total_seconds()  # type: ignore[arg-type]  # named as in the signature


@given(st.text(max_size=50), st.integers(1, 10**6))
def test_interval_is_kept_nearly(url: str, interval: int) -> None:
    """A feed is due within its interval, at most a tenth early, and always at the same time."""
    due = next_poll(url, now=NOW, interval=interval, default=5)
    assert 0.9 * interval - 1e-3 <= (due - NOW).total_seconds() <= interval
    assert due == next_poll(url, now=NOW, interval=interval, default=7)


def test_feeds_drift_apart() -> None:
    """Feeds of one interval do not come due together."""
    dues = {next_poll(f"https://{n}.example/", now=NOW, interval=1800, default=1) for n in range(100)}
    assert len(dues) == 100


@given(st.integers(0, 10_000), st.integers(1, 10**6))
def test_failures_back_off(failures: int, interval: int) -> None:
    """Each failure doubles the wait, up to a day, or to the interval where that is longer."""
    now_wait = wait(interval=interval, failures=failures)
    assert now_wait <= wait(interval=interval, failures=failures + 1) <= max(interval, 86_400)
    if interval * 2 ** min(failures + 1, 20) <= 86_400:
        assert wait(interval=interval, failures=failures + 1) == pytest.approx(2 * now_wait, abs=1e-3)


def test_never_before_retry_after() -> None:
    """A host's word outweighs the interval, up to the cap."""
    assert wait(not_before=NOW + timedelta(hours=5)) == 5 * 3600
    assert wait(not_before=NOW + timedelta(days=900)) == 86_400
    assert wait(not_before=NOW - timedelta(days=1)) == wait()


def test_absurd_intervals_are_clamped() -> None:
    """No interval makes a busy loop."""
    assert wait(interval=0) > 0.5
    assert wait(interval=-5) > 0.5


def test_gone_is_gone() -> None:
    """410 disables a feed, 404 does not."""
    assert is_gone(BadStatus("HTTP 410", status=410))
    assert not is_gone(BadStatus("HTTP 404", status=404))


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
