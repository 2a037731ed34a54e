"""The real command in a child of a process that has loaded it already, as another user where that is wanted."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ingest.dedupe.fingerprint import fingerprint, scheme
from tests.cli.zygote import HEAVY, become, leave

NOBODY = 65534
# What writers, daemons and the making of tables load when they come to it: every child would pay for it anew.
MORE = ("ingest.daemon", "encodings.idna", "alembic.command", "alembic.config", "alembic.context", "sqlalchemy.pool",
        "store.schema")  # fmt: skip


def warm() -> None:
    """Load what commands load, once."""
    from ingest.cli.app import COMMANDS

    for module in (*(f"ingest.cli.{name}" for name in COMMANDS), *HEAVY, *MORE):
        import_module(module)
    scheme()
    fingerprint("Wer einmal gerechnet hat, hat geladen, womit gerechnet wird.")


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def refused(self) -> bool:
        """Exit 5, said in three lines and no traceback."""
        said = [line.split(": ", 1)[0] for line in self.err.splitlines()]
        return self.code == 5 and said == ["error", "why", "fix"]


class Call:
    """A command that was started; it may be waited for."""

    def __init__(self, folder: Path, *args: str, user: int | None = None, env: Mapping[str, str] | None = None) -> None:
        self._said = Path(tempfile.mkdtemp(prefix="said-"))
        files = [os.devnull, str(self._said / "out"), str(self._said / "err")]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("INGEST_")}
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        asked = {"args": list(args), "cwd": str(folder), "env": kept | home | dict(env or {}), "files": files}
        self.pid = os.fork()
        if not self.pid:
            code = 97
            with suppress(BaseException):
                if user is not None:
                    self._said.chmod(0o777)
                    os.setgroups([])
                    os.setgid(user)
                    os.setuid(user)
                code = become(asked)
            leave(code)

    def wait(self) -> Done:
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        said = [(self._said / name).read_text("utf-8") for name in ("out", "err")]
        for name in ("out", "err"):
            (self._said / name).unlink()
        self._said.rmdir()
        assert "Traceback" not in said[1], said[1]
        return Done(code, *said)


def call(folder: Path, *args: str, user: int | None = None, env: Mapping[str, str] | None = None) -> Done:
    """A command to its end."""
    return Call(folder, *args, user=user, env=env).wait()


def first_of(calls: Sequence[Call], seconds: float) -> Call | None:
    """The first of these calls that ended, not yet waited for; None where none does in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for one in calls:
            if os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return one
        time.sleep(0.005)
    return None
