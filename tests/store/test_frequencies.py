"""How common shingles are: counted once, kept with the articles, never larger than at the beginning."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from store import frequencies
from store.base import Store
from store.frequencies import PAGE_EVERY, PAGES, Frequencies
from tests.store.conftest import Opener
from tests.store.news import hashes, save
from tests.store.older import make_older

U64 = NDArray[np.uint64]
WIDTH = 40


def runs(chance: np.random.Generator, vocabulary: int = 3000) -> U64:
    """The shingles of an article, common ones more often, spread over all 64 bits."""
    ranks = np.unique((vocabulary * chance.random(WIDTH) ** 3).astype(np.uint64))
    return (ranks + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)


def count(store: Store, articles: list[U64]) -> None:
    with store.placing() as place:
        for article in articles:
            place.count_shingles(article)


def exact(articles: list[U64]) -> Counter[int]:
    return Counter(shingle for article in articles for shingle in article.tolist())


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=30), max_size=20))
@settings(max_examples=30, deadline=None)
def test_counts_are_never_too_low(articles: list[list[int]]) -> None:
    """Whatever the hashes are, a shingle counts at least the articles that contain it, and nothing counts the rest."""
    counted = Frequencies()
    for article in articles:
        counted.count(hashes(article))
    true = Counter(shingle for article in articles for shingle in set(article))
    found = counted.counts(hashes(list(true)))
    assert (found >= np.array(list(true.values()), dtype=np.int64)).all()
    assert (found <= len(articles)).all()


def test_counts_of_a_full_structure_hardly_err() -> None:
    """With cells a third as many as shingles, as half a life of news fills them, 1 in 100 rare ones read as common."""
    chance, counted = np.random.default_rng(4), Frequencies()
    # All in one page of 64: the same load with a sixty-fourth of the work.
    rare = [chance.integers(0, 2**58, 300, dtype=np.uint64) for _ in range(300)]
    common = chance.integers(0, 2**58, 100, dtype=np.uint64)
    for article in rare:
        counted.count(np.concatenate([article, chance.choice(common, 30)]))
    assert (counted.counts(np.concatenate(rare)) > 4).mean() < 0.01
    assert (counted.counts(common) > 4).all()


def test_counts_are_there_after_reopening(store: Store, opener: Opener) -> None:
    """Counts over many transactions are read back from pages and log as they stood, whatever the hashes are."""
    chance = np.random.default_rng(1)
    articles = [runs(chance) for _ in range(3 * PAGE_EVERY * PAGES // 2)]
    for start in range(0, len(articles), 100):
        count(store, articles[start : start + 100])
    true = exact(articles)
    wanted = hashes(list(true))
    before = store.frequencies(wanted)
    assert before.tolist() == list(true.values())
    store.close()
    again = opener()
    assert again.frequencies(wanted).tolist() == before.tolist()
    count(again, articles[:1])
    assert again.frequencies(articles[0]).tolist() == [true[shingle] + 1 for shingle in articles[0].tolist()]


def test_log_stays_short(store: Store, path: Path) -> None:
    """What pages contain is forgotten by the log."""
    one = hashes([7])
    for _ in range(5):
        count(store, [one] * (PAGE_EVERY * PAGES // 2))
    db = sqlite3.connect(path)
    [(pages, rows)] = db.execute("SELECT (SELECT count(*) FROM frequency_page), (SELECT count(*) FROM frequency_log)")
    db.close()
    assert (pages, rows) == (PAGES, 2)
    assert store.frequencies(one).tolist() == [5 * PAGE_EVERY * PAGES // 2]


def test_what_is_rolled_back_was_never_counted(store: Store) -> None:
    """Neither the file nor the memory of a process knows of a transaction that failed."""
    count(store, [hashes([1, 2])])

    def fail() -> None:
        with store.placing() as place:
            place.count_shingles(hashes([2, 3]))
            assert place.frequencies(hashes([1, 2, 3])).tolist() == [1, 2, 1]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.frequencies(hashes([1, 2, 3])).tolist() == [1, 1, 0]
    count(store, [hashes([3])])
    assert store.frequencies(hashes([1, 2, 3])).tolist() == [1, 1, 1]


def test_two_writers_count_together(store: Store, opener: Opener) -> None:
    """What another process counted in between is known to the next transaction."""
    other = opener()
    for _ in range(3):
        count(store, [hashes([1, 2])])
        count(other, [hashes([2])] * PAGE_EVERY)
    for one in (store, other):
        assert one.frequencies(hashes([1, 2])).tolist() == [3, 3 + 3 * PAGE_EVERY]


def test_counts_age(store: Store, opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phrase in every article stays at a count of one to two half-lives; one that is used no longer is forgotten."""
    life = 4 * PAGES
    monkeypatch.setattr(frequencies, "PAGE_EVERY", 1)
    monkeypatch.setattr(frequencies, "HALF_LIFE", life)
    always, once = hashes([5, 2**63]), hashes([6, 2**63 + 1])
    count(store, [once] * 8)
    for _ in range(24):
        count(store, [always] * (life // 4))
    found = store.frequencies(always)
    # Between one and two half-lives, give or take the articles until the page is written.
    assert (found > 0.9 * life).all()
    assert (found < 2.5 * life).all()
    assert store.frequencies(once).tolist() == [0, 0]
    assert opener().frequencies(always).tolist() == found.tolist()


def test_what_articles_are_worth_leaves_others_theirs(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever a story's articles and others came, taking off what the story is worth leaves at least what the others
    alone come to, and hardly more; where nothing has aged, exactly that."""
    life = 4 * PAGES
    monkeypatch.setattr(frequencies, "PAGE_EVERY", 1)
    monkeypatch.setattr(frequencies, "HALF_LIFE", life)
    chance = np.random.default_rng(5)
    both = np.arange(PAGES, dtype=np.uint64) << np.uint64(58)  # a shingle in every page, and one that others alone have
    alone = both + np.uint64(1)
    own: dict[int, int] = {}
    for turn in range(26):
        lots = chance.random(life // 4)
        first = turn * len(lots) + 1
        own |= {first + number: 1 for number in np.flatnonzero(lots < 0.2).tolist()}
        with store.placing() as place:
            for lot in lots:
                place.count_shingles(both if lot < 0.2 else np.append(both, alone) if lot < 0.5 else alone[:0])
        db = sqlite3.connect(path)
        known = Frequencies.load(db)
        db.close()
        left, others = known.counts(both) - known.worth(both, own), known.counts(alone)
        assert (left >= others).all()
        assert known.aged or (left == others).all()
        # Halvings come a little later than is assumed: some of the story's articles may be taken for older ones.
        assert (left <= others + 0.1 * len(own)).all()


def test_an_older_store_keeps_its_counts(opener: Opener, path: Path) -> None:
    """Counts that were rows become cells."""
    save(opener(), "https://auebote.example/flut")
    chance = np.random.default_rng(2)
    true = exact([runs(chance) for _ in range(300)])
    db = sqlite3.connect(path)
    make_older(db, "0005")
    signed = hashes(list(true)).view(np.int64).tolist()
    db.executemany("INSERT INTO frequency VALUES (?, ?)", zip(signed, true.values(), strict=True))
    db.commit()
    db.close()
    upgraded = opener()
    assert upgraded.frequencies(hashes(list(true))).tolist() == list(true.values())
    count(upgraded, [hashes(list(true))])
    assert upgraded.frequencies(hashes(list(true))).tolist() == [articles + 1 for articles in true.values()]
    assert upgraded.check() == []
