"""The rules of a comparison one by one, each with its figure and threshold: for people who ask why. Pure.

`compare` stops at the first rule that speaks against a lineage; here all are told, also those that did not come to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ingest.config import Dedupe
from ingest.dedupe.compare import DENSE_NUMBERS, FEW_NUMBERS, PASSAGE, THIN_NUMBERS, Side, Verdict


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
    """Every rule in the order in which `compare` asks them; empty where one side is a sketch, which has other rules.

    The first that is asked and does not hold has decided, unless all of `passages` hold: these speak for a lineage.
    """
    if a.sketch or b.sketch:
        return []
    score, facts = found.score, found.facts
    shorter, longer = sorted((a.words, b.words))
    known = min(len(a.numbers), len(b.numbers))
    numbers = len(np.intersect1d(a.numbers, b.numbers, assume_unique=True)) / known if known else 0.0
    many = known >= rules.series_numbers
    dense = many and known >= rules.dense * shorter
    seen = "weight" in facts  # read side by side
    kept = facts.get("passage_numbers", 0)
    kept_dense = kept >= max(DENSE_NUMBERS, rules.dense * facts.get("marked", 0))
    thin = seen and not (known >= THIN_NUMBERS and numbers >= rules.thin_numbers)
    weak = f"the score is {rules.weak:g} to {rules.sure:g}"
    few = f"{weak}, and numbers do not speak for a copy"
    hard = [
        Told("containment-low", score, min(rules.weak, rules.containment), "always"),
        Told(
            "short", found.jaccard, rules.short_jaccard, f"one has less than {rules.short_words} words",
            shorter < rules.short_words,
        ),
        Told(
            "dense", numbers, rules.dense_shared, f"{rules.dense:.0%} of the words are numbers",
            dense,
        ),
        Told("series", numbers, rules.series_shared, f"there are {rules.series_numbers} numbers", many and not dense),
        Told(
            "dense", facts.get("passage_numbers_kept", 0.0), rules.dense_kept,
            f"{weak}, and {rules.dense:.0%} of the words in shared passages are numbers", seen and kept_dense,
        ),
        Told("thin", facts.get("weight", 0.0), rules.thin, few, thin),
        Told("thin", facts.get("passage_words", 0), PASSAGE, few, thin),
    ]  # fmt: skip
    soft = [
        Told("containment-low", score, rules.containment, "passages show no edited copy"),
        Told(
            "same-outlet", score, rules.same_outlet, f"{weak}, and one outlet printed both",
            seen and len(a.outlets | b.outlets) == 1,
        ),
        Told(
            "length", score, rules.length_containment, f"{weak}, and one is {rules.length_ratio:g} times as long",
            seen and longer > rules.length_ratio * max(1, shorter),
        ),
        Told(
            "numbers", numbers, rules.numbers_shared, f"the score is below {rules.numbers_below:g}, with two numbers",
            seen and score < rules.numbers_below and known >= FEW_NUMBERS,
        ),
        Told(
            "background", facts.get("opening", 0.0), rules.opening, f"the score is below {rules.opening_below:g}",
            seen and score < rules.opening_below,
        ),
    ]  # fmt: skip
    against = [any(one.asked and not one.holds for one in rows) for rows in (hard, soft)]
    if against[0]:  # the score was not asked for any more
        soft = [replace(one, asked=False) for one in soft]
    return [*hard, *soft, *_passages(facts, rules, seen=seen and against == [False, True])]


def _passages(facts: Mapping[str, Any], rules: Dedupe, *, seen: bool) -> list[Told]:
    """What shows an edited copy whatever the rules between say; all of it must hold."""
    when = "one of the rules before does not hold"
    asked = {
        "passages": rules.passages, "passages_longer": rules.passages_longer, "beginnings": rules.beginnings,
        "intact": rules.intact, "weight": rules.passages_weight,
    }  # fmt: skip
    return [
        *(Told("passages", facts.get(name, 0.0), least, f"{name}: {when}", seen) for name, least in asked.items()),
        Told(
            "passages", facts.get("passage_numbers_kept", 0.0), rules.passages_numbers, f"passage_numbers_kept: {when}",
            seen and bool(facts.get("passage_numbers")),
        ),
    ]  # fmt: skip
