"""Every error is three lines with an exit code, whoever raises it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from ingest.cli.numbers import LONGEST
from ingest.cli.output import write_error
from ingest.config.kinds import TEN_YEARS
from ingest.errors import IngestError
from store.errors import StoreError
from tests.cli.conftest import REPOSITORY, Done
from tests.docs.reference import commands, errors

Call = Callable[..., Done]
# What ends a command; errors of one feed or page are data and are shown in a row.
ENDING = {"UsageError", "ConfigError", "NothingMatched", "StoreUnusable", "DiskFull", "StoreTooNew", "StoreBusy",
          "SchemeMismatch", "StoreError", "LawBroken"}  # fmt: skip


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Where an error that ends a command is made, and how."""
    for room in ("ingest", "store"):
        for path in (REPOSITORY / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ENDING:
                    yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", node


def test_whoever_ends_a_command_says_what_to_do() -> None:
    """Each such error says what, and at least why or how to mend it; the others would print a poor default."""
    poor = [
        where for where, made in raised()
        if not {keyword.arg for keyword in made.keywords} & {"why", "fix"}
    ]  # fmt: skip
    assert poor == []
    assert len(list(raised())) > 40


@pytest.mark.parametrize("kind", list(errors()), ids=lambda kind: kind.__name__)
def test_any_error_is_three_lines(kind: type[IngestError | StoreError], capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever its texts hold: line breaks, escapes, nothing at all."""
    assert kind.exit_code in {1, 2, 4, 5, 6, 75}
    assert kind.__doc__
    for text in ("", "zwei\nZeilen \x1b[31m\u202e", "x" * 500):
        write_error(text or "what", where=text, why=text, fix=text)
        lines = capfd.readouterr().err.splitlines()
        assert [line.split(": ")[0] for line in lines] == ["error", "why", "fix"]
        assert all(line.split(": ", 1)[1].isprintable() and line.split(": ", 1)[1] for line in lines)


def test_no_command_takes_what_it_does_not_know(ingest: Call, tmp_path: Path) -> None:
    """Every command refuses an unknown option, and a missing argument it needs, with 2 in three lines."""
    for path, command in commands():
        unknown = ingest(*path.split(), "--no-such-option")
        assert unknown.code == 2, path
        assert f"ingest {path} --help" in unknown.error()[2]
        if any(isinstance(one, click.Argument) and one.required for one in command.params):
            missing = ingest(*path.split())
            assert missing.code == 2, path
            missing.error()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "args",
    [
        ("show", "9" * 20), ("undo", "9" * 20), ("merge", "1", "9" * 20), ("stories", "--limit", "9" * 20),
        ("stories", "--min-variants", "9" * 20), ("feeds", "add", "https://a.example/", "--interval", "9" * 9),
        ("run", "--now", "9999-12-31"), ("run", "--now", "0001-01-01"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_no_store_can_hold_is_refused(ingest: Call, args: tuple[str, ...]) -> None:
    """Numbers and times beyond all measure are a mistake of the command line, and no fault of the store."""
    done = ingest(*args)
    assert done.code == 2
    assert done.error()


def test_an_interval_is_what_the_settings_take() -> None:
    """A feed that is added by hand is held to the bound of `[[feeds]]`, which are not loaded for it."""
    assert LONGEST == TEN_YEARS
