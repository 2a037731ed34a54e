"""A newsroom over a real store: hand in articles, see what became of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest import urls
from ingest.config import Dedupe
from ingest.dedupe.fingerprint import fingerprint
from ingest.model import Article, TopicHit
from ingest.place import Desk, Incoming, Placed, place
from store.base import Store

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# Columns that say when something was last met: the only ones that may change when nothing else does.
SIGHTINGS = frozenset({"last_seen"})


@dataclass(slots=True)
class Newsroom:
    """One store, and a clock that moves a minute with every article."""

    store: Store
    path: Path
    rules: Dedupe = field(default_factory=Dedupe)
    filter_topic: bool = True
    reuses: bool = True
    minutes: int = 0

    def take(self, url: str, text: str, **more: Any) -> Placed:
        """One article through the door, in a transaction of its own."""
        return self.take_all([(url, text)], **more)[0]

    def take_all(self, articles: Iterable[tuple[str, str]], **more: Any) -> list[Placed]:
        """Several articles in one transaction; `more` are facts of all of them."""
        with self.store.placing() as placing:
            found = []
            for url, text in articles:
                self.minutes += 1
                desk = Desk(rules=self.rules, filter_topic=self.filter_topic, reuses=self.reuses, now=lambda: self.now)
                found.append(place(placing, incoming(url, text, **({"published": self.now} | more)), desk))
        return found

    @property
    def now(self) -> datetime:
        return START + self.minutes * MINUTE

    def row(self, url: str) -> dict[str, Any]:
        """The article at this address, as the contract says it."""
        found = self.store.article(url)
        assert found is not None
        return found

    def stories(self) -> list[set[str]]:
        """The addresses of each story's articles, largest story first."""
        by_story: dict[int, set[str]] = {}
        for row in self.store.articles():
            by_story.setdefault(row["story_id"], set()).add(row["url"])
        return sorted(by_story.values(), key=lambda found: (-len(found), min(found)))

    def sizes(self) -> list[int]:
        return [len(story) for story in self.stories()]

    def dump(self) -> Counter[tuple[Any, ...]]:
        """Every row of every table, without times of sighting."""
        db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            rows: Counter[tuple[Any, ...]] = Counter()
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            for table in tables:
                cursor = db.execute(f"SELECT * FROM {table}")  # noqa: S608 -- names from the schema itself
                columns = [column[0] for column in cursor.description]
                for row in cursor:
                    kept = (value for name, value in zip(columns, row, strict=True) if name not in SIGHTINGS)
                    rows[(table, *kept)] += 1
        finally:
            db.close()
        return rows


def incoming(
    url: str,
    text: str,
    *,
    title: str = "Ohne Titel",
    claim: str | None = None,
    asked: Sequence[str] = (),
    published: datetime | None = None,
    published_from: Any = None,
    on_topic: bool = True,
    seed: bool = False,
    free: bool | None = None,
    partial: bool = False,
    agency: str | None = None,
    agency_id: str | None = None,
    agency_credit: Any = None,
    house: str | None = None,
    topic_hits: tuple[TopicHit, ...] = (),
) -> Incoming:
    """An article on its way, with what the test does not care about filled in."""
    prints = fingerprint(text)
    article = Article(
        url=url,
        canonical_claim=claim,
        title=title,
        text=text,
        published=published,
        published_from=published_from or ("json-ld" if published else "none"),
        language="de",
        free=free,
        partial=partial,
        agency=agency,
        agency_id=agency_id,
        agency_credit=agency_credit,
        words=prints.words,
    )
    return Incoming(
        article=article,
        prints=prints,
        outlet="seed" if seed else urls.outlet_of(url),
        agency=house,
        asked=tuple(asked),
        source="https://feeds.example/all.xml",
        seed=seed,
        on_topic=on_topic,
        topic_hits=topic_hits,
    )
