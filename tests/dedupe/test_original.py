"""Which of several versions the others were made from: said by their words where dates are close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.dedupe.original import ADVANCE, CLOSE, Standing, Version, excerpts, original
from ingest.dedupe.relation import SideBySide
from ingest.dedupe.tokens import U64
from tests.quality import edits
from tests.quality.reports import report

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TEXT = report("hafen").text
LEAD = "Im Hafen ging am Morgen nichts mehr: Was bisher bekannt ist und was nicht, im Überblick.\n"
CHANCE = edits.seeded(3)


def nothing_common(shingles: U64) -> NDArray[np.bool_]:
    """As in a store that knows no other story."""
    return np.zeros(len(shingles), dtype=bool)


def story(texts: Sequence[str], hours: Sequence[float]) -> tuple[list[Version], Standing]:
    """Versions numbered from 0, and how they stand to each other."""
    bodies: Mapping[int, str] = dict(enumerate(texts))
    known = SideBySide(bodies, nothing_common)
    versions = [
        Version(number, text.encode(), len(text.split()), NOON + hour * HOUR)
        for number, (text, hour) in enumerate(zip(texts, hours, strict=True))
    ]
    return versions, lambda one, other: known.versus(one, other)[1]


def chosen(texts: Sequence[str], hours: Sequence[float]) -> int:
    """The original as the choice of the canonical article comes to it: excerpts are none."""
    versions, standing = story(texts, hours)
    parts = excerpts(versions, standing)
    return original([one for one in versions if one.id not in parts], versions, standing)


HALF = edits.cut(TEXT, share=0.5)
GROWN = "12.40 Uhr\n" + report("oper").text + "\n12.05 Uhr\n" + TEXT


def test_an_early_cut_is_an_excerpt() -> None:
    """A beginning that was sent an hour ahead is part of it; half a day older, it is its first state."""
    assert excerpts(*story([TEXT, HALF], [0, -1])) == {1}
    assert excerpts(*story([TEXT, HALF], [0, 3])) == {1}
    assert excerpts(*story([TEXT, HALF], [0, -ADVANCE / HOUR - 0.1])) == set()


def test_what_stands_below_new_matter_is_no_excerpt() -> None:
    """Entries of a live blog stand on top: the report below them is whole, and was there before."""
    assert excerpts(*story([TEXT, GROWN], [0, 0])) == set()
    assert excerpts(*story([GROWN, TEXT], [-1, 0])) == set()
    assert chosen([GROWN, TEXT], [-1, 0]) == 1


def test_an_addition_makes_no_excerpts_of_the_majority() -> None:
    """Two articles of one extent against one that is twice as long: that one has an addition of its own."""
    longer = f"{TEXT}\n{report('oper').text}"
    assert excerpts(*story([TEXT, longer], [0, 1])) == {0}
    assert excerpts(*story([TEXT, edits.typography(TEXT), longer], [0, 3, 1])) == set()
    assert chosen([TEXT, edits.typography(TEXT), longer], [0, 3, 1]) == 0


def test_most_of_a_report_is_an_excerpt_where_others_have_it_whole() -> None:
    """Three quarters, hours ahead: of two texts either may be the full one; where a third has it whole, it is cut."""
    most = edits.cut(TEXT, share=0.75)
    assert excerpts(*story([TEXT, most], [0, -3])) == set()
    assert excerpts(*story([TEXT, most, edits.typography(TEXT)], [0, -3, 2])) == {1}


def test_what_was_exchanged_is_not_cut() -> None:
    """A text with words of its own in place of others is as long as the other: no excerpt, whoever agrees with that."""
    edited = edits.copyedit(TEXT, edits.seeded(7), rate=0.03)
    versions, standing = story([edited, TEXT + " Ende.", edits.typography(TEXT), TEXT], [0, 1, 2, 3])
    assert excerpts(versions, standing) == set()


def test_own_words_on_top_are_the_copys() -> None:
    """Of two texts dated close, the one without the lead is what the other was made from."""
    assert chosen([LEAD + TEXT, TEXT], [-1, 0]) == 1
    assert chosen([TEXT, LEAD + TEXT], [-1, 0]) == 0


def test_two_texts_alone_tell_no_more() -> None:
    """Which of two edited texts came first, and whether one grew at its end or was cut a little, the date says."""
    edited = edits.copyedit(TEXT, CHANCE, rate=0.03)
    assert [chosen([TEXT, edited], hours) for hours in ([0, 1], [1, 0])] == [0, 1]
    longer = f"{TEXT}\n{edits.ADDITIONS[0]}"
    assert [chosen([TEXT, longer], hours) for hours in ([0, 1], [1, 0])] == [0, 1]


def test_what_many_have_is_inherited() -> None:
    """Of several texts dated close, the one with the fewest words of its own is what the others were made from."""
    copies = [edits.copyedit(TEXT, edits.seeded(seed), rate=0.04) for seed in range(3)]
    assert chosen([copies[0], TEXT, copies[1], copies[2]], [-1.5, 0, 4, 5]) == 1
    edited = edits.copyedit(TEXT, edits.seeded(7), rate=0.1)
    assert chosen([edited, TEXT, edits.cut(TEXT, share=0.75)], [-1.5, 0, 2]) == 1


def test_dates_that_are_not_close_decide() -> None:
    """Three hours are three hours, whatever the words say."""
    late = (CLOSE + MINUTE) / HOUR
    copies = [edits.copyedit(TEXT, edits.seeded(seed), rate=0.04) for seed in range(2)]
    assert chosen([copies[0], TEXT, copies[1]], [0, late, 9]) == 0


def test_many_prints_of_one_text_are_one_witness() -> None:
    """Papers of one house print one edited text five times; it was edited once."""
    edited = edits.copyedit(TEXT, edits.seeded(1), rate=0.04)
    assert chosen([TEXT, edited, edited, edited, edited, HALF], [0, 1, 1, 1, 1, 5]) == 0


TEXTS = st.sampled_from([TEXT, HALF, GROWN, LEAD + TEXT, edits.typography(TEXT)])


@given(
    st.lists(st.tuples(TEXTS, st.sampled_from([0, 0.5, 1, 3])), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_order_does_not_matter(drawn: list[tuple[str, float]], chance: Random) -> None:
    """Shuffled versions have the same excerpts, and the same original where candidates come in one order."""
    versions, standing = story([text for text, _ in drawn], [hour for _, hour in drawn])
    shuffled = chance.sample(versions, len(versions))
    assert excerpts(versions, standing) == excerpts(shuffled, standing)
    assert original(versions, versions, standing) == original(versions, shuffled, standing)


def test_a_sketch_says_nothing() -> None:
    """What is known by its hashes alone is no excerpt and no witness."""
    versions, _ = story([TEXT, HALF], [0, 0])
    assert excerpts(versions, lambda _one, _other: None) == set()
    assert original(versions, versions, lambda _one, _other: None) == 0


@pytest.mark.parametrize("texts", [[TEXT], ["", ""], ["", TEXT]])
def test_little_to_go_by(texts: list[str]) -> None:
    """One text, or texts without words: the first."""
    assert chosen(texts, [0] * len(texts)) == 0
