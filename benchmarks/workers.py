"""What a second worker is worth, and what the processes cost: `python -m benchmarks.workers [FOLDER] [--pages N]`.

FOLDER (default: the reference pages beside the project) holds pages (`*.html`, also gzipped); they are read again and
again until N (default 2,000) are done, once by one worker and once by two, taking turns. The time counts from the first
page that comes back, so that no start disturbs. Beside pages a second of wall time stands the processor time of a page:
on a machine that others use, two workers get no more than what is left, and only the latter tells.
"""

from __future__ import annotations

import argparse
import gzip
import re
import resource
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.cli.inputs import Content
from ingest.cli.tasks import Row, all_counted, load_all, read_page
from ingest.config import Extract
from ingest.workers import Workers

PAGES = Path(__file__).resolve().parents[2] / "shared" / "pagebench"
# Pages under way: as many as `ingest extract` keeps.
AHEAD = 32
LIMIT = 15 * 2**20  # bytes of a page


@dataclass(frozen=True, slots=True)
class Pace:
    """What one run came to: pages a second, processor seconds of the workers a page, processors kept busy."""

    pages: float
    cost: float
    busy: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=PAGES)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    found = [path for path in sorted(arguments.folder.rglob("*")) if re.search(r"\.html?(?:\.gz)?$", path.name)]
    bodies = [gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in found]
    if not bodies:
        parser.error(f"no page (*.html, *.html.gz) under {arguments.folder}")
    print(f"{len(bodies)} pages, {arguments.pages} readings a run")
    for number in range(arguments.rounds):
        one, two = (run(size, bodies, arguments.pages) for size in (1, 2))
        print(
            f"round {number + 1}: {one.pages:.1f} and {two.pages:.1f} pages/s, {two.pages / one.pages:.2f} times; "
            f"{one.cost * 1000:.1f} and {two.cost * 1000:.1f} ms of processor a page; "
            f"{one.busy:.2f} and {two.busy:.2f} processors busy",
            flush=True,
        )


def run(size: int, bodies: list[bytes], pages: int) -> Pace:
    """So many readings by a pool of `size`, from its first answer on."""
    settings = Extract()
    now = datetime.now(UTC)
    before = children()
    with all_counted(), Workers(size, timeout=60, memory_mb=settings.memory_mb, warm=load_all) as workers:

        def ask(number: int) -> Future[Row]:
            content = Content(bodies[number % len(bodies)], f"https://outlet.example/report-{number}")
            return workers.submit(
                read_page, str(number), content, content.url, settings=settings, limit=LIMIT, outlets=(), now=now
            )

        for first in [ask(number) for number in range(2 * size)]:
            first.result()
        started = time.perf_counter()
        under_way = deque(ask(number) for number in range(AHEAD))
        for number in range(AHEAD, pages):
            under_way.popleft().result()
            under_way.append(ask(number))
        for last in under_way:
            last.result()
        seconds = time.perf_counter() - started
    cost = children() - before
    return Pace(pages / seconds, cost / pages, cost / seconds)


def children() -> float:
    """Processor seconds of the processes that have ended, the fork server among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
