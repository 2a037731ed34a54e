"""Answers: filters, search, order, origin, refusals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.base import Store
from store.model import Decision, Rejected, StoryFilter
from store.query import ARTICLE_KEYS, REJECTED_KEYS, REVISION_KEYS, STORY_KEYS
from tests.store.news import FERRY, FLOOD, HOUR, NOW, OPERA, link, put, save

A, B, C = "https://auebote.example/flut", "https://kurier.example/ferry", "https://blatt.example/oper"


def ids(store: Store, **wanted: Any) -> list[int]:
    return [row["story_id"] for row in store.stories(StoryFilter(**wanted))]


@pytest.fixture
def three(store: Store) -> Store:
    """Three stories: flood (German, old, three articles), ferry (English), opera (German, newest)."""
    with store.placing() as place:
        flood = put(place, A, FLOOD, at=NOW - 100 * HOUR, language="de", published=NOW - 101 * HOUR)
        put(place, A + "/2", FLOOD + " 2", story=flood.story, at=NOW - 90 * HOUR, language="de-at")
        put(place, A + "/3", FLOOD + " 3", story=flood.story, at=NOW - 80 * HOUR, language="de")
        put(place, B, FERRY, at=NOW - 10 * HOUR, language="en", title="Ferry to Skerrow ends", owner="Halden Press")
        put(place, C, OPERA, at=NOW, language="de", title="Oper in Sankt Egid", published=NOW + 400 * HOUR)
    return store


def test_every_key_of_the_contract_is_there(three: Store) -> None:
    """Objects have exactly the promised keys, in the promised order, unknown ones as None."""
    with three.placing() as place:
        place.reject(_refused("https://a.example/x"))
    assert {tuple(row) for row in three.articles()} == {ARTICLE_KEYS}
    assert {tuple(row) for row in three.revisions()} == {REVISION_KEYS}
    assert {tuple(row) for row in three.stories(StoryFilter())} == {STORY_KEYS}
    assert {tuple(row) for row in three.rejected()} == {REJECTED_KEYS}
    story = three.story(1)
    assert story is not None
    assert set(story) == {*STORY_KEYS, "members", "decisions", "merged"}
    assert three.story(99) is None


def test_filters_narrow(three: Store) -> None:
    """Each field of a filter narrows; together they all must hold."""
    assert ids(three) == [3, 2, 1]
    assert ids(three, since=NOW - 20 * HOUR) == [3, 2]
    assert ids(three, until=NOW - 20 * HOUR) == [1]
    assert ids(three, outlet="kurier.example") == [2]
    assert ids(three, language="de") == [3, 1]
    assert ids(three, language="DE", min_variants=2) == [1]
    assert ids(three, sort="largest") == [1, 3, 2]
    assert ids(three, sort="growing", limit=2) == [3, 2]
    assert ids(three, limit=0) == []
    assert {row["story_id"] for row in three.articles(StoryFilter(min_variants=1))} == {1}
    assert [row["url"] for row in three.revisions(StoryFilter(outlet="blatt.example"))] == [C]


def test_a_date_in_the_future_does_not_lead(three: Store) -> None:
    """A published time after the first sight counts as the first sight."""
    [opera] = three.stories(StoryFilter(outlet="blatt.example"))
    assert opera["first_published"] == "2026-03-14T09:26:53Z"


def test_search_folds_umlauts_and_finds_beginnings(three: Store) -> None:
    """Words are found by their beginning, whatever the case and the dots; quoted words stand together."""
    assert ids(three, search="burgermeisterin OHM") == [1]
    assert ids(three, search="bürger") == [1]
    assert ids(three, search="kunft") == []
    assert ids(three, search="premiere ausverk") == [3]
    assert ids(three, search='"isle of Skerrow"') == [2]
    assert ids(three, search='"Skerrow isle"') == []
    assert ids(three, search="sankt") == [3]
    assert ids(three, search="") == ids(three, search=' " ') == []


HOSTILE = (
    "AND", "OR OR", "NOT", "NEAR(a b", "a*", '"', '""', '"a', "title:x", "{title text}: x", "^a", "a + b", "(", ")))",
    "-a", "a NEAR/2 b", "'; DROP TABLE story; --", "\0", "a\0b", "\ud800", "*", "ünïcödé\u0301", "a" * 10_000, "%", "_",
)  # fmt: skip


@pytest.mark.parametrize("search", HOSTILE)
def test_no_search_is_a_syntax_error(three: Store, search: str) -> None:
    """Whatever is typed is looked for, never run."""
    assert isinstance(ids(three, search=search), list)
    assert three.check() == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=st.text(alphabet=st.one_of(st.characters(), st.sampled_from('"*():^-+{} ANDORNEAR\0'))))
def test_any_search_gets_an_answer(three: Store, search: str) -> None:
    """No string of any characters breaks the search."""
    ids(three, search=search)


def test_search_forgets_the_former_canonical(three: Store) -> None:
    """A story is found by its canonical text only, also after another one took the place."""
    with three.placing() as place:
        two = place.members([1])[1]
        place.set_canonical(1, two.id, reason="longer")
    assert ids(three, search="Tannwerder") == [1]
    with three.placing() as place:
        ferry = put(place, B + "/2", "Ganz anderer Wortlaut", story=1)
        place.set_canonical(1, ferry.article, reason="pinned")
    assert ids(three, search="Tannwerder") == []
    assert ids(three, search="wortlaut") == [1]
    assert three.check() == []


def test_links_are_seen_from_the_article(three: Store) -> None:
    """Containment is turned to the article's side; the strongest link comes first."""
    with three.placing() as place:
        place.add_links([link(1, 4, linked=False, score=0.1), link(1, 5, score=0.6), link(1, 2, score=0.9)])
    found = three.links(A)
    assert [(row["other_text_id"], row["linked"]) for row in found] == [(2, True), (5, True), (4, False)]
    assert found[1]["articles"] == [
        {"url": C, "title": "Oper in Sankt Egid", "outlet": "blatt.example", "story_id": 3, "state": 1, "states": 1,
         "seen_from": "2026-03-14T09:26:53Z"}
    ]  # fmt: skip
    assert [row["state"] for row in found] == [1, 1, 1]
    assert (found[0]["containment"], found[0]["containment_other"]) == (0.9, 0.7)
    [back] = three.links(C)
    assert (back["containment"], back["containment_other"]) == (0.7, 0.9)
    assert three.links("https://nirgends.example/") == []


