"""Commands that read a store: stories, show, export, db check, doctor."""

from __future__ import annotations

import csv
import io
import json
import shlex
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store import open_store
from tests.cli.conftest import COMMAND, Done, environment
from tests.cli.newsroom import HARBOUR, furnish

Call = Callable[..., Done]
Seen = Callable[..., str]

ARTICLE = {
    "schema", "url", "urls", "story_id", "canonical", "relation", "order", "copied_share", "canonical_share", "reuses",
    "outlet", "owner", "source", "title", "authors", "published", "published_from", "modified", "first_seen",
    "last_seen", "language", "on_topic", "on_topic_from", "topic_hits", "topic_places", "revisions", "free", "seed",
    "agency", "agency_id", "agency_credit", "agencies", "based_on", "kind", "partial", "text_from", "gone",
    "walled", "words", "text",
}  # fmt: skip
STORY = {
    "story_id", "title", "canonical_url", "canonical_reason", "origin", "first_published", "last_published",
    "last_seen", "articles", "outlets", "owners", "full_copies", "partial_copies", "languages", "on_topic", "seed",
    "agencies",
}  # fmt: skip
REVISION = {"url", "n", "seen_from", "seen_to", "title", "text", "changes"}
REJECTED = {"url", "state", "class", "reason", "detail", "first_seen"}


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all tests here: they only read."""
    path = tmp_path_factory.mktemp("newsroom") / "news room.db"
    furnish(path)
    return path


@pytest.fixture
def store(furnished: Path) -> str:
    return f"sqlite:///{furnished}"


def test_stories_are_listed_latest_first(ingest: Call, store: str) -> None:
    """One object a story, with the documented keys."""
    done = ingest("stories", "--store", store)
    assert done.code == 0
    assert [set(row) for row in done.rows] == [STORY, STORY]
    assert [row["articles"] for row in done.rows] == [1, 3]
    assert json.loads(ingest("stories", "--store", store, "--json").out) == done.rows
    newest = [row["last_published"] for row in done.rows]
    assert newest == sorted(newest, reverse=True)
    assert all(row["first_published"] <= row["last_published"] for row in done.rows)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("--min-variants 1", 1), ("--min-variants 9", 0), ("--outlet anzeiger.example", 1), ("--language fr", 0),
        ("--search Granaten", 1), ("--search backerei", 1), ("--search Quastenflosser", 0), ("--limit 1", 1),
        ("--since 2026-03-01", 2), ("--since 2026-03-01T11:00Z", 1), ("--until 2026-02-01", 0), ("--since 1h", 0),
        ("--sort largest", 2), ("--sort growing", 2), ("--search 'a\" OR (b* NEAR'", 0),
    ],
)  # fmt: skip
def test_filters_narrow(ingest: Call, store: str, filters: str, count: int) -> None:
    """Each filter narrows, and whatever is searched for is words, never a query language. No match is no error."""
    done = ingest("stories", "--store", store, *shlex.split(filters))
    assert done.code == 0
    assert len(done.rows) == count
    assert bool(done.err) == (not count)


def test_show_tells_a_story(ingest: Call, terminal: Seen, store: str) -> None:
    """The object has members and decisions; at a terminal the story is told."""
    found = ingest("show", "1", "--store", store, "--json").rows[0]
    assert set(found) >= STORY | {"members", "decisions"}
    assert all(set(member) >= ARTICLE for member in found["members"])
    assert [member["relation"] for member in found["members"]].count("canonical") == 1
    shown = terminal("show", "1", "--store", store, NO_COLOR="1")
    assert "canonical: https://nordkurier.example/hafen" in shown
    assert "excerpt" in shown
    assert not any(bad in shown for bad in "\x1b\u202e\x07")


def test_show_is_readable_at_80_columns(terminal: Seen, store: str) -> None:
    """No relation is broken over two lines, and whoever copied stands indented below the source."""
    lines = terminal("show", "1", "--store", store, columns=80, NO_COLOR="1").splitlines()
    rows = [line.split()[1] for line in lines if line[:1].isdecimal()]
    assert rows == ["canonical", "near", "excerpt"]
    assert all(len(line) <= 80 for line in lines[: lines.index("who had it from whom")])
    tree = lines[lines.index("who had it from whom") + 1 : lines.index("what happened") - 1]
    depths = [len(line) - len(line.lstrip()) for line in tree]
    assert depths[0] == 2
    assert sorted(depths)[1:] >= [4, 4]


def test_the_diff_gives_both_texts(ingest: Call, store: str) -> None:
    """Same and removed pieces are the canonical text, same and added ones the variant's."""
    found = ingest("show", "1", "--store", store, "--diff", "all").rows[0]
    texts = {member["url"]: member["text"] for member in found["members"]}
    assert len(found["diffs"]) == 2
    for diff in found["diffs"]:
        for ops, text in (
            (("same", "removed"), texts[found["canonical_url"]]),
            (("same", "added"), texts[diff["url"]]),
        ):
            words = " ".join(piece["text"] for piece in diff["pieces"] if piece["op"] in ops).split()
            assert words == text.split()


