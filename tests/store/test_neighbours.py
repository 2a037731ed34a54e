"""Several stores open on one file in one process, as in a daemon, and other processes beside them."""

from __future__ import annotations

from pathlib import Path

from store import open_store
from store.model import FeedSpec
from tests.store.news import NOW
from tests.store.processes import run

ADD = """
from store.model import FeedSpec
store.add_feeds([FeedSpec(url=sys.argv[2], origin="added")], now=NOW)
store.close()
"""


def test_opening_a_file_again_keeps_the_locks_on_it(tmp_path: Path) -> None:
    """A process that opens and closes its store time and again, while it holds it open, sees what others write, and
    they see what it writes. (POSIX drops all of a process's locks on a file when it closes any descriptor of it.)"""
    path = tmp_path / "news.db"
    held = open_store(f"sqlite:///{path}")
    held.feeds()
    for turn in range(3):
        run(ADD, path, f"http://other.example/{turn}")
        again = open_store(f"sqlite:///{path}")
        again.add_feeds([FeedSpec(url=f"http://own.example/{turn}", origin="added")], now=NOW)
        again.close()
    expected = {f"http://{who}.example/{turn}" for who in ("own", "other") for turn in range(3)}
    assert {feed.url for feed in held.feeds()} == expected
    held.close()
    fresh = open_store(f"sqlite:///{path}", read_only=True)
    assert ({feed.url for feed in fresh.feeds()}, fresh.check()) == (expected, [])
    fresh.close()
