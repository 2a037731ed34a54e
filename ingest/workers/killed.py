"""What becomes of a task that took too much."""

from __future__ import annotations

from typing import Literal

from ingest.errors import IngestError

Cause = Literal["time", "memory", "crash"]


class Killed(IngestError):  # the tree names what happened, as NoArticle does
    """A worker was ended, or ended itself, while at a task. `cause` says why."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(f"worker killed: {cause}", why=detail)
        self.cause: Cause = cause

    def __reduce__(self) -> tuple[type[Killed], tuple[Cause, str]]:
        return type(self), (self.cause, self.why)
