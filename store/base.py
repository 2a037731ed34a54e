"""The store as its users see it: what a database room has to offer.

Reading never blocks; one process writes at a time. Everything a run learns about an article is written in one
transaction (`placing()`): it is all there after a crash, or none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from store.model import (
    ArticleRef,
    Candidate,
    Check,
    Component,
    Decision,
    DueCheck,
    Extent,
    FeedOutcome,
    FeedRow,
    FeedSpec,
    FeedYield,
    HostRow,
    ItemRow,
    Leftover,
    LinkRow,
    Member,
    NewArticle,
    NewRuling,
    NewText,
    PageRow,
    Rejected,
    RelationRow,
    Reuse,
    Ruling,
    StoredText,
    StoryFilter,
    Touched,
)

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    import numpy as np
    from numpy.typing import NDArray


class Placing(Protocol):
    """One write transaction, in which articles find their stories. Reads see the transaction's own writes."""

    # What is known of addresses
    def articles_at(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        """Known articles by the key of any address they were seen under; where one started over, the newest."""

    # Candidates and evidence
    def text_id(self, sha256: bytes) -> int | None:
        """The text with this hash, if it is stored."""

    def candidates(self, bands: Sequence[int], *, cap: int, limit: int) -> list[Candidate]:
        """Texts that share bands, those with the rarest first (each band counts 1 / its postings; ties by text id).

        A band with more than `cap` postings says nothing, unless most of them are one story's: capping must never
        split a popular story.
        """

    def sample(self, story_id: int, size: int) -> list[int]:
        """Up to `size` distinct texts of a story: the canonical's, the first, the last, then spread by content hash."""

    def texts(self, ids: Iterable[int]) -> Mapping[int, StoredText]:
        """Texts for comparison. Outlets, URLs, date, language and seed are those of the first 24 articles that carry
        the text, or carried it in an earlier revision."""

    def bodies(self, ids: Iterable[int]) -> Mapping[int, str]:
        """The texts as they were given; "" for those known by a sketch alone."""

    def frequencies(self, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        """How many articles contain each of these shingles, in the order given. Rarely too high, see
        `store.frequencies`; what was counted long ago counts half, then a quarter."""

    def worth(self, story_id: int, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        """How much of the counts of these shingles is owed to a story all of whose articles contain them, in the order
        given: as many as it has articles, fewer where they were counted long ago. Rather too little than too much."""

    def component(self, text_ids: Iterable[int]) -> Component:
        """The texts reachable over links (linked = true) from these, with every compared pair among them."""

    def links_of(self, text_ids: Iterable[int]) -> list[LinkRow]:
        """Every compared pair that touches one of these texts."""

    def story_sizes(self, story_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
        """Articles and distinct outlets of each story."""

    def members(self, story_ids: Iterable[int]) -> list[Member]:
        """The articles of these stories, by story and in order of arrival."""

    def beside_canonical(self, story_id: int, article_id: int) -> list[Member]:
        """Of one story's articles this one and the canonical one, in order of arrival: what a story of thousands is
        asked for."""

    # Writing
    def add_text(self, text: NewText, *, story_id: int, at: datetime) -> int:
        """Store a distinct text with body and postings; its id. A text that is there already stays as it is, in its
        story: ask `text_id` first."""

    def count_shingles(self, shingles: NDArray[np.uint64]) -> None:
        """One more article contains each of these."""

    def add_links(self, links: Sequence[LinkRow]) -> None:
        """Insert, or replace what was said of the pair before."""

    def add_story(self, *, at: datetime) -> int:
        """A new story id. A canonical article must be set before the transaction ends."""

    def assign(self, story_of: Mapping[int, int]) -> None:
        """Put texts, and the articles that carry them now, into stories (text id -> story id)."""

    def merge(self, story_id: int, into: int, *, at: datetime) -> None:
        """A story becomes a redirect to `into`. What still stands in it (texts of old revisions, say) goes along, and
        so do redirects to it."""

    def live_story(self, story_id: int) -> int | None:
        """The story that a number leads to, over redirects; None where there is none."""

    def redirects(self, story_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        """Stories that were merged into these, oldest first: the redirect, where it leads, and the present text of the
        article that stood for it."""

    def redirect(self, story_id: int, into: int | None) -> None:
        """A redirect leads to another story from now on, or (None) is a story again: a canonical article must be set
        before the transaction ends."""

    # A pass over the stored texts
    def extent(self) -> Extent:
        """How far the store reaches now."""

    def next_texts(self, *, after: int, until: int, limit: int) -> list[int]:
        """The texts that come after one, in order of arrival."""

    def touched(self, what: Touched) -> list[int]:
        """Texts of stories that something happened to, in order of arrival."""

    def digests(self, *, until: int) -> list[int]:
        """Texts up to this one with a pair that was not linked because one of the two is a digest."""

    def standing(self, text_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        """Of each text its story, and how many articles carry it now."""

    def noted(self, name: str) -> dict[str, Any] | None:
        """What was noted under this name (JSON), if anything."""

    def note(self, name: str, value: Mapping[str, Any] | None) -> None:
        """Note something for the next call, in this transaction; None forgets it."""

    def add_article(
        self, article: NewArticle, *, text_id: int, story_id: int, urls: Mapping[str, str], at: datetime
    ) -> int:
        """A new article with its first revision, known under `urls`: address key -> URL as it was seen. A key that
        another article has stays there until `restart_urls`. The text must stand in `story_id`."""

    def add_revision(
        self, article_id: int, article: NewArticle, *, text_id: int, changes: Sequence[str], at: datetime
    ) -> int:
        """A new state of a known article, whose facts become current; it now stands in its text's story.
        The revision's number. Its URL, first sight, source and seed mark stay; so does a date that the new state
        omits."""

    def saw_article(self, article_id: int, *, urls: Mapping[str, str], at: datetime) -> None:
        """The article was met again, unchanged, perhaps under new URLs (address key -> URL)."""

    def restart_urls(self, keys: Sequence[str], article_id: int) -> None:
        """These addresses belong to another article from now on (the address started over)."""

    def set_canonical(self, story_id: int, article_id: int, *, reason: str) -> None:
        """The canonical article of a story (relation canonical, order same, shares 1). Title, dates, counts and search
        entry of every story touched are refreshed by themselves at the end of the transaction."""

    def set_relations(self, rows: Sequence[RelationRow]) -> None:
        """How articles stand to their canonical one; until told, a variant is a rewrite of unknown order."""

    def set_on_topic(self, article_ids: Sequence[int], *, source: str | None) -> None:
        """Mark articles as on the topic by `source` (text, story), or off it (None)."""

    def set_reuses(self, text_id: int, reuses: Sequence[Reuse]) -> None:
        """The passages this text shares with texts of other stories; replaces what was known."""

    def add_decision(self, decision: Decision) -> int:
        """Why something stands where it stands; only ever added. Its number."""

    # An analyst's word
    def decision(self, decision_id: int) -> Decision | None:
        """One decision, of the machine or of an analyst."""

    def rule(self, ruling: NewRuling) -> int:
        """Add an analyst's decision, in force from now on. Its number. Where it undoes another, `set_in_force` has to
        say so."""

    def set_in_force(self, decision_id: int, *, undone_by: int | None) -> None:
        """A ruling was taken back by this decision, or (None) holds again."""

    def ruling(self, decision_id: int) -> Ruling | None:
        """An analyst's decision, in force or not; None where it is none."""

    def rulings(self, text_ids: Iterable[int] | None = None) -> list[Ruling]:
        """Rulings in force, oldest first: all, or those that name an article whose present text is one of these."""

    def pins(self, story_ids: Iterable[int]) -> Mapping[int, int]:
        """Pinned articles of these stories -> the decision that pinned them."""

    def reject(self, rejected: Rejected) -> None:
        """Record or renew a refusal: first_seen stays, tries adds up."""

    def accept(self, urls: Sequence[str]) -> None:
        """Forget refusals of these URLs: an article was stored for them."""

    def save_items(self, items: Sequence[ItemRow]) -> None:
        """Insert or renew entries; first_seen stays."""

    def save_pages(self, pages: Sequence[PageRow]) -> None:
        """Insert or replace the last answer of each URL."""

    def check_of(self, article_id: int) -> Check | None:
        """When an article's page is looked at again; None where it never is."""

    def check_at(self, url: str) -> Check | None:
        """The same by the page's URL (as in `PageRow`)."""

    def save_checks(self, checks: Sequence[Check]) -> None:
        """Insert or replace; a page that another article had before is taken from it."""

    def finish_feed(self, outcome: FeedOutcome) -> None:
        """End a poll and its lease. With `ok`, an outcome that brings any of etag, last_modified and body_hash replaces
        all three and entries_seen (a new body); without any they stay (304). `entries_new` adds up. A title or language
        that is known stays. When the new `url` is another feed's already, this feed is disabled with that reason; else
        what was refused follows the feed to it. `leftover` is kept until an outcome with `ok` comes without one."""

    def save_hosts(self, hosts: Sequence[HostRow]) -> None:
        """Insert or replace whole rows."""


class Store(Protocol):
    """A place where stories are kept. Open one with `store.open_store(url, ...)`."""

    def close(self) -> None: ...

    # Locks
    def cycle(self, *, wait: float, holder: str) -> AbstractContextManager[None]:
        """The cycle lock: one run or daemon at a time. Raises StoreBusy naming the holder."""

    def placing(self) -> AbstractContextManager[Placing]:
        """A write transaction under the write lock: commits at the end, rolls back on an exception."""

    def claim_scheme(self, scheme: Mapping[str, str]) -> None:
        """Say how fingerprints are made (names and versions, opaque here). The first caller's word is kept; whoever
        comes with another raises SchemeMismatch, which names both and the way out."""

    # Feeds and hosts
    def add_feeds(self, feeds: Sequence[FeedSpec], *, now: datetime) -> int:
        """Add feeds that are not known yet, refresh title, outlet, language, interval and origin of those that are;
        how many were new. A feed disabled as gone stays disabled; one that the configuration disabled comes back with
        it. A feed named for one run (`origin` run) keeps the origin it had."""

    def feeds(self) -> list[FeedRow]:
        """All feeds, in the order in which they were added."""

    def present_urls(self, urls: Sequence[str]) -> list[str]:
        """The same addresses in the same order, those that a feed has moved from as those it moved to."""

    def remove_feeds(self, urls: Sequence[str]) -> int:
        """Forget feeds and their entries; how many there were. Articles stay."""

    def switch_feeds(self, urls: Sequence[str], *, off: str | None, now: datetime) -> int:
        """Disable feeds for the reason `off`, or (None) enable them; one that was off is due at once. How many there
        were."""

    def claim_feeds(
        self, *, now: datetime, lease: float, owner: str, urls: Sequence[str] | None, force: bool, limit: int
    ) -> list[FeedRow]:
        """Take enabled feeds that are due (or all, with `force`) and leased to nobody else; `urls` narrows to these.
        Seconds of `lease` protect them from a second claim; `finish_feed` ends it."""

    def release_feeds(self, feed_ids: Sequence[int]) -> None:
        """Give claimed feeds back unpolled."""

    def resting_hosts(self, *, after: datetime, until: datetime) -> Set[str]:
        """The hosts that want to be left alone until some time between these two."""

    def hosts(self) -> list[HostRow]:
        """What every host asked of us."""

    def feed_yields(self, *, since: datetime) -> list[FeedYield]:
        """What every feed brought since then, in the order of `feeds`: articles, copies among them, refusals."""

    def due_retries(self, *, now: datetime) -> Set[int]:
        """Feeds (ids) that listed, when they were last read, an entry whose refusal may be asked again by now."""

    def leftover(self, feed_id: int) -> Leftover | None:
        """A feed's answer that was not worked through; None where there is none."""

    def due_checks(self, *, now: datetime, limit: int, per_host: int) -> list[DueCheck]:
        """Pages of articles to look at again by now, the longest due first, up to `limit`, `per_host` of each host."""

    def first_check(self) -> datetime | None:
        """When the first page is to be looked at again; None where there is none."""

    # What is known
    def items(self, feed_id: int) -> list[ItemRow]:
        """Every entry known of a feed."""

    def known_urls(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        """As `Placing.articles_at`, outside a transaction."""

    def pages(self, urls: Sequence[str]) -> Mapping[str, PageRow]:
        """The last answers of those URLs that were asked."""

    def refusals(self, urls: Sequence[str]) -> Mapping[str, Rejected]:
        """The refusals of those URLs that were refused."""

    def record_run(self, summary: Mapping[str, Any]) -> int:
        """Keep a run's summary (JSON-ready, the contract's run summary); its number."""

    # Reading
    def stories(self, wanted: StoryFilter) -> Iterator[dict[str, Any]]:
        """Stories as the contract's `story` objects."""

    def story(self, story_id: int) -> dict[str, Any] | None:
        """One story (following redirects) with `members` and `decisions`; None when there is none."""

    def articles(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        """The contract's `article` objects, in order of first sight."""

    def revisions(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        """The contract's `revision` objects, by article and number."""

    def rejected(self) -> Iterator[dict[str, Any]]:
        """The contract's rows of refused pages, by URL."""

    def article(self, url: str) -> dict[str, Any] | None:
        """One `article` object by any URL it was seen under."""

    def links(self, url: str) -> list[dict[str, Any]]:
        """Compared pairs of an article's texts with the articles on the other side, strongest first."""

    def rulings_on(self, url: str) -> list[dict[str, Any]]:
        """What analysts ruled on an article, oldest first, also what was undone: id, at, kind, by, note, undoes,
        undone_by, articles (url, story_id, side)."""

    def frequencies(self, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        """As `Placing.frequencies`, outside a transaction."""

    def sketched(self, url: str) -> bytes | None:
        """The hashes of an article that is known by a sketch alone (its text's `shingles`); None for any other."""

    def body(self, text_id: int) -> str:
        """A text as it was given; "" where only its sketch is known. Raises KeyError when there is none."""

    def check(self) -> list[str]:
        """Every law of the store that does not hold, in words; empty when all is well."""

    def backup(self, path: Path) -> list[str]:
        """Copy the store as it is at one moment to `path`, while others may write; the laws the copy breaks. There is
        no file at `path` before. Raises StoreUnusable where it cannot be written."""

    def stats(self) -> dict[str, Any]:
        """Counts, sizes and versions, for people."""
