"""The newsroom: every outlet of the script at a port of its own, the settings that follow it, and the truth."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from ingest.demo.feeds import KINDS, PATHS, Listed, feed
from ingest.demo.pages import page
from ingest.demo.script import Outlet, Publication, Script, load
from ingest.demo.server import ADDRESS, Answer, Server

# After what time the page with two states says that it was changed: well between the two rounds.
CHANGED: Final = timedelta(hours=1)
# The settings that differ from the defaults, each with its reason; the rest is written by `settings`.
_SETTINGS: Final = """\
# Settings of a demo newsroom. It answered only while the demo ran; what was kept can be read as long as you like:
#   ingest -C config.toml stories

[fetch]
# Loopback alone, and no waiting between two requests: the outlets are our own.
allow_private = ["{address}/32"]
spacing = 0.0

[extract]
# One process: to warm up a second one costs more than reading thirty pages (5.9 s against 7.0 s, median of three runs
# on two busy cores).
workers = 1

[store]
url = "sqlite:///newsfold.db"
synchronous = "NORMAL"
# A few hundred kilobytes are written; a small temporary folder must do.
min_free_mb = 10

[topic]
name = {name}
terms = {terms}
within = 60

"""


class Newsroom:
    """All outlets on loopback. A context manager; `publish` puts a round's pages up, `now` is the demo's present."""

    def __init__(self, now: datetime, script: Script | None = None) -> None:
        self.script = script or load()
        self._now = now
        self._servers: dict[str, Server] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            for outlet in self.script.outlets:
                server = Server()
                opened.callback(server.close)
                self._servers[outlet.name] = server
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def publish(self, *, second: bool) -> None:
        """Put up the pages and feeds of the first or the second round."""
        for outlet in self.script.outlets:
            self._servers[outlet.name].publish(self._answers(outlet, second=second))

    def url(self, one: Publication) -> str:
        """The address of a page."""
        return self._servers[one.sheet.outlet].home.rstrip("/") + one.sheet.path

    def address(self, name: str) -> str:
        """The address of the page with this id in the script."""
        return next(self.url(one) for one in self.script.publications if one.sheet.id == name)

    def feed_url(self, outlet: Outlet) -> str:
        return self._servers[outlet.name].home.rstrip("/") + PATHS[outlet.feed]

    def settings(self) -> str:
        """The settings that follow this newsroom, as a file."""
        topic = self.script.topic
        text = _SETTINGS.format(address=ADDRESS, name=_toml(topic.name), terms=_toml(topic.terms))
        for outlet in self.script.outlets:
            text += f"[[feeds]]\nurl = {_toml(self.feed_url(outlet))}\noutlet = {_toml(outlet.name)}\n\n"
        for outlet in self.script.outlets:
            if outlet.kind != "publisher":
                host = _toml([urlsplit(self._servers[outlet.name].home).netloc])
                text += f"[[outlets]]\nname = {_toml(outlet.name)}\nhosts = {host}\nkind = {_toml(outlet.kind)}\n\n"
        return text

    def stories(self) -> set[frozenset[str]]:
        """The truth: addresses that belong to one story."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self.script.publications:
            if one.sheet.story is not None:
                found[one.sheet.story].add(self.url(one))
        return {frozenset(urls) for urls in found.values()}

    def refusals(self) -> dict[str, str]:
        """The truth: addresses that are not kept, and why."""
        return {self.url(one): one.sheet.refused for one in self.script.publications if one.sheet.refused is not None}

    def _answers(self, outlet: Outlet, *, second: bool) -> dict[str, Answer]:
        """What an outlet's server says in a round."""
        answers: dict[str, Answer] = {}
        listed: list[Listed] = []
        for one in self.script.of(outlet.name):
            state = one.shown(second)
            if state is None:
                continue
            published = self._now - timedelta(hours=one.sheet.hours)
            url = self.url(one)
            html = page(one, state, url=url, published=published)
            answers[one.sheet.path] = Answer(html.encode("utf-8"), "text/html")
            changed = self._now - CHANGED if state is not one.states[0] else None
            text = state.paragraphs[0] if one.sheet.story else state.title
            listed.append(Listed(url=url, title=state.title, text=text, published=published, updated=changed))
        home = self._servers[outlet.name].home
        answers[PATHS[outlet.feed]] = Answer(feed(outlet, home, listed), KINDS[outlet.feed])
        return answers


def _toml(value: str | list[str] | list[list[str]]) -> str:
    """Strings and lists of them are written in TOML as in JSON."""
    return json.dumps(value, ensure_ascii=False)
