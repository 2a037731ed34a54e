"""Two texts -> do they share a lineage, and why.

The score is weighted containment: shared two-word runs, each weighted down by how many articles contain it, over the
smaller text's weight (after Alonso, Fetterly, Manasse, "Duplicate News Story Detection Revisited",
MSR-TR-2013-60). Common phrases and site furniture then weigh little, so that no boilerplate stripper decides. Guards
name the cases in which a high score still is no lineage; each is a rule with its figure, so that it can be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.dispatch import NOTHING, Printed, printed
from ingest.dedupe.pair import Pair
from ingest.dedupe.reading import read
from ingest.dedupe.rules import LINKING, decide
from ingest.dedupe.tokens import U64, among

# Articles that may contain a run before it loses weight: with fewer, chance and lineage look alike.
COMMON_FROM = 4
# The same among more articles. By chance, unrelated texts share what stands in some share of all articles; furniture
# and templates, what stands in so many articles, be there ten times as many others. With a count, ordinary words lose
# all weight as a store grows (among 100,000 articles a fifth of the copies was lost); with a share, a series of fifty
# parts looks rare. Hence the square root, of how many articles contain the most frequent run at hand (`in the`, `in
# der`: four of ten): so each language of a store has its own measure. COMMON_FROM was set where that were USUAL.
USUAL, GROWS = 1_500, 0.5

# Counts how many articles contain each run, in the order given.
Frequencies = Callable[[U64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One text of a comparison. `outlets` are those of all articles that carry it."""

    shingles: U64
    numbers: U64
    words: int
    outlets: frozenset[str] = frozenset()
    sketch: bool = False  # known by its hashes alone: `shingles` are a sample (see `dedupe.sketch`)
    text: str = ""  # its words, where they are at hand
    later: Callable[[], str] | None = None  # brings its words, where they are not: most comparisons need none
    dispatches: frozenset[str] = frozenset()  # numbers of agencies that its articles print (see `dedupe.dispatch`)
    # Whether a number tells anything, where the texts that print it can be asked.
    believes: Callable[[str], bool] = lambda _number: True

    @property
    def body(self) -> str:
        """Its words; empty where nobody knows them."""
        return self.text or (self.later() if self.later else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a comparison found. `rule` is the rule that decided, `facts` the figures it read."""

    linked: bool
    rule: str
    score: float
    containment_a: float
    containment_b: float
    jaccard: float
    shared: int
    facts: dict[str, Any]


def common_from(*counts: NDArray[np.int64]) -> float:
    """Articles that may contain a run before it loses weight, by how many contain each run of the texts at hand."""
    return common_at(max(int(one.max(initial=0)) for one in counts))


def common_at(usual: int) -> float:
    """The same by how many contain the most frequent of these runs."""
    return COMMON_FROM * (usual / USUAL) ** GROWS if usual > USUAL else float(COMMON_FROM)


def weights(counts: NDArray[np.int64], common: float | NDArray[np.float64] = COMMON_FROM) -> NDArray[np.float64]:
    """Weight of runs by the number of articles that contain them: 1 up to `common`, then falling as 1/count."""
    return np.asarray(1.0 / np.maximum(1.0, counts / common))


def compare(a: Side, b: Side, frequencies: Frequencies, rules: Dedupe, *, crowd: bool = False) -> Verdict:
    """Compare two texts; symmetric but for the sides of `containment_a` and `containment_b`.

    `crowd` says that what they share stands in several articles of one story.
    """
    at_a = among(a.shingles, b.shingles)
    shared = int(at_a.sum())
    if not shared:
        return Verdict(
            linked=False, rule="nothing-shared", score=0.0, containment_a=0.0, containment_b=0.0, jaccard=0.0, shared=0,
            facts={},
        )  # fmt: skip
    found = _pair(a, b, at_a, frequencies, crowd=crowd)
    rule, facts = decide(found, rules)
    return Verdict(
        linked=rule in LINKING,
        rule=rule,
        score=found.score,
        containment_a=shared / len(a.shingles),
        containment_b=shared / len(b.shingles),
        jaccard=found.jaccard,
        shared=shared,
        facts=facts,
    )


def pair_of(a: Side, b: Side, frequencies: Frequencies, *, crowd: bool = False) -> Pair:
    """What the rules read of two texts."""
    return _pair(a, b, among(a.shingles, b.shingles), frequencies, crowd=crowd)


def _pair(a: Side, b: Side, at_a: NDArray[np.bool_], frequencies: Frequencies, *, crowd: bool) -> Pair:
    runs = a.shingles[at_a]
    here, there = frequencies(a.shingles), frequencies(b.shingles)
    common = common_from(here, there)
    heavy = weights(here, common)
    weight = heavy[at_a]
    mass, least = float(weight.sum()), min(float(heavy.sum()), float(weights(there, common).sum()))
    known = min(len(a.numbers), len(b.numbers))
    numbers = int(among(a.numbers, b.numbers).sum()) if known else 0
    shorter, longer = sorted((a.words, b.words))
    return Pair(
        score=min(1.0, mass / least) if len(runs) else 0.0,
        jaccard=len(runs) / max(1, len(a.shingles) + len(b.shingles) - len(runs)),
        mass=mass,
        shorter=shorter,
        longer=longer,
        one_outlet=len(a.outlets | b.outlets) == 1,
        numbers=known,
        numbers_shared=numbers / known if known else 0.0,
        reading=cache(lambda: read(a.body, b.body, runs, weight)),
        printed=cache(lambda: printed(a.dispatches, b.dispatches, a.believes))
        if a.dispatches and b.dispatches
        else _nothing_printed,
        crowd=crowd,
    )


def _nothing_printed() -> Printed:
    return NOTHING
