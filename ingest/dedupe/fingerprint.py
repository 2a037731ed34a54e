"""Text -> fingerprint: what the comparison and the search for candidates need, and nothing of the wording.

Candidates come from MinHash (Broder 1997) per content-defined passage: a text is cut where its own words say so, so
that a copy cut at the end, or with a paragraph lost, keeps most of its passages whole. Each passage has a MinHash
signature of datasketch, banded for lookup (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.tokens import TOKENIZER_VERSION, U64, Tokens, distinct, mix, shingle, tokenize

# Words of a run that is compared (verification) and of a run that is searched for (candidates). Two words survive
# light edits best, and their commonness is handled by weights; three tell passages apart. Unspaced scripts have about
# two characters a word, so their runs are twice as long.
COMPARE_WIDTH, SEARCH_WIDTH, RUN_WIDTH = 2, 3, 4
UNSPACED_FACTOR = 2

# A passage ends at a local minimum of hashed runs: about 64 runs, never under 24 nor over 160.
PASSAGE_WINDOW, PASSAGE_MIN, PASSAGE_MAX = 32, 24, 160
BANDS, ROWS = 10, 2
# Bits of a band's hash. Two rows are 64 bits and could be read back out of 64, and from them runs of the text. 32 are
# four bytes less for each of 65 postings an article, and among a million articles give it one wrong candidate.
BAND_BITS = 32
SCHEME = "affine32"
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
    import datasketch

    return {
        "minhash": f"datasketch {datasketch.__version__.split('.')[0]} {SCHEME}",
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
        numbers=_numbers(tokens),
        bands=_bands(shingle(tokens.hashes, search)),
    )


def _numbers(tokens: Tokens) -> U64:
    """Hashes of each number with the token after it: `12 Tote` is not `12 Uhr`."""
    at = np.flatnonzero(tokens.numeric)
    if not len(at):
        return np.zeros(0, dtype=np.uint64)
    following = np.append(tokens.hashes, np.uint64(0))[at + 1]
    return distinct(mix(tokens.hashes[at] * np.uint64(3) + following))


@lru_cache(maxsize=1)
def _permutations() -> NDArray[np.uint32]:
    """The affine permutations of datasketch for our number of rows, shape (2, BANDS * ROWS)."""
    from datasketch import MinHash

    parameters: NDArray[np.uint32] = MinHash(num_perm=BANDS * ROWS, seed=SEED, scheme=SCHEME).permutations
    return parameters


def passages(runs: U64) -> NDArray[np.intp]:
    """Where passages begin, as indices into the runs of a text (Schleimer, Wilkerson, Aiken 2003: local minima)."""
    starts = [0]
    if len(runs) > PASSAGE_MIN:
        order = mix(runs)
        # The smallest run within PASSAGE_WINDOW on either side ends a passage, wherever the window is shifted to.
        padded = np.pad(order, PASSAGE_WINDOW, constant_values=np.uint64(2**64 - 1))
        lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * PASSAGE_WINDOW + 1).min(axis=1)
        for cut in np.flatnonzero(order == lowest):
            while cut - starts[-1] > PASSAGE_MAX:
                starts.append(starts[-1] + PASSAGE_MAX)
            if cut - starts[-1] >= PASSAGE_MIN and len(runs) - cut >= PASSAGE_MIN:
                starts.append(int(cut))
        while len(runs) - starts[-1] > PASSAGE_MAX:
            starts.append(starts[-1] + PASSAGE_MAX)
    return np.array(starts, dtype=np.intp)


def hash_values(runs: U64, starts: NDArray[np.intp]) -> NDArray[np.uint32]:
    """MinHash values per passage, shape (passages, BANDS * ROWS): bit for bit what `MinHash.update_batch` computes."""
    a, b = _permutations()
    values = _fmix32((runs >> np.uint64(32)).astype(np.uint32))
    return np.minimum.reduceat(values[:, None] * a + b, starts, axis=0)


def minhashes(text: str) -> list[Any]:
    """One datasketch `MinHash` per passage, for use with datasketch's own indexes and estimators."""
    from datasketch import MinHash

    tokens = tokenize(text)
    runs = shingle(tokens.hashes, widths(tokens)[1])
    if not len(runs):
        return []
    rows = hash_values(runs, passages(runs))
    return [
        MinHash(num_perm=BANDS * ROWS, seed=SEED, hashvalues=row, permutations=_permutations(), scheme=SCHEME)
        for row in rows
    ]


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
    rows = hash_values(runs, passages(runs)).astype(np.uint64).reshape(-1, BANDS, ROWS)
    keys = np.arange(1, BANDS + 1, dtype=np.uint64)[None, :] * np.uint64(0xD6E8FEB86659FD93)
    for row in range(ROWS):
        keys = mix(keys + rows[:, :, row])
    keys = distinct((keys >> np.uint64(64 - BAND_BITS)).ravel())
    return keys.astype(np.uint32).view(np.int32).astype(np.int64)
