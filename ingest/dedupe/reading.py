"""Two texts side by side: where what they share stands, and how whole it is.

The score of `dedupe.compare` counts shared runs wherever they stand. Where it is neither high nor low, their place
tells more: news is written from its beginning, so that an editor cuts behind it, while a follow-up begins anew and
recycles old background further down; and an edited copy keeps passages, while texts that merely resemble each other
share runs scattered over stock phrases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.fingerprint import UNSPACED_FACTOR, widths
from ingest.dedupe.tokens import U64, Tokens, shingle, tokenize

Marks = NDArray[np.bool_]

# Words between two shared runs that are still one edited passage: an editor exchanges a name or an attribution, and
# with every sixth word changed the gaps are one to four words long.
GAP: Final = 4
# Words that make a passage: half a sentence; shorter ones are names with their titles, and stock phrases.
LEAST: Final = 12
# Weight of the shared runs of a passage, per word of it. Furniture that stands in twenty articles weighs a fifth.
RARE: Final = 0.20
# Words that are a text's beginning: the lead, one or two sentences.
BEGINNING: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What two texts look like side by side. Shares are 0 to 1; the same whichever text comes first.

    A passage is a stretch of LEAST words and more in which shared runs follow each other closely (see GAP) and are
    rare together (see RARE).
    """

    words: int  # in passages, in the text that has more of them
    marked: int  # in passages, in both texts together
    shorter: float  # share of the shorter text that stands in passages
    longer: float  # the same of the longer one
    intact: float  # share of the passages' words that stand in shared runs: 1 where nothing was edited
    beginnings: float  # share of the beginning that stands in passages, of the text of which less does
    opening: float  # share of the beginning that is shared at all, of the text of which more is
    numbers: int  # that stand in passages, in both texts together
    numbers_kept: float  # share of them that the other text has too


@dataclass(frozen=True, slots=True)
class _Side:
    words: int
    marks: Marks
    covered: Marks
    beginning: float
    opening: float
    numbers: int
    kept: int

    @property
    def share(self) -> float:
        return float(self.marks.mean()) if len(self.marks) else 0.0


def read(text: str, other: str, common: U64, weight: NDArray[np.float64]) -> Reading:
    """Read two texts side by side. `common` are the runs they share, sorted, with their weights."""
    here, there = _tokens(text), _tokens(other)
    sides = [_side(here, there, common, weight), _side(there, here, common, weight)]
    shorter, longer = sorted(sides, key=lambda side: (side.words, -side.share))
    marked = [int(side.marks.sum()) for side in sides]
    covered = sum(int((side.covered & side.marks).sum()) for side in sides)
    numbers = sum(side.numbers for side in sides)
    return Reading(
        words=max(marked),
        marked=sum(marked),
        shorter=shorter.share,
        longer=longer.share,
        intact=covered / max(1, sum(marked)),
        beginnings=min(side.beginning for side in sides),
        opening=max(side.opening for side in sides),
        numbers=numbers,
        numbers_kept=sum(side.kept for side in sides) / max(1, numbers),
    )


def passages(text: str, common: U64, weight: NDArray[np.float64]) -> Marks:
    """Which words of a text stand in passages, given the runs it shares with another (sorted) and their weights."""
    return _marks(_tokens(text), common, weight)[2]


def _side(here: Tokens, there: Tokens, common: U64, weight: NDArray[np.float64]) -> _Side:
    covered, close, marks = _marks(here, common, weight)
    beginning = slice(0, BEGINNING * _factor(here))
    numbers = here.hashes[here.numeric & marks]
    return _Side(
        words=len(here),
        marks=marks,
        covered=covered,
        beginning=float(marks[beginning].mean()) if len(here) else 0.0,
        opening=float(close[beginning].mean()) if len(here) else 0.0,
        numbers=len(numbers),
        kept=int(np.isin(numbers, there.hashes[there.numeric]).sum()),
    )


@lru_cache(maxsize=64)  # the text at hand is read beside several others, one after the other
def _tokens(text: str) -> Tokens:
    return tokenize(text)


def _factor(tokens: Tokens) -> int:
    return UNSPACED_FACTOR if tokens.unspaced else 1


def _marks(tokens: Tokens, common: U64, weight: NDArray[np.float64]) -> tuple[Marks, Marks, Marks]:
    """Words that stand in a shared run; those in stretches in which such runs follow each other closely, wherever they
    stand and however common they are; and of these stretches those whose runs are rare together."""
    if not len(common) or not len(tokens):
        none = np.zeros(len(tokens), dtype=bool)
        return none, none, none
    width, factor = widths(tokens)[0], _factor(tokens)
    runs = shingle(tokens.hashes, width)
    at = np.minimum(common.searchsorted(runs), len(common) - 1)
    shared = common[at] == runs
    covered = np.zeros(len(tokens), dtype=bool)
    hits = np.flatnonzero(shared)
    for offset in range(min(width, len(tokens))):
        covered[hits + offset] = True
    begins, ends = _stretches(covered)
    apart = begins[1:] - ends[:-1] > GAP * factor
    begins, ends = begins[np.append(True, apart)[: len(begins)]], ends[np.append(apart, True)[: len(ends)]]
    long = ends - begins >= LEAST * factor
    begins, ends = begins[long], ends[long]
    so_far = np.zeros(len(tokens) + 1)
    np.cumsum(np.where(shared, weight[at], 0.0), out=so_far[1 : len(runs) + 1])
    so_far[len(runs) + 1 :] = so_far[len(runs)]
    rare = so_far[ends] - so_far[begins] >= RARE * (ends - begins)
    return covered, _marked(begins, ends, len(tokens)), _marked(begins[rare], ends[rare], len(tokens))


def stretches(marks: Marks) -> list[tuple[int, int]]:
    """Begin and end of each run of true marks."""
    begins, ends = _stretches(marks)
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _stretches(marks: Marks) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    return edges[::2], edges[1::2]


def _marked(begins: NDArray[np.intp], ends: NDArray[np.intp], size: int) -> Marks:
    """The marks of these stretches, which do not touch."""
    edges = np.zeros(size + 1, dtype=np.int8)
    edges[begins], edges[ends] = 1, -1
    return np.asarray(np.cumsum(edges[:-1]), dtype=bool)
