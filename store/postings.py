"""Which texts have a band: the index of candidates, written so that an article costs the disk no page for each band.

Bands are hashes: the 65 rows of one article lie on 65 pages of a table of a million articles, which a commit would
write one and all. So an article's bands are written in one row after the last article's (`fresh_posting`), and known in
memory to whoever writes. Every few articles one part of all bands, the next in turn, goes from there to its place in
the table `posting`, where a page then takes ten rows at once: a log-structured merge tree (O'Neil and others, 1996) of
two levels, merged a part at a time so that no transaction pays for all.

Both happen in the transaction of whoever adds the article: after a crash, rows and parts are what was committed. Of a
band, what lies in `posting` is older than what waits, as a part is moved as a whole. Which bands nobody has there the
filters of the parts say (`store.filters`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.filters import PLACED, Filters

I64 = NDArray[np.int64]
Numbers = NDArray[np.signedinteger[Any]]

# Parts, in the order of bands, and texts after which the next one is moved: all are within 65,536 texts, whose bands
# take 26 MB, half of them at a time, and a tenth of a second to read at the start. Among a million articles a page then
# takes thirty rows at once and an article writes 2 pages instead of 65; a part is moved within 10 ms.
PARTS = 1024
MOVE_EVERY = 64
# Bits of a band below the number of its part. Bands have 32 bits; larger numbers go to the first and the last part.
_BELOW = 22
# Texts whose bands are kept by themselves before they are sorted in with the others: 8 ms of work, that seldom.
YOUNG = 512

FRESH = "SELECT text_id, bands FROM fresh_posting ORDER BY text_id"
MOVED = "SELECT part, upto FROM posting_part"
NEWEST = "SELECT coalesce(max(id), 0) FROM text"
ADD = "INSERT INTO fresh_posting (text_id, bands) VALUES (?, ?)"
POST = "INSERT INTO posting (band, text_id) VALUES (?, ?)"
MOVE = "INSERT OR REPLACE INTO posting_part (part, upto) VALUES (?, ?)"
FORGET = "DELETE FROM fresh_posting WHERE text_id <= ?"


class Fresh:
    """The postings that wait, as they stand inside a transaction. Whoever rolls back throws this away."""

    def __init__(self) -> None:
        self._newest = 0  # the last text
        self._saved = 0  # the last text of the last transaction
        self._upto: I64 = np.zeros(PARTS, dtype=np.int64)  # the last text of which each part was moved
        # Rows in the order of band, then text; those that were moved since are left out at the next sorting.
        self._bands: I64 = np.zeros(0, dtype=np.int64)
        self._texts: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
        # The last texts with their bands, and by band: its text, or its texts where it has several. Of those that were
        # moved since, too, only the first know.
        self._young: list[tuple[int, I64]] = []
        self._young_of: dict[int, int | list[int]] = {}
        self._filters = Filters(PARTS)  # of what waits no more

    @classmethod
    def load(cls, db: sqlite3.Connection) -> Fresh:
        """What was committed. Raises ValueError or IndexError where a row is damaged."""
        found = cls()
        for part, upto in db.execute(MOVED):
            found._upto[part] = upto
        [(found._newest,)] = db.execute(NEWEST)
        found._saved = found._newest
        kept: list[tuple[I64, Numbers]] = []
        waiting = db.execute(FRESH)
        while rows := waiting.fetchmany(YOUNG):
            of = np.repeat(np.array([text for text, _ in rows], dtype=np.int32), [len(row) // 8 for _, row in rows])
            kept.append(found._waiting(np.frombuffer(b"".join(row for _, row in rows), dtype="<i8"), of))
        if kept:
            bands, texts = np.concatenate([one for one, _ in kept]), np.concatenate([one for _, one in kept])
            kept.clear()
            found._sort_in(bands, texts)
        return found

    def rows(self) -> set[tuple[int, int]]:
        """All that wait, as (band, text)."""
        old, young = self._waiting(self._bands, self._texts), self._waiting(*self._laid_out())
        return {
            *zip(old[0].tolist(), old[1].tolist(), strict=True),
            *zip(young[0].tolist(), young[1].tolist(), strict=True),
        }

    def texts(self) -> set[int]:
        """The texts of which postings wait."""
        return {*self._waiting(self._bands, self._texts)[1].tolist(), *self._waiting(*self._laid_out())[1].tolist()}

    def of(self, bands: Sequence[int]) -> dict[int, list[int]]:
        """The texts of these bands that wait, in ascending order; bands without any are left out."""
        found: dict[int, list[int]] = {}
        asked = np.array(bands, dtype=np.int64)
        starts, ends = self._bands.searchsorted(asked), self._bands.searchsorted(asked, side="right")
        upto = self._upto[part_of(asked)].tolist()
        for band, start, end, last in zip(bands, starts.tolist(), ends.tolist(), upto, strict=True):
            texts = self._texts[start:end].tolist() if end > start else []
            young = self._young_of.get(band)
            if young is not None:
                texts += young if isinstance(young, list) else [young]
            if texts and (waiting := [text for text in texts if text > last]):
                found[band] = waiting
        return found

    def moved(self, db: sqlite3.Connection, bands: Sequence[int]) -> list[int]:
        """Those of these bands of which texts may have gone to the table, in the order given.

        Raises ValueError where a row is damaged.
        """
        return self._filters.possible(db, bands, part_of(np.array(bands, dtype=np.int64)))

    def add(self, db: sqlite3.Connection, text_id: int, bands: Iterable[int]) -> None:
        """One more text, the newest."""
        own = np.array(sorted(set(bands)), dtype=np.int64)
        db.execute(ADD, (text_id, own.astype("<i8").tobytes()))
        self._newest = text_id
        for band in own.tolist():
            held = self._young_of.get(band)
            if held is None:
                self._young_of[band] = text_id
            elif isinstance(held, list):
                held.append(text_id)
            else:
                self._young_of[band] = [held, text_id]
        self._young.append((text_id, own))
        if len(self._young) == YOUNG:
            self._sort_in(*self._waiting(*self._laid_out()))
            self._young, self._young_of = [], {}

    def save(self, db: sqlite3.Connection) -> None:
        """Move the parts whose turn has come with what was added."""
        turns = range(self._saved // MOVE_EVERY, self._newest // MOVE_EVERY)
        self._saved = self._newest
        for part in sorted({turn % PARTS for turn in turns}):
            rows = self._rows_of(part)
            db.executemany(POST, rows)
            self._filters.added(db, part, bounds_of(part), (band for band, _ in rows))
            db.execute(MOVE, (part, self._newest))
            self._upto[part] = self._newest
        if turns:
            db.execute(FORGET, (int(self._upto.min()),))

    def _rows_of(self, part: int) -> list[tuple[int, int]]:
        """The rows of a part that were not moved yet, in their order in `posting`."""
        first, last = bounds_of(part)
        here = slice(np.searchsorted(self._bands, first), np.searchsorted(self._bands, last, side="right"))
        bands, texts = self._laid_out()
        young = (bands >= first) & (bands <= last)
        bands, own = self._waiting(
            np.concatenate((self._bands[here], bands[young])), np.concatenate((self._texts[here], texts[young]))
        )
        return sorted(zip(bands.tolist(), own.tolist(), strict=True))

    def _laid_out(self) -> tuple[I64, I64]:
        """The last texts' bands, and for each the text."""
        if not self._young:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        each = [own for _, own in self._young]
        return np.concatenate(each), np.repeat([text for text, _ in self._young], [len(own) for own in each])

    def _waiting(self, bands: I64, texts: Numbers) -> tuple[I64, Numbers]:
        """Those of these rows that were not moved yet."""
        waits = texts > self._upto[part_of(bands)]
        return bands[waits], texts[waits]

    def _sort_in(self, bands: I64, texts: Numbers) -> None:
        """Sort in rows of texts that are newer than all here, and leave out what was moved."""
        bands, texts = _sorted(bands, texts)
        held, of = self._waiting(self._bands, self._texts)
        at = np.searchsorted(held, bands, side="right") + np.arange(len(bands))
        older = np.ones(len(held) + len(bands), dtype=np.bool_)
        older[at] = False
        self._bands, self._texts = np.empty(len(older), dtype=np.int64), np.empty(len(older), dtype=np.int32)
        self._bands[at], self._texts[at] = bands, texts
        self._bands[older], self._texts[older] = held, of


