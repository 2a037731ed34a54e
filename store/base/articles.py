"""Articles as a transaction sees them: their addresses, states, and standing in a story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from store.model import ArticleRef, Member, NewArticle, RelationRow


class Articles(Protocol):
    """Known articles, new ones, and their later states."""

    # What is known of addresses
    def articles_at(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        """Known articles by the key of any address they were seen under; where one started over, the newest."""

    def members(self, story_ids: Iterable[int]) -> list[Member]:
        """The articles of these stories, by story and in order of arrival."""

    def beside_canonical(self, story_id: int, article_id: int) -> list[Member]:
        """Of one story's articles this one and the canonical one, in order of arrival: what a story of thousands is
        asked for."""

    def add_article(
        self, article: NewArticle, *, text_id: int, story_id: int, urls: Mapping[str, str], at: datetime
    ) -> int:
        """A new article with its first revision, known under `urls`: address key -> URL as it was seen. A key that
        another article has stays there until `restart_urls`. The text must stand in `story_id`."""

    def add_revision(
        self, article_id: int, article: NewArticle, *, text_id: int, changes: Sequence[str], at: datetime
    ) -> int:
        """A new state of a known article, whose facts become current; it now stands in its text's story.
        The revision's number. Its URL, first sight, source and seed mark stay; so does a date that is earlier or
        better founded than the new state's."""

    def saw_article(self, article_id: int, *, urls: Mapping[str, str], at: datetime) -> None:
        """The article was met again, unchanged, perhaps under new URLs (address key -> URL)."""

    def restart_urls(self, keys: Sequence[str], article_id: int) -> None:
        """These addresses belong to another article from now on (the address started over)."""

    def set_relations(self, rows: Sequence[RelationRow]) -> None:
        """How articles stand to their canonical one; until told, a variant is a rewrite of unknown order."""

    def set_on_topic(self, article_ids: Sequence[int], *, source: str | None) -> None:
        """Mark articles as on the topic by `source` (text, story), or off it (None)."""
