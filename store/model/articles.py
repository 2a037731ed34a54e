"""Articles: as they are written, as they are known, and how each stands in its story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Relation = Literal["canonical", "exact", "near", "excerpt", "extended", "rewrite"]
Order = Literal["earlier", "later", "same", "unknown"]
OutletKind = Literal["publisher", "agency", "aggregator", "press-release"]


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
    dispatch: str | None = None  # the same in one spelling: articles that print one number have one here
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
    revised: bool = False  # its text has changed since it came


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationRow:
    """How an article stands to its story's canonical one."""

    article_id: int
    relation: Relation
    order: Order
    copied_share: float  # share of this text's words that stand in the canonical in runs of four or more
    canonical_share: float  # share of the canonical's words that stand here
