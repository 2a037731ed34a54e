"""`feeds test` on files by its short way: the same lines as by the usual one, and only where that is certain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cli.feedrows import Reading, as_line, as_row
from ingest.cli.limits import Limits, at_a_glance
from ingest.cli.output import to_json
from ingest.cli.quick import feeds_test
from ingest.model import Item, ParsedFeed
from ingest.settings import load

ROOT = Path(__file__).parents[2]
GOOD = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Hafenbote</title>
<language>de</language><item><title>Fähre \u201eMöwe\u201c legt an</title><link>https://hafenbote.example/1</link><guid>hb-1</guid>
<pubDate>Mon, 02 Mar 2026 07:05:00 +0100</pubDate><description>Ein &lt;b&gt;Satz&lt;/b&gt;.</description></item>
<item><title>Kran\u200b \x85 geliefert</title><guid isPermaLink="false">hb-2</guid></item></channel></rss>"""


def call(*args: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, as it is installed."""
    return subprocess.run(
        [sys.executable, "-m", "ingest", *args], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(cwd / "none"), **(env or {})},
    )  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a feed, a page and nothing else."""
    (tmp_path / "good.xml").write_text(GOOD, "utf-8")
    (tmp_path / "page.html").write_text("<html><head><title>x</title></head></html>", "utf-8")
    return tmp_path


def test_both_ways_print_the_same(files: Path) -> None:
    """The short way and the usual one give the same lines and the same exit code."""
    args = ("feeds", "test", "good.xml", "page.html", "missing.xml", "--json")
    short, usual = call(*args, cwd=files), call("-v", *args, cwd=files)
    assert short.returncode == usual.returncode == 3
    rows = [[json.loads(line) | {"ms": 0} for line in ended.stdout.splitlines()] for ended in (short, usual)]
    assert rows[0] == rows[1]
    assert [row["error"] for row in rows[0]] == [None, "not-a-feed", "unreadable"]
    assert len(rows[0][0]["entries"]) == 2


def test_short_way_loads_no_more_than_it_needs(files: Path) -> None:
    """Neither the machinery of the command line nor settings, lxml, numpy or what makes dataclasses are loaded for a
    well-formed feed, also where characters in it have to be escaped."""
    code = (
        "import os, sys; from ingest.cli import main\n"
        "os._exit = lambda code: print(*sorted(sys.modules), sep='\\n', file=sys.stderr)\n"
        "sys.argv[1:] = ['feeds', 'test', 'good.xml', '--json']\n"
        "from ingest.cli.quick import feeds_test; feeds_test(sys.argv[1:]); os._exit(0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=files, capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    loaded = set(ended.stderr.split())
    assert "ingest.feeds.gate" in loaded
    assert not loaded & {
        "click",
        "dataclasses",
        "inspect",
        "msgspec",
        "tomllib",
        "lxml.etree",
        "numpy",
        "sqlite3",
        "httpx",
        "feedparser",
    }


@pytest.mark.parametrize("args", [
    [], ["run"], ["feeds", "list", "--json"], ["feeds", "test", "--json"], ["feeds", "test", "a.xml"],
    ["feeds", "test", "a.xml", "--json", "-v"], ["feeds", "test", "https://hafenbote.example/feed", "--json"],
    ["feeds", "test", "--all", "--json"], ["feeds", "test", "a.xml.gz", "--json"],
    ["-q", "feeds", "test", "a", "--json"],
])  # fmt: skip
def test_anything_else_goes_the_usual_way(args: list[str]) -> None:
    """Whatever is said beyond files and --json is left to the command line proper, untouched."""
    assert feeds_test(args) is None


SETTINGS = {
    "nothing": "",
    "all three": "[fetch]\nmax_feed_bytes = 1_000 # bytes\nmax_items=7\n[extract]\ntimeout = 2.5\n",
    "others beside": "[topic]\nterms = [\n [ # who\n 'b' ],\n]\n[fetch]\ntimeout = 3.0\nmax_items = 12\n",
    "a list of tables": '[[feeds]]\nurl = "https://hafenbote.example/max_items"\n[fetch]\nmax_items = 3\n',
    "a comment": "# max_items = 3\n[fetch]\n  # max_items = 4\n",
    "an inline table": "fetch = { max_items = 5 }\n",
    "a dotted key": "fetch.max_items = 5\n",
    "a quoted key": '[fetch]\n"max_items" = 5\n',
    "an escaped key": '[fetch]\n"max\\u005fitems" = 5\n',
    "a text of several lines": '[topic]\nname = """\n[fetch]\nmax_items = 5\n"""\n',
    "a list inside": "[fetch]\nrecheck = [\n900,\n3600]\nmax_items = 6\n",
    "a name in a list": "[fetch]\nallow_private = [\n]\nmax_items = 8\n[store]\n",
}


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
def test_limits_at_a_glance_are_those_of_the_settings(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A glance at the file gives what reading it gives, or nothing."""
    (tmp_path / "config.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    seen = at_a_glance({})
    if seen is not None:
        known = load(None, environ={}, cwd=tmp_path).config
        assert seen == Limits(known.fetch.max_feed_bytes, known.fetch.max_items, known.extract.timeout)


def test_shipped_settings_are_understood_at_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings as they are shipped need not be read in full, and their limits are the built-in ones."""
    monkeypatch.chdir(ROOT)
    known = load(None, environ={}, cwd=ROOT).config
    assert at_a_glance({}) == Limits(known.fetch.max_feed_bytes, known.fetch.max_items, known.extract.timeout)
    assert at_a_glance({"INGEST_FETCH__MAX_ITEMS": "3"}) is None


def test_folder_of_the_platform_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings in the user's folder count where the working folder has none."""
    (tmp_path / "newsfold").mkdir()
    (tmp_path / "newsfold" / "config.toml").write_text("[fetch]\nmax_items = 2\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    seen = at_a_glance(os.environ)
    assert seen is not None
    assert seen.max_items == load(None, environ={}, cwd=tmp_path).config.fetch.max_items == 2


def test_limit_of_bytes_and_items_is_kept(files: Path) -> None:
    """The short way takes no more of a file than the settings allow."""
    (files / "config.toml").write_text("[fetch]\nmax_items = 1\n", "utf-8")
    row = json.loads(call("feeds", "test", "good.xml", "--json", cwd=files).stdout)
    assert len(row["entries"]) == 1


@settings(deadline=None)  # a busy machine takes its time
@given(
    title=st.text(max_size=40) | st.text(st.characters(max_codepoint=127), max_size=40),
    guid=st.none() | st.text(max_size=20),
    moment=st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)),
)
def test_line_is_the_row_as_json(title: str, guid: str | None, moment: datetime | None) -> None:
    """A line holds what the row holds, escaped as everywhere, whatever characters and times a feed brought."""
    title = title.encode("utf-8", "replace").decode()
    items = (Item(url=None, guid=guid, title=title, published=moment),)
    feed = ParsedFeed(format="rss", title=title, language=None, home=None, items=items)
    one = Reading("a.xml", feed, None, None, 0.5)
    line = as_line(one).decode()
    assert json.loads(line) == json.loads(to_json(as_row(one)))
    assert line.count("\n") == 1
    assert to_json(json.loads(line)) == to_json(as_row(one))
    assert not any(char in line[:-1] for char in "\x7f\x85\u200b\u202e\ufeff\u061c")


def test_an_end_without_tidying_up_loses_nothing(files: Path) -> None:
    """What was written arrives, also into a full or closed pipe's file, and exit codes are those of the command."""
    assert call("--version", cwd=files).stdout.startswith("newsfold ")
    assert call("stories", cwd=files).returncode == call("stories", "-v", cwd=files).returncode
    assert call("feeds", "test", "missing.xml", "--json", cwd=files).returncode == 3
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "ingest", "--help"], cwd=files, check=False, text=True,
            stdout=full, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
