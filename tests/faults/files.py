"""The command over files it cannot use: read-only, cut off, altered, newer, not a store at all."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from tests.faults import disks
from tests.faults.command import NOBODY, Done, call, warm
from tests.faults.cycles import Bench

READS = (("stories",), ("export", "articles"), ("db", "check"))


def files(folder: Path, mutations: int, seed: int) -> dict[str, Any]:
    """What the command answers: for each case, how its calls ended. Raises AssertionError where a file was written."""
    warm()
    folder.chmod(0o755)
    bench = Bench(folder, synchronous="NORMAL")
    whole = folder / "calm.db"
    found: dict[str, Any] = {}
    _refused(folder, whole, found)
    found["altered"] = _altered(folder, whole, mutations, seed)
    _read_only(folder, whole, found)
    found["articles"] = len(bench.wanted["articles"])
    return found


def _ask(store: Path, *args: str, user: int | None = None) -> Done:
    return call(store.parent, *args, "--store", f"sqlite:///{store}", user=user, env={"INGEST_STORE__MIN_FREE_MB": "0"})


def _refused(folder: Path, whole: Path, found: dict[str, Any]) -> None:
    """Files that are no store of ours are refused for reading and writing, and stay as they are."""
    cases = folder / "cases"
    cases.mkdir()
    body = whole.read_bytes()
    (cases / "no database").write_bytes(b"Sehr geehrte Damen und Herren, " * 40)
    (cases / "cut off").write_bytes(body[: len(body) // 2])
    (cases / "cut off early").write_bytes(body[:3000])
    (cases / "random").write_bytes(random.Random(1).randbytes(100_000))  # noqa: S311 -- noise, not secrets
    for name, statement in (
        ("newer", "UPDATE alembic_version SET version_num = '0999'"), ("another's", "PRAGMA application_id = 7")
    ):  # fmt: skip
        shutil.copy(whole, cases / name)
        db = sqlite3.connect(cases / name)
        db.execute(statement)
        db.commit()
        db.close()
    (cases / "a folder").mkdir()
    for case in sorted(cases.iterdir()):
        before = case.read_bytes() if case.is_file() else b""
        done = {
            " ".join(args): _ask(case, *args) for args in (*READS, ("run",), ("feeds", "add", "http://a.example/f"))
        }
        assert not case.is_file() or case.read_bytes() == before, f"{case.name} was written"
        found[case.name] = {name: _said(one) for name, one in done.items()}


def _said(done: Done) -> str:
    return "refused" if done.refused else "answered" if done.code == 0 else f"{done.code}: {done.err}"


def _altered(folder: Path, whole: Path, mutations: int, seed: int) -> dict[str, int]:
    """Copies with a few random bytes: an answer, or three lines, never a traceback (`call` raises for one)."""
    chance = random.Random(seed)  # noqa: S311 -- damage that can be repeated
    body = whole.read_bytes()
    copy = folder / "altered.db"
    counts = {"answered": 0, "refused": 0, "otherwise": 0}
    for number in range(mutations):
        damaged = bytearray(body)
        for _ in range(chance.choice((1, 8, 64, 512))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        copy.write_bytes(damaged)
        said = _said(_ask(copy, *READS[number % len(READS)]))
        counts[said if said in counts else "otherwise"] += 1
        assert copy.read_bytes() == damaged, "a damaged store was written to by a command that reads"
    return counts


def _read_only(folder: Path, whole: Path, found: dict[str, Any]) -> None:
    """For a user who may not write, and on a disk nobody may write to: reading works, writing is refused."""
    place = folder / "locked"
    place.mkdir()
    shutil.copy(whole, place / "news.db")
    (place / "news.db").chmod(0o444)
    place.chmod(0o555)
    writes = (("run",), ("feeds", "add", "http://a.example/f"), ("daemon",))

    def ask(file: Path, user: int | None) -> dict[str, str]:
        return {" ".join(args): _said(_ask(file, *args, user=user)) for args in (*READS, *writes)}

    if os.geteuid() == 0:
        found["read-only file and folder"] = ask(place / "news.db", NOBODY)
        assert [entry.name for entry in place.iterdir()] == ["news.db"], "something was left beside a read-only store"
    why = disks.apart()
    if why:
        found["read-only disk"] = why
        return
    with disks.small_disk(folder / "disk", 16) as disk:
        shutil.copy(whole, disk / "news.db")
        disks.read_only(disk)
        found["read-only disk"] = ask(disk / "news.db", None)
