"""Decisions in words, and comparisons told as they were made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.dedupe.fingerprint import scheme
from ingest.explain import decision_in_words, explain_one, explain_two
from store import open_store
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report


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


@pytest.mark.parametrize(("compared", "words"), [(0, "nothing like it was known"), (3, "texts compared: 3")])
def test_the_first_of_a_story_had_nobody_to_follow(compared: int, words: str) -> None:
    """Where nothing was compared, nothing is said of a comparison."""
    assert words in decision_in_words({"kind": "new", "url": "u", "facts": {"compared": compared, "links": []}})


def test_two_of_a_popular_story_are_told_as_they_were_decided(tmp_path: Path) -> None:
    """Forty copies make each other's words common: where they were decided that was left out, and so it is told. What
    another story has as well is common all the same."""
    path = tmp_path / "newsfold.db"
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    store.claim_scheme(scheme())
    newsroom = Newsroom(store, path)
    copies = [edits.copyedit(report("hafen").text, edits.seeded(number), rate=0.03) for number in range(40)]
    others = [report(name).text for name in ("oper", "wolf", "museum", "see", "schule", "bruecke")]
    newsroom.take_all(
        (f"https://o{number}.example/a", f"{text}\n{edits.ADDITIONS[1]}")
        for number, text in enumerate((*copies, *others))
    )
    assert newsroom.sizes()[0] == 40
    told = explain_two(store, "https://o3.example/a", "https://o33.example/a", newsroom.rules)
    assert (told["together"], told["verdict"]["linked"], told["verdict"]["rule"]) == (True, True, "containment")
    assert all(check["holds"] for check in told["checks"] if check["asked"])
    one = explain_one(store, "https://o33.example/a", newsroom.rules)
    for common in (told["common"], one["common"]):
        assert any(edits.ADDITIONS[1].startswith(phrase["text"][:20]) for phrase in common)
        assert not any("Kran" in phrase["text"] for phrase in common)
    store.close()
