"""Many feeds: what a cycle over unchanged ones costs, what a tick costs, and what a plain loop would.

    python -m benchmarks.feeds_load [FEEDS] [TICK_FEEDS] [ARTICLES]

FEEDS feeds on as many loopback addresses are polled once, then again with conditions (all say "not modified"): seconds
and processor seconds of the second cycle with the store, its memory, and the same requests with a plain httpx client.
Then the time of a claim among TICK_FEEDS feeds, of which a hundredth is due, and of finding the pages due for a second
look among ARTICLES articles. The server runs in a process of its own, whose time is not counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from ingest.clock import clock_from
from ingest.config import Config, Extract, Fetch
from ingest.run import Wanted, poll, prepare
from ingest.run.tasks import crew
from store import open_store
from store.connect import open_writer
from store.model import FeedSpec

ETAG = '"same"'
BODY = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Bote</title>'
    + b"".join(b"<item><title>Nr. %d</title></item>" % n for n in range(20))
    + b"</channel></rss>"
)
CONFIG = Config(fetch=Fetch(allow_private=["127.0.0.0/8"], contact="https://load.example/"), extract=Extract(workers=1))
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# A thirtieth of a second is lost in a claim of 10,000 rows with nothing else to do: repeated, the least one counts.
ROUNDS = 5


def serve(up: Connection) -> None:
    """Answer every address of this machine: 304 to who names the ETag, else the feed; 404 for all but feeds."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                known = ETAG.encode() in head
                lines = [b"HTTP/1.1 304 Not Modified"] if known else [b"HTTP/1.1 200 OK"]
                body = b"" if known else BODY
                lines += [b"ETag: " + ETAG.encode(), b"Content-Type: application/rss+xml"]
                lines += [] if known else [b"Content-Length: %d" % len(body)]
                writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=1024)  # noqa: S104 -- all of 127.0.0.0/8
        up.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def addresses(count: int, port: int) -> list[str]:
    return [f"http://127.0.{n // 250 + 1}.{n % 250 + 1}:{port}/feed.xml" for n in range(count)]


def spent() -> float:
    """Processor seconds of this process and of the workers that have ended."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def resident() -> float:
    """MB of memory this process holds now."""
    return int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * resource.getpagesize() / 2**20


def cycle(name: str, path: Path, urls: list[str], at: datetime) -> None:
    """One cycle over all feeds."""
    wanted = Wanted(listed=[FeedSpec(url=url, origin="run") for url in urls], only=True, force=True)
    begun, cpu, loaded = time.monotonic(), spent(), resident()
    clock = clock_from(at)
    with closing(open_store(f"sqlite:///{path}")) as store:
        polled = prepare(store, CONFIG, wanted, clock=clock)
        with crew(CONFIG.extract) as workers:
            summary = poll(store, CONFIG, polled, wanted, clock=clock, stop=threading.Event(), workers=workers)
    took, used = time.monotonic() - begun, spent() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {dict(summary.feeds)} in {took:.1f} s, {used:.2f} s of processor, "
        f"at most {peak:.0f} MB, of which {loaded:.0f} are the program"
    )


def plain_loop(urls: list[str]) -> None:
    """The same requests one after the other with a plain client, whose pool keeps what the server lets it keep."""
    begun, cpu = time.monotonic(), spent()
    with httpx.Client(headers={"If-None-Match": ETAG}) as client:
        answers = [client.get(url).status_code for url in urls]
    took, used = time.monotonic() - begun, spent() - cpu
    print(f"plain httpx loop: {answers.count(304)} unchanged in {took:.1f} s, {used:.2f} s of processor")


def ticks(folder: Path, feeds: int, articles: int) -> None:
    """What one look at the store costs."""
    path = folder / "ticks.db"
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")
    with closing(store):
        store.add_feeds([FeedSpec(url=f"https://{n}.example/feed", origin="added") for n in range(feeds)], now=NOW)
        with closing(open_writer(path, synchronous="NORMAL")) as db:
            later = "UPDATE feed SET due_at = due_at + 3600000000 WHERE id % 100 <> 0"
            db.execute(later)
            db.execute("PRAGMA foreign_keys = OFF")
            db.execute("BEGIN")
            db.executemany(
                "INSERT INTO recheck (article_id, url, due_at, checked, changed, missing) VALUES (?, ?, ?, 0, 0, 0)",
                ((n, f"https://{n % 3000}.example/n/{n}", n * 1_000_000) for n in range(1, articles + 1)),
            )
            db.execute("COMMIT")
        begun = time.perf_counter()
        urls = [row.url for row in store.feeds()]
        print(f"list of {feeds} feeds: {(time.perf_counter() - begun) * 1000:.1f} ms")
        claims, looks = [], []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            claimed = store.claim_feeds(now=NOW, lease=900, rest=300, owner="b", urls=urls, force=False, limit=100_000)
            claims.append(time.perf_counter() - begun)
            store.release_feeds({row.id: row.due_at for row in claimed})
            begun = time.perf_counter()
            store.first_check()
            store.due_checks(now=NOW, limit=2000, per_host=300)
            looks.append(time.perf_counter() - begun)
        print(f"claim of {len(claimed)} among {feeds} feeds: {min(claims) * 1000:.1f} ms")
        print(f"due second looks among {articles} articles, all due: {min(looks) * 1000:.1f} ms")
        begun = time.perf_counter()
        claimed = store.claim_feeds(now=NOW, lease=900, rest=300, owner="b", urls=urls, force=True, limit=100_000)
        print(f"claim of all {len(claimed)}: {(time.perf_counter() - begun) * 1000:.1f} ms")


def main(feeds: int = 2000, tick_feeds: int = 10_000, articles: int = 1_000_000) -> None:
    here, there = multiprocessing.Pipe()
    fresh = multiprocessing.get_context("spawn")
    server = fresh.Process(target=serve, args=(there,), daemon=True)
    server.start()
    urls = addresses(feeds, here.recv())
    with tempfile.TemporaryDirectory() as name:
        for label, at in (("first", NOW), ("unchanged", NOW + timedelta(hours=1))):
            one = fresh.Process(target=cycle, args=(label, Path(name, "load.db"), urls, at))
            one.start()
            one.join()
        plain_loop(urls)
        ticks(Path(name), tick_feeds, articles)
    server.terminate()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
