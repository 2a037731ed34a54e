"""Rows as values: what is written and what is read back. Times are aware UTC; hashes are signed 64-bit integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

Relation = Literal["canonical", "exact", "near", "excerpt", "extended", "rewrite"]
Order = Literal["earlier", "later", "same", "unknown"]
RulingKind = Literal["tied", "parted", "pinned", "undone"]
OutletKind = Literal["publisher", "agency", "aggregator", "press-release"]
RejectedClass = Literal["rejected", "off_topic", "failed"]


# --- feeds and hosts ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as somebody named it. `origin`: config (the file), added (the command), run (--feeds-from, --feed)."""

    url: str
    origin: Literal["config", "added", "run"]
    title: str | None = None
    outlet: str | None = None
    language: str | None = None
    interval: int | None = None  # seconds, as configured
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """What we know of a feed."""

    id: int
    url: str
    origin: str
    title: str | None
    outlet: str | None
    language: str | None
    interval: int | None
    enabled: bool
    disabled_reason: str | None  # gone (410), or what the user said
    etag: str | None
    last_modified: str | None
    body_hash: bytes | None  # sha256 of the last body that was parsed
    due_at: datetime
    last_polled: datetime | None
    last_success: datetime | None
    last_error: str | None
    last_error_class: str | None
    failures: int  # in a row
    entries_seen: int  # in the last answer
    entries_new: int  # since the feed was added
    moved_to: str | None  # target of a permanent redirect seen of late
    moved_seen: int  # how often in a row
    moved_since: datetime | None
    rhythm: Mapping[str, Any] = field(default_factory=dict)  # what the schedule remembers; opaque to the store
    full: datetime | None = None  # last answer that was asked for without conditions
    gone_seen: int = 0  # 410 in a row
    leftover: bool = False  # its last answer was not worked through and is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedYield:
    """What a feed brought within a time."""

    url: str
    articles: int
    copies: int  # articles that stand behind another one of their story
    refused: Mapping[str, int]  # pages by reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOutcome:
    """How one poll ended; written after the feed's items."""

    feed_id: int
    polled: datetime
    due_at: datetime
    ok: bool
    error: str | None = None
    error_class: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    title: str | None = None
    language: str | None = None
    entries_seen: int = 0
    entries_new: int = 0
    disable: str | None = None  # the reason, when the feed must not be asked again
    moved_to: str | None = None
    url: str | None = None  # the new URL, when a permanent move is taken over
    rhythm: Mapping[str, Any] | None = None  # None: what is remembered stays
    full: bool = False  # this answer was asked for without conditions
    gone: bool = False  # it said 410
    leftover: Leftover | None = None  # the answer, where entries of it are left for the next cycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A feed's answer of which entries are left for the next cycle."""

    final_url: str
    content_type: str | None
    charset: str | None
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRow:
    """What a host asked of us. `host` is host or host:port, lower case."""

    host: str
    next_at: datetime | None = None  # spacing: not before
    retry_after: datetime | None = None  # not before, by its own word
    robots_status: int | None = None  # HTTP status, None while unreachable
    robots_body: bytes | None = None
    robots_fetched: datetime | None = None
    robots_expires: datetime | None = None
    address: str | None = None  # where it was connected to; the least of them where it has several


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An entry of a feed as we last saw it. `key` is the entry's identity within the feed."""

    feed_id: int
    key: str
    url: str | None  # canonical
    guid: str | None
    digest: bytes  # of title, summary, content and updated time: another digest means the entry changed
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """The last answer for a page's URL: for conditional requests and for what is asked again and when."""

    url: str  # canonical form of the URL asked
    final_url: str
    status: int
    etag: str | None
    last_modified: str | None
    body_hash: bytes | None
    fetched: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """When an article's page is looked at again, and what was found there of late."""

    article_id: int
    url: str  # of the page, as in `PageRow`
    due_at: datetime | None  # None: never again
    checked: datetime  # when it was asked last
    changed: datetime  # when its text was first seen as it is
    missing: int = 0  # how often in a row the page was not there
    gone: datetime | None = None  # since when it is not there
    walled: datetime | None = None  # since when its text must be paid for


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """A page to look at again, with what is known of the article on it."""

    check: Check
    page: PageRow
    title: str
    language: str | None
    outlet: str
    source: str | None  # feed URL
    words: int
    story_id: int
    authors: tuple[str, ...]
    published: datetime | None  # where the feed said it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that is not kept, and why. Asked again from `retry_at` on; None means never."""

    url: str
    state: RejectedClass
    reason: str
    detail: str
    title: str | None = None
    source: str | None = None  # feed URL
    first_seen: datetime
    last_seen: datetime
    retry_at: datetime | None = None
    tries: int = 1


