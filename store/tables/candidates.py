"""Which texts may share a lineage with the one in hand, and which of a story's texts speak for it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from store.encode import as_json
from store.model import Candidate

# Share of a crowded band's postings that one story must hold for the band to say something: furniture stands in many
# stories, a few times each; the passage of a popular story in that story and in a few strays. Counting stories instead
# let three strays silence a band, and the strays became hundreds.
POPULAR_SHARE = 0.5

# Where a story has more texts among the candidates than are wanted of one, others are looked for among so many times as
# many candidates.
WIDER = 8
# Bands remembered as silent: 4 MB at most.
MOST_SILENT = 50_000

# A list is read up to `cap` postings and one more, however long it is. As one string a list costs one row.
POSTED = """
    SELECT wanted.value, (SELECT group_concat(text_id) FROM (
        SELECT text_id FROM posting WHERE band = wanted.value ORDER BY text_id LIMIT :cap + 1))
    FROM json_each(:bands) AS wanted"""
STORIES_OF_TEXTS = "SELECT id, story_id FROM text WHERE id IN (SELECT value FROM json_each(?))"
SAMPLE_ENDS = """
    SELECT a.text_id FROM story AS s JOIN article AS a ON a.id = s.canonical_id WHERE s.id = :story
    UNION ALL SELECT min(id) FROM text WHERE story_id = :story
    UNION ALL SELECT max(id) FROM text WHERE story_id = :story"""
SAMPLE_SPREAD = "SELECT id FROM text WHERE story_id = ? ORDER BY sha256 LIMIT ?"


class Silent:
    """Bands that are known to say nothing: crowded, and no one story holds most of their postings.

    What is looked at of a crowded band are its first postings by text, and these never change: only a text that goes to
    another story can change what they say. Then all is forgotten.
    """

    def __init__(self) -> None:
        self._cap = 0
        self._bands: set[int] = set()

    def among(self, bands: Iterable[int], *, cap: int) -> set[int]:
        """Those of these bands that say nothing where so many postings are a crowd."""
        if cap != self._cap:
            self._cap = cap
            self.forget()
        return self._bands.intersection(bands)

    def add(self, band: int) -> None:
        if len(self._bands) >= MOST_SILENT:
            self.forget()
        self._bands.add(band)

    def forget(self) -> None:
        self._bands.clear()


def find(
    db: sqlite3.Connection, bands: Sequence[int], silent: Silent, *, cap: int, limit: int, per_story: int | None = None
) -> list[Candidate]:
    shared: dict[int, int] = {}
    rarity: dict[int, float] = {}
    for posted in _posted(db, bands, silent, cap):
        worth = 1 / len(posted)
        for text_id in posted:
            shared[text_id] = shared.get(text_id, 0) + 1
            rarity[text_id] = rarity.get(text_id, 0.0) + worth
    best = sorted(rarity, key=lambda text_id: (-rarity[text_id], text_id))
    best = best[: limit if per_story is None else WIDER * limit]
    chosen: list[Candidate] = []
    of_story: Counter[int] = Counter()
    for start in range(0, len(best), limit):
        piece = best[start : start + limit]
        story_of = stories_of(db, piece)
        for text_id in piece:
            story = story_of[text_id]
            of_story[story] += 1
            if len(chosen) < limit and (per_story is None or of_story[story] <= per_story):
                chosen.append(Candidate(text_id=text_id, story_id=story, shared=shared[text_id]))
        if len(chosen) == limit:
            break
    return chosen


def stories_of(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, int]:
    return dict(db.execute(STORIES_OF_TEXTS, (as_json(ids),)))


def sample(db: sqlite3.Connection, story_id: int, size: int) -> list[int]:
    ends = [text_id for (text_id,) in db.execute(SAMPLE_ENDS, {"story": story_id}) if text_id is not None]
    spread = [text_id for (text_id,) in db.execute(SAMPLE_SPREAD, (story_id, size))]
    return list(dict.fromkeys(ends + spread))[:size]


def _posted(db: sqlite3.Connection, bands: Sequence[int], silent: Silent, cap: int) -> Iterator[list[int]]:
    """The texts of each band that says something: rare ones, and popular ones most of which are one story's."""
    asked = set(bands) - silent.among(bands, cap=cap)
    for band, found in db.execute(POSTED, {"bands": as_json(sorted(asked)), "cap": cap}).fetchall():
        posted = [int(text_id) for text_id in found.split(",")] if found else []
        if len(posted) > cap:
            stories = Counter(stories_of(db, posted).values())
            if max(stories.values()) < POPULAR_SHARE * len(posted):
                silent.add(band)
                continue
        if posted:
            yield posted
