"""What a filter says nobody has, nobody has; and it stays so through moves, growth, old stores and other processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import filters, postings
from store.base import Store
from store.errors import LawBroken
from store.filters import ASKED, Filters
from store.postings import MOVE_EVERY, PARTS, Fresh
from tests.store.conftest import Opener
from tests.store.news import NOW
from tests.store.test_candidates import fill, found
from tests.store.test_postings import _add, _tables

PART, BOUNDS = 5, (0, 2**22 - 1)


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """The tables that postings are kept in, alone."""
    db = _tables()
    yield db
    db.close()


def _put(db: sqlite3.Connection, known: Filters, bands: list[int]) -> None:
    """Post these bands in their place, as a move does."""
    db.executemany("INSERT OR IGNORE INTO posting VALUES (?, 1)", [(band,) for band in bands])
    known.added(db, PART, BOUNDS, bands)


def _possible(db: sqlite3.Connection, known: Filters, bands: list[int]) -> list[int]:
    """Those of the bands that would be looked up, once the part's filter is read."""
    for _ in range(ASKED):
        found = known.possible(db, bands, np.full(len(bands), PART))
    return found


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2**22 - 1), max_size=60), min_size=1, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_what_was_posted_is_always_possible(pieces: list[list[int]], again: list[bool]) -> None:
    """However bands came and whenever the filters were read anew, none that was posted is ruled out."""
    db, known = _tables(), Filters(PARTS)
    posted: list[int] = []
    for piece, anew in zip(pieces, again, strict=False):
        _put(db, known, piece)
        posted += piece
        known = Filters(PARTS) if anew else known
        assert _possible(db, known, posted) == posted
    db.close()


def test_most_of_what_nobody_has_is_ruled_out(db: sqlite3.Connection) -> None:
    """A filter grows with what it holds: at most one in twenty other bands is looked up."""
    known, chance = Filters(PARTS), np.random.default_rng(3)
    bands = chance.permutation(2**21)[:12_000].tolist()
    for start in range(0, len(bands), 1_000):
        _put(db, known, bands[start : start + 1_000])
    others = [band + 2**21 for band in chance.permutation(2**21)[:4_000].tolist()]
    assert len(_possible(db, known, others)) < len(others) / 20
    assert _possible(db, known, bands) == bands


def test_a_full_filter_grows_no_more(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the largest size it rules out less and less, and never what was posted."""
    monkeypatch.setattr(filters, "MOST_BITS", 2**10)
    known, bands = Filters(PARTS), list(range(0, 40_000, 10))
    _put(db, known, bands)
    assert _possible(db, known, bands) == bands
    assert db.execute("SELECT length(bits) FROM posting_filter").fetchall() == [(2**7,)]


def test_a_filter_is_read_when_its_part_is_asked_for_often(db: sqlite3.Connection) -> None:
    """The first lookups go to the table, which costs less than a filter for them."""
    _put(db, Filters(PARTS), [1, 2])
    known = Filters(PARTS)
    for _ in range(ASKED - 1):
        assert known.possible(db, [1, 7], np.array([PART, PART + 1])) == [1, 7]
    assert known.possible(db, [7], np.array([PART])) == []


def test_part_without_a_filter_is_looked_up(db: sqlite3.Connection) -> None:
    """Postings from before there were filters are found, and are in the filter that the part gets."""
    db.execute("INSERT INTO posting VALUES (77, 1)")
    known = Filters(PARTS)
    assert _possible(db, known, [77]) == [77]
    _put(db, known, [78])
    assert _possible(db, known, [77, 78, 79]) == [77, 78]


def test_damaged_filter_is_an_error(db: sqlite3.Connection) -> None:
    """A filter of a size that none has is damage, not an answer."""
    db.execute("INSERT INTO posting_filter VALUES (?, x'0102')", (PART,))
    with pytest.raises(ValueError, match="filter"):
        _possible(db, Filters(PARTS), [1])


def test_moved_bands_are_found_again(db: sqlite3.Connection) -> None:
    """Once every part was moved, each band is possible where it stands, and hardly another one."""
    fresh, chance = Fresh(), np.random.default_rng(4)
    bands = [int(band) for band in chance.integers(-(2**31), 2**31, MOVE_EVERY * PARTS)]
    for band in bands:
        _add(db, fresh, [band])
    fresh.save(db)
    fresh.save(db)
    placed = {band for (band,) in db.execute("SELECT band FROM posting")}
    again = Fresh.load(db)
    for known in (fresh, again):
        for _ in range(ASKED):
            possible = known.moved(db, bands[:4_000])
        assert placed.intersection(bands[:4_000]) <= set(possible)
    others = [int(band) for band in chance.integers(-(2**31), 2**31, 4_000)]
    assert len(again.moved(db, others)) < len(others) / 10


@pytest.mark.parametrize("anew", [False, True])
def test_another_process_moves_what_was_ruled_out(
    store: Store, opener: Opener, monkeypatch: pytest.MonkeyPatch, *, anew: bool
) -> None:
    """A store that knows from a filter that nobody has a band finds what another one has moved there since."""
    monkeypatch.setattr(postings, "PARTS", 2)  # negative bands and others, one moved with each text
    monkeypatch.setattr(postings, "MOVE_EVERY", 1)
    other = opener()
    with store.placing() as place:
        fill(place, 4, bands=[-7])
    for _ in range(ASKED + 1):
        assert found(store) == []
    with other.placing() as place:
        fill(place, 2, bands=[7])
    asked = opener() if anew else store
    for _ in range(ASKED + 1):
        assert found(asked) == [5, 6]


def test_filter_of_a_failed_transaction_is_not_believed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a filter took in before the transaction failed is in no filter, and nothing that was committed is lost."""
    monkeypatch.setattr(postings, "PARTS", 2)
    monkeypatch.setattr(postings, "MOVE_EVERY", 1)
    with store.placing() as place:
        fill(place, 2, bands=[7])
    with suppress(LawBroken), store.placing() as place:
        fill(place, 4, bands=[8])
        place.add_story(at=NOW)  # without an article: the commit fails, after parts were moved
    for _ in range(ASKED + 1):
        assert found(store) == [1, 2]
    assert store.check() == []


def test_check_names_a_band_that_a_filter_denies(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that lost a band is a law that does not hold."""
    monkeypatch.setattr(postings, "PARTS", 2)
    monkeypatch.setattr(postings, "MOVE_EVERY", 1)
    with store.placing() as place:
        fill(place, 2, bands=[-7])
    assert store.check() == []
    db = sqlite3.connect(path)
    db.execute("UPDATE posting_filter SET bits = zeroblob(64)")
    db.commit()
    db.close()
    assert store.check() == ["a posting in its place is possible for its filter: not so for 1 (number -7)"]
