"""Several processes over one store at once."""

from __future__ import annotations

import pytest

from tests.faults.conftest import ByHand

pytestmark = pytest.mark.thorough


def test_two_that_start_at_once(by_hand: ByHand) -> None:
    """One daemon or run works; the other ends with 75 and says who holds the store."""
    found = by_hand("races", 10)
    assert found["ended"] == {"one winner, named": 10}
    assert found["broken"] == 0


def test_readers_beside_a_writer(by_hand: ByHand) -> None:
    """Four processes export without a pause while articles are placed and the log is written back: they see whole
    batches and no error."""
    found = by_hand("storm", 60)
    assert (found["writer"], found["failed readers"], found["broken"]) == (0, 0, 0)
    assert found["articles"] >= 60
    assert found["reads"] >= found["readers"]


def test_backups_beside_a_writer(by_hand: ByHand) -> None:
    """A backup made while somebody writes opens, keeps the laws, and holds what was reported before it began."""
    found = by_hand("backups", 4)
    assert (found["made"], found["broken"], found["lost"]) == (4, 0, 0)
    assert found["made while writing"]
