"""Which texts may share a lineage with the one in hand, and which of a story's texts speak for it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from store.encode import as_numbers
from store.model import Candidate
from store.standing import Standing

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    from store.postings import Fresh

# Share of a crowded band's postings that one story must hold for the band to say something: furniture stands in many
# stories, a few times each; the passage of a popular story in that story and in a few strays. Counting stories instead
# let three strays silence a band, and the strays became hundreds.
POPULAR_SHARE = 0.5

# Where a story has more texts among the candidates than are wanted of one, others are looked for among so many times as
# many candidates.
WIDER = 8
# Bands remembered as silent: 4 MB at most.
MOST_SILENT = 50_000
# Texts of a crowd that are looked at beyond the first half, before it is told that no story holds most of it: as many
# as one story may have among these.
STRAYS = 8

# A list is read up to `cap` postings and one more, however long it is. As one string a list costs one row.
POSTED = """
    SELECT wanted.value, (SELECT group_concat(text_id) FROM (
        SELECT text_id FROM posting WHERE band = wanted.value ORDER BY text_id LIMIT :cap + 1))
    FROM json_each(:bands) AS wanted"""
SAMPLE_ENDS = """
    SELECT a.text_id FROM story AS s JOIN article AS a ON a.id = s.canonical_id WHERE s.id = :story
    UNION ALL SELECT min(id) FROM text WHERE story_id = :story
    UNION ALL SELECT max(id) FROM text WHERE story_id = :story"""
SAMPLE_SPREAD = "SELECT id FROM text WHERE story_id = ? ORDER BY sha256 LIMIT ?"


class Recalled:
    """What a process remembers of candidates: texts' stories, and silent bands until a text goes to another story.

    A silent band is crowded, and no one story holds most of its postings. What is looked at of a crowded band are its
    first postings by text, and these never change: only a text that goes to another story can change what they say.
    """

    def __init__(self) -> None:
        self._cap = 0
        self._silent: set[int] = set()
        self.standing = Standing()

    def silent(self, bands: Iterable[int], *, cap: int) -> set[int]:
        """Those of these bands that say nothing where so many postings are a crowd."""
        if cap != self._cap:
            self._cap = cap
            self._silent.clear()
        return self._silent.intersection(bands)

    def silence(self, band: int) -> None:
        if len(self._silent) >= MOST_SILENT:
            self._silent.clear()
        self._silent.add(band)

    def moved(self, db: sqlite3.Connection, texts: Iterable[int], story: int) -> None:
        """These texts went to another story."""
        self._silent.clear()
        for text in texts:
            self.standing.stands(db, text, story)

    def known_first(self, texts: Sequence[int]) -> list[int]:
        """The texts whose stories need not be read, then the others."""
        return sorted(texts, key=lambda text: not self.standing.known(text))

    def forget(self) -> None:
        self._silent.clear()
        self.standing.forget()


def find(
    db: sqlite3.Connection, bands: Sequence[int], recalled: Recalled, fresh: Fresh, *, cap: int, limit: int,
    per_story: int | None = None,
) -> list[Candidate]:  # fmt: skip
    shared: dict[int, int] = {}
    rarity: dict[int, float] = {}
    for posted in _posted(db, bands, recalled, fresh, cap):
        worth = 1 / len(posted)
        for text_id in posted:
            shared[text_id] = shared.get(text_id, 0) + 1
            rarity[text_id] = rarity.get(text_id, 0.0) + worth
    ranked = sorted([(-worth, text_id) for text_id, worth in rarity.items()])
    best = [text_id for _, text_id in ranked[: limit if per_story is None else WIDER * limit]]
    chosen: list[Candidate] = []
    of_story: Counter[int] = Counter()
    for start in range(0, len(best), limit):
        piece = best[start : start + limit]
        story_of = recalled.standing.of(db, piece)
        for text_id in piece:
            story = story_of[text_id]
            of_story[story] += 1
            if len(chosen) < limit and (per_story is None or of_story[story] <= per_story):
                chosen.append(Candidate(text_id=text_id, story_id=story, shared=shared[text_id]))
        if len(chosen) == limit:
            break
    return chosen


def sample(db: sqlite3.Connection, story_id: int, size: int) -> list[int]:
    ends = [text_id for (text_id,) in db.execute(SAMPLE_ENDS, {"story": story_id}) if text_id is not None]
    spread = [text_id for (text_id,) in db.execute(SAMPLE_SPREAD, (story_id, size))]
    return list(dict.fromkeys(ends + spread))[:size]


def _posted(
    db: sqlite3.Connection, bands: Sequence[int], recalled: Recalled, fresh: Fresh, cap: int
) -> Iterator[list[int]]:
    """The texts of each band that says something: rare ones, and popular ones most of which are one story's."""
    asked = sorted(set(bands) - recalled.silent(bands, cap=cap))
    waiting = fresh.of(asked)
    moved = dict(db.execute(POSTED, {"bands": as_numbers(fresh.moved(db, asked)), "cap": cap}))
    for band in asked:
        found = moved.get(band)
        posted = [int(text_id) for text_id in found.split(",")] if found else []
        if band in waiting:  # newer than all that went before them
            posted = (posted + waiting[band])[: cap + 1]
        if len(posted) > cap and not _popular(db, posted, recalled):
            recalled.silence(band)
        elif posted:
            yield posted


def _popular(db: sqlite3.Connection, posted: Sequence[int], recalled: Recalled) -> bool:
    """Does one story hold most of a crowd? Where none has more than a few of its first half, none can."""
    half = int(len(posted) * (1 - POPULAR_SHARE)) + STRAYS + 1
    for some in (recalled.known_first(posted)[:half], posted):
        stories: Mapping[int, int] = Counter(recalled.standing.of(db, some).values())
        if max(stories.values()) + len(posted) - len(some) < POPULAR_SHARE * len(posted):
            return False
    return True
