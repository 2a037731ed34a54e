"""How many articles contain a shingle, in a structure that stays the same size however many articles there are.

A count-min sketch with conservative update (Cormode, Muthukrishnan 2005; Estan, Varghese 2002): the smallest of a
shingle's cells is its count, and only the smallest are raised, so that rare shingles do not add up to a common one. A
count is never too low but by ageing; how often one is too high is measured in docs/design.md.

The cells live in memory and, a page at a time, in the database. What was counted since a page was last written stands
in a log, which is written in the transaction that counted it: after a crash the pages and what the log adds to them are
what was committed, to the last count. A page is written every few articles, so that the log stays short and no
transaction pays for all pages.

Counts age, so that a phrase does not become common merely because the store grows: each page halves its cells once in
HALF_LIFE articles, the pages one after the other, so that at no moment all weights change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np
import zstandard
from numpy.typing import NDArray

U64 = NDArray[np.uint64]

# A shingle's page is told by its upper bits: shingles in ascending order walk through the pages one after the other,
# which the processor's cache can follow (half the time of cells all over the table).
PAGE_BITS = 6
PAGES: int = 2**PAGE_BITS
# Cells of a page, 2 bytes each: 64 pages are 32 MiB. 100,000 articles bring about 5 million shingles, a third of the
# cells: of the rare ones .2 % then read as common (.02 % with half as many articles, 1.5 % with twice as many).
CELL_BITS = 18
CELLS = 2**CELL_BITS
MOST = np.uint16(2**16 - 1)
# Cells of one shingle. At that load two err three times as often as three, and four need more time for little.
ROWS = 3
# Articles after which counts halve: between one and two of these are remembered. Thresholds were set on corpora of
# 3,000 to 18,000 articles and hold up to this size; and a phrase that was on everyone's lips is rare again in a while.
HALF_LIFE = 50_000
# Articles after which the next page is written: 2 ms of work each time. All pages are written within 2,048 articles,
# whose log takes 6 MB and a tenth of a second to read at the start.
PAGE_EVERY = 32
# Level 1: most cells are 0 to 4, any level packs them to a fifth.
LEVEL = 1

PAGES_KEPT = "SELECT page, articles, halved, cells FROM frequency_page"
LOG_KEPT = "SELECT articles, lengths, shingles FROM frequency_log ORDER BY articles"
COUNTED = "SELECT coalesce(max(articles), 0) FROM frequency_log"
LOG = "INSERT INTO frequency_log (articles, lengths, shingles) VALUES (?, ?, ?)"
WRITE_PAGE = "INSERT OR REPLACE INTO frequency_page (page, articles, halved, cells) VALUES (?, ?, ?, ?)"
# The newest row stays: it says how many articles were counted.
FORGET_LOG = "DELETE FROM frequency_log WHERE articles < ?"


class Frequencies:
    """The counts as they stand inside a transaction. Whoever rolls back throws this away and loads it anew."""

    def __init__(self) -> None:
        self.articles = 0  # counted ever, up to the last transaction
        self._cells: NDArray[np.uint16] = np.zeros(PAGES * CELLS, dtype=np.uint16)
        self._written = [0] * PAGES  # articles counted when a page was written last
        self._halved = [_first(page) for page in range(PAGES)]  # the same for its last halving
        self._new: list[U64] = []

    @classmethod
    def load(cls, db: sqlite3.Connection) -> Frequencies:
        """What was committed. Raises ValueError or zstandard.ZstdError where a row is damaged."""
        found = cls()
        for page, written, halved, frame in db.execute(PAGES_KEPT):
            cells = zstandard.ZstdDecompressor().decompress(frame, max_output_size=2 * CELLS)
            found._cells[page * CELLS : (page + 1) * CELLS] = np.frombuffer(cells, dtype="<u2")
            found._written[page], found._halved[page] = written, halved
        found.articles = max(found._written)
        written = np.array(found._written)
        for articles, lengths, shingles in db.execute(LOG_KEPT):
            counted = np.frombuffer(shingles, dtype="<u8")
            ends = np.cumsum(np.frombuffer(lengths, dtype="<u4"))
            for one in np.split(counted, ends[:-1]):
                found._raise(one[written[_page(one)] < articles])
            found.articles = articles
        return found

    def current(self, db: sqlite3.Connection) -> bool:
        """Is this what the database holds? Every count is a row of the log, and the newest row is always kept."""
        [(articles,)] = db.execute(COUNTED)
        return bool(articles == self.articles)

    def counts(self, shingles: U64) -> NDArray[np.int64]:
        """How many articles contain each of these, in the order given; fast for ascending shingles."""
        counts: NDArray[np.int64] = self._cells[_places(shingles)].min(axis=0).astype(np.int64)
        return counts

    def common(self, shingles: U64, above: int) -> NDArray[np.int64]:
        """The same, but 0 where a count is no more than `above`: of most shingles the first cell says so, which is a
        third of the reads all over the table."""
        high = np.flatnonzero(self._cells[_places(shingles, rows=1)[0]] > above)
        counts = np.zeros(len(shingles), dtype=np.int64)
        found = self.counts(shingles[high])
        counts[high] = np.where(found > above, found, 0)
        return counts

    @property
    def aged(self) -> bool:
        """Has any count been halved yet?"""
        return self._halved != [_first(page) for page in range(PAGES)]

    def worth(self, shingles: U64, counted: Mapping[int, int]) -> NDArray[np.int64]:
        """What articles are still worth in the counts of shingles that all of them contain, in the order given.

        `counted`: how many articles were the n-th to be counted, by n. Each counts half for every time that the page of
        the shingle was halved since. Never more than is left of them: of how often a page was halved only the last time
        is known, and the shortest time between two is taken; what is left is rounded down. So what others contributed
        stays in `counts(shingles) - worth(shingles, counted)` to the last article.
        """
        last = np.array(self._halved, dtype=np.int64)
        ever = (last - np.array([_first(page) for page in range(PAGES)])) // HALF_LIFE
        numbers = np.fromiter(counted.keys(), dtype=np.int64, count=len(counted))
        articles = np.fromiter(counted.values(), dtype=np.float64, count=len(counted))
        halvings = np.clip((last[:, None] - numbers) // HALF_LIFE + 1, 0, ever[:, None])
        left = np.floor((articles * 0.5**halvings).sum(axis=1)).astype(np.int64)
        return np.asarray(left[_page(shingles)])

    def count(self, shingles: U64) -> None:
        """One more article contains each of these."""
        if not (shingles[1:] > shingles[:-1]).all():
            shingles = np.unique(shingles)
        self._new.append(shingles)
        self._raise(shingles)

    def _raise(self, shingles: U64) -> None:
        places = _places(shingles)
        counts = self._cells[places].min(axis=0)
        counts += counts < MOST
        np.maximum.at(self._cells, places.ravel(), np.tile(counts, ROWS))

    def take_over(self, shingles: U64, articles: NDArray[np.int64]) -> None:
        """Know that so many articles contain each of these, from a store that kept counts in another way."""
        places, counts = _places(shingles), np.minimum(articles, int(MOST)).astype(np.uint16)
        np.maximum.at(self._cells, places.ravel(), np.tile(counts, ROWS))

    def save(self, db: sqlite3.Connection) -> None:
        """Write what was counted in this transaction."""
        if not self._new:
            return
        before, self.articles = self.articles, self.articles + len(self._new)
        lengths = np.array([len(one) for one in self._new], dtype="<u4").tobytes()
        db.execute(LOG, (self.articles, lengths, np.concatenate(self._new).astype("<u8").tobytes()))
        self._new = []
        turns = range(before // PAGE_EVERY, self.articles // PAGE_EVERY)
        self.write_pages(db, sorted({turn % PAGES for turn in turns}))

    def write_pages(self, db: sqlite3.Connection, pages: Sequence[int]) -> None:
        """Write these pages as they are now, halved where it is time, and forget the log that all pages contain."""
        for page in pages:
            cells = self._cells[page * CELLS : (page + 1) * CELLS]
            if self.articles - self._halved[page] >= HALF_LIFE:
                cells >>= 1
                self._halved[page] = self.articles
            self._written[page] = self.articles
            frame = zstandard.ZstdCompressor(level=LEVEL).compress(cells.astype("<u2").tobytes())
            db.execute(WRITE_PAGE, (page, self.articles, self._halved[page], frame))
        if pages:
            db.execute(FORGET_LOG, (min(self._written),))

    def write_all(self, db: sqlite3.Connection) -> None:
        """Write every page, with a last row of the log that says how many articles were counted."""
        db.execute(LOG, (self.articles, b"", b""))
        self.write_pages(db, range(PAGES))


def _first(page: int) -> int:
    """Articles from which a page's first half-life is measured: its halvings come between those of its neighbours."""
    return page * HALF_LIFE // PAGES


def _page(shingles: U64) -> NDArray[np.intp]:
    return (shingles >> np.uint64(64 - PAGE_BITS)).astype(np.intp)


def _places(shingles: U64, *, rows: int = ROWS) -> NDArray[np.intp]:
    """The first cells of each shingle, shape (rows, shingles)."""
    # Spread anew (the finaliser of SplitMix64): what a shingle's lower bits are is its maker's affair.
    mixed = shingles ^ (shingles >> np.uint64(30))
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9)
    mixed = mixed ^ (mixed >> np.uint64(27))
    first = (shingles >> np.uint64(64 - PAGE_BITS)) << np.uint64(CELL_BITS)
    shifts = np.arange(rows, dtype=np.uint64)[:, None] * np.uint64(CELL_BITS)
    places: NDArray[np.intp] = (first + ((mixed >> shifts) & np.uint64(CELLS - 1))).view(np.intp)
    return places
