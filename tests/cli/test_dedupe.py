"""`ingest dedupe`: a file of articles in, the same order with stories out."""

from __future__ import annotations

import csv
import gzip
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.cli.dedupe import LONGEST_LINE
from ingest.cli.dedupe import _lines as read_lines
from ingest.errors import UsageError
from tests.cli.conftest import Done, environment
from tests.quality import edits
from tests.quality.reports import report

Call = Callable[..., Done]
KEYS = ["id", "story_id", "canonical", "relation", "copied_share", "canonical_share", "linked_to"]
TEXT, OTHER = report("hafen").text, report("oper").text
ROWS: list[dict[str, Any]] = [
    {"id": "b", "text": OTHER, "url": "https://kurier.example/1", "published": "2026-03-02T10:00:00Z", "extra": [1]},
    {"id": "a", "text": TEXT, "site": "bote.example", "title": "Kran", "published": "2026-03-02T09:00:00"},
    {"id": 7, "text": edits.cut(TEXT, share=0.5), "published": "2026-03-02T12:00:00+02:00", "language": "de"},
    {"id": "c", "text": TEXT, "url": None, "site": None, "title": None, "published": None, "language": None},
]


def lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("online", [False, True])
def test_stories_come_out_in_the_order_of_the_articles(ingest: Call, tmp_path: Path, online: bool) -> None:
    """Exactly the documented keys; copies share a story; one canonical article each; links name ids of the input."""
    done = ingest("dedupe", written(tmp_path / "in.jsonl", lines(ROWS)), *(["--online"] if online else []))
    assert (done.code, done.err) == (0, "")
    assert [list(row) for row in done.rows] == [KEYS] * 4
    assert [row["id"] for row in done.rows] == ["b", "a", "7", "c"]
    other, first, cut, copy = done.rows
    assert first["story_id"] == cut["story_id"] == copy["story_id"] != other["story_id"]
    assert [row["canonical"] for row in done.rows] == [True, True, False, False]
    assert [row["relation"] for row in done.rows] == ["canonical", "canonical", "excerpt", "exact"]
    assert [row["linked_to"] for row in done.rows] == [None, "7", "a", "a"]
    assert (cut["copied_share"], copy["canonical_share"]) == (1.0, 1.0)


def test_several_files_are_one_corpus(ingest: Call, tmp_path: Path) -> None:
    """Plain and gzipped files are read one after the other; blank lines and a byte order mark are nothing."""
    first = written(tmp_path / "one.jsonl.gz", lines(ROWS[:2]))
    second = written(tmp_path / "two.jsonl", b"\xef\xbb\xbf" + lines(ROWS[2:3]) + b"\n  \r\n" + lines(ROWS[3:]))
    done = ingest("dedupe", first, second)
    assert [row["id"] for row in done.rows] == ["b", "a", "7", "c"]
    assert len({row["story_id"] for row in done.rows}) == 2


def test_an_empty_file_has_no_stories(ingest: Call, tmp_path: Path) -> None:
    """Nothing in, nothing out, and no error."""
    done = ingest("dedupe", written(tmp_path / "in.jsonl", b""))
    assert (done.code, done.out, done.err) == (0, "", "")
    assert json.loads(ingest("dedupe", tmp_path / "in.jsonl", "--json").out) == []


def test_formats(ingest: Call, tmp_path: Path) -> None:
    """One array, or a table for a spreadsheet in which no id is a formula."""
    path = written(tmp_path / "in.jsonl", lines([*ROWS, {"id": "=1+1", "text": "kurz"}]))
    found = json.loads(ingest("dedupe", path, "--format", "json").out)
    assert [list(row) for row in found] == [KEYS] * 5
    table = list(csv.DictReader(io.StringIO(ingest("dedupe", path, "--format", "csv").out)))
    assert [row["id"] for row in table] == ["b", "a", "7", "c", "'=1+1"]
    assert list(table[0]) == KEYS


@pytest.mark.parametrize(
    "line",
    [
        b"no json", b'{"id": "x"}', b'{"text": "x"}', b'["id", "text"]', b'"text"', b'{"id": "x", "text": 5}',
        b'{"id": "x", "text": null}', b'{"id": "x", "text": "y", "published": "yesterday"}',
        b'{"id": "x", "text": "y", "published": 1700000000}', b'{"id": "x", "text": "y", "site": 5}',
        b'{"id": "x", "text": "y", "title": ["z"]}', b'{"id": "x", "text": "y", "url": {}}',
        b'{"id": "x", "text": "y", "language": 1}',
        b'{"id": "x", "text": "y", "published": "0001-01-01T00:00+14:00"}', b'{"id": "\xff", "text": "y"}',
        b'{"id": null, "text": "y"}', b'{"id": ["x"], "text": "y"}', b'{"id": true, "text": "y"}',
        b'{"id": "a", "text": "an id once more"}', b'{"id": "x", "text": "' + b"y" * LONGEST_LINE + b'"}',
        b"[" * 200_000,
    ],
)  # fmt: skip
def test_a_bad_line_is_a_usage_error(tmp_path: Path, line: bytes) -> None:
    """It is named with its file, and what a line is to be is said."""
    path = written(tmp_path / "in.jsonl", lines(ROWS[:2]) + line + b"\n")
    with pytest.raises(UsageError) as raised:
        list(read_lines([(str(path), path)]))
    assert raised.value.where == f"{path}:3"
    assert 0 < len(raised.value.why) < 200
    assert '"id" of its own' in raised.value.fix


