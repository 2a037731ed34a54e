"""An address that holds another text every day: each is an article of its own, in a story of its own."""

from __future__ import annotations

from ingest.place import analyst
from ingest.place.analyst import Said
from ingest.place.recluster import Recluster
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

URL = "https://kurier.example/briefing"
DAYS = [report(name).text for name in ("hafen", "oper", "wolf")]


def test_every_day_is_an_article(newsroom: Newsroom) -> None:
    """Three days at one address are three articles; copies of each join that one; a correction revises the newest."""
    ids = []
    for number, text in enumerate(DAYS):
        ids.append(newsroom.take(URL, text).article_id)
        newsroom.take(f"https://blatt.example/{number}", edits.copyedit(text, edits.seeded(number), rate=0.03))
    assert len(set(ids)) == 3
    assert [len(found) for found in newsroom.stories()] == [2, 2, 2]
    newsroom.take("https://bote.example/1", DAYS[0])
    assert sorted(newsroom.sizes()) == [2, 2, 3]
    assert newsroom.take(URL, edits.correction(DAYS[2], edits.seeded(1))).article_id == ids[2]
    story = newsroom.store.story(newsroom.row(URL)["story_id"])
    assert story is not None
    assert "restarted" in {decision["kind"] for decision in story["decisions"]}
    revisions = [row for row in newsroom.store.revisions() if row["url"] == URL]
    assert [row["n"] for row in revisions] == [1, 1, 1, 2]


def test_a_text_that_comes_back(newsroom: Newsroom) -> None:
    """The text of the day before yesterday at the same address again: an article again, in the story of its text."""
    first = newsroom.take(URL, DAYS[0])
    newsroom.take(URL, DAYS[1])
    third = newsroom.take(URL, DAYS[0])
    assert third.article_id != first.article_id
    assert third.story_id == first.story_id
    assert newsroom.store.stats()["articles"] == 3


def test_what_was_ruled_stays_with_the_text(newsroom: Newsroom) -> None:
    """A pin and a merge are on the article of that day, not on the next one at the same address."""
    newsroom.take(URL, DAYS[0])
    newsroom.take("https://blatt.example/1", DAYS[1])
    said = Said(who="ada", now=newsroom.now)
    with newsroom.store.placing() as placing:
        analyst.merge(placing, 1, 2, newsroom.rules, said)
        analyst.pin(placing, URL, newsroom.rules, said)
    newsroom.take(URL, DAYS[2])
    assert newsroom.sizes() == [2, 1]
    assert newsroom.store.rulings_on(URL) == []
    before = newsroom.stories()
    assert Recluster(newsroom.store, newsroom.rules, clock=lambda: newsroom.now).run()
    assert newsroom.stories() == before
    story = newsroom.store.story(1)
    assert story is not None
    assert (story["canonical_url"], story["canonical_reason"]) == (URL, "pinned")
