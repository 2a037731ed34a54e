"""How a variant stands to the canonical text: shares anybody can recount, a shape, an order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.dedupe.relation import (
    SAME_TIME,
    Shares,
    SideBySide,
    Versus,
    estimated,
    order,
    shape,
    shared_words,
    shares,
    versus,
    words_shared,
)
from ingest.dedupe.tokens import U64, shingle, tokenize
from tests.quality import edits
from tests.quality.reports import report, reports

TEXT = report("hafen").text
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def recounted(here: str, there: str) -> float:
    """The share of words of `here` in runs of four that stand in `there` too, counted the slow way."""
    a, b = here.split(), there.split()
    runs = {tuple(b[n : n + 4]) for n in range(len(b) - 3)}
    covered = {n + k for n in range(len(a) - 3) if tuple(a[n : n + 4]) in runs for k in range(4)}
    return len(covered) / len(a)


@given(
    st.lists(st.sampled_from("abcdefg"), min_size=4, max_size=40),
    st.lists(st.sampled_from("abcdefg"), min_size=4, max_size=40),
)
def test_shares_can_be_recounted(one: list[str], other: list[str]) -> None:
    """Both shares are those of a plain count over words."""
    here, there = " ".join(one), " ".join(other)
    found = shares(here, there)
    assert found.copied == pytest.approx(recounted(here, there))
    assert found.kept == pytest.approx(recounted(there, here))
    assert shares(there, here) == Shares(found.kept, found.copied)


@given(
    st.lists(st.lists(st.sampled_from("abcd"), max_size=30), min_size=2, max_size=4),
    st.sets(st.integers(0, 6)),
)
def test_texts_side_by_side_are_those_read_alone(words: list[list[str]], common: set[int]) -> None:
    """Whichever of several texts is asked for first, and first of two: the answer is that of two alone."""
    texts = {number: " ".join(some) for number, some in enumerate(words)}

    def usual(shingles: U64) -> NDArray[np.bool_]:
        return np.isin(shingles % np.uint64(7), list(common))

    together = SideBySide(texts, usual)
    for one, other in permutations(texts, 2):
        assert together.versus(one, other) == versus(texts[one], texts[other], usual)


def test_shares_of_little() -> None:
    """A text without words shares nothing; a text of two words is one run."""
    assert shares("", TEXT) == shares(TEXT, "—") == Shares(0, 0)
    assert shares("Feuer im Hafen", "Feuer im Hafen") == Shares(1, 1)
    assert shares("台風が接近しています", "台風が接近しています。速報") == Shares(1, 10 / 12)


def test_shapes_of_real_versions() -> None:
    """What an editor did is what the relation says."""
    for one in reports():
        chance = edits.seeded(5)
        versions = {
            "exact": edits.typography(one.text),
            "near": edits.copyedit(one.text, chance, rate=0.02),
            "excerpt": edits.cut(one.text, share=0.5),
            "extended": edits.extended(edits.lead(one.text, chance), chance),
        }
        for expected, text in versions.items():
            found, own = versus(text, one.text, nothing_common)
            assert found == shares(text, one.text)
            assert shape(own, same_text=False) == expected, (one.name, expected, own)


def nothing_common(shingles: U64) -> NDArray[np.bool_]:
    """As in a store that knows no other story."""
    return np.zeros(len(shingles), dtype=bool)


def test_furniture_makes_no_other_shape() -> None:
    """A footer that other stories have too is no addition, where it is known to be theirs; the shares count it."""
    footer = "\n".join(edits.ADDITIONS)
    runs = shingle(tokenize(footer).hashes, 2)
    for text, expected in ((TEXT, "exact"), (edits.cut(TEXT, share=0.5), "excerpt")):
        page = f"{text}\n{footer}"
        known, own = versus(page, TEXT, lambda shingles: np.isin(shingles, runs))
        assert shape(own, same_text=False) == expected
        assert known == shares(page, TEXT)
        assert known.copied < 1
    assert shape(versus(f"{TEXT}\n{footer}", TEXT, nothing_common)[1], same_text=False) == "extended"


def test_a_corrected_number_is_a_change() -> None:
    """One number makes another text, however much of it is the same."""
    corrected = TEXT.replace("94 Kilometern", "98 Kilometern")
    assert shape(versus(corrected, TEXT, nothing_common)[1], same_text=False) == "near"


@pytest.mark.parametrize(
    ("added", "missing", "edited", "expected"),
    [
        (0, 0, 0, "exact"), (1, 1, 2, "near"), (30, 30, 60, "near"), (30, 35, 65, "near"), (3, 120, 6, "excerpt"),
        (120, 3, 6, "extended"), (0, 12, 0, "excerpt"), (12, 0, 0, "extended"),
        # Every sixth word was exchanged, and nothing came or went; the same, and much was left out.
        (80, 80, 160, "near"), (80, 85, 160, "near"), (60, 200, 120, "rewrite"), (200, 60, 120, "rewrite"),
        # Paragraphs were exchanged for longer or shorter ones, and what is left is as it was.
        (60, 200, 0, "excerpt"), (200, 60, 10, "extended"), (60, 62, 0, "near"),
        # Little is left of either.
        (300, 300, 0, "rewrite"), (150, 150, 0, "rewrite"), (100, 100, 200, "rewrite"), (120, 220, 4, "rewrite"),
    ],
)  # fmt: skip
def test_shapes(added: int, missing: int, edited: int, expected: str) -> None:
    """What is new and what is missing, of 300 words on both sides, and how much of it are words within sentences."""
    assert shape(Versus(300, 300, added, missing, edited=edited), same_text=False) == expected
    assert shape(Versus(300, 300, added, missing, edited=edited), same_text=True) == "exact"


def test_what_was_exchanged_is_not_rewritten() -> None:
    """A paragraph of another's in place of one leaves a version of about that length; words changed all over make it
    another wording as soon as much is missing, too."""
    exchanged = "\n".join([*TEXT.split("\n")[:-1], edits.ADDITIONS[0], edits.ADDITIONS[1]])
    _, own = versus(exchanged, TEXT, nothing_common)
    assert max(own.copied, own.kept) < 0.85
    assert own.reworded < 0.02
    assert shape(own, same_text=False) == "extended"
    chance = edits.seeded(3)
    _, own = versus(f"{edits.copyedit(edits.cut(TEXT, share=0.5), chance, rate=0.16)}\n{edits.ADDITIONS[1]}", TEXT,
                    nothing_common)  # fmt: skip
    assert own.reworded > 0.1
    assert shape(own, same_text=False) == "rewrite"


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 400), st.integers(0, 400))
def test_shapes_mirror(copied: float, kept: float, words: int, others: int) -> None:
    """Seen from the other side an excerpt is an extension, and the other shapes are what they are."""
    mirror = {"excerpt": "extended", "extended": "excerpt"}
    there = shape(estimated(Shares(copied, kept), words, others), same_text=False)
    back = shape(estimated(Shares(kept, copied), others, words), same_text=False)
    assert mirror.get(there, there) == back


def test_order() -> None:
    """Earlier and later by a quarter of an hour at least; unknown where one side does not say."""
    minute = timedelta(minutes=1)
    assert order(NOON, NOON + SAME_TIME) == "earlier"
    assert order(NOON + SAME_TIME, NOON) == "later"
    assert order(NOON, NOON + SAME_TIME - minute) == order(NOON, NOON) == "same"
    assert order(None, NOON) == order(NOON, None) == order(None, None) == "unknown"


_WORDS = ("der", "See", "stieg", "auf", "vier", "Meter", "湖の水位が", "上がった", ".")
_PIECES = st.lists(st.sampled_from(_WORDS), max_size=40)


@given(here=_PIECES, others=st.lists(_PIECES, max_size=6))
def test_words_shared_with_many_are_those_shared_with_each(here: list[str], others: list[list[str]]) -> None:
    """Told in one step, short texts, empty ones and scripts without spaces among them."""
    text, there = tokenize(" ".join(here)), [tokenize(" ".join(other)) for other in others]
    assert words_shared(text, there) == [int(shared_words(text, one).sum()) for one in there]
