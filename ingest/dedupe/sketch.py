"""Text -> sketch: enough to recognise a text and its copies, too little to rebuild it.

A sketch may be passed on where the text may not. It has the text's bands, by which candidates are found, and a sample
of its runs of five words: one in four, chosen by hash value, so that any two texts sample the same runs (Broder 1997,
the mod-m sketch). Of each hash only SAMPLE_BITS are kept: a run of an unrelated text hardly ever matches by chance, but
of all runs that a dictionary can make up, so many do that the true ones cannot be told (docs/design.md has figures).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe import fingerprint as prints
from ingest.dedupe.compare import Frequencies, Side, Verdict, common_from, weights
from ingest.dedupe.compare import compare as compare_texts
from ingest.dedupe.relation import Shares
from ingest.dedupe.tokens import U64, Tokens, shingle, tokenize

# Version of what a sketch holds and how it is compared.
SKETCH_VERSION: Final = 1
# Words of a sampled run; runs of two would give the text away (74 to 80 % of the words of a news text have exactly one
# successor in it), and runs of five are rarely shared by chance.
SAMPLE_WIDTH: Final = 5
# One run in this many is kept.
SAMPLE_STEP: Final = 4
# Bits kept of each sampled hash, see above.
SAMPLE_BITS: Final = 20
# Weight of shared sampled runs from which they tell anything: three are about twelve runs of five words, more than any
# quotation or stock phrase. On labelled edits (weighted, .55): precision .941 without, .959 with three, .965 with five,
# but then 2 % of the copies are lost, all of them short.
MIN_SHARED: Final = 3.0
# Words between two sampled runs up to which what lies between is taken for shared too: with one run in four, a longer
# stretch without any comes in one of a thousand.
BRIDGED: Final = 24


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a sketch holds of a text. `sample` is sorted and distinct, `bands` distinct; `words` and `runs` count."""

    words: int
    runs: int  # distinct runs of SAMPLE_WIDTH words; about a quarter of them is in the sample
    sample: U64
    bands: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The sampled runs of a text for a comparison; `weights` in the same order, None where nobody can know them."""

    runs: U64
    words: int
    weights: NDArray[np.float64] | None = None


def scheme() -> dict[str, str]:
    """What a sketch depends on; one with another scheme must be packed again from the text."""
    sample = f"{SAMPLE_WIDTH} words, 1 in {SAMPLE_STEP}, {SAMPLE_BITS} bits"
    return {**prints.scheme(), "sketch": str(SKETCH_VERSION), "sample": sample}


def sketch(text: str) -> Sketch:
    """The sketch of a text. A text without words gives an empty one."""
    found = prints.fingerprint(text)
    tokens = tokenize(text)
    runs = shingle(tokens.hashes, _width(tokens))
    return Sketch(found.words, len(np.unique(runs)), sample(text), found.bands)


def as_fingerprint(found: Sketch, identity: bytes) -> prints.Fingerprint:
    """A sketch where a fingerprint is wanted: `shingles` are its sample, numbers are not known.

    `identity` is whatever makes it this sketch and no other. Its hash never equals that of a text, so that the text
    itself, when it arrives, is stored as a text.
    """
    return prints.Fingerprint(
        sha256=sha256(b"sketch\0" + identity).digest(),
        words=found.words,
        shingles=found.sample,
        numbers=np.zeros(0, dtype=np.uint64),
        bands=found.bands,
    )


def sample(text: str) -> U64:
    """The sampled runs of a text: sorted, distinct, SAMPLE_BITS bits each."""
    return sample_of(text, None).runs


def sample_of(text: str, frequencies: Frequencies | None) -> Sample:
    """A text's sample; weighted where the number of articles that contain each two-word run is known.

    A run of five words weighs as much as the rarest of the two-word runs in it: furniture and stock phrases consist of
    common ones alone.
    """
    tokens = tokenize(text)
    runs = shingle(tokens.hashes, _width(tokens))
    kept = np.flatnonzero(runs % np.uint64(SAMPLE_STEP) == 0)
    distinct, first = np.unique(runs[kept] >> np.uint64(64 - SAMPLE_BITS), return_index=True)
    if frequencies is None or not len(distinct):
        return Sample(distinct, len(tokens))
    pairs = shingle(tokens.hashes, prints.widths(tokens)[0])
    inside = min(len(pairs), _width(tokens) - prints.widths(tokens)[0] + 1)
    counts = frequencies(pairs)
    rarest = np.lib.stride_tricks.sliding_window_view(counts, inside).min(axis=1)
    return Sample(distinct, len(tokens), weights(rarest[kept[first]], common_from(counts)))


def may_be_sample(runs: U64) -> bool:
    """Can these be what is stored of a sketch? Of a text's runs, which are sorted, one is always a larger number."""
    return not len(runs) or int(runs[-1]) < 2**SAMPLE_BITS


