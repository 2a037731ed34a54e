"""Furniture that an outlet teaches: cut from new articles, never a revision, never a story's own text."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from ingest.explain import decision_in_words
from ingest.extract.learned import block_key
from ingest.place.learned import NAMED, PER_OUTLET
from store.base import Placing
from tests.place.desk import START, Newsroom

HOME, AWAY = "https://talbote.example", "https://bergblatt.example"
BOX = "Jorinde Falk schreibt seit elf Jahren über Handwerk, Landwirtschaft und alles, was im Tal dazwischen liegt."
WORDS = ("brücke", "gemeinde", "ufer", "lehrerin", "winter", "sitzung", "kosten", "dach", "verein", "bahnhof", "turm")


def story(number: int) -> str:
    """Three paragraphs that no other number has."""
    chance = Random(number)  # noqa: S311 -- no secret
    lines = (" ".join(f"{chance.choice(WORDS)}{chance.randrange(900)}" for _ in range(40)) + "." for _ in range(3))
    return "\n".join(lines)


def boxed(number: int) -> str:
    return f"{story(number)}\n{BOX}"


def day(number: int) -> dict[str, Any]:
    return {"published": START - timedelta(days=40 - number)}


def teach(newsroom: Newsroom, stories: int = 7, *, outlet: str = HOME) -> None:
    """So many stories of an outlet with the box, a day apart."""
    for number in range(stories):
        newsroom.take(f"{outlet}/{number}", boxed(number), **day(number))


def test_a_box_is_learned(newsroom: Newsroom) -> None:
    """From the sixth story on the block is known, and the next article comes without it."""
    teach(newsroom)
    assert newsroom.row(f"{HOME}/5")["text"] == boxed(5)
    newsroom.take(f"{HOME}/new", boxed(100), **day(9))
    assert newsroom.row(f"{HOME}/new")["text"] == story(100)
    with newsroom.store.placing() as placing:
        assert placing.furniture_of(_article(placing, f"{HOME}/new")) == (BOX,)
    [decision] = newsroom.store.story(newsroom.row(f"{HOME}/new")["story_id"])["decisions"]  # type: ignore[index]
    assert decision["facts"]["furniture"] == [{"text": BOX[:NAMED], "stories": 6}]
    assert f"“{BOX[:NAMED]}” (in 6 stories)" in decision_in_words(decision)


def test_each_outlet_has_its_own(newsroom: Newsroom) -> None:
    """What one outlet taught is text on another."""
    teach(newsroom)
    newsroom.take(f"{AWAY}/new", boxed(100), **day(9))
    assert newsroom.row(f"{AWAY}/new")["text"] == boxed(100)


def test_a_paragraph_of_one_story_is_no_furniture(newsroom: Newsroom) -> None:
    """Thirty copies of one story on one outlet, days apart, teach nothing."""
    for number in range(30):
        newsroom.take(f"{HOME}/{number}", f"{boxed(0)}\nFassung {number}.", **day(number))
    newsroom.take(f"{HOME}/new", boxed(100), **day(35))
    assert newsroom.row(f"{HOME}/new")["text"] == boxed(100)


def test_a_paragraph_that_two_houses_share_is_no_furniture(newsroom: Newsroom) -> None:
    """Background of an agency stands in six stories of each customer: one story that two of them carry tells it."""
    teach(newsroom)
    newsroom.take(f"{AWAY}/3", boxed(3), **day(4))
    newsroom.take(f"{HOME}/new", boxed(100), **day(9))
    assert newsroom.row(f"{HOME}/new")["text"] == boxed(100)


def test_what_was_learned_is_no_revision(newsroom: Newsroom) -> None:
    """An article that was stored with the block and is read again without it has not changed."""
    teach(newsroom)
    before = newsroom.dump()
    for number in range(7):
        assert newsroom.take(f"{HOME}/{number}", boxed(number), **day(number)).outcome == "unchanged"
    assert newsroom.dump() == before


def test_what_ends_a_text_does_not_change_with_the_block_behind_it(newsroom: Newsroom) -> None:
    """A headline before the block ends the text once the block is set aside: neither is a change."""
    ended = f"{story(50)}\nMehr zur Brücke von Oberwiesel\n{BOX}"
    newsroom.take(f"{HOME}/ended", ended, **day(0))
    teach(newsroom)
    assert newsroom.take(f"{HOME}/ended", ended, **day(0)).outcome == "unchanged"


def test_what_was_forgotten_is_no_revision(newsroom: Newsroom) -> None:
    """An article that was stored without the block and is read again with it has not changed."""
    teach(newsroom)
    newsroom.take(f"{HOME}/new", boxed(100), **day(9))
    with newsroom.store.placing() as placing:
        block = block_key(BOX)
        assert block is not None
        placing.drop_occurrences([(block, one.article_id) for one in placing.occurrences([block])[block]])
    assert newsroom.take(f"{HOME}/new", boxed(100), **day(9)).outcome == "unchanged"


def test_a_revision_tells_what_changed_and_not_what_was_learned(newsroom: Newsroom) -> None:
    """A new paragraph is a revision; the block that went meanwhile is no part of it, and the story stays as it was."""
    teach(newsroom)
    copy = newsroom.take(f"{AWAY}/1", story(1), **day(5))
    before = newsroom.row(f"{HOME}/1")
    added = "Nachtrag aus der Sitzung am Abend: Der Antrag wurde mit großer Mehrheit angenommen."
    assert newsroom.take(f"{HOME}/1", f"{story(1)}\n{added}\n{BOX}", **day(1)).outcome == "revised"
    after = newsroom.row(f"{HOME}/1")
    assert after["text"] == f"{story(1)}\n{added}"
    changes = [row["changes"] for row in newsroom.store.revisions() if row["url"] == f"{HOME}/1"]
    assert changes == [[], ["paragraph-added"]]
    assert (after["story_id"], after["canonical"]) == (before["story_id"], before["canonical"]) == (copy.story_id, True)


def test_hits_keep_their_places(newsroom: Newsroom) -> None:
    """Where a block before a hit goes, the hit's place is that in the shorter text; a block with a hit stays."""
    teach(newsroom)
    text = f"{BOX}\n{story(100)}\nGranaten"
    place = len(BOX.split()) + 120 + 1
    taken = newsroom.take(f"{HOME}/hit", text, **day(9), topic_hits=(("arms", "Granaten", "text", place),))
    assert taken.outcome == "new"
    assert any('["arms","Granaten","text",121]' in str(row) for row in newsroom.dump())
    newsroom.take(f"{HOME}/on", boxed(101), **day(9), topic_hits=(("work", "Handwerk", "text", 129),))
    assert newsroom.row(f"{HOME}/on")["text"] == boxed(101)


def test_what_is_on_record_is_bounded(newsroom: Newsroom) -> None:
    """Of a block in thirty stories the newest few are kept; blocks that stood once take no row."""
    teach(newsroom, 30)
    with newsroom.store.placing() as placing:
        block = block_key(BOX)
        assert block is not None
        found = placing.occurrences([block])[block]
        assert len(found) == PER_OUTLET
        assert found[-1].article_id == _article(placing, f"{HOME}/29")
    assert sum(row[0] == "occurrence" for row in newsroom.dump()) == PER_OUTLET


def _article(placing: Placing, url: str) -> int:
    [found] = placing.articles_at([url.partition("://")[2]]).values()
    return found.id
