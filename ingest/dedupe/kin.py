"""The rules that speak for a lineage where the score does not: of each, all rows must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from ingest.config import Dedupe
from ingest.dedupe.pair import PASSAGE, Pair, Rule, dense, dense_passages, many_numbers, same_dispatch

# Of a copy under another's lead: words of that lead at most (two or three sentences; in a round-up a report stands
# deeper), share of what is below it that stands in passages (the rest of a round-up is other reports, of a copy at most
# its site's furniture), share of the report's beginning (a copy that was cut to two sentences keeps 36 of its first 50
# words), share of the longer text (of three reports in a round-up each is a third), how whole they are.
LEAD, BELOW, BEGUN, BEGUN_LONGER, BEGUN_INTACT = 60, 0.60, 0.70, 0.34, 0.85


class Row(Protocol):
    """Makes a row of a rule: what it reads, what that must reach, and when it is asked."""

    def __call__(
        self, name: str, figure: Callable[[Pair], float], least: Callable[[Dedupe], float],
        asked: Callable[[Pair, Dedupe], bool] = ...,
    ) -> Rule: ...  # fmt: skip


def _rows(rule: str, when: str, of: Callable[[Pair], bool] = lambda _pair: True) -> Row:
    """Rows of one rule: `of` which pairs it is asked, and `when` in words."""

    def row(
        name: str, figure: Callable[[Pair], float], least: Callable[[Dedupe], float],
        asked: Callable[[Pair, Dedupe], bool] = lambda _pair, _rules: True,
    ) -> Rule:  # fmt: skip
        return Rule(
            rule, figure, least, lambda _: f"{name}: {when}", lambda pair, rules: of(pair) and asked(pair, rules)
        )

    return row


_passages = _rows("passages", "one of the rules before does not hold")
_under_a_lead = _rows(
    "under-a-lead", "what both share stands in several articles of a story, and passages show no edited copy",
    lambda pair: pair.crowd,
)  # fmt: skip
_one_dispatch = _rows(
    "agency-id", "two outlets print one number of an agency, and nothing above speaks for a lineage", same_dispatch
)

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
# Is it one dispatch, however it was cut? All of it must hold. A number may be that of a teaser, or the site's on every
# page: so the texts must share more than that page's furniture, and be of two outlets. A dispatch that is sent every
# day from one template has a number of its own each day; where one printed its forerunner's, its numbers differ.
ONE_DISPATCH: Final = (
    _one_dispatch("score", lambda pair: pair.score, lambda rules: rules.same_agency_id),
    _one_dispatch("passage words", lambda pair: pair.reading().words, lambda _: PASSAGE),
    _one_dispatch("numbers_shared", lambda pair: pair.numbers_shared, lambda rules: rules.dense_shared, dense),
    _one_dispatch("numbers_shared", lambda pair: pair.numbers_shared, lambda rules: rules.series_shared, many_numbers),
    _one_dispatch(
        "passage_numbers_kept", lambda pair: pair.reading().numbers_kept, lambda rules: rules.dense_kept,
        dense_passages,
    ),
)  # fmt: skip