def test_a_diff_is_readable_without_colours(terminal: Seen, store: str) -> None:
    """Marks say what colours say: [-canonical alone-] {+variant alone+}. An article goes by number or URL."""
    for which in ("https://abendpost.example/granaten", "2"):
        shown = " ".join(terminal("show", "1", "--store", store, "--diff", which, columns=200, NO_COLOR="1").split())
        assert "am [-Montag-] {+Montagabend+} ein Frachter" in shown
        assert "[-17-] {+14+} Containern" in shown
    assert "\x1b[31m[-Montag-]\x1b[0m" in terminal("show", "1", "--store", store, "--diff", "2", columns=200)


def test_what_is_not_there_ends_with_6(ingest: Call, store: str) -> None:
    """A story or article that was named and does not exist is an error of its own."""
    for args in (["99"], ["1", "--diff", "https://nowhere.example/"], ["1", "--diff", "1"]):
        done = ingest("show", *args, "--store", store)
        assert done.code == 6
        done.error()


@pytest.mark.parametrize(
    ("what", "keys", "count"), [("articles", ARTICLE, 4), ("stories", STORY, 2), ("revisions", REVISION, 5)]
)
def test_everything_comes_out_again(ingest: Call, store: str, what: str, keys: set[str], count: int) -> None:
    """JSON Lines by default, whoever reads it, with exactly the documented keys."""
    rows = ingest("export", what, "--store", store).rows
    assert [set(row) for row in rows] == [keys] * count
    table = list(csv.DictReader(io.StringIO(ingest("export", what, "--store", store, "--format", "csv").out)))
    assert len(table) == count
    assert set(table[0]) == keys


@pytest.mark.parametrize(
    "command",
    [
        "stories", "export articles", "export articles --rejected", "export stories", "export revisions", "dedupe",
        "seeds list", "feeds list", "recluster --dry-run",
    ],
)  # fmt: skip
def test_a_csv_without_rows_has_the_heading_of_one_with_rows(
    ingest: Call, store: str, tmp_path: Path, command: str
) -> None:
    """A script finds the columns it knows on the day on which there is nothing. A table has no heading then."""
    corpus, nothing = tmp_path / "c.jsonl", tmp_path / "nothing.jsonl"
    corpus.write_text('{"id": "a", "text": "one"}\n')
    nothing.touch()
    blank = f"sqlite:///{tmp_path / 'blank.db'}"
    open_store(blank).close()

    def printed(form: str, *, some: bool) -> list[str]:
        where = ["--store", store if some else blank]
        if command == "dedupe":
            where = [str(corpus if some else nothing)]
        return ingest(*command.split(), *where, "--format", form).out.splitlines()

    assert printed("csv", some=False) == printed("csv", some=True)[:1] != []
    if not command.startswith("export"):
        assert printed("table", some=False) == []


def test_texts_survive_the_way_out(ingest: Call, store: str) -> None:
    """Line breaks, umlauts and hostile characters come out as they went in, and harm no terminal on the way."""
    done = ingest("export", "articles", "--store", store, LANG="C")
    texts = {row["url"]: row for row in done.rows}
    assert texts["https://nordkurier.example/hafen"]["text"] == HARBOUR.replace("14 Containern", "17 Containern")
    assert texts["https://nordkurier.example/hafen"]["revisions"] == 2
    assert "\x1b" in texts["https://abendpost.example/granaten"]["title"]
    assert not any(bad in done.out for bad in "\x1b\u202e\x07")


def test_no_cell_is_a_formula(ingest: Call, store: str) -> None:
    """A title that starts like a formula gets an apostrophe in CSV."""
    out = ingest("export", "articles", "--store", store, "--format", "csv").out
    titles = [row["title"] for row in csv.DictReader(io.StringIO(out))]
    assert any(title.startswith("'=HYPERLINK") for title in titles)
    assert not any(title.startswith("=") for title in titles)


