"""Blocks of text, and where they were met."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Occurrence(NamedTuple):
    """One article in which a block of text was met."""

    article_id: int
    outlet: str
    owner: str | None
    story_id: int
    at: datetime  # published, else first seen
