"""A store that is hurt: nothing reported is lost, nothing is doubled, and the next start needs no repair.

Few cycles of each kind; `python -m tests.faults.by_hand KIND CYCLES` does as many as wanted (docs/guarantees.md).
"""

from __future__ import annotations

import pytest

from tests.faults.conftest import ByHand, Figures

pytestmark = pytest.mark.thorough


def unharmed(found: Figures) -> bool:
    """All that was reported is there once, batches are whole, laws hold, the index follows from the texts, each store
    completes to what an undisturbed run makes: the same stories under the same numbers, the same frequencies."""
    names = ("lost", "double", "partial", "broken", "index", "unlike")
    return {name: found[name] for name in names} == dict.fromkeys(names, 0)


def test_killed_at_named_calls(by_hand: ByHand) -> None:
    """kill -9 before and after each call that a run makes of its store."""
    found = by_hand("calls", 42)
    assert unharmed(found), found
    assert found["points"] == 42
    assert found["ended"]["killed"] >= 30
    assert found["reported"]


def test_killed_at_system_calls(by_hand: ByHand) -> None:
    """kill -9 within commits and checkpoints."""
    found = by_hand("system-calls", 5)
    assert unharmed(found), found
    assert found["ended"]["killed"] >= 3


def test_killed_while_the_tables_are_made(by_hand: ByHand) -> None:
    """kill -9 before there is a store: the next start makes it."""
    found = by_hand("births", 3)
    assert unharmed(found), found
    assert found["ended"] == {"killed": 3}


def test_power_cuts(by_hand: ByHand) -> None:
    """With synchronous = FULL, what was reported survives a disk that holds no more than was synced."""
    found = by_hand("power", 10)
    assert unharmed(found), found
    assert found["reported"]


def test_writes_and_syncs_that_fail(by_hand: ByHand) -> None:
    """EIO, ENOSPC and EDQUOT from the kernel: a store error and exit 5, nothing half-written."""
    found = by_hand("errors", 5)
    assert unharmed(found), found
    assert found["ended"]["refused"] >= 1


def test_full_disks(by_hand: ByHand) -> None:
    """Filled, refused, read while it is full, freed, gone on with."""
    found = by_hand("full", 5)
    assert unharmed(found), found
    assert found["unread"] == 0
    assert found["refused at last"]
    assert found["ended"]["refused"] >= 1


def test_files_that_cannot_be_used(by_hand: ByHand) -> None:
    """The command refuses what is no store with exit 5 and three lines, reads what it may not write, writes to none."""
    found = by_hand("files", 10)
    altered = found.pop("altered")
    assert (altered["otherwise"], sum(altered.values())) == (0, 10)
    articles = found.pop("articles")
    assert articles
    for case, calls in found.items():
        if case.startswith("read-only"):
            if isinstance(calls, dict):  # else why it could not be tried
                assert [calls[name] for name in ("stories", "export articles", "db check")] == ["answered"] * 3, case
                writes = [calls[name] for name in calls if name.split()[0] in ("run", "feeds", "daemon")]
                assert writes == ["refused"] * 3, case
        else:
            assert set(calls.values()) == {"refused"}, (case, calls)


def test_settings_cut_off(by_hand: ByHand) -> None:
    """Any beginning of a settings file is valid or refused in three lines; nothing else is ever raised."""
    found = by_hand("config", 61)
    assert set(found) <= {"bytes", "valid", "refused", "calls", "calls that differ", "seconds"}
    assert found["calls that differ"] == 0
    assert found["calls"] >= 10
