"""Stories as a transaction sees them: new ones, merges, redirects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol


class Stories(Protocol):
    """Which texts stand together, and under which number."""

    def story_sizes(self, story_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
        """Articles and distinct outlets of each story."""

    def large_stories(self, story_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
        """The same of those among these that have `store.model.LARGE` articles or more: to find out that none has costs
        nothing where the stories lie all over the store."""

    def live_story(self, story_id: int) -> int | None:
        """The story that a number leads to, over redirects; None where there is none."""

    def redirects(self, story_ids: Iterable[int]) -> list[tuple[int, int, int, int | None]]:
        """Stories that were merged into these, the earliest merge first: the redirect, where it leads, and the present
        texts of the articles that stood for it and for that story when they merged (None where that is not known)."""

    def add_story(self, *, at: datetime) -> int:
        """A new story id. A canonical article must be set before the transaction ends."""

    def assign(self, story_of: Mapping[int, int]) -> None:
        """Put texts, and the articles that carry them now, into stories (text id -> story id)."""

    def merge(self, story_id: int, into: int, *, at: datetime) -> None:
        """A story becomes a redirect to `into`. What still stands in it (texts of old revisions, say) goes along, and
        so do redirects to it."""

    def redirect(self, story_id: int, into: int | None) -> None:
        """A redirect leads to another story from now on, or (None) is a story again: a canonical article must be set
        before the transaction ends."""

    def set_canonical(self, story_id: int, article_id: int, *, reason: str) -> None:
        """The canonical article of a story (relation canonical, order same, shares 1). Title, dates, counts and search
        entry of every story touched are refreshed by themselves at the end of the transaction."""
