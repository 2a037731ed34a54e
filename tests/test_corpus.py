"""Clustering a corpus: lines in, stories out, in order, nothing left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from ingest import corpus
from ingest.config import Dedupe
from ingest.corpus import Line, cluster
from tests.quality import edits, series
from tests.quality.reports import report, reports

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXT = report("hafen").text


def stories(lines: list[Line], *, online: bool = True, rules: Dedupe | None = None) -> list[int]:
    return [row["story_id"] for row in cluster(lambda: lines, rules or Dedupe(), online=online)]


@pytest.mark.parametrize("online", [True, False])
def test_rows_come_in_the_order_of_the_lines(online: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also beyond one transaction, and whatever the dates say."""
    monkeypatch.setattr(corpus, "BATCH", 16)
    lines = [
        Line(id=f"n{n}", text=f"Meldung Nummer {n * 7919} aus dem Rathaus", published=NOON - timedelta(days=n))
        for n in range(40)
    ]
    rows = list(cluster(lambda: lines, Dedupe(), online=online))
    assert [row["id"] for row in rows] == [line.id for line in lines]


def test_both_modes_agree_where_nothing_is_in_doubt() -> None:
    """With frequencies known beforehand or learned on the way: the same stories of the reports and their copies."""
    chance = edits.seeded(5)
    lines = []
    for one in reports():
        lines += [Line(id=one.name, text=one.text), Line(id=f"{one.name}+", text=edits.edited(one.text, chance))]
    chance.shuffle(lines)
    found = [stories(lines, online=online) for online in (True, False)]
    for said in found:
        assert len(set(said)) == len(reports())
        by_name = {line.id: story for line, story in zip(lines, said, strict=True)}
        assert all(by_name[one.name] == by_name[f"{one.name}+"] for one in reports())


def test_the_same_address_twice_is_two_lines() -> None:
    """A corpus is a list of texts: its addresses are not asked whether they are one article."""
    lines = [Line(id=str(n), text=text, url="https://kurier.example/1") for n, text in enumerate((TEXT, TEXT, "kurz"))]
    rows = list(cluster(lambda: lines, Dedupe(), online=True))
    assert len(rows) == 3
    assert rows[0]["story_id"] == rows[1]["story_id"] != rows[2]["story_id"]


@pytest.mark.parametrize("online", [True, False])
def test_texts_without_words_are_no_copies(online: bool) -> None:
    """Nothing, white space, marks: each such line is a story of its own."""
    empty = [Line(id=str(number), text=text) for number, text in enumerate(("", " ", "!!", "", "\n"))]
    assert sorted(stories(empty, online=online)) == [1, 2, 3, 4, 5]


def test_who_published_it_is_known_by_site_or_address() -> None:
    """Two addresses of one site must be more alike than two sites' (an edition and its sister share furniture)."""
    words, others, third = TEXT.split(), report("oper").text.split(), report("wolf").text.split()
    texts = (" ".join(others[:44] + words[:140]), " ".join(third[:44] + words[:140]))
    for sites, addresses, together in (
        (("a.example", "b.example"), (None, None), True),
        (("a.example", "a.example"), (None, None), False),
        ((None, None), ("https://www.a.example/1", "https://a.example/2"), False),
        ((None, None), ("https://a.example/1", "https://b.example/2"), True),
        ((None, None), ("no address", "no address"), True),
        ((None, None), (None, None), True),
    ):
        found = stories([Line(id=str(n), text=texts[n], site=sites[n], url=addresses[n]) for n in range(2)])
        assert (found[0] == found[1]) is together


def test_dates_choose_the_canonical_article() -> None:
    """The earliest full version stands for the story, wherever its line stands, and the others were made from it."""
    lines = [Line(id=str(n), text=TEXT, published=NOON - timedelta(hours=n)) for n in range(3)]
    rows = list(cluster(lambda: lines, Dedupe(), online=True))
    assert [row["canonical"] for row in rows] == [False, False, True]
    assert [row["linked_to"] for row in rows] == ["2", "2", "1"]


