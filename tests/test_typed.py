"""Named tuples without `typing`, and the command that is to start without it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from ingest.items import Item
from ingest.typed import NamedTuple

# Modules that take a millisecond and more to import, and that a plain feed needs none of.
DEAR = {
    "typing",
    "dataclasses",
    "urllib.parse",
    "ipaddress",
    "datetime",
    "signal",
    "json",
    "contextlib",
    "click",
    "lxml",
}


class Outlet(NamedTuple):
    """Who publishes."""

    name: str
    domain: str = "kranstadt.example"


def test_named_tuples_are_as_those_of_typing() -> None:
    """Fields in order, defaults, docstring, module and annotations; they can be pickled."""
    outlet = Outlet("Kranbote")
    assert outlet == ("Kranbote", "kranstadt.example")
    assert outlet._replace(domain="moor.example") == Outlet("Kranbote", "moor.example")
    assert (Outlet.__doc__, Outlet.__module__, Outlet.__name__) == ("Who publishes.", __name__, "Outlet")
    assert Outlet.__annotations__ == {"name": "str", "domain": "str"}
    item = Item("https://kranstadt.example/a", None, "Kran")
    assert pickle.loads(pickle.dumps(item)) == item  # noqa: S301  our own bytes


def test_a_plain_feed_is_read_without_dear_modules(tmp_path: Path) -> None:
    """What was taken out of the start of `ingest feeds test` stays out."""
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss><channel><title>Kranbote</title><item><title>Kran &amp; Moor</title>"
        "<link>https://kranstadt.example/a</link><pubDate>Mon, 02 Mar 2026 07:05:00 +0100</pubDate>"
        "</item></channel></rss>"
    )
    command = [sys.executable, "-X", "importtime", "-m", "ingest", "feeds", "test", str(feed), "--json"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("INGEST_")}
    env |= {"PYTHONPATH": str(Path(__file__).parents[1]), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=env)
    assert '"published":"2026-03-02T06:05:00Z"' in done.stdout
    loaded = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    ours = set(loaded[loaded.index("ingest") :])  # what Python loads by itself differs from place to place
    assert "ingest.feeds.rss" in ours
    assert not ours & DEAR
