"""Round-ups that came before their reports part from them, whatever came first."""

from __future__ import annotations

from functools import partial

import pytest

from ingest.config import Dedupe
from ingest.corpus import Line, cluster
from ingest.place.recluster import Recluster
from ingest.place.roundups import part_round_ups
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

NAMES = ("hafen", "oper", "wolf")
ROUND_UP = "\n".join(edits.cut(report(name).text, share=0.5) for name in NAMES)
# What joins a round-up that is there: a short copy stands in it as a whole.
ARTICLES = [
    *((name, report(name).text) for name in NAMES),
    *((name, edits.cut(report(name).text, share=0.4)) for name in NAMES),
    ("round-up", ROUND_UP),
]


def came_first(newsroom: Newsroom) -> set[int]:
    """The round-up, then short copies, then the reports; the texts that may hold one that came later."""
    beside: set[int] = set()
    for number, (name, text) in enumerate(reversed(ARTICLES)):
        beside.update(newsroom.take(f"https://o{number}.example/{name}", text).beside)
    return beside


def alone(newsroom: Newsroom) -> bool:
    """Does the round-up stand alone, and each report with its copy?"""
    names = [{url.rsplit("/", 1)[1] for url in story} for story in newsroom.stories()]
    return newsroom.sizes() == [2, 2, 2, 1] and all(len(story) == 1 for story in names)


def test_it_parts_at_the_end_of_a_cycle(newsroom: Newsroom) -> None:
    """It joined what it holds, and stands alone when that is known; a second look moves nothing."""
    beside = came_first(newsroom)
    assert not alone(newsroom)
    moves = part_round_ups(newsroom.store, newsroom.rules, beside, clock=lambda: newsroom.now, seconds=0)
    assert moves.was
    assert alone(newsroom)
    assert not part_round_ups(newsroom.store, newsroom.rules, beside, clock=lambda: newsroom.now).was
    assert newsroom.store.check() == []


def test_openings_of_many_reports_tell_it_at_once(newsroom: Newsroom) -> None:
    """Six reports, a sixth of it each: too little of any to be compared, but their beginnings are looked at."""
    names = ("hafen", "oper", "wolf", "schule", "hafen2", "schule2")
    for name in names:
        newsroom.take(f"https://{name}.example/1", report(name).text)
    short = edits.cut(report(names[0]).text, share=0.3)
    newsroom.take("https://short.example/1", short)
    said = [edits.cut(report(name).text, share=0.25) for name in names]
    newsroom.take("https://brief.example/1", "\n".join(said))
    assert newsroom.sizes() == [2, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("scope", ["touched", "all"])
def test_it_parts_at_night(newsroom: Newsroom, scope: str) -> None:
    """So does the nightly pass over what was touched, and a pass over everything."""
    came_first(newsroom)
    work = Recluster(
        newsroom.store,
        newsroom.rules,
        clock=lambda: newsroom.now,
        scope="touched" if scope == "touched" else "all",
    )
    assert work.run()
    assert alone(newsroom)


def test_who_stops_leaves_it_for_the_night(newsroom: Newsroom) -> None:
    """A look that was told to stop moves nothing."""
    beside = came_first(newsroom)
    assert not part_round_ups(newsroom.store, newsroom.rules, beside, clock=lambda: newsroom.now, stop=lambda: True).was
    assert not alone(newsroom)


@pytest.mark.parametrize("online", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_a_corpus_is_one_in_any_order(online: bool, whole: bool) -> None:
    """Reports, short copies and a round-up of openings, or of whole reports: the same stories in five orders."""
    said = "\n".join(report(name).text for name in NAMES) if whole else ROUND_UP
    texts = [*ARTICLES[:-1], ("round-up", said)]
    numbers = list(range(len(texts)))
    orders = [numbers, numbers[::-1], *(edits.seeded(seed).sample(numbers, len(texts)) for seed in range(3))]
    found = []
    for order in orders:
        lines = [Line(id=str(number), text=texts[number][1]) for number in order]
        rows = cluster(partial(iter, lines), Dedupe(), online=online)
        stories: dict[int, set[str]] = {}
        for row in rows:
            stories.setdefault(row["story_id"], set()).add(row["id"])
        found.append(sorted(map(sorted, stories.values())))
    assert found == [[["0", "3"], ["1", "4"], ["2", "5"], ["6"]]] * len(orders)


def test_a_night_sees_what_came_to_other_stories(newsroom: Newsroom) -> None:
    """A round-up stands with a report since yesterday; what came today joined neither, and shows what it is."""

    def night() -> list[int]:
        work = Recluster(newsroom.store, newsroom.rules, clock=lambda: newsroom.now, scope="touched")
        assert work.run()
        return newsroom.sizes()

    newsroom.take("https://a.example/1", ROUND_UP)
    newsroom.take("https://b.example/1", edits.cut(report(NAMES[0]).text, share=0.4))
    newsroom.take("https://c.example/1", report(NAMES[0]).text)
    assert night() == [3]
    for name in NAMES[1:]:
        newsroom.take(f"https://{name}.example/1", report(name).text)
    assert newsroom.sizes() == [3, 1, 1]
    assert night() == [2, 1, 1, 1]
