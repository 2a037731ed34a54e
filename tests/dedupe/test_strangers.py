"""What is decided for many candidates at once is what comparing each would say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.compare import Side, compare
from ingest.dedupe.strangers import strangers
from ingest.dedupe.tokens import U64, found_in

SHINGLES = st.frozensets(st.integers(0, 60), min_size=1, max_size=40)


def side(shingles: frozenset[int]) -> Side:
    nothing = np.zeros(0, dtype=np.uint64)
    return Side(shingles=np.array(sorted(shingles), dtype=np.uint64), numbers=nothing, words=len(shingles) + 1)


def counts(shingles: U64) -> NDArray[np.int64]:
    """Every third run is a stock phrase, and one stands in so many articles that a run may be in more than four."""
    return np.where(shingles == 7, 90_000, np.where(shingles % np.uint64(3) == 0, 40, 1))


@given(SHINGLES, st.lists(SHINGLES, min_size=1, max_size=12))
@settings(deadline=None)
def test_strangers_are_those_whom_comparison_calls_so(text: frozenset[int], others: list[frozenset[int]]) -> None:
    """Same verdict, rule and figures as one by one."""
    new, sides = side(text), {number: side(other) for number, other in enumerate(others)}
    runs = {number: one.shingles for number, one in sides.items()}
    for number, verdict in strangers(new, runs, counts, Dedupe()).items():
        alone = compare(new, sides[number], counts, Dedupe())
        assert abs(alone.score - verdict.score) < 1e-9
        assert replace(alone, score=0, facts={}) == replace(verdict, score=0, facts={})
        assert alone.facts.keys() == verdict.facts.keys()


def test_kin_are_left_to_comparison() -> None:
    """A text and its half are compared; one with nothing in common is not."""
    whole, half, other = frozenset(range(1, 41)), frozenset(range(1, 21)), frozenset(range(41, 60))
    runs = {number: side(one).shingles for number, one in enumerate((half, other, whole), start=1)}
    assert set(strangers(side(whole), runs, counts, Dedupe())) == {2}


@given(st.lists(st.integers(0, 2**64 - 1)), st.sets(st.integers(0, 2**64 - 1)), st.integers(0, 9))
def test_few_are_found_among_many(others: list[int], few: set[int], both: int) -> None:
    """Where a value stands that is one of the few, wherever it lies and however near others come."""
    many = np.array([*others, *sorted(few)[:both], *(value ^ 1 for value in few)], dtype=np.uint64)
    found = found_in(many, np.array(sorted(few), dtype=np.uint64))
    assert found.tolist() == [at for at, value in enumerate(many.tolist()) if value in few]
