"""A store with a door, and sketches of invented texts to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest import seeds
from ingest.config import Config
from ingest.dedupe.fingerprint import fingerprint
from ingest.extract import extract
from ingest.model import Article
from ingest.place import Desk, Incoming, Placed, place
from store import open_store
from store.base import Store

NOW = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
REPOSITORY = Path(__file__).resolve().parents[2]


def html(title: str, text: str) -> bytes:
    """A page of an invented site around a text."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())
    return (
        f"<!doctype html><html lang=de><head><meta charset=utf-8><title>{title}</title></head><body>"
        "<nav><a href=/>Start</a> <a href=/kreis>Kreis</a></nav>"
        f"<main><article><h1>{title}</h1>{paragraphs}</article></main>"
        "<footer><a href=/impressum>Impressum</a></footer></body></html>"
    ).encode()


@dataclass
class Door:
    """The door to a store, an hour later at each article."""

    store: Store
    now: datetime = NOW

    def _desk(self) -> Desk:
        self.now += timedelta(hours=1)
        return Desk(rules=Config().dedupe, filter_topic=False, now=lambda: self.now)

    def plant(self, *paths: Path) -> list[Placed]:
        """Seeds, from their files."""
        found = [seeds.read(path, now=NOW) for path in seeds.find(paths)]
        return [placed for _, placed in seeds.plant(self.store, found, Config(), self._desk()).placed]

    def article(self, address: str, text: str, *, title: str = "Aus der Region") -> Placed:
        """An article as extraction gives it."""
        return self._place(Article(url=f"https://{address}", canonical_claim=None, title=title, text=text))

    def page(self, address: str, text: str, *, title: str = "Aus der Region") -> Placed:
        """A page around a text, through extraction."""
        return self._place(extract(html(title, text), url=f"https://{address}", now=NOW))

    def _place(self, article: Article) -> Placed:
        incoming = Incoming(article=article, prints=fingerprint(article.text), outlet=article.url.split("/")[2])
        with self.store.placing() as placing:
            return place(placing, incoming, self._desk())

    def row(self, url: str) -> dict[str, Any]:
        """An article as it is exported."""
        found = self.store.article(url)
        assert found is not None, url
        return found

    def story(self, url: str) -> dict[str, Any]:
        """The story an article stands in."""
        found = self.store.story(self.row(url)["story_id"])
        assert found is not None
        return found


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """An empty store; all its laws hold at the end."""
    store = open_store(f"sqlite:///{tmp_path / 'seeds.db'}", synchronous="NORMAL")
    yield Door(store)
    try:
        assert store.check() == []
    finally:
        store.close()


Packer = Callable[..., Path]


@pytest.fixture
def packed(tmp_path: Path) -> Packer:
    """`packed("turm", TEXT, title="...")`: the path of a sketch file."""

    def pack(name: str, text: str, **said: str) -> Path:
        source = tmp_path / "texts" / f"{name}.txt"
        source.parent.mkdir(exist_ok=True)
        source.write_text(text, encoding="utf-8")
        return seeds.pack(source, tmp_path / "sketches", said={"title": "Streit um ein Feuer", **said}, now=NOW)

    return pack
