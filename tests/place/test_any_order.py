"""Whatever comes in whatever order: articles, revisions, rulings, recomputation. The laws hold after each step."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from ingest.errors import IngestError
from ingest.place import analyst
from ingest.place.analyst import Said
from ingest.place.recluster import Recluster
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

NAMES = ("hafen", "oper", "wolf", "bahn")
OTHERS = ("merge", "merge", "split", "pin", "undo", "undo", "recluster")


def come(newsroom: Newsroom, chance: Random) -> None:
    """An article, or a new state of a known one; some say word for word what another does."""
    text = report(chance.choice(NAMES)).text
    made = (text, edits.copyedit(text, edits.seeded(chance.randrange(9)), rate=0.03), edits.cut(text, share=0.6))
    newsroom.take(f"https://o{chance.randrange(10)}.example/a", chance.choice(made))


def rule(newsroom: Newsroom, chance: Random, what: str) -> None:
    """A ruling on anything there is; most are refused. Raises IngestError."""
    said = Said(who="ada", now=newsroom.now)
    rows = list(newsroom.store.articles())
    some = chance.choice(rows)
    mates = [row["url"] for row in rows if row["story_id"] == some["story_id"]]
    with newsroom.store.placing() as placing:
        if what == "merge":
            analyst.merge(placing, some["story_id"], chance.randrange(1, 9), newsroom.rules, said)
        elif what == "split":
            analyst.split(placing, chance.sample(mates, min(len(mates), 2)), newsroom.rules, said)
        elif what == "pin":
            analyst.pin(placing, some["url"], newsroom.rules, said)
        else:
            known = [number for number in range(1, placing.extent().decision + 1) if placing.ruling(number)]
            analyst.undo(placing, chance.choice(known or [1]), newsroom.rules, said)


@pytest.mark.parametrize("seed", range(3))
def test_the_laws_hold_after_every_step(newsroom: Newsroom, seed: int) -> None:
    """Thirty steps by chance; what is refused leaves no trace."""
    chance = edits.seeded(seed)
    for _ in range(8):
        come(newsroom, chance)
    for _ in range(30):
        what = chance.choice(("come", *OTHERS))
        if what == "come":
            come(newsroom, chance)
        elif what == "recluster":
            assert Recluster(newsroom.store, newsroom.rules, clock=lambda: newsroom.now).run()
        else:
            before = newsroom.dump()
            with suppress(IngestError):
                rule(newsroom, chance, what)
                before.clear()
            assert not before or newsroom.dump() == before
        assert newsroom.store.check() == []


def test_a_page_takes_over_another_s_text(newsroom: Newsroom) -> None:
    """Revised word for word into what another story says, a page goes over; the one it leaves redirects."""
    harbour, opera = (report(name).text for name in ("hafen", "oper"))
    mixed = f"{harbour}\n{opera}"
    newsroom.take("https://a.example/1", harbour)
    alone = newsroom.take("https://b.example/1", f"{opera}\n{edits.cut(harbour, share=0.3)}")
    assert newsroom.take("https://b.example/1", mixed).outcome == "revised"
    newsroom.take("https://c.example/1", opera)
    newsroom.take("https://c.example/1", mixed)
    assert newsroom.row("https://b.example/1")["story_id"] == newsroom.row("https://c.example/1")["story_id"]
    assert newsroom.store.story(alone.story_id or 0) is not None