@pytest.mark.parametrize("options", [["--online"], ["--json"], ["--format", "csv"], ["--format", "table"]])
def test_a_bad_line_ends_the_command(ingest: Call, tmp_path: Path, options: list[str]) -> None:
    """Exit 2, three lines that name the line, blank ones counted; nothing comes out of what was read before it."""
    done = ingest("dedupe", written(tmp_path / "in.jsonl", lines(ROWS[:1]) + b"\n" + b'{"id": "x"}\n'), *options)
    assert (done.code, done.out) == (2, "")
    assert "in.jsonl:3" in done.error()[0]


def test_an_id_stands_for_one_article_of_all_files(ingest: Call, tmp_path: Path) -> None:
    """`linked_to` names an id: the same one in a second file is refused there, and so is a file named twice."""
    first, second = (written(tmp_path / f"{name}.jsonl", lines(ROWS[:1])) for name in ("one", "two"))
    for files, where in (((first, second), "two.jsonl:1"), ((first, first), "one.jsonl:1")):
        done = ingest("dedupe", *files)
        assert (done.code, done.out) == (2, "")
        assert where in done.error()[0]


@pytest.mark.parametrize(("name", "options"), [("-", []), ("-", ["--online"]), ("/dev/stdin", [])])
def test_a_pipe_is_an_input_like_a_file(tmp_path: Path, name: str, options: list[str]) -> None:
    """Stdin as `-` and by its device, in both modes: the same stories as of a file, and no copy is left behind."""
    content, spool = written(tmp_path / "in.jsonl", lines(ROWS)), tmp_path / "spool"
    spool.mkdir()

    def told(file: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "ingest", "dedupe", file, "--format", "jsonl", *options],
            input=content.read_bytes(), capture_output=True, check=True, cwd=tmp_path,
            env={**environment(tmp_path), "TMPDIR": str(spool)},
        )  # fmt: skip
        return done.stdout

    assert told(name) == told(str(content)) != b""
    assert not list(spool.iterdir())


@pytest.mark.parametrize("options", [[], ["--online"]])
def test_who_is_told_to_end_leaves_nothing_behind(tmp_path: Path, options: list[str]) -> None:
    """While a pipe that never ends is copied, and while it is decided on: the exit code names the signal."""
    spool = tmp_path / "spool"
    spool.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "ingest", "dedupe", "-", *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
        env={**environment(tmp_path), "TMPDIR": str(spool)},
    ) as running:  # fmt: skip
        while not any(spool.iterdir()):
            assert running.poll() is None
            time.sleep(0.02)
        running.terminate()
        out, said = running.communicate(timeout=60)
    assert (running.returncode, out, said) == (128 + signal.SIGTERM, b"", b"")
    assert not list(spool.iterdir())


def test_a_bad_line_of_a_pipe_is_named_by_it(tmp_path: Path) -> None:
    """The user sees the name he gave, not that of the copy."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "dedupe", "-"],
        input=lines(ROWS[:1]) + b"nothing\n", capture_output=True, check=False, cwd=tmp_path,
        env=environment(tmp_path),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"(-:2)" in done.stderr.splitlines()[0]


@pytest.mark.parametrize("damage", ["none at all", "cut short", "wrong in the middle"])
def test_a_broken_archive_is_named(tmp_path: Path, damage: str) -> None:
    """A .gz that is none, is cut short or was damaged is the file's fault."""
    packed = bytearray(gzip.compress(lines(ROWS) * 20))
    if damage == "none at all":
        packed = bytearray(b"no gzip")
    elif damage == "cut short":
        del packed[-300:]
    else:
        packed[len(packed) // 2] ^= 0xFF
        packed[len(packed) // 2 + 1] ^= 0xFF
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(packed)
    with pytest.raises(UsageError):
        list(read_lines([(str(path), path)]))


def test_odd_values_are_no_obstacle(ingest: Call, tmp_path: Path) -> None:
    """Texts without words, lone surrogates, dates at the ends of time, addresses that are none."""
    rows = [
        {"id": "x", "text": ""}, {"id": "y", "text": "—"}, {"id": "\ud800", "text": "Hafen \udfff"},
        {"id": "old", "text": "alt", "published": "0001-01-01T00:00:00Z"},
        {"id": "new", "text": "neu", "published": "9999-12-31T23:59:59Z"},
        {"id": "url", "text": "Adresse", "url": "no address"}, {"id": "nul", "text": "a\u0000b", "site": "\u0000"},
        {"id": "mail", "text": "Post", "url": "mailto:a@b.example"}, {"id": "v6", "text": "sechs", "url": "http://[::1"},
    ]  # fmt: skip
    done = ingest("dedupe", written(tmp_path / "in.jsonl", lines(rows)))
    assert done.code == 0, done.err
    assert len(done.rows) == len(rows)


def test_a_missing_file_is_a_usage_error(ingest: Call, tmp_path: Path) -> None:
    """No such file, a folder, no file named: exit 2."""
    for args in (["nowhere.jsonl"], [tmp_path], []):
        assert ingest("dedupe", *args).code == 2
