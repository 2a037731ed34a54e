"""docs/behaviours.md: each row has its tests, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROWS = [
    line
    for line in (REPOSITORY / "docs" / "behaviours.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| what comes |")
]


def test_every_row_names_its_tests() -> None:
    """Three columns, at least one test in the last; every test named is a function of that file."""
    assert len(ROWS) > 60
    for row in ROWS:
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 3, row
        named = re.findall(r"`(tests/[\w/.]+?)(?:::(\w+))?`", cells[2])
        assert named, row
        for file, name in named:
            path = REPOSITORY / file
            assert path.exists(), file
            assert not name or f"def {name}(" in path.read_text("utf-8"), f"{file}::{name}"
