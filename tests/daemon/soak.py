# ruff: noqa: T201 -- a script that prints
"""Memory and descriptors of a daemon over thousands of pages; by hand: python -m tests.daemon.soak PAGES [FOLDER].

A small web on loopback prints new articles and changes old ones, the daemon looks ten times a second. Rounds are alike:
the next one is printed when the daemon has dealt with the last one and has closed its store. Of each round two figures
are kept: the least between two cycles ("at rest") and the most within the cycle. Memory is the proportional set size,
so that pages which the processes share are counted once. Prints a line a round, and at the end the slopes per 10,000
pages, by least squares over all rounds after WARM pages.

It stands for days of the same work, not for what only days bring: dead hosts, robots.txt that run out.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.daemon.conftest import Watch, configure, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, members
from tests.e2e.web import Site, Web

HOSTS, NEW, CHANGED = 6, 40, 8
# Pages after which counting begins: until then imports, pools and caches fill.
WARM = 5_000
TICK = 0.1
# Seconds between two samples, and samples between two cycles.
EVERY, AT_REST = 0.25, 8
# Seconds after which a round is taken for stuck.
STUCK = 120.0

# A mapping's first line; memory that no file stands behind has no name.
MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(?P<name>.*)")

Sample = Mapping[str, float]


class House:
    """One outlet: a feed with its newest articles, of which some have been changed since."""

    def __init__(self, site: Site, number: int) -> None:
        self.site, self._number, self._turn = site, number, 0
        self._told: list[tuple[str, press.Story]] = []

    def print_round(self) -> None:
        """NEW new articles, and other text and summary in CHANGED of those before."""
        changed = [self._change(link, one) for link, one in self._told[-CHANGED:]]
        told = []
        for n in range(NEW):
            one = press.story(self._number * 10**7 + self._turn * NEW + n, paragraphs=2)
            told.append((self.site.put(f"/n/{self._turn}-{n}", press.page(one)), one))
        self._told = told
        self.site.put("/rss.xml", press.rss(changed + told))
        self._turn += 1

    def _change(self, link: str, one: press.Story) -> tuple[str, press.Story]:
        added = press.story(self._turn, paragraphs=1)
        other = one.but(paragraphs=(*one.paragraphs, *added.paragraphs), summary=added.summary)
        self.site.put(link.removeprefix(f"http://{self.site.host}"), press.page(other))
        return link, other


# --- what a process holds -------------------------------------------------------------------------------------------


def memory(pid: int) -> dict[str, float]:
    """Proportional MB of a process: all of it, and by what stands behind it. "MB own" is what no file stands behind."""
    found = {"MB": 0.0, "MB own": 0.0, "MB heap": 0.0, "MB stacks": 0.0, "MB mapped": 0.0, "MB files": 0.0}
    kind = ""
    for line in Path(f"/proc/{pid}/smaps").read_text("utf-8", "replace").splitlines():
        if (mapping := MAPPING.match(line)) is not None:
            name = mapping["name"]
            kind = {"": "MB mapped", "[heap]": "MB heap", "[stack]": "MB stacks"}.get(name, "MB files")
        elif line.startswith("Pss:"):
            size = int(line.split()[1]) / 1024
            for name in {kind, "MB", "MB own"} - ({"MB own"} if kind == "MB files" else set()):
                found[name] += size
    return found


def descriptors(pid: int, store: Path) -> Counter[str]:
    """Open descriptors by what they lead to."""
    found: Counter[str] = Counter()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            leads = str(one.readlink())
            kind = leads.partition(":")[0] if leads.startswith(("socket:", "pipe:")) else Path(leads).name
            if kind.startswith("etilqs_"):
                kind = "SQLite's temporary file"
            found[kind.replace(store.name, "store")] += 1
    return found


def sample(watch: Watch, trace: Path) -> Sample | None:
    """Everything about the daemon at this moment; None where a process was just replaced."""
    pid = watch.process.pid
    try:
        own, kinds = memory(pid), descriptors(pid, watch.desk.file)
        others = [memory(member)["MB"] for member in members(pid) if member != pid]
        threads = int(re.findall(r"Threads:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii"))[0])
        inside = json.loads(trace.read_text("ascii"))
    except (OSError, IndexError):
        return None
    counts = {"threads": threads, "descriptors": kinds.total(), "others": len(others), "MB others": sum(others)}
    return {**own, **{f"fd {kind}": count for kind, count in kinds.items()}, **inside, **counts}


def pages(watch: Watch) -> float:
    """Pages that were fetched and became an article or a revision."""
    told = watch.figures()
    return sum(told.get(f"newsfold_items_total {outcome}", 0.0) for outcome in ("new", "revised"))


def closed(watch: Watch) -> bool:
    """Whether no cycle is under way: its log is open once then, by the command itself, which holds the cycle lock."""
    return descriptors(watch.process.pid, watch.desk.file)["store-wal"] <= 1


# --- rounds ---------------------------------------------------------------------------------------------------------


def one_round(watch: Watch, houses: Sequence[House], trace: Path, due: float) -> Iterator[tuple[bool, Sample]]:
    """Print, wait until `due` pages are done and the store is closed; samples, and whether they were taken at rest."""
    for house in houses:
        house.print_round()
    begun = time.monotonic()
    while pages(watch) < due or not closed(watch):
        if time.monotonic() - begun > STUCK:
            raise RuntimeError(f"{pages(watch):.0f} pages of {due:.0f}: {watch.said[-3:]}")
        if (found := sample(watch, trace)) is not None:
            yield False, found
        time.sleep(EVERY)
    for _ in range(AT_REST):
        if (found := sample(watch, trace)) is not None:
            yield True, found
        time.sleep(EVERY)


def slope(at: Sequence[float], values: Sequence[float]) -> float:
    """Growth per 10,000 pages."""
    return 10_000 * statistics.linear_regression(at, values).slope if len(at) > 2 else math.nan


def tell(rounds: Sequence[tuple[float, Sample, Sample]]) -> None:
    """The slopes over the rounds after WARM pages: of the least at rest, of the most within a cycle."""
    counted = [row for row in rounds if row[0] >= WARM] or rounds
    at = [row[0] for row in counted]
    print(f"{len(counted)} rounds from page {at[0]:.0f} to {at[-1]:.0f}; per 10,000 pages, and least to most:")
    for name in sorted({name for _, _, most in counted for name in most}):
        for when, moments in (("at rest", [row[1] for row in counted]), ("in cycles", [row[2] for row in counted])):
            values = [one.get(name, 0.0) for one in moments]
            print(f"  {name:26} {when:9} {slope(at, values):+9.3f}   {min(values):9.1f} to {max(values):9.1f}")


def extremes(samples: Sequence[tuple[bool, Sample]]) -> tuple[Sample, Sample]:
    """Of each figure the least at rest and the most at any moment."""
    rest = [one for quiet, one in samples if quiet]
    names = {name for _, one in samples for name in one}
    least = {name: min((one.get(name, 0.0) for one in rest), default=math.nan) for name in names}
    return least, {name: max(one.get(name, 0.0) for _, one in samples) for name in names}


def main(wanted: float, folder: Path) -> None:
    trace = folder / "trace.json"
    desk = Desk(
        folder, settings={"INGEST_FETCH__PER_HOST": "4", "INGEST_EXTRACT__WORKERS": "2"},
        module=("tests.daemon.traced", trace),
    )  # fmt: skip
    rounds: list[tuple[float, Sample, Sample]] = []
    with Web() as web:
        houses = [House(web.site(), number) for number in range(HOSTS)]
        configure(desk, [house.site.put("/rss.xml", press.rss([])) for house in houses], interval=1)
        begun, due = time.monotonic(), 0.0
        with watching(desk, "-q", tick=TICK) as watch:
            while not watch.ready() or not trace.exists():
                time.sleep(EVERY)
            while due < wanted:
                due += HOSTS * (NEW + (CHANGED if rounds else 0))
                rounds.append((due, *extremes(list(one_round(watch, houses, trace, due)))))
                web.forget()
                _, rest, most = rounds[-1]
                shown = ("MB", "MB own", "sqlite", "heap", "descriptors", "threads", "MB others")
                told = "  ".join(f"{name} {rest[name]:.1f}-{most[name]:.1f}" for name in shown)
                print(f"{time.monotonic() - begun:5.0f} s {due:6.0f} pages  {told}", flush=True)
            ticks = watch.figures()["newsfold_ticks_total"]
            print(
                f"{ticks:.0f} ticks; stopped in {watch.end():.1f} s with {watch.codes[0]}; laws broken: {desk.laws()}"
            )
    tell(rounds)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(float(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(float(sys.argv[1]) if len(sys.argv) > 1 else 20_000.0, Path(scratch))
