"""Popular stories and popular nonsense: neither falls apart, swallows others, or slows the desk down."""

from __future__ import annotations

from datetime import timedelta

from tests.place.desk import START, Newsroom
from tests.quality import edits, series
from tests.quality.reports import report, reports

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
