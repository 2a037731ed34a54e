"""What a write transaction asks and writes and need not remember: one line each, what it means stands in
`store.tables`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from store import tables
from store.model import (
    ArticleRef,
    Check,
    Component,
    Decision,
    Extent,
    FeedOutcome,
    HostRow,
    ItemRow,
    LinkRow,
    Member,
    NewRuling,
    Occurrence,
    PageRow,
    Print,
    Rejected,
    RelationRow,
    Reuse,
    Ruling,
    StoredText,
    Touched,
)


class Rows:
    """One open transaction, as far as its rows alone tell all (see `store.base.Placing`)."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # --- texts and links --------------------------------------------------------------------------------------------

    def runs(self, ids: Iterable[int]) -> Mapping[int, bytes]:
        return tables.texts.runs(self._db, ids)

    def prints(self, ids: Iterable[int]) -> Mapping[int, Print]:
        return tables.texts.prints(self._db, ids)

    def sample(self, story_id: int, size: int) -> list[int]:
        return tables.candidates.sample(self._db, story_id, size)

    def texts(self, ids: Iterable[int]) -> Mapping[int, StoredText]:
        return tables.texts.stored(self._db, ids)

    def bodies(self, ids: Iterable[int]) -> Mapping[int, str]:
        return tables.texts.bodies(self._db, ids)

    def occurrences(self, blocks: Iterable[int]) -> Mapping[int, Sequence[Occurrence]]:
        return tables.blocks.occurrences(self._db, blocks)

    def add_occurrences(self, article_id: int, blocks: Sequence[int]) -> None:
        tables.blocks.add(self._db, article_id, blocks)

    def drop_occurrences(self, rows: Sequence[tuple[int, int]]) -> None:
        tables.blocks.drop(self._db, rows)

    def furniture_of(self, article_id: int) -> tuple[str, ...]:
        return tables.blocks.furniture_of(self._db, article_id)

    def component(self, text_ids: Iterable[int]) -> Component:
        return tables.links.component(self._db, text_ids)

    def links_of(self, text_ids: Iterable[int]) -> list[LinkRow]:
        return tables.links.of_texts(self._db, text_ids)

    def add_links(self, rows: Sequence[LinkRow]) -> None:
        tables.links.add(self._db, rows)

    def weighed_at(self, pairs: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
        return tables.links.weighed_at(self._db, pairs)

    def note_weighed(self, pairs: Iterable[tuple[int, int]], *, texts: int) -> None:
        tables.links.note_weighed(self._db, pairs, texts)

    def set_reuses(self, text_id: int, reuses: Sequence[Reuse]) -> None:
        tables.links.set_reuses(self._db, text_id, reuses)

    def dispatches_of(self, ids: Iterable[int]) -> Mapping[int, frozenset[str]]:
        return tables.dispatches.of_texts(self._db, ids)

    def texts_of_dispatch(self, number: str, *, limit: int) -> list[int]:
        return tables.dispatches.texts(self._db, number, limit)

    # --- articles ---------------------------------------------------------------------------------------------------

    def articles_at(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        return tables.articles.at(self._db, keys)

    def members(self, story_ids: Iterable[int]) -> list[Member]:
        return tables.members.of_stories(self._db, story_ids)

    def beside_canonical(self, story_id: int, article_id: int) -> list[Member]:
        return tables.members.beside_canonical(self._db, story_id, article_id)

    def saw_article(self, article_id: int, *, urls: Mapping[str, str], at: datetime) -> None:
        tables.articles.saw(self._db, article_id, urls=urls, at=at)

    def restart_urls(self, keys: Sequence[str], article_id: int) -> None:
        tables.articles.restart_urls(self._db, keys, article_id)

    def set_relations(self, rows: Sequence[RelationRow]) -> None:
        tables.members.set_relations(self._db, rows)

    def set_on_topic(self, article_ids: Sequence[int], *, source: str | None) -> None:
        tables.members.set_on_topic(self._db, article_ids, source=source)

    # --- stories ----------------------------------------------------------------------------------------------------

    def live_story(self, story_id: int) -> int | None:
        return tables.stories.live(self._db, story_id)

    def redirects(self, story_ids: Iterable[int]) -> list[tuple[int, int, int, int | None]]:
        return tables.stories.redirects(self._db, story_ids)

    # --- decisions and rulings --------------------------------------------------------------------------------------

    def add_decision(self, decision: Decision) -> int:
        return tables.decisions.add(self._db, decision)

    def decision(self, decision_id: int) -> Decision | None:
        return tables.decisions.one(self._db, decision_id)

    def rule(self, ruling: NewRuling) -> int:
        added = self.add_decision(
            Decision(at=ruling.at, kind=ruling.kind, story_id=ruling.story_id, other_story_id=ruling.other_story_id)
        )
        tables.rulings.add(self._db, added, ruling)
        return added

    def set_in_force(self, decision_id: int, *, undone_by: int | None) -> None:
        tables.rulings.set_undone(self._db, decision_id, by=undone_by)

    def ruling(self, decision_id: int) -> Ruling | None:
        return tables.rulings.one(self._db, decision_id)

    def rulings(self, text_ids: Iterable[int] | None = None) -> list[Ruling]:
        return tables.rulings.in_force(self._db) if text_ids is None else tables.rulings.touching(self._db, text_ids)

    def pins(self, story_ids: Iterable[int]) -> Mapping[int, int]:
        return tables.rulings.pins(self._db, story_ids)

    # --- a pass over the stored texts -------------------------------------------------------------------------------

    def extent(self) -> Extent:
        return tables.passes.extent(self._db)

    def next_texts(self, *, after: int, until: int, limit: int) -> list[int]:
        return tables.passes.next_texts(self._db, after=after, until=until, limit=limit)

    def touched(self, what: Touched) -> list[int]:
        return tables.passes.touched(self._db, what)

    def strays(self, *, articles: int) -> list[int]:
        return tables.passes.strays(self._db, articles=articles)

    def mixed(self, *, after: int, most: float) -> list[int]:
        return tables.passes.mixed(self._db, after=after, most=most)

    def digests(self, *, until: int) -> list[int]:
        return tables.passes.digests(self._db, until=until)

    def standing(self, text_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        return tables.passes.standing(self._db, text_ids)

    def noted(self, name: str) -> dict[str, Any] | None:
        return tables.passes.noted(self._db, name)

    def note(self, name: str, value: Mapping[str, Any] | None) -> None:
        tables.passes.note(self._db, name, value)

    # --- what polling leaves behind ---------------------------------------------------------------------------------

    def reject(self, rejected: Rejected) -> None:
        tables.pages.reject(self._db, rejected)

    def accept(self, urls: Sequence[str]) -> None:
        tables.pages.accept(self._db, urls)

    def save_items(self, items: Sequence[ItemRow]) -> None:
        tables.pages.save_items(self._db, items)

    def save_pages(self, rows: Sequence[PageRow]) -> None:
        tables.pages.save_pages(self._db, rows)

    def check_of(self, article_id: int) -> Check | None:
        return tables.checks.of_article(self._db, article_id)

    def check_at(self, url: str) -> Check | None:
        return tables.checks.at_url(self._db, url)

    def save_checks(self, rows: Sequence[Check]) -> None:
        tables.checks.save(self._db, rows)

    def finish_feed(self, outcome: FeedOutcome) -> None:
        tables.feeds.finish(self._db, outcome)

    def save_hosts(self, rows: Sequence[HostRow]) -> None:
        tables.hosts.save(self._db, rows)
