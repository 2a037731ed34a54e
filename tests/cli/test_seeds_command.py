"""`ingest seeds add` and `ingest seeds list`, as they are called."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done
from tests.quality.reports import report

Call = Callable[..., Done]
KEYS = ["url", "kind", "title", "story_id", "outlet", "published", "language", "words", "first_seen", "revisions"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three reference articles, of three kinds."""
    found = tmp_path / "reference"
    found.mkdir()
    hafen, oper, ferry = report("hafen"), report("oper"), report("ferry")
    (found / "kran.txt").write_text(f"{hafen.title}\n{hafen.text}", encoding="utf-8")
    (found / "oper.md").write_text(f"# {oper.title}\n\n{oper.text}", encoding="utf-8")
    fields = {"title": ferry.title, "text": ferry.text, "outlet": "herald.example", "published": "2026-03-01"}
    (found / "ferry.json").write_text(json.dumps(fields), encoding="utf-8")
    (found / "README.md").write_text("Only texts we may keep.", encoding="utf-8")
    return found


def test_added_seeds_are_listed(ingest: Call, folder: Path) -> None:
    """What is said goes to stderr, nothing to stdout; a second time nothing is new; the list has its keys."""
    done = ingest("seeds", "add", folder)
    assert (done.code, done.out) == (0, "")
    assert "3 of 3 reference articles are new" in done.err
    assert "0 of 3" in ingest("seeds", "add", folder).err
    rows = ingest("seeds", "list").rows
    assert [list(row) for row in rows] == [KEYS] * 3
    assert {row["url"] for row in rows} == {"seed:ferry", "seed:kran", "seed:oper"}
    assert len({row["story_id"] for row in rows}) == 3
    assert {row["revisions"] for row in rows} == {1}
    ferry = next(row for row in rows if row["url"] == "seed:ferry")
    assert (ferry["outlet"], ferry["published"], ferry["language"]) == (
        "herald.example", "2026-03-01T00:00:00Z", "en",
    )  # fmt: skip


def test_formats(ingest: Call, folder: Path) -> None:
    """One array, or a table for a spreadsheet, with the same keys."""
    ingest("seeds", "add", folder)
    assert [list(row) for row in json.loads(ingest("seeds", "list", "--json").out)] == [KEYS] * 3
    table = list(csv.DictReader(io.StringIO(ingest("seeds", "list", "--format", "csv").out)))
    assert [list(row) for row in table] == [KEYS] * 3


def test_quiet_is_quiet(ingest: Call, folder: Path) -> None:
    """With -q nothing is said of what went well."""
    done = ingest("-q", "seeds", "add", folder)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_list_without_a_store_says_how_to_get_one(ingest: Call) -> None:
    """No store yet: exit 5, three lines."""
    done = ingest("seeds", "list")
    assert done.code == 5
    done.error()


def test_mistakes_change_nothing(ingest: Call, folder: Path) -> None:
    """Two of one name, an unreadable one, one that is not there: the error names it, and no seed is stored."""
    (folder / "kran.md").write_text("Ein anderer Text.", encoding="utf-8")
    done = ingest("seeds", "add", folder)
    assert done.code == 4
    assert "two seeds have one name" in done.error()[0]
    (folder / "kran.md").write_bytes(b"Gr\xf6\xdfe")
    done = ingest("seeds", "add", folder / "oper.md", folder / "kran.md")
    assert done.code == 4
    assert "kran.md" in done.error()[0]
    assert ingest("seeds", "add", folder / "nowhere.txt").code == 2
    assert ingest("seeds", "list").code == 5
