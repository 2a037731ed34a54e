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
from ingest.dedupe.tokens import U64

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
    for number, verdict in strangers(new, sides, counts, Dedupe()).items():
        alone = compare(new, sides[number], counts, Dedupe())
        assert abs(alone.score - verdict.score) < 1e-9
        assert replace(alone, score=0, facts={}) == replace(verdict, score=0, facts={})
        assert alone.facts.keys() == verdict.facts.keys()


def test_kin_are_left_to_comparison() -> None:
    """A text and its half are compared; one with nothing in common is not."""
    whole, half, other = frozenset(range(1, 41)), frozenset(range(1, 21)), frozenset(range(41, 60))
    sides = {1: side(half), 2: side(other), 3: side(whole)}
    assert set(strangers(side(whole), sides, counts, Dedupe())) == {2}
