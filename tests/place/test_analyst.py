"""What an analyst says holds: against links, later copies, revisions; and it can be taken back."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.errors import NothingMatched, UsageError
from ingest.place import analyst
from ingest.place.analyst import Effect, Said
from ingest.place.recluster import Recluster
from store import open_store
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

HARBOUR, OPERA, WOLF = (report(name).text for name in ("hafen", "oper", "wolf"))
A, B, C, D, E, F = (f"https://{name}.example/a" for name in ("kurier", "blatt", "bote", "anzeiger", "echo", "funk"))


def copy(text: str, seed: int = 1) -> str:
    return edits.copyedit(text, edits.seeded(seed), rate=0.03)


def said(newsroom: Newsroom, note: str = "") -> Said:
    return Said(who="ada", note=note, now=newsroom.now)


def merge(newsroom: Newsroom, one: str, other: str) -> Effect:
    """Merge the stories of two articles."""
    with newsroom.store.placing() as placing:
        stories = [newsroom.row(url)["story_id"] for url in (one, other)]
        return analyst.merge(placing, stories[0], stories[1], newsroom.rules, said(newsroom))


def split(newsroom: Newsroom, *urls: str) -> Effect:
    with newsroom.store.placing() as placing:
        return analyst.split(placing, urls, newsroom.rules, said(newsroom))


def pin(newsroom: Newsroom, url: str) -> Effect:
    with newsroom.store.placing() as placing:
        return analyst.pin(placing, url, newsroom.rules, said(newsroom))


def undo(newsroom: Newsroom, decision: int) -> Effect:
    with newsroom.store.placing() as placing:
        return analyst.undo(placing, decision, newsroom.rules, said(newsroom))


def together(newsroom: Newsroom, *urls: str) -> bool:
    return len({newsroom.row(url)["story_id"] for url in urls}) == 1


def sound(newsroom: Newsroom) -> bool:
    return newsroom.store.check() == []


def two_stories(newsroom: Newsroom) -> None:
    """A and B on the harbour, C and D on the opera."""
    for url, text in ((A, HARBOUR), (B, copy(HARBOUR)), (C, OPERA), (D, copy(OPERA))):
        newsroom.take(url, text)
    assert newsroom.sizes() == [2, 2]


def test_merged_stories_are_one(newsroom: Newsroom) -> None:
    """The older number stays, the other leads there; later copies of either join; what each was copied from is told."""
    two_stories(newsroom)
    first, second = newsroom.row(A)["story_id"], newsroom.row(C)["story_id"]
    effect = merge(newsroom, C, A)
    assert (effect.kind, effect.stories, effect.merged) == ("tied", (first,), 1)
    assert sorted(effect.moved) == [(D, second, first), (C, second, first)]
    assert newsroom.store.story(second) == newsroom.store.story(first)
    newsroom.take(E, copy(OPERA, 2))
    newsroom.take(F, copy(HARBOUR, 2))
    assert newsroom.sizes() == [6]
    assert sound(newsroom)


def test_a_merge_outlives_revisions(newsroom: Newsroom) -> None:
    """Every article of it changes its text; what was tied are articles."""
    two_stories(newsroom)
    merge(newsroom, A, C)
    for url, text in ((A, HARBOUR), (C, OPERA), (B, HARBOUR), (D, OPERA)):
        assert newsroom.take(url, f"{copy(text, 5)}\n{edits.ADDITIONS[0]}").outcome == "revised"
    assert newsroom.sizes() == [4]
    assert sound(newsroom)


def test_a_merge_can_be_taken_back(newsroom: Newsroom) -> None:
    """Everything stands as before, also the number of the story that was merged away; undone again, it holds again."""
    two_stories(newsroom)
    before = newsroom.stories(), newsroom.row(C)["story_id"]
    made = merge(newsroom, A, C)
    taken = undo(newsroom, made.decision)
    assert (newsroom.stories(), newsroom.row(C)["story_id"]) == before
    assert taken.undoes == made.decision
    assert sound(newsroom)
    again = undo(newsroom, taken.decision)
    assert newsroom.sizes() == [4]
    undo(newsroom, again.decision)
    assert (newsroom.stories(), newsroom.row(C)["story_id"]) == before
    assert sound(newsroom)


def test_numbers_come_back_whoever_stood_for_the_merged_story(newsroom: Newsroom) -> None:
    """A later pin, and an earlier date, let the newer story's article stand for both: parted again, each has its own
    number, though the older one was that of the other's canonical article meanwhile."""
    two_stories(newsroom)
    newsroom.take(E, WOLF, published=newsroom.now.replace(year=2020))
    before = {url: newsroom.row(url)["story_id"] for url in (A, B, C, D, E)}
    first = merge(newsroom, A, C)
    pinned = pin(newsroom, D)
    second = merge(newsroom, C, E)
    assert len({newsroom.row(url)["story_id"] for url in before}) == 1
    undo(newsroom, pinned.decision)
    assert newsroom.row(E)["canonical"]
    for made in (second, first):
        undo(newsroom, made.decision)
    assert {url: newsroom.row(url)["story_id"] for url in before} == before
    assert sound(newsroom)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_can_be_taken_back(newsroom: Newsroom, seed: int) -> None:
    """Merges, splits, pins and undoings in any order leave a sound store that a full pass does not move; all taken
    back, the same articles stand together as before, with the same canonical ones."""
    chance = edits.seeded(seed)
    two_stories(newsroom)
    newsroom.take(E, copy(HARBOUR))
    newsroom.take(F, WOLF)
    addresses = (A, B, C, D, E, F)

    def state() -> list[tuple[int, bool]]:
        rows = [newsroom.row(url) for url in addresses]
        return [(row["story_id"], row["canonical"]) for row in rows]

    before = newsroom.stories(), [canonical for _, canonical in state()]
    made: list[int] = []
    acts = {
        "merge": lambda: merge(newsroom, *chance.sample(addresses, 2)),
        "split": lambda: split(newsroom, *chance.sample(addresses, chance.randint(1, 2))),
        "pin": lambda: pin(newsroom, chance.choice(addresses)),
        "undo": lambda: undo(newsroom, chance.choice(made or [1])),
    }
    for _ in range(7):
        newsroom.minutes += 1
        with suppress(UsageError):
            made.append(acts[chance.choice(list(acts))]().decision)
        assert sound(newsroom)
    during = state()
    Recluster(newsroom.store, newsroom.rules, clock=lambda: newsroom.now).run()
    assert state() == during
    with newsroom.store.placing() as placing:
        standing = [one.id for one in placing.rulings() if one.kind != "undone" and one.undone_by is None]
    for decision in sorted(standing, reverse=True):
        undo(newsroom, decision)
    assert (newsroom.stories(), [canonical for _, canonical in state()]) == before
    assert sound(newsroom)


