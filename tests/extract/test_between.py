"""Headings and lists between kept paragraphs come back; menus and teasers do not."""

from __future__ import annotations

import pytest

from ingest.extract.between import restored
from ingest.extract.blocks import Block
from ingest.extract.page import parse
from tests.extract.pages import PARAGRAPHS, page, paragraphs, read

KEPT = [Block(text, "p", 0.0) for text in PARAGRAPHS]


def between(middle: str, *, box: str = "div") -> list[str]:
    """What comes back from between the second and third paragraph."""
    body = f"<{box}>{paragraphs(PARAGRAPHS[:2])}{middle}{paragraphs(PARAGRAPHS[2:])}</{box}>"
    whole = [block.text for block in restored(KEPT, parse(page(body).decode()))]
    assert [text for text in whole if text in PARAGRAPHS] == list(PARAGRAPHS)
    return whole[2 : len(whole) - 3]


def test_headings_and_items() -> None:
    """A heading and the items of a list come back in their places, one block each."""
    listed = (
        "<h2>Was nun kommt</h2><ul><li>Ausschreibung im Juli</li><li>Baubeginn <a href='/b'>im</a> August</li></ul>"
    )
    assert between(listed) == ["Was nun kommt", "Ausschreibung im Juli", "Baubeginn im August"]


@pytest.mark.parametrize(
    "other",
    [
        "<h3><a href='/a'>Mühle brennt aus</a></h3>",
        "<ul><li><a href='/a'>Mühle brennt aus</a></li><li><a href='/b'>Wehr wird saniert</a></li></ul>",
        "<ul class='teaser-list'><li>Mühle brennt aus</li></ul>",
        "<h3 class='newsletter'>Das Tal am Morgen</h3>",
        "<div>Mühle brennt aus</div>",
        "<ul></ul><h2> </h2>",
    ],
)
def test_others_stay_away(other: str) -> None:
    """Links, teasers and boxes that the extractor left out are left out."""
    assert between(other) == []


def test_known_blocks_are_not_doubled() -> None:
    """A heading that the extractor kept does not come twice."""
    kept = [*KEPT[:2], Block("Was nun kommt", "head", 0.0), *KEPT[2:]]
    body = paragraphs(PARAGRAPHS[:2]) + "<h2>Was nun kommt</h2>" + paragraphs(PARAGRAPHS[2:])
    assert restored(kept, parse(page(body).decode())) == kept


def test_only_between() -> None:
    """What stands before the first or behind the last kept paragraph does not come back."""
    body = "<h2>Davor</h2>" + paragraphs() + "<h2>Dahinter</h2><ul><li>Nichts</li></ul>"
    assert restored(KEPT, parse(page(body).decode())) == KEPT


def test_few_paragraphs() -> None:
    """Fewer than three paragraphs say nothing about their container."""
    body = paragraphs(PARAGRAPHS[:1]) + "<h2>Dazwischen</h2>" + paragraphs(PARAGRAPHS[1:2])
    assert restored(KEPT[:2], parse(page(body).decode())) == KEPT[:2]


def test_in_an_article() -> None:
    """Subheadings and lists of a whole page stand in its text."""
    middle = "<h2>Was nun kommt</h2><ul><li>Die Ausschreibung im Juli.</li><li>Der Baubeginn im August.</li></ul>"
    lines = read(page(paragraphs(PARAGRAPHS[:2]) + middle + paragraphs(PARAGRAPHS[2:]))).text.splitlines()
    assert lines[2:5] == ["Was nun kommt", "Die Ausschreibung im Juli.", "Der Baubeginn im August."]
