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
from ingest.run.fate import Fate, of_failure, of_fetch, retry_at
from store.model import RejectedClass

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