def test_split_articles_stay_out(newsroom: Newsroom) -> None:
    """They leave, their own copies follow them, copies of the rest do not; a revision brings nobody back."""
    for number, url in enumerate((A, B, C)):
        newsroom.take(url, copy(HARBOUR, number))
    effect = split(newsroom, C)
    assert newsroom.stories() == [{A, B}, {C}]
    assert (effect.split, len(effect.moved)) == (1, 1)
    newsroom.take(C, f"{copy(HARBOUR, 2)}\n{edits.ADDITIONS[0]}")
    newsroom.take(D, f"{copy(HARBOUR, 2)}\n{edits.ADDITIONS[0]}")
    newsroom.take(E, copy(HARBOUR, 7))
    assert newsroom.row(D)["story_id"] == newsroom.row(C)["story_id"]
    assert not together(newsroom, A, C)
    newsroom.take(A, f"{copy(HARBOUR, 0)}\n{edits.ADDITIONS[0]}")
    assert not together(newsroom, A, C)
    assert together(newsroom, A, B)
    assert sound(newsroom)


def test_a_split_can_be_taken_back(newsroom: Newsroom) -> None:
    """The parts are one again under the older number."""
    for number, url in enumerate((A, B, C)):
        newsroom.take(url, copy(HARBOUR, number))
    story = newsroom.row(A)["story_id"]
    undo(newsroom, split(newsroom, A).decision)
    assert newsroom.sizes() == [3]
    assert newsroom.row(A)["story_id"] == story
    assert sound(newsroom)


