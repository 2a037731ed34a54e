"""Two texts side by side: where what they share stands, by texts whose every word is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dedupe.fingerprint import fingerprint
from ingest.dedupe.reading import BEGINNING, GAP, LEAST, RARE, Reading, passages, read, stretches


def words(letter: str, count: int, start: int = 0) -> list[str]:
    """Words that stand nowhere else."""
    return [
        f"{letter}{'xy'[n // 676 % 2]}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}" for n in range(start, start + count)
    ]


def side_by_side(one: list[str], other: list[str], weight: float = 1.0) -> Reading:
    """Read them, each shared run at this weight."""
    here, there = " ".join(one), " ".join(other)
    common = np.intersect1d(fingerprint(here).shingles, fingerprint(there).shingles)
    return read(here, there, common, np.full(len(common), weight))


def test_a_copy_is_one_passage() -> None:
    """The whole of both texts is shared, from the beginning, and nothing was edited."""
    found = side_by_side(words("a", 100), words("a", 100))
    assert (found.words, found.marked, found.shorter, found.longer, found.intact) == (100, 200, 1, 1, 1)
    assert (found.beginnings, found.opening) == (1, 1)


def test_nothing_shared_is_no_passage() -> None:
    """Texts without a run in common, and empty ones, have no passage and no beginning in common."""
    for one, other in ((words("a", 60), words("b", 60)), ([], words("b", 60)), ([], [])):
        found = side_by_side(one, other)
        assert (found.words, found.marked, found.shorter, found.longer, found.intact) == (0, 0, 0, 0, 0)
        assert (found.beginnings, found.opening, found.numbers, found.numbers_kept) == (0, 0, 0, 0)


def test_a_cut_copy_begins_where_its_source_does() -> None:
    """All of the shorter text and part of the longer one stand in passages; both beginnings are shared."""
    found = side_by_side(words("a", 60), words("a", 200))
    assert (found.shorter, found.longer, found.beginnings) == (1, 0.3, 1)


def test_recycled_background_leaves_one_beginning_alone() -> None:
    """A follow-up begins anew: its source begins in it nowhere, whatever stands further down."""
    found = side_by_side(words("b", 80) + words("a", 60, 60), words("a", 120))
    assert (found.beginnings, found.opening) == (0, 0)
    assert found.shorter == pytest.approx(0.5)
    led = side_by_side(words("b", 20) + words("a", 100), words("a", 100))
    assert (led.beginnings, led.opening) == ((BEGINNING - 20) / BEGINNING, 1)


@pytest.mark.parametrize(("gap", "whole"), [(1, True), (GAP, True), (GAP + 1, False)])
def test_an_edited_stretch_is_one_passage(gap: int, whole: bool) -> None:
    """A few exchanged words between two shared runs belong to the passage; more of them part it."""
    one, other = (words("a", 30) + words(own, gap) + words("c", 30) for own in "de")
    found = side_by_side(one, other)
    assert found.words == (60 + gap if whole else 60)
    assert (found.intact < 1) == whole


@pytest.mark.parametrize(("length", "found"), [(LEAST - 1, 0), (LEAST, LEAST)])
def test_names_and_stock_phrases_are_no_passage(length: int, found: int) -> None:
    """A shared run counts from half a sentence on."""
    assert side_by_side(words("b", 40) + words("a", length), words("c", 40) + words("a", length)).words == found


@pytest.mark.parametrize(("weight", "marked"), [(RARE * 1.1, 80), (RARE * 0.9, 0)])
def test_furniture_is_no_passage(weight: float, marked: int) -> None:
    """What many articles contain marks nothing, but it still tells where a text begins."""
    found = side_by_side(words("a", 40), words("a", 40), weight)
    assert (found.marked, found.opening) == (marked, 1)


def test_numbers_in_passages() -> None:
    """Numbers of the passages alone are counted, in both texts; one of four was changed in each."""
    one, other = ([*words("a", 20), "17", *words("b", 20), number, *words("c", 20)] for number in ("31", "48"))
    found = side_by_side([*one, *words("d", 9), "5"], [*other, *words("e", 9), "6"])
    assert (found.numbers, found.numbers_kept) == (4, 0.5)


def test_texts_without_spaces_are_read_in_longer_units() -> None:
    """Where each character is a word of its own, passages and beginnings are as long in meaning."""
    text = "".join(chr(0x4E00 + 37 * n) for n in range(300))
    common = fingerprint(text[:200]).shingles
    found = read(text, text[:200], common, np.ones(len(common)))
    assert (found.shorter, found.beginnings) == (1, 1)
    assert found.longer == pytest.approx(2 / 3, abs=0.02)


@given(st.lists(st.integers(0, 40), max_size=120), st.lists(st.integers(0, 40), max_size=120), st.floats(0.01, 1))
def test_reading_is_symmetric_and_sane(one: list[int], other: list[int], weight: float) -> None:
    """Which text comes first does not matter, and shares are shares."""
    here, there = ([words("a", 1, n)[0] if n % 7 else str(n) for n in numbers] for numbers in (one, other))
    found = side_by_side(here, there, weight)
    assert found == side_by_side(there, here, weight)
    shares = (
        found.shorter, found.longer, found.intact, found.beginnings, found.opening, found.numbers_kept,
    )  # fmt: skip
    assert all(0 <= share <= 1 for share in shares)
    assert 0 <= found.words <= found.marked <= 2 * found.words


@given(st.lists(st.booleans(), max_size=60))
def test_stretches_are_the_marks(marks: list[bool]) -> None:
    """Stretches are apart, in order, and hold the marked words, all of them and no other."""
    found = stretches(np.array(marks, dtype=bool))
    assert [n for begin, end in found for n in range(begin, end)] == [n for n, mark in enumerate(marks) if mark]
    assert all(before[1] < after[0] for before, after in pairwise(found))


def test_passages_mark_words_of_one_text() -> None:
    """The marks are those of the text at hand, one a word, in a row for each other text."""
    text = " ".join(words("b", 15) + words("a", 25))
    runs = fingerprint(text).shingles
    others = [words("a", 25), words("c", 40), words("b", 15) + words("a", 25), words("b", 15)]
    weight = [np.isin(runs, fingerprint(" ".join(other)).shingles) for other in others]
    marks = passages(text, runs, np.array(weight, dtype=float))
    assert marks.shape == (4, 40)
    assert marks.sum(axis=1).tolist() == [25, 0, 40, 15]
    assert marks[0, 15:].all()
    assert marks[3, :15].all()


@given(st.lists(st.integers(0, 3), min_size=1, max_size=90), st.lists(st.lists(st.integers(0, 3)), min_size=1))
def test_passages_of_many_are_those_of_each(one: list[int], others: list[list[int]]) -> None:
    """However many texts one is read beside in one step, the marks are as beside each alone."""
    text = " ".join(f"word{letter}" for letter in one)
    runs = fingerprint(text).shingles
    each = [fingerprint(" ".join(f"word{letter}" for letter in other)).shingles for other in others]
    weight = np.array([np.isin(runs, other) / 2 for other in each])
    together = passages(text, runs, weight)
    assert all((row == passages(text, runs, weight[at : at + 1])[0]).all() for at, row in enumerate(together))
