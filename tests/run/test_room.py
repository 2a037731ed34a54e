"""The free-disk floor."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.config import Store
from ingest.run.room import Room
from store.errors import DiskFull


def test_the_floor_is_kept_where_there_is_a_disk(tmp_path: Path) -> None:
    """Below the floor there is an error of exit code 5 with all its lines; above it, without a floor, in memory and in
    stores that are no file there is none."""
    url = f"sqlite:///{tmp_path}/news.db"
    free = shutil.disk_usage(tmp_path).free // 2**20
    with pytest.raises(DiskFull) as caught:
        Room(Store(url=url, min_free_mb=free + 10_000)).check()
    error = caught.value
    assert error.exit_code == 5
    assert f"below {free + 10_000} MiB" in error.why
    assert error.what
    assert error.fix
    assert error.where == str(tmp_path)
    Room(Store(url=url, min_free_mb=1)).check()
    for other in ("sqlite://", "sqlite:///:memory:", "postgresql://host/news", f"{url[:-7]}/nowhere/news.db"):
        Room(Store(url=other, min_free_mb=10**9)).check()
    Room(Store(url=url, min_free_mb=0)).check()
