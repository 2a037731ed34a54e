"""What is known to be less than the whole text."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.extract.partial import is_partial
from tests.extract.pages import LINKED_DATA, PARAGRAPHS, page, paragraphs, read

# Longer than what is refused as a teaser, shorter than what stands beside a prompt in full.
SOME = [*PARAGRAPHS, *PARAGRAPHS[:2]]


@pytest.mark.parametrize(
    ("last", "words", "stated", "free", "prompted", "partial"),
    [
        ("Der Rat tagt im Juni wieder.", 300, None, None, False, False),
        ("Der Rat tagt im Juni wieder und …", 300, None, False, False, True),
        ("Das Fest wäre noch schöner geworden…", 300, None, None, False, False),
        ("Der Rat tagt im Juni wieder und … Read more »", 300, None, None, False, True),
        ("Der Rat tagt [...] Weiterlesen »", 300, None, True, False, True),
        ("Der Rat tagt ... im Juni.", 300, None, None, False, False),
        ("Der Rat tagt.", 150, None, False, True, True),
        ("Der Rat tagt.", 150, None, None, True, True),
        ("Der Rat tagt.", 150, None, True, True, False),
        ("Der Rat tagt.", 450, None, False, True, False),
        ("Der Rat tagt.", 150, 600, False, False, True),
        ("Der Rat tagt.", 500, 600, False, False, False),
        ("Der Rat tagt.", 150, 600, None, False, False),
    ],
)
def test_partial(last: str, words: int, stated: int | None, free: bool | None, prompted: bool, partial: bool) -> None:
    """A text that breaks off, the beginning above a prompt to pay, less than the page says its article has."""
    assert is_partial([last], words=words, stated=stated, free=free, prompted=prompted) is partial


@pytest.mark.parametrize(
    ("linked", "tail", "partial"),
    [
        ({"isAccessibleForFree": False, "wordCount": 900}, "", True),
        ({"isAccessibleForFree": False, "wordCount": "many"}, "", False),
        ({"isAccessibleForFree": False}, "<p>Jetzt weiterlesen mit Talbote+</p>", True),
        ({"isAccessibleForFree": True, "wordCount": 900}, "", False),
        ({}, "", False),
    ],
)
def test_of_a_page(linked: dict[str, Any], tail: str, partial: bool) -> None:
    """Read from what a page says and shows."""
    article = read(page(paragraphs(SOME) + tail, linked={**LINKED_DATA, **linked}))
    assert article.partial is partial
