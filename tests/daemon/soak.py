# ruff: noqa: T201 -- a script that prints
"""Memory and descriptors of a daemon over thousands of pages; by hand: python -m tests.daemon.soak MINUTES [FOLDER].

A small web on loopback prints new articles and changes old ones all the time, and the daemon looks every fifth of a
second. Prints a line every ten seconds, and at the end the slopes per 10,000 pages over the second half of the run, of
the daemon itself and of the processes that read pages: of the least memory in each window of samples, since a cycle's
own memory (page cache of the store, answers) comes and goes. It stands for days of the same work, not for what only
days bring: dead hosts, robots.txt that run out.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.daemon.conftest import configure, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, members
from tests.e2e.web import Site, Web

HOSTS, NEW, CHANGED, KEPT = 6, 40, 8, 160
# Share of the run after which counting begins: until then imports, pools and caches fill.
WARM = 0.5
WINDOW = 10
PAGES = ("new", "revised", "unchanged", "off_topic", "rejected", "failed")


def print_news(site: Site, number: int, over: threading.Event) -> None:
    """One host: a feed whose articles are new or changed a few times a second; old pages are taken away."""
    told: list[tuple[str, press.Story]] = []
    turn = 0
    while not over.wait(1.0):
        for n in range(NEW):
            one = press.story(number * 10**7 + turn * NEW + n, paragraphs=2)
            told.append((site.put(f"/n/{turn}-{n}", press.page(one)), one))
        for link, one in told[-NEW - CHANGED : -NEW]:
            changed = one.but(paragraphs=(*one.paragraphs, " ".join(press.story(turn).paragraphs[:1])))
            site.put(link.removeprefix(f"http://{site.host}"), press.page(changed))
        told = told[-KEPT:]
        site.put("/rss.xml", press.rss(told[-NEW - CHANGED :]))
        turn += 1


def slope(pages: Sequence[float], values: Sequence[float]) -> float:
    """Growth per 10,000 pages: least squares over the least value of each window."""
    kept = [min(range(n, n + WINDOW), key=values.__getitem__) for n in range(0, len(values) - WINDOW + 1, WINDOW)]
    if len(kept) < 3 or pages[kept[-1]] == pages[kept[0]]:
        return float("nan")
    return 10_000 * statistics.linear_regression([pages[n] for n in kept], [values[n] for n in kept]).slope


def handled(text: str) -> float:
    """Pages that the daemon has dealt with, from its metrics."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "newsfold_items_total" and sample.labels["outcome"] in PAGES
    )


def held(pid: int) -> tuple[float, float, float, float]:
    """Resident MB of a process and of those it started, its descriptors and threads."""
    process, others = Path(f"/proc/{pid}"), 0.0
    for member in members(pid):
        if member != pid:
            with suppress(OSError, KeyError):  # a worker that was just replaced
                others += _resident(Path(f"/proc/{member}"))
    threads = int(_status(process)["Threads"])
    return _resident(process), others, len(list((process / "fd").iterdir())), threads


def _status(process: Path) -> dict[str, str]:
    return dict(line.split(":", 1) for line in (process / "status").read_text("ascii").splitlines())


def _resident(process: Path) -> float:
    return int(_status(process)["VmRSS"].split()[0]) / 1024


def main(minutes: float, folder: Path) -> None:
    desk, over = (
        Desk(folder, settings={"INGEST_FETCH__PER_HOST": "4", "INGEST_EXTRACT__WORKERS": "2"}),
        threading.Event(),
    )
    rows: list[tuple[float, ...]] = []  # pages, MB, the workers' MB, descriptors, threads
    with Web() as web:
        sites = [web.site() for _ in range(HOSTS)]
        configure(desk, [site.put("/rss.xml", press.rss([])) for site in sites], interval=1)
        press_rooms = [threading.Thread(target=print_news, args=(s, n, over)) for n, s in enumerate(sites)]
        for room in press_rooms:
            room.start()
        with watching(desk, "-q", tick=0.2) as watch:
            begun, shown = time.monotonic(), 0.0
            while time.monotonic() - begun < 60 * minutes and watch.process.poll() is None:
                time.sleep(1)
                web.forget()
                status, text = watch.ask("/metrics")
                if status != 200:
                    continue
                rows.append((handled(text), *held(watch.process.pid)))
                if time.monotonic() - shown > 10:
                    shown = time.monotonic()
                    told = zip(rows[-1], ("pages", "MB", "MB in workers", "descriptors", "threads"), strict=True)
                    print("  ".join(f"{value:6.0f} {name}" for value, name in told), flush=True)
            over.set()
            print(f"stopped in {watch.end():.1f} s with {watch.codes[0]}; laws broken: {desk.laws()}")
    counted = rows[int(len(rows) * WARM) :]
    pages, *series = [[row[n] for row in counted] for n in range(5)]
    print(f"{rows[-1][0]:.0f} pages in {minutes:g} minutes, counted from page {pages[0]:.0f}; per 10,000 pages:")
    for name, values in zip(("MB", "MB in workers", "descriptors", "threads"), series, strict=True):
        print(f"  {slope(pages, values):+.2f} {name} (least {min(values):.1f}, most {max(values):.1f})")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(float(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(float(sys.argv[1]) if len(sys.argv) > 1 else 6.0, Path(scratch))
