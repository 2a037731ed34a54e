"""What an analyst ruled, as the store keeps it; redirects; and what passes over the texts ask."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from store.base import Store
from store.model import Decision, NewRuling, Touched
from tests.store.conftest import Opener
from tests.store.news import FERRY, FLOOD, NOW, OPERA, link, put, save
from tests.store.older import make_older

A, B, C = (f"https://{name}.example/1" for name in "abc")


def test_a_ruling_is_in_force_until_it_is_undone(store: Store) -> None:
    """It is found by the present texts of its articles, with what they are now; undone, it is still told."""
    first, second = save(store, A, FLOOD), save(store, B, FERRY)
    with store.placing() as place:
        number = place.rule(
            NewRuling(
                kind="tied",
                at=NOW,
                who="ada",
                note="one",
                story_id=first.story,
                other_story_id=second.story,
                articles={first.article: 0, second.article: 1},
            )
        )
        [found] = place.rulings([second.text])
        assert (found.id, found.kind, found.who, found.note, found.undone_by) == (number, "tied", "ada", "one", None)
        assert [(one.text_id, one.story_id, one.side) for one in found.articles] == [
            (first.text, first.story, 0), (second.text, second.story, 1),
        ]  # fmt: skip
        undone = place.rule(
            NewRuling(
                kind="undone", at=NOW, who="bob", story_id=first.story, undoes=number, articles={first.article: 0}
            )
        )
        place.set_in_force(number, undone_by=undone)
        assert [one.id for one in place.rulings()] == [undone]
        place.merge(second.story, first.story, at=NOW)  # so that the law of ties has nothing to say
    assert [(one["id"], one["undone_by"]) for one in store.rulings_on(A)] == [(number, undone), (undone, None)]
    assert store.rulings_on("https://nowhere.example/") == []
    assert store.check() == []


def test_the_machine_s_decisions_are_no_rulings(store: Store) -> None:
    """A decision has a number and can be asked for; a ruling is one with somebody behind it."""
    story = save(store, A, FLOOD).story
    with store.placing() as place:
        number = place.add_decision(Decision(at=NOW, kind="joined", story_id=story, facts={"links": []}))
        found = place.decision(number)
        assert found is not None
        assert (found.kind, found.at, found.facts) == ("joined", NOW, {"links": []})
        assert place.ruling(number) is None
        assert place.decision(number + 1) is None
    told = store.story(story)
    assert told is not None
    assert [(one["id"], one["by"]) for one in told["decisions"]] == [(number, None)]


def test_a_redirect_can_be_a_story_again(store: Store) -> None:
    """It is known by the text of the article that stood for it, and needs a canonical article to be one."""
    first, second = save(store, A, FLOOD), save(store, B, FERRY)
    with store.placing() as place:
        place.merge(second.story, first.story, at=NOW)
        former = Decision(
            at=NOW, kind="merged", story_id=first.story, other_story_id=second.story, article_id=second.article
        )
        place.add_decision(former)
        assert place.redirects([first.story]) == [(second.story, first.story, second.text, None)]
        place.add_decision(replace(former, facts={"stood": first.article}))
        assert place.redirects([first.story]) == [(second.story, first.story, second.text, first.text)]
        assert place.live_story(second.story) == first.story
        assert place.live_story(99) is None
    with store.placing() as place:
        place.redirect(second.story, None)
        place.assign({second.text: second.story})
        place.set_canonical(second.story, second.article, reason="only version")
    assert [found["story_id"] for found in map(store.story, (first.story, second.story)) if found] == [1, 2]
    assert store.check() == []


def test_what_a_pass_asks(store: Store) -> None:
    """Texts in order of arrival, those of stories that something happened to, what was noted."""
    puts = [save(store, url, body) for url, body in ((A, FLOOD), (B, FERRY), (C, OPERA))]
    texts = [one.text for one in puts]
    with store.placing() as place:
        before = place.extent()
        assert (before.text, before.articles) == (texts[-1], 3)
        assert place.next_texts(after=texts[0], until=texts[2], limit=5) == texts[1:]
        assert place.next_texts(after=0, until=texts[2], limit=1) == texts[:1]
        place.add_links([link(texts[0], texts[1], linked=False)._replace(rule="digest")])
        place.add_decision(Decision(at=NOW, kind="joined", story_id=puts[0].story))
        upto = place.add_decision(Decision(at=NOW, kind="moved", story_id=puts[1].story, other_story_id=puts[1].story))
        assert place.touched(Touched(after=before.decision, until=upto, large=1)) == texts[:2]
        assert place.touched(Touched(after=before.decision, until=upto, large=0, new=texts[0])) == [texts[1]]
        assert place.touched(Touched(after=before.decision, until=upto)) == texts[:2]  # and what was compared with it
        assert place.touched(Touched(after=upto, until=upto)) == []
        assert place.digests(until=texts[0]) == texts[:1]
        assert place.standing(texts[:1]) == [(texts[0], puts[0].story, 1)]
        place.note("pass", {"after": 7})
        assert place.noted("pass") == {"after": 7}
        place.note("pass", None)
        assert place.noted("pass") is None


def test_an_older_store_learns_to_keep_rulings(store: Store, path: Path, opener: Opener) -> None:
    """A store from before rulings is brought up to date, and takes one."""
    save(store, A, FLOOD)
    store.close()
    db = sqlite3.connect(path)
    make_older(db, "0003")
    db.close()
    upgraded = opener()
    with upgraded.placing() as place:
        number = place.rule(NewRuling(kind="pinned", at=NOW, who="ada", story_id=1, articles={1: 0}))
        assert place.pins([1]) == {1: number}
        put(place, B, FERRY)
    assert upgraded.check() == []
