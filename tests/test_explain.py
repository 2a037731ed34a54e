"""Decisions in words."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.explain import decision_in_words


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
