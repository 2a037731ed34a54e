"""Settings as types: read once, refused early, passed down.

Every key has its unit in its name or its comment and its reason beside it. `ingest.settings.load()` finds the file,
reads it and refuses what does not fit.
"""

from __future__ import annotations

import msgspec

from ingest.config.dedupe import PRESETS, Dedupe
from ingest.config.followed import Feed, Outlet, Search, Topic
from ingest.config.keeping import Daemon, Log, Seeds, Store
from ingest.config.kinds import Section
from ingest.config.reading import Extract, Fetch

__all__ = ["PRESETS", "Config", "Daemon", "Dedupe", "Extract", "Feed", "Fetch", "Log", "Outlet", "Search", "Section",
           "Seeds", "Store", "Topic"]  # fmt: skip


class Config(Section, frozen=True):
    """The whole file."""

    topic: Topic = Topic()
    feeds: list[Feed] = msgspec.field(default_factory=list)
    searches: list[Search] = msgspec.field(default_factory=list)
    outlets: list[Outlet] = msgspec.field(default_factory=list)
    fetch: Fetch = Fetch()
    extract: Extract = Extract()
    dedupe: Dedupe = Dedupe()
    seeds: Seeds = Seeds()
    store: Store = Store()
    daemon: Daemon = Daemon()
    log: Log = Log()
