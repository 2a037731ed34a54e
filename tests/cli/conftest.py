"""The command as users have it: a process of its own, piped or at a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = (sys.executable, "-m", "ingest")


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Stdout as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    def error(self) -> tuple[str, str, str]:
        """The three lines of an error; fails where there are more, fewer, or others."""
        lines = self.err.splitlines()
        assert len(lines) == 3, self.err
        assert [line.split(": ", 1)[0] for line in lines] == ["error", "why", "fix"]
        return lines[0], lines[1], lines[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A quiet environment: no settings from outside, no colours asked for, folders of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("INGEST_", "LC_", "LANG", "NO_COLOR", "XDG_"))}
    return (
        kept | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "xdg"), "LANG": "C.UTF-8", "TERM": "xterm"} | more
    )


@pytest.fixture
def ingest(tmp_path: Path) -> Callable[..., Done]:
    """`ingest("stories", "--json")`: call it in an empty folder, piped."""

    def call(*args: str | Path, stdin: str = "", **env: str) -> Done:
        done = subprocess.run(
            [*COMMAND, *map(str, args)],
            capture_output=True,
            input=stdin.encode(),
            cwd=tmp_path,
            env=environment(tmp_path, **env),
            timeout=60,
            check=False,
        )
        assert b"Traceback" not in done.stderr or "-vv" in args, done.stderr.decode()
        return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return call


@pytest.fixture
def terminal(tmp_path: Path) -> Callable[..., str]:
    """`terminal("stories", columns=80)`: what a person sees on a terminal of that width, stdout alone."""

    def call(*args: str | Path, columns: int = 100, **env: str) -> str:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [*COMMAND, *map(str, args)],
            stdin=subprocess.DEVNULL,
            stdout=slave,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env=environment(tmp_path, COLUMNS=str(columns), **env),
        )
        os.close(slave)
        seen = b"".join(_until_closed(master))
        os.close(master)
        _, err = process.communicate(timeout=60)
        assert b"Traceback" not in err, err.decode()
        return seen.decode("utf-8").replace("\r\n", "\n")

    return call


def _until_closed(master: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(master, 65_536)
        except OSError:  # how Linux says that the other side is closed
            return
        if not chunk:
            return
        yield chunk


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A small valid settings file in the folder the command is called in."""
    path = tmp_path / "config.toml"
    path.write_text('[topic]\nname = "Häfen"\nterms = [["Hafen*"]]\n[[feeds]]\nurl = "http://127.0.0.1:1/feed.xml"\n')
    return path
