"""A disk that fills up: the run ends with the reason, what was stored stays, and the next run completes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB; skips where it cannot be mounted."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not possible here: {done.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_ends_the_run_and_loses_nothing(web: Web, desk: Desk, small_disk: Path) -> None:
    """Exit 5 in three lines; the store can be read and its laws hold; with room again the next run completes."""
    site = web.site()
    first = press.story(8000)
    feed = site.put("/rss.xml", press.rss([(site.put("/n/artikel-a", press.page(first)), first)]))
    desk.folder = small_disk
    desk.settings["INGEST_STORE__MIN_FREE_MB"] = "0"
    assert desk.run([feed]).items == {"seen": 1, "new": 1}

    told = [press.story(8001 + n, paragraphs=30) for n in range(40)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))
    ballast = small_disk / "ballast"
    free = shutil.disk_usage(small_disk).free
    ballast.write_bytes(b"x" * max(free - 150_000, 0))
    full = desk.run([feed])
    assert full.code == 5
    assert "full" in full.error()[0] or "disk" in full.error()[0]
    before = set(desk.articles())
    assert site.url("/n/artikel-a") in before
    assert desk.laws() == []

    # Below the floor nothing is even asked.
    web.forget()
    floor = desk.run([feed], INGEST_STORE__MIN_FREE_MB="50")
    assert floor.code == 5
    assert [line.split(": ")[0] for line in floor.error()] == ["error", "why", "fix"]
    assert "below 50 MiB" in floor.error()[1]
    assert web.log == []
    assert desk.call("stories").code == 0

    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    ballast.unlink()
    rest = desk.run([feed])
    assert rest.code == 0
    assert before < set(desk.articles())
    assert len(desk.articles()) == 41
    assert desk.laws() == []