def test_rules_are_those_given() -> None:
    """Under a stricter threshold nothing but the whole text links."""
    lines = [Line(id="1", text=TEXT), Line(id="2", text=edits.copyedit(TEXT, edits.seeded(1), rate=0.1))]
    assert len(set(stories(lines))) == 1
    assert len(set(stories(lines, rules=Dedupe(containment=0.99)))) == 2


def test_a_second_pass_is_asked_for_only_where_frequencies_are_counted() -> None:
    """Two passes read the corpus twice, online reads it once."""
    for online, times in ((True, 1), (False, 2)):
        read: list[int] = []

        def lines(read: list[int] = read) -> Iterator[Line]:
            read.append(1)
            yield Line(id="1", text=TEXT)

        list(cluster(lines, Dedupe(), online=online))
        assert len(read) == times


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary store is gone when all is read, when the reader loses interest, and when the corpus fails."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lines = [Line(id="1", text=TEXT), Line(id="2", text=series.weather(edits.seeded(1)))]

    def broken() -> Iterator[Line]:
        yield lines[0]
        raise LookupError("line 2")

    list(cluster(lambda: lines, Dedupe(), online=True))
    half = cluster(lambda: lines, Dedupe(), online=True)
    next(half)
    del half
    with pytest.raises(LookupError):
        list(cluster(broken, Dedupe(), online=True))
    assert list(tmp_path.iterdir()) == []
    assert list(cluster(list, Dedupe(), online=False)) == []


@pytest.mark.parametrize("online", [True, False])
def test_a_run_again_says_the_same(online: bool) -> None:
    """The same corpus gives the same rows, to the last figure."""
    chance = edits.seeded(6)
    lines = [Line(id=str(n), text=edits.edited(reports()[n % 7].text, chance)) for n in range(40)]
    first, second = (list(cluster(lambda: lines, Dedupe(), online=online)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("online", [True, False])
@pytest.mark.parametrize("names", [("hafen2", "bahn2"), ("wolf",)])
def test_a_popular_story_stays_one(online: bool, names: tuple[str, ...]) -> None:
    """Also where all its runs are known to be frequent before its first copy is met; with numbers and without any."""
    chance = edits.seeded(3)
    text = "\n".join(report(name).text for name in names)
    lines = [Line(id=f"other-{one.name}", text=one.text) for one in reports() if one.name not in names]
    for number in range(60):
        copy = edits.edited(text, chance)
        lot = chance.random()
        copy = edits.cut(copy, share=0.6) if lot < 0.3 else edits.lead(copy, chance) if lot < 0.5 else copy
        lines.append(Line(id=f"copy-{number}", text=copy, site=f"outlet{number % 20}.example"))
    chance.shuffle(lines)
    story_of = dict(zip((line.id for line in lines), stories(lines, online=online), strict=True))
    assert len({story for name, story in story_of.items() if name.startswith("copy")}) == 1
    assert len(set(story_of.values())) == len(reports()) - len(names) + 1


@pytest.mark.parametrize("kind", [series.weather, series.lottery, series.market])
def test_a_long_series_is_no_popular_story(kind: Callable[[Random], str]) -> None:
    """Forty parts from one template, on many outlets, all counted beforehand: forty stories."""
    chance = edits.seeded(7)
    lines = [Line(id=str(n), text=kind(chance), site=f"outlet{n % 20}.example") for n in range(40)]
    assert len(set(stories(lines, online=False))) == 40


def test_a_large_story_is_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who had it from whom is the same however many members are looked at together."""
    chance = edits.seeded(12)
    lines = [
        Line(id=str(n), text=edits.edited(TEXT, chance), published=NOON + timedelta(minutes=n * 37 % 101))
        for n in range(70)
    ]
    whole = [row["linked_to"] for row in cluster(lambda: lines, Dedupe(), online=True)]
    monkeypatch.setattr(corpus, "SPAN", 30)
    assert [row["linked_to"] for row in cluster(lambda: lines, Dedupe(), online=True)] == whole
    assert None not in whole
