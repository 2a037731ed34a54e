"""The chain of copying of a story, as `ingest show` draws it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.lineage import branches, with_sources
from store import open_store
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

TEXT = report("hafen").text
MARKED = TEXT.replace("elf Schiffe", "zwölf große Schiffe")


@pytest.fixture
def members(tmp_path: Path) -> list[dict[str, Any]]:
    """An original, an edited copy an hour later, and a cut of that copy; each stands at its own outlet."""
    store = open_store(f"sqlite:///{tmp_path / 'news.db'}")
    newsroom = Newsroom(store, tmp_path / "news.db")
    for host, text in (("kurier", TEXT), ("blatt", MARKED), ("bote", edits.cut(MARKED, share=0.7))):
        newsroom.minutes += 300
        newsroom.take(f"https://{host}.example/kran", text)
    story = store.story(newsroom.row("https://kurier.example/kran")["story_id"])
    store.close()
    assert story is not None
    found: list[dict[str, Any]] = story["members"]
    return found


def test_every_variant_says_what_it_was_made_from(members: list[dict[str, Any]]) -> None:
    """The links lead over the copy to the canonical article, which has none."""
    links = {member["outlet"]: member["source_link"] for member in with_sources(members)}
    assert links["kurier.example"] is None
    assert links["blatt.example"]["url"] == "https://kurier.example/kran"
    assert links["bote.example"] == {"url": "https://blatt.example/kran", "share": 1.0, "basis": "copied"}


def test_what_a_page_names(members: list[dict[str, Any]]) -> None:
    """A stated source is found under any spelling of its address."""
    said = [
        {**member, "based_on": "http://www.kurier.example/kran/?utm_source=x" if "bote" in member["url"] else None}
        for member in members
    ]
    links = {member["outlet"]: member["source_link"] for member in with_sources(said)}
    assert (links["bote.example"]["url"], links["bote.example"]["basis"]) == ("https://kurier.example/kran", "named")


def test_what_was_copied_before_the_source_changed(tmp_path: Path) -> None:
    """A copy has its words from what stood there then, not from an outlet that kept the old text and came later."""
    store = open_store(f"sqlite:///{tmp_path / 'news.db'}")
    newsroom = Newsroom(store, tmp_path / "news.db")
    copy = edits.cut(TEXT, share=0.9)
    for host, text in (("amt", TEXT), ("bote", copy), ("kurier", TEXT + "\n\n" + report("oper").text[:400])):
        newsroom.minutes += 30
        newsroom.take(f"https://{host}.example/kran", text)
    newsroom.take("https://amt.example/kran", edits.cut(TEXT, share=0.6) + "\n\n" + report("oper").text[-900:])
    story = newsroom.row("https://amt.example/kran")["story_id"]
    found = store.story(story)
    began = store.first_texts(story)
    store.close()
    assert found is not None
    assert began == {"https://amt.example/kran": TEXT}
    links = {member["outlet"]: member["source_link"] for member in with_sources(found["members"], began)}
    assert links["bote.example"]["url"] == "https://amt.example/kran"
    without = {member["outlet"]: member["source_link"] for member in with_sources(found["members"])}
    assert without["bote.example"]["url"] == "https://kurier.example/kran"


def test_the_tree_is_read_from_the_top(members: list[dict[str, Any]]) -> None:
    """Each article stands below what it was made from."""
    drawn = [(depth, member["outlet"]) for depth, member in branches(with_sources(members))]
    assert drawn == [(0, "kurier.example"), (1, "blatt.example"), (2, "bote.example")]
