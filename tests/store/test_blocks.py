"""Blocks that were met: where, for how long, and what was set aside of an article."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from store.base import Store
from store.tables.blocks import PARTS, REMEMBERED, SWEEP_EVERY


def rows(path: Path) -> set[tuple[int, int]]:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return set(db.execute("SELECT block, article_id FROM occurrence"))
    finally:
        db.close()


def test_saving_twice_changes_nothing(store: Store, path: Path) -> None:
    """An article contains a block or not; hashes use all 64 bits."""
    with store.placing() as placing:
        for _ in range(2):
            placing.add_occurrences(1, [5, -(2**63), 2**63 - 1])
    assert rows(path) == {(-(2**63), 1), (5, 1), (2**63 - 1, 1)}
    with store.placing() as placing:
        placing.drop_occurrences([(5, 1), (6, 1)])
    assert rows(path) == {(-(2**63), 1), (2**63 - 1, 1)}


def test_what_was_met_long_ago_is_forgotten(store: Store, path: Path) -> None:
    """In a round of sweeps every block is looked at, and what articles before the last 100,000 contained goes."""
    blocks = [-(2**63), -1, 0, 2**63 - 1]
    sweeps = range(REMEMBERED + SWEEP_EVERY, REMEMBERED + SWEEP_EVERY * (PARTS + 1), SWEEP_EVERY)
    with store.placing() as placing:
        for article in (1, sweeps[-1] + 1):
            placing.add_occurrences(article, blocks)
        for article in sweeps:
            placing.add_occurrences(article, [])
    assert rows(path) == {(block, sweeps[-1] + 1) for block in blocks}


def test_an_unknown_article_has_no_furniture(store: Store) -> None:
    """Nothing was set aside of what is not there."""
    with store.placing() as placing:
        assert placing.furniture_of(4711) == ()
        assert placing.occurrences([1, 2]) == {}
