"""`ingest run` before and after the cycle: what is refused, what is said when there was nothing to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.cli.progress import ProgressLine
from tests.cli.conftest import Done

Call = Callable[..., Done]


def test_a_summary_that_cannot_be_written_is_refused_first(ingest: Call, settings: Path, tmp_path: Path) -> None:
    """A missing folder is told before anything is polled or kept."""
    assert settings.exists()
    done = ingest("run", "--summary", "no/such/folder/run.json")
    assert done.code == 2
    assert "no/such/folder" in done.error()[0]
    assert not (tmp_path / "newsfold.db").exists()


def test_a_dry_run_has_a_summary_too(ingest: Call, settings: Path, tmp_path: Path) -> None:
    """The counts of what would be done, in the same form."""
    assert settings.exists()
    assert ingest("run", "--dry-run", "--summary", "run.json").code == 3
    assert json.loads((tmp_path / "run.json").read_text())["feeds"]["failed"] == 1


def test_what_is_no_address_is_no_feed(ingest: Call, tmp_path: Path) -> None:
    """--feed takes addresses alone; nothing else becomes a feed that stays."""
    done = ingest("run", "--feed", "feed.xml")
    assert done.code == 2
    done.error()
    assert not (tmp_path / "newsfold.db").exists()


def test_nothing_to_do_is_explained(ingest: Call, settings: Path, tmp_path: Path) -> None:
    """A run that polls no feed says why: there is none, all are off, or none is due, and when the next one is."""
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    assert "there are no feeds" in ingest("run", "-C", empty).err
    assert ingest("run").code == 3
    again = ingest("run")
    assert again.code == 0
    assert "no feed is due before 20" in again.err
    assert ingest("feeds", "disable", "http://127.0.0.1:1/feed.xml").code == 0
    assert "these feeds are off" in ingest("run").err


def test_the_progress_line_gives_way(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written after it begins where it began; without a terminal it is not painted at all."""
    ProgressLine(wanted=True).paint("1 under way")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "10")
    line = ProgressLine(wanted=True)
    line.paint("1 under way, 2 new")
    line.write("12:00:00 article\n")
    line.clear()
    assert capsys.readouterr().err == "\r\033[K1 under w\r\033[K12:00:00 article\n"
