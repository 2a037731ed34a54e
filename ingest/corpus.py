"""A corpus -> its stories, without a store of one's own: the same door, over a temporary one.

Memory stays bounded however large the corpus is, since texts, postings and links lie in a file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from ingest import urls
from ingest.config import Dedupe
from ingest.dedupe.fingerprint import Fingerprint, fingerprints, scheme
from ingest.dedupe.source import COMPARED, Version, nearest
from ingest.dedupe.tokens import TOGETHER
from ingest.model import Article
from ingest.place import Desk, Incoming, look_back, place
from ingest.place.growing import BY, FROM, catch_up
from ingest.place.recluster import Recluster
from ingest.place.roundups import part_round_ups
from store import open_store
from store.base import Placing, Store
from store.model import Member, StoryFilter

# Articles in one transaction: the temporary store is thrown away, only speed counts.
BATCH = 500
# Members of a story that are asked for their sources at once: a story of tens of thousands is not held in memory.
SPAN = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article of a corpus. `site` is who published it; an unknown one is nobody's neighbour."""

    id: str
    text: str
    url: str | None = None
    site: str | None = None
    title: str = ""
    published: datetime | None = None
    language: str | None = None


def cluster(
    corpus: Callable[[], Iterable[Line]], rules: Dedupe, *, online: bool
) -> Generator[dict[str, Any], None, None]:
    """The contract's `dedupe` objects, in input order.

    `corpus` gives the lines, anew at each call: two passes count shingles first and decide then; `online` decides on
    each line before it sees the next. Raises what `corpus` raises, and StoreError when the disk is full.
    """
    with tempfile.TemporaryDirectory(prefix="newsfold-") as folder:
        store = open_store(f"sqlite:///{Path(folder, 'corpus.db')}", synchronous="NORMAL", searched=False)
        try:
            store.claim_scheme(scheme())
            if not online:
                for batch in _batches(corpus()):
                    with store.placing() as placing:
                        for _, prints in _fingerprinted(batch):
                            placing.count_shingles(prints.shingles)
            yield from _placed(store, corpus(), rules, online=online)
        finally:
            store.close()


def _placed(store: Store, lines: Iterable[Line], rules: Dedupe, *, online: bool) -> Iterator[dict[str, Any]]:
    desk = Desk(
        rules=rules, filter_topic=False, learn=online, reuses=False, furniture=False, now=lambda: datetime.now(UTC)
    )
    ids: list[str] = []
    # Lines that share a lineage with another: the others stand alone, and nothing need be looked up for them.
    company: set[int] = set()
    # Texts that were moved later, as a young store's are.
    moved: set[int] = set()
    # Texts that hold the beginning of a later one, neither being a version of the other.
    beside: set[int] = set()
    for batch in _batches(lines, young=online):
        with store.placing() as placing:
            for line, prints in _fingerprinted(batch):
                found = place(placing, _incoming(line, prints, len(ids)), desk)
                beside.update(found.beside)
                if found.linked_to is not None:
                    company |= {len(ids), _number(found.linked_to)}
                ids.append(line.id)
        if online and (moves := catch_up(store, rules, clock=desk.now)):
            moved |= moves.was.keys()
    strays = Recluster(store, rules, clock=desk.now, scope="strays")
    strays.run()
    moved |= strays.moves.was.keys()
    moved |= part_round_ups(store, rules, beside, clock=desk.now).was.keys()
    _look_back(store, rules)
    with store.placing() as placing:
        regrouped = {text.story_id for text in placing.texts(moved).values()}
    linked: dict[int, int] = {}
    told: set[int] = set()
    # The store streams articles in the order in which they came.
    for number, row in enumerate(store.articles()):
        if (number in company or row["story_id"] in regrouped) and row["story_id"] not in told:
            told.add(row["story_id"])
            linked |= _sources(store, row["story_id"])
        yield {
            "id": ids[number],
            "story_id": row["story_id"],
            "canonical": row["canonical"],
            "relation": row["relation"],
            "copied_share": row["copied_share"],
            "canonical_share": row["canonical_share"],
            "linked_to": ids[linked[number]] if number in linked else None,
        }


def _look_back(store: Store, rules: Dedupe) -> None:
    """What the whole corpus has taught about furniture is put to use in every relation; the stories stay."""
    stories = iter([row["story_id"] for row in store.stories(StoryFilter(min_variants=1))])
    while some := list(islice(stories, BATCH)):
        with store.placing() as placing:
            look_back(placing, some, rules)


def _sources(store: Store, story_id: int) -> dict[int, int]:
    """The line that each line of a story was most likely made from. Of two that stand alone together each names the
    other: which was first, the dates say, and a link has two ends."""
    found: dict[int, int] = {}
    with store.placing() as placing:
        members = sorted(placing.members([story_id]), key=lambda one: (_moment(one), _number(one.url)))
        for start in range(0, len(members), SPAN):
            found |= _sources_of(placing, members, max(0, min(start, len(members) - SPAN)))
    return found


def _sources_of(placing: Placing, members: Sequence[Member], start: int) -> dict[int, int]:
    """The same for SPAN of a story's members; besides them the first, those right before, and the canonical one."""
    some = members[start : start + SPAN]
    canonical = next(one for one in members if one.canonical)
    others = {*members[:COMPARED], *members[max(0, start - COMPARED) : start], canonical}
    texts = placing.bodies({one.text_id for one in (*some, *others)})
    versions = [
        Version(id=_number(one.url), text=texts[one.text_id], moment=_moment(one)) for one in others.union(some)
    ]
    sources = nearest(versions, canonical=_number(canonical.url))
    return {number: sources[number].id for one in some if (number := _number(one.url)) in sources}


def _moment(member: Member) -> datetime:
    return min(filter(None, (member.published, member.first_seen)))


def _incoming(line: Line, prints: Fingerprint, number: int) -> Incoming:
    """A line as an article at an address of its own: the same URL twice in a corpus is two articles."""
    url = f"line:{number}"
    if not prints.words:  # a text without words is no copy of another such: its hash is its line's
        prints = replace(prints, sha256=sha256(url.encode()).digest())
    article = Article(
        url=url,
        canonical_claim=None,
        title=line.title,
        text=line.text,
        published=line.published,
        published_from="meta" if line.published else "none",
        language=line.language,
    )
    return Incoming(article=article, prints=prints, outlet=line.site or _outlet(line.url) or url)


def _outlet(url: str | None) -> str | None:
    """Who published it, by its address; an address that is none says nothing."""
    try:
        return urls.outlet_of(url) if url else None
    except urls.BadUrl:
        return None


def _number(url: str) -> int:
    return int(url.removeprefix("line:"))


def _fingerprinted(batch: Sequence[Line]) -> Iterator[tuple[Line, Fingerprint]]:
    for start in range(0, len(batch), TOGETHER):
        lines = batch[start : start + TOGETHER]
        yield from zip(lines, fingerprints([line.text for line in lines]), strict=True)


def _batches(lines: Iterable[Line], *, young: bool = False) -> Iterator[list[Line]]:
    """Lines by BATCH; of a `young` store fewer at first, so that it can be looked through as it grows."""
    found, size, done = iter(lines), FROM if young else BATCH, 0
    while batch := list(islice(found, size)):
        yield batch
        done += len(batch)
        size = min(BATCH, round((BY - 1) * done)) if young else BATCH
