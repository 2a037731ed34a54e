"""Two stored texts compared afresh as an article is, and the counts of articles under which that was done.

Whoever adds up the weights that are told comes to the score that is told.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, common_from, weights
from ingest.dedupe.passages import common_phrases, shingle_counts_wanted
from ingest.place.evidence import Weighed, weighed
from store.base import Placing

# Links, passages and phrases that are told: the strongest ten say it, the rest is in the store.
TOLD: Final = 10


def compared(placing: Placing, a: int, b: int, rules: Dedupe) -> Weighed:
    """Two texts under the present frequencies; one text twice is itself."""
    return next(weighed(placing, [(a, b)], rules))


def weights_of(found: Weighed) -> dict[str, Any] | None:
    """What the score is made of: the weight of the shared runs over that of the lighter text.

    A run weighs 1 where up to `common_from` articles contain it, else `common_from` / articles. None where one of the
    texts is known by a sketch.
    """
    if found.a.sketch or found.b.sketch:
        return None
    counts, sides = found.judged.counts, (found.a.shingles, found.b.shingles)
    common = _common_from(counts, found.a, found.b)
    shared = np.intersect1d(*sides, assume_unique=True)
    return {
        "common_from": round(common, 4),
        "shared": round(float(weights(counts(shared), common).sum()), 4),
        "a": round(float(weights(counts(sides[0]), common).sum()), 4),
        "b": round(float(weights(counts(sides[1]), common).sum()), 4),
    }


def left_out(placing: Placing, found: Weighed, text: str | None, other: str | None) -> dict[str, Any] | None:
    """Whose articles were left out of the counts, how many, and the phrases that weigh more for it; None where nobody's
    were. `counted` are all articles that contain a phrase, `articles` those that were left."""
    if found.story is None and not found.judged.lineage:
        return None
    articles = 0 if found.story is None else placing.story_sizes([found.story])[found.story][0]
    return {
        "story_id": found.story, "articles": articles, "lineage": found.judged.lineage,
        "phrases": _phrases(found, text, other, common=False),
    }  # fmt: skip


def discounted(found: Weighed, text: str | None, other: str | None = None) -> list[dict[str, Any]]:
    """Phrases that weigh little, with the number of articles that have them; with `other`, those that both share."""
    return _phrases(found, text, other, common=True)


def _phrases(found: Weighed, text: str | None, other: str | None, *, common: bool) -> list[dict[str, Any]]:
    if text is None or found.a.sketch or found.b.sketch:
        return []
    wanted = shingle_counts_wanted(text)
    if other is not None:
        wanted = sorted({*wanted} & {*shingle_counts_wanted(other)})
    runs = np.array(wanted, dtype=np.int64)
    every, used = found.every(runs.view(np.uint64)), found.judged.counts(runs.view(np.uint64))
    least = _common_from(found.judged.counts, found.a, found.b)
    kept = used > least if common else (every > least) & (used <= least)
    told, left = (
        common_phrases(text, dict(zip(runs[kept].tolist(), np.maximum(1, counts[kept]).tolist(), strict=True)))
        for counts in (every, used)
    )
    articles = {phrase.text: phrase.articles for phrase in left}
    told.sort(key=lambda one: -articles[one.text] if common else -one.articles)
    return [{"articles": articles[one.text], "counted": one.articles, "text": one.text} for one in told[:TOLD]]


def _common_from(counts: Frequencies, a: Side, b: Side) -> float:
    return common_from(counts(a.shingles), counts(b.shingles))
