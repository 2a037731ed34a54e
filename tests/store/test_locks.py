"""Several processes over one store: who may run, who may write, and what a killed one leaves behind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from store.errors import StoreBusy
from tests.store.conftest import Opener
from tests.store.news import save
from tests.store.processes import run, start

A = "https://auebote.example/flut"


def test_second_cycle_is_refused_and_told_who_holds_it(opener: Opener, path: Path) -> None:
    """While one process runs a cycle, another is refused with its name; afterwards it may."""
    store = opener()
    program = "with store.cycle(wait=1, holder='ingest daemon'):\n print('held', flush=True); input()"
    with start(program, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StoreBusy) as refused, store.cycle(wait=0.1, holder="ingest run"):
            pass
        assert f"ingest daemon (process {process.pid}, since " in refused.value.why
        assert refused.value.exit_code == 75
        save(store, A)  # an analyst's word gets through meanwhile
        process.communicate("\n", timeout=20)
    with store.cycle(wait=0.1, holder="ingest run"):
        pass


def test_killed_cycle_leaves_no_lock(opener: Opener, path: Path) -> None:
    """The kernel drops the lock of a killed process."""
    store = opener()
    with start("with store.cycle(wait=1, holder='x'):\n print('held', flush=True); input()", path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    with store.cycle(wait=0.1, holder="ingest run"):
        pass


def test_writer_waits_then_gives_up(opener: Opener, path: Path) -> None:
    """A write waits for another process's transaction, and no longer than allowed; reading goes on."""
    store = opener(wait=0.1)
    with start("with store.placing() as place:\n print('held', flush=True); input()", path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(StoreBusy, match="busy"):
            save(store, A)
        assert list(store.articles()) == []
        process.communicate("\n", timeout=20)
    save(store, A)


def read_missing_page() -> datetime:
    raise FileNotFoundError(2, "no such page")


def test_a_callers_failure_is_not_the_stores(opener: Opener) -> None:
    """What fails in a transaction or a cycle, and is not the store's doing, is raised as it is; nothing is written."""
    store = opener()
    with pytest.raises(FileNotFoundError), store.placing() as placing:
        placing.add_story(at=read_missing_page())
    with pytest.raises(PermissionError), store.cycle(wait=1, holder="ingest run"):
        raise PermissionError(13, "not ours")
    assert store.stats()["stories"] == 0


WRITE = """
for number in range(10_000):
    with store.placing() as place:
        first = put(place, f"https://auebote.example/{number}", f"Pegel {number} in Tannwerder")
        put(place, f"https://kurier.example/{number}", f"Stand {number} in Nieder-Erlau", story=first.story)
    print(number, flush=True)
"""


@pytest.mark.parametrize("commits", [1, 7, 40])
def test_killed_writer_loses_nothing_reported(opener: Opener, path: Path, commits: int) -> None:
    """After kill -9 what was reported as stored is there, whole, and the next start needs no repair."""
    opener().close()
    with start(WRITE, path) as process:
        assert process.stdout is not None
        for _ in range(commits):
            process.stdout.readline()
        process.kill()
        reported = commits + len(process.stdout.readlines())
    store = opener()
    assert store.check() == []
    assert len(list(store.articles())) >= 2 * reported
    assert len(list(store.articles())) % 2 == 0
    save(store, A)


def test_many_may_make_the_store_at_once(path: Path) -> None:
    """Processes that start together over no store end up with one good store."""
    program = "save(store, 'https://a.example/' + sys.argv[2], 'Text ' + sys.argv[2]); print(store.check())"
    processes = [start(program, path, str(number)) for number in range(3)]
    for process in processes:
        with process:
            out, err = process.communicate(timeout=60)
        assert (out, err) == ("[]\n", "")
    assert run("print(len(list(store.articles())))", path) == "3\n"
