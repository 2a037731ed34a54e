"""Settings as types: read once, refused early, passed down.

Every key has its unit in its name or its comment and its reason beside it. `load()` finds and checks the file.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: frozen, keyword-only, unknown keys refused."""


class Topic(Section):
    """`[topic]`: what a text must say to be kept."""

    name: str = ""
    # Groups of words, phrases or `*` wildcards; a text is on the topic when every group is hit.
    terms: list[list[str]] = []
    # False keeps everything and only records the verdict.
    filter: bool = True


class Feed(Section):
    """`[[feeds]]`: one feed to poll."""

    url: str
    title: str | None = None
    outlet: str | None = None
    language: str | None = None
    enabled: bool = True
    # Seconds between two polls; None lets the schedule decide.
    interval: int | None = None


class Search(Section):
    """`[[searches]]`: a keyword-search feed; `{query}` in the URL is replaced by the quoted query."""

    url: str
    queries: list[str]
    title: str | None = None
    enabled: bool = True
    interval: int | None = None


class Outlet(Section):
    """`[[outlets]]`: who publishes."""

    name: str
    hosts: list[str]
    owner: str | None = None
    kind: Literal["publisher", "agency", "aggregator", "press-release"] = "publisher"


class Fetch(Section):
    """`[fetch]`: manners on the network."""

    # Sent as `newsfold/VERSION (+CONTACT)`; whoever runs a site must be able to reach whoever runs this.
    contact: str | None = None
    user_agent: str | None = None
    # Seconds for one request in all, redirects included. httpx's own time-outs are per read: one byte a second passes.
    timeout: float = 20.0
    connect_timeout: float = 5.0
    # 15 MiB: the largest real article page we hold is 1.1 MiB, the largest real feed 4 MiB.
    max_page_bytes: int = 15 * 2**20
    max_feed_bytes: int = 15 * 2**20
    max_redirects: int = 5
    # Seconds between two requests to one host, and how many may be under way at once.
    spacing: float = 1.0
    per_host: int = 1
    # Network threads: they wait, they do not compute.
    threads: int = 16
    # Longest Retry-After or Crawl-delay taken at its word, seconds.
    max_retry_after: int = 86_400
    max_crawl_delay: float = 60.0
    # Seconds a run waits for one host's Retry-After before it leaves the rest to the next run.
    patience: float = 15.0
    robots: bool = True
    # Private networks that may be asked, CIDR; none by default.
    allow_private: list[str] = []
    # Seconds between two polls of one feed when nothing else decides.
    interval: int = 1800
    # Entries taken from one feed in one poll.
    max_items: int = 1000
    # Seconds for a whole run; what is not fetched by then is deferred to the next.
    deadline: int = 3600


class Extract(Section):
    """`[extract]`: worker processes and what counts as an article."""

    # Two processes keep two cores busy; 0 means one per core.
    workers: int = 0
    # Wall and CPU seconds for one page.
    timeout: float = 15.0
    # Address space of one worker, MiB. A worker holds about 200 MB resident.
    memory_mb: int = 2048
    # Words below which a page is no article.
    min_words: int = 40


class Dedupe(Section):
    """`[dedupe]`: thresholds of the same-story decision; see docs/design.md for the measurement behind each."""

    # Weighted containment from which two texts share a lineage.
    containment: float = 0.55


class Seeds(Section):
    """`[seeds]`: reference articles given before the first run."""

    paths: list[str] = []


class Store(Section):
    """`[store]`: where everything is kept."""

    url: str = "sqlite:///newsfold.db"
    # FULL survives power loss; NORMAL survives only a killed process.
    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    # Free disk below which a run pauses, MiB.
    min_free_mb: int = 200


class Daemon(Section):
    """`[daemon]`: the clock around the run."""

    # Seconds between two looks at what is due.
    tick: float = 10.0


class Log(Section):
    """`[log]`."""

    format: Literal["human", "json"] = "human"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Config(Section):
    """The whole file."""

    topic: Topic = Topic()
    feeds: list[Feed] = []
    searches: list[Search] = []
    outlets: list[Outlet] = []
    fetch: Fetch = Fetch()
    extract: Extract = Extract()
    dedupe: Dedupe = Dedupe()
    seeds: Seeds = Seeds()
    store: Store = Store()
    daemon: Daemon = Daemon()
    log: Log = Log()
