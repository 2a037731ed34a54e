"""Harm done to a store as often as wanted, and what came of it: `python -m tests.faults.by_hand KIND [CYCLES] [SEED]`.

Prints one JSON object. Ends with 77 and the reason where this machine cannot do it. The tests call it with few cycles.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults import cycles, disks, points
from tests.faults.command import warm

CANNOT = 77
SEED = 4711


def calls(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """kill -9 before and after every named call of the store."""
    return cycles.timed(cycles.killed_at_calls, folder, count, seed)


def system_calls(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """kill -9 at writes, syncs, truncations and removals of files."""
    _needs_tracing()
    return cycles.timed(cycles.killed_at_system_calls, folder, count, seed)


def births(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """kill -9 while the store is made."""
    _needs_tracing()
    return cycles.timed(cycles.killed_at_birth, folder, count, seed)


def errors(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Writes and syncs that fail."""
    _needs_tracing()
    return cycles.timed(cycles.refused_by_the_disk, folder, count, seed)


def full(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """A disk that is filled and freed."""
    from tests.faults.disk_full import full as many

    _needs_mounts()
    return many(folder, count, seed)


def power(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Power cuts, with synchronous = FULL."""
    from tests.faults.power import cuts

    _needs_tracing()
    return cuts(folder, count, seed)


def power_normal(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Power cuts, with synchronous = NORMAL, which may lose what was reported: the test of the test."""
    from tests.faults.power import cuts

    _needs_tracing()
    return cuts(folder, count, seed, synchronous="NORMAL")


def races(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Two that start at once."""
    from tests.faults.together import races as many

    return many(folder, count, seed)


def storm(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Readers beside a writer of so many articles."""
    from tests.faults.together import storm as one

    return one(folder, count, seed)


def backups(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Backups beside a writer."""
    from tests.faults.together import backups as many

    return many(folder, count, seed)


def stops(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Runs that are told to stop."""
    from tests.faults.stops import stops as many

    return many(folder, count, seed)


def files(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Files that cannot be used; `count` of them with random damage."""
    from tests.faults.files import files as many

    return many(folder, count, seed)


def config(folder: Path, count: int, seed: int) -> dict[str, Any]:
    """Settings cut off at every byte, or at every so many."""
    from tests.faults.cuts import prefixes

    return prefixes(folder, count, seed)


class Cannot(Exception):
    """This machine cannot do it."""


def _needs_tracing() -> None:
    if not points.can_trace():
        raise Cannot("strace is not installed, or may not trace here")


def _needs_mounts() -> None:
    why = disks.apart()
    if why:
        raise Cannot(why)


KINDS: dict[str, Callable[[Path, int, int], dict[str, Any]]] = {
    "calls": calls, "system-calls": system_calls, "births": births, "errors": errors, "full": full,
    "power": power, "power-normal": power_normal, "races": races,
    "storm": storm, "backups": backups, "stops": stops, "files": files, "config": config,
}  # fmt: skip


def main(kind: str, count: int, seed: int) -> tuple[int, Any]:
    """The exit code and the figures of one kind."""
    # No TemporaryDirectory: it would be cleared by every child that ends as Python does.
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        return 0, KINDS[kind](folder, count, seed)
    except Cannot as why:
        sys.stderr.write(f"{why}\n")
        return CANNOT, None
    finally:
        shutil.rmtree(folder)


def serve() -> None:
    """For each line `KIND CYCLES` a child that has everything loaded already; its exit code and figures as JSON."""
    warm()
    for line in sys.stdin:
        kind, count = line.split()
        code, found = 1, None
        pid = os.fork()
        if not pid:
            try:
                code, found = main(kind, int(count), SEED)
            except BaseException:  # noqa: BLE001 -- told by the exit code and on stderr
                traceback.print_exc()
            answer(code, found)
            os._exit(code)
        if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) < 0:
            answer(1, None)


def answer(code: int, found: Any) -> None:
    sys.stderr.flush()
    sys.stdout.write(json.dumps({"code": code, "found": found}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    if len(sys.argv) == 1:
        serve()
    else:
        asked = [*sys.argv[2:], *("50", str(SEED))[len(sys.argv) - 2 :]]
        ended, figures = main(sys.argv[1], int(asked[0]), int(asked[1]))
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.exit(ended)
