"""Two texts -> do they share a lineage, and why.

The score is weighted containment: shared two-word runs, each weighted down by how many articles contain it, over the
smaller text's weight (after Alonso, Fetterly, Manasse, "Duplicate News Story Detection Revisited",
MSR-TR-2013-60). Common phrases and site furniture then weigh little, so that no boilerplate stripper decides. Guards
name the cases in which a high score still is no lineage; each is a rule with its figure, so that it can be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.reading import Reading, read
from ingest.dedupe.tokens import U64

# Version of the rules in this file; stored with every link, so that old verdicts can be told from new ones.
RULES_VERSION = 2

# Articles that may contain a run before it loses weight: with fewer, chance and lineage look alike.
COMMON_FROM = 4

# Each rule in words, for people who ask why.
RULES: Final[Mapping[str, str]] = {
    "containment": "what the smaller text says stands in the other",
    "containment-low": "too little of the smaller text stands in the other",
    "nothing-shared": "no two consecutive words are shared",
    "short": "a text this short must be nearly the same",
    "same-outlet": "two addresses of one outlet share furniture; they must share more",
    "length": "a short text lies in a long one by chance more easily; more of it must be shared",
    "numbers": "less than half of the numbers are the same",
    "thin": "what both texts share is common wording, or too little of it to tell anything",
    "background": "neither text begins in the other; what they share is background",
    "passages": "the texts begin alike and share passages, as an edited copy does",
    "series": "a template filled with other numbers",
    "dense": "numbers are the news here, and they are others",
    "digest": "it holds passages of several stories and stands alone",
    "revision": "two states of one article",
    "sketch": "enough of the sampled runs of five words are the same",
    "sketch-thin": "too few sampled runs of five words are the same to tell anything",
}

# Those of them that speak for a lineage.
LINKING: Final = frozenset({"containment", "passages"})
# Words of shared passages without which the evidence is thin: a sentence.
PASSAGE: Final = 20
# Numbers from which they can stand in for what thin evidence lacks, and from which two differing ones tell anything.
THIN_NUMBERS, FEW_NUMBERS = 3, 2
# Numbers in the passages of both texts together from which their share can tell a series: three in each.
DENSE_NUMBERS: Final = 6

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What two texts share: the runs, sorted, with their weights, and the figures they come to."""

    common: U64
    weight: NDArray[np.float64]
    mass: float  # weight of all shared runs
    score: float
    jaccard: float
    numbers: int  # in context, of the text that has fewer
    numbers_shared: float


