"""The demo as a reader calls it: a process of its own, whose connections are noted wherever they are made."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "ingest")
# Loaded by every Python process of the demo, workers included: notes where a socket is connected or a name looked up.
WATCH = """
import os, sys
def watch(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        said = str(args[1][0])
    elif event == "socket.getaddrinfo":
        said = str(args[0])
    else:
        return
    log = os.open(os.environ["CONNECTIONS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(log, (said + "\\n").encode())
    os.close(log)
sys.addaudithook(watch)
"""


@dataclass(frozen=True, slots=True)
class Played:
    """How a demo ended, and what it left."""

    code: int
    out: str
    err: str
    seconds: float
    connections: frozenset[str]
    left: tuple[str, ...]  # in the temporary folder


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder to call the demo in, with a temporary folder of its own."""

    folder: Path

    def start(self, *args: str | Path, **env: str) -> subprocess.Popen[str]:
        """The command as a process group of its own."""
        watch, temporary = self.folder / "watch", self.folder / "tmp"
        for made in (watch, temporary):
            made.mkdir(exist_ok=True)
        (watch / "sitecustomize.py").write_text(WATCH)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("INGEST_", "NO_COLOR"))}
        here = {
            "PYTHONPATH": f"{watch}{os.pathsep}{REPOSITORY}",
            "TMPDIR": str(temporary),
            "COLUMNS": "80",
            "CONNECTIONS": str(self.folder / "connections"),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
        }
        return subprocess.Popen(
            [*COMMAND, *map(str, args)], cwd=self.folder, env=kept | here | env, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    def call(self, *args: str | Path, **env: str) -> Played:
        begun = time.monotonic()
        with self.start(*args, **env) as process:
            return self.end(process, begun)

    def end(self, process: subprocess.Popen[str], begun: float, said: Sequence[str] = ()) -> Played:
        """Wait for a process; `said` is what was read of its stderr before."""
        out, err = process.communicate(timeout=200)
        err = "".join(said) + err
        assert "Traceback" not in err, err
        noted = self.folder / "connections"
        connections = noted.read_text().split() if noted.exists() else []
        left = tuple(sorted(path.name for path in (self.folder / "tmp").iterdir()))
        seconds = time.monotonic() - begun
        return Played(process.returncode, out, err, seconds, frozenset(connections), left)
