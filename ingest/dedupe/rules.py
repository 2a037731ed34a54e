"""The rules of a comparison, each as one row: what it reads, what it asks for, and when it is asked.

`compare` walks these rows until one decides; `told` shows every row to people who ask why. Neither says a rule again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ingest.config import Dedupe
from ingest.dedupe.dispatch import Printed
from ingest.dedupe.reading import Reading

# Version of the rules in this file; stored with every link, so that old verdicts can be told from new ones.
RULES_VERSION = 6

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
    "under-a-lead": "one text of a popular story begins in the other, which has a lead of its own above it",
    "agency-id": "both print one number of an agency, and share a passage: one dispatch, however it was cut",
    "other-agency-id": "they print two numbers of one agency and one day: two dispatches, unless they are plainly one",
    "series": "a template filled with other numbers",
    "dense": "numbers are the news here, and they are others",
    "digest": "one of them holds passages of several stories, and is no version of this one",
    "revision": "two states of one article",
    "sketch": "enough of the sampled runs of five words are the same",
    "sketch-thin": "too few sampled runs of five words are the same to tell anything",
}

# Those of them that speak for a lineage.
LINKING: Final = frozenset({"containment", "passages", "under-a-lead", "agency-id"})
# Words that make a passage, and without which the evidence of shared ones is thin: a sentence. Below, names, offices
# and stock phrases make up what is shared.
PASSAGE: Final = 20
# Numbers from which they can stand in for what thin evidence lacks, and from which two differing ones tell anything.
THIN_NUMBERS, FEW_NUMBERS = 3, 2
# Share of the numbers of a short text that must be the same where it stands in a longer one.
WHOLE_NUMBERS = 0.75
# Numbers in the passages of both texts together from which their share can tell a series: three in each.
DENSE_NUMBERS: Final = 6
# Of a copy under another's lead: words of that lead at most (two or three sentences; in a round-up a report stands
# deeper), share of what is below it that stands in passages (the rest of a round-up is other reports, of a copy at most
# its site's furniture), share of the report's beginning (a copy that was cut to two sentences keeps 36 of its first 50
# words), share of the longer text (of three reports in a round-up each is a third), how whole they are.
LEAD, BELOW, BEGUN, BEGUN_LONGER, BEGUN_INTACT = 60, 0.60, 0.70, 0.34, 0.85


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


def _many_numbers(pair: Pair, rules: Dedupe) -> bool:
    return pair.numbers >= rules.series_numbers


def _dense(pair: Pair, rules: Dedupe) -> bool:
    return _many_numbers(pair, rules) and pair.numbers >= rules.dense * pair.shorter


def _dense_passages(pair: Pair, rules: Dedupe) -> bool:
    return pair.reading().numbers >= max(DENSE_NUMBERS, rules.dense * pair.reading().marked)


def _bare(pair: Pair, rules: Dedupe) -> bool:
    return not (pair.numbers >= THIN_NUMBERS and pair.numbers_shared >= rules.thin_numbers)


def _whole(pair: Pair, rules: Dedupe) -> bool:
    """Is the shorter one an agency's first lines, or two sentences of a report, all of it rare and with its numbers?"""
    kept = not pair.numbers or pair.numbers_shared >= WHOLE_NUMBERS
    return pair.score >= rules.sure and pair.mass >= rules.thin and kept


def _weak(rules: Dedupe) -> str:
    return f"the score is {rules.weak:g} to {rules.sure:g}"


