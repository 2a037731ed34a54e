"""What an outlet prints again and again is set aside before an article finds its story (see `extract.learned`).

An article that is stored keeps its text: what was learned later is no revision of it (see `dedupe.revision`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ingest import topic
from ingest.dedupe.fingerprint import fingerprint, widths
from ingest.dedupe.tokens import U64, shingle, tokenize
from ingest.extract.learned import Sighting, block_key, stories_of, to_cut
from ingest.extract.plain import tokens
from ingest.model import TopicHit
from ingest.place.desk import Incoming
from store.base import Placing
from store.model import Occurrence

# Stories of one outlet, and articles in all, that are kept on record of a block: more of them say nothing more.
# Younger ones take the place of the oldest, so that what is furniture no more is forgotten.
PER_OUTLET, PER_BLOCK = 8, 64
# Characters by which a decision names a block that was set aside.
NAMED = 80


@dataclass(frozen=True, slots=True)
class Met:
    """The blocks of one article that can be told again: where each was met before, and which were set aside now."""

    text: str = ""  # of the article as it came
    blocks: Mapping[int, int] = field(default_factory=dict)  # key -> line of the text
    seen: Mapping[int, Sequence[Occurrence]] = field(default_factory=dict)
    cut: Mapping[str, int] = field(default_factory=dict)  # text -> stories of the outlet in which it stands

    @property
    def facts(self) -> dict[str, list[dict[str, object]]]:
        """What a decision says of it; nothing where nothing was set aside."""
        cut = [{"text": block[:NAMED], "stories": stories} for block, stories in self.cut.items()]
        return {"furniture": cut} if cut else {}


def recognised(placing: Placing, incoming: Incoming) -> tuple[Incoming, Met]:
    """An article without the furniture that its outlet taught us, and what is known of its blocks."""
    article = incoming.article
    blocks = article.text.split("\n")
    keys = [block_key(block) for block in blocks]
    known = {key: line for line, key in enumerate(keys) if key is not None}
    seen = placing.occurrences(known) if known else {}
    stories = {block: count for block, found in seen.items() if (count := _stories(found, incoming.outlet))}
    if not stories:
        return incoming, Met(article.text, known, seen)
    spent = sum(len(tokens(block)) for block in article.furniture)
    hits = [hit[1] for hit in incoming.topic_hits]
    gone = to_cut(blocks, stories, title=article.title, topic=hits, spent=spent)
    if not gone:
        return incoming, Met(article.text, known, seen)
    cut = {blocks[at]: stories[key] for at in gone if (key := keys[at]) is not None}
    lost = set(gone)
    text = "\n".join(block for at, block in enumerate(blocks) if at not in lost)
    prints = fingerprint(text)
    met = Met(article.text, known, seen, cut)
    article = replace(article, text=text, furniture=(*article.furniture, *cut), words=prints.words)
    counted = replace(incoming, article=article, prints=prints, topic_hits=_moved(incoming.topic_hits, blocks, gone))
    return counted, met


def remember(placing: Placing, incoming: Incoming, met: Met, *, article: int, story: int) -> None:
    """Take down in which article the blocks stood that were met before, once for each story of an outlet.

    Ask before the article's shingles are counted: a block was met before where all its runs were.
    """
    added: list[int] = []
    dropped: list[tuple[int, int]] = []
    for block in _met_before(placing, met, incoming.article.text):
        seen = met.seen.get(block, ())
        ours = [one for one in seen if one.outlet == incoming.outlet]
        if any(one.story_id == story for one in ours):
            continue
        added.append(block)
        crowd = ours if len(ours) >= PER_OUTLET else seen if len(seen) >= PER_BLOCK else ()
        dropped += [(block, one.article_id) for one in crowd[:1]]
    if dropped:
        placing.drop_occurrences(dropped)
    placing.add_occurrences(article, added)


def _stories(seen: Sequence[Occurrence], outlet: str) -> int:
    return stories_of([Sighting(one.outlet, one.owner, one.story_id, one.at) for one in seen], outlet)


def _met_before(placing: Placing, met: Met, whole: str) -> list[int]:
    """The blocks that are on record, and those of which every run of words stands in an article that was counted."""
    new = [block for block in met.blocks if block not in met.seen]
    if not new:
        return list(met.blocks)
    tokens, width = tokenize(met.text), widths(tokenize(whole))[0]
    bounds, runs = [0, *tokens.lines.tolist(), len(tokens)], shingle(tokens.hashes, width)
    found: dict[int, U64] = {}
    for block in new:
        begin, end = bounds[met.blocks[block] : met.blocks[block] + 2]
        # A line that is shorter than a run is one, all the same.
        short = end - begin < width
        own = shingle(tokens.hashes[begin:end], width) if short else runs[begin : end - width + 1]
        if len(own):
            found[block] = own
    met_now: set[int] = set()
    if found:
        counts = placing.frequencies(np.concatenate(list(found.values())))
        lengths = np.array([len(own) for own in found.values()])
        least = np.minimum.reduceat(counts, np.cumsum(lengths) - lengths)
        met_now = {block for block, articles in zip(found, least.tolist(), strict=True) if articles}
    return [block for block in met.blocks if block in met.seen or block in met_now]


def _moved(hits: Sequence[TopicHit], blocks: Sequence[str], gone: Sequence[int]) -> tuple[TopicHit, ...]:
    """The hits with their places in the shorter text. None of them stands in a block that is gone."""
    ends = np.cumsum([topic.words_of(block) for block in blocks])
    lost = [(int(ends[at]), topic.words_of(blocks[at])) for at in gone]
    return tuple(
        (group, text, part, number - sum(words for end, words in lost if end < number) if part == "text" else number)
        for group, text, part, number in hits
    )
