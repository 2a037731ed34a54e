"""The write transaction in which articles find their stories (see `store.base.Placing`).

What each call asks and writes stands in the rooms of `store.tables`; the calls that need nothing else, in `store.rows`.
Here stands what a transaction keeps in mind until it ends: which stories changed, and how common shingles are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from store import tables
from store.model import (
    Candidate,
    NewArticle,
    NewText,
)
from store.rows import Rows

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    import numpy as np
    from numpy.typing import NDArray

    from store.frequencies import Frequencies
    from store.postings import Fresh


class Memory:
    """What a process knows of the store beyond one transaction. Whoever rolls back throws it away."""

    def __init__(self) -> None:
        self.counted: Frequencies | None = None  # how common shingles are; loaded when it is first asked for
        self.fresh: Fresh | None = None  # the postings that wait, likewise
        self.recalled = tables.candidates.Recalled()
        self._version: int | None = None  # of the file, as others change it

    def refresh(self, db: sqlite3.Connection) -> None:
        """Forget what another process may have changed. For the writing connection, in its transaction."""
        [(version,)] = db.execute("PRAGMA data_version")
        if version != self._version:
            self.recalled.forget()
            self.fresh = None
            self._version = version
        if self.counted is not None and not self.counted.current(db):
            self.counted = None


class SqlitePlacing(Rows):
    """One open transaction. `settle()` brings what is derived from the members up to date, before the commit."""

    def __init__(self, db: sqlite3.Connection, memory: Memory, *, searched: bool = True) -> None:
        super().__init__(db)
        self._searched = searched  # somebody will search, so that stories need entries
        self._memory = memory
        self._touched: set[int] = set()  # stories whose members or canonical article changed
        self._uncounted: set[int] = set()  # those of them whose row does not say so yet
        self._asked: tuple[bytes, int | None] | None = None  # the last text asked for, and its id

    # --- texts and links --------------------------------------------------------------------------------------------

    def text_id(self, sha256: bytes) -> int | None:
        # Whoever places an article asks three times.
        if self._asked is None or self._asked[0] != sha256:
            self._asked = sha256, tables.texts.text_id(self._db, sha256)
        return self._asked[1]

    def candidates(
        self, bands: Sequence[int], *, cap: int, limit: int, per_story: int | None = None
    ) -> list[Candidate]:
        known = self._memory.recalled, self._fresh()
        return tables.candidates.find(self._db, bands, *known, cap=cap, limit=limit, per_story=per_story)

    def stories_of(self, ids: Iterable[int]) -> Mapping[int, int]:
        return self._memory.recalled.standing.of(self._db, set(ids))

    def add_text(self, text: NewText, *, story_id: int, at: datetime) -> int:
        known = self.text_id(text.sha256)
        if known is not None:
            return known
        self._touch(story_id)
        fresh = self._fresh()  # as it was before this text
        added = tables.texts.add(self._db, text, story_id=story_id, at=at)
        fresh.add(self._db, added, text.bands)
        self._memory.recalled.standing.stands(self._db, added, story_id)
        self._asked = text.sha256, added
        return added

    def frequencies(self, shingles: NDArray[np.uint64], *, above: int = 0) -> NDArray[np.int64]:
        known = self._known()
        return known.common(shingles, above) if above else known.counts(shingles)

    def worth(self, story_id: int, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        known = self._known()
        if known.aged:
            return known.worth(shingles, tables.stories.counted(self._db, story_id, articles=known.articles))
        return known.worth(shingles, {known.articles: self.story_sizes([story_id])[story_id][0]})

    def count_shingles(self, shingles: NDArray[np.uint64]) -> None:
        self._known().count(shingles)

    # --- articles ---------------------------------------------------------------------------------------------------

    def add_article(
        self, article: NewArticle, *, text_id: int, story_id: int, urls: Mapping[str, str], at: datetime
    ) -> int:
        self._touch(story_id)
        tables.dispatches.say(self._db, article.dispatch, text_id)
        return tables.articles.add(self._db, article, text_id=text_id, story_id=story_id, urls=urls, at=at)

    def add_revision(
        self, article_id: int, article: NewArticle, *, text_id: int, changes: Sequence[str], at: datetime
    ) -> int:
        before = tables.articles.story_of(self._db, article_id)
        tables.dispatches.say(self._db, article.dispatch, text_id)
        number = tables.articles.revise(self._db, article_id, article, text_id=text_id, changes=changes, at=at)
        self._touch(*before, *tables.articles.story_of(self._db, article_id))
        return number

    # --- stories ----------------------------------------------------------------------------------------------------

    def story_sizes(self, story_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
        wanted = set(story_ids)
        self._count(wanted & self._uncounted)
        return tables.stories.sizes(self._db, wanted)

    def large_stories(self, story_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
        wanted = set(story_ids)
        self._count(wanted & self._uncounted)
        return tables.stories.large(self._db, wanted)

    def add_story(self, *, at: datetime) -> int:
        added = tables.stories.add(self._db, at=at)
        self._touch(added)
        return added

    def assign(self, story_of: Mapping[int, int]) -> None:
        for text_id, before in tables.stories.assign(self._db, story_of).items():
            self._memory.recalled.moved(self._db, [text_id], story_of[text_id])
            self._touch(before, story_of[text_id])

    def merge(self, story_id: int, into: int, *, at: datetime) -> None:
        moved = tables.stories.merge(self._db, story_id, into, at=at)
        self._memory.recalled.moved(self._db, moved, into)
        self._touch(story_id, into)

    def redirect(self, story_id: int, into: int | None) -> None:
        tables.stories.redirect(self._db, story_id, into)
        self._touch(story_id)

    def set_canonical(self, story_id: int, article_id: int, *, reason: str) -> None:
        tables.stories.set_canonical(self._db, story_id, article_id, reason=reason)
        self._touch(story_id)

    # --- the end of the transaction ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Bring counts, dates, title and search entry of every touched story up to date."""
        self._count(set(self._uncounted))
        for story_id in sorted(self._touched):
            tables.stories.unset_former(self._db, story_id)
        if self._searched:
            tables.search.index(self._db, self._touched)
        self._memory.recalled.standing.save(self._db)
        if self._memory.counted is not None:
            self._memory.counted.save(self._db)
        if self._memory.fresh is not None:
            self._memory.fresh.save(self._db)

    def _touch(self, *story_ids: int) -> None:
        self._touched.update(story_ids)
        self._uncounted.update(story_ids)

    def _count(self, story_ids: set[int]) -> None:
        if story_ids:
            tables.stories.count(self._db, story_ids)
            self._uncounted -= story_ids

    def _known(self) -> Frequencies:
        from store.frequencies import Frequencies

        if self._memory.counted is None:
            self._memory.counted = Frequencies.load(self._db)
        return self._memory.counted

    def _fresh(self) -> Fresh:
        from store.postings import Fresh

        if self._memory.fresh is None:
            self._memory.fresh = Fresh.load(self._db)
        return self._memory.fresh
