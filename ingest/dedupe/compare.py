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
from ingest.dedupe.tokens import U64

# Version of the rules in this file; stored with every link, so that old verdicts can be told from new ones.
RULES_VERSION = 1

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
    "doubt": "the score is weak, and the numbers do not speak for a copy",
    "numbers": "less than half of the numbers are the same",
    "series": "a template filled with other numbers",
    "dense": "numbers are the news here, and they are others",
    "digest": "it holds passages of several stories and stands alone",
    "revision": "two states of one article",
    "sketch": "enough of the sampled runs of five words are the same",
    "sketch-thin": "too few sampled runs of five words are the same to tell anything",
}

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
    text: str = ""  # its words, where the other side is a sketch


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
    smaller = min(float(weights(frequencies(a.shingles)).sum()), float(weights(frequencies(b.shingles)).sum()))
    score = min(1.0, float(weights(frequencies(common)).sum()) / smaller)
    jaccard = shared / (len(a.shingles) + len(b.shingles) - shared)
    rule, facts = _decide(a, b, score, jaccard, rules)
    return Verdict(
        linked=rule == "containment",
        rule=rule,
        score=score,
        containment_a=shared / len(a.shingles),
        containment_b=shared / len(b.shingles),
        jaccard=jaccard,
        shared=shared,
        facts=facts,
    )


def _decide(a: Side, b: Side, score: float, jaccard: float, rules: Dedupe) -> tuple[str, dict[str, Any]]:
    """The first rule that speaks against a lineage, or `containment`; with the figures read on the way."""
    facts: dict[str, Any] = {"score": round(score, 4), "threshold": rules.containment}
    if score < rules.containment:
        return "containment-low", facts
    shorter, longer = sorted((a.words, b.words))
    if shorter < rules.short_words:
        facts |= {"words": shorter, "jaccard": round(jaccard, 4), "threshold": rules.short_jaccard}
        if jaccard < rules.short_jaccard:
            return "short", facts
    if len(a.outlets | b.outlets) == 1 and score < rules.same_outlet:
        return "same-outlet", facts | {"threshold": rules.same_outlet}
    if longer > rules.length_ratio * max(1, shorter) and score < rules.length_containment:
        return "length", facts | {"ratio": round(longer / max(1, shorter), 2), "threshold": rules.length_containment}
    return _numbers(a, b, score, rules, facts)


def _numbers(a: Side, b: Side, score: float, rules: Dedupe, facts: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Numbers in context tell a series from one template (earnings, weather, results) apart from copies."""
    known = min(len(a.numbers), len(b.numbers))
    shared = len(np.intersect1d(a.numbers, b.numbers, assume_unique=True)) / known if known else 0.0
    facts |= {"numbers": known, "numbers_shared": round(shared, 4)}
    # Where the score alone is weak, numbers have to speak for a lineage, not merely not against it.
    if score < rules.doubt and (not known or shared < rules.doubt_numbers):
        return "doubt", facts | {"threshold": rules.doubt_numbers}
    if score < rules.numbers_below and known >= 2 and shared < rules.numbers_shared:
        return "numbers", facts | {"threshold": rules.numbers_shared}
    # Results, prices, weather: where numbers are the news, they must be the same.
    if known >= rules.series_numbers and known >= rules.dense * min(a.words, b.words) and shared < rules.dense_shared:
        return "dense", facts | {"threshold": rules.dense_shared}
    # A template filled anew keeps none of its numbers, however much of its wording stands.
    if known >= rules.series_numbers and shared < rules.series_shared:
        return "series", facts | {"threshold": rules.series_shared}
    return "containment", facts