def compare(a: Side, b: Side, frequencies: Frequencies, rules: Dedupe, *, crowd: bool = False) -> Verdict:
    """Compare two texts, by samples where one of them is known by its sketch alone (the other brings its words)."""
    if a.sketch or b.sketch:
        return compare_samples(_side_sample(a, frequencies), _side_sample(b, frequencies), rules)
    return compare_texts(a, b, frequencies, rules, crowd=crowd)


def _side_sample(side: Side, frequencies: Frequencies) -> Sample:
    return Sample(side.shingles, side.words) if side.sketch else sample_of(side.body, frequencies)


def compare_samples(a: Sample, b: Sample, rules: Dedupe) -> Verdict:
    """Compare two texts of which at least one is known by its sketch alone.

    Weighted containment of the samples in the smaller: a text cut to 40 % holds 40 % of the sample, but nearly all of
    its own sampled runs stand in the sketch. The verdict's figures count sampled runs.
    """
    common, at_a, at_b = np.intersect1d(a.runs, b.runs, assume_unique=True, return_indices=True)
    shared = len(common)
    if not shared:
        return Verdict(
            linked=False, rule="nothing-shared", score=0.0, containment_a=0.0, containment_b=0.0, jaccard=0.0, shared=0,
            facts={},
        )  # fmt: skip
    weight = _weight_of(a, at_a) if a.weights is not None else _weight_of(b, at_b)
    score = weight / min(_all(a, weight, shared), _all(b, weight, shared))
    jaccard = shared / (len(a.runs) + len(b.runs) - shared)
    rule, facts = _decide(a, b, {"score": score, "jaccard": jaccard, "weight": weight}, rules)
    return Verdict(
        linked=rule == "sketch",
        rule=rule,
        score=score,
        containment_a=shared / len(a.runs),
        containment_b=shared / len(b.runs),
        jaccard=jaccard,
        shared=shared,
        facts=facts,
    )


def _decide(a: Sample, b: Sample, found: Mapping[str, float], rules: Dedupe) -> tuple[str, dict[str, Any]]:
    """The rules of a comparison of texts as far as a sketch can tell; numbers and outlets it cannot."""
    facts: dict[str, Any] = {"score": round(found["score"], 4), "threshold": rules.containment,
                             "sampled": min(len(a.runs), len(b.runs))}  # fmt: skip
    shorter, longer = sorted((a.words, b.words))
    if found["score"] < rules.containment:
        return "containment-low", facts
    if shorter < rules.short_words:
        facts |= {"words": shorter, "jaccard": round(found["jaccard"], 4), "threshold": rules.short_jaccard}
        return ("short" if found["jaccard"] < rules.short_jaccard else "sketch"), facts
    if found["weight"] < MIN_SHARED:
        return "sketch-thin", facts | {"weight": round(found["weight"], 2), "threshold": MIN_SHARED}
    if longer > rules.length_ratio * shorter and found["score"] < rules.length_containment:
        return "length", facts | {"ratio": round(longer / shorter, 2), "threshold": rules.length_containment}
    return "sketch", facts


def _weight_of(side: Sample, at: NDArray[np.intp]) -> float:
    return float(len(at)) if side.weights is None else float(side.weights[at].sum())


def _all(side: Sample, weight: float, shared: int) -> float:
    """Weight of all runs of a side; of a sketch only those found in the other are known, the rest may be rare."""
    return weight + len(side.runs) - shared if side.weights is None else float(side.weights.sum())


def passages(text: str, sketched: U64) -> NDArray[np.bool_]:
    """Which words of a text stand in passages that it shares with a sketched one, as far as its sample can tell."""
    tokens = tokenize(text)
    width = _width(tokens)
    runs = shingle(tokens.hashes, width)
    known = (runs % np.uint64(SAMPLE_STEP) == 0) & np.isin(runs >> np.uint64(64 - SAMPLE_BITS), sketched)
    hits = np.flatnonzero(known)
    marks = np.zeros(len(tokens), dtype=bool)
    for group in np.split(hits, np.flatnonzero(np.diff(hits) > BRIDGED * width // SAMPLE_WIDTH) + 1):
        if len(group) >= MIN_SHARED:
            marks[group[0] : group[-1] + width] = True
    return marks


def sample_shares(here: U64, there: U64) -> Shares:
    """Both unweighted shares of two samples: estimates of what `relation.shares` counts in words."""
    shared = len(np.intersect1d(here, there, assume_unique=True))
    return Shares(shared / max(1, len(here)), shared / max(1, len(there)))


def _width(tokens: Tokens) -> int:
    return SAMPLE_WIDTH * (prints.UNSPACED_FACTOR if tokens.unspaced else 1)
