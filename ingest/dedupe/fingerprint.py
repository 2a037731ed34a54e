"""Text -> fingerprint: what the comparison and the search for candidates need, and nothing of the wording.

Candidates come from MinHash (Broder 1997) per content-defined passage: a text is cut where its own words say so, so
that a copy cut at the end, or with a paragraph lost, keeps most of its passages whole. Each passage has a MinHash
signature of datasketch, banded for lookup (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.tokens import TOKENIZER_VERSION, U64, Tokens, distinct, mix, shingle, tokenize, tokenize_all

# Words of a run that is compared (verification) and of a run that is searched for (candidates). Two words survive
# light edits best, and their commonness is handled by weights; three tell passages apart. Unspaced scripts have about
# two characters a word, so their runs are twice as long.
COMPARE_WIDTH, SEARCH_WIDTH, RUN_WIDTH = 2, 3, 4
UNSPACED_FACTOR = 2

# A passage ends at a local minimum of hashed runs: about 64 runs, never under 24 nor over 160.
PASSAGE_WINDOW, PASSAGE_MIN, PASSAGE_MAX = 32, 24, 160
BANDS, ROWS = 10, 2
# Of the ten bands nine are posted: .992 of the articles with an earlier version find it instead of .993, with 65
# postings an article instead of 72. Stores and sketches that have the tenth too are read as they are.
POSTED_BANDS = 9
# Bits of a band's hash. Two rows are 64 bits and could be read back out of 64, and from them runs of the text. 32 are
# four bytes less for each of 65 postings an article, and among a million articles give it one wrong candidate.
BAND_BITS = 32
SCHEME = "affine32"
NOTHING: U64 = np.zeros(0, dtype=np.uint64)
NOTHING.flags.writeable = False
SEED = 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text as sets of hashes. `shingles` and `numbers` are sorted and distinct; `bands` are distinct."""

    sha256: bytes  # of the folded tokens: typography and white space do not make another text
    words: int
    shingles: U64
    numbers: U64  # numbers in context: a number with the word after it
    bands: NDArray[np.int64]


def scheme() -> dict[str, str]:
    """What a stored fingerprint depends on; another value means that stored ones cannot be read."""
    # Asked without loading it: that takes 0.8 s and 42 MB, and every run asks, also one that finds nothing new.
    return {
        "minhash": f"datasketch {version('datasketch').split('.')[0]} {SCHEME}",
        "seed": str(SEED),
        "bands": f"{BANDS}x{ROWS}, {BAND_BITS} bits",
        "passage": f"{PASSAGE_MIN}-{PASSAGE_WINDOW}-{PASSAGE_MAX}",
        "shingles": f"{COMPARE_WIDTH},{SEARCH_WIDTH}",
        "tokenizer": str(TOKENIZER_VERSION),
    }


