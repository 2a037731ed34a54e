"""Settings as types: read once, refused early, passed down.

Every key has its unit in its name or its comment and its reason beside it. `ingest.settings.load()` finds the file,
reads it and refuses what does not fit.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

# What a number must be; the words of the refusal come from these. A day bounds every float: TOML knows `inf`.
Positive = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
NotNegative = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=1)]
CountOrZero = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[int, msgspec.Meta(ge=1)]
# Of the day; -1 for none.
Hour = Annotated[int, msgspec.Meta(ge=-1, le=23)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: frozen, keyword-only, unknown keys refused."""


class Topic(Section, frozen=True):
    """`[topic]`: what a text must say to be kept."""

    # What the topic is called.
    name: str = ""
    # Groups of words, phrases or `*` wildcards; a text is on the topic when every group is hit.
    terms: list[list[str]] = []
    # Words within which the groups must meet (a hit in the title counts everywhere); 0 = anywhere in the text.
    # A round-up that names one thing at its top and another at its end is on neither topic.
    within: CountOrZero = 0
    # False keeps everything and only records the verdict.
    filter: bool = True


class Feed(Section, frozen=True):
    """`[[feeds]]`: one feed to poll."""

    # Address of the feed, http or https.
    url: str
    # Instead of what the feed calls itself.
    title: str | None = None
    # Who publishes, where the host does not say.
    outlet: str | None = None
    # Language of its entries where the feed says none or a wrong one: "de".
    language: str | None = None
    # False: known, but not polled.
    enabled: bool = True
    # Seconds between two polls; None lets the schedule decide.
    interval: Seconds | None = None


class Search(Section, frozen=True):
    """`[[searches]]`: a keyword search that answers as a feed, polled like one."""

    # Who is asked. template: the address in `url`; wordpress: the search of the site in `url`; the others need no
    # `url`. `ingest config check` tells what would be asked.
    kind: Literal["template", "gdelt", "google-news", "bing-news", "wordpress"] = "template"
    # For template: the address with `{query}` where the percent-encoded query belongs; for wordpress: the site.
    url: str | None = None
    # One feed for each of them. Without any, one query is made of topic.terms (not for template).
    queries: list[str] = []
    # What these feeds are called; else the query.
    title: str | None = None
    # Language of the reports that Google News is asked for: "de".
    language: str | None = None
    # False: known, but not polled.
    enabled: bool = True
    # Seconds between two polls; None lets the schedule decide.
    interval: Seconds | None = None


class Outlet(Section, frozen=True):
    """`[[outlets]]`: who publishes."""

    # What it is called in stories and exports.
    name: str
    # Its hosts; their subdomains belong to it too.
    hosts: list[str]
    # Outlets of one owner are no independent sources.
    owner: str | None = None
    # Whether it prints reports, sells them, only lists those of others, or sends releases. Not set: as is generally
    # known of the host, else publisher.
    kind: Literal["publisher", "agency", "aggregator", "press-release"] | None = None


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
    # Seconds between two requests to one host, and how many may be under way at once.
    spacing: NotNegative = 1.0
    # Requests under way to one host at once.
    per_host: Count = 1
    # Requests under way to one network address at once, whatever the hosts there, and spaced as so many hosts would be:
    # hundreds of small sites are one machine.
    per_address: Count = 4
    # Network threads: they wait, they do not compute.
    threads: Count = 16
    # Longest Retry-After or Crawl-delay taken at its word, seconds.
    max_retry_after: Seconds = 86_400
    # Longest Crawl-delay of a robots.txt taken at its word, seconds.
    max_crawl_delay: NotNegative = 60.0
    # Seconds a run waits for one host's Retry-After before it leaves the rest to the next run.
    patience: NotNegative = 15.0
    # Obey robots.txt.
    robots: bool = True
    # Private networks that may be asked, CIDR; none by default.
    allow_private: list[str] = []
    # Seconds between two polls of one feed while nothing is known of it; afterwards its own habit decides.
    interval: Seconds = 1800
    # Seconds between two polls at least: the busiest feeds bring something every few minutes.
    min_interval: Seconds = 300
    # Seconds between two polls at most, however silent a feed is or wishes to be left: a quarter of a day.
    max_interval: Seconds = 21_600
    # Entries taken from one feed in one poll.
    max_items: Count = 1000
    # Seconds for a whole run; what is not fetched by then is deferred to the next.
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
    memory_mb: Annotated[int, msgspec.Meta(ge=512)] = 2048
    # Words below which a page is no article.
    min_words: CountOrZero = 40
    # Whether the text that a feed carries stands in for a page that may not be fetched or shows its text to nobody.
    feed_text: bool = True


# What a preset changes in `[dedupe]`. `strict` would rather part two copies than join two stories, `loose` the other
# way round; docs/design.md has what each comes to.
PRESETS: Mapping[str, Mapping[str, float]] = {
    "strict": {"containment": 0.65, "passages_weight": 40.0, "passages_numbers": 0.80, "thin": 30.0, "dense": 0.05},
    "balanced": {},
    "loose": {"containment": 0.55, "passages_weight": 20.0, "passages": 0.40, "thin": 12.0, "numbers_below": 0.0},
}


