"""One writer, hurt again and again; after each time the store is looked at as it was left, and then completed."""

from __future__ import annotations

import os
import random
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store import open_store
from store.errors import StoreError, StoreUnusable
from tests.faults import points
from tests.faults.command import warm
from tests.faults.points import Fuse
from tests.faults.stream import Report, batches, everything, index_errors, opened, write

# How a writer ended that met an exception which is no StoreError.
BUG = 99


@dataclass(slots=True)
class Figures:
    """What many cycles came to."""

    cycles: int = 0
    ended: Counter[str] = field(default_factory=Counter)  # killed, refused, finished: how the writers ended
    points: Counter[str] = field(default_factory=Counter)
    reported: int = 0  # articles, over all looks
    lost: int = 0
    double: int = 0
    partial: int = 0  # batches of which a part was there
    broken: int = 0  # laws that did not hold
    index: int = 0  # texts whose postings are not those that their words give
    unlike: int = 0  # completed stores that were not those of an undisturbed run
    completed: int = 0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        kinds = {"points": len(self.points), "ended": dict(self.ended), "seconds": round(self.seconds, 1)}
        names = ("cycles", "reported", "lost", "double", "partial", "broken", "index", "unlike", "completed")
        return {name: getattr(self, name) for name in names} | kinds


class Bench:
    """A folder, a stream, and the store that an undisturbed run makes of it."""

    def __init__(self, folder: Path, *, file: Path | None = None, synchronous: str = "FULL", width: int = 1) -> None:
        self.folder = folder
        self.file = file or folder / "news.db"
        self.report = Report(folder / "reported")
        self.synchronous = synchronous
        self.told = batches(width=width)
        warm()
        self.figures = Figures()
        calm = folder / "calm.db"
        self.calls = self._undisturbed(calm)
        self.wanted = everything(calm)

    def _undisturbed(self, calm: Path) -> Counter[str]:
        """Write the whole stream in a process with a fuse that never burns; how often each point was passed."""
        fuse = Fuse()
        log = self.folder / "calls"

        def writer() -> None:
            points.arm(fuse)
            write(calm, self.told, first=0, report=lambda *_: None, synchronous=self.synchronous)
            log.write_text("\n".join(f"{name} {count}" for name, count in fuse.calls.items()))

        assert wait(fork(writer)) == 0
        lines = (line.split() for line in log.read_text().splitlines())
        return Counter({name: int(count) for name, count in lines})

    def count_system_calls(self) -> Counter[str]:
        """How often an undisturbed writer makes each system call that matters."""
        log, calm = self.folder / "system-calls", self.folder / "traced.db"

        def writer() -> None:
            points.wait_for_tracer()
            write(calm, self.told, first=0, report=lambda *_: None, synchronous=self.synchronous)

        pid = fork(writer)
        with points.traced(pid, f"trace={','.join(points.SYSTEM_CALLS)}", to=log):
            assert wait(pid) == 0
        return points.count_system_calls(log)

    # --- one cycle ----------------------------------------------------------------------------------------------------

    def writer(self, before: Callable[[], None]) -> Callable[[], None]:
        """A process that calls `before` and goes on with the stream where the reports end."""
        first = len(self.report.read())

        def go() -> None:
            before()
            write(self.file, self.told, first=first, report=self.report, synchronous=self.synchronous)

        return go

    def pick(self, calls: int, chance: random.Random) -> int:
        """The number of a call that is still to come: the stream makes so many in all, and part of it is written."""
        left = 1 - len(self.report.read()) / len(self.told)
        return chance.randint(1, max(1, round(calls * left)))

    def look(self, point: str, ended: str) -> None:
        """Look at the store as it was left, complete a copy of it, and count what is wrong."""
        figures = self.figures
        figures.cycles += 1
        figures.points[point] += 1
        figures.ended[ended] += 1
        reported = self.report.read()
        self._examine(reported)
        store = opened(self.file, synchronous=self.synchronous)  # for writing: no repair is asked for
        figures.broken += len(store.check())
        store.close()
        copy = self.folder / "copy.db"
        for end in ("", "-wal", "-journal"):
            with suppress(FileNotFoundError):
                shutil.copy(self.file.with_name(self.file.name + end), copy.with_name(copy.name + end))
        write(copy, self.told, first=len(reported), report=lambda *_: None, synchronous="NORMAL")
        figures.unlike += everything(copy) != self.wanted
        store = opened(copy, read_only=True)
        figures.broken += len(store.check())
        store.close()
        remove(copy)
        if len(reported) == len(self.told):
            figures.completed += 1
            self.anew()

    def _examine(self, reported: dict[int, list[str]]) -> None:
        """Read the file beside whatever log the writer left, before anybody writes to it again."""
        figures = self.figures
        figures.reported += sum(map(len, reported.values()))
        try:
            store = open_store(f"sqlite:///{self.file}", read_only=True)
        except StoreUnusable:
            # Killed while the tables were made: there is nothing to read yet, and nothing was reported.
            figures.lost += sum(map(len, reported.values()))
            return
        figures.broken += len(store.check())
        figures.index += index_errors(self.file)
        # Each article carries all addresses it was seen under; texts that moved on keep theirs.
        there = Counter(url for row in store.articles() for url in row["urls"])
        store.close()
        for urls in reported.values():
            figures.lost += sum(there[url] == 0 for url in urls)
            figures.double += sum(there[url] > 1 for url in urls)
        for number in range(len(reported), len(self.told)):
            own = {entry.url for entry in self.told[number] if entry.url.split("/")[3] == str(number)}
            kept = {entry.url for entry in self.told[number] if entry.told is not None and entry.on_topic} & own
            figures.partial += 0 < sum(url in there for url in kept) < len(kept)

    def anew(self) -> None:
        """Begin the stream again in a new file."""
        remove(self.file)
        (self.folder / "reported").unlink(missing_ok=True)


