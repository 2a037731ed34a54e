"""What a round-up took from each of its sources, in stores of any size."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.dedupe.compare import COMMON_FROM, Side, common_at
from ingest.dedupe.fingerprint import fingerprint
from ingest.dedupe.pair import PASSAGE
from ingest.dedupe.tokens import U64
from ingest.place.digest import _marks
from tests.quality import edits
from tests.quality.reports import report


def side(text: str) -> Side:
    prints = fingerprint(text)
    return Side(
        shingles=prints.shingles,
        numbers=prints.numbers,
        words=prints.words,
        outlets=frozenset(),
        sketch=False,
        text=text,
    )


# Articles that contain the most frequent run, and each of the others: a store of some thousand and one of 100,000 in
# which nothing is rare any more (half of the runs of labelled round-ups stood in up to 60 to 120 of them).
@pytest.mark.parametrize(("usual", "each", "seen"), [(900, 12, True), (24_000, 100, True), (24_000, 800, False)])
def test_a_passage_of_ordinary_words_is_seen_in_a_large_store(usual: int, each: int, *, seen: bool) -> None:
    """A paragraph taken over is a passage although all of its runs are common there; furniture is none."""
    source = report("hafen").text
    round_up = f"{report('oper').text}\n{edits.cut(source, share=0.5)}"
    assert each > common_at(usual) >= COMMON_FROM

    def counts(shingles: U64) -> NDArray[np.int64]:
        found = np.full(len(shingles), each, dtype=np.int64)
        found[0] = usual
        return found

    marks = _marks(side(round_up), {1: side(source)}, counts)[1]
    assert (int(marks.sum()) >= PASSAGE) == seen
