"""Popular stories and popular nonsense: neither falls apart, swallows others, or slows the desk down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.dedupe.fingerprint import fingerprint
from store import frequencies
from store.tables import stories
from tests.place.desk import START, Newsroom
from tests.quality import edits, series
from tests.quality.reports import report, reports

pytestmark = pytest.mark.thorough

STUB = "Bitte aktivieren Sie JavaScript, um diese Seite zu lesen, und melden Sie sich bei Ihrem Konto an."
COPIES, OUTLETS = 200, 50


def test_identical_stubs_are_one_text(newsroom: Newsroom) -> None:
    """Three hundred pages with one text are three hundred articles, one text, one story."""
    newsroom.take_all((f"https://o{number}.example/seite", STUB) for number in range(300))
    assert newsroom.sizes() == [300]
    stats = newsroom.store.stats()
    assert (stats["articles"], stats["texts"], stats["links"]) == (300, 1, 0)
    assert {row["relation"] for row in newsroom.store.articles()} == {"canonical", "exact"}


def test_a_popular_story_stays_one(newsroom: Newsroom) -> None:
    """Two hundred edited copies of one article, mixed among a hundred other texts: one story, hardly a straggler."""
    chance = edits.seeded(12)
    popular = f"{report('museum').text}\n{edits.ADDITIONS[2]}\n{report('hafen2').text}"
    assert len(popular.split()) > 300
    articles = [
        (f"https://o{number % OUTLETS}.example/popular/{number}", edits.edited(popular, chance))
        for number in range(COPIES)
    ]
    others = [one for one in reports() if one.name not in {"museum", "hafen2", "hafen"}]
    articles += [(f"https://andere.example/{one.name}", one.text) for one in others]
    articles += [(f"https://zwei.example/{one.name}", edits.cut(one.text, share=0.5)) for one in others]
    made = (series.weather, series.lottery, series.market)
    articles += [(f"https://reihe.example/{number}", made[number % 3](chance)) for number in range(40)]
    assert len(articles) >= COPIES + 100
    chance.shuffle(articles)
    for start in range(0, len(articles), 50):
        newsroom.take_all(articles[start : start + 50])
    main = newsroom.stories()[0]
    assert all("/popular/" in url for url in main)
    assert len(main) >= COPIES - 2
    assert newsroom.sizes()[1] <= 2


def test_strays_do_not_silence_a_popular_story(newsroom: Newsroom) -> None:
    """Where a few texts of other stories hold its passages too, the next copies still find the story."""
    chance = edits.seeded(13)
    popular = report("archiv").text
    quoting = [f"{edits.cut(popular, share=0.25)}\n{one.text}" for one in reports()[:6]]
    newsroom.take_all((f"https://zitat{number}.example/a", text) for number, text in enumerate(quoting))
    for start in range(0, 180, 60):
        newsroom.take_all(
            (f"https://o{number % OUTLETS}.example/{number}", edits.copyedit(popular, chance, rate=0.02))
            for number in range(start, start + 60)
        )
    assert newsroom.sizes()[0] == 180


def test_newcomers_of_a_popular_story_are_looked_after(newsroom: Newsroom) -> None:
    """Its sixtieth member has its relation, order and topic; an earlier one still takes the canonical place."""
    text = report("wolf").text
    chance = edits.seeded(14)
    copies = [(f"https://o{number}.example/a", edits.edited(text, chance)) for number in range(60)]
    newsroom.take_all([("https://kurier.example/wolf", text), *copies], published=START)
    late = newsroom.take(
        "https://spaet.example/a", edits.cut(text, share=0.5), published=START + timedelta(days=1), on_topic=False
    )
    row = newsroom.row("https://spaet.example/a")
    assert late.change == "joined"
    assert (row["relation"], row["order"], row["on_topic"], row["on_topic_from"]) == ("excerpt", "later", True, "story")
    first = newsroom.row("https://o7.example/a")
    newsroom.take("https://frueh.example/a", text, published=START - timedelta(days=1))
    assert newsroom.row("https://frueh.example/a")["canonical"]
    assert newsroom.sizes() == [63]
    assert newsroom.row("https://o7.example/a")["order"] == "later" != first["order"]
    newsroom.take("https://o7.example/a", f"{text}\n{edits.ADDITIONS[0]}", published=START - timedelta(days=2))
    assert newsroom.row("https://o7.example/a")["canonical"]
    assert newsroom.row("https://frueh.example/a")["relation"] == "excerpt"


def test_what_an_old_story_shares_with_others_does_not_turn_rare(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts age, and a story's share in them with it: years later a stranger under the same furniture stays apart,
    and a late copy still finds the story."""
    life = 2_000
    monkeypatch.setattr(frequencies, "HALF_LIFE", life)
    monkeypatch.setattr(stories, "SPAN", 64)
    chance = edits.seeded(3)
    popular, furniture = report("museum").text, " ".join(report("oper").text.split()[:60])
    newsroom.take_all(
        (f"https://o{number % 20}.example/{number}", f"{edits.edited(popular, chance)}\n{furniture}")
        for number in range(40)
    )
    assert newsroom.sizes() == [40]
    runs, others = fingerprint(furniture).shingles, np.random.default_rng(1)
    count(newsroom, [runs] * 60)
    for _ in range(12):
        count(newsroom, [others.integers(0, 2**64, 5, dtype=np.uint64) for _ in range(life // 4)])
    aged = newsroom.store.frequencies(runs)
    assert (aged <= 50).all()
    assert (aged >= 25).all()
    for one in ("wolf", "hafen", "bahn2"):
        stranger = " ".join(report(one).text.split()[:30])
        assert newsroom.take(f"https://fremd.example/{one}", f"{stranger}\n{furniture}").change == "new"
    for number in range(10):
        late = f"{edits.edited(popular, chance)}\n{furniture}"
        assert newsroom.take(f"https://o{number}.example/late", late).change == "joined"
    assert newsroom.take("https://kurz.example/late", edits.cut(popular, share=0.5)).change == "joined"
    assert newsroom.sizes() == [51, 1, 1, 1]


def count(newsroom: Newsroom, articles: Sequence[NDArray[np.uint64]]) -> None:
    """Articles that are known by their runs alone."""
    with newsroom.store.placing() as place:
        for runs in articles:
            place.count_shingles(runs)
