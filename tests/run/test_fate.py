"""What an answer that is no article means, and when it is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import BadStatus, FetchError, Refused, TimedOut, TooLarge, Unreachable
from ingest.model import FAILURES, REJECTIONS
from ingest.run.fate import Fate, Sight, looked, of_failure, of_fetch, retry_at
from store.model import Check, RejectedClass

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REASONS = [*REJECTIONS, *FAILURES, "off-topic"]


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (Refused("refused", reason="robots"), "rejected", "robots"),
        (Refused("refused", reason="address"), "failed", "fetch-error"),
        (Refused("refused", reason="redirect"), "failed", "fetch-error"),
        (TooLarge("too large"), "rejected", "too-large"),
        (TimedOut("too slow"), "failed", "fetch-error"),
        (Unreachable("no route"), "failed", "fetch-error"),
        *((BadStatus("HTTP", status=status), "rejected", "blocked") for status in (401, 403, 451)),
        (BadStatus("HTTP", status=402), "rejected", "paywall"),
        *((BadStatus("HTTP", status=status), "failed", "gone") for status in (404, 410)),
        *((BadStatus("HTTP", status=status), "failed", "fetch-error") for status in (400, 500, 502, 304)),
    ],
)
def test_each_error_has_one_reason(error: FetchError, state: str, reason: str) -> None:
    """Every way in which a page cannot be had is one reason of the contract, with the error's words as its detail."""
    fate = of_fetch(error)
    assert (fate.state, fate.reason, fate.detail) == (state, reason, str(error))
    assert fate.state in get_args(RejectedClass)
    assert fate.reason in REASONS


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (None, "extract-error"),
        ("stub", "extract-error"),
        ("extract-error", "quarantined"),
        ("quarantined", "quarantined"),
    ],
)
def test_the_second_failure_quarantines(before: str | None, reason: str) -> None:
    """One failure may be the machine's; a page that fails twice in a row is kept apart for a week and more."""
    fate = of_failure("worker killed: time", before)
    assert (fate.state, fate.reason) == ("failed", reason)
    wait = (retry_at(fate, now=NOW, tries=1) or NOW) - NOW
    assert wait == (timedelta(days=7) if reason == "quarantined" else timedelta(hours=1))


@pytest.mark.parametrize("reason", REASONS)
def test_waits_grow_and_are_bounded(reason: str) -> None:
    """Each refusal in a row waits at least as long as the one before, up to a month; some are never asked again."""
    times = [retry_at(Fate("rejected", reason, ""), now=NOW, tries=tries) for tries in range(1, 40)]
    if times[0] is None:
        assert set(times) == {None}
        assert reason in {"listing", "too-large", "not-html", "off-topic", "opaque-link"}
        return
    waits = [at - NOW for at in times if at is not None]
    assert len(waits) == len(times)
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert timedelta(minutes=30) <= waits[0] <= timedelta(days=7)
    assert waits[1] == 2 * waits[0]
    assert waits[-1] == timedelta(days=30)


@given(reason=st.text(max_size=20), tries=st.integers(min_value=1, max_value=10**9))
def test_an_unknown_reason_is_no_crash(reason: str, tries: int) -> None:
    """Whatever the reason and however often, the next time is within a month or there is none."""
    at = retry_at(Fate("failed", reason, ""), now=NOW, tries=tries)
    assert at is None or NOW < at <= NOW + timedelta(days=30)


def test_a_change_begins_the_ladder_anew() -> None:
    """An article that stood for a month is looked at again in a month; once it has changed, in a quarter of an hour."""
    steps = (900, 3600, 2_592_000)
    month = timedelta(seconds=steps[-1])
    old = Check(article_id=1, url="https://weser.example/n/1", due_at=NOW, checked=NOW - month, changed=NOW - month)
    same, _ = looked(old, "there", changed=False, now=NOW, steps=steps)
    other, _ = looked(old, "there", changed=True, now=NOW, steps=steps)
    assert (same.changed, same.due_at) == (NOW - month, NOW + month)
    assert (other.changed, other.due_at) == (NOW, NOW + timedelta(seconds=steps[0]))


@given(sights=st.lists(st.sampled_from(get_args(Sight)), max_size=12))
def test_gone_and_walled_are_told_once_each_time(sights: list[Sight]) -> None:
    """Whatever is found in turn: gone needs two looks in a row that find nothing, what cannot be told counts for
    neither, each event is told when it begins or ends, and none begins twice."""
    check = Check(article_id=1, url="https://weser.example/n/1", due_at=NOW, checked=NOW, changed=NOW)
    told: list[str] = []
    missing = 0
    for turn, sight in enumerate(sights, start=1):
        check, events = looked(check, sight, changed=False, now=NOW + timedelta(hours=turn), steps=(900,))
        told += events
        missing = missing + 1 if sight == "missing" else missing if sight == "unclear" else 0
        assert check.missing == missing
        assert check.gone is None or missing >= 2
        assert missing < 2 or check.gone is not None
    for begins, ends in (("gone", "returned"), ("walled", "opened")):
        mine = [event for event in told if event in (begins, ends)]
        assert all(event == (begins, ends)[at % 2] for at, event in enumerate(mine)), told
    assert (check.gone is None, check.walled is None) == (
        told.count("gone") == told.count("returned"), told.count("walled") == told.count("opened"),
    )  # fmt: skip
