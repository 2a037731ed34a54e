"""Every command that lists something, where little can be shown: nothing breaks, and it can be read."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, REPOSITORY, environment
from tests.cli.newsroom import furnish

LISTS = (
    "stories", "show 1", "show 1 --diff all", "explain https://nordkurier.example/hafen", "export articles",
    "export stories", "export revisions", "feeds list", "feeds export", "seeds list", "config show", "config check",
    "config schema", "db check", "db stats", "doctor",
)  # fmt: skip
# Seconds after which something never happens, however busy the machine is.
LONG = 300


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("newsroom") / "news room.db"
    furnish(path)
    return f"sqlite:///{path}"


@pytest.mark.parametrize("command", LISTS)
def test_a_narrow_terminal_without_colours_and_letters(terminal: Callable[..., str], store: str, command: str) -> None:
    """20 columns, LANG=C, NO_COLOR: something is said, without a traceback and without an escape sequence."""
    shown = terminal(*command.split(), "--store", store, columns=20, LANG="C", NO_COLOR="1")
    assert "\x1b" not in shown
    assert shown.strip() or command in {"feeds list", "feeds export", "seeds list", "db check"}


@pytest.mark.thorough
@pytest.mark.parametrize("end", ["| head -n 1", ">&-"])
def test_readers_that_leave(tmp_path: Path, store: str, end: str) -> None:
    """Whoever listens for a line, or not at all, meets no traceback from any of them."""
    ingest = shlex.join([*COMMAND, "--store", store])
    script = "\n".join(f"{ingest} {command} {end}" for command in LISTS)
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=environment(tmp_path, PYTHONPATH=str(REPOSITORY)), capture_output=True,
        text=True, timeout=LONG, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
