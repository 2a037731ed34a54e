"""Which of a story's versions the others were made from, as far as their words tell; dates closer than hours do not.

Of two texts, one of which stands in the other: was the short one cut, or did the long one grow? News is written from
its beginning, so an editor cuts behind it; what an editor adds (a dateline, a lead, entries of a live blog) stands on
top. Of several, words that one text has alone are its editor's, words that many have are inherited. One sum says both:
what would have to be done to a version to make each of the others from it (the shortest tree of biology; the common
errors of textual criticism, Maas, Textkritik, 1927).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from ingest.dedupe.relation import WHOLE, Versus

# How one text stands to another; None where one of them is known by its sketch alone.
Standing = Callable[[int, int], Versus | None]

# Dates this close do not say who was first: pages show when they were last touched, and one in eight labelled versions
# is dated before what it was made from, by an hour and a half at most.
CLOSE: Final = timedelta(hours=2)
# The early cut of a report precedes the whole by hours; where a short text is older than that, the long one has grown.
ADVANCE: Final = timedelta(hours=6)
# Length, as a share of another's own words, from which a text that stands in it is a full version, too; the second
# where more articles have the extent of the whole. What was exchanged is as long on both sides.
MOST, MOST_OF_MANY = 0.70, 0.90
# Own words on top from which a text has grown there; a dateline has two or three.
GROWN: Final = 5
# Words by which the shorter of two texts may differ where the longer one has grown on top of it.
SAME: Final = 3
# What it costs to make a version from another, in words: to write on top of it, or below and in between; to leave out
# its beginning, or something else. What editors do most, cutting below and writing on top, costs half.
WRITE_ON_TOP, WRITE, CUT_OFF_TOP, CUT = 0.5, 1.0, 1.0, 0.5
# Words for each other text, and in all at least, by which another must be cheaper than the one that is dated first: a
# page has words of its own.
CHEAPER, CHEAPER_AT_LEAST = 1.0, 3.0


@dataclass(frozen=True, slots=True)
class Version:
    """An article of the story: its text (one number for one text), how long it is, when it was published."""

    id: int
    text: bytes
    words: int
    moment: datetime


def excerpts(versions: Sequence[Version], standing: Standing) -> set[int]:
    """Those that are parts of another.

    None is where more articles are of its extent than of the other's: then the other has an addition of its own.
    """
    extent = cache(lambda one: sum(_agree(one.id, other.id, standing) for other in versions if other is not one))

    def is_part(part: Version, whole: Version) -> bool:
        if part.words >= whole.words or whole.moment - part.moment > ADVANCE:
            return False
        found = standing(part.id, whole.id)
        if found is None or found.copied < WHOLE or _grown(found) <= -GROWN:
            return False
        if found.words < MOST * found.other_words:
            return bool(extent(whole) >= extent(part))
        return found.words < MOST_OF_MANY * found.other_words and bool(extent(whole) > extent(part))

    return {part.id for part in versions for whole in versions if is_part(part, whole)}


def _agree(one: int, other: int, standing: Standing) -> bool:
    found = standing(one, other)
    return found is not None and min(found.copied, found.kept) >= WHOLE


def _grown(found: Versus) -> int:
    """Words that one text has on top beyond those that the other has there; what was exchanged is no growth."""
    return found.on_top - found.cut_off_top


def original(candidates: Sequence[Version], versions: Sequence[Version], standing: Standing) -> int:
    """The candidate from which all `versions` are made at the least cost; the first one, unless another is cheaper.

    One that is dated more than CLOSE after the first is none. Of equals, the order of `candidates` decides. Two texts
    alone tell which was made from which only where one has grown on top of the other.
    """
    first = min(candidates, key=lambda one: one.moment)
    near = [one for one in candidates if one.moment - first.moment <= CLOSE]
    texts = {one.text: one.id for one in versions}  # a text that many printed was made once
    if len(near) == 1:
        return first.id
    if len(texts) <= 2:
        return next((one.id for one in near if _below(first, one, standing)), first.id)
    costs = {
        one.id: sum(_cost(standing(other, one.id)) for text, other in texts.items() if text != one.text) for one in near
    }
    best = min(near, key=lambda one: (costs[one.id], one.moment))
    enough = max(CHEAPER * (len(texts) - 1), CHEAPER_AT_LEAST)
    return best.id if costs[first.id] - costs[best.id] >= enough else first.id


def _below(first: Version, other: Version, standing: Standing) -> bool:
    """Whether the first text has grown on top of the other."""
    found = None if first.text == other.text else standing(first.id, other.id)
    return found is not None and _grown(found) >= GROWN and found.missing <= SAME


def _cost(version: Versus | None) -> float:
    """What it costs to make a version from a text, by how it stands to that."""
    if version is None:
        return 0.0
    exchanged = min(version.on_top, version.cut_off_top)
    on_top, cut_off_top = version.on_top - exchanged, version.cut_off_top - exchanged
    return (
        WRITE_ON_TOP * on_top
        + WRITE * (version.added - on_top)
        + CUT_OFF_TOP * cut_off_top
        + CUT * (version.missing - cut_off_top)
    )
