"""Text -> fingerprint: what the comparison and the search for candidates need, and nothing of the wording.

Candidates come from MinHash (Broder 1997) per content-defined passage: a text is cut where its own words say so, so
that a copy cut at the end, or with a paragraph lost, keeps most of its passages whole. Each passage has a MinHash
signature of datasketch, banded for lookup (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.hashes import constant, mix, mix32
from ingest.dedupe.tokens import (
    REMEMBERED_LENGTH,
    TOKENIZER_VERSION,
    U64,
    Tokens,
    both_runs,
    distinct,
    shingle,
    tokenize_all,
    tokenize_once,
)

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

_THREE, _32, _LARGEST = constant(3), constant(32), constant(2**64 - 1)
_UPPER = slice(int(sys.byteorder == "little"), None, 2)  # of 64-bit values, seen as 32-bit ones
_BYTES = np.dtype("<u8")
# What tells the bands of a passage apart, shape (POSTED_BANDS, 1).
_BAND_SEEDS = np.arange(1, POSTED_BANDS + 1, dtype=np.uint64)[:, None] * np.uint64(0xD6E8FEB86659FD93)


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
    tokens = tokenize_once(text)
    compare, search, _ = widths(tokens)
    compared, searched, numbers = _hashed(tokens, compare, search)
    return Fingerprint(
        sha256=sha256(tokens.hashes.astype(_BYTES, copy=False).data).digest(),
        words=len(tokens),
        shingles=distinct(compared),
        numbers=distinct(numbers) if len(numbers) else NOTHING,
        bands=_bands(searched),
    )


def _hashed(tokens: Tokens, compare: int, search: int) -> tuple[U64, U64, U64]:
    """The runs of both widths and the numbers in context, mixed in one step: it is the calls that cost."""
    shorter, longer = both_runs(tokens.hashes, compare, search)
    numbers = _numbers(tokens)
    mixed = mix(np.concatenate((shorter, longer, numbers)))
    first, second = len(shorter), len(shorter) + len(longer)
    return mixed[:first], mixed[first:second], mixed[second:]


def fingerprints(texts: Sequence[str]) -> list[Fingerprint]:
    """What `fingerprint` gives for each of these, in half the time: each step is one call for all of them.

    Best for a few dozen at once: the arrays of more no longer fit into the processor's cache.
    """
    # Long texts gain nothing by it, and the arrays of several would be large.
    together = iter(_together([text for text in texts if len(text) <= REMEMBERED_LENGTH]))
    return [next(together) if len(text) <= REMEMBERED_LENGTH else fingerprint(text) for text in texts]


def _together(texts: Sequence[str]) -> list[Fingerprint]:
    tokens, bounds = tokenize_all(texts)
    counts = np.diff(bounds)
    singles = np.diff(np.append(0, np.cumsum(tokens.single))[bounds])
    # Texts too short for a run, or of a script without spaces, have runs of other lengths: one by one.
    usual = (2 * singles <= counts) & (counts >= SEARCH_WIDTH)
    if not usual.all():
        alone = {at: fingerprint(texts[at]) for at in np.flatnonzero(~usual).tolist()}
        others = [text for at, text in enumerate(texts) if at not in alone]
        together = iter(_together(others) if others else [])
        return [alone[at] if at in alone else next(together) for at in range(len(texts))]
    raw = tokens.hashes.astype(_BYTES, copy=False).tobytes()
    compare, search = (_runs_of(tokens.hashes, bounds, width) for width in (COMPARE_WIDTH, SEARCH_WIDTH))
    per_text = (counts - SEARCH_WIDTH + 1).tolist()
    bands = _bands_of(search, per_text)
    numbers, numeric = mix(_numbers(tokens, bounds[1:])), np.append(0, np.cumsum(tokens.numeric))[bounds]
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
    keys = _band_keys(_smallest(runs, starts, POSTED_BANDS))
    text = np.searchsorted(np.cumsum(counts), starts, side="right").astype(np.uint64)
    ordered = distinct(((text << np.uint64(BAND_BITS)) | keys).ravel())
    bands = ordered.astype(np.uint32).view(np.int32).astype(np.int64)
    return np.split(bands, np.searchsorted(ordered, np.arange(1, len(counts), dtype=np.uint64) << np.uint64(BAND_BITS)))


def _numbers(tokens: Tokens, ends: NDArray[np.intp] | None = None) -> U64:
    """Each number with the token after it, unmixed: `12 Tote` is not `12 Uhr`. `ends`: where texts end."""
    at = tokens.numeric.nonzero()[0]
    if not len(at):
        return NOTHING
    found = tokens.hashes.take(at)
    found *= _THREE
    at += 1
    following = tokens.hashes.take(at, mode="clip")
    if ends is not None:
        following[np.isin(at, ends)] = 0
    elif at[-1] == len(tokens):
        following[-1] = 0
    found += following
    return found


@lru_cache(maxsize=2)
def _permutations(bands: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The affine permutations of datasketch for our number of rows, shape (BANDS * ROWS, 1)."""
    from datasketch import MinHash

    a, b = MinHash(num_perm=BANDS * ROWS, seed=SEED, scheme=SCHEME).permutations[:, : bands * ROWS, None].copy()
    return a, b