# At any score.
HARD: Final = (
    Rule(
        "containment-low", lambda pair: pair.score, lambda rules: min(rules.weak, rules.containment),
        lambda _: "always",
    ),
    Rule(
        "short", lambda pair: pair.jaccard, lambda rules: rules.short_jaccard,
        lambda rules: f"one has less than {rules.short_words} words, and does not stand in the other as a whole",
        lambda pair, rules: pair.shorter < rules.short_words and not _whole(pair, rules),
    ),
    # Results, prices, weather: where numbers are the news, they must be the same.
    Rule(
        "dense", lambda pair: pair.numbers_shared, lambda rules: rules.dense_shared,
        lambda rules: f"{rules.dense:.0%} of the words are numbers",
        _dense,
    ),
    # A template filled anew keeps none of its numbers, however much of its wording stands.
    Rule(
        "series", lambda pair: pair.numbers_shared, lambda rules: rules.series_shared,
        lambda rules: f"there are {rules.series_numbers} numbers",
        lambda pair, rules: _many_numbers(pair, rules) and not _dense(pair, rules),
    ),
)  # fmt: skip
# Of texts that are read side by side: without that much, nothing else but an agency's number can speak for a lineage.
READ: Final = (
    Rule(
        "dense", lambda pair: pair.reading().numbers_kept, lambda rules: rules.dense_kept,
        lambda rules: f"{_weak(rules)}, and {rules.dense:.0%} of the words in shared passages are numbers",
        _dense_passages,
    ),
    Rule(
        "thin", lambda pair: pair.mass, lambda rules: rules.thin,
        lambda rules: f"{_weak(rules)}, and numbers do not speak for a copy", _bare,
    ),
    Rule(
        "thin", lambda pair: pair.reading().words, lambda _: PASSAGE,
        lambda rules: f"{_weak(rules)}, and numbers do not speak for a copy", _bare,
    ),
)  # fmt: skip
# What keeps the score from speaking for a lineage; shared passages may speak for it all the same.
SCORE: Final = Rule(
    "containment-low", lambda pair: pair.score, lambda rules: rules.containment,
    lambda _: "passages show no edited copy",
)  # fmt: skip
SOFT: Final = (
    Rule(
        "other-agency-id", lambda pair: pair.score, lambda rules: rules.other_agency_id,
        lambda rules: f"{_weak(rules)}, and both print numbers of one agency and day, which differ",
        lambda pair, _: pair.printed().others is not None,
    ),
    Rule(
        "same-outlet", lambda pair: pair.score, lambda rules: rules.same_outlet,
        lambda rules: f"{_weak(rules)}, and one outlet printed both",
        lambda pair, _: pair.one_outlet,
    ),
    Rule(
        "length", lambda pair: pair.score, lambda rules: rules.length_containment,
        lambda rules: f"{_weak(rules)}, and one is {rules.length_ratio:g} times as long",
        lambda pair, rules: pair.longer > rules.length_ratio * max(1, pair.shorter),
    ),
    Rule(
        "numbers", lambda pair: pair.numbers_shared, lambda rules: rules.numbers_shared,
        lambda rules: f"the score is below {rules.numbers_below:g}, with two numbers",
        lambda pair, rules: pair.score < rules.numbers_below and pair.numbers >= FEW_NUMBERS,
    ),
    Rule(
        "background", lambda pair: pair.reading().opening, lambda rules: rules.opening,
        lambda rules: f"the score is below {rules.opening_below:g}",
        lambda pair, rules: pair.score < rules.opening_below,
    ),
)  # fmt: skip


def _passages(
    name: str,
    figure: Callable[[Pair], float],
    least: Callable[[Dedupe], float],
    asked: Callable[[Pair, Dedupe], bool] = lambda _pair, _rules: True,
) -> Rule:
    return Rule("passages", figure, least, lambda _: f"{name}: one of the rules before does not hold", asked)


# Do shared passages show an edited copy, whatever else stands in the texts? All of it must hold.
EDITED_COPY: Final = (
    _passages("passages", lambda pair: pair.reading().shorter, lambda rules: rules.passages),
    _passages("passages_longer", lambda pair: pair.reading().longer, lambda rules: rules.passages_longer),
    _passages("beginnings", lambda pair: pair.reading().beginnings, lambda rules: rules.beginnings),
    _passages("intact", lambda pair: pair.reading().intact, lambda rules: rules.intact),
    _passages("weight", lambda pair: pair.mass, lambda rules: rules.passages_weight),
    _passages(
        "passage_numbers_kept", lambda pair: pair.reading().numbers_kept, lambda rules: rules.passages_numbers,
        lambda pair, _: bool(pair.reading().numbers),
    ),
)  # fmt: skip


def _under_a_lead(
    name: str, figure: Callable[[Pair], float], least: Callable[[Dedupe], float],
    asked: Callable[[Pair, Dedupe], bool] = lambda _pair, _rules: True,
) -> Rule:  # fmt: skip
    return Rule(
        "under-a-lead", figure, least,
        lambda _: f"{name}: what both share stands in several articles of a story, and passages show no edited copy",
        lambda pair, rules: pair.crowd and asked(pair, rules),
    )  # fmt: skip


# Or a copy of a popular report under a lead of another's own, cut below? All of it must hold. Of a report that few
# print it is not asked, since a round-up of two reports looks the same.
UNDER_A_LEAD: Final = (
    _under_a_lead("lead", lambda pair: -pair.reading().lead, lambda _: -LEAD),
    _under_a_lead("below", lambda pair: pair.reading().below, lambda _: BELOW),
    _under_a_lead("begun", lambda pair: pair.reading().begun, lambda _: BEGUN),
    _under_a_lead("passages", lambda pair: pair.reading().shorter, lambda rules: rules.passages),
    _under_a_lead("passages_longer", lambda pair: pair.reading().longer, lambda _: BEGUN_LONGER),
    _under_a_lead("intact", lambda pair: pair.reading().intact, lambda _: BEGUN_INTACT),
    _under_a_lead("weight", lambda pair: pair.mass, lambda rules: rules.passages_weight),
    _under_a_lead(
        "passage_numbers_kept", lambda pair: pair.reading().numbers_kept, lambda rules: rules.dense_kept,
        lambda pair, _: bool(pair.reading().numbers),
    ),
)  # fmt: skip


