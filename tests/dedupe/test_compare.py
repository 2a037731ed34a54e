"""Each rule of the comparison, by a pair of texts that only this rule decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.config import PRESETS, Dedupe
from ingest.dedupe.compare import COMMON_FROM, Frequencies, Side, Verdict, common_from, compare, weights
from ingest.dedupe.fingerprint import fingerprint
from ingest.dedupe.tokens import U64
from tests.quality import edits, series
from tests.quality.reports import Report, report, reports

RULES = Dedupe()
# Three reports without a single digit, as words.
OURS, THEIRS, OTHERS = (report(name).text.split() for name in ("hafen2", "schule2", "bahn2"))


def side(text: str, outlet: str = "a.example") -> Side:
    found = fingerprint(text)
    return Side(
        shingles=found.shingles, numbers=found.numbers, words=found.words, outlets=frozenset({outlet}), text=text
    )


def rare(shingles: U64) -> NDArray[np.int64]:
    """Nobody has written any of this before."""
    return np.ones(len(shingles), dtype=np.int64)


def judged(one: str, other: str, *, outlets: tuple[str, str] = ("a.example", "b.example")) -> Verdict:
    return compare(side(one, outlets[0]), side(other, outlets[1]), rare, RULES)


def mixed(shared: int, own: int = 0, *, between: str = "") -> str:
    """The first words of one text, then those of another."""
    return " ".join([*OURS[:shared], between, *OTHERS[:own]])


def boats(counts: list[int]) -> str:
    return " ".join(f"{count} Boote und" for count in counts)


def test_copies_are_linked() -> None:
    """Whole, cut, lightly edited, with another's lead: containment, with its score."""
    for one in reports():
        chance = edits.seeded(3)
        for copy in (
            one.text,
            edits.cut(one.text, share=0.4),
            edits.edited(one.text, chance),
            edits.lead(one.text, chance),
        ):
            found = judged(one.text, copy)
            assert (found.linked, found.rule) == (True, "containment")
            assert found.score >= RULES.containment
    same = judged(reports()[0].text, reports()[0].text)
    assert (same.score, same.jaccard, same.containment_a, same.containment_b) == (1, 1, 1, 1)


def test_two_reports_on_one_event_are_not_linked() -> None:
    """What happened is the same, what was written is not."""
    for name in ("hafen", "schule", "bahn", "ferry", "mine"):
        found = judged(report(name).text, report(name + "2").text)
        assert not found.linked
        assert found.score < 0.2


def test_nothing_shared() -> None:
    """Texts without a run in common, or without a word, have nothing to say to each other."""
    for one, other in ((" ".join(OURS), "Ganz andere Wörter"), ("", " ".join(OURS)), ("", "")):
        found = judged(one, other)
        assert (found.linked, found.rule, found.score, found.shared) == (False, "nothing-shared", 0.0, 0)


