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
REPOSITORY = Path(__file__).resolve().parents[2]
# Python reads these when it starts, so a call that sets one is a process of its own.
AT_START = ("LANG", "LC_", "PYTHON")


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str
    raw: bytes = b""

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


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Done]]:
    """`zygote(args, folder, stdin, env)`: a call in a process that was forked from one which is warm already."""
    folder = tmp_path_factory.mktemp("zygote")
    files = [str(folder / name) for name in ("in", "out", "err")]
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("zygote.py"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, cwd=REPOSITORY, env=os.environ | {"PYTHONPATH": str(REPOSITORY), "OPENBLAS_NUM_THREADS": "1"},
    ) as process:  # fmt: skip

        def call(args: tuple[str, ...], at: Path, stdin: bytes, env: dict[str, str]) -> Done:
            assert process.stdin is not None
            assert process.stdout is not None
            Path(files[0]).write_bytes(stdin)
            asked = {"args": args, "env": env, "cwd": str(at), "files": files}
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            code = int(process.stdout.readline())
            out, err = (Path(name).read_bytes() for name in files[1:])
            return Done(code, out.decode("utf-8", "replace"), err.decode("utf-8"), out)

        yield call


@pytest.fixture
def ingest(tmp_path: Path, zygote: Callable[..., Done]) -> Callable[..., Done]:
    """`ingest("stories", "--json")`: call it in an empty folder, its output no terminal."""

    def call(*args: str | Path, stdin: str = "", **env: str) -> Done:
        said = tuple(map(str, args))
        if any(name.startswith(AT_START) for name in env):
            done = fresh(said, tmp_path, stdin.encode(), environment(tmp_path, **env))
        else:
            done = zygote(said, tmp_path, stdin.encode(), environment(tmp_path, **env))
        assert "Traceback" not in done.err or "-vv" in args, done.err
        return done

    return call


def fresh(
    args: tuple[str, ...], at: Path, stdin: bytes, env: dict[str, str], *, command: tuple[str, ...] = COMMAND
) -> Done:
    """A call in a process of its own, piped."""
    done = subprocess.run([*command, *args], capture_output=True, input=stdin, cwd=at, env=env, timeout=60, check=False)
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"), done.stdout)


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
