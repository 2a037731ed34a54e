"""Sketches recognise copies, and give hardly any of a text away."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.compare import Verdict
from ingest.dedupe.fingerprint import fingerprint
from ingest.dedupe.hashes import mix
from ingest.dedupe.sketch import (
    SAMPLE_BITS,
    SAMPLE_STEP,
    SAMPLE_WIDTH,
    Sample,
    as_fingerprint,
    compare_samples,
    may_be_sample,
    sample,
    sample_of,
    sample_shares,
    sketch,
)  # fmt: skip
from ingest.dedupe.tokens import U64, shingle, tokenize
from tests.seeds.texts import LIGHTHOUSE, LIGHTHOUSE_AGAIN, RAILWAY

WORDS = st.lists(
    st.sampled_from(["am", "Turm", "brennt", "ein", "Licht", "die", "See", "ist", "still", "und", "grau"]), max_size=300
)


def known_by_sketch(text: str) -> Sample:
    found = sketch(text)
    return Sample(found.sample, found.words)


def against(text: str, other: str) -> Verdict:
    """The verdict on a text and the sketch of another."""
    return compare_samples(sample_of(text, lambda runs: np.ones(len(runs), np.int64)), known_by_sketch(other), Dedupe())


@pytest.mark.parametrize("share", [0.4, 0.5, 0.6, 0.7, 1.0])
@pytest.mark.parametrize("text", [LIGHTHOUSE, RAILWAY])
def test_a_cut_copy_is_recognised(text: str, share: float) -> None:
    """What is left of a copy that was cut stands in the sketch, from the front or from the end."""
    lines = text.splitlines()
    kept = round(len(lines) * share)
    for cut in (lines[:kept], lines[-kept:]):
        verdict = against("\n".join(["Kurz gemeldet", *cut]), text)
        assert verdict.linked, verdict
        assert verdict.rule == "sketch"


def test_other_reports_are_not_recognised() -> None:
    """Another report on the same matter shares no sampled run to speak of, nor does one in another language."""
    for other in (LIGHTHOUSE_AGAIN, RAILWAY):
        assert not against(other, LIGHTHOUSE).linked


def test_a_quotation_is_no_copy() -> None:
    """One sentence of the sketched text in a long one tells nothing."""
    quoted = f"{LIGHTHOUSE.splitlines()[3]}\n{RAILWAY}"
    assert against(quoted, LIGHTHOUSE).rule == "containment-low"


def test_common_runs_weigh_little() -> None:
    """A footer that every page of a site carries does not make its pages copies."""
    footer = " ".join(RAILWAY.splitlines()[:5])
    page, other = f"{LIGHTHOUSE_AGAIN}{footer}", f"{' '.join(LIGHTHOUSE.splitlines()[:3])}\n{footer}"
    common = fingerprint(footer).shingles

    def frequencies(runs: U64) -> NDArray[np.int64]:
        return np.where(np.isin(runs, common), 200, 1).astype(np.int64)

    assert against(page, other).linked
    assert not compare_samples(sample_of(page, frequencies), known_by_sketch(other), Dedupe()).linked


@given(WORDS, WORDS)
def test_the_same_runs_are_sampled_everywhere(before: list[str], after: list[str]) -> None:
    """Law: a run is sampled or not by its own hash, whatever stands around it."""
    whole = sample(" ".join([*before, *after]))
    for part in (before, after):
        if len(part) >= SAMPLE_WIDTH:
            assert np.isin(sample(" ".join(part)), whole).all()


@given(WORDS, WORDS)
def test_comparison_is_symmetric(one: list[str], two: list[str]) -> None:
    """Law: who is compared with whom makes no difference but for the sides."""
    a, b = (known_by_sketch(" ".join(words)) for words in (one, two))
    there, back = compare_samples(a, b, Dedupe()), compare_samples(b, a, Dedupe())
    assert (there.linked, there.rule, there.score, there.jaccard) == (back.linked, back.rule, back.score, back.jaccard)
    assert (there.containment_a, there.containment_b) == (back.containment_b, back.containment_a)
    assert 0.0 <= there.score <= 1.0
    assert sample_shares(a.runs, b.runs).copied == there.containment_a


def test_texts_without_words_have_empty_sketches() -> None:
    """Nothing to sample, nothing to compare, no error."""
    empty = sketch("… — !")
    assert (empty.words, empty.runs, len(empty.sample), len(empty.bands)) == (0, 0, 0, 0)
    assert compare_samples(known_by_sketch(""), known_by_sketch(""), Dedupe()).rule == "nothing-shared"


def test_one_run_in_four_is_sampled_and_short_hashes_are_kept() -> None:
    """A sample has about a quarter of the runs, and of each hash the bits that were promised."""
    found = sketch(LIGHTHOUSE + RAILWAY)
    assert 0.18 < len(found.sample) / found.runs < 0.32
    assert int(found.sample.max()) < 2**SAMPLE_BITS


def test_unspaced_scripts_have_samples() -> None:
    """Han is sampled in longer runs of single characters."""
    text = "霍姆斯加德的灯塔明年春天将被关闭渔民们提着灯笼登上山崖抗议县议会的决定" * 2
    assert against(text, text).linked


def test_a_sketch_is_never_taken_for_its_text() -> None:
    """The text's own content hash differs, so that the text is stored when it arrives."""
    assert as_fingerprint(sketch(LIGHTHOUSE), b"x").sha256 != fingerprint(LIGHTHOUSE).sha256


