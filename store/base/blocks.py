"""Blocks of text as a transaction sees them: where each was met before, and what was set aside of an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from store.model import Occurrence


class Blocks(Protocol):
    """Paragraphs and labels that were met in more than one text, by hashes that the caller makes."""

    def occurrences(self, blocks: Iterable[int]) -> Mapping[int, Sequence[Occurrence]]:
        """The articles in which each of these blocks was met, oldest first; blocks that were not are left out."""

    def add_occurrences(self, article_id: int, blocks: Sequence[int]) -> None:
        """An article contains these blocks. Now and then, what articles long ago contained is forgotten."""

    def drop_occurrences(self, rows: Sequence[tuple[int, int]]) -> None:
        """Forget that an article contains a block: (block, article id)."""

    def furniture_of(self, article_id: int) -> tuple[str, ...]:
        """What was set aside of an article's present state."""
