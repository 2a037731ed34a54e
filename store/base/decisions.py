"""Decisions as a transaction sees them: the machine's, and an analyst's word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from store.model import Decision, NewRuling, Ruling


class Decisions(Protocol):
    """Why things stand where they stand, and what analysts ruled."""

    def add_decision(self, decision: Decision) -> int:
        """Why something stands where it stands; only ever added. Its number."""

    # An analyst's word
    def decision(self, decision_id: int) -> Decision | None:
        """One decision, of the machine or of an analyst."""

    def rule(self, ruling: NewRuling) -> int:
        """Add an analyst's decision, in force from now on. Its number. Where it undoes another, `set_in_force` has to
        say so."""

    def set_in_force(self, decision_id: int, *, undone_by: int | None) -> None:
        """A ruling was taken back by this decision, or (None) holds again."""

    def ruling(self, decision_id: int) -> Ruling | None:
        """An analyst's decision, in force or not; None where it is none."""

    def rulings(self, text_ids: Iterable[int] | None = None) -> list[Ruling]:
        """Rulings in force, oldest first: all, or those that name an article whose present text is one of these."""

    def pins(self, story_ids: Iterable[int]) -> Mapping[int, int]:
        """Pinned articles of these stories -> the decision that pinned them."""
