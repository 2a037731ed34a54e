"""Fingerprints: the same MinHash values as the library gives, over passages that survive cutting."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ingest.dedupe import fingerprint as prints
from ingest.dedupe.fingerprint import Fingerprint, fingerprint, fingerprints, hash_values, passages, scheme
from ingest.dedupe.tokens import REMEMBERED_LENGTH, U64, shingle, tokenize
from tests.quality import edits
from tests.quality.reports import report, reports

ROWS = prints.BANDS * prints.ROWS
RUNS = arrays.arrays(np.uint64, st.integers(1, 700), elements=st.integers(0, 2**64 - 1))


def runs_of(text: str) -> U64:
    return shingle(tokenize(text).hashes, prints.SEARCH_WIDTH)


def by_the_library(runs: U64) -> MinHash:
    """What datasketch makes of the same 32-bit inputs the usual way."""
    theirs = MinHash(num_perm=ROWS, seed=prints.SEED, scheme=prints.SCHEME, hashfunc=int)
    theirs.update_batch([int(run) >> 32 for run in runs])
    return theirs


@settings(max_examples=40, deadline=None)
@given(RUNS)
def test_values_are_those_of_datasketch(runs: U64) -> None:
    """Every passage has, bit for bit, the values that `MinHash.update_batch` computes."""
    starts = passages(runs)
    ours = hash_values(runs, starts)
    for row, passage in zip(ours, np.split(runs, starts[1:]), strict=True):
        assert row.tolist() == by_the_library(passage).hashvalues.tolist()


def minhashes(text: str) -> list[MinHash]:
    """The passages of a text as the library's own objects, made from our values."""
    runs = runs_of(text)
    return [
        MinHash(num_perm=ROWS, seed=prints.SEED, hashvalues=row, scheme=prints.SCHEME)
        for row in hash_values(runs, passages(runs))
    ]


def test_values_serve_the_library() -> None:
    """MinHash objects of our values estimate Jaccard, merge and compare as datasketch's own do."""
    text = report("hafen").text
    mine = minhashes(text)
    assert len(mine) > 1
    assert [one.jaccard(other) for one, other in zip(mine, minhashes(text), strict=True)] == [1.0] * len(mine)
    whole, library = mine[0].copy(), by_the_library(runs_of(text))
    for one in mine[1:]:
        whole.merge(one)
    assert whole.jaccard(library) == 1.0
    assert minhashes(report("cheese").text)[0].jaccard(mine[0]) < 0.2


@settings(max_examples=60, deadline=None)
@given(RUNS)
def test_passages_are_within_bounds(runs: U64) -> None:
    """Passages begin at 0, cover all runs, and are between the shortest and the longest allowed length."""
    starts = passages(runs).tolist()
    lengths = np.diff([*starts, len(runs)])
    assert starts[0] == 0
    assert all(lengths > 0)
    assert max(lengths) <= prints.PASSAGE_MAX
    assert len(lengths) == 1 or min(lengths[:-1]) >= prints.PASSAGE_MIN


@pytest.mark.parametrize("side", ["beginning", "end"])
def test_cut_copies_keep_their_bands(side: str) -> None:
    """A passage ends where its own words say so: of a text cut by a paragraph most bands are the whole one's."""
    kept = []
    for one in reports():
        paragraphs = one.paragraphs
        piece = "\n".join(paragraphs[1:] if side == "beginning" else paragraphs[:-1])
        whole, part = fingerprint(one.text), fingerprint(piece)
        kept.append(np.isin(part.bands, whole.bands).mean())
    assert np.mean(kept) > 0.5
    assert min(kept) > 0.0


