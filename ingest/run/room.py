"""Room on the disk: a run pauses before the disk is full, while reading, checkpoints and other programs still work."""

from __future__ import annotations

import shutil
from pathlib import Path

from ingest.config import Store as Settings
from store.errors import DiskFull

_SQLITE = "sqlite:///"


class Room:
    """The free disk around an embedded store. Other kinds of store look after their own disk."""

    def __init__(self, settings: Settings) -> None:
        path = settings.url.removeprefix(_SQLITE)
        embedded = path != settings.url and bool(path) and not path.startswith(":memory:")
        self._folder = Path(path).absolute().parent if embedded and settings.min_free_mb else None
        self._floor = settings.min_free_mb

    def check(self) -> None:
        """Raise DiskFull where less than `store.min_free_mb` is free. One system call, some microseconds."""
        if self._folder is None:
            return
        try:
            free = shutil.disk_usage(self._folder).free // 2**20
        except OSError:
            return  # a disk that does not tell: the store itself says when it is full
        if free < self._floor:
            raise DiskFull(
                "the disk is nearly full", where=str(self._folder),
                why=f"{free} MiB are free, below {self._floor} MiB nothing more is fetched",
                fix="free some space, or lower store.min_free_mb; what was stored is safe and can be read",
            )  # fmt: skip
