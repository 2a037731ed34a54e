"""`ingest db`, `ingest doctor` and Parquet: the store from outside."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from store import open_store
from store.model import FeedOutcome, FeedSpec
from tests.cli.conftest import COMMAND, Done, environment
from tests.cli.newsroom import START, furnish
from tests.store.older import make_older

Call = Callable[..., Done]
Seen = Callable[..., str]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A furnished store where commands look for it."""
    furnish(tmp_path / "newsfold.db")
    return tmp_path / "newsfold.db"


def test_doctor_changes_nothing(ingest: Call, kept: Path) -> None:
    """A store of an older newsfold is told, and is as old afterwards: there is no way back from an upgrade."""
    with sqlite3.connect(kept) as db:
        make_older(db, "0008")
    db.close()
    findings = {row["check"]: row for row in ingest("doctor").rows}
    assert findings["store"]["state"] == "bad"
    assert "`ingest db upgrade`" in findings["store"]["fix"]
    db = sqlite3.connect(kept)
    assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("0008",)]
    db.close()


def test_a_stopped_daemon_leaves_one_file(ingest: Call, kept: Path) -> None:
    """What was written while it ran stands in the store's file: copied alone, it has everything."""
    process = subprocess.Popen(
        [*COMMAND, "daemon"], cwd=kept.parent, env=environment(kept.parent), stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stderr is not None
        assert "watching" in process.stderr.readline()
        assert ingest("pin", "https://abendpost.example/granaten").code == 0
        process.terminate()
        process.stderr.read()
    assert process.returncode == 0
    copy = kept.with_name("copy.db")
    copy.write_bytes(kept.read_bytes())
    assert ingest("show", "1", "--store", "sqlite:///copy.db").rows[0]["canonical_reason"] == "pinned"
    assert not kept.with_name("newsfold.db-wal").exists()


def test_a_backup_holds_one_moment(ingest: Call, kept: Path, tmp_path: Path) -> None:
    """Copied while another process writes, checked, whole or not there, never over a file, readable as a store."""
    stop = threading.Event()

    def write() -> None:
        store = open_store(f"sqlite:///{kept}", synchronous="NORMAL")
        number = 0
        while not stop.is_set():
            store.record_run({"items": {"seen": number, "new": number}})
            store.add_feeds([FeedSpec(url=f"https://f{number}.example/", origin="added")], now=START)
            number += 1
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = ingest("db", "backup", "copy.db")
    finally:
        stop.set()
        writer.join()
    assert done.code == 0, done.err
    assert "all laws hold" in done.err
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy.db"]
    assert ingest("export", "articles", "--store", "sqlite:///copy.db").out == ingest("export", "articles").out
    copied = (tmp_path / "copy.db").read_bytes()
    for target in ("copy.db", "newsfold.db", "no/such/folder.db"):
        refused = ingest("db", "backup", target)
        assert refused.code == 2
        refused.error()
    assert (tmp_path / "copy.db").read_bytes() == copied


def test_a_damaged_store_gives_no_silent_backup(ingest: Call, kept: Path) -> None:
    """The copy of a store that breaks its laws is named as such, with 5."""
    db = sqlite3.connect(kept)
    db.execute("UPDATE story SET articles = 7")
    db.commit()
    db.close()
    done = ingest("db", "backup", "copy.db")
    assert done.code == 5
    assert "counts its members" in done.error()[1]


def test_upgrade_brings_a_store_up_to_date(ingest: Call, kept: Path) -> None:
    """A store of an older schema is refused by readers with this command as the way out, and read after it."""
    db = sqlite3.connect(kept)
    make_older(db, "0001")
    db.close()
    assert "ingest db upgrade" in ingest("stories").error()[2]
    assert ingest("db", "upgrade").code == 0
    assert len(ingest("stories", "--search", "Baeckerei").rows) == 1
    assert ingest("db", "upgrade").code == 0


def test_stats_are_figures(ingest: Call, terminal: Seen, kept: Path) -> None:
    """One object for programs, a line a figure for people."""
    found = json.loads(ingest("db", "stats", "--json").out)
    assert (found["articles"], found["stories"], found["revisions"], found["rejected"]) == (4, 2, 5, 1)
    assert found["last_run"] is None
    assert ingest("db", "stats", "--format", "csv").out.startswith("feeds,articles,")
    shown = {line.split()[0]: line.split()[-1] for line in terminal("db", "stats").splitlines() if line.split()}
    assert shown["articles"] == "4"


def test_doctor_says_what_to_do(ingest: Call, kept: Path) -> None:
    """Every finding that is not well has a fix; feeds that fail or are off by themselves are among them."""
    store = open_store(f"sqlite:///{kept}")
    store.add_feeds([FeedSpec(url=f"https://{name}.example/", origin="added") for name in ("sick", "gone")], now=START)
    with store.placing() as placing:
        for feed, count, off in ((1, 6, None), (2, 1, "gone (410)")):
            for _ in range(count):
                placing.finish_feed(FeedOutcome(feed_id=feed, polled=START, due_at=START, ok=False, error="no answer",
                                                error_class="unreachable", disable=off))  # fmt: skip
    store.close()
    findings = ingest("doctor").rows
    assert all(row["fix"] for row in findings if row["state"] != "ok")
    fixes = [row["fix"] for row in findings if row["check"] == "feeds"]
    assert fixes == [
        "ingest feeds test https://sick.example/",
        "ingest feeds remove https://gone.example/, or ingest feeds enable https://gone.example/",
    ]


@pytest.mark.parametrize("what", ["articles", "stories", "revisions"])
def test_parquet_says_what_jsonl_says(ingest: Call, kept: Path, what: str) -> None:
    """The same rows and values, in typed columns, to a file or a pipe."""
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = ingest("export", what).rows
    piped = parquet.read_table(io.BytesIO(ingest("export", what, "--format", "parquet").raw))
    assert ingest("export", what, "--format", "parquet", "-o", "out.parquet").code == 0
    table = parquet.read_table(kept.with_name("out.parquet"))
    assert table.equals(piped)
    assert table.column_names == list(rows[0])
    read = [
        {key: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
         for key, value in row.items()}
        for row in table.to_pylist()
    ]  # fmt: skip
    assert read == rows


def test_parquet_takes_refusals_too(ingest: Call, kept: Path) -> None:
    """One table holds both kinds of row, each with its own columns filled."""
    parquet = pytest.importorskip("pyarrow.parquet")
    out = ingest("export", "articles", "--rejected", "--format", "parquet").raw
    rows = parquet.read_table(io.BytesIO(out)).to_pylist()
    assert [row["reason"] for row in rows] == [None] * 4 + ["login"]
    assert rows[-1]["first_seen"] == START


def test_parquet_without_its_extra_names_the_extra(kept: Path, tmp_path: Path) -> None:
    """Where pyarrow is not installed: three lines with the command that installs it, 2, and no file."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "pyarrow.py").write_text('raise ModuleNotFoundError("No module", name="pyarrow")\n')
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "export", "stories", "--format", "parquet", "-o", "x.parquet"],
        cwd=tmp_path, env=environment(tmp_path, PYTHONPATH=str(tmp_path / "empty")), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[2] == 'fix: pip install "newsfold[parquet]"'
    assert not list(tmp_path.glob("*parquet*"))


def test_parquet_is_nothing_for_a_terminal(terminal: Seen, kept: Path) -> None:
    """Binary data would move the terminal."""
    assert terminal("export", "stories", "--format", "parquet") == ""
