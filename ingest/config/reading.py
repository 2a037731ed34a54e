"""How pages and feeds are asked for and read."""

from __future__ import annotations

from typing import Annotated

import msgspec

from ingest.config.kinds import LARGEST, Count, CountOrZero, NotNegative, Positive, Seconds, Section


class Fetch(Section, frozen=True):
    """`[fetch]`: manners on the network."""

    # Sent as `newsfold/VERSION (+CONTACT)`; whoever runs a site must be able to reach whoever runs this.
    contact: str | None = None
    # The whole User-Agent, instead of the one made of the contact.
    user_agent: str | None = None
    # Seconds for one request in all, redirects included. httpx's own time-outs are per read: one byte a second passes.
    timeout: Positive = 20.0
    # Seconds until a connection stands.
    connect_timeout: Positive = 5.0
    # 15 MiB: the largest real article page we hold is 1.1 MiB, the largest real feed 4 MiB.
    max_page_bytes: Count = 15 * 2**20
    # 15 MiB likewise, for one feed.
    max_feed_bytes: Count = 15 * 2**20
    # Redirects followed for one request; real pages take one or two, more is a loop.
    max_redirects: CountOrZero = 5
    # Seconds between two requests to one host.
    spacing: NotNegative = 1.0
    # Requests under way to one host at once.
    per_host: Count = 1
    # Requests under way to one network address at once, whatever the hosts there, and spaced as so many hosts would be:
    # hundreds of small sites are one machine.
    per_address: Count = 4
    # Network threads: they wait, they do not compute.
    threads: Count = 16
    # Longest Retry-After taken at its word, seconds.
    max_retry_after: Seconds = 86_400
    # Longest Crawl-delay of a robots.txt taken at its word, seconds.
    max_crawl_delay: NotNegative = 60.0
    # Seconds a run waits for one host's Retry-After before it leaves the rest to the next run.
    patience: NotNegative = 15.0
    # Obey robots.txt.
    robots: bool = True
    # Private networks that may be asked, CIDR; none by default.
    allow_private: list[str] = msgspec.field(default_factory=list)
    # Seconds between two polls of one feed while nothing is known of it; afterwards its own habit decides.
    interval: Seconds = 1800
    # Seconds between two polls at least: the busiest feeds bring something every few minutes.
    min_interval: Seconds = 300
    # Seconds between two polls at most, however silent a feed is or wishes to be left: a quarter of a day.
    max_interval: Seconds = 21_600
    # Entries taken from one feed in one poll.
    max_items: Count = 1000
    # Seconds for a whole run; what is not fetched by then is deferred to the next. A daemon's cycle begins nothing more
    # after five minutes.
    deadline: Seconds = 3600
    # Seconds between two looks at a stored article's page, rising: the largest that is not longer than the text has
    # stood unchanged, the first at least. So every quarter of an hour in the first hour, hourly up to 3 hours, every 3
    # hours for 3 days, every 3 days for a month, monthly for a year; newsrooms correct within hours. [] looks never.
    recheck: list[Seconds] = msgspec.field(default_factory=lambda: [900, 3600, 10_800, 259_200, 2_592_000])
    # Pages looked at again in one cycle at most, the longest due first.
    recheck_pages: Count = 2000
    # Seconds into a cycle after which no further page is looked at again; what is left stays due.
    recheck_seconds: Seconds = 300


class Extract(Section, frozen=True):
    """`[extract]`: worker processes and what counts as an article."""

    # Two processes keep two cores busy; 0 means one per core.
    workers: CountOrZero = 0
    # Seconds of processor time for one page; one that takes four times as long without using them is ended as well.
    timeout: Positive = 15.0
    # Address space of one worker, MiB. A worker holds about 200 MB resident.
    memory_mb: Annotated[int, msgspec.Meta(ge=512, le=LARGEST)] = 2048
    # Words below which a page is no article.
    min_words: CountOrZero = 40
    # Whether the text that a feed carries stands in for a page that may not be fetched or shows its text to nobody.
    feed_text: bool = True