def test_carriers_of_one_text_leave_together(newsroom: Newsroom) -> None:
    """A text word for word is one: who carries it goes along, and where all do there is nothing to split."""
    for url, text in ((A, HARBOUR), (B, copy(HARBOUR)), (C, copy(HARBOUR))):
        newsroom.take(url, text)
    assert {url for url, *_ in split(newsroom, C).moved} == {B, C}
    with pytest.raises(UsageError, match="nothing would be left"):
        split(newsroom, B)


def test_what_was_split_cannot_be_merged(newsroom: Newsroom) -> None:
    """The error names the decision, and nothing has changed; with that undone, the merge holds."""
    for number, url in enumerate((A, B, C)):
        newsroom.take(url, copy(HARBOUR, number))
    made = split(newsroom, C)
    before = newsroom.dump()
    with pytest.raises(UsageError, match=f"decision {made.decision} says otherwise") as refused:
        merge(newsroom, A, C)
    assert f"ingest undo {made.decision}" in refused.value.fix
    assert newsroom.dump() == before
    newsroom.take(D, OPERA)
    merge(newsroom, C, D)
    with pytest.raises(UsageError, match=f"decision {made.decision} says otherwise"):
        merge(newsroom, B, D)


def test_what_was_merged_cannot_be_split_whole(newsroom: Newsroom) -> None:
    """A whole story of a merge does not leave: that is an undo. One article of it may; the rest stays merged."""
    two_stories(newsroom)
    made = merge(newsroom, A, C)
    with pytest.raises(UsageError, match=f"decision {made.decision} says otherwise"):
        split(newsroom, C, D)
    split(newsroom, D)
    assert newsroom.stories() == [{A, B, C}, {D}]
    newsroom.take(D, f"{copy(OPERA)}\n{edits.ADDITIONS[0]}")
    assert newsroom.stories() == [{A, B, C}, {D}]
    assert sound(newsroom)


def test_undoing_what_a_later_decision_builds_on(newsroom: Newsroom) -> None:
    """A split is undone, its parts are merged with other stories that are split: putting it back is refused."""
    for number, url in enumerate((A, B, C)):
        newsroom.take(url, copy(HARBOUR, number))
    parted = split(newsroom, C)
    lifted = undo(newsroom, parted.decision)
    newsroom.take(D, OPERA)
    tied = merge(newsroom, A, D)
    with pytest.raises(UsageError, match=f"decision {tied.decision} says otherwise"):
        undo(newsroom, lifted.decision)
    undo(newsroom, tied.decision)
    undo(newsroom, lifted.decision)
    assert not together(newsroom, A, C)


def test_a_pinned_article_is_canonical(newsroom: Newsroom) -> None:
    """Against the policy, earlier arrivals and merges; the newest pin counts, and with it undone the one before."""
    two_stories(newsroom)
    first = pin(newsroom, B)
    assert newsroom.row(B)["canonical"]
    newsroom.take(E, copy(HARBOUR, 4), published=newsroom.now.replace(year=2020))
    assert newsroom.row(B)["canonical"]
    second = pin(newsroom, D)
    merge(newsroom, A, C)
    assert newsroom.row(D)["canonical"]
    story = newsroom.store.story(newsroom.row(D)["story_id"])
    assert story is not None
    assert story["canonical_reason"] == "pinned"
    undo(newsroom, second.decision)
    assert newsroom.row(B)["canonical"]
    newsroom.take(B, f"{copy(HARBOUR)}\n{edits.ADDITIONS[0]}")
    assert newsroom.row(B)["canonical"]
    undo(newsroom, first.decision)
    assert newsroom.row(E)["canonical"]
    assert sound(newsroom)


