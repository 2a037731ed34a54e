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
from ingest.dedupe.tokens import U64, Tokens, among, contained, shingle, tokenize

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
    begun: float  # share of the beginning that stands in passages, of the text of which more does
    lead: int  # words above the first passage, of the text that has more of them
    below: float  # share of what stands below these that is in passages
    numbers: int  # that stand in passages, in both texts together
    numbers_kept: float  # share of them that the other text has too


@dataclass(frozen=True, slots=True)
class _Text:
    tokens: Tokens
    runs: U64  # in order, as they are compared
    width: int  # words of a run
    factor: int  # tokens that are a word


@dataclass(frozen=True, slots=True)
class _Side:
    words: int
    marks: Marks
    covered: Marks
    beginning: float
    opening: float
    lead: int
    factor: int  # tokens that are a word
    numbers: int
    kept: int

    @property
    def share(self) -> float:
        return _share(self.marks)


def read(text: str, other: str, common: U64, weight: NDArray[np.float64]) -> Reading:
    """Read two texts side by side. `common` are the runs they share, sorted, with their weights."""
    here, there = _text(text), _text(other)
    sides = [_side(here, there, common, weight), _side(there, here, common, weight)]
    shorter, longer = sorted(sides, key=lambda side: (side.words, -side.share))
    marked = [int(np.count_nonzero(side.marks)) for side in sides]
    covered = sum(int(np.count_nonzero(side.covered & side.marks)) for side in sides)
    numbers = sum(side.numbers for side in sides)
    led = max(sides, key=lambda side: (side.lead, -side.share))
    return Reading(
        words=max(marked),
        marked=sum(marked),
        shorter=shorter.share,
        longer=longer.share,
        intact=covered / max(1, sum(marked)),
        beginnings=min(side.beginning for side in sides),
        opening=max(side.opening for side in sides),
        begun=max(side.beginning for side in sides),
        lead=led.lead,
        below=_share(led.marks[led.lead * led.factor :]),
        numbers=numbers,
        numbers_kept=sum(side.kept for side in sides) / max(1, numbers),
    )


def passages(text: str, common: U64, weight: NDArray[np.float64]) -> Marks:
    """Which words of a text stand in passages that it shares with each of some others: a row for each of them.

    `common` are runs of the text, sorted; `weight` has a row of their weights for each other, 0 for a run that this one
    does not have.
    """
    one = _text(text)
    _, each = _weighed(one, common, weight)
    return _marks(one, each > 0, each)[2]


def _side(here: _Text, there: _Text, common: U64, weight: NDArray[np.float64]) -> _Side:
    shared, each = _weighed(here, common, weight)
    covered, close, marks = (rows[0] for rows in _marks(here, shared[None], each[None]))
    beginning = slice(0, BEGINNING * here.factor)
    numbers = here.tokens.hashes[here.tokens.numeric & marks]
    return _Side(
        words=len(here.tokens),
        marks=marks,
        covered=covered,
        beginning=_share(marks[beginning]),
        opening=_share(close[beginning]),
        lead=int(marks.argmax() if marks.any() else len(marks)) // here.factor,
        factor=here.factor,
        numbers=len(numbers),
        kept=int(np.count_nonzero(contained(numbers, there.tokens.hashes[there.tokens.numeric]))),
    )


@lru_cache(maxsize=64)  # the text at hand is read beside several others, one after the other
def _text(text: str) -> _Text:
    tokens = tokenize(text)
    width = widths(tokens)[0]
    return _Text(tokens, shingle(tokens.hashes, width), width, UNSPACED_FACTOR if tokens.unspaced else 1)


def _share(marks: Marks) -> float:
    return float(np.count_nonzero(marks) / len(marks)) if len(marks) else 0.0


def _weighed(one: _Text, common: U64, weight: NDArray[np.float64]) -> tuple[Marks, NDArray[np.float64]]:
    """Which of a text's runs, in order, are among these (sorted), and their weights; `weight` may have many rows."""
    if not len(common):
        return np.zeros(len(one.runs), dtype=bool), np.zeros((*weight.shape[:-1], len(one.runs)))
    at = np.minimum(common.searchsorted(one.runs), len(common) - 1)
    shared = common[at] == one.runs
    return shared, np.where(shared, weight[..., at], 0.0)


def _marks(one: _Text, shared: Marks, weight: NDArray[np.float64]) -> tuple[Marks, Marks, Marks]:
    """Words that stand in a shared run; those in stretches in which such runs follow each other closely, wherever they
    stand and however common they are; and of these stretches those whose runs are rare together.

    All have a row for each text that this one is read beside: `shared` and `weight` by run, what comes back by word.
    """
    rows, runs = shared.shape
    words, gap = len(one.tokens), GAP * one.factor
    # Rows end to end, so far apart that no stretch goes on in the next one.
    covered = np.zeros((rows, words + gap + 1), dtype=bool)
    for offset in range(min(one.width, words)):
        covered[:, offset : offset + runs] |= shared
    begins, ends = _stretches(covered.ravel())
    apart = begins[1:] - ends[:-1] > gap
    begins = begins[np.concatenate(([True], apart))[: len(begins)]]
    ends = ends[np.concatenate((apart, [True]))[: len(ends)]]
    long = ends - begins >= LEAST * one.factor
    begins, ends = begins[long], ends[long]
    so_far = np.zeros(covered.shape)
    np.cumsum(weight, axis=1, out=so_far[:, 1 : runs + 1])
    so_far[:, runs + 1 :] = so_far[:, runs : runs + 1]
    flat = so_far.ravel()
    rare = flat[ends] - flat[begins] >= RARE * (ends - begins)
    close, marks = (
        _marked(from_, to, covered.size).reshape(covered.shape)[:, :words]
        for from_, to in ((begins, ends), (begins[rare], ends[rare]))
    )
    return covered[:, :words], close, marks


def stretches(marks: Marks) -> list[tuple[int, int]]:
    """Begin and end of each run of true marks."""
    begins, ends = _stretches(marks)
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _stretches(marks: Marks) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    closed = np.zeros(len(marks) + 2, dtype=bool)
    closed[1:-1] = marks
    edges = np.flatnonzero(closed[1:] != closed[:-1])
    return edges[::2], edges[1::2]


def _marked(begins: NDArray[np.intp], ends: NDArray[np.intp], size: int) -> Marks:
    """The marks of these stretches, which do not touch."""
    edges = np.zeros(size + 1, dtype=np.int8)
    edges[begins], edges[ends] = 1, -1
    return np.cumsum(edges[:-1], dtype=np.int8).view(bool)


def lead_in(text: str, runs: U64) -> float:
    """How much of a text's beginning these runs are, 0 to 1; they are sorted, as shingles are."""
    return _share(among(_lead(text), runs))


@lru_cache(maxsize=256)  # the beginning of one text is looked for in thirty, and theirs in it
def _lead(text: str) -> U64:
    tokens = tokenize(text)
    width = widths(tokens)[0]
    size = BEGINNING * (UNSPACED_FACTOR if tokens.unspaced else 1)
    return shingle(tokens.hashes[: size + width - 1], width)
