"""Stories recomputed: what late knowledge changes, that it ends, goes on after a kill, and leaves rulings alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config import Dedupe
from ingest.place import analyst
from ingest.place.analyst import Said
from ingest.place.digest import Tie, strangers
from ingest.place.moves import displaced, report
from ingest.place.recluster import Recluster
from store.base import Store
from tests.place.desk import Newsroom
from tests.quality import edits, series
from tests.quality.reports import report as written

HARBOUR, OPERA, WOLF = (written(name).text for name in ("hafen", "oper", "wolf"))
FOOTER = (
    "Alle Meldungen des Tages gibt es in unserer App, im Newsletter am Morgen und auf der Titelseite der Zeitung, die "
    "auch als E-Paper zu haben ist. Fragen zum Abo beantwortet die Redaktion von Montag bis Freitag unter der Nummer "
    "des Verlags, und wer einen Fehler findet, schreibt bitte an die Leserbriefe, damit wir ihn verbessern können."
)


def recluster(newsroom: Newsroom, store: Store | None = None, scope: str = "all") -> Recluster:
    work = Recluster(
        store or newsroom.store,
        newsroom.rules,
        clock=lambda: newsroom.now,
        scope="touched" if scope == "touched" else "all",
    )
    assert work.run()
    return work


def furnished(newsroom: Newsroom) -> None:
    """Short reports of one outlet over a long footer: the first ones are taken for one story, before it is known."""
    chance = edits.seeded(3)
    for number in range(24):
        text = f"{series.weather(chance)}\n{FOOTER}"
        newsroom.take(f"https://o{number % 3}.example/{number}", text)
    for number, text in enumerate((HARBOUR, edits.copyedit(HARBOUR, chance, rate=0.03), OPERA)):
        newsroom.take(f"https://p{number}.example/1", text)


def test_a_second_pass_moves_nothing(newsroom: Newsroom) -> None:
    """What the first pass left is what the second finds, row by row; all laws hold."""
    furnished(newsroom)
    recluster(newsroom)
    before = newsroom.stories()
    again = recluster(newsroom)
    assert (again.moves.was, again.moves.merged, again.moves.split) == ({}, 0, 0)
    assert newsroom.stories() == before


def test_late_knowledge_mends_early_links(newsroom: Newsroom) -> None:
    """Texts that were joined over what was rare then part when it has become common; the report says so."""
    newsroom.rules = Dedupe(containment=0.2, sure=0.2, dense=1.0, series_numbers=99)
    newsroom.take("https://a.example/1", f"{HARBOUR}\n{FOOTER}")
    newsroom.take("https://b.example/2", f"{OPERA}\n{FOOTER}")
    joined = newsroom.sizes()
    newsroom.rules = Dedupe()
    work = recluster(newsroom)
    assert (joined, newsroom.sizes()) == ([2], [1, 1])
    with newsroom.store.placing() as placing:
        found = report(placing, work.moves.was, first_new=2)
    assert [(change.change, change.articles) for change in found.changes] == [("split", 1)]
    assert (found.articles, found.moved) == (2, 1)


def test_a_digest_stays_alone(newsroom: Newsroom) -> None:
    """A round-up and its copy are one story of their own, before and after; so are what they took from."""
    names = ("hafen", "oper", "wolf")
    for number, name in enumerate(names):
        for outlet in range(2):
            copy = edits.copyedit(written(name).text, edits.seeded(outlet), rate=0.03)
            newsroom.take(f"https://o{outlet}.example/{number}", copy)
    digest = "\n".join(edits.cut(written(name).text, share=0.5) for name in names)
    newsroom.take("https://rundschau.example/1", digest)
    newsroom.take("https://abschrift.example/1", edits.copyedit(digest, edits.seeded(9), rate=0.02))
    before = newsroom.stories()
    assert newsroom.sizes() == [2, 2, 2, 2]
    recluster(newsroom)
    assert newsroom.stories() == before


def test_a_digest_of_merged_stories_stays_alone(newsroom: Newsroom) -> None:
    """An analyst merges two of its three reports: a round-up of both is none of either's versions for that."""
    names = ("hafen", "oper", "wolf")
    for name in names:
        newsroom.take(f"https://{name}.example/1", written(name).text)
    newsroom.take("https://rundschau.example/1", "\n".join(edits.cut(written(name).text, share=0.5) for name in names))
    with newsroom.store.placing() as placing:
        stories = [newsroom.row(f"https://{name}.example/1")["story_id"] for name in names[:2]]
        analyst.merge(placing, stories[0], stories[1], newsroom.rules, Said(who="ada", note="", now=newsroom.now))
    recluster(newsroom)
    assert newsroom.sizes() == [2, 1, 1]