def remove(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal", ".write.lock", ".cycle.lock"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def fork(program: Callable[[], None]) -> int:
    """A child that runs `program`: exit code 0, the code of a StoreError, or BUG with a traceback on stderr."""
    pid = os.fork()
    if pid:
        return pid
    code = BUG
    try:
        program()
        code = 0
    except StoreError as exc:
        code = exc.exit_code
    except BaseException:  # noqa: BLE001 -- a child must never return into its parent's code
        traceback.print_exc()
    os._exit(code)


def wait(pid: int) -> int:
    """The exit code of a child; negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


# --- kinds of harm ----------------------------------------------------------------------------------------------------


def killed_at_calls(bench: Bench, cycles: int, chance: random.Random) -> None:
    """kill -9 before or after one call of each name in turn."""
    names = [(name, when) for name in sorted(bench.calls) for when in ("before", "after")]
    chance.shuffle(names)
    for number in range(cycles):
        name, when = names[number % len(names)]
        fuse = Fuse(name, when, bench.pick(bench.calls[name], chance))
        code = wait(fork(bench.writer(lambda: points.arm(fuse))))  # noqa: B023 -- the child is gone when the loop goes on
        bench.look(f"{when} {name}", _ended(code, {-9: "killed"}))


def killed_at_system_calls(bench: Bench, cycles: int, chance: random.Random) -> None:
    """kill -9 at the n-th system call of a kind: within a commit, within a checkpoint, while closing."""
    counts = bench.count_system_calls()
    for number in range(cycles):
        name = sorted(counts)[number % len(counts)]
        _harm(bench, name, f"signal=SIGKILL:when={bench.pick(counts[name], chance)}", {-9: "killed"})


def killed_at_birth(bench: Bench, cycles: int, chance: random.Random) -> None:
    """kill -9 at the first system calls of all, where the file does not keep a write-ahead log yet."""
    for number in range(cycles):
        bench.anew()
        name, last = (("unlink", 1), ("pwrite64", 5), ("fdatasync", 5))[number % 3]
        _harm(bench, name, f"signal=SIGKILL:when={chance.randint(1, last)}", {-9: "killed"})


def refused_by_the_disk(bench: Bench, cycles: int, chance: random.Random) -> None:
    """Write and fsync errors: one call, a few, or all from one on."""
    counts = bench.count_system_calls()
    counts.pop("unlink", None)  # its errors are SQLite's to ignore
    for number in range(cycles):
        name = sorted(counts)[number % len(counts)]
        first = bench.pick(counts[name], chance)
        span = chance.choice((f"{first}", f"{first}..{first + 3}", f"{first}+"))
        error = chance.choice(("EIO", "ENOSPC") if name != "fdatasync" else ("EIO", "ENOSPC", "EDQUOT"))
        _harm(bench, name, f"error={error}:when={span}", {5: "refused", 0: "finished"})


def _harm(bench: Bench, name: str, rule: str, ends: dict[int, str]) -> None:
    pid = fork(bench.writer(points.wait_for_tracer))
    with points.traced(pid, f"trace={name}", f"inject={name}:{rule}"):
        code = wait(pid)
    bench.look(f"{name} {rule.partition(':')[0]}", _ended(code, ends))


def _ended(code: int, ends: dict[int, str]) -> str:
    ends = ends | {0: "finished"}
    assert code in ends, f"the writer ended with {code}"
    return ends[code]


def timed(harm: Callable[[Bench, int, random.Random], None], folder: Path, cycles: int, seed: int) -> dict[str, Any]:
    """The figures of many cycles of one kind."""
    begun = time.monotonic()
    bench = Bench(folder)
    harm(bench, cycles, random.Random(seed))  # noqa: S311 -- moments, not secrets
    bench.figures.seconds = time.monotonic() - begun
    return bench.figures.as_dict()
