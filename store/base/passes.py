"""The stored texts as a pass over them asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from store.model import Extent, Touched


class Passes(Protocol):
    """Which texts come next, which were touched, and how far a pass has come."""

    # A pass over the stored texts
    def extent(self) -> Extent:
        """How far the store reaches now."""

    def next_texts(self, *, after: int, until: int, limit: int) -> list[int]:
        """The texts that come after one, in order of arrival."""

    def touched(self, what: Touched) -> list[int]:
        """Texts of stories that something happened to, in order of arrival."""

    def strays(self, *, articles: int) -> list[int]:
        """Texts that were compared with one of a story of at least so many articles, and stand in another story."""

    def mixed(self, *, after: int, most: float) -> list[int]:
        """Texts that share a passage with one that came after this text, and are linked to one in which less than such
        a share of them stands."""

    def digests(self, *, until: int) -> list[int]:
        """Texts up to this one with a pair that was not linked because one of the two is a digest."""

    def standing(self, text_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        """Of each text its story, and how many articles carry it now."""

    def noted(self, name: str) -> dict[str, Any] | None:
        """What was noted under this name (JSON), if anything."""

    def note(self, name: str, value: Mapping[str, Any] | None) -> None:
        """Note something for the next call, in this transaction; None forgets it."""
