"""Decisions in words, and comparisons told as they were made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.cli.explain import one_in_words
from ingest.dedupe.fingerprint import scheme
from ingest.explain import decision_in_words, explain_one, explain_two
from store import open_store
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report, reports


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"rule": "containment", "score": 0.73, "threshold": 0.6}, "(score 0.73, 0.6 needed)"),
        (
            {"rule": "passages", "score": 0.41, "passages": 0.52, "threshold": 0.45},
            "(0.52 of the shorter text stands in shared passages, 0.45 needed)",
        ),
        ({"rule": "sketch", "score": 0.8, "threshold": 0.6}, "(score 0.8, 0.6 needed)"),
        ({"rule": "sketch", "score": 0.8, "jaccard": 0.75, "threshold": 0.7}, "(Jaccard 0.75, 0.7 needed)"),
    ],
)
def test_a_threshold_stands_beside_its_own_figure(link: dict[str, Any], words: str) -> None:
    """Rules have thresholds for different figures; the one that is shown is the one that was compared."""
    facts = {"links": [{**link, "linked": True}], "compared": 1}
    assert decision_in_words({"kind": "joined", "url": "u", "facts": facts}).endswith(words)


def test_states_of_one_address_are_told_apart(tmp_path: Path) -> None:
    """A page that changed its text has links with both; each line says which state it means, and since when."""
    store = open_store(f"sqlite:///{tmp_path / 'newsfold.db'}", synchronous="NORMAL")
    store.claim_scheme(scheme())
    newsroom = Newsroom(store, tmp_path / "newsfold.db")
    text = report("hafen").text
    newsroom.take("https://a.example/1", text)
    newsroom.take("https://b.example/1", edits.cut(text, share=0.7))
    newsroom.take("https://b.example/1", f"{edits.correction(text, edits.seeded(2))}\n{edits.ADDITIONS[0]}")
    told = explain_one(store, "https://a.example/1", newsroom.rules)["links"]
    assert sorted((link["url"], link["state"], link["states"]) for link in told) == [
        ("https://b.example/1", 1, 2), ("https://b.example/1", 2, 2)
    ]  # fmt: skip
    lines = [
        line for line in one_in_words(explain_one(store, "https://a.example/1", newsroom.rules)) if "linked," in line
    ]
    assert len(lines) == 2
    assert any("state 1 of 2, from 2026-03-02 06:02" in line for line in lines)
    assert any("state 2 of 2, from 2026-03-02 06:03" in line for line in lines)
    own = one_in_words(explain_one(store, "https://b.example/1", newsroom.rules))
    assert any(line.startswith("  its state 1 of 2 linked, ") for line in own)
    store.close()


@pytest.mark.parametrize(("compared", "words"), [(0, "nothing like it was known"), (3, "texts compared: 3")])
def test_the_first_of_a_story_had_nobody_to_follow(compared: int, words: str) -> None:
    """Where nothing was compared, nothing is said of a comparison."""
    assert words in decision_in_words({"kind": "new", "url": "u", "facts": {"compared": compared, "links": []}})


def test_two_of_a_popular_story_are_told_as_they_were_decided(tmp_path: Path) -> None:
    """Copies make each other's words common: where they were decided that was left out, and so it is told, and how many
    articles it was. What other stories have is common all the same, and the weights that are told make the score."""
    path = tmp_path / "newsfold.db"
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    store.claim_scheme(scheme())
    newsroom = Newsroom(store, path)
    copies = [edits.copyedit(report("hafen").text, edits.seeded(number), rate=0.03) for number in range(16)]
    others = [one.text for one in reports() if one.language == "de" and not one.name.startswith("hafen")]
    newsroom.take_all(
        (f"https://o{number}.example/a", f"{text}\n{edits.ADDITIONS[1]}")
        for number, text in enumerate((*copies, *others))
    )
    assert newsroom.sizes()[0] == 16
    told = explain_two(store, "https://o3.example/a", "https://o13.example/a", newsroom.rules)
    assert (told["together"], told["verdict"]["linked"], told["verdict"]["rule"]) == (True, True, "containment")
    assert all(check["holds"] for check in told["checks"] if check["asked"])
    weights, left = told["weights"], told["left_out"]
    score = weights["shared"] / min(weights["a"], weights["b"])
    assert score == pytest.approx(told["verdict"]["score"], abs=0.001)
    assert (left["story_id"], left["articles"], left["lineage"]) == (told["a"]["story_id"], 16, 0)
    assert any("Kran" in phrase["text"] for phrase in left["phrases"])
    assert all(phrase["articles"] <= weights["common_from"] < phrase["counted"] for phrase in left["phrases"])
    one = explain_one(store, "https://o13.example/a", newsroom.rules)
    for common in (told["common"], one["common"]):
        assert any(edits.ADDITIONS[1].startswith(phrase["text"][:20]) for phrase in common)
        assert not any("Kran" in phrase["text"] for phrase in common)
        assert all(weights["common_from"] < phrase["articles"] <= phrase["counted"] for phrase in common)
    store.close()
