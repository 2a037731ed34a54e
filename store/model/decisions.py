"""Why things stand where they stand: what the machine decided, and what analysts ruled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

RulingKind = Literal["tied", "parted", "pinned", "undone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a text stands where it stands: one row a change. `facts` is JSON-ready."""

    at: datetime
    kind: Literal[
        "new", "joined", "merged", "split", "moved", "revised", "restarted", "gone", "returned", "walled", "opened",
        "tied", "parted", "pinned", "undone",
    ]  # fmt: skip
    story_id: int
    article_id: int | None = None
    other_story_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRuling:
    """What an analyst rules, as it is written. `articles` maps their ids to their side (see `Ruled`)."""

    kind: RulingKind
    at: datetime
    who: str
    note: str = ""
    story_id: int
    other_story_id: int | None = None
    undoes: int | None = None
    articles: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Ruled:
    """An article that a ruling names, as it stands now."""

    article_id: int
    text_id: int
    story_id: int
    url: str
    side: int  # of a merge: which of the two stories; of a split: 0 left, 1 stayed; else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What an analyst ruled: stories tied, articles parted from the rest, an article pinned, an earlier ruling undone.

    It is in force while nothing undid it.
    """

    id: int  # of its decision
    at: datetime
    kind: RulingKind
    who: str
    note: str
    undoes: int | None  # the ruling that an `undone` takes back
    undone_by: int | None
    articles: tuple[Ruled, ...] = ()
