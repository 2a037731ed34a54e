"""What the rules of a comparison read of two texts, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ingest.config import Dedupe
from ingest.dedupe.dispatch import Printed
from ingest.dedupe.reading import Reading

# Words that make a passage, and without which the evidence of shared ones is thin: a sentence. Below, names, offices
# and stock phrases make up what is shared.
PASSAGE: Final = 20
# Numbers in the passages of both texts together from which their share can tell a series: three in each.
DENSE_NUMBERS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What two texts share, in figures. `reading` reads them side by side, once, where a rule asks for that."""

    score: float
    jaccard: float
    mass: float  # weight of all shared runs
    shorter: int  # words
    longer: int
    one_outlet: bool
    numbers: int  # in context, of the text that has fewer
    numbers_shared: float
    reading: Callable[[], Reading]
    printed: Callable[[], Printed]  # the agency's numbers
    crowd: bool = False  # what they share stands in several articles of one story


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. Where `asked` is true, `figure` must reach `least`; `when` says in words when it is asked."""

    name: str
    figure: Callable[[Pair], float]
    least: Callable[[Dedupe], float]
    when: Callable[[Dedupe], str]
    asked: Callable[[Pair, Dedupe], bool] = lambda _pair, _rules: True

    def against(self, pair: Pair, rules: Dedupe) -> bool:
        """Does it speak against a lineage?"""
        return self.asked(pair, rules) and self.figure(pair) < self.least(rules)


def unsure(pair: Pair, rules: Dedupe) -> bool:
    """Neither high nor low: such texts are read side by side."""
    return pair.score < rules.sure and pair.shorter >= rules.short_words


def many_numbers(pair: Pair, rules: Dedupe) -> bool:
    return pair.numbers >= rules.series_numbers


def dense(pair: Pair, rules: Dedupe) -> bool:
    return many_numbers(pair, rules) and pair.numbers >= rules.dense * pair.shorter


def dense_passages(pair: Pair, rules: Dedupe) -> bool:
    return pair.reading().numbers >= max(DENSE_NUMBERS, rules.dense * pair.reading().marked)


def same_dispatch(pair: Pair) -> bool:
    """Do two outlets print one number of an agency?"""
    return not pair.one_outlet and pair.printed().both is not None