def test_what_an_analyst_ruled_holds(newsroom: Newsroom) -> None:
    """Merge, split and pin are as they were after a pass, and after another with other thresholds."""
    for number in range(3):
        newsroom.take(f"https://h{number}.example/1", edits.copyedit(HARBOUR, edits.seeded(number), rate=0.03))
        newsroom.take(f"https://o{number}.example/1", edits.copyedit(OPERA, edits.seeded(number), rate=0.03))
    newsroom.take("https://w.example/1", WOLF)
    said = Said(who="ada", now=newsroom.now)
    with newsroom.store.placing() as placing:
        of = {row["url"]: row["story_id"] for row in newsroom.store.articles()}
        analyst.merge(placing, of["https://h0.example/1"], of["https://w.example/1"], newsroom.rules, said)
        analyst.split(placing, ["https://o2.example/1"], newsroom.rules, said)
        analyst.pin(placing, "https://o1.example/1", newsroom.rules, said)
    before = newsroom.stories()
    assert newsroom.sizes() == [4, 2, 1]
    for rules in (newsroom.rules, Dedupe(containment=0.3)):
        newsroom.rules = rules
        recluster(newsroom)
        assert newsroom.stories() == before
        assert newsroom.row("https://o1.example/1")["canonical"]


def begun(newsroom: Newsroom) -> tuple[Recluster, bool]:
    """A pass that is stopped after its first transaction, and whether that was all."""
    work = Recluster(newsroom.store, newsroom.rules, clock=lambda: newsroom.now, seconds=0)
    asked = iter((False, True, True))
    return work, work.run(stop=lambda: next(asked))


def test_a_stopped_pass_goes_on(newsroom: Newsroom) -> None:
    """Stopped after every transaction and taken up by another, it comes to where nothing moves any more."""
    furnished(newsroom)
    steps = 0
    while True:
        work, done = begun(newsroom)
        assert work.resumed == bool(steps)
        steps += 1
        if done:
            break
    assert steps > 4
    left = newsroom.stories()
    recluster(newsroom)
    assert newsroom.stories() == left


def test_other_rules_begin_anew(newsroom: Newsroom) -> None:
    """Where a pass had come under other thresholds is of no use."""
    furnished(newsroom)
    assert not begun(newsroom)[1]
    newsroom.rules = Dedupe(containment=0.9)
    assert not recluster(newsroom).resumed


def test_the_nightly_pass_sees_what_was_touched(newsroom: Newsroom) -> None:
    """Once through, it has nothing to do until something comes; then it looks at that story alone."""
    furnished(newsroom)
    recluster(newsroom, scope="touched")
    quiet = recluster(newsroom, scope="touched")
    assert quiet._list == []
    newsroom.take("https://q.example/1", edits.copyedit(OPERA, edits.seeded(8), rate=0.03))
    busy = Recluster(newsroom.store, newsroom.rules, clock=lambda: newsroom.now, scope="touched")
    with newsroom.store.placing() as placing:
        busy._begin(placing)
    assert busy._list is not None
    assert len(busy._list) == 2


