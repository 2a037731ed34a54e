"""Numbers of agencies' dispatches, and the texts that were printed with them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from store.base import Store
from tests.store.conftest import Opener
from tests.store.news import FERRY, FLOOD, HOUR, NOW, OPERA, facts, put
from tests.store.older import make_older

NUMBER, OTHER = "dpa:260314:99-123456", "dpa:260314:99-123999"


def test_texts_are_found_by_number_and_numbers_by_text(store: Store) -> None:
    """Articles without a number say nothing; two articles with one text and one number say it once."""
    with store.placing() as place:
        flood = put(place, "https://a.example/1", FLOOD, dispatch=NUMBER)
        put(place, "https://b.example/1", FLOOD, dispatch=NUMBER)
        ferry = put(place, "https://c.example/1", FERRY, dispatch=NUMBER)
        opera = put(place, "https://d.example/1", OPERA)
        texts = {flood.text, ferry.text, opera.text}
        found = {flood.text: frozenset({NUMBER}), ferry.text: frozenset({NUMBER})}
        assert place.dispatches_of(texts) == found
        assert set(place.texts_of_dispatch(NUMBER, limit=9)) == set(found)
        assert len(place.texts_of_dispatch(NUMBER, limit=1)) == 1
        assert place.texts_of_dispatch(OTHER, limit=9) == []


def test_each_state_keeps_the_number_that_it_was_printed_with(store: Store) -> None:
    """An agency numbers a new version anew; the older text keeps its own number."""
    with store.placing() as place:
        flood = put(place, "https://a.example/1", FLOOD, dispatch=NUMBER)
        ferry = put(place, "https://b.example/1", FERRY)
        place.add_revision(
            flood.article, facts("https://a.example/1", dispatch=OTHER), text_id=ferry.text, changes=(), at=NOW + HOUR
        )
        assert place.dispatches_of([flood.text, ferry.text]) == {
            flood.text: frozenset({NUMBER}), ferry.text: frozenset({OTHER})
        }  # fmt: skip
        place.add_revision(
            flood.article, facts("https://a.example/1"), text_id=flood.text, changes=(), at=NOW + 2 * HOUR
        )


def test_an_older_store_knows_the_numbers_that_its_articles_print(store: Store, path: Path, opener: Opener) -> None:
    """After an upgrade, what articles said before counts as what they say now; a number that is nobody's does not."""
    with store.placing() as place:
        printed = [("dpa", "dpa-infocom:260314-99-123456/2"), ("PA Media", "Merle 17/b"), (None, "Merle 18")]
        texts = [
            put(place, f"https://{name}.example/1", body, agency=agency, agency_id=number).text
            for name, body, (agency, number) in zip("abc", (FLOOD, FERRY, OPERA), printed, strict=True)
        ]
    store.close()
    db = sqlite3.connect(path)
    make_older(db, "0012")
    db.close()
    again = opener()
    with again.placing() as place:
        assert place.dispatches_of(texts) == {
            texts[0]: frozenset({NUMBER}), texts[1]: frozenset({"pa media::merle 17"})
        }  # fmt: skip
    assert again.check() == []