def _sorted(bands: I64, texts: Numbers) -> tuple[I64, Numbers]:
    """Rows that are in the order of their texts in that of band, then text."""
    if not len(bands) or max(-int(bands.min()), int(bands.max()) + 1) > 2**31:
        order = np.argsort(bands, kind="stable")
        return bands[order], texts[order]
    # Band above text in one number each: they are sorted in a sixth of the time.
    keys = (bands + 2**31).view(np.uint64)
    keys <<= np.uint64(32)
    keys |= texts.astype(np.uint64)
    keys.sort()
    bands = (keys >> np.uint64(32)).view(np.int64)
    bands -= 2**31
    keys &= np.uint64(2**32 - 1)
    return bands, keys.view(np.int64)


def denied(db: sqlite3.Connection, *, every: int) -> list[int]:
    """Bands of the table that their filter rules out, which would be lost, in one of so many parts.

    Raises ValueError or TypeError where a row is damaged.
    """
    found: list[int] = []
    for part in range(0, PARTS, every):
        bands = [band for (band,) in db.execute(PLACED, bounds_of(part))]
        possible = set(Filters(PARTS, asked=1).possible(db, bands, np.full(len(bands), part)))
        found += [band for band in bands if band not in possible]
    return found


def part_of(bands: I64) -> NDArray[np.intp]:
    """The part in which each of these bands is moved."""
    parts: NDArray[np.intp] = (np.clip(bands >> _BELOW, -PARTS // 2, PARTS // 2 - 1) + PARTS // 2).astype(np.intp)
    return parts


def bounds_of(part: int) -> tuple[int, int]:
    """The first and the last band of a part."""
    first = (part - PARTS // 2) << _BELOW
    lowest, highest = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    return lowest if part == 0 else first, highest if part == PARTS - 1 else first + (1 << _BELOW) - 1
