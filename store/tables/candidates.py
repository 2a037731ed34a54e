"""Which texts may share a lineage with the one in hand, and which of a story's texts speak for it."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from store.encode import as_json
from store.model import Candidate

# Share of a crowded band's postings that one story must hold for the band to say something: furniture stands in many
# stories, a few times each; the passage of a popular story in that story and in a few strays. Counting stories instead
# let three strays silence a band, and the strays became hundreds.
POPULAR_SHARE = 0.5

# A list is read up to `cap` postings and one more, however long it is.
POSTED = """
    SELECT p.band, p.text_id FROM json_each(:bands) AS wanted CROSS JOIN posting AS p ON p.band = wanted.value
        AND p.text_id <= coalesce(
            (SELECT text_id FROM posting WHERE band = wanted.value ORDER BY text_id LIMIT 1 OFFSET :cap), 1 << 62)"""
STORIES_OF_TEXTS = "SELECT id, story_id FROM text WHERE id IN (SELECT value FROM json_each(?))"
SAMPLE_ENDS = """
    SELECT a.text_id FROM story AS s JOIN article AS a ON a.id = s.canonical_id WHERE s.id = :story
    UNION ALL SELECT min(id) FROM text WHERE story_id = :story
    UNION ALL SELECT max(id) FROM text WHERE story_id = :story"""
SAMPLE_SPREAD = "SELECT id FROM text WHERE story_id = ? ORDER BY sha256 LIMIT ?"


def find(db: sqlite3.Connection, bands: Sequence[int], *, cap: int, limit: int) -> list[Candidate]:
    shared: Counter[int] = Counter()
    rarity: defaultdict[int, float] = defaultdict(float)
    for posted in _posted(db, bands, cap):
        shared.update(posted)
        for text_id in posted:
            rarity[text_id] += 1 / len(posted)
    best = sorted(rarity, key=lambda text_id: (-rarity[text_id], text_id))[:limit]
    story_of = dict(db.execute(STORIES_OF_TEXTS, (as_json(best),)))
    return [Candidate(text_id=text_id, story_id=story_of[text_id], shared=shared[text_id]) for text_id in best]


def sample(db: sqlite3.Connection, story_id: int, size: int) -> list[int]:
    ends = [text_id for (text_id,) in db.execute(SAMPLE_ENDS, {"story": story_id}) if text_id is not None]
    spread = [text_id for (text_id,) in db.execute(SAMPLE_SPREAD, (story_id, size))]
    return list(dict.fromkeys(ends + spread))[:size]


def _posted(db: sqlite3.Connection, bands: Sequence[int], cap: int) -> Iterator[list[int]]:
    """The texts of each band that says something: rare ones, and popular ones most of which are one story's."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for band, text_id in db.execute(POSTED, {"bands": as_json(sorted(set(bands))), "cap": cap}):
        found[band].append(text_id)
    for posted in found.values():
        if len(posted) > cap:
            stories = Counter(story for _, story in db.execute(STORIES_OF_TEXTS, (as_json(posted),)))
            if max(stories.values()) < POPULAR_SHARE * len(posted):
                continue
        yield posted