# --- texts, links, stories ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """One distinct normalised text with its fingerprint. Blobs are little-endian arrays; the caller knows of what."""

    sha256: bytes
    body: str
    words: int
    shingles: bytes  # sorted distinct 64-bit hashes
    features: bytes  # what else the comparison reads (numbers in context, ...)
    bands: Sequence[int]  # signed 64-bit; rows of `posting`
    sketch: bool = False  # known by its hashes alone: the body is empty, `shingles` are what the caller made of it


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """A text as the comparison needs it. `outlets`, `published` and `urls` are those of the articles that carry it."""

    id: int
    sha256: bytes
    words: int
    shingles: bytes
    features: bytes
    story_id: int
    outlets: tuple[str, ...]
    urls: tuple[str, ...]
    published: datetime | None  # earliest
    first_seen: datetime
    language: str | None
    seed: bool
    sketch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored text that shares bands with the one in hand."""

    text_id: int
    story_id: int
    shared: int  # bands


class LinkRow(NamedTuple):
    """One compared pair of texts, a < b; `linked` says whether they share a lineage. Both verdicts are evidence.

    A named tuple, because a large component brings 12,000: a frozen dataclass takes eight times as long to make.
    """

    a: int
    b: int
    linked: bool
    rule: str  # which rule decided: containment, same-outlet, numbers, serial, short, revision, ...
    score: float  # weighted containment
    containment_a: float  # unweighted share of a's shingles found in b
    containment_b: float
    jaccard: float
    shared: int  # shingles
    version: int  # of the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Texts connected by links, every compared pair among them, and the story each stands in now."""

    story_of: Mapping[int, int]  # text id -> story id
    sha256: Mapping[int, bytes]  # text id -> content hash
    links: Sequence[LinkRow]  # linked and not linked


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article's facts at its current revision; the story is given when it is written."""

    url: str
    title: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_from: str = "none"
    modified: datetime | None = None
    language: str | None = None
    outlet: str
    owner: str | None = None
    source: str | None = None  # feed URL
    free: bool | None = None
    seed: bool = False
    agency: str | None = None
    agency_id: str | None = None
    agency_credit: Literal["full", "partial", "release"] | None = None  # whose text it is, or whose material it has
    agencies: tuple[str, ...] = ()  # all that are credited
    based_on: str | None = None  # address or name of the source that the page states
    kind: OutletKind = "publisher"
    partial: bool = False  # known to be less than the whole text
    text_from: Literal["page", "feed"] = "page"  # where the text was read
    words: int
    on_topic: bool = False
    on_topic_from: Literal["text", "story"] | None = None
    topic_hits: tuple[tuple[str, str, str, int], ...] = ()  # group, matched text, title or text, number of the word
    furniture: tuple[str, ...] = ()
    canonical_claim: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """A known article, as matching needs it."""

    id: int
    url: str
    text_id: int
    story_id: int
    revisions: int
    title: str
    outlet: str
    on_topic: bool
    seed: bool
    agency: str | None = None
    agency_id: str | None = None
    agency_credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story, as the choice of the canonical one and the relations need it."""

    id: int
    url: str
    text_id: int
    text_sha256: bytes
    story_id: int
    outlet: str
    language: str | None
    published: datetime | None
    published_from: str
    first_seen: datetime
    words: int
    free: bool | None
    seed: bool
    agency: str | None
    agency_id: str | None
    on_topic: bool
    on_topic_from: str | None
    canonical: bool
    relation: Relation
    sketch: bool = False
    partial: bool = False  # known to be less than the whole text: a paid stub, a feed's excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationRow:
    """How an article stands to its story's canonical one."""

    article_id: int
    relation: Relation
    order: Order
    copied_share: float  # share of this text's words that stand in the canonical in runs of four or more
    canonical_share: float  # share of the canonical's words that stand here


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """A passage that an article's text shares with a text of another story."""

    text_id: int
    other_text_id: int
    words: int
    share: float  # of this text's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a text stands where it stands: one row a change. `facts` is JSON-ready."""

    at: datetime
    kind: Literal[
        "new", "joined", "merged", "split", "moved", "revised", "restarted", "gone", "returned", "walled", "opened",
        "tied", "parted", "pinned", "undone",
    ]  # fmt: skip
    story_id: int
    article_id: int | None = None
    other_story_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRuling:
    """What an analyst rules, as it is written. `articles` maps their ids to their side (see `Ruled`)."""

    kind: RulingKind
    at: datetime
    who: str
    note: str = ""
    story_id: int
    other_story_id: int | None = None
    undoes: int | None = None
    articles: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Ruled:
    """An article that a ruling names, as it stands now."""

    article_id: int
    text_id: int
    story_id: int
    url: str
    side: int  # of a merge: which of the two stories; of a split: 0 left, 1 stayed; else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What an analyst ruled: stories tied, articles parted from the rest, an article pinned, an earlier ruling undone.

    It is in force while nothing undid it.
    """

    id: int  # of its decision
    at: datetime
    kind: RulingKind
    who: str
    note: str
    undoes: int | None  # the ruling that an `undone` takes back
    undone_by: int | None
    articles: tuple[Ruled, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Which texts a pass looks at: those of the stories that decisions after one number, up to another, name.

    With `large`, of a story with more articles than this only texts newer than the text `new`; without, only merges,
    splits and moves count, and what was compared with their texts comes along.
    """

    after: int
    until: int
    large: int | None = None
    new: int = 0


class Extent(NamedTuple):
    """How far a store reaches: its last text, decision and story, and how many articles it has."""

    text: int
    decision: int
    story: int
    articles: int


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which stories; every field narrows."""

    search: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    outlet: str | None = None
    language: str | None = None
    min_variants: int = 0
    sort: Literal["latest", "largest", "growing"] = "latest"
    limit: int | None = None
