"""What travels through the door: an article with its fingerprint in, what became of it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingest.config import Dedupe
from ingest.dedupe.dispatch import dispatch_of
from ingest.dedupe.fingerprint import Fingerprint
from ingest.model import Article, TopicHit
from store.model import OutletKind

Outcome = Literal["new", "revised", "unchanged", "duplicate_url", "off_topic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An extracted article on its way to a story."""

    article: Article
    prints: Fingerprint
    outlet: str
    owner: str | None = None
    kind: OutletKind = "publisher"
    agency: str | None = None  # whose page it is, where the outlet is an agency
    asked: tuple[str, ...] = ()  # every other URL it was reached by: the feed's link, redirects
    source: str | None = None  # feed URL
    seed: bool = False
    on_topic: bool = True  # by its own text
    topic_hits: tuple[TopicHit, ...] = ()
    sketch: bool = False  # known by its hashes alone: no text, and `prints` as `dedupe.sketch.as_fingerprint` gives it
    partial: bool = False  # less than the whole text (paid stub, feed excerpt), as the caller knows; or the article

    @property
    def dispatch(self) -> str | None:
        """The number that its agency gave it, in one spelling."""
        return dispatch_of(self.article.agency or self.agency, self.article.agency_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of it. `story_id` is None where nothing was kept."""

    outcome: Outcome
    article_id: int | None = None
    story_id: int | None = None
    change: Literal["new", "joined"] | None = None  # of the story, for a new article
    merged: int = 0  # stories that became redirects
    split: int = 0  # stories that were made out of another
    beside: tuple[int, ...] = ()  # stored texts that hold its beginning, neither being a version of the other
    linked_to: str | None = None  # URL of an article with the text that the new one is most like, of any lineage found


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The rules in force, and what they are applied to."""

    rules: Dedupe
    filter_topic: bool = True  # an off-topic text is dropped
    learn: bool = True  # False: frequencies were counted beforehand (the second pass over a corpus)
    reuses: bool = True  # what a text shares with other stories is looked for and kept; False: nobody will ask
    furniture: bool = True  # what an outlet prints again and again is set aside; False: texts are taken as given
    now: Callable[[], datetime]
