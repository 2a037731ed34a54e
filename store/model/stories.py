"""What is asked of stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

# Articles of a story from which it is large: from which its own members are left out of how common a run is, say. The
# index of large stories names the figure too.
LARGE: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which stories; every field narrows."""

    search: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    outlet: str | None = None
    language: str | None = None
    min_variants: int = 0
    sort: Literal["latest", "largest", "growing"] = "latest"
    limit: int | None = None
