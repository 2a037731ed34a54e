"""The same news every time, in batches, written as a run writes them: what a writer is at when it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.config import Dedupe
from ingest.dedupe.fingerprint import fingerprint, scheme
from ingest.model import Article
from ingest.place import Desk, Incoming
from ingest.run.fate import Fate
from ingest.run.summary import Summary
from ingest.run.work import FeedWork, Finished, Record
from ingest.run.writer import Writer
from store import open_store
from store.base import Store
from store.model import FeedOutcome, FeedSpec, HostRow, ItemRow, PageRow, StoryFilter
from store.postings import Fresh
from tests.e2e.press import NOW, Story, story

HOUSES = ("auebote.example", "kurier.example", "sankt-egid.example")
# Batches after which the writer closes its store and opens it again: closing writes the log back into the file.
REOPENED = 3
WHOLE = StoryFilter(limit=None)
# What is derived from the texts: where candidates are found, how common each run of words is, what was compared.
INDEXES = ("frequency_page", "frequency_log", "link")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed: an article at an address, or (told is None) a page that is refused."""

    url: str
    told: Story | None
    on_topic: bool = True


def batches(count: int = 6, *, width: int = 1) -> list[list[Entry]]:
    """Batches of entries that do everything to stories: found them, join them, merge two, revise, split, refuse.

    `width` repeats the cast of each batch, for streams that should last.
    """
    return [[entry for n in range(width) for entry in _batch(number * width + n)] for number in range(count)]


def _batch(number: int) -> list[Entry]:
    first, second = story(100 + 2 * number, paragraphs=4), story(101 + 2 * number, paragraphs=4)
    bridge = first.but(title=f"{first.title} und mehr", paragraphs=first.paragraphs + second.paragraphs)
    shorter = first.but(paragraphs=first.paragraphs[:3])
    a, b, c = (f"https://{house}/{number}" for house in HOUSES)
    entries = [
        Entry(a, first), Entry(b, second), Entry(b + "/kurz", shorter), Entry(c + "/zusammen", bridge),
        Entry(c + "/sperre", None), Entry(a + "/sport", story(5000 + number), on_topic=False),
    ]  # fmt: skip
    if number:  # what the batch before it told is told anew: corrected, and the bridge taken down
        before = story(98 + 2 * number, paragraphs=4)
        corrected = before.but(paragraphs=(*before.paragraphs, "Berichtigung: Die Probe war gestern."))
        entries.append(Entry(f"https://{HOUSES[0]}/{number - 1}", corrected))
        entries.append(Entry(f"https://{HOUSES[2]}/{number - 1}/zusammen", story(99 + 2 * number, paragraphs=4)))
        entries.append(Entry(f"https://{HOUSES[1]}/{number - 1}/kurz", before.but(paragraphs=before.paragraphs[:3])))
    return entries


def opened(path: Path, **options: Any) -> Store:
    """The store of a writer."""
    return open_store(f"sqlite:///{path}", wait=5, **options)


def write(
    path: Path, told: list[list[Entry]], *, first: int, report: Callable[[int, list[str]], None], synchronous: str
) -> None:
    """Write batches from number `first` on; `report` hears the number and the addresses of each that is committed."""
    store = opened(path, synchronous=synchronous)
    try:
        for number in range(first, len(told)):
            if number == REOPENED:
                store.close()
                store = opened(path, synchronous=synchronous)
            report(number, _write_batch(store, told[number], number))
        summary = Summary(started=NOW, ended=NOW)
        store.record_run(summary.as_dict())
    finally:
        store.close()


def _write_batch(store: Store, entries: list[Entry], number: int) -> list[str]:
    now = NOW + timedelta(minutes=number)
    store.claim_scheme(scheme())
    store.add_feeds([FeedSpec(url="https://auebote.example/rss.xml", origin="config")], now=NOW)
    [row] = store.claim_feeds(now=now, lease=900, rest=300, owner="cycle", urls=None, force=True, limit=9)
    feed = FeedWork(row)
    summary = Summary(started=NOW)
    hosts = [HostRow(host=house, next_at=now) for house in HOUSES]
    desk = Desk(rules=Dedupe(), filter_topic=True, now=lambda: now)
    writer = Writer(store, desk, summary, hosts=lambda: hosts, room=lambda: None)
    for entry in entries:
        writer.add(_record(feed, entry, now))
    due = now + timedelta(minutes=30)
    body = hashlib.sha256(str(number).encode()).digest()
    writer.add(Finished(feed, FeedOutcome(feed_id=row.id, polled=now, due_at=due, ok=True, body_hash=body)))
    writer.flush()
    return [entry.url for entry in entries if entry.told is not None and entry.on_topic]


def _record(feed: FeedWork, entry: Entry, now: datetime) -> Record:
    item = ItemRow(
        feed_id=feed.row.id, key=entry.url, url=entry.url, guid=None, digest=b"d" * 16, first_seen=now, last_seen=now
    )
    page = PageRow(
        url=entry.url, final_url=entry.url, status=200, etag=None, last_modified=None, body_hash=None, fetched=now
    )
    if entry.told is None:
        return Record(feed=feed, item=item, url=entry.url, fate=Fate("rejected", "paywall", "a wall"), page=page)
    article = Article(url=entry.url, canonical_claim=None, title=entry.told.title, text=entry.told.text,
                      published=entry.told.published, published_from="json-ld", language="de")  # fmt: skip
    incoming = Incoming(article=article, prints=fingerprint(article.text), outlet=entry.url.split("/")[2],
                        source=feed.row.url, on_topic=entry.on_topic)  # fmt: skip
    return Record(feed=feed, item=item, url=entry.url, title=article.title, incoming=incoming, page=page)


def everything(path: Path) -> dict[str, list[Any]]:
    """All that the stream put into a store, but how often it was tried: a batch whose report was lost is repeated."""
    store = opened(path, read_only=True)
    rejected = [{key: row[key] for key in ("url", "class", "reason")} for row in store.rejected()]
    found: dict[str, list[Any]] = {
        "articles": list(store.articles()), "revisions": list(store.revisions()), "stories": list(store.stories(WHOLE)),
        "rejected": rejected,
    }  # fmt: skip
    store.close()
    db = sqlite3.connect(path)
    found |= {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in INDEXES}  # noqa: S608 -- our own names
    found["posting"] = sorted(_postings(db))
    db.close()
    return found


def _postings(db: sqlite3.Connection) -> set[tuple[int, int]]:
    """All of them, those that wait for their place in the table included."""
    return {*db.execute("SELECT band, text_id FROM posting")} | Fresh.load(db).rows()


def index_errors(path: Path) -> int:
    """Texts whose postings are not those that their words give: how the index differs from a computation anew."""
    store = opened(path, read_only=True)
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    wrong = 0
    bands: defaultdict[int, set[int]] = defaultdict(set)
    for band, text_id in _postings(db):
        bands[text_id].add(band)
    for (text_id,) in db.execute("SELECT id FROM text").fetchall():
        wrong += bands[text_id] != set(fingerprint(store.body(text_id)).bands.tolist())
    db.close()
    store.close()
    return wrong


class Report:
    """What a writer said it had stored, in a file that outlives it: one line a batch, on the disk before it goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, number: int, urls: list[str]) -> None:
        line = json.dumps([number, urls]).encode() + b"\n"
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, line)
        os.fsync(handle)
        os.close(handle)

    def read(self) -> dict[int, list[str]]:
        """Batch -> the addresses reported."""
        if not self._path.exists():
            return {}
        return dict(json.loads(line) for line in self._path.read_text("utf-8").splitlines())