def passages(runs: U64, counts: Sequence[int] | None = None) -> NDArray[np.intp]:
    """Where passages begin, as indices into the runs of a text (Schleimer, Wilkerson, Aiken 2003: local minima).

    `counts`: how many runs each text has, where `runs` are those of several, one after the other.
    """
    counts = [len(runs)] if counts is None else counts
    cuts = _lowest(mix(runs), counts).tolist()
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


def _lowest(order: U64, counts: Sequence[int]) -> NDArray[np.intp]:
    """Which runs are the smallest within PASSAGE_WINDOW on either side: they end a passage, wherever they stand."""
    # Before, between and after texts stand as many that are larger than any.
    around = np.empty(len(order) + PASSAGE_WINDOW * (len(counts) + 1), dtype=np.uint64)
    around.fill(_LARGEST)
    place: slice | NDArray[np.intp] = slice(PASSAGE_WINDOW, -PASSAGE_WINDOW)
    before: slice | NDArray[np.intp] = slice(len(order))
    after: slice | NDArray[np.intp] = slice(PASSAGE_WINDOW + 1, None)
    if len(counts) > 1:
        place = np.arange(len(order)) + PASSAGE_WINDOW * np.repeat(np.arange(1, len(counts) + 1), counts)
        before, after = place - PASSAGE_WINDOW, place + 1
    around[place] = order
    reach = 1
    while reach < PASSAGE_WINDOW:  # the smallest of twice as many, each time
        around = np.minimum(around[:-reach], around[reach:])
        reach *= 2
    return (order <= np.minimum(around[before], around[after])).nonzero()[0]


def hash_values(runs: U64, starts: NDArray[np.intp]) -> NDArray[np.uint32]:
    """MinHash values per passage, shape (passages, BANDS * ROWS): bit for bit what `MinHash.update_batch` computes."""
    return _smallest(runs, starts, BANDS).T


def _smallest(runs: U64, starts: NDArray[np.intp], bands: int) -> NDArray[np.uint32]:
    """The values of the first so many bands, shape (bands * ROWS, passages): what is reduced lies together."""
    a, b = _permutations(bands)
    values = np.multiply(a, mix32(runs.view(np.uint32)[_UPPER]))
    np.add(values, b, values)
    return np.minimum.reduceat(values, starts, axis=1)


def _bands(runs: U64) -> NDArray[np.int64]:
    """Distinct band hashes of all passages, signed as databases keep them."""
    if not len(runs):
        return np.zeros(0, dtype=np.int64)
    keys = distinct(_band_keys(_smallest(runs, passages(runs), POSTED_BANDS)).ravel())
    return keys.astype(np.uint32).view(np.int32).astype(np.int64)


def _band_keys(values: NDArray[np.uint32]) -> U64:
    """BAND_BITS bits for each posted band of each passage, shape (POSTED_BANDS, passages)."""
    rows = values.astype(np.uint64).reshape(POSTED_BANDS, ROWS, -1)
    keys = _BAND_SEEDS
    for row in range(ROWS):
        keys = mix(keys + rows[:, row])
    keys >>= _32
    return keys