def test_a_long_text_cut_in_the_middle_keeps_nearly_all() -> None:
    """Cuts disturb the passages they touch and no others, however long the text."""
    long = "\n".join(one.text for one in reports())
    tail = fingerprint(long[len(long) // 3 :])
    assert np.isin(tail.bands, fingerprint(long).bands).mean() > 0.9


def test_light_edits_leave_bands_in_common() -> None:
    """Every copy with a twentieth of its words changed is still found by a band."""
    for seed in range(3):
        for one in reports():
            copy = fingerprint(edits.copyedit(one.text, edits.seeded(seed), rate=0.05))
            assert np.isin(copy.bands, fingerprint(one.text).bands).any()


@given(st.text(max_size=300))
def test_any_text_has_a_fingerprint(text: str) -> None:
    """Sets are sorted and distinct, fit the database's signed integers, and are empty for a text without words."""
    found = fingerprint(text)
    for hashes in (found.shingles, found.numbers):
        assert np.array_equal(hashes, np.unique(hashes))
    assert len(set(found.bands.tolist())) == len(found.bands)
    assert found.bands.dtype == np.int64
    assert bool(found.words) == bool(len(found.shingles)) == bool(len(found.bands))
    assert len(found.sha256) == 32


def test_typography_makes_no_other_text() -> None:
    """The same words are the same text, whatever quotes, spaces and accents; one other number makes another."""

    def parts(found: Fingerprint) -> tuple[object, ...]:
        return (
            found.sha256, found.words, found.shingles.tolist(), found.numbers.tolist(), sorted(found.bands.tolist()),
        )  # fmt: skip

    for one in reports():
        assert parts(fingerprint(edits.typography(one.text))) == parts(fingerprint(one.text))
    flood = report("hafen").text
    assert fingerprint(flood.replace("62", "63")).sha256 != fingerprint(flood).sha256


def test_numbers_are_read_in_context() -> None:
    """A number counts with the word after it: 12 dead are not 12 o'clock."""
    assert len(fingerprint("12 Tote um 12 Uhr, 12 Tote").numbers) == 2
    same = np.intersect1d(fingerprint("Es gab 12 Tote").numbers, fingerprint("die 12 Toten").numbers)
    assert len(same) == 0


def test_unspaced_scripts_have_longer_runs() -> None:
    """Two characters make hardly a word: texts of one script do not share runs by mere syllables."""
    assert prints.widths(tokenize("台風が接近しています")) == (4, 6, 8)
    assert prints.widths(tokenize("서울 날씨가 맑다")) == (2, 3, 4)
    assert len(fingerprint("台風が接近しています").shingles) == 7


def test_the_scheme_names_all_that_matters() -> None:
    """What is stored can be told from what another version would store."""
    assert set(scheme()) == {"minhash", "seed", "bands", "passage", "shingles", "tokenizer"}
    assert scheme()["minhash"] == "datasketch 2 affine32"


WORDS = st.sampled_from(
    (
        "der",
        "und",
        "im",
        "Rat",
        "12",
        "3,5",
        "2026",
        "Straße",
        "ÜBER",
        "na\u00adh",
        "東京都",
        "ไทย",
        "\U00020000",
        ",",
        "\n",
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=400).map(" ".join), max_size=8))
def test_many_texts_at_once_are_each_alone(texts: list[str]) -> None:
    """Texts fingerprinted together have the fingerprints they have alone: empty, short, unspaced and long ones."""
    for one, text in zip(fingerprints(texts), texts, strict=True):
        alone = fingerprint(text)
        assert (one.sha256, one.words) == (alone.sha256, alone.words)
        for name in ("shingles", "numbers", "bands"):
            assert getattr(one, name).tolist() == getattr(alone, name).tolist()
            assert getattr(one, name).dtype == getattr(alone, name).dtype


def test_reports_at_once_are_each_alone() -> None:
    """The same for texts of many passages, one of them too long to be read with others."""
    texts = [one.text * 2 for one in reports()]
    texts.insert(1, texts[0] * (REMEMBERED_LENGTH // len(texts[0]) + 1))
    bands = [one.bands.tolist() for one in fingerprints(texts)]
    assert bands == [fingerprint(text).bands.tolist() for text in texts]
