"""What a pass has moved, in articles: from which story to which, and how many really stand elsewhere than before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from store.base import Placing


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Articles that went from one story to another. `split`: to a story that was not there before."""

    change: Literal["merged", "split", "moved"]
    before: int
    now: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All changes, largest first; `moved` of `articles` stand in other company than before."""

    articles: int
    moved: int
    changes: tuple[Change, ...]


def report(placing: Placing, was: Mapping[int, int], *, first_new: int) -> Report:
    """What became of texts that moved (text -> story before). Stories from number `first_new` on are new."""
    cells: Counter[tuple[int, int]] = Counter()
    for text, story, articles in placing.standing(was):
        if story != was[text] and articles:
            cells[was[text], story] += articles
    sizes = {
        story: articles for story, (articles, _) in placing.story_sizes({s for cell in cells for s in cell}).items()
    }
    changes = [
        Change(change=_kind(placing, before, now, first_new), before=before, now=now, articles=articles)
        for (before, now), articles in cells.items()
    ]
    return Report(
        articles=placing.extent().articles,
        moved=displaced(cells, sizes),
        changes=tuple(sorted(changes, key=lambda change: (-change.articles, change.before, change.now))),
    )


def displaced(cells: Mapping[tuple[int, int], int], sizes: Mapping[int, int]) -> int:
    """Articles that stand in other company: a story that takes another one's number has not moved.

    `cells` are articles by story before and now, without those that stayed; `sizes` those of the stories now. Of the
    parts of a story the largest is the story, unless a larger one came to stand with it.
    """
    stayed = dict(sizes)
    for (_, now), articles in cells.items():
        stayed[now] -= articles
    every = {**cells, **{(story, story): left for story, left in stayed.items() if left > 0}}
    most_of: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    most_in: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (before, now), articles in sorted(every.items()):
        most_of[before] = max(most_of[before], (articles, -now))
        most_in[now] = max(most_in[now], (articles, -before))
    same = {(b, n) for b, n in every if most_of[b][1] == -n and most_in[n][1] == -b}
    return sum(articles for cell, articles in every.items() if cell not in same)


def _kind(placing: Placing, before: int, now: int, first_new: int) -> Literal["merged", "split", "moved"]:
    if placing.live_story(before) != before:
        return "merged"
    return "split" if now >= first_new else "moved"
