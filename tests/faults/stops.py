"""Runs that are told to stop at any moment, over a small web of which one host hangs."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path
from typing import Any

from store.errors import StoreUnusable
from tests.e2e import press
from tests.e2e.conftest import Desk, kill_group, members
from tests.e2e.web import Web
from tests.faults.together import hears_sigterm

# Seconds within which a run must end.
LONGEST = 10.0


def stops(folder: Path, cycles: int, seed: int) -> dict[str, Any]:
    """SIGTERM or SIGINT at a random moment of a run: seconds to its end, how it ended, and what it left behind."""
    begun, chance = time.monotonic(), random.Random(seed)  # noqa: S311 -- moments, not secrets
    took: list[float] = []
    wrong: list[str] = []
    with Web() as web:
        feeds = [web.site().put("/haengt.xml", delay=600)]
        for house in range(3):
            site = web.site()
            told = [press.story(9000 + 20 * house + n) for n in range(20)]
            links = [site.put(f"/n/{n}", press.page(one), delay=0.05) for n, one in enumerate(told)]
            links.append(site.put("/n/haengt", delay=600))
            feeds.append(
                site.put("/rss.xml", press.rss(list(zip(links, [*told, press.story(9990 + house)], strict=True))))
            )
        for number in range(cycles):
            desk = Desk(folder / str(number), {"INGEST_FETCH__TIMEOUT": "60", "INGEST_FETCH__ROBOTS": "false"})
            desk.folder.mkdir()
            process = desk.start(*desk.asking(feeds))
            while not hears_sigterm(process.pid):
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 3.0))
            told_to = signal.SIGINT if number % 4 == 0 else signal.SIGTERM
            asked = time.monotonic()
            process.send_signal(told_to)
            done = desk.end(process)
            took.append(time.monotonic() - asked)
            if done.code != (130 if told_to == signal.SIGINT else 0):
                wrong.append(f"exit {done.code}: {done.err}")
            if took[-1] > LONGEST:
                wrong.append(f"{took[-1]:.1f} s")
            try:
                wrong += desk.laws()
            except StoreUnusable as exc:
                wrong.append(str(exc))
            time.sleep(0.3)
            if members(process.pid):
                wrong.append("processes are left")
                kill_group(process)
    took.sort()
    p50, p99 = (round(took[min(cycles - 1, int(cycles * share))], 2) for share in (0.5, 0.99))
    return {"cycles": cycles, "wrong": wrong, "p50": p50, "p99": p99, "seconds": round(time.monotonic() - begun, 1)}