def test_rejected_pages_come_with_their_reason(ingest: Call, store: str) -> None:
    """--rejected adds rows of their own kind; in CSV one heading serves both."""
    rows = ingest("export", "articles", "--rejected", "--store", store).rows
    assert [set(row) for row in rows if "state" in row] == [REJECTED]
    assert len(rows) == 5
    out = ingest("export", "articles", "--rejected", "--store", store, "--format", "csv").out
    assert [row["reason"] for row in csv.DictReader(io.StringIO(out))] == ["", "", "", "", "login"]


def test_export_takes_the_story_filters(ingest: Call, store: str) -> None:
    """Articles of the stories that match."""
    assert len(ingest("export", "articles", "--search", "Granaten", "--store", store).rows) == 3
    assert len(ingest("export", "revisions", "--search", "Granaten", "--store", store).rows) == 4


def test_a_file_is_whole_or_not_there(ingest: Call, store: str, tmp_path: Path) -> None:
    """-o writes beside and renames; a target that cannot be written is refused in three lines."""
    done = ingest("export", "stories", "--store", store, "-o", "out.jsonl")
    assert not done.out
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    refused = ingest("export", "stories", "--store", store, "-o", "no/such/folder/out.jsonl")
    assert refused.code == 2
    refused.error()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl"]


def test_head_is_welcome(tmp_path: Path, store: str) -> None:
    """Reading one line of an export and leaving is no error."""
    line = f"set -o pipefail; {shlex.join(COMMAND)} export articles --store '{store}' | head -n 1"
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, cwd=tmp_path, env=environment(tmp_path), check=False
    )
    assert not done.stderr
    assert json.loads(done.stdout)["schema"] == 1


@pytest.mark.parametrize("columns", [20, 80])
def test_stories_fit_any_terminal(terminal: Seen, store: str, columns: int) -> None:
    """Narrow terminals get a line a value."""
    assert "Bäckerei" in terminal("stories", "--store", store, columns=columns).replace("\n", "")


def test_db_check_finds_a_sound_store_sound(ingest: Call, store: str) -> None:
    """No law is broken; nothing on stdout, 0."""
    done = ingest("db", "check", "--store", store)
    assert (done.code, done.out) == (0, "")


def test_doctor_looks_at_the_store(ingest: Call, store: str) -> None:
    """Engine, disk, laws and locks are among the findings."""
    findings = {row["check"]: row for row in ingest("doctor", "--store", store).rows}
    assert {"python", "sqlite", "settings", "disk", "store", "locks"} <= set(findings)
    assert findings["store"]["state"] == "ok"
    assert findings["stories"]["state"] == "ok"


def test_doctor_offers_to_decide_anew(ingest: Call, tmp_path: Path) -> None:
    """Pairs that were weighed under older rules are counted, with what weighs them again; after that all is well."""
    furnish(tmp_path / "newsfold.db")
    with closing(sqlite3.connect(tmp_path / "newsfold.db")) as db, db:
        db.execute("UPDATE link SET version = version - 1 WHERE rule != 'revision'")
    [found] = [row for row in ingest("doctor").rows if row["check"] == "stories"]
    assert found["state"] == "warn"
    assert found["fix"].startswith("ingest recluster")
    assert ingest("recluster").code == 0
    [found] = [row for row in ingest("doctor").rows if row["check"] == "stories"]
    assert found["state"] == "ok"


def test_doctor_names_a_file_that_is_no_store(ingest: Call, tmp_path: Path) -> None:
    """A foreign file is bad, said with 5, and left as it was."""
    foreign = tmp_path / "x.db"
    foreign.write_bytes(b"not a database, but somebody's notes" * 40)
    done = ingest("doctor", "--store", "sqlite:///x.db")
    assert done.code == 5
    assert foreign.read_bytes().startswith(b"not a database")


def test_doctor_finds_a_folder_that_is_not_there(ingest: Call, tmp_path: Path) -> None:
    """Where the first run could not make the store, it says so before that run does, with what mends it."""
    done = ingest("doctor", "--store", f"sqlite:///{tmp_path}/my news/x.db")
    [found] = [row for row in done.rows if row["check"] == "store"]
    assert (done.code, found["state"], found["fix"]) == (5, "bad", f"mkdir -p '{tmp_path}/my news'")
    (tmp_path / "my news").mkdir()
    assert ingest("doctor", "--store", f"sqlite:///{tmp_path}/my news/x.db").code == 0
