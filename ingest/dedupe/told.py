"""The rules of a comparison one by one, each with its figure and threshold: for people who ask why. Pure.

`compare` stops at the first rule that speaks against a lineage; here all are told, also those that did not come to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, pair_of
from ingest.dedupe.kin import EDITED_COPY, ONE_DISPATCH, UNDER_A_LEAD
from ingest.dedupe.pair import Pair, Rule, unsure
from ingest.dedupe.rules import HARD, READ, SCORE, SOFT


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


def told(a: Side, b: Side, frequencies: Frequencies, rules: Dedupe, *, crowd: bool = False) -> list[Told]:
    """Every rule in the order in which `compare` asks them; empty where one side is a sketch, which has other rules.

    The first that is asked and does not hold has decided, unless all of `passages` hold, or all of `under-a-lead` or of
    `agency-id`: these speak for a lineage. `crowd` is as `compare` was told.
    """
    if a.sketch or b.sketch:
        return []
    pair = pair_of(a, b, frequencies, crowd=crowd)
    rows = [_told(rule, pair, rules) for rule in HARD]
    refused = _against(rows)
    seen = not refused and unsure(pair, rules)
    rows += [_told(rule, pair, rules, come_to=seen) for rule in READ]
    refused = _against(rows)
    soft = [_told(SCORE, pair, rules, come_to=not refused)]
    soft += [_told(rule, pair, rules, come_to=seen and not refused) for rule in SOFT]
    doubted = _against(soft)
    edited = [_told(rule, pair, rules, come_to=seen and not refused and doubted) for rule in EDITED_COPY]
    none = seen and not refused and doubted and _against(edited)
    led = [_told(rule, pair, rules, come_to=none) for rule in UNDER_A_LEAD]
    refused = refused or (doubted and (not seen or (_against(edited) and (not crowd or _against(led)))))
    return [*rows, *soft, *edited, *led, *(_told(rule, pair, rules, come_to=refused) for rule in ONE_DISPATCH)]


def _against(rows: list[Told]) -> bool:
    return any(one.asked and not one.holds for one in rows)


def _told(rule: Rule, pair: Pair, rules: Dedupe, *, come_to: bool = True) -> Told:
    asked = come_to and rule.asked(pair, rules)
    return Told(rule.name, rule.figure(pair), rule.least(rules), rule.when(rules), asked)
