"""The command against the small web: each call a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from store import open_store
from tests.e2e.press import NOW
from tests.e2e.web import Web

REPOSITORY = Path(__file__).resolve().parents[2]
SETTINGS = {
    "INGEST_FETCH__ALLOW_PRIVATE": '["127.81.0.0/16"]',
    "INGEST_FETCH__SPACING": "0",
    "INGEST_FETCH__TIMEOUT": "30",  # thousands of times what a page takes: no busy machine makes a failure of it
    "INGEST_FETCH__RECHECK": "[]",  # tests count requests; those of re-checks switch them on
    "INGEST_FETCH__PATIENCE": "0",  # a Retry-After of a second would hold up every test by a second
    "INGEST_EXTRACT__WORKERS": "1",
    "INGEST_STORE__SYNCHRONOUS": "NORMAL",
}
OUTCOMES = ("new", "revised", "unchanged", "duplicate_url", "off_topic", "rejected", "failed", "deferred")


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str
    summary: dict[str, Any]  # empty where none was written

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def items(self) -> dict[str, int]:
        """The entries' outcomes, those that happened."""
        return {name: count for name, count in self.summary["items"].items() if count}

    def error(self) -> tuple[str, str, str]:
        """The three lines of an error, which are all that was said."""
        lines = [line for line in self.err.splitlines() if not line.startswith("refused: ")]
        assert [line.split(": ", 1)[0] for line in lines] == ["error", "why", "fix"], self.err
        return lines[0], lines[1], lines[2]


@dataclass
class Desk:
    """A folder with a store in it, and the command."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    module: Sequence[str | Path] = ("ingest",)  # what Python runs, with its first arguments

    @property
    def file(self) -> Path:
        return self.folder / "news.db"

    def start(self, *args: str | Path, **env: str) -> subprocess.Popen[str]:
        """The command as a process group of its own, over this desk's store; stderr is a pipe."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("INGEST_")}
        here = {"PYTHONPATH": str(REPOSITORY), "INGEST_STORE__URL": f"sqlite:///{self.file}", "LANG": "C.UTF-8"}
        return subprocess.Popen(
            [sys.executable, "-m", *map(str, self.module), *map(str, args)], cwd=self.folder, start_new_session=True,
            env=kept | here | SETTINGS | self.settings | env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def call(self, *args: str | Path, **env: str) -> Done:
        with self.start(*args, **env) as process:
            return self.end(process)

    def run(self, feeds: Sequence[str], *args: str | Path, now: datetime = NOW, force: bool = True, **env: str) -> Done:
        """`ingest run` over these feeds alone; the sums are checked."""
        with self.start(*self.asking(feeds, *args, now=now, force=force), **env) as process:
            return self.end(process)

    def asking(
        self, feeds: Sequence[str], *args: str | Path, now: datetime = NOW, force: bool = True
    ) -> list[str | Path]:
        """The arguments of a run over these feeds."""
        (self.folder / "feeds.txt").write_text("\n".join(feeds) + "\n", encoding="utf-8")
        forced = ["--force"] if force else []
        summary = self.folder / "summary.json"
        summary.unlink(missing_ok=True)
        return ["run", "--feeds-from", "feeds.txt", "--only", *forced, "--now", now.isoformat(), "--summary", summary,
                "--log-format", "json", *args]  # fmt: skip

    def end(self, process: subprocess.Popen[str], timeout: float = 200) -> Done:
        """Wait for a process; its log lines are left out of `err`."""
        out, err = process.communicate(timeout=timeout)
        assert "Traceback" not in err, err
        said = "\n".join(line for line in err.splitlines() if not line.startswith("{"))
        written = self.folder / "summary.json"
        summary = json.loads(written.read_text("utf-8")) if written.exists() else {}
        if summary:
            assert summary["items"]["seen"] == sum(summary["items"][name] for name in OUTCOMES), summary
        return Done(process.returncode, out, said, summary)

    # --- what is in the store, read without a process ---------------------------------------------------------------

    def articles(self) -> dict[str, dict[str, Any]]:
        """Articles by URL."""
        return {row["url"]: row for row in self._read("articles")}

    def rejected(self) -> dict[str, dict[str, Any]]:
        """Refused pages by URL."""
        return {row["url"]: row for row in self._read("rejected")}

    def revisions(self) -> list[dict[str, Any]]:
        return self._read("revisions")

    def feed(self, url: str) -> dict[str, Any]:
        """One feed as `feeds list` tells of it."""
        [row] = [row for row in self.call("feeds", "list").rows if row["url"] == url]
        return row

    def laws(self) -> list[str]:
        """Laws of the store that do not hold."""
        store = open_store(f"sqlite:///{self.file}", read_only=True)
        try:
            return store.check()
        finally:
            store.close()

    def _read(self, what: str) -> list[dict[str, Any]]:
        store = open_store(f"sqlite:///{self.file}", read_only=True)
        try:
            return list(getattr(store, what)())
        finally:
            store.close()


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def until(true: Any, seconds: float = 100.0) -> None:
    """Wait until a condition holds; fails where it never does."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.02)


def members(group: int) -> list[int]:
    """The processes alive in a process group, zombies left out."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                state, _, process_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(process_group) == group and state != "Z":
                    found.append(int(folder.name))
    return found


def kill_group(process: subprocess.Popen[str]) -> None:
    """End a process and all it started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=100)
