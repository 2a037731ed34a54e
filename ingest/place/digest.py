"""A text that holds passages of several stories and is mostly none of them: a round-up, a morning briefing. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

# A text most of which stands in one other text is a version of it, not a digest of it, however many others it touches.
MOSTLY_ONE: Final = 0.60


@dataclass(frozen=True, slots=True)
class Tie:
    """A text of the same lineage as the one at hand, by the score alone: its story, and how much of the one at hand
    stands in it (containment, 0..1)."""

    story: int
    contained: float


def strangers(ties: Mapping[int, Tie], *, stories: int) -> Collection[int]:
    """The texts that a digest shares passages with and is no version of; empty where the text is no digest.

    It is one from so many `stories` on, of each of which it holds a passage while less than MOSTLY_ONE of it stands
    there. Its own other versions are none of these: a copied digest is a digest still.
    """
    most: dict[int, float] = defaultdict(float)
    for tie in ties.values():
        most[tie.story] = max(most[tie.story], tie.contained)
    foreign = {story for story, contained in most.items() if contained < MOSTLY_ONE}
    return {text for text, tie in ties.items() if tie.story in foreign} if len(foreign) >= stories else ()
