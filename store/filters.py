"""Which bands surely have no posting in their place, so that they need not be looked up: Bloom filters (Bloom, 1970).

Most of the 65 bands of a new article nobody has, and to find that out costs a page of a gigabyte each. A filter says it
from memory. It may say of a band that nobody has that somebody might, which costs that page; never the other way round:
postings are only ever added, and a part's filter is written in the transaction that adds to the part.

A filter is read when its part has been asked for a few times, so that who places three articles reads none. In a store
that was written before there were any, a part gets its filter when it is added to next; until then it is looked up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

# Bits that a band sets. At the fullest, with three of them, one band in 27 is looked up for nothing; with one, 1 in 9.
HASHES = 3
# Share of a filter's bits that may be set before it is made anew, twice as large: one hash in three hits by chance.
FULL = 1 / 3
# Bits of a filter. 1,024 of the largest are 64 MiB, which serve 1.2 million articles; among twice as many one band in
# eleven is looked up for nothing, among five million every second.
LEAST_BITS, MOST_BITS = 2**9, 2**19
# Lookups in a part after which its filter is read, which takes nine pages where one lookup takes one.
ASKED = 4
# Bits of the mixed band from one hash to the next.
_APART = np.uint64(21)
# Where a bit stands: its byte, and its place there.
_BYTE, _BIT = np.uint64(3), np.uint64(7)

READ = "SELECT bits FROM posting_filter WHERE part = ?"
WRITE = "INSERT OR REPLACE INTO posting_filter (part, bits) VALUES (?, ?)"
PLACED = "SELECT DISTINCT band FROM posting WHERE band BETWEEN ? AND ?"


class Filters:
    """The filters as they stand inside a transaction. Whoever rolls back throws this away."""

    def __init__(self, parts: int, *, asked: int = ASKED) -> None:
        # A row for each part, as long as its filter may become: what nobody writes to takes no memory.
        self._bits: NDArray[np.uint8] = np.zeros((parts, MOST_BITS // 8), dtype=np.uint8)
        self._last = np.zeros(parts, dtype=np.uint64)  # of the bits of a part, which are a power of two; 0 without any
        self._unmet = np.ones(parts, dtype=np.bool_)  # parts whose filter was not read
        self._from = asked  # lookups in a part after which its filter is read
        self._asked: dict[int, int] = {}  # those in parts whose filter was not read

    def possible(self, db: sqlite3.Connection, bands: Sequence[int], parts: NDArray[np.intp]) -> list[int]:
        """Those of these bands that may be in the table, in the order given; `parts` says where each belongs.

        Raises ValueError where a row is damaged.
        """
        for part in parts[self._unmet[parts]].tolist():
            self._meet(db, part)
        mixed, last = _mixed(np.array(bands, dtype=np.int64)), self._last[parts]
        held = np.ones(len(bands), dtype=np.bool_)
        for number in range(HASHES):
            at = (mixed >> (np.uint64(number) * _APART)) & last
            held &= (self._bits[parts, at >> _BYTE] >> (at & _BIT).astype(np.uint8) & 1).astype(np.bool_)
        return [bands[at] for at in np.flatnonzero(held | (last == 0)).tolist()]

    def added(self, db: sqlite3.Connection, part: int, bounds: tuple[int, int], bands: Iterable[int]) -> None:
        """Postings of these bands were added to a part, which has the bands within these bounds, both included."""
        new = np.fromiter(bands, dtype=np.int64)
        bits = self._bits[part, : (int(self._last[part]) + 1) // 8].tobytes() or _read(db, part)
        if bits:
            grown = _with(np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little"), new)
        if not bits or (grown.mean() > FULL and len(grown) < MOST_BITS):
            grown = _made(np.array([band for (band,) in db.execute(PLACED, bounds)], dtype=np.int64))
        bits = np.packbits(grown, bitorder="little").tobytes()
        db.execute(WRITE, (part, bits))
        if not self._unmet[part]:
            self._keep(part, bits)

    def _meet(self, db: sqlite3.Connection, part: int) -> None:
        """A part is asked for whose filter was not read yet: it is, when it is time."""
        self._asked[part] = self._asked.get(part, 0) + 1
        if self._asked[part] == self._from:
            self._keep(part, _read(db, part))

    def _keep(self, part: int, bits: bytes) -> None:
        self._unmet[part] = False
        self._bits[part, : len(bits)] = np.frombuffer(bits, dtype=np.uint8)
        self._last[part] = max(8 * len(bits), 1) - 1


def _read(db: sqlite3.Connection, part: int) -> bytes:
    row = db.execute(READ, (part,)).fetchone()
    bits = b"" if row is None else bytes(row[0])
    if bits and (len(bits) & (len(bits) - 1) or not LEAST_BITS <= 8 * len(bits) <= MOST_BITS):
        raise ValueError(f"a filter of {len(bits)} bytes")
    return bits


def _made(bands: I64) -> NDArray[np.uint8]:
    """A filter of these bands, one byte a bit, as small as is not full."""
    size = LEAST_BITS
    while True:
        bits = _with(np.zeros(size, dtype=np.uint8), bands)
        if bits.mean() <= FULL or size == MOST_BITS:
            return bits
        size *= 2


def _with(bits: NDArray[np.uint8], bands: I64) -> NDArray[np.uint8]:
    mixed = _mixed(bands)
    for number in range(HASHES):
        bits[(mixed >> (np.uint64(number) * _APART)) & np.uint64(len(bits) - 1)] = 1
    return bits


def _mixed(bands: I64) -> U64:
    """Bands spread over all bits (the finaliser of SplitMix64)."""
    mixed = bands.view(np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
