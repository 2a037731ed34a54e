"""`ingest merge`, `split`, `pin`, `undo`, `recluster`: through the real command on a real store."""

from __future__ import annotations

import getpass
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store import locks, open_store
from tests.cli.conftest import COMMAND, Done, environment
from tests.cli.newsroom import furnish

Call = Callable[..., Done]
HARBOUR, COPY, CUT, BAKERY = (
    f"https://{name}"
    for name in (
        "nordkurier.example/hafen",
        "abendpost.example/granaten",
        "anzeiger.example/kurz",
        "nordkurier.example/brot",
    )
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    furnish(tmp_path / "newsfold.db")
    return tmp_path / "newsfold.db"


def rows(ingest: Call) -> dict[str, dict[str, Any]]:
    return {row["url"]: row for row in ingest("export", "articles").rows}


def test_a_merge_over_a_damaged_store_is_refused(ingest: Call, path: Path) -> None:
    """A text whose words are gone cannot be taken out of the search: the store is damaged, and a backup mends it."""
    db = sqlite3.connect(path)
    db.execute("DELETE FROM body WHERE text_id = (SELECT min(text_id) FROM article WHERE story_id = 2)")
    db.commit()
    db.close()
    refused = ingest("merge", "2", "1")
    assert refused.code == 5
    said = refused.error()
    assert "the store is damaged" in said[0]
    assert "a text has a fingerprint and a body" in said[1]


def stories(ingest: Call) -> dict[str, int]:
    return {url: row["story_id"] for url, row in rows(ingest).items()}


def test_an_analyst_s_day(ingest: Call, path: Path) -> None:
    """Merge, split, pin, undo one after the other; each prints its number and takes effect at once."""
    before = stories(ingest)
    merged = ingest("merge", "2", "1", "--note", "one affair", "--by", "ada")
    assert merged.code == 0, merged.err
    [said] = merged.rows
    assert (said["kind"], said["by"], said["note"], said["stories"]) == ("tied", "ada", "one affair", [1])
    assert said["moved"] == [{"url": BAKERY, "from": 2, "to": 1}]
    assert set(stories(ingest).values()) == {1}
    assert ingest("show", "2").rows[0]["story_id"] == 1
    [parted] = ingest("split", CUT, "--json").rows
    assert stories(ingest)[CUT] not in {1, 2}
    [pinned] = ingest("pin", "http://www.abendpost.example/granaten/").rows
    assert rows(ingest)[COPY]["canonical"]
    told = ingest("undo", str(pinned["decision"]), "--format", "table")
    assert told.out.splitlines()[0].endswith(f"undo of decision {pinned['decision']}; story 1")
    assert told.out.splitlines()[-1].startswith("to take it back: ingest undo ")
    assert rows(ingest)[HARBOUR]["canonical"]
    assert ingest("undo", str(parted["decision"])).code == 0
    assert ingest("undo", str(said["decision"])).code == 0
    assert stories(ingest) == before
    assert ingest("db", "check").code == 0
    decisions = ingest("show", "1").rows[0]["decisions"]
    assert {one["by"] for one in decisions if one["by"]} == {"ada", getpass.getuser()}
    assert ingest("show", "1", "--format", "table").code == 0


@pytest.mark.parametrize(
    ("said", "code", "what"),
    [
        ("merge 1 99", 6, "no story 99"),
        ("merge 1 1", 2, "one already"),
        ("merge 1", 2, "Missing argument"),
        ("split https://nowhere.example/", 6, "no article"),
        (f"split {BAKERY}", 2, "nothing would be left"),
        (f"split {BAKERY} {HARBOUR}", 2, "several stories"),
        ("pin https://nowhere.example/", 6, "no article"),
        ("undo 1", 2, "decision 1 is the machine's"),
        ("undo 999", 6, "no decision 999"),
    ],
)
def test_what_is_refused(ingest: Call, path: Path, said: str, code: int, what: str) -> None:
    """Three lines, the right code, and the store as it was."""
    before = stories(ingest)
    done = ingest(*said.split())
    assert done.code == code
    assert what in done.error()[0]
    assert stories(ingest) == before


def test_rulings_that_contradict_name_each_other(ingest: Call, path: Path) -> None:
    """The earlier decision, who made it and why, and the way out."""
    [parted] = ingest("split", CUT, "--by", "ada", "--note", "another ship").rows
    error, why, fix = ingest("merge", "1", str(stories(ingest)[CUT])).error()
    assert f"decision {parted['decision']} says otherwise" in error
    assert "another ship" in error
    assert why
    assert f"ingest undo {parted['decision']}" in fix


def test_a_busy_store(ingest: Call, path: Path) -> None:
    """Another cycle is no hindrance; another writer is, after --wait, with 75. Recluster waits for the cycle."""
    store = open_store(f"sqlite:///{path}")
    with store.cycle(wait=0, holder="a test"):
        assert ingest("pin", COPY).code == 0
        assert ingest("recluster", "--dry-run").code == 0
        done = ingest("recluster", "--wait", "0")
        assert (done.code, "a test" in done.error()[1]) == (75, True)
        with locks.held(locks.write_lock(path), path, wait=1):
            assert ingest("pin", HARBOUR, "--wait", "0").code == 75
    store.close()


def test_recluster_says_what_moves(ingest: Call, path: Path) -> None:
    """Under other thresholds the copies leave; a dry run says so and changes nothing, a second pass moves nothing."""
    strict = {"INGEST_DEDUPE__CONTAINMENT": "0.999"}
    before = path.read_bytes()
    dry = ingest("recluster", "--dry-run", "--json", **strict)
    assert dry.code == 0, dry.err
    [told] = dry.rows
    assert (told["dry_run"], told["finished"], told["moved"], told["split"]) == (True, True, 2, 2)
    for change in told["changes"]:
        assert (change["change"], change["from"], change["to"], change["articles"]) == ("split", 1, None, 1)
    assert path.read_bytes() == before
    table = ingest("recluster", "--format", "table", **strict)
    assert "split" in table.out
    assert "2 of 4 articles (50.00%)" in table.err
    assert len(set(stories(ingest).values())) == 4
    [again] = ingest("recluster", **strict).rows
    assert (again["moved"], again["changes"]) == (0, [])
    assert ingest("db", "check").code == 0


def test_what_was_ruled_travels(ingest: Call, path: Path) -> None:
    """A backup holds it; put back, it is in force."""
    [said] = ingest("merge", "1", "2").rows
    assert ingest("db", "backup", "copy.db").code == 0
    assert ingest("undo", str(said["decision"])).code == 0
    copy = ("--store", "sqlite:///copy.db")
    assert {row["story_id"] for row in ingest("export", "articles", *copy).rows} == {1}
    assert ingest("recluster", *copy).rows[0]["moved"] == 0
    assert ingest("undo", str(said["decision"]), *copy).code == 0


def test_killed_at_any_moment(ingest: Call, path: Path, tmp_path: Path) -> None:
    """kill -9 in the middle of a pass leaves a sound store, and the next call ends it."""
    env = environment(tmp_path, INGEST_DEDUPE__CONTAINMENT="0.999")
    for wait in (0.6, 0.9):
        with subprocess.Popen([*COMMAND, "recluster"], cwd=tmp_path, env=env, stdout=subprocess.DEVNULL) as process:
            time.sleep(wait)
            os.kill(process.pid, signal.SIGKILL)
        assert ingest("db", "check").code == 0
    assert ingest("recluster", INGEST_DEDUPE__CONTAINMENT="0.999").rows[0]["finished"]
    assert len(set(stories(ingest).values())) == 4


def test_explain_tells_rulings_and_rules(ingest: Call, path: Path) -> None:
    """What was ruled on an article, also what is undone; for two, each rule with its figure, and what ties them."""
    [tied] = ingest("merge", "1", "2", "--by", "ada", "--note", "one affair").rows
    [pinned] = ingest("pin", COPY).rows
    ingest("undo", str(pinned["decision"]))
    [one] = ingest("explain", COPY).rows
    assert [(ruling["kind"], ruling["in_force"]) for ruling in one["rulings"]] == [
        ("tied", True), ("pinned", False), ("undone", True),
    ]  # fmt: skip
    assert one["rulings"][0]["why"] == f"decision {tied['decision']}: ada merged it with another story (one affair)"
    [two] = ingest("explain", HARBOUR, BAKERY).rows
    assert (two["together"], two["verdict"]["linked"]) == (True, False)
    assert [ruling["id"] for ruling in two["rulings"]] == [tied["decision"]]
    checks = {check["rule"]: check for check in two["checks"]}
    assert checks["containment-low"]["threshold"] == 0.6
    assert not checks["containment-low"]["holds"]
    told = ingest("explain", HARBOUR, BAKERY, "--format", "table").out
    assert "containment-low" in told
    assert "ada merged it with another story (one affair)" in told