def test_decisions_are_told_with_the_story(three: Store) -> None:
    """Decisions of a story, also of one that merged into it, with their facts."""
    with three.placing() as place:
        place.add_decision(Decision(at=NOW, kind="new", story_id=2, article_id=4, facts={"score": 0.5, "when": NOW}))
        place.merge(2, 1, at=NOW)
    story = three.story(2)
    assert story is not None
    assert story["story_id"] == 1
    [decision] = story["decisions"]
    assert (decision["url"], decision["story_id"], decision["facts"]["score"]) == (B, 2, 0.5)


def test_streams_see_one_moment(three: Store) -> None:
    """An export that has begun does not see what is written meanwhile, and does not block it."""
    rows = three.articles()
    next(rows)
    save(three, "https://spaet.example/1", "Nachzügler")
    assert len(list(rows)) == 4
    assert len(list(three.articles())) == 6


def test_refusals_keep_their_first_sight(store: Store) -> None:
    """A page refused again keeps when it was first seen, counts its tries, and is forgotten once accepted."""
    url = "https://a.example/x"
    with store.placing() as place:
        place.reject(_refused(url))
        place.reject(_refused(url, at=NOW + HOUR, reason="paywall"))
    [known] = store.refusals([url, "https://a.example/y"]).values()
    assert (known.first_seen, known.last_seen, known.tries, known.reason) == (NOW, NOW + HOUR, 2, "paywall")
    assert list(store.rejected()) == [
        {"url": url, "state": "rejected", "class": "rejected", "reason": "paywall", "detail": "12 words",
         "first_seen": "2026-03-14T09:26:53Z"}
    ]  # fmt: skip
    with store.placing() as place:
        place.accept([url])
    assert store.refusals([url]) == {}


def _refused(url: str, *, at: datetime = NOW, reason: str = "stub") -> Rejected:
    return Rejected(url=url, state="rejected", reason=reason, detail="12 words", first_seen=at, last_seen=at)


def test_runs_must_add_up(store: Store) -> None:
    """A run whose entries are not all accounted for is a broken law."""
    store.record_run({"started": NOW, "ended": NOW, "items": {"seen": 3, "new": 1, "failed": 2}})
    assert store.check() == []
    assert store.stats()["runs"] == 1
    store.record_run({"items": {"seen": 3, "new": 1}})
    [broken] = store.check()
    assert "add up" in broken


def test_naive_times_are_refused(store: Store) -> None:
    """A time without a zone is a mistake of the caller, not a row."""
    naive = (NOW + timedelta(0)).replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        store.stories(StoryFilter(since=naive))
    with pytest.raises(ValueError, match="naive"), store.placing() as place:
        place.add_story(at=naive)
    with pytest.raises(KeyError):
        store.body(1)