def _one_dispatch(
    name: str, figure: Callable[[Pair], float], least: Callable[[Dedupe], float],
    asked: Callable[[Pair, Dedupe], bool] = lambda _pair, _rules: True,
) -> Rule:  # fmt: skip
    return Rule(
        "agency-id", figure, least,
        lambda _: f"{name}: two outlets print one number of an agency, and nothing above speaks for a lineage",
        lambda pair, rules: same_dispatch(pair) and asked(pair, rules),
    )  # fmt: skip


# Is it one dispatch, however it was cut? All of it must hold. A number may be that of a teaser, or the site's on every
# page: so the texts must share more than that page's furniture, and be of two outlets. A dispatch that is sent every
# day from one template has a number of its own each day; where one printed its forerunner's, its numbers differ.
ONE_DISPATCH: Final = (
    _one_dispatch("score", lambda pair: pair.score, lambda rules: rules.same_agency_id),
    _one_dispatch("passage words", lambda pair: pair.reading().words, lambda _: PASSAGE),
    _one_dispatch("numbers_shared", lambda pair: pair.numbers_shared, lambda rules: rules.dense_shared, _dense),
    _one_dispatch("numbers_shared", lambda pair: pair.numbers_shared, lambda rules: rules.series_shared, _many_numbers),
    _one_dispatch(
        "passage_numbers_kept", lambda pair: pair.reading().numbers_kept, lambda rules: rules.dense_kept,
        _dense_passages,
    ),
)  # fmt: skip


def same_dispatch(pair: Pair) -> bool:
    """Do two outlets print one number of an agency?"""
    return not pair.one_outlet and pair.printed().both is not None


def decide(pair: Pair, rules: Dedupe) -> tuple[str, dict[str, Any]]:
    """The first rule that speaks against a lineage, else the one that speaks for it; with the figures it read."""
    rule, facts = _by_words(pair, rules)
    if rule in LINKING or not same_dispatch(pair) or _first(ONE_DISPATCH, pair, rules) is not None:
        printed = pair.printed().others if rule == "other-agency-id" else None
        return rule, facts | ({"agency_ids": list(printed)} if printed else {})
    return "agency-id", facts | _read(pair) | {"threshold": rules.same_agency_id, "agency_id": pair.printed().both}


def _by_words(pair: Pair, rules: Dedupe) -> tuple[str, dict[str, Any]]:
    """The same by what the texts say; an agency's numbers can only speak against."""
    facts: dict[str, Any] = {"score": round(pair.score, 4), "threshold": rules.containment}
    against = _first(HARD, pair, rules)
    if against is not HARD[0]:
        if pair.shorter < rules.short_words:
            facts |= {"words": pair.shorter, "jaccard": round(pair.jaccard, 4)}
        if against is not HARD[1]:
            facts |= {"numbers": pair.numbers, "numbers_shared": round(pair.numbers_shared, 4)}
    if against is None and unsure(pair, rules):
        facts |= _read(pair)
        against = _first(READ, pair, rules)
        if against is None:
            against = _first((SCORE, *SOFT), pair, rules)
            if against is not None and _first(EDITED_COPY, pair, rules) is None:
                return "passages", facts | {"threshold": rules.passages}
            if against is not None and pair.crowd and _first(UNDER_A_LEAD, pair, rules) is None:
                return "under-a-lead", facts | {"threshold": rules.passages}
    elif against is None:
        against = _first((SCORE,), pair, rules)
    if against is None or against.name == "containment-low":
        return "containment" if against is None else "containment-low", facts
    return against.name, facts | {"threshold": against.least(rules)}


def _first(asked: tuple[Rule, ...], pair: Pair, rules: Dedupe) -> Rule | None:
    return next((rule for rule in asked if rule.against(pair, rules)), None)


def _read(pair: Pair) -> dict[str, Any]:
    seen = pair.reading()
    return {
        "weight": round(pair.mass, 2), "passage_words": seen.words, "opening": round(seen.opening, 4),
        "passages": round(seen.shorter, 4), "passages_longer": round(seen.longer, 4), "intact": round(seen.intact, 4),
        "beginnings": round(seen.beginnings, 4), "begun": round(seen.begun, 4), "lead": seen.lead,
        "below": round(seen.below, 4),
        "passage_numbers": seen.numbers, "passage_numbers_kept": round(seen.numbers_kept, 4), "marked": seen.marked,
    }  # fmt: skip
