"""The contract of the write transaction, over every store there is."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.base import Store
from store.errors import LawBroken
from store.model import LARGE, RelationRow, Reuse, StoryFilter
from store.tables.stories import LARGE_STORIES
from tests.store.conftest import Opener
from tests.store.news import FERRY, FLOOD, HOUR, NOW, OPERA, facts, hashes, link, put, save, text
from tests.store.test_candidates import fill

A = "https://www.auebote.example/flut"
B = "https://kurier.example/hochwasser"
C = "https://blatt.example/aue"


def test_saved_article_is_there_after_reopening(store: Store, opener: Opener) -> None:
    """What a transaction has saved is read back by another connection."""
    save(store, A)
    store.close()
    again = opener()
    assert [row["url"] for row in again.articles()] == [A]
    assert again.check() == []


def test_same_text_is_stored_once(store: Store) -> None:
    """Two articles with one text share its row, its story and its postings."""
    first, second = save(store, A), save(store, B)
    assert (first.text, first.story) == (second.text, second.story)
    [story] = store.stories(StoryFilter())
    assert story["articles"] == 2
    assert store.check() == []


def test_saving_again_changes_nothing(store: Store) -> None:
    """Meeting an article again moves only when it was last seen."""
    put_ = save(store, A)
    before = list(store.articles())
    with store.placing() as place:
        place.saw_article(put_.article, urls={"auebote.example/flut": A}, at=NOW)
        assert place.add_text(text(FLOOD), story_id=put_.story, at=NOW) == put_.text
    assert list(store.articles()) == before
    assert store.check() == []


def test_story_without_canonical_cannot_be_committed(store: Store) -> None:
    """A story must have its canonical article before the transaction ends."""
    with pytest.raises(LawBroken), store.placing() as place:
        place.add_story(at=NOW)
    assert list(store.stories(StoryFilter())) == []


def test_canonical_must_be_a_member(store: Store) -> None:
    """An article of another story cannot be canonical."""
    one, two = save(store, A), save(store, B, FERRY)
    with pytest.raises(LawBroken), store.placing() as place:
        place.set_canonical(one.story, two.article, reason="wrong")
    assert store.check() == []


def test_article_stands_in_the_story_of_its_text(store: Store) -> None:
    """An article cannot be put into another story than its text."""
    one, two = save(store, A), save(store, B, FERRY)
    with pytest.raises(LawBroken), store.placing() as place:
        place.add_article(facts(C), text_id=one.text, story_id=two.story, urls={}, at=NOW)


def test_failed_transaction_leaves_nothing(store: Store) -> None:
    """An exception in the middle undoes everything that was written before it."""

    def fail() -> None:
        with store.placing() as place:
            put(place, A)
            place.count_shingles(hashes([1, 2, 3]))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(store.articles()) == []
    with store.placing() as place:
        assert place.frequencies(hashes([1, 2, 3])).tolist() == [0, 0, 0]


def test_candidates_come_by_shared_bands(store: Store) -> None:
    """Texts that share more come first; bands that everybody has say nothing."""
    with store.placing() as place:
        for number, bands in enumerate(([1, 2, 3, 9], [2, 3, 9], [3, 9], [8, 9], [7, 9])):
            story = place.add_story(at=NOW)
            text_id = place.add_text(text(f"Meldung {number}", bands=bands), story_id=story, at=NOW)
            article = place.add_article(facts(f"{A}/{number}"), text_id=text_id, story_id=story, urls={}, at=NOW)
            place.set_canonical(story, article, reason="only")
    with store.placing() as place:
        found = place.candidates([1, 2, 3, 9], cap=4, limit=10)
        assert [(candidate.text_id, candidate.shared) for candidate in found] == [(1, 3), (2, 2), (3, 1)]
        assert len(place.candidates([1, 2, 3, 9], cap=100, limit=2)) == 2
        assert place.candidates([], cap=4, limit=10) == []


def test_popular_story_is_sampled_from_its_ends(store: Store) -> None:
    """A sample holds the canonical, first and last text, each once, and the same ones every time."""
    first = save(store, f"{A}/0", "Text 0")
    for number in range(1, 30):
        save(store, f"{A}/{number}", f"Text {number}", story=first.story)
    with store.placing() as place:
        sample = place.sample(first.story, 12)
        assert sample == place.sample(first.story, 12)
        assert len(sample) == len(set(sample)) == 12
        assert {1, 30} <= set(sample)
        assert place.sample(first.story, 100).__len__() == 30
        assert place.sample(999, 5) == []


def test_text_is_known_by_the_articles_that_carry_it(store: Store) -> None:
    """Outlets, addresses and the earliest date come from all articles with that text, also former ones."""
    one = save(store, A, published=NOW, language="de")
    save(store, B, published=NOW - HOUR, seed=True)
    with store.placing() as place:
        other = place.add_text(text(OPERA), story_id=one.story, at=NOW)
        place.add_revision(one.article, facts(A), text_id=other, changes=["headline"], at=NOW + HOUR)
        stored = place.texts([one.text])[one.text]
    assert stored.outlets == ("www.auebote.example", "kurier.example")
    assert stored.urls == (A, B)
    assert (stored.published, stored.language, stored.seed) == (NOW - HOUR, "de", True)


def test_component_is_what_links_reach(store: Store) -> None:
    """Linked pairs carry on, pairs that were compared in vain come along but carry nowhere."""
    puts = [save(store, f"{A}/{number}", f"Text {number}") for number in range(5)]
    ids = [one.text for one in puts]
    with store.placing() as place:
        place.add_links([link(ids[1], ids[0]), link(ids[2], ids[1]), link(ids[2], ids[0], linked=False)])
        place.add_links([link(ids[2], ids[3], linked=False)])
        found = place.component([ids[0]])
        assert set(found.story_of) == set(ids[:3])
        assert [(row.a, row.b, row.linked) for row in sorted(found.links)] == [
            (ids[0], ids[1], True), (ids[0], ids[2], False), (ids[1], ids[2], True),
        ]  # fmt: skip
        assert found.sha256[ids[0]] == text("Text 0").sha256
        assert len(place.links_of([ids[2]])) == 3
        assert place.component([ids[4]]).links == []


def test_link_is_replaced_by_the_newer_verdict(store: Store) -> None:
    """A pair is compared again: one row, the newer word."""
    one, two = save(store, A), save(store, B, FERRY)
    with store.placing() as place:
        place.add_links([link(one.text, two.text, score=0.2, linked=False)])
        place.add_links([link(one.text, two.text, score=0.7)])
        [row] = place.links_of([one.text])
    assert row == link(one.text, two.text, score=0.7)
    assert row.linked is True


def test_large_stories_are_told_from_others(store: Store) -> None:
    """Of several stories the large ones come, with their articles and outlets, as they stand in the transaction."""
    with store.placing() as place:
        stories = [place.add_story(at=NOW) for _ in range(2)]
        for number in range(LARGE + 1):
            home = stories[number == 0]
            fill(place, 1, bands=[number], story=home)
            place.set_canonical(home, number + 1, reason="first")
            assert place.large_stories(stories) == ({home: (LARGE, 1)} if number == LARGE else {})
        place.merge(stories[0], stories[1], at=NOW)
        assert place.large_stories(stories) == {stories[1]: (LARGE + 1, 1)}
    assert store.check() == []


def test_large_stories_have_an_index_of_their_own(store: Store, path: Path) -> None:
    """No row of a story is read to find out that it is not large."""
    db = sqlite3.connect(path)
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {LARGE_STORIES}", ("[1]",))]
    db.close()
    assert plan[0].startswith("SEARCH story USING COVERING INDEX story_large (id=?")


def test_stories_merge_and_redirect(store: Store) -> None:
    """After a merge the older id answers for both, also for what redirected before."""
    one, two, three = save(store, A), save(store, B, FERRY), save(store, C, OPERA)
    with store.placing() as place:
        place.merge(three.story, two.story, at=NOW)
    with store.placing() as place:
        place.assign({two.text: one.story, three.text: one.story})
        place.merge(two.story, one.story, at=NOW)
        assert place.story_sizes([one.story, two.story]) == {one.story: (3, 3), two.story: (0, 0)}
    assert store.check() == []
    for id_ in (one.story, two.story, three.story):
        story = store.story(id_)
        assert story is not None
        assert (story["story_id"], len(story["members"]), story["merged"]) == (
            one.story, 3, [two.story, three.story],
        )  # fmt: skip
    assert [row["relation"] for row in store.articles()] == ["canonical", "rewrite", "rewrite"]


def test_split_part_is_a_story_of_its_own(store: Store) -> None:
    """A text that leaves takes its articles along; both stories have their canonical article."""
    one = save(store, A)
    two = save(store, B, FERRY, story=one.story)
    with store.placing() as place:
        new = place.add_story(at=NOW)
        place.assign({two.text: new})
        place.set_canonical(new, two.article, reason="only")
    assert {row["url"]: row["story_id"] for row in store.articles()} == {A: one.story, B: new}
    assert store.check() == []


def test_moving_the_canonical_away_needs_another(store: Store) -> None:
    """A story whose canonical article left cannot be committed without a new one."""
    one = save(store, A)
    save(store, B, FERRY, story=one.story)

    def leave() -> None:
        with store.placing() as place:
            new = place.add_story(at=NOW)
            place.assign({one.text: new})
            place.set_canonical(new, one.article, reason="only")

    with pytest.raises(LawBroken):
        leave()
    assert store.check() == []


def test_merge_with_itself_is_refused(store: Store) -> None:
    """A story cannot redirect to itself."""
    one = save(store, A)
    with pytest.raises(ValueError, match="itself"), store.placing() as place:
        place.merge(one.story, one.story, at=NOW)


def test_changed_text_is_a_revision(store: Store) -> None:
    """The new state becomes current, the old one keeps its text and when it was seen."""
    one = save(store, A, published=NOW - HOUR, published_from="meta")
    with store.placing() as place:
        place.saw_article(one.article, urls={"auebote.example/amp": A + "?amp"}, at=NOW + HOUR)
        new = place.add_text(text(FERRY), story_id=one.story, at=NOW + 2 * HOUR)
        state = facts(A, title="Neuer Stand", furniture=("Werbung",))
        assert place.add_revision(one.article, state, text_id=new, changes=["headline"], at=NOW + 2 * HOUR) == 2
    [row] = store.articles()
    assert (row["title"], row["text"], row["revisions"]) == ("Neuer Stand", FERRY, 2)
    assert (row["published"], row["published_from"]) == ("2026-03-14T08:26:53Z", "meta")
    assert row["urls"] == [A, A + "?amp"]
    assert [(row["n"], row["text"], row["seen_to"], row["changes"]) for row in store.revisions()] == [
        (1, FLOOD, "2026-03-14T10:26:53Z", []), (2, FERRY, "2026-03-14T11:26:53Z", ["headline"]),
    ]  # fmt: skip
    [story] = store.stories(StoryFilter(search="neuer"))
    assert story["title"] == "Neuer Stand"
    assert store.check() == []


@pytest.mark.parametrize(
    ("hours", "said_by", "expected"),
    [
        (3, "meta", ("2026-03-14T08:26:53Z", "meta")),  # the page of a live report shows when it was touched
        (-3, "json-ld", ("2026-03-14T06:26:53Z", "json-ld")),  # said at last
        (-9, "url", ("2026-03-14T08:26:53Z", "meta")),  # midnight, by its address: a guess
    ],
)
def test_an_article_is_published_once(store: Store, hours: int, said_by: str, expected: tuple[str, str]) -> None:
    """Of the dates that its states give, the earliest stands; one for machines before one that was guessed."""
    one = save(store, A, published=NOW - HOUR, published_from="meta")
    with store.placing() as place:
        new = place.add_text(text(FERRY), story_id=one.story, at=NOW + 4 * HOUR)
        state = facts(A, published=NOW + hours * HOUR, published_from=said_by)
        place.add_revision(one.article, state, text_id=new, changes=["minor"], at=NOW + 4 * HOUR)
    [row] = store.articles()
    assert (row["published"], row["published_from"]) == expected


def test_address_that_starts_over_leads_to_the_newer_article(store: Store) -> None:
    """One URL, two articles one after the other: the address leads to the second, both keep their URL."""
    one = save(store, A)
    two = save(store, A, FERRY)
    with store.placing() as place:
        assert place.articles_at(["auebote.example/flut"])["auebote.example/flut"].id == one.article
        place.restart_urls(["auebote.example/flut"], two.article)
    known = store.known_urls(["auebote.example/flut", "nirgends.example"])
    assert {key: ref.id for key, ref in known.items()} == {"auebote.example/flut": two.article}
    assert [row["urls"] for row in store.articles()] == [[A], [A]]
    found = store.article(A)
    assert found is not None
    assert found["text"] == FERRY
    assert store.article("https://nirgends.example/") is None


def test_shingles_are_counted_by_article(store: Store) -> None:
    """Counts add up over articles; a shingle twice in one article counts once."""
    high, low = 2**64 - 1, 2**63
    with store.placing() as place:
        for shingles in ([high, low, low, 5], [low, 5], [5]):
            place.count_shingles(hashes(shingles))
        assert place.frequencies(hashes([high, low, 5, 6])).tolist() == [1, 2, 3, 0]


def test_relations_topic_and_reuses_are_read_back(store: Store) -> None:
    """What the decider says of an article stands in the contract's object."""
    one = save(store, A, topic_hits=(("wetter", "Pegel", "title", 2),))
    two = save(store, B, FERRY, story=one.story)
    other = save(store, C, OPERA)
    with store.placing() as place:
        place.set_relations(
            [
                RelationRow(
                    article_id=two.article, relation="excerpt", order="later", copied_share=0.9, canonical_share=0.3
                )
            ]
        )
        place.set_on_topic([one.article], source="text")
        place.set_reuses(two.text, [Reuse(text_id=two.text, other_text_id=other.text, words=12, share=0.25)])
        assert [(member.id, member.canonical) for member in place.members([one.story])] == [
            (one.article, True), (two.article, False),
        ]  # fmt: skip
    first, second, _ = store.articles()
    assert (first["canonical"], first["relation"], first["on_topic"], first["on_topic_from"]) == (
        True, "canonical", True, "text",
    )  # fmt: skip
    assert first["topic_hits"] == [["wetter", "Pegel"]]
    assert first["topic_places"] == [{"in": "title", "word": 2}]
    assert (second["relation"], second["order"], second["copied_share"], second["canonical_share"]) == (
        "excerpt", "later", 0.9, 0.3,
    )  # fmt: skip
    assert second["reuses"] == [{"story_id": other.story, "url": C, "words": 12, "share": 0.25}]
    [story] = store.stories(StoryFilter(min_variants=1))
    assert (story["partial_copies"], story["full_copies"], story["on_topic"]) == (1, 0, True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.text(min_size=1), title=st.text(), authors=st.lists(st.text(), max_size=3),
    bands=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=5),
    minutes=st.integers(-(10**9), 10**9), shingles=st.binary(max_size=64),
)  # fmt: skip
def test_whatever_is_written_is_read_back(
    store: Store, body: str, title: str, authors: list[str], bands: list[int], minutes: int, shingles: bytes
) -> None:
    """Texts, titles, names, hashes, bands and times come back as they were (lone surrogates as question marks)."""
    # Years 126 to 3927: what a page may claim.
    at = NOW + timedelta(minutes=minutes)
    with store.placing() as place:
        story = place.add_story(at=NOW)
        given_text = text(body + str(story), bands=bands)
        text_id = place.add_text(given_text, story_id=story, at=NOW)
        url = f"https://a.example/{story}"
        article = place.add_article(
            facts(url, title=title, authors=tuple(authors), published=at),
            text_id=text_id,
            story_id=story,
            urls={},
            at=NOW,
        )
        place.set_canonical(story, article, reason="only")
        assert text_id in {one.text_id for one in place.candidates(bands, cap=10**6, limit=10**6)}
        assert place.texts([text_id])[text_id].published == at
    readable = [value.encode("utf-8", "replace").decode() for value in (body + str(story), title, *authors)]
    row = store.article(url)
    assert row is not None
    assert [row["text"], row["title"], *row["authors"]] == readable
    assert store.body(text_id) == readable[0]
