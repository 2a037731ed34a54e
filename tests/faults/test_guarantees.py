"""docs/guarantees.md: what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.by_hand import KINDS

REPOSITORY = Path(__file__).resolve().parents[2]
GUARANTEES = (REPOSITORY / "docs" / "guarantees.md").read_text("utf-8")


def test_every_test_it_names_exists() -> None:
    """`file::name` leads to a function of that name; a file alone is there."""
    named = re.findall(r"`(tests/[\w/.]+?)(?:::(\w+))?`", GUARANTEES)
    assert len(named) > 30
    for file, name in named:
        path = REPOSITORY / file
        assert path.exists(), file
        assert not name or f"def {name}(" in path.read_text("utf-8"), f"{file}::{name}"


def test_every_series_it_names_can_be_run() -> None:
    """`KIND CYCLES SEED` names a kind of harm, and each kind has its figure."""
    named = {kind for kind, _ in re.findall(r"`([a-z-]+) (\d+)[ \d]*`", GUARANTEES)}
    assert named == set(KINDS)


def test_every_guarantee_has_its_tests() -> None:
    """Ten guarantees, each with a table."""
    parts = re.split(r"^## \d+\. ", GUARANTEES, flags=re.MULTILINE)[1:]
    assert len(parts) == 10
    assert all("| held by | measured |" in part for part in parts)
