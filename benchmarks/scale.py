"""What one more article costs when so many are stored.

    python -m benchmarks.scale [ARTICLES]... [--probes N] [--folder DIR]

Builds a store of so many articles by bulk insertion: placing a million through the door would take hours. Rows are
those that the door would write: texts with fingerprints, packed bodies, postings, articles, stories, addresses,
frequencies. BASE of them are generated texts; the others keep three of ten runs and one of five bands of one of these,
as follow-ups that recycle their background do, so that a new article meets dozens of candidates. Not built: links,
decisions and the search index of the bulk.

Then a fresh process places articles of which a third are edited copies of stored ones, in batches of 100, and says
what each took from text to saved: fingerprint, place, and its part of the batch's end and commit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.background import Background
from ingest.config import Dedupe
from ingest.dedupe.fingerprint import Fingerprint, fingerprint, scheme
from ingest.model import Article
from ingest.place import Desk, Incoming, place
from store import open_store
from store.encode import micros, pack
from store.filters import Filters
from store.frequencies import HALF_LIFE, Frequencies
from store.postings import MOVE_EVERY, PARTS, bounds_of, part_of
from store.standing import Standing

BASE = 10_000
KEPT_RUNS, KEPT_BANDS = 0.3, 0.2
PIECE = 5_000
BATCH = 100
NOW = micros(datetime(2026, 3, 1, tzinfo=UTC))
TEXT = "INSERT INTO text (id, sha256, words, first_seen, story_id, sketch) VALUES (?, ?, ?, ?, ?, 0)"
STORY = (
    "INSERT INTO story (id, canonical_id, canonical_reason, created, title, articles, outlets, newest, last_seen) "
    "VALUES (?, ?, 'only version', ?, '', 1, 1, ?, ?)"
)
ARTICLE = (
    "INSERT INTO article (id, url, text_id, story_id, title, authors, published_from, first_seen, last_seen, outlet, "
    "seed, words, on_topic, topic_hits, revisions, relation, ordering, copied_share, canonical_share) "
    "VALUES (?, ?, ?, ?, '', '[]', 'none', ?, ?, ?, 0, ?, 1, '[]', 1, 'canonical', 'same', 1, 1)"
)
REVISION = "INSERT INTO revision (article_id, n, text_id, title, seen_from, changes) VALUES (?, 1, ?, '', ?, '[]')"


def build(path: Path, articles: int) -> dict[str, float]:
    """Make the store; bytes an article by table."""
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    store.claim_scheme(scheme())
    store.close()
    source = Background()
    texts = [source.text(number) for number in range(min(BASE, articles))]
    prints = [fingerprint(text) for _, text in texts]
    frames = [pack(text) for _, text in texts]
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = OFF", "synchronous = OFF", "journal_mode = OFF", "cache_size = -262144"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN")
    sizes, last, standing = {}, _size(db), Standing()
    keys = np.empty(sum(len(prints[number % len(prints)].bands) for number in range(articles)), dtype=np.uint64)
    end = 0
    for start in range(0, articles, PIECE):
        rows = list(_rows(start, min(start + PIECE, articles), prints, texts, frames))
        for row in rows:
            bands = row["bands"]
            # Band above text, both unsigned: one sort of numbers puts the rows in the order of their key.
            keys[end : end + len(bands)] = ((bands + 2**31).astype(np.uint64) << np.uint64(32)) | np.uint64(row["id"])
            end += len(bands)
        _insert(db, rows)
        for row in rows:
            standing.stands(db, row["id"], row["id"])
    standing.save(db)
    sizes["articles, texts, bodies"], last = (_size(db) - last) / articles, _size(db)
    keys.sort()
    upto = _moved(db, articles)
    for start in range(0, len(keys), 1_000_000):
        piece = keys[start : start + 1_000_000]
        bands = (piece >> np.uint64(32)).astype(np.int64) - 2**31
        numbers = (piece & np.uint64(2**32 - 1)).astype(np.int64)
        moved = numbers <= upto[part_of(bands)]
        pairs = zip(bands[moved].tolist(), numbers[moved].tolist(), strict=True)
        db.executemany("INSERT OR IGNORE INTO posting VALUES (?, ?)", pairs)
    waiting = int(upto.min())
    for start in range(waiting - waiting % PIECE, articles, PIECE):
        rows = list(_rows(start, min(start + PIECE, articles), prints, texts, frames))
        fresh = [(r["id"], np.unique(r["bands"]).tobytes()) for r in rows if r["id"] > waiting]
        db.executemany("INSERT INTO fresh_posting VALUES (?, ?)", fresh)
    known = Filters(PARTS)
    for part in np.flatnonzero(upto).tolist():
        known.added(db, part, bounds_of(part), ())
    sizes["postings"], last = (_size(db) - last) / articles, _size(db)
    _frequencies(db, prints, articles)
    sizes["frequencies"] = (_size(db) - last) / articles
    db.execute("COMMIT")
    db.close()
    return sizes


def _rows(
    start: int, stop: int, prints: list[Fingerprint], texts: list[tuple[str, str]], frames: list[bytes]
) -> Iterator[dict[str, Any]]:
    chance = np.random.default_rng(start)
    for number in range(start, stop):
        base = number % len(prints)
        one, shingles, bands = prints[base], prints[base].shingles, prints[base].bands
        if number >= len(prints):
            other = chance.integers(0, 2**64, len(shingles), dtype=np.uint64)
            shingles = np.sort(np.where(chance.random(len(shingles)) < KEPT_RUNS, shingles, other))
            strange = chance.integers(-(2**31), 2**31, len(bands), dtype=np.int64)
            bands = np.where(chance.random(len(bands)) < KEPT_BANDS, bands, strange)
        yield {
            "id": number + 1, "sha256": one.sha256 if number == base else hashlib.sha256(b"%d" % number).digest(),
            "words": one.words, "shingles": shingles.tobytes(), "numbers": one.numbers.tobytes(), "bands": bands,
            "outlet": texts[base][0], "frame": frames[base],
        }  # fmt: skip


def _insert(db: sqlite3.Connection, rows: list[dict[str, Any]]) -> None:
    """One article, text and story a row, all with the same number."""
    url = {row["id"]: f"https://{row['outlet']}/{row['id']}" for row in rows}
    db.executemany(STORY, [(r["id"], r["id"], NOW, NOW, NOW) for r in rows])
    db.executemany(TEXT, [(r["id"], r["sha256"], r["words"], NOW, r["id"]) for r in rows])
    db.executemany("INSERT INTO fingerprint VALUES (?, ?, ?)", [(r["id"], r["shingles"], r["numbers"]) for r in rows])
    db.executemany("INSERT INTO body (text_id, frame) VALUES (?, ?)", [(r["id"], r["frame"]) for r in rows])
    articles = [(r["id"], url[r["id"]], r["id"], r["id"], NOW, NOW, r["outlet"], r["words"]) for r in rows]
    db.executemany(ARTICLE, articles)
    db.executemany(REVISION, [(r["id"], r["id"], NOW) for r in rows])
    db.executemany("INSERT INTO article_url VALUES (?, ?)", [(url[r["id"]], r["id"]) for r in rows])
    db.executemany("INSERT INTO address VALUES (?, ?)", [(url[r["id"]].partition("://")[2], r["id"]) for r in rows])


def _moved(db: sqlite3.Connection, articles: int) -> NDArray[np.int64]:
    """The text up to which each part of the postings has gone to its place, had the articles come one by one."""
    upto = np.zeros(PARTS, dtype=np.int64)
    turns = articles // MOVE_EVERY
    for turn in range(max(0, turns - PARTS), turns):
        upto[turn % PARTS] = (turn + 1) * MOVE_EVERY
    db.executemany("INSERT INTO posting_part VALUES (?, ?)", list(enumerate(upto.tolist())))
    return upto


def _frequencies(db: sqlite3.Connection, prints: list[Fingerprint], articles: int) -> None:
    """As if the last of the articles had been counted: each base as often as it was kept in part."""
    counted = Frequencies()
    counted.articles = articles
    seen = Counter(number % len(prints) for number in range(min(articles, HALF_LIFE)))
    shingles, bases = np.unique(np.concatenate([one.shingles for one in prints]), return_counts=True)
    often = 1 + int(KEPT_RUNS * (seen[0] - 1))
    counted.take_over(shingles, bases * often)
    chance = np.random.default_rng(9)
    for _ in range(min(articles, HALF_LIFE) - len(prints)):
        counted.take_over(chance.integers(0, 2**64, 200, dtype=np.uint64), np.ones(200, dtype=np.int64))
    counted.write_all(db)


def _size(db: sqlite3.Connection) -> int:
    [(size,)] = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return int(size)


def probe(path: str, stored: int, probes: int, answer: Any) -> None:
    """In a process of its own: open the store, place articles, tell what that took."""
    source = Background()
    told: dict[str, Any] = {}
    begun = time.perf_counter()
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    with store.placing() as placing:
        placing.frequencies(np.zeros(1, dtype=np.uint64))
    told["reopen s"] = time.perf_counter() - begun
    desk = Desk(rules=Dedupe(), filter_topic=False, now=lambda: datetime.now(UTC))
    incoming = []
    for number in range(probes):
        outlet, text = source.text(10_000_000 + number)
        if number % 3 == 0:
            _, text = source.text(number % min(BASE, stored))
            text = source.edited(text, number)
        incoming.append((f"https://{outlet}/probe/{stored}/{number}", outlet, text))
    clock = _clock()
    wall: list[float] = []
    cpu: list[float] = []
    looked: list[float] = []
    joined = candidates = 0
    for start in range(0, probes, BATCH):
        batch, one_wall, one_cpu = incoming[start : start + BATCH], [], []
        with store.placing() as placing:
            probing = _timed(placing, clock)
            for url, outlet, text in batch:
                was, used = time.perf_counter(), time.process_time() + clock
                prints = fingerprint(text)
                article = Article(url=url, canonical_claim=None, title="", text=text)
                found = place(placing, Incoming(article=article, prints=prints, outlet=outlet), desk)
                one_wall.append(time.perf_counter() - was)
                one_cpu.append(time.process_time() - used)
                joined += found.change == "joined"
            was, used = time.perf_counter(), time.process_time() + clock
        end = (time.perf_counter() - was) / len(batch), (time.process_time() - used) / len(batch)
        if start:  # the first batch fills the caches
            looked += [seconds for seconds, _ in probing]
            candidates += sum(number for _, number in probing)
            wall += [seconds + end[0] for seconds in one_wall]
            cpu += [seconds + end[1] for seconds in one_cpu]
    store.close()
    for name, seconds in (("cpu", cpu), ("wall", wall), ("candidates cpu", looked)):
        told |= {f"{name} p{at} ms": 1000 * float(np.percentile(seconds, at)) for at in (50, 90, 99)}
    told |= {"joined": joined, "candidates": candidates / len(looked)}
    told["memory MiB"] = _peak()
    answer.send(json.dumps(told))


def _timed(placing: Any, clock: float) -> list[tuple[float, int]]:
    """Seconds and candidates of each search from now on, as it is called within the placing."""
    taken: list[tuple[float, int]] = []
    search = placing.candidates

    def timed(*given: Any, **named: Any) -> Any:
        used = time.process_time() + clock
        found = search(*given, **named)
        taken.append((time.process_time() - used, len(found)))
        return found

    placing.candidates = timed
    return taken


def _peak() -> float:
    """MiB this process held at most; what `getrusage` says is inherited from the process that started it."""
    with Path("/proc/self/status").open() as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _clock() -> float:
    """Seconds that asking for the processor time takes itself: up to a millisecond where system calls are watched."""
    begun = time.process_time()
    for _ in range(200):
        time.process_time()
    return (time.process_time() - begun) / 201


def main() -> None:
    """Build, probe, print; a store per size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--probes", type=int, default=600)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        for articles in asked.articles:
            path = Path(folder, f"{articles}.db")
            begun = time.perf_counter()
            sizes = build(path, articles)
            print(f"{articles} articles in {path.stat().st_size / 2**20:.0f} MiB, built in", end=" ")
            print(f"{time.perf_counter() - begun:.0f} s; bytes an article:", end=" ")
            print(", ".join(f"{name} {size:.0f}" for name, size in sizes.items()), flush=True)
            hear, tell = multiprocessing.Pipe(duplex=False)
            process = multiprocessing.get_context("spawn").Process(
                target=probe, args=(str(path), articles, asked.probes, tell)
            )
            process.start()
            tell.close()
            told = json.loads(hear.recv())
            process.join()
            print("  " + ", ".join(f"{name} {value:.3g}" for name, value in told.items()), flush=True)
            path.unlink()


if __name__ == "__main__":
    main()