# --- what a sketch gives away ---------------------------------------------------------------------------------------


def rebuild(text: str, *, step: int, bits: int) -> tuple[float, int]:
    """An attack on a sample of five-word runs: (share of the unknown words that it gets right, words it gets wrong).

    The attacker knows how tokens are made and hashed, every word that occurs in the text, and the first four words of
    every sentence. From these it goes on word by word: each word of the vocabulary is tried behind the last four; where
    no run of the sample fits, each pair of words, so that one missing run is bridged. With `step` 1 and `bits` 64 it
    has every run: what it then rebuilds shows that the attack is a real one.
    """
    words = tokenize(text).hashes
    vocabulary, runs = np.unique(words), shingle(words, SAMPLE_WIDTH)
    kept = np.unique(runs[runs % np.uint64(step) == 0] >> np.uint64(64 - bits))

    def fits(ends: U64) -> NDArray[np.intp]:
        hashes = mix(ends)
        return np.argwhere((hashes % np.uint64(step) == 0) & np.isin(hashes >> np.uint64(64 - bits), kept))

    starts, at = [], 0
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        starts += [at] if len(tokenize(sentence)) >= 4 else []
        at += len(tokenize(sentence))
    known, right, wrong = np.zeros(len(words), bool), np.zeros(len(words), bool), 0
    for start in starts:
        known[start : start + 4] = True
        path = list(words[start : start + 4])
        while len(path) < 200:
            behind = _folded(path[-4:]) + vocabulary
            found = fits(behind)
            if len(found):
                path.append(vocabulary[found[0][0]])
                continue
            pairs = fits((_folded(path[-3:]) + vocabulary)[:, None] * _FACTOR + vocabulary[None, :])
            if not len(pairs):
                break
            path += [vocabulary[pairs[0][0]], vocabulary[pairs[0][1]]]
        truth = words[start : start + len(path)]
        same = np.array(path[: len(truth)], dtype=np.uint64) == truth
        good = len(same) if same.all() else int(np.argmin(same))
        right[start : start + good] = True
        wrong += len(path) - good
    return float((right & ~known).sum() / (~known).sum()), wrong


# How `tokens.shingle` puts a word behind others.
_FACTOR = np.uint64(0xD6E8FEB86659FD93)


def _folded(words: list[np.uint64]) -> U64:
    total = np.zeros(1, dtype=np.uint64)
    for word in words:
        total = (total + word) * _FACTOR
    return total


@pytest.mark.parametrize("text", [LIGHTHOUSE, RAILWAY])
def test_a_text_cannot_be_rebuilt_from_its_sketch(text: str) -> None:
    """With all runs the attack has the whole text; with a sketch hardly a word, and more wrong than right ones."""
    assert rebuild(text, step=1, bits=64)[0] > 0.95
    share, _ = rebuild(text, step=SAMPLE_STEP, bits=SAMPLE_BITS)
    assert share < 0.15


def test_without_the_vocabulary_wrong_runs_drown_right_ones() -> None:
    """Of the five-word runs of a small dictionary so many fit the sample by chance that no run can be told as true."""
    kept = sketch(LIGHTHOUSE).sample
    # Chance of a random run to be sampled and to match, times the runs that a dictionary of 20,000 words makes up.
    chance = len(kept) / 2**SAMPLE_BITS / SAMPLE_STEP
    rng = np.random.default_rng(7)
    hashes = mix(rng.integers(0, 2**63, 4_000_000, dtype=np.uint64))
    matching = np.isin(hashes[hashes % np.uint64(SAMPLE_STEP) == 0] >> np.uint64(64 - SAMPLE_BITS), kept).sum()
    assert 0.7 < matching / (chance * len(hashes)) < 1.3
    assert chance * 20_000.0**SAMPLE_WIDTH > 1e12 * len(kept)


def test_sample_is_told_from_the_runs_of_a_text() -> None:
    """By the size of its numbers; of a text without words nobody can tell."""
    assert may_be_sample(sample(LIGHTHOUSE))
    assert may_be_sample(fingerprint("").shingles)
    assert not may_be_sample(fingerprint(LIGHTHOUSE).shingles)
