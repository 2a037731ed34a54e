"""The rules of a comparison, each as one row: what it reads, what it asks for, and when it is asked.

`compare` walks these rows until one decides; `told` shows every row to people who ask why. Neither says a rule again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ingest.config import Dedupe
from ingest.dedupe.kin import EDITED_COPY, ONE_DISPATCH, UNDER_A_LEAD
from ingest.dedupe.pair import PASSAGE, Pair, Rule, dense, dense_passages, many_numbers, same_dispatch, unsure

# Version of the rules here and in `kin`; stored with every link, so that old verdicts can be told from new ones.
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
# Numbers from which they can stand in for what thin evidence lacks, and from which two differing ones tell anything.
THIN_NUMBERS, FEW_NUMBERS = 3, 2
# Share of the numbers of a short text that must be the same where it stands in a longer one.
WHOLE_NUMBERS = 0.75


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
        dense,
    ),
    # A template filled anew keeps none of its numbers, however much of its wording stands.
    Rule(
        "series", lambda pair: pair.numbers_shared, lambda rules: rules.series_shared,
        lambda rules: f"there are {rules.series_numbers} numbers",
        lambda pair, rules: many_numbers(pair, rules) and not dense(pair, rules),
    ),
)  # fmt: skip
# Of texts that are read side by side: without that much, nothing else but an agency's number can speak for a lineage.
READ: Final = (
    Rule(
        "dense", lambda pair: pair.reading().numbers_kept, lambda rules: rules.dense_kept,
        lambda rules: f"{_weak(rules)}, and {rules.dense:.0%} of the words in shared passages are numbers",
        dense_passages,
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
