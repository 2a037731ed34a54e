"""Search: a word is found however its umlauts are written, in new stores and in those that are brought up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import Store
from store.errors import StoreUnusable
from store.model import StoryFilter
from store.query import searchable, written_out
from tests.store.conftest import Opener
from tests.store.news import FERRY, FLOOD, save
from tests.store.older import make_older

PRINTED = "Die Baeckerei am Muehltor hat wieder geoeffnet. In der Straße stehen die Leute an."


def ids(store: Store, search: str) -> list[int]:
    return [row["story_id"] for row in store.stories(StoryFilter(search=search))]


@pytest.fixture
def furnished(store: Store) -> Store:
    """Three stories: one with umlauts, one without, one with umlauts written out."""
    for number, text in enumerate((FLOOD, FERRY, PRINTED)):
        save(store, f"https://a{number}.example/x", text, title=("Zum Wasser", "A ferry", "Am Tor")[number])
    return store


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("Bürgermeisterin", 1), ("Buergermeisterin", 1), ("Burgermeisterin", 1), ("BÜRGER", 1), ("buerger", 1),
        ("Bu\u0308rger", 1), ('"Käthe Öhm"', 1), ('"Kaethe Oehm"', 1), ("dreissig", 1), ("dreißig", 1),
        ("Bäckerei", 3), ("Baeckerei", 3), ("Mühltor", 3), ("Strasse", 3), ("Straße", 3), ("geöffnet", 3),
    ],
)  # fmt: skip
def test_umlauts_may_be_written_any_way(furnished: Store, search: str, found: int) -> None:
    """With marks, written out, and (where the text has marks) with bare letters; words and phrases."""
    assert ids(furnished, search) == [found]


@pytest.mark.parametrize("search", ["Potsdam", "Backe", "Muhl", "bu rger"])
def test_nothing_is_found_that_nobody_wrote(furnished: Store, search: str) -> None:
    """`ae` in a text is no `a`: folding it everywhere would find Potsdam for Poet."""
    assert ids(furnished, search) == []


def test_an_older_store_is_brought_up_to_date(furnished: Store, opener: Opener, path: Path) -> None:
    """The index of the first version knew folded words alone; upgrading reads every canonical text anew."""
    furnished.close()
    db = sqlite3.connect(path)
    db.execute("DROP TABLE story_fts")
    db.execute(
        "CREATE VIRTUAL TABLE story_fts USING fts5 "
        "(title, text, content = '', tokenize = 'unicode61 remove_diacritics 2')"
    )
    rows = enumerate((FLOOD, FERRY, PRINTED), start=1)
    db.executemany("INSERT INTO story_fts (rowid, title, text) VALUES (?, '', ?)", list(rows))
    make_older(db, "0001")
    db.close()
    with pytest.raises(StoreUnusable) as refused:
        opener(read_only=True)
    assert "ingest db upgrade" in refused.value.fix
    upgraded = opener()
    assert ids(upgraded, "Buergermeisterin") == [1]
    assert ids(upgraded, "wasser") == [1]
    assert upgraded.check() == []


def test_a_store_that_is_thrown_away_has_no_entries(opener: Opener) -> None:
    """Nothing is found in it, and that is all that its check misses."""
    store = opener(searched=False)
    save(store, "https://a.example/x", FLOOD, title="Zum Wasser")
    assert ids(store, "Wasser") == []
    assert [row["canonical_url"] for row in store.stories(StoryFilter())] == ["https://a.example/x"]
    assert ["found by" in said for said in store.check()] == [True]


@given(st.text(alphabet="äÄöüßẞøÅæœéaeou b\u0308"))
def test_both_spellings_of_a_text_are_found_alike(text: str) -> None:
    """What is indexed begins with the text as searches write it."""
    assert searchable(text).startswith(written_out(text))