def widths(tokens: Tokens) -> tuple[int, int, int]:
    """Run lengths for comparison, search and alignment, longer where words are not separated."""
    factor = UNSPACED_FACTOR if tokens.unspaced else 1
    return COMPARE_WIDTH * factor, SEARCH_WIDTH * factor, RUN_WIDTH * factor


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a text; a text without words has empty arrays."""
    tokens = tokenize(text)
    compare, search, _ = widths(tokens)
    return Fingerprint(
        sha256=sha256(tokens.hashes.astype("<u8").tobytes()).digest(),
        words=len(tokens),
        shingles=distinct(shingle(tokens.hashes, compare)),
        numbers=distinct(_numbers(tokens)),
        bands=_bands(shingle(tokens.hashes, search)),
    )


def fingerprints(texts: Sequence[str]) -> list[Fingerprint]:
    """What `fingerprint` gives for each of these, in half the time: each step is one call for all of them.

    Best for a few dozen at once: the arrays of more no longer fit into the processor's cache.
    """
    tokens, bounds = tokenize_all(texts)
    counts = np.diff(bounds)
    singles = np.diff(np.append(0, np.cumsum(tokens.single))[bounds])
    # Texts too short for a run, or of a script without spaces, have runs of other lengths: one by one.
    usual = (2 * singles <= counts) & (counts >= SEARCH_WIDTH)
    if not usual.all():
        alone = {at: fingerprint(texts[at]) for at in np.flatnonzero(~usual).tolist()}
        others = [text for at, text in enumerate(texts) if at not in alone]
        together = iter(fingerprints(others) if others else [])
        return [alone[at] if at in alone else next(together) for at in range(len(texts))]
    raw = tokens.hashes.astype("<u8").tobytes()
    compare, search = (_runs_of(tokens.hashes, bounds, width) for width in (COMPARE_WIDTH, SEARCH_WIDTH))
    per_text = (counts - SEARCH_WIDTH + 1).tolist()
    bands = _bands_of(search, per_text)
    numbers, numeric = _numbers(tokens, bounds[1:]), np.append(0, np.cumsum(tokens.numeric))[bounds]
    ends = np.append(0, np.cumsum(counts - COMPARE_WIDTH + 1))
    return [
        Fingerprint(
            sha256=sha256(raw[8 * bounds[at] : 8 * bounds[at + 1]]).digest(),
            words=int(counts[at]),
            shingles=distinct(compare[ends[at] : ends[at + 1]]),
            numbers=distinct(numbers[numeric[at] : numeric[at + 1]]) if numeric[at + 1] > numeric[at] else NOTHING,
            bands=bands[at],
        )
        for at in range(len(texts))
    ]


def _runs_of(hashes: U64, bounds: NDArray[np.intp], width: int) -> U64:
    """The runs of each text, those that reach into the next one left out."""
    runs = shingle(hashes, width)
    whole = np.ones(len(hashes), dtype=bool)
    for before in range(1, width):
        whole[bounds[1:] - before] = False
    return runs[whole[: len(runs)]]


def _bands_of(runs: U64, counts: Sequence[int]) -> list[NDArray[np.int64]]:
    """The bands of each text, as `_bands` gives them for one."""
    starts = passages(runs, counts)
    keys = _band_keys(hash_values(runs, starts))
    text = np.searchsorted(np.cumsum(counts), starts, side="right").astype(np.uint64)
    ordered = distinct(((text[:, None] << np.uint64(BAND_BITS)) | keys).ravel())
    bands = ordered.astype(np.uint32).view(np.int32).astype(np.int64)
    return np.split(bands, np.searchsorted(ordered, np.arange(1, len(counts), dtype=np.uint64) << np.uint64(BAND_BITS)))


def _numbers(tokens: Tokens, ends: NDArray[np.intp] | None = None) -> U64:
    """Hashes of each number with the token after it: `12 Tote` is not `12 Uhr`. `ends`: where texts end."""
    at = np.flatnonzero(tokens.numeric)
    if not len(at):
        return NOTHING
    following = np.append(tokens.hashes, np.uint64(0))[at + 1]
    if ends is not None:
        following[np.isin(at + 1, ends)] = 0
    return mix(tokens.hashes[at] * np.uint64(3) + following)


@lru_cache(maxsize=1)
def _permutations() -> NDArray[np.uint32]:
    """The affine permutations of datasketch for our number of rows, shape (2, BANDS * ROWS)."""
    from datasketch import MinHash

    parameters: NDArray[np.uint32] = MinHash(num_perm=BANDS * ROWS, seed=SEED, scheme=SCHEME).permutations
    return parameters


def passages(runs: U64, counts: Sequence[int] | None = None) -> NDArray[np.intp]:
    """Where passages begin, as indices into the runs of a text (Schleimer, Wilkerson, Aiken 2003: local minima).

    `counts`: how many runs each text has, where `runs` are those of several, one after the other.
    """
    counts = [len(runs)] if counts is None else counts
    order = mix(runs)
    # The smallest run within PASSAGE_WINDOW on either side ends a passage, wherever the window is shifted to. Between
    # two texts stand as many that are larger than any.
    place = np.arange(len(runs)) + PASSAGE_WINDOW * np.repeat(np.arange(1, len(counts) + 1), counts)
    lowest = np.full(len(runs) + PASSAGE_WINDOW * (len(counts) + 1), np.uint64(2**64 - 1))
    lowest[place] = order
    spaced, reach = lowest.copy(), 1
    while reach <= PASSAGE_WINDOW:  # the minimum of twice as many, each time
        np.minimum(lowest[:-reach], lowest[reach:], out=lowest[:-reach])
        reach *= 2
    lowest = np.minimum(lowest[place - PASSAGE_WINDOW], spaced[place + PASSAGE_WINDOW])
    cuts = np.flatnonzero(order == lowest).tolist()
    starts: list[int] = []
    begin = at = 0
    for count in counts:
        end, last = begin + count, begin
        starts.append(begin)
        while at < len(cuts) and cuts[at] < end:
            cut, at = cuts[at], at + 1
            if count <= PASSAGE_MIN:
                continue
            while cut - last > PASSAGE_MAX:
                last += PASSAGE_MAX
                starts.append(last)
            if cut - last >= PASSAGE_MIN and end - cut >= PASSAGE_MIN:
                last = cut
                starts.append(last)
        while count > PASSAGE_MIN and end - last > PASSAGE_MAX:
            last += PASSAGE_MAX
            starts.append(last)
        begin = end
    return np.array(starts, dtype=np.intp)


def hash_values(runs: U64, starts: NDArray[np.intp]) -> NDArray[np.uint32]:
    """MinHash values per passage, shape (passages, BANDS * ROWS): bit for bit what `MinHash.update_batch` computes."""
    a, b = _permutations()
    values = _fmix32((runs >> np.uint64(32)).astype(np.uint32))
    return np.minimum.reduceat(values[:, None] * a + b, starts, axis=0)


def _fmix32(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The finaliser of MurmurHash3, which datasketch applies before its permutations."""
    values = values ^ (values >> np.uint32(16))
    values = values * np.uint32(0x85EBCA6B)
    values = values ^ (values >> np.uint32(13))
    values = values * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))


def _bands(runs: U64) -> NDArray[np.int64]:
    """Distinct band hashes of all passages, signed as databases keep them."""
    if not len(runs):
        return np.zeros(0, dtype=np.int64)
    keys = distinct(_band_keys(hash_values(runs, passages(runs))).ravel())
    return keys.astype(np.uint32).view(np.int32).astype(np.int64)


def _band_keys(values: NDArray[np.uint32]) -> U64:
    """BAND_BITS bits for each posted band of each passage, shape (passages, POSTED_BANDS)."""
    rows = values.astype(np.uint64).reshape(-1, BANDS, ROWS)
    keys = np.arange(1, BANDS + 1, dtype=np.uint64)[None, :] * np.uint64(0xD6E8FEB86659FD93)
    for row in range(ROWS):
        keys = mix(keys + rows[:, :, row])
    return keys[:, :POSTED_BANDS] >> np.uint64(64 - BAND_BITS)
