"""The store as its users see it, by subject: what a database room has to offer.

Reading never blocks; one process writes at a time. Everything a run learns about an article is written in one
transaction (`placing()`): it is all there after a crash, or none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from store.base.articles import Articles
from store.base.blocks import Blocks
from store.base.decisions import Decisions
from store.base.passes import Passes
from store.base.polling import Polling, Schedule
from store.base.reading import Reading
from store.base.stories import Stories
from store.base.texts import Links, Texts

__all__ = [
    "Articles", "Blocks", "Decisions", "Links", "Passes", "Placing", "Polling", "Reading", "Schedule", "Store",
    "Stories", "Texts",
]  # fmt: skip


class Placing(Texts, Blocks, Links, Articles, Stories, Decisions, Passes, Polling, Protocol):
    """One write transaction, in which articles find their stories. Reads see the transaction's own writes."""


class Store(Schedule, Reading, Protocol):
    """A place where stories are kept. Open one with `store.open_store(url, ...)`."""

    def close(self) -> None: ...

    # Locks
    def cycle(self, *, wait: float, holder: str) -> AbstractContextManager[None]:
        """The cycle lock: one run or daemon at a time. Raises StoreBusy naming the holder."""

    def placing(self) -> AbstractContextManager[Placing]:
        """A write transaction under the write lock: commits at the end, rolls back on an exception."""

    def looking(self) -> AbstractContextManager[Placing]:
        """What a write transaction would see, at one moment, without the lock: for whoever asks as an article would and
        writes nothing. Writing raises StoreError."""

    def claim_scheme(self, scheme: Mapping[str, str]) -> None:
        """Say how fingerprints are made (names and versions, opaque here). The first caller's word is kept; whoever
        comes with another raises SchemeMismatch, which names both and the way out."""

    def check(self) -> list[str]:
        """Every law of the store that does not hold, in words; empty when all is well."""

    def backup(self, path: Path) -> list[str]:
        """Copy the store as it is at one moment to `path`, while others may write; the laws the copy breaks. There is
        no file at `path` before. Raises StoreUnusable where it cannot be written."""
