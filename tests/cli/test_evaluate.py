"""`ingest evaluate` on a store, on the output of `ingest dedupe`, and on files that are no labels."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done
from tests.cli.newsroom import BAKERY, HARBOUR, furnish

Call = Callable[..., Done]

LABELS = (
    {"url": "https://nordkurier.example/hafen", "story": "harbour"},
    {"url": "http://www.abendpost.example/granaten?utm_source=x", "story": "harbour"},
    {"url": "https://anzeiger.example/kurz", "story": "other"},
    {"url": "https://nordkurier.example/brot", "cluster": "bakery"},
    {"url": "https://nowhere.example/", "story": "bakery"},
)


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store for all tests here: they only read."""
    path = tmp_path_factory.mktemp("labelled") / "news.db"
    furnish(path)
    return f"sqlite:///{path}"


def lines(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


@pytest.mark.parametrize("zipped", [False, True])
def test_clusters_against_the_store(ingest: Call, stocked: str, tmp_path: Path, zipped: bool) -> None:
    """Addresses in any spelling; figures, the false merge with its parts, and what is not known."""
    path = Path(lines(tmp_path / "labels.jsonl", *LABELS))
    if zipped:
        with gzip.open(tmp_path / "labels.jsonl.gz", "wb") as packed:
            packed.write(path.read_bytes())
        path = tmp_path / "labels.jsonl.gz"
    done = ingest("evaluate", path, "--json", "--store", stocked)
    assert done.code == 0, done.err
    [found] = done.rows
    assert (found["labelled"], found["known"], found["unknown"]) == (5, 4, ["https://nowhere.example/"])
    assert found["pairs"] == {"precision": pytest.approx(1 / 3), "recall": 1.0, "f1": pytest.approx(1 / 2)}
    assert found["b_cubed"]["recall"] == 1.0
    [error] = found["false_merges"]
    assert (error["story_id"], error["articles"], error["wrong_pairs"]) == (1, 3, 2)
    assert [part["label"] for part in error["parts"]] == ["harbour", "other"]
    assert found["false_splits"] == []
    told = ingest("evaluate", path, "--format", "table", "--store", stocked)
    assert "adjusted Rand index" in told.out
    assert "story 1: 3 articles, 2 wrong pairs" in told.out


def test_pairs_and_whole_clusters(ingest: Call, stocked: str, tmp_path: Path) -> None:
    """Pairs give no B-cubed; a cluster may be one line."""
    a, b, c = LABELS[0]["url"], LABELS[1]["url"], LABELS[3]["url"]
    pairs = lines(tmp_path / "p.jsonl", {"a": a, "b": b, "same": True}, {"a": a, "b": c, "same": False})
    [found] = ingest("evaluate", pairs, "--store", stocked).rows
    assert found["pairs"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert found["ari"] is None
    wrong = lines(tmp_path / "q.jsonl", {"a": a, "b": b, "same": False}, {"a": a, "b": c, "same": True})
    [found] = ingest("evaluate", wrong, "--store", stocked).rows
    [merged], [parted] = found["false_merges"], found["false_splits"]
    assert (merged["story_id"], [one["label"] for one in merged["parts"]]) == (1, [None, None])
    assert (parted["label"], [one["story_id"] for one in parted["parts"]]) == (None, [1, 2])
    told = ingest("evaluate", wrong, "--format", "table", "--store", stocked).out
    assert f"pairs of two stories that stand in one\n  story 1\n    {a}\n    {b}\n" in told
    assert f"pairs of one story that stand in two\n  story 1: {a}\n  story 2: {c}\n" in told
    whole = lines(tmp_path / "w.jsonl", {"articles": [a, b, LABELS[2]["url"]]}, {"articles": [c]})
    [found] = ingest("evaluate", whole, "--store", stocked).rows
    assert (found["ari"], found["b_cubed"]["f1"]) == (1.0, 1.0)


def test_a_cluster_without_a_name_is_nobody_elses(ingest: Call, stocked: str, tmp_path: Path) -> None:
    """Its line is its name, which the number that somebody gave another cluster is not taken for; a name of its own
    counts."""
    a, b, c = LABELS[0]["url"], LABELS[1]["url"], LABELS[3]["url"]
    file = lines(tmp_path / "n.jsonl", {"articles": [a]}, {"url": b, "story": 1}, {"articles": [c], "story": "bakery"})
    [error] = ingest("evaluate", file, "--store", stocked).rows[0]["false_merges"]
    assert [part["label"] for part in error["parts"]] == [1, "line 1"]
    named = lines(tmp_path / "m.jsonl", {"articles": [a], "story": 7}, {"url": b, "story": 7}, {"articles": [c]})
    [found] = ingest("evaluate", named, "--store", stocked).rows
    assert (found["ari"], found["false_merges"], found["false_splits"]) == (1.0, [], [])


def test_the_output_of_dedupe(ingest: Call, tmp_path: Path) -> None:
    """A labelled corpus through `dedupe`, judged by the labels in its own lines."""
    texts = (("a", HARBOUR, "x"), ("b", HARBOUR.replace("Montag", "Dienstag"), "x"), ("c", BAKERY, "y"))
    corpus = lines(tmp_path / "c.jsonl", *({"id": id_, "text": text, "story": story} for id_, text, story in texts))
    (tmp_path / "s.jsonl").write_text(ingest("dedupe", corpus, "--format", "jsonl").out, "utf-8")
    done = ingest("evaluate", corpus, "--stories", str(tmp_path / "s.jsonl"))
    assert done.rows[0]["ari"] == 1.0


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([{"url": "https://a.example/"}], 2),
        ([{"url": "https://a.example/", "story": True}], 2),
        ([["no object"]], 2),
        ([{"url": "u", "story": 1}, {"a": "x", "b": "y", "same": True}], 2),
        ([{"url": "https://nowhere.example/", "story": 1}], 6),
        ([], 6),
    ],
)
def test_what_is_no_label(ingest: Call, stocked: str, tmp_path: Path, rows: list[object], code: int) -> None:
    """Three lines that name the line, and what a label looks like."""
    done = ingest("evaluate", lines(tmp_path / "bad.jsonl", *rows), "--store", stocked)
    assert done.code == code
    done.error()


def test_the_line_that_is_named_is_the_files(ingest: Call, stocked: str, tmp_path: Path) -> None:
    """Blank lines are passed over and counted all the same: an editor must find the line."""
    file = tmp_path / "bad.jsonl"
    file.write_text('\n{"url": "https://a.example/", "story": 1}\n\n{"url": "https://b.example/"}\n')
    done = ingest("evaluate", str(file), "--store", stocked)
    assert f"{file}:4" in done.error()[0]