def test_strays_are_what_was_compared_with_a_popular_story(newsroom: Newsroom) -> None:
    """Texts that were compared with a popular story's and stand elsewhere, whichever came first; no smaller story's."""
    chance = edits.seeded(9)
    words = HARBOUR.split()
    newsroom.take("https://early.example/1", " ".join(words[: len(words) // 3] + OPERA.split()[:90]))
    for number in range(12):
        newsroom.take(f"https://p{number}.example/1", edits.copyedit(HARBOUR, chance, rate=0.03))
    newsroom.take("https://late.example/1", " ".join(OPERA.split()[90:] + words[-len(words) // 3 :]))
    assert newsroom.sizes() == [12, 1, 1]
    with newsroom.store.placing() as placing:
        strays = placing.texts(placing.strays(articles=12))
        assert placing.strays(articles=13) == []
    assert {outlet for text in strays.values() for outlet in text.outlets} == {"early.example", "late.example"}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_displaced_articles(pairs: list[tuple[int, int]]) -> None:
    """Nothing moved where stories only changed their names; never more than the articles that changed theirs."""
    cells = {(b, n): pairs.count((b, n)) for b, n in pairs if b != n}
    sizes = {story: sum(n == story for _, n in pairs) for story in range(6)}
    moved = displaced(cells, sizes)
    assert 0 <= moved <= len(pairs)
    if len({b for b, _ in pairs}) == len({n for _, n in pairs}) == len(set(pairs)):
        assert moved == 0


def tie(story: int, begin: float, end: float, *, whole: bool = False, begins: bool = True) -> Tie:
    """A text that shares what stands between two places of a text of 200 words."""
    marks = np.zeros(200, dtype=bool)
    marks[int(200 * begin) : int(200 * end)] = True
    return Tie(story, marks, whole=whole, begins=begins)


@pytest.mark.parametrize(
    ("ties", "foreign", "digest"),
    [
        ({1: tie(1, 0, 0.3), 2: tie(2, 0.3, 0.6), 3: tie(3, 0.6, 0.9)}, {1, 2, 3}, True),
        ({1: tie(1, 0, 0.3), 2: tie(2, 0.3, 0.6)}, set(), False),
        ({1: tie(1, 0, 0.9), 2: tie(2, 0, 0.3), 3: tie(3, 0.3, 0.6)}, set(), False),
        (
            {1: tie(1, 0, 0.9), 2: tie(2, 0, 0.3), 3: tie(3, 0.3, 0.6), 4: tie(4, 0.6, 0.8), 5: tie(1, 0, 0.2)},
            {2, 3, 4},
            True,
        ),
        ({1: tie(1, 0, 0.5), 2: tie(2, 0.5, 0.7), 3: tie(3, 0.7, 0.9)}, {2, 3}, False),
        ({1: tie(1, 0, 0.4, whole=True), 2: tie(2, 0.4, 0.7), 3: tie(3, 0.7, 0.9)}, {2, 3}, False),
        ({1: tie(1, 0, 0.34, whole=True), 2: tie(2, 0.34, 0.67), 3: tie(3, 0.67, 1)}, {1, 2, 3}, True),
        ({1: tie(1, 0, 0.4), 2: tie(2, 0, 0.35), 3: tie(3, 0, 0.38)}, set(), False),
        ({1: tie(1, 0, 0.3), 2: tie(2, 0.3, 0.6), 3: tie(3, 0.6, 0.65)}, set(), False),
        ({1: tie(1, 0, 0.3), 2: tie(2, 0.3, 0.6), 3: tie(3, 0.6, 0.9, begins=False)}, set(), False),
        (
            {1: tie(1, 0.7, 1, whole=True), 2: tie(2, 0, 0.4, begins=False), 3: tie(3, 0.4, 0.6)},
            {2, 3},
            False,
        ),
        ({1: tie(1, 0, 0.4, whole=True), 2: tie(2, 0.4, 0.7, whole=True), 3: tie(3, 0.7, 1)}, {1, 2, 3}, True),
        (
            {1: tie(1, 0, 0.4, whole=True), 2: tie(1, 0, 0.4), 3: tie(3, 0.4, 0.7), 4: tie(4, 0.7, 1)},
            {1, 2, 3, 4},
            True,
        ),
    ],
    ids=[
        "three parts",
        "two",
        "a version",
        "a copied digest",
        "one leads",
        "a live blog",
        "a whole one of three alike",
        "one lineage",
        "a phrase",
        "a paragraph of another's background",
        "a live blog that shares entries",
        "two whole ones",
        "an excerpt of one is whole",
    ],
)
def test_who_is_strange_to_a_digest(ties: dict[int, Tie], foreign: set[int], *, digest: bool) -> None:
    """Three stories with a part of their own in it; a story of which it is a version is none of them, but the others
    are, even where it is no digest."""
    found = strangers(ties, stories=3)
    assert (set(found.texts), found.digest) == (foreign, digest)
