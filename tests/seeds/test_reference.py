"""The five reference articles, known by the sketches that come with the project: their copies are found, others not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import seeds
from ingest.dedupe.tokens import shingle, tokenize
from store.model import StoryFilter
from tests.dedupe.test_sketch import rebuild
from tests.seeds.conftest import REPOSITORY, Door

pytestmark = pytest.mark.shared

FOLDER = REPOSITORY / "seeds"


@pytest.fixture(scope="module")
def articles(shared: Path) -> dict[str, str]:
    """The articles' texts by seed URL, furniture set aside."""
    found = [seeds.read(path, now=datetime(2026, 5, 4, tzinfo=UTC)) for path in seeds.find([shared / "seeds"])]
    return {seed.article.url: seed.article.text for seed in found}


@pytest.fixture(scope="module")
def on_topic(shared: Path) -> list[str]:
    """Invented reports on the same topic and on neighbouring ones, each as one text."""
    texts = []
    for name in ("ontopic_de", "ontopic_en", "hardneg"):
        content = (shared / "newsworld" / "data" / f"{name}.txt").read_text("utf-8")
        for part in content.split("\n=== ")[1:]:
            body = part.partition("\n")[2]
            # One choice of each variable passage.
            texts.append(re.sub(r"\[\[([^|\]]*)[^\]]*\]\]", r"\1", body).strip())
    return texts


def test_the_sketches_are_those_of_the_articles(articles: dict[str, str], shared: Path, tmp_path: Path) -> None:
    """Packed from the texts they are the same, hash for hash."""
    shipped = seeds.find([FOLDER])
    assert {seeds.seed_url(path) for path in shipped} == set(articles)
    for path in shipped:
        source = shared / "seeds" / path.name.replace(".sketch.json", ".txt")
        fields = json.loads(path.read_bytes())
        said = {key: fields[key] for key in ("title", "outlet", "published")}
        again = seeds.pack(source, tmp_path, said=said, now=datetime(2026, 5, 4, tzinfo=UTC))
        assert json.loads(again.read_bytes()) == fields


def test_no_sentence_of_the_articles_is_shipped(articles: dict[str, str]) -> None:
    """No four words in a row of any article stand in any file of the folder."""
    runs = {run for text in articles.values() for run in shingle(tokenize(text).hashes, 4).tolist()}
    for path in FOLDER.iterdir():
        words = tokenize(path.read_text("utf-8")).hashes
        assert not runs.intersection(shingle(words, 4).tolist()), path.name


def test_pages_that_carry_them_join_them(door: Door, articles: dict[str, str]) -> None:
    """Each article as a page, cut to 40, 55 and 70 %, and under another headline: five stories."""
    door.plant(FOLDER)
    for number, (url, text) in enumerate(articles.items()):
        lines = text.splitlines()
        words = text.split()
        door.page(f"kurier{number}.example/voll", text, title="Bericht aus Fernost")
        for share in (0.4, 0.55, 0.7):
            kept = round(len(words) * share)
            door.article(f"blatt{number}.example/{share}", " ".join(words[:kept]), title="Kurz gemeldet")
        door.article(f"neu{number}.example/1", "\n".join(["Eine andere Überschrift steht hier", *lines[1:]]))
        story = door.story(url)
        assert story["articles"] == 6, url
        assert story["canonical_url"] == f"https://kurier{number}.example/voll"
    assert len(list(door.store.stories(StoryFilter()))) == 5


def test_cut_copies_join_a_sketch_without_the_whole(door: Door, articles: dict[str, str]) -> None:
    """Also where no full text is there to help, and what is left is the end."""
    door.plant(FOLDER)
    for number, (url, text) in enumerate(articles.items()):
        words = text.split()
        kept = round(len(words) * 0.4)
        door.article(f"bote{number}.example/1", " ".join(words[-kept:]), title="Aus der Politik")
        assert door.story(url)["articles"] == 2, url


def test_nothing_else_on_the_topic_joins_them(door: Door, on_topic: list[str]) -> None:
    """Reports of others on the same events are stories of their own."""
    door.plant(FOLDER)
    assert len(on_topic) >= 30
    for number, text in enumerate(on_topic):
        door.page(f"zeitung{number}.example/1", text.partition("\n")[2], title=text.partition("\n")[0])
    seeded = [story for story in door.store.stories(StoryFilter()) if story["seed"]]
    assert [story["articles"] for story in seeded] == [1] * 5


def test_they_cannot_be_rebuilt(articles: dict[str, str]) -> None:
    """The attack that rebuilds each article from all its runs gets next to nothing from its sketch."""
    for url, text in articles.items():
        assert rebuild(text, step=1, bits=64)[0] > 0.95, url
        assert rebuild(text, step=4, bits=20)[0] < 0.1, url