def weights(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weight of runs by the number of articles that contain them: 1 up to COMMON_FROM, then falling as 1/count."""
    return np.asarray(1.0 / np.maximum(1.0, counts / COMMON_FROM))


def compare(a: Side, b: Side, frequencies: Frequencies, rules: Dedupe) -> Verdict:
    """Compare two texts; symmetric but for the sides of `containment_a` and `containment_b`."""
    common = np.intersect1d(a.shingles, b.shingles, assume_unique=True)
    shared = len(common)
    if not shared:
        return Verdict(
            linked=False, rule="nothing-shared", score=0.0, containment_a=0.0, containment_b=0.0, jaccard=0.0, shared=0,
            facts={},
        )  # fmt: skip
    weight = weights(frequencies(common))
    mass = float(weight.sum())
    smaller = min(float(weights(frequencies(a.shingles)).sum()), float(weights(frequencies(b.shingles)).sum()))
    known = min(len(a.numbers), len(b.numbers))
    numbers = len(np.intersect1d(a.numbers, b.numbers, assume_unique=True))
    found = _Shared(
        common=common,
        weight=weight,
        mass=mass,
        score=min(1.0, mass / smaller),
        jaccard=shared / (len(a.shingles) + len(b.shingles) - shared),
        numbers=known,
        numbers_shared=numbers / known if known else 0.0,
    )
    rule, facts = _decide(a, b, found, rules)
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


def _decide(a: Side, b: Side, found: _Shared, rules: Dedupe) -> tuple[str, dict[str, Any]]:
    """The first rule that speaks against a lineage, else the one that speaks for it; with the figures it read."""
    score = found.score
    facts: dict[str, Any] = {"score": round(score, 4), "threshold": rules.containment}
    if score < min(rules.weak, rules.containment):
        return "containment-low", facts
    shorter = min(a.words, b.words)
    if shorter < rules.short_words:
        facts |= {"words": shorter, "jaccard": round(found.jaccard, 4)}
        if found.jaccard < rules.short_jaccard:
            return "short", facts | {"threshold": rules.short_jaccard}
    against = _numbers(found, shorter, rules, facts)
    if against is None and score < rules.sure and shorter >= rules.short_words:
        return _read(a, b, found, rules, facts)
    if against is None:
        return ("containment" if score >= rules.containment else "containment-low"), facts
    return against[0], facts | {"threshold": against[1]}


def _numbers(found: _Shared, shorter: int, rules: Dedupe, facts: dict[str, Any]) -> tuple[str, float] | None:
    """Numbers in context tell a series from one template (earnings, weather, results) apart from copies: the rule and
    its threshold where they speak against a lineage at any score."""
    known, shared = found.numbers, found.numbers_shared
    facts |= {"numbers": known, "numbers_shared": round(shared, 4)}
    # Results, prices, weather: where numbers are the news, they must be the same.
    if known >= rules.series_numbers and known >= rules.dense * shorter and shared < rules.dense_shared:
        return "dense", rules.dense_shared
    # A template filled anew keeps none of its numbers, however much of its wording stands.
    if known >= rules.series_numbers and shared < rules.series_shared:
        return "series", rules.series_shared
    return None


def _read(a: Side, b: Side, found: _Shared, rules: Dedupe, facts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Neither high nor low: the texts are read side by side."""
    seen = read(a.body, b.body, found.common, found.weight)
    facts |= {
        "weight": round(found.mass, 2), "passage_words": seen.words, "opening": round(seen.opening, 4),
        "passages": round(seen.shorter, 4), "passages_longer": round(seen.longer, 4), "intact": round(seen.intact, 4),
        "beginnings": round(seen.beginnings, 4), "passage_numbers": seen.numbers,
        "passage_numbers_kept": round(seen.numbers_kept, 4), "marked": seen.marked,
    }  # fmt: skip
    if seen.numbers >= max(DENSE_NUMBERS, rules.dense * seen.marked) and seen.numbers_kept < rules.dense_kept:
        return "dense", facts | {"threshold": rules.dense_kept}
    thin = found.mass < rules.thin or seen.words < PASSAGE
    if thin and not (found.numbers >= THIN_NUMBERS and found.numbers_shared >= rules.thin_numbers):
        return "thin", facts | {"threshold": rules.thin}
    against = _against(a, b, found, seen, rules)
    if against is None:
        return "containment", facts
    if _edited_copy(found, seen, rules):
        return "passages", facts | {"threshold": rules.passages}
    return against[0], facts | {"threshold": against[1]}


def _against(a: Side, b: Side, found: _Shared, seen: Reading, rules: Dedupe) -> tuple[str, float] | None:
    """What keeps the score alone from speaking for a lineage: the rule and its threshold."""
    score = found.score
    if score < rules.containment:
        return "containment-low", rules.containment
    if len(a.outlets | b.outlets) == 1 and score < rules.same_outlet:
        return "same-outlet", rules.same_outlet
    shorter, longer = sorted((a.words, b.words))
    if longer > rules.length_ratio * max(1, shorter) and score < rules.length_containment:
        return "length", rules.length_containment
    if score < rules.numbers_below and found.numbers >= FEW_NUMBERS and found.numbers_shared < rules.numbers_shared:
        return "numbers", rules.numbers_shared
    if score < rules.opening_below and seen.opening < rules.opening:
        return "background", rules.opening
    return None


def _edited_copy(found: _Shared, seen: Reading, rules: Dedupe) -> bool:
    """Do shared passages show an edited copy, whatever else stands in the texts?"""
    return (
        seen.shorter >= rules.passages
        and seen.longer >= rules.passages_longer
        and seen.beginnings >= rules.beginnings
        and seen.intact >= rules.intact
        and found.mass >= rules.passages_weight
        and (not seen.numbers or seen.numbers_kept >= rules.passages_numbers)
    )
