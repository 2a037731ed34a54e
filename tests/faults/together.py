"""Several processes over one store: two that want to run, readers beside a writer, a backup beside a writer."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import store.connect
import store.file
from store import open_store
from tests.faults.command import Call, call, first_of, warm
from tests.faults.cycles import Bench, fork, remove, wait
from tests.faults.stream import Entry, Report, batches, opened, write

READERS = 4
# Pages of log after which it is written back into the file: small, so that readers meet many checkpoints.
CHECKPOINT = 40


def races(folder: Path, cycles: int, seed: int) -> dict[str, Any]:
    """Two start at once: two daemons, or two runs over a host that hangs. One works, the other ends with 75."""
    begun, chance = time.monotonic(), random.Random(seed)  # noqa: S311 -- moments, not secrets
    warm()
    hanging = socket.create_server(("127.0.0.1", 0), backlog=512)  # takes connections, never says a word
    feed = f"http://127.0.0.1:{hanging.getsockname()[1]}/rss.xml"
    env = {
        "INGEST_STORE__URL": f"sqlite:///{folder / 'news.db'}", "INGEST_FETCH__ALLOW_PRIVATE": '["127.0.0.0/8"]',
        "INGEST_FETCH__TIMEOUT": "60", "INGEST_EXTRACT__WORKERS": "1", "INGEST_FETCH__ROBOTS": "false",
        "INGEST_STORE__MIN_FREE_MB": "0",
    }  # fmt: skip
    ended: Counter[str] = Counter()
    file = folder / "news.db"
    for number in range(cycles):
        command = ["daemon"] if number % 5 else ["run", "--feed", feed, "--force"]
        patience = chance.choice(("0", "0.05"))
        if number % 4 == 1:  # both make the tables as well, which takes a second
            remove(file)
            patience = "4"
        elif not file.exists():
            opened(file).close()
        calls = []
        for _ in range(2):
            calls.append(Call(folder, *command, "--wait", patience, env=env))
            time.sleep(chance.choice((0, 0, 0.01, 0.05)))
        ended[_race(calls, " ".join(["ingest", command[0]]))] += 1
    hanging.close()
    laws = open_store(env["INGEST_STORE__URL"], read_only=True).check()
    return {
        "cycles": cycles, "ended": dict(ended), "broken": len(laws), "seconds": round(time.monotonic() - begun, 1)
    }  # fmt: skip


def _race(calls: list[Call], name: str) -> str:
    loser = first_of(calls, 300)
    if loser is None:
        return "no loser"
    [winner] = [one for one in calls if one is not loser]
    lost = loser.wait()
    while not hears_sigterm(winner.pid):
        time.sleep(0.002)
    os.kill(winner.pid, signal.SIGTERM)
    won = winner.wait()
    if (lost.code, won.code) != (75, 0):
        return f"ended with {lost.code} and {won.code}: {lost.err}{won.err}"
    return "one winner, named" if f"held by {name} (process {winner.pid}, " in lost.err else f"unnamed: {lost.err}"


def hears_sigterm(pid: int) -> bool:
    """Whether a process has its own answer to SIGTERM, or has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
    caught = next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt")), -1)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def storm(folder: Path, articles: int, _seed: int) -> dict[str, Any]:
    """Readers export and check without a pause while a writer places articles and the log is written back."""
    begun = time.monotonic()
    file, report = folder / "news.db", Report(folder / "reported")
    told = batches(articles // 12 + 1, width=3)
    opened(file).close()
    over, counts = folder / "over", [folder / f"reads-{number}" for number in range(READERS)]
    readers = [fork(lambda place=place: _read_on(file, told, over, place)) for place in counts]  # type: ignore[misc]
    code = wait(fork(lambda: _checkpointing(lambda: write(file, told, first=0, report=report, synchronous="NORMAL"))))
    over.touch()
    codes = Counter(wait(reader) for reader in readers)
    broken = open_store(f"sqlite:///{file}", read_only=True).check()
    return {
        "articles": sum(map(len, report.read().values())), "batches": len(told), "readers": READERS,
        "reads": sum(int(place.read_text()) for place in counts if place.exists()), "writer": code,
        "failed readers": READERS - codes[0], "broken": len(broken), "seconds": round(time.monotonic() - begun, 1),
    }  # fmt: skip


def _checkpointing(program: Callable[[], None]) -> None:
    """Run a writer whose log is written back after nearly every commit."""
    open_writer = store.connect.open_writer

    def often(path: Path, *, synchronous: str) -> sqlite3.Connection:
        db = open_writer(path, synchronous=synchronous)
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        return db

    setattr(store.file, "open_writer", often)  # noqa: B010 -- the name it is called by, which the module does not export
    program()


def _read_on(file: Path, told: list[list[Entry]], over: Path, place: Path) -> None:
    """Open, export, look, close, until the writer is done. Any error or half a batch ends this process as a bug."""
    reads = 0
    while not over.exists():
        shop = open_store(f"sqlite:///{file}", read_only=True)
        rows = list(shop.articles())
        assert all(row["text"] and row["story_id"] and row["revisions"] for row in rows)
        there = {url for row in rows for url in row["urls"]}
        assert not halves(told, there), "half a batch was seen"
        if reads % 8 == 0:
            assert shop.check() == []
        shop.close()
        reads += 1
        place.write_text(str(reads))


def halves(told: list[list[Entry]], there: set[str]) -> list[int]:
    """The batches of whose articles some are there and some are not."""
    found = []
    for number, batch in enumerate(told):
        # What was corrected belongs to an earlier batch as well.
        earlier = {entry.url for before in told[:number] for entry in before}
        own = {entry.url for entry in batch if entry.told is not None and entry.on_topic} - earlier
        if 0 < len(own & there) < len(own):
            found.append(number)
    return found


def backups(folder: Path, count: int, _seed: int) -> dict[str, Any]:
    """`ingest db backup` beside a writer: sound, whole, and with all that was reported before it began."""
    begun = time.monotonic()
    warm()
    bench = Bench(folder, synchronous="NORMAL", width=6)
    found: Counter[str] = Counter()
    writer = 0
    for number in range(count):
        if not writer or os.waitid(os.P_PID, writer, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            if writer:
                assert wait(writer) == 0
            bench.anew()
            opened(bench.file).close()
            writer = fork(bench.writer(lambda: None))
        time.sleep(0.05 * (number % 4))
        before = {url for urls in bench.report.read().values() for url in urls}
        copy = folder / f"backup-{number}.db"
        done = call(folder, "db", "backup", str(copy), "--store", f"sqlite:///{bench.file}")
        after = len(bench.report.read()) < len(bench.told)
        assert done.code == 0, done.err
        found["made"] += 1
        found["made while writing"] += after
        shop = open_store(f"sqlite:///{copy}", read_only=True)
        there = {url for row in shop.articles() for url in row["urls"]}
        found["broken"] += len(shop.check()) + len(halves(bench.told, there))
        found["lost"] += len(before - there)
        found["reported"] += len(before)
        shop.close()
        copy.unlink()
    assert wait(writer) == 0
    return dict(found) | {"seconds": round(time.monotonic() - begun, 1)}