class Dedupe(Section, frozen=True):
    """`[dedupe]`: thresholds of the same-story decision; shares are 0..1. docs/design.md has the measurements."""

    # Where `strict` and `loose` differ from `balanced`, the default: see PRESETS. A key that is set counts more.
    preset: Literal["strict", "balanced", "loose"] = "balanced"
    # Weighted containment from which two texts share a lineage where nothing speaks against it: on real wire copy more
    # than half of the pairs below are series, recycled background or two write-ups of one release.
    containment: Share = 0.60
    # Weighted containment from which texts are not read side by side any more: copies score so high, series of rare
    # words do not, and numbers are all that can still speak against it.
    sure: Share = 0.85
    # Weighted containment below which they are not read either: what is shared is less than a third of the shorter.
    weak: Share = 0.30
    # Weight of shared runs (a run that few articles contain weighs 1) below which the evidence is thin, however large
    # its share of a short text: 20 are a sentence, and two write-ups of one event share that much at most.
    thin: NotNegative = 20.0
    # Share of at least three numbers that must be the same where the evidence is thin.
    thin_numbers: Share = 0.80
    # Weighted containment below which one of the two beginnings must stand in the other: who follows up writes a new
    # one and recycles background below it.
    opening_below: Share = 0.75
    # Share of that beginning (its first 50 words).
    opening: Share = 0.30
    # Below `containment`, shared passages must show an edited copy. Both beginnings must be shared by this much:
    # below a lead of 28 words less is left, by who recycles background and by a notice above its site's footer;
    beginnings: Share = 0.45
    # this share of the shorter text must stand in passages: a copy that was cut and given a paragraph of another's own
    # keeps half, a round-up's entry a third,
    passages: Share = 0.45
    # and this of the longer one,
    passages_longer: Share = 0.20
    # they must be this whole: a copy desk changes every tenth word, another author every second,
    intact: Share = 0.78
    # weigh this much: two sentences,
    passages_weight: NotNegative = 30.0
    # and this share of the numbers in them must be the same.
    passages_numbers: Share = 0.60
    # Below this score half of the numbers in context must be shared.
    numbers_below: Share = 0.70
    # That share of the numbers in context.
    numbers_shared: Share = 0.50
    # At any score: with this many numbers, of which hardly any is shared, it is a template filled anew.
    series_numbers: CountOrZero = 4
    # Share of the numbers below which it is such a template.
    series_shared: Share = 0.20
    # A text of which this share of words are numbers (weather, lottery, results, prices) says with them what is new;
    # its numbers must be shared at any score, since the rest is the template.
    dense: Share = 0.06
    # Share of the numbers that must be shared then.
    dense_shared: Share = 0.60
    # Share of all numbers in shared passages that must be the same then, each as often as it stands there: a correction
    # changes one in ten, another day's results half of them.
    dense_kept: Share = 0.75
    # Two URLs of one outlet share furniture until enough articles are known to weigh it down.
    same_outlet: Share = 0.80
    # Texts of very unequal length: a short one lies inside a long one by chance more easily.
    length_ratio: Positive = 3.0
    # Weighted containment that texts of such unequal length need.
    length_containment: Share = 0.75
    # Words below which a text is so short that it must be nearly the same.
    short_words: CountOrZero = 40
    # Jaccard that such short texts need.
    short_jaccard: Share = 0.70
    # Texts of one story that are compared: its canonical, first and last, and others spread by content hash.
    per_story: Count = 12
    # Texts compared in all for one article.
    candidates: Count = 30
    # Postings after which a band says nothing any more: furniture and stock phrases.
    band_cap: Count = 150
    # Cross pairs of two groups that must have been compared before they may join.
    cross_pairs: Count = 8
    # Stories of which a text holds a passage, from which on it is a digest: it stands alone, its links are reuses.
    digest_stories: Count = 3
    # Which article stands for a story.
    canonical: Literal["earliest", "longest", "preferred"] = "earliest"
    # Outlets in order of preference, for `preferred`.
    preferred: list[str] = []


class Seeds(Section, frozen=True):
    """`[seeds]`: reference articles given before the first run."""

    # Files or folders of .txt, .md, .html, .json and sketches; see seeds/README.md.
    paths: list[str] = []


class Store(Section, frozen=True):
    """`[store]`: where everything is kept."""

    # `sqlite:///NAME` is relative to the settings file, `sqlite:////NAME` absolute.
    url: str = "sqlite:///newsfold.db"
    # FULL survives power loss; NORMAL survives only a killed process.
    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    # Free disk below which a run pauses, MiB.
    min_free_mb: CountOrZero = 200


class Daemon(Section, frozen=True):
    """`[daemon]`: the clock around the run."""

    # Seconds between two looks at what is due.
    tick: Positive = 10.0
    # Where /livez, /readyz and /metrics answer, as "127.0.0.1:9077"; None: nowhere. There is no password: an address
    # that other machines reach must be written out, so that nobody opens it by leaving something away.
    listen: str | None = None
    # Hour of the day (UTC, 0 to 23) from which links of stories that something happened to since the last night are
    # weighed again, with what is known by now of how common their words are; -1: never.
    reweigh_at: Hour = 2

    @property
    def address(self) -> tuple[str, int] | None:
        """`listen` as host (an IP address) and port. Raises ValueError with the reason where it is neither."""
        if self.listen is None:
            return None
        host, colon, port = self.listen.rpartition(":")
        if not colon or not host:
            raise ValueError("no host and port")
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65_536):
            raise ValueError("the port is no number from 1 to 65535")
        host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
        try:
            return str(ipaddress.ip_address(host)), int(port)
        except ValueError:
            raise ValueError("the host is no IP address: a name may lead anywhere") from None


class Log(Section, frozen=True):
    """`[log]`."""

    # Lines for people, or one JSON object an event for a log collector.
    format: Literal["human", "json"] = "human"
    # The least important events that are written.
    level: Literal["debug", "info", "warning", "error"] = "info"


class Config(Section, frozen=True):
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
