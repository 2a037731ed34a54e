"""What a crowded band says, and that it is not asked again in vain."""

from __future__ import annotations

from store.base import Placing, Store
from tests.store.conftest import Opener
from tests.store.news import HOUR, NOW, facts, text

A = "https://www.auebote.example/flut"
CROWD = 4  # postings of a band beyond which it is crowded


def fill(place: Placing, texts: int, *, bands: list[int], story: int | None = None) -> list[int]:
    """Texts with the same bands, each in a story of its own or all in one; their stories."""
    stories = []
    for _ in range(texts):
        home = story or place.add_story(at=NOW)
        body = text(f"Meldung {place.extent().text}", bands=bands)
        text_id = place.add_text(body, story_id=home, at=NOW)
        url = f"{A}/{text_id}"
        article = place.add_article(facts(url), text_id=text_id, story_id=home, urls={}, at=NOW)
        if story is None:
            place.set_canonical(home, article, reason="only")
        stories.append(home)
    return stories


def found(store: Store, *, cap: int = CROWD, per_story: int | None = None) -> list[int]:
    with store.placing() as place:
        return [one.text_id for one in place.candidates([7], cap=cap, limit=3, per_story=per_story)]


def test_crowded_band_speaks_once_its_stories_have_merged(store: Store) -> None:
    """It is silent, and remembered so, until most of its texts are one story's."""
    with store.placing() as place:
        stories = fill(place, 6, bands=[7])
    assert found(store) == found(store) == []
    with store.placing() as place:
        for story in stories[1:4]:
            place.merge(story, stories[0], at=NOW + HOUR)
    assert found(store) == [1, 2, 3]


def test_what_another_process_merged_is_noticed(store: Store, opener: Opener) -> None:
    """A band that this store knows as silent is looked at again when another one has written."""
    with store.placing() as place:
        stories = fill(place, 6, bands=[7])
    assert found(store) == []
    with opener().placing() as place:
        for story in stories[1:4]:
            place.merge(story, stories[0], at=NOW + HOUR)
    assert found(store) == [1, 2, 3]


def test_rolled_back_merge_leaves_no_trace(store: Store) -> None:
    """What a failed transaction learned of a band is not believed."""
    with store.placing() as place:
        stories = fill(place, 6, bands=[7])
        for story in stories[1:4]:
            place.merge(story, stories[0], at=NOW)
    try:
        with store.placing() as place:
            place.assign(dict.fromkeys((3, 4), stories[5]))
            assert place.candidates([7], cap=CROWD, limit=3) == []
            raise KeyError
    except KeyError:
        assert found(store) == [1, 2, 3]


def test_crowd_is_what_the_caller_says(store: Store) -> None:
    """A band that is crowded under one limit speaks under another."""
    with store.placing() as place:
        fill(place, 6, bands=[7])
    assert found(store) == []
    assert found(store, cap=100) == [1, 2, 3]
    assert found(store) == []


def test_one_story_takes_not_all_places(store: Store) -> None:
    """Where a story has more texts than are wanted of one, the next stories' are among the candidates."""
    with store.placing() as place:
        [story] = fill(place, 1, bands=[7])
        fill(place, 4, bands=[7], story=story)
        fill(place, 2, bands=[7])
    assert found(store, cap=100) == [1, 2, 3]
    assert found(store, cap=100, per_story=1) == [1, 6, 7]
