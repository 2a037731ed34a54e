"""In which story each text stands, a row for each block of texts: what is asked most often of a text, in 4 bytes.

A crowded band is asked for the stories of two hundred texts, and candidates are told apart by theirs. Their rows lie on
as many pages all over the table; of a million texts the blocks are 5 MB, which whoever writes soon has in memory.

Blocks are written in the transaction that adds texts or moves them. In a store that was written before there were any,
a block is made out of its texts when one of them moves or they have been asked for a few times.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections import Counter
from collections.abc import Iterable

from store.encode import as_numbers

# Bits of a text's number within its block: 512 texts, of which three blocks fill a page.
BITS = 9
TEXTS = 1 << BITS
# Texts of a block that are looked up one by one before it is made, which costs as much as 30 of these.
ASKED = 8

ONE_BY_ONE = "SELECT id, story_id FROM text WHERE id IN (SELECT value FROM json_each(?))"
IN_A_ROW = "SELECT id, story_id FROM text WHERE id BETWEEN ? AND ?"
BLOCK = "SELECT stories FROM standing WHERE block = ?"
BLOCKS = "SELECT block FROM standing ORDER BY block"
WRITE = "INSERT OR REPLACE INTO standing (block, stories) VALUES (?, ?)"


class Standing:
    """Texts' stories as they are inside a transaction. Whoever moves a text says so; who rolls back throws it away."""

    def __init__(self) -> None:
        self._blocks: dict[int, array[int]] = {}  # stories by the text's place in its block; 0 where no text is stored
        self._changed: set[int] = set()  # blocks
        self._asked: Counter[int] = Counter()  # texts that were looked up, of blocks that are not made yet

    def of(self, db: sqlite3.Connection, texts: Iterable[int]) -> dict[int, int]:
        """The story of each of these texts; texts that are not stored are left out.

        Raises ValueError where a row is damaged.
        """
        found: dict[int, int] = {}
        missing: list[int] = []
        blocks = self._blocks
        for text in texts:
            block = blocks.get(text >> BITS) or self._read(db, text >> BITS)
            if block is not None and (story := block[text & TEXTS - 1]):
                found[text] = story
            else:
                missing.append(text)
        if missing:
            found |= db.execute(ONE_BY_ONE, (as_numbers(missing),))
            self._looked_up(db, missing)
        return found

    def known(self, text: int) -> bool:
        """Is the story of this text at hand?"""
        return text >> BITS in self._blocks

    def stands(self, db: sqlite3.Connection, text: int, story: int) -> None:
        """A text was added, or went to this story."""
        number = text >> BITS
        block = self._blocks.get(number) or self._read(db, number) or self._make(db, number)
        block[text & TEXTS - 1] = story
        self._changed.add(number)

    def save(self, db: sqlite3.Connection) -> None:
        """Write what has changed."""
        db.executemany(WRITE, [(number, _turned(self._blocks[number]).tobytes()) for number in sorted(self._changed)])
        self._changed.clear()

    def forget(self) -> None:
        """Another process may have moved texts."""
        self._blocks.clear()
        self._asked.clear()

    def _looked_up(self, db: sqlite3.Connection, texts: Iterable[int]) -> None:
        numbers = Counter(text >> BITS for text in texts)
        self._asked.update(numbers)
        for number in numbers:
            if self._asked[number] >= ASKED and number not in self._blocks:
                self._make(db, number)

    def _read(self, db: sqlite3.Connection, number: int) -> array[int] | None:
        """A block as it was written; None where it was not made yet."""
        if self._asked[number]:
            return None
        block = _written(db, number)
        if block is not None:
            self._blocks[number] = block
        return block

    def _make(self, db: sqlite3.Connection, number: int) -> array[int]:
        self._blocks[number] = _made(db, number)
        self._changed.add(number)
        return self._blocks[number]


def misplaced(db: sqlite3.Connection) -> list[int]:
    """Texts that do not stand where their block says. Raises ValueError or TypeError where a row is damaged."""
    found: list[int] = []
    for (number,) in db.execute(BLOCKS).fetchall():
        pairs = zip(_written(db, number) or (), _made(db, number), strict=True)
        found += [(number << BITS) + at for at, (said, true) in enumerate(pairs) if said != true]
    return found


def _written(db: sqlite3.Connection, number: int) -> array[int] | None:
    row = db.execute(BLOCK, (number,)).fetchone()
    if row is not None and len(row[0]) != 4 * TEXTS:
        raise ValueError(f"a block of {len(row[0])} bytes")
    return None if row is None else _turned(array("I", row[0]))


def _made(db: sqlite3.Connection, number: int) -> array[int]:
    """A block out of its texts."""
    block = array("I", bytes(4 * TEXTS))
    for text, story in db.execute(IN_A_ROW, (number << BITS, (number << BITS) + TEXTS - 1)):
        block[text & TEXTS - 1] = story
    return block


def _turned(block: array[int]) -> array[int]:
    """Smallest byte first, as it is written: a copy where this machine has it the other way round."""
    if sys.byteorder == "little":
        return block
    turned = array("I", block)
    turned.byteswap()
    return turned
