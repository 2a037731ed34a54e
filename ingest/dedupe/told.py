"""The rules of a comparison one by one, each with its figure and threshold: for people who ask why. Pure.

`compare` stops at the first rule that speaks against a lineage; here all are told, also those that did not come to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.config import Dedupe
from ingest.dedupe.compare import Side, Verdict


@dataclass(frozen=True, slots=True)
class Told:
    """One rule: `asked` says whether it applies to these texts, `holds` whether its figure reaches the threshold."""

    rule: str
    figure: float
    threshold: float
    when: str  # the condition under which it is asked, in words
    asked: bool = True

    @property
    def holds(self) -> bool:
        return self.figure >= self.threshold


def told(a: Side, b: Side, found: Verdict, rules: Dedupe) -> list[Told]:
    """Every rule in the order in which `compare` asks them; empty where one side is a sketch, which has other rules."""
    if a.sketch or b.sketch:
        return []
    score = found.score
    shorter, longer = sorted((a.words, b.words))
    known = min(len(a.numbers), len(b.numbers))
    numbers = len(np.intersect1d(a.numbers, b.numbers, assume_unique=True)) / known if known else 0.0
    many = known >= rules.series_numbers
    dense = many and known >= rules.dense * shorter
    return [
        Told("containment-low", score, rules.containment, "always"),
        Told(
            "short", found.jaccard, rules.short_jaccard, f"one has less than {rules.short_words} words",
            shorter < rules.short_words,
        ),
        Told("same-outlet", score, rules.same_outlet, "one outlet printed both", len(a.outlets | b.outlets) == 1),
        Told(
            "length", score, rules.length_containment, f"one is more than {rules.length_ratio:g} times as long",
            longer > rules.length_ratio * max(1, shorter),
        ),
        Told("doubt", numbers, rules.doubt_numbers, f"the score is below {rules.doubt:g}", score < rules.doubt),
        Told(
            "numbers", numbers, rules.numbers_shared, f"the score is below {rules.numbers_below:g}, with two numbers",
            score < rules.numbers_below and known >= 2,
        ),
        Told("dense", numbers, rules.dense_shared, f"{rules.dense:.0%} of the words are numbers", dense),
        Told("series", numbers, rules.series_shared, f"there are {rules.series_numbers} numbers", many),
    ]  # fmt: skip
