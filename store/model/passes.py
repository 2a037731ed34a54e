"""What a pass over the stored texts asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Which texts a pass looks at: those of the stories that decisions after one number, up to another, name.

    With `large`, of a story with more articles than this only texts newer than the text `new`; without, only merges,
    splits and moves count, and what was compared with their texts comes along.
    """

    after: int
    until: int
    large: int | None = None
    new: int = 0


class Extent(NamedTuple):
    """How far a store reaches: its last text, decision and story, and how many articles it has."""

    text: int
    decision: int
    story: int
    articles: int