# The texts beside the figure that the rule read: (rule, linked?, one, other, outlets).
A, B = "a.example", "b.example"
CASES = {
    "two thirds of it": ("containment", True, mixed(100), mixed(68, 32), (A, B)),
    "half of it": ("passages", True, mixed(100), mixed(50, 50), (A, B)),
    "a third of it": ("containment-low", False, mixed(100), mixed(36, 64), (A, B)),
    "half of it, behind a beginning of its own": (
        "containment-low", False, mixed(100), f"{' '.join(THEIRS[:60])} {mixed(58)}", (A, B),
    ),
    "background alone": (
        "background", False, f"{' '.join(THEIRS[:50])} {mixed(100)}", f"{' '.join(OTHERS[:50])} {mixed(100)}", (A, B),
    ),
    "a sentence of it": ("thin", False, f"{mixed(30)} {' '.join(THEIRS[:14])}", f"{mixed(17, 23)}", (A, B)),
    "short and two thirds": ("short", False, mixed(30), mixed(24, 6), (A, B)),
    "short, and whole in a long one": ("containment", True, mixed(28), mixed(120), (A, B)),
    "short, and whole in a long one but for a number": (
        "short", False, mixed(36, between="12 Tage"), mixed(36, 60, between="14 Tage"), (A, B),
    ),
    "too short to tell, whole in a long one": ("short", False, mixed(20), mixed(120), (A, B)),
    "short and nearly the same": ("containment", True, mixed(30), mixed(28, 2), (A, B)),
    "one outlet, what stands below is the same": (
        "same-outlet", False, f"{' '.join(THEIRS[:45])} {mixed(120)}", f"{' '.join(OTHERS[:45])} {mixed(120)}", (A, A),
    ),
    "one outlet, and it begins the same": ("passages", True, mixed(100), mixed(75, 25), (A, A)),
    "one outlet, nearly the same": ("containment", True, mixed(100), mixed(85, 15), (A, A)),
    "two outlets": ("containment", True, mixed(100), mixed(75, 25), (A, B)),
    "a short one in a long one": ("length", False, mixed(43, 17), f"{mixed(120)} {' '.join(THEIRS)}", (A, B)),
    "an excerpt of a long one": ("containment", True, mixed(50, 8), f"{mixed(120)} {' '.join(THEIRS)}", (A, B)),
    "other numbers": (
        "numbers", False, mixed(64, 32, between=boats([12, 7])), mixed(64, between=boats([31, 8]))
        + " ".join(THEIRS[:32]), (A, B),
    ),
    "a template filled anew": (
        "series", False, mixed(60, 60, between=boats([12, 7, 340, 66])), mixed(60, 60, between=boats([31, 8, 2, 90])),
        (A, B),
    ),
    "a few corrections": (
        "containment", True, mixed(60, 60, between=boats([12, 7, 340, 66])),
        mixed(60, 60, between=boats([12, 8, 340, 67])), (A, B),
    ),
    "numbers are the news": (
        "dense", False, mixed(35, 30, between=boats([1, 2, 3, 4, 5, 6])),
        mixed(35, 30, between=boats([1, 2, 3, 7, 8, 9])), (A, B),
    ),
    "a correction where numbers are the news": (
        "containment", True, mixed(35, 30, between=boats([1, 2, 3, 4, 5, 6])),
        mixed(35, 30, between=boats([1, 2, 3, 4, 5, 9])), (A, B),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_rules(case: str) -> None:
    """The rule that decides is the one meant, with the figures it read; either way round."""
    rule, linked, one, other, outlets = CASES[case]
    for found in (judged(one, other, outlets=outlets), judged(other, one, outlets=outlets[::-1])):
        assert (found.rule, found.linked) == (rule, linked), found
        assert found.facts["score"] == pytest.approx(found.score, abs=1e-4)
        assert "threshold" in found.facts


LEAD_OF_THEIRS = " ".join(THEIRS[:40])
# A text, and whether it is a copy of a popular report of 90 words.
LED = {
    "under a lead of its own, cut": (f"{LEAD_OF_THEIRS} {mixed(50)}", True),
    "the same, and corrected": (f"{LEAD_OF_THEIRS} {mixed(30)} {' '.join(OURS[31:52])}", True),
    "background below a beginning of its own": (f"{LEAD_OF_THEIRS} {' '.join(OURS[40:90])}", False),
    "deep in another text": (f"{' '.join(THEIRS[:70])} {mixed(50)}", False),
    "one of three reports": (f"{LEAD_OF_THEIRS} {mixed(50, 60)}", False),
    "three sentences alone": (f"{LEAD_OF_THEIRS} {mixed(26)}", False),
}


@pytest.mark.parametrize("case", LED)
def test_a_copy_under_a_lead(case: str) -> None:
    """Half a popular report under a lead of another's own is a copy of it where it is there from its beginning and
    little else is; of a report that few print, nothing but its score tells that."""
    text, copy = LED[case]
    for one, other in ((mixed(90), text), (text, mixed(90))):
        found = compare(side(one), side(other, "b.example"), rare, RULES, crowd=True)
        assert (found.rule == "under-a-lead") is found.linked is copy, found
        assert not judged(one, other).linked


def test_series_are_told_apart() -> None:
    """Weather, lottery and market reports of different days are nobody's copies; the same day's are."""
    chance = edits.seeded(8)
    for kind in (series.weather, series.lottery, series.market):
        parts = [kind(chance) for _ in range(12)]
        for n, part in enumerate(parts):
            assert judged(part, part).linked
            assert not any(judged(part, other).linked for other in parts[:n])


def test_common_runs_weigh_little() -> None:
    """Furniture that stands in hundreds of articles links nothing, the same words unknown would."""
    footer = " ".join(OTHERS[:60])
    one, other = f"{' '.join(OURS[:50])} {footer}", f"{' '.join(THEIRS[:50])} {footer}"
    known = fingerprint(footer).shingles

    def counted(shingles: U64) -> NDArray[np.int64]:
        return np.where(np.isin(shingles, known), 400, 1)

    assert judged(one, other).score > 0.5
    assert compare(side(one), side(other, "b.example"), counted, RULES).score < 0.05


@given(st.integers(0, 10**6))
def test_weights_fall_with_commonness(count: int) -> None:
    """Up to a few articles a run weighs all, then as one to its count; never nothing, never more than one."""
    found = weights(np.array([count, count + 1]))
    assert 0 < found[1] <= found[0] <= 1
    assert (found[0] == 1) == (count <= COMMON_FROM)


@given(st.lists(st.lists(st.integers(1, 10**6), max_size=5), min_size=1, max_size=3))
def test_how_many_may_contain_a_run_grows_with_the_store(counts: list[list[int]]) -> None:
    """Never less than COMMON_FROM, more slowly than the store, and whatever the order of the texts."""
    arrays = [np.array(one, dtype=np.int64) for one in counts]
    found = common_from(*arrays)
    assert found >= COMMON_FROM
    assert found == common_from(*reversed(arrays))
    assert found <= common_from(*(4 * one for one in arrays)) <= 2 * found


def test_ordinary_words_of_a_large_store_keep_their_weight() -> None:
    """Runs that twenty articles have are common among few articles, and rare where tens of thousands are known."""

    def counted(usual: int) -> Frequencies:
        return lambda shingles: np.where(np.arange(len(shingles)) == 0, usual, 20)

    one, other = side(mixed(100)), side(mixed(68, 32), "b.example")
    small, large = (compare(one, other, counted(usual), RULES) for usual in (900, 45_000))
    assert (small.linked, small.rule) == (False, "thin")
    assert large.linked


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(reports()), st.sampled_from(reports()), st.integers(0, 2**32), st.floats(0, 0.6),
    st.sampled_from([(A, A), (A, B)]),
)  # fmt: skip
def test_comparison_is_symmetric(one: Report, other: Report, seed: int, rate: float, outlets: tuple[str, str]) -> None:
    """Whoever came first, the verdict is the same, with its two containments exchanged."""
    chance = edits.seeded(seed)
    left = one.text
    right = edits.copyedit(left, chance, rate=rate) + "\n" + edits.cut(other.text, share=rate)
    there, back = judged(left, right, outlets=outlets), judged(right, left, outlets=outlets[::-1])
    assert (there.linked, there.rule, there.facts) == (back.linked, back.rule, back.facts)
    assert (there.score, there.jaccard, there.shared) == (back.score, back.jaccard, back.shared)
    assert (there.containment_a, there.containment_b) == (back.containment_b, back.containment_a)
    assert 0 <= there.score <= 1


# What stands between the presets: (the one that decides otherwise, one, other).
BETWEEN = {
    "strict parts where three fifths are shared below a lead": (
        "strict", mixed(100), f"{' '.join(THEIRS[:38])} {mixed(62)}",
    ),
    "strict parts where two sentences are shared": ("strict", mixed(28, 14), f"{mixed(28)} {' '.join(THEIRS[:14])}"),
    "loose joins where hardly more than half is shared": ("loose", mixed(100), f"{' '.join(THEIRS[:41])} {mixed(57)}"),
    "loose joins where two fifths are one passage": ("loose", mixed(100), mixed(43, 57)),
}  # fmt: skip


@pytest.mark.parametrize("case", BETWEEN)
def test_presets_change_what_is_said(case: str) -> None:
    """Strict parts what balanced joins, loose joins what balanced parts, and none contradicts a milder one."""
    preset, one, other = BETWEEN[case]
    sides = side(one), side(other, "b.example")
    presets: dict[str, dict[str, Any]] = {name: dict(changed) for name, changed in PRESETS.items()}
    said = {name: compare(*sides, rare, Dedupe(**changed)).linked for name, changed in presets.items()}
    assert said == {"strict": False, "balanced": preset == "strict", "loose": True}
