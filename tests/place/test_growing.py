"""A young store is decided again as it grows."""

from __future__ import annotations

from pathlib import Path

from ingest.config import Dedupe
from ingest.corpus import Line, cluster
from ingest.dedupe.rules import RULES_VERSION
from ingest.place.growing import BY, FROM, catch_up, due
from store import open_store
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report
from tests.quality.sentences import GERMAN, paragraph


def parts(count: int) -> list[str]:
    """A column that opens with the same sixty words every day, under which stands news."""
    template, chance = " ".join(report("hafen2").text.split()[:60]), edits.seeded(5)
    return [f"{template}\n{paragraph(GERMAN, chance)}" for _ in range(count)]


def newsroom(folder: Path) -> Newsroom:
    path = folder / "news.db"
    return Newsroom(open_store(f"sqlite:///{path}", synchronous="NORMAL"), path)


def test_what_joined_before_a_template_was_known_parts(tmp_path: Path) -> None:
    """The first parts of a column are one story until enough of them have come; then each is its own."""
    room = newsroom(tmp_path)
    room.take_all([(f"https://outlet{n}.example/{n}", text) for n, text in enumerate(parts(FROM))])
    assert len(room.stories()) < FROM
    moves = catch_up(room.store, room.rules, clock=lambda: room.now)
    assert moves is not None
    assert moves.split == len(moves.was)
    assert len(room.stories()) == FROM
    assert catch_up(room.store, room.rules, clock=lambda: room.now) is None
    room.store.close()


def test_it_is_looked_through_as_it_grows_and_when_rules_change(tmp_path: Path) -> None:
    """From some texts on, whenever it has grown by half, or where other rules have decided."""
    room = newsroom(tmp_path)
    texts = parts(round(FROM * BY))
    room.take_all([(f"https://a.example/{n}", text) for n, text in enumerate(texts[: FROM - 1])])
    assert not due(room.store)
    room.take("https://a.example/next", texts[FROM - 1])
    assert due(room.store)
    stopped = catch_up(room.store, room.rules, clock=lambda: room.now, stop=lambda: True)
    assert stopped is not None
    assert due(room.store)
    catch_up(room.store, room.rules, clock=lambda: room.now)
    assert not due(room.store)
    room.take_all([(f"https://b.example/{n}", text) for n, text in enumerate(texts[FROM:])])
    assert due(room.store)
    with room.store.placing() as placing:
        placing.note("reweighed", {"decision": 0, "text": FROM, "rules": RULES_VERSION - 1})
    assert due(room.store)
    room.store.close()


def test_a_corpus_that_is_decided_line_by_line_is_looked_through_too() -> None:
    """`--online` parts them as a daemon does, and names a source only for what stands together in the end."""
    lines = [Line(id=str(n), text=text, site=f"outlet{n}.example") for n, text in enumerate(parts(FROM + 5))]
    rows = list(cluster(lambda: lines, Dedupe(), online=True))
    assert len({row["story_id"] for row in rows}) == len(lines)
    assert {row["linked_to"] for row in rows} == {None}
