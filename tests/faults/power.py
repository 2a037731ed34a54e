"""Power cuts, played back: what a disk may hold when only what was synced is sure.

strace notes every write, truncation, sync and removal that a writer makes. A cut at any of them leaves each file as it
was at its last sync, with any part of what was written since, page by page, in any order; a removal may be undone. The
model is that of Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014, for a file system that syncs the
entry of a new file with its first sync, as Linux's do.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import points
from tests.faults.cycles import Bench, fork, wait

# Bytes that a disk writes whole.
SECTOR = 4096
TRACED = "openat,pwrite64,fdatasync,fsync,ftruncate,unlink,write"
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) = (-?\d+)")
_ON = re.compile(r"^(\d+)<(.*?)>(?:, )?(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Op:
    """One call that changed a file: `kind` is write, cut, sync, gone or said."""

    kind: str
    name: str  # of the file, without its folder
    at: int = 0
    body: bytes = b""


@dataclass(slots=True)
class Disk:
    """One file: what is sure, and what was done since."""

    sure: bytes = b""
    since: list[Op] = field(default_factory=list)
    there: bool = False  # its entry in the folder is sure
    before: bytes | None = None  # the removed file of that name, which may come back


def recorded(log: Path, store: Path) -> Iterator[Op]:
    """What strace wrote, as changes of the store's files and of the report."""
    for line in log.read_text("ascii").splitlines():
        found = _CALL.match(line)
        if not found or int(found[3]) < 0:
            continue
        call, rest = found[1], found[2]
        if call == "unlink":
            name = Path(_bytes(rest).decode()).name
            if name.startswith(store.name):
                yield Op("gone", name)
            continue
        on = _ON.match(rest)
        if not on:
            continue
        path = Path(_bytes(f'"{on[2]}"').decode() if on[2].startswith("\\x") else on[2])
        if path.parent != store.parent or not path.name.startswith((store.name, "reported")):
            continue
        if call == "write" and path.name == "reported":
            yield Op("said", path.name, body=_bytes(on[3]))
        elif call in ("fdatasync", "fsync"):
            yield Op("sync", path.name)
        elif call == "ftruncate":
            yield Op("cut", path.name, at=int(on[3]))
        elif call == "pwrite64":
            body, length, at = on[3].rsplit(", ", 2)
            assert int(length) == len(_bytes(body)), "strace shortened what was written"
            yield Op("write", path.name, at=int(at), body=_bytes(body))


def _bytes(quoted: str) -> bytes:
    """A string as `strace -xx` prints it."""
    return bytes.fromhex(quoted[quoted.index('"') + 1 : quoted.rindex('"')].replace("\\x", ""))


def applied(body: bytes, ops: list[Op], chance: random.Random | None) -> bytes:
    """A file with these changes made: all of them, or (with `chance`) any part of them in any order."""
    content = bytearray(body)
    pieces = [piece for op in ops for piece in _pieces(op)]
    if chance is not None:
        kept = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        pieces = [piece for piece in pieces if chance.random() < kept]
    for op in pieces:
        if op.kind == "cut":
            content = content[: op.at].ljust(op.at, b"\0")
        else:
            content = content.ljust(op.at, b"\0")
            content[op.at : op.at + len(op.body)] = op.body
    return bytes(content)


def _pieces(op: Op) -> Iterator[Op]:
    if op.kind == "cut":
        yield op
        return
    done = 0
    while done < len(op.body):
        size = SECTOR - (op.at + done) % SECTOR
        yield Op("write", op.name, op.at + done, op.body[done : done + size])
        done += size


def after_cut(ops: list[Op], chance: random.Random) -> tuple[dict[str, bytes], list[int]]:
    """The files that a cut after these calls may leave, and the numbers of the batches reported by then."""
    disks: dict[str, Disk] = {}
    said = []
    for op in ops:
        disk = disks.setdefault(op.name, Disk())
        if op.kind == "said":
            said.append(json.loads(op.body)[0])
        elif op.kind == "sync":
            if not disk.there:  # the folder is written with the new entry, and with all that was removed before
                for other in disks.values():
                    other.before = None
            disks[op.name] = Disk(applied(disk.sure, disk.since, None), there=True)
        elif op.kind == "gone":
            disks[op.name] = Disk(before=disk.sure if disk.there else None)
        else:
            disk.since.append(op)
    left = {}
    for name, disk in disks.items():
        if name.endswith(("-shm", ".lock")) or name == "reported":
            continue  # of the running system, or the test's own
        if disk.there or (disk.since and chance.random() < 0.5):
            left[name] = applied(disk.sure, disk.since, chance)
        elif disk.before is not None and chance.random() < 0.5:
            left[name] = disk.before
    return left, said


def cuts(folder: Path, cycles: int, seed: int, *, synchronous: str = "FULL") -> dict[str, Any]:
    """Cut the power at random calls of one recorded writer; look at each disk that this may leave."""
    begun, chance = time.monotonic(), random.Random(seed)  # noqa: S311 -- moments, not secrets
    bench = Bench(folder, synchronous=synchronous)
    log = folder / "recorded"
    pid = fork(bench.writer(points.wait_for_tracer))
    with points.traced(pid, f"trace={TRACED}", to=log, options=("-y", "-xx", "-s", "10000000")):
        assert wait(pid) == 0
    ops = list(recorded(log, bench.file))
    log.unlink()
    whole = (folder / "reported").read_text()
    for _ in range(cycles):
        bench.anew()
        # Half of the cuts come right after a report, when the most is at stake.
        reports = [number for number, op in enumerate(ops) if op.kind == "said"]
        at = chance.choice(reports) if chance.random() < 0.5 else chance.randrange(len(ops))
        left, said = after_cut(ops[: at + 1], chance)
        for name, body in left.items():
            (folder / name).write_bytes(body)
        (folder / "reported").write_text("".join(whole.splitlines(keepends=True)[: len(said)]))
        bench.look(f"call {at}", "cut")
    bench.figures.seconds = time.monotonic() - begun
    return bench.figures.as_dict() | {"calls": len(ops)}
