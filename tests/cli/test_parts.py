"""The parts of the command line that are pure: word diffs, times, cells, log lines."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import logs
from ingest.cli.diff import word_diff
from ingest.cli.doctor import engine
from ingest.cli.output import one_line, to_json
from ingest.cli.times import When, read_when

NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
_TEXTS = st.lists(
    st.lists(st.sampled_from(["rot", "blau", "grün", "12", "3,5", "\u202e"]), max_size=6).map(" ".join), max_size=5
)


@given(_TEXTS.map("\n".join), _TEXTS.map("\n".join))
def test_a_diff_holds_both_texts(before: str, after: str) -> None:
    """Leaving out what was added gives the first text, leaving out what was removed the second, word for word."""
    pieces = word_diff(before, after)
    assert " ".join(p.text for p in pieces if p.op != "added").split() == before.split()
    assert " ".join(p.text for p in pieces if p.op != "removed").split() == after.split()
    if before == after:
        assert {p.op for p in pieces} <= {"same"}


def test_a_rewritten_book_is_shown_as_replaced() -> None:
    """Two long texts without an equal paragraph are not aligned word by word: that would take minutes."""
    pieces = word_diff(" ".join(f"a{n}" for n in range(9000)), " ".join(f"b{n}" for n in range(9000)))
    assert [piece.op for piece in pieces] == ["removed", "added"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("7d", NOW - timedelta(days=7)),
        ("12h", NOW - timedelta(hours=12)),
        ("P1W", NOW - timedelta(weeks=1)),
        ("P1DT6H", NOW - timedelta(days=1, hours=6)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00+01:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (" 30m ", NOW - timedelta(minutes=30)),
    ],
)
def test_times_as_people_type_them(text: str, wanted: datetime) -> None:
    """ISO 8601, or how long ago; without a zone it is UTC."""
    assert read_when(text, NOW) == wanted


@pytest.mark.parametrize("text", ["", "soon", "P", "PT", "7", "d", "2026-13-01", "-7d"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(click.BadParameter, match="is no time"):
        When().convert(text, None, None)


@given(st.text())
def test_no_text_moves_the_terminal(text: str) -> None:
    """One line without control, escape or direction characters; as JSON nothing is lost."""
    shown = one_line(text)
    assert "\n" not in shown
    assert all(ord(c) >= 32 and not 0x7F <= ord(c) < 0xA0 and c not in "\u202e\u2066\u200f" for c in shown)
    line = to_json({"text": text})
    assert json.loads(line) == {"text": text}
    assert line.isprintable() or not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in line)


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 36, 0), "bad"), ((3, 40, 1), "warn"), ((3, 44, 5), "warn"), ((3, 44, 6), "ok"), ((3, 50, 6), "warn"),
     ((3, 50, 7), "ok"), ((3, 51, 2), "warn"), ((3, 51, 3), "ok"), ((3, 52, 0), "ok")],
)  # fmt: skip
def test_the_engine_is_judged_by_its_version(version: tuple[int, ...], state: str) -> None:
    """Versions that can lose pages are named, repaired ones are not."""
    assert engine(version).state == state


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A place for log lines; loggers are put back afterwards."""
    yield io.StringIO()
    for name in ("ingest", "store"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)


def test_people_read_one_line_an_event(stream: io.StringIO) -> None:
    """Time, event and keys on one line; what a page says cannot break it."""
    logs.set_up(form="human", level="info", stream=stream)
    log = logging.getLogger("ingest.test")
    log.info(
        "article",
        extra={"outcome": "joined", "overlap": 0.8712, "title": "zwei Worte\n\x1b[31mrot\u202e", "none": None},
    )
    log.debug("not shown")
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line[9:] == 'article outcome=joined overlap=0.871 title="zwei Worte [31mrot"\n'


def test_collectors_read_json(stream: io.StringIO) -> None:
    """One object an event with time, level, event and the keys."""
    logs.set_up(form="json", level="debug", stream=stream)
    logging.getLogger("store.test").warning("busy", extra={"holder": "run", "title": "a\nb"})
    event = json.loads(stream.getvalue())
    assert event.pop("time").endswith("+00:00")
    assert event == {"level": "warning", "event": "busy", "holder": "run", "title": "a\nb"}
    assert stream.getvalue().count("\n") == 1
