"""Rules told one by one say the same as the comparison."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.compare import Side, compare
from ingest.dedupe.fingerprint import fingerprint
from ingest.dedupe.tokens import U64
from ingest.dedupe.told import told
from tests.quality import edits, series
from tests.quality.reports import report

# Rules of which all must hold, where another one does not.
SHOWN = ("passages", "under-a-lead")


def once(shingles: U64) -> NDArray[np.int64]:
    return np.ones(len(shingles), dtype=np.int64)


def side(text: str, outlet: str, *, sketch: bool = False) -> Side:
    prints = fingerprint(text)
    return Side(
        shingles=prints.shingles, numbers=prints.numbers, words=prints.words, outlets=frozenset({outlet}),
        sketch=sketch, text=text,
    )  # fmt: skip


def texts(chance: Random) -> list[str]:
    """Reports with copies, cuts and corrections, and parts of series."""
    own = [report(name).text for name in ("hafen", "oper")]
    made = [edits.copyedit(own[0], chance, rate=rate) for rate in (0.05, 0.4, 0.7)]
    made += [f"{own[1][:260]}\n{edits.cut(own[0], share=share)}" for share in (0.4, 0.6)]
    short = [edits.cut(own[0], share=0.1), edits.cut(own[1], share=0.3), f"{own[0]}\n{own[1]}"]
    return own + made + short + [kind(chance) for kind in (series.weather, series.lottery, series.market) for _ in "ab"]


@pytest.mark.parametrize("crowd", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_first_rule_that_speaks_against_it_decides(seed: int, crowd: bool) -> None:
    """Of the rules that are asked the first that does not hold is the one of the comparison, at any pair."""
    chance = edits.seeded(seed)
    rules = Dedupe(containment=chance.choice([0.2, 0.6]), passages=chance.choice([0.3, 0.9]))
    sides = [side(text, chance.choice("xyz")) for text in texts(chance)]
    for a in sides:
        for b in sides:
            found = compare(a, b, once, rules, crowd=crowd)
            asked = [one for one in told(a, b, once, rules, crowd=crowd) if one.asked]
            against = [one.rule for one in asked if not one.holds and one.rule not in SHOWN]
            if found.rule in SHOWN:
                assert against
                assert all(one.holds for one in asked if one.rule == found.rule)
            elif found.rule != "nothing-shared":
                assert (against or ["containment"])[0] == found.rule
            else:
                assert against[0] == "containment-low"


def test_a_sketch_has_rules_of_its_own() -> None:
    """Nothing is told of rules that do not apply."""
    a, b = side(report("hafen").text, "x"), side(report("oper").text, "y", sketch=True)
    assert told(a, b, once, Dedupe()) == []