def test_a_pin_in_a_popular_story(newsroom: Newsroom) -> None:
    """An earlier copy that joins a story of fifty does not take the place of the pinned one."""
    for number in range(60):
        newsroom.take(f"https://o{number}.example/a", copy(HARBOUR, number))
    pin(newsroom, "https://o30.example/a")
    newsroom.take(A, copy(HARBOUR, 99), published=newsroom.now.replace(year=2020))
    assert newsroom.row("https://o30.example/a")["canonical"]
    assert sound(newsroom)


def test_what_cannot_be_undone(newsroom: Newsroom) -> None:
    """Decisions of the machine, unknown numbers, and what is undone already: each refusal says what to do."""
    two_stories(newsroom)
    made = merge(newsroom, A, C)
    lifted = undo(newsroom, made.decision)
    with pytest.raises(UsageError, match=f"decision {made.decision} is undone already") as refused:
        undo(newsroom, made.decision)
    assert refused.value.where == f"by decision {lifted.decision}"
    with pytest.raises(UsageError, match="decision 1 is the machine's"):
        undo(newsroom, 1)
    with pytest.raises(NothingMatched):
        undo(newsroom, 10_000)


def test_what_cannot_be_ruled(newsroom: Newsroom) -> None:
    """Unknown stories and addresses, one story with itself, articles of two stories."""
    two_stories(newsroom)
    story = newsroom.row(A)["story_id"]
    with newsroom.store.placing() as placing:
        with pytest.raises(NothingMatched):
            analyst.merge(placing, story, 10_000, newsroom.rules, said(newsroom))
        with pytest.raises(UsageError, match="are one already"):
            analyst.merge(placing, story, story, newsroom.rules, said(newsroom))
        with pytest.raises(NothingMatched):
            analyst.split(placing, ["https://nowhere.example/"], newsroom.rules, said(newsroom))
        with pytest.raises(UsageError, match="several stories"):
            analyst.split(placing, [A, C], newsroom.rules, said(newsroom))


def test_what_was_ruled_is_told(newsroom: Newsroom) -> None:
    """Story and article name the decision, who made it and why, and what became of it."""
    two_stories(newsroom)
    with newsroom.store.placing() as placing:
        made = analyst.pin(placing, B, newsroom.rules, said(newsroom, note="the one we cite"))
    lifted = undo(newsroom, made.decision)
    story = newsroom.store.story(newsroom.row(B)["story_id"])
    assert story is not None
    found = {decision["id"]: decision for decision in story["decisions"]}
    assert (found[made.decision]["kind"], found[made.decision]["by"]) == ("pinned", "ada")
    assert (found[made.decision]["note"], found[made.decision]["undone_by"]) == ("the one we cite", lifted.decision)
    assert found[lifted.decision]["undoes"] == made.decision
    assert [ruling["id"] for ruling in newsroom.store.rulings_on(B)] == [made.decision, lifted.decision]
    assert newsroom.store.rulings_on(C) == []


BROKEN = {
    "stands apart": "UPDATE ruling SET kind = 'parted' WHERE kind = 'tied'",
    "stands together": "UPDATE ruling SET kind = 'tied' WHERE kind = 'parted'",
    "pinned last": "UPDATE ruled SET article_id = 2 WHERE decision_id = (SELECT max(decision_id) FROM ruling)",
    "out of force": "UPDATE ruling SET undone_by = NULL",
    "of its kind": "UPDATE decision SET kind = 'joined' WHERE kind = 'pinned'",
}


@pytest.mark.parametrize("law", BROKEN)
def test_the_laws_of_rulings_are_looked_after(newsroom: Newsroom, tmp_path: Path, law: str) -> None:
    """`db check` names each that does not hold."""
    two_stories(newsroom)
    newsroom.take(E, WOLF)
    newsroom.take(F, copy(HARBOUR, 6))
    merge(newsroom, C, E)
    split(newsroom, F)
    undo(newsroom, pin(newsroom, C).decision)
    pin(newsroom, A)
    copied = tmp_path / "copy.db"
    assert newsroom.store.backup(copied) == []
    db = sqlite3.connect(copied)
    with db:
        db.execute(BROKEN[law])
    db.close()
    store = open_store(f"sqlite:///{copied}", read_only=True)
    try:
        assert any(law in broken for broken in store.check())
    finally:
        store.close()
