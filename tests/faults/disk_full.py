"""A disk that fills up at any moment and is freed again."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

from tests.faults import disks
from tests.faults.command import call, warm
from tests.faults.cycles import Bench, fork, wait

# Bytes that the whole stream takes with its log, and some more: the room left is anything up to that.
STREAM_BYTES = 8_000_000


def full(folder: Path, cycles: int, seed: int) -> dict[str, Any]:
    """Fill, write until refused, read, free, look: as often as wanted."""
    begun, chance = time.monotonic(), random.Random(seed)  # noqa: S311 -- sizes, not secrets
    warm()
    with disks.small_disk(folder / "disk", 12) as disk:
        bench = Bench(folder, file=disk / "news.db", synchronous="NORMAL")
        unread = 0
        for _ in range(cycles):
            room = chance.choice((0, 100_000, *(chance.randrange(STREAM_BYTES) for _ in range(4))))
            disks.fill(disk, room)
            code = wait(fork(bench.writer(lambda: None)))
            assert code in (0, 5), code
            if chance.random() < 0.5:
                disks.fill(disk, 0)  # not even room for the shared memory of a reader
            unread += not _readable(bench)
            (disk / "ballast").unlink()
            bench.look(f"{room}", "finished" if code == 0 else "refused")
        # At last without a free byte: a store at rest is read, and nothing is begun.
        assert wait(fork(bench.writer(lambda: None))) == 0
        disks.fill(disk, 0)
        unread += not _readable(bench)
        refused = [_refused(bench, file) for file in (bench.file, disk / "another.db")]
    bench.figures.seconds = time.monotonic() - begun
    return bench.figures.as_dict() | {"unread": unread, "refused at last": all(refused)}


def _refused(bench: Bench, file: Path) -> bool:
    """Whether a run ends with the reason."""
    done = call(bench.folder, "run", "--store", f"sqlite:///{file}", env={"INGEST_STORE__MIN_FREE_MB": "0"})
    return done.refused and "disk is full" in done.err


def _readable(bench: Bench) -> bool:
    """Whether the command exports all that was reported, on the disk as it is."""
    reported = [url for urls in bench.report.read().values() for url in urls]
    if not reported:
        return True
    done = call(bench.folder, "export", "articles", "--store", f"sqlite:///{bench.file}")
    return done.code == 0 and all(f'"{url}"' in done.out for url in reported)
