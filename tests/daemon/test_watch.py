"""The daemon as others see it: its health, its figures, its settings, its pauses."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.conftest import configure, printed, watching
from tests.e2e.conftest import Desk, until
from tests.e2e.web import Web


def test_a_daemon_tells_how_it_is_and_reads_its_settings_anew(web: Web, desk: Desk) -> None:
    """Ready after the first tick, counts that add up, ticks that cost next to nothing; SIGHUP brings in a feed, and
    settings that do not fit are refused while the old ones stay."""
    site = web.site()
    first = printed(site, 9000)
    quiet = [printed(site, 9001, f"/still-{n}.xml") for n in range(39)]
    configure(desk, [first, *quiet], interval=3600)
    with watching(desk) as watch:
        until(watch.ready, 100)
        assert watch.ask("/livez") == (200, "alive\n")
        until(lambda: watch.figures().get("newsfold_cycles_total done") == 1, 100)
        counted = watch.figures()
        assert counted["newsfold_feeds_total ok"] == 40
        assert counted["newsfold_items_total new"] == 2
        assert counted["newsfold_items_total duplicate_url"] == 38
        assert counted["newsfold_stories_total new"] == 2
        assert counted["newsfold_stage_seconds_total extract"] > 0
        assert counted["newsfold_store_bytes"] > 8192
        assert time.time() - counted["newsfold_last_cycle_timestamp_seconds"] < 600
        assert counted["newsfold_ready"] == 1
        until(lambda: watch.events("cycle", "done"))
        [cycle] = watch.events("cycle", "done")
        assert (cycle["feeds"], cycle["feeds_failed"], cycle["new"]) == (40, 0, 2)

        before = watch.figures()
        until(lambda: watch.figures()["newsfold_ticks_total"] > before["newsfold_ticks_total"], 100)

        (desk.folder / "config.toml").write_text('[topic]\nnames = "x"\n', encoding="utf-8")
        watch.process.send_signal(signal.SIGHUP)
        until(lambda: watch.events("settings", "refused"))
        [refused] = watch.events("settings", "refused")
        assert "names" in refused["why"]
        added = printed(site, 9002, "/neu.xml")
        configure(desk, [first, added], interval=3600)
        watch.process.send_signal(signal.SIGHUP)
        until(lambda: web.asked(added))
        until(lambda: watch.events("settings", "reloaded"))
        assert watch.events("settings", "reloaded")[0]["feeds"] == 2
        assert watch.end() < 90
        assert watch.codes == [0]
    assert len(web.asked(first)) == 1
    assert desk.laws() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB; skips where it cannot be mounted."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not possible here: {done.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_daemon_pauses_below_the_floor_and_goes_on(web: Web, desk: Desk, small_disk: Path) -> None:
    """Without room it lives, is not ready, says so once and asks nobody; with room it is ready again and works."""
    feed = printed(web.site(), 9010)
    desk.folder = small_disk
    configure(desk, [feed], interval=3600)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 12 * 2**20)
    with watching(desk, INGEST_STORE__MIN_FREE_MB="8") as watch:
        until(lambda: "nearly full" in watch.ask("/readyz")[1], 100)
        ticks = watch.figures()["newsfold_ticks_total"]
        until(lambda: watch.figures()["newsfold_ticks_total"] >= ticks + 4)
        assert watch.ask("/readyz")[0] == 503
        assert watch.ask("/livez")[0] == 200
        assert len(watch.events("cycle", "postponed")) == 1
        assert not web.asked(feed)
        ballast.unlink()
        until(lambda: watch.events("cycle", "done"))
        until(watch.ready)  # the tick ends after its cycle
        until(lambda: watch.events("cycle", "resumed"))
        assert len(desk.articles()) == 1
        ballast.write_bytes(b"x" * 12 * 2**20)
        until(lambda: watch.ask("/readyz")[0] == 503)
        assert watch.end() < 90
        assert watch.codes == [0]


def test_a_store_that_is_broken_ends_the_daemon(web: Web, desk: Desk) -> None:
    """What no waiting mends ends it with the store's exit code and three lines."""
    feed = printed(web.site(), 9020)
    configure(desk, [feed], interval=1)
    with watching(desk) as watch:
        until(watch.ready, 100)
        until(lambda: watch.events("cycle", "done"))
        wrong = desk.folder / "wrong"
        wrong.write_bytes(b"no database at all, " * 1000)
        desk.file.with_name("news.db-wal").unlink(missing_ok=True)  # it holds every page, and would mend the file
        wrong.replace(desk.file)
        until(lambda: watch.process.poll() is not None, 100)
        assert watch.process.returncode == 5
        until(lambda: any(line.startswith("fix: ") for line in watch.said))
    assert [line.split(": ")[0] for line in watch.said if not line.startswith("{")][-3:] == ["error", "why", "fix"]
