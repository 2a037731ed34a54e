"""Which texts share this one's lineage: candidates by MinHash bands, each verified exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.compare import COMMON_FROM, RULES_VERSION, Frequencies, Side, Verdict
from ingest.dedupe.sketch import compare
from ingest.dedupe.strangers import strangers
from ingest.dedupe.tokens import U64, distinct
from ingest.place.desk import Incoming
from store.base import Placing
from store.model import LinkRow, StoredText

# Articles of a story from which its own members are left out of the frequencies. Below, the story's own runs lose too
# little weight to matter (two thirds at twelve); applied from four members on, series from one template snowballed
# (ARI .65 instead of .94 on labelled edits).
OWN_STORY_FROM = 12
# Standard errors of the share of a story's members that contain a run, as estimated from the few that are compared.
SURE = 2.0
# Share of a text's runs that may be its own where the rest is popular, and how much more frequent than the run at that
# quantile the most frequent of its lineage are (beginnings outlive the cuts).
USUAL, SLACK = 0.25, 2
# Two popular texts are plainly one with this much of one in the other and this share of at least so many numbers; with
# fewer numbers nearly all must be there. Of 8,036 pairs of unlike parts of series, lotteries and short reports over one
# footer none is let through.
PLAIN, PLAIN_NUMBERS, FEW_NUMBERS, PLAIN_BARE = 0.70, 0.75, 3, 0.90
# Scores below this neither link nor come near it; fifteen rows an article would be the largest table of the store.
NEAR_LINK = 0.30


@dataclass(frozen=True, slots=True)
class Evidence:
    """Verdicts on the texts that were compared, and the texts themselves."""

    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    texts: Mapping[int, StoredText] = field(default_factory=dict)

    @property
    def linked(self) -> list[int]:
        """Texts of the same lineage, strongest first, ties by content."""
        ids = [text for text, verdict in self.verdicts.items() if verdict.linked]
        return sorted(ids, key=lambda text: (-self.verdicts[text].score, self.texts[text].sha256))

    @property
    def worth_keeping(self) -> dict[int, Verdict]:
        """Verdicts that a partition may ask for again: links, what came near one, and every "no" of a linked story."""
        stories = {self.texts[text].story_id for text in self.linked}
        return {
            text: verdict
            for text, verdict in self.verdicts.items()
            if verdict.linked or verdict.score >= NEAR_LINK or self.texts[text].story_id in stories
        }


def gather(placing: Placing, incoming: Incoming, rules: Dedupe) -> Evidence:
    """Compare a new text with the stored ones that share passages with it."""
    prints = incoming.prints
    candidates = placing.candidates(prints.bands.tolist(), cap=rules.band_cap, limit=8 * rules.candidates)
    per_story: dict[int, list[int]] = defaultdict(list)
    chosen: list[int] = []
    for candidate in candidates:
        members = per_story[candidate.story_id]
        if len(members) < rules.per_story and len(chosen) < rules.candidates:
            members.append(candidate.text_id)
            chosen.append(candidate.text_id)
    if not chosen:
        return Evidence()
    texts = placing.texts(chosen)
    bodies = placing.bodies(texts) if incoming.sketch else {}
    sides = {text: side_of(stored, bodies.get(text, "")) for text, stored in texts.items()}
    new = Side(
        shingles=prints.shingles, numbers=prints.numbers, words=prints.words, outlets=frozenset({incoming.outlet}),
        sketch=incoming.sketch, text=incoming.article.text,
    )  # fmt: skip
    counts = Counts(placing, [new.shingles, *(side.shingles for side in sides.values())])
    popular = _popular(placing, per_story)
    # Of an unpopular story, and far from any threshold: decided for all such texts at once.
    plain = {text: side for text, side in sides.items() if not side.sketch and texts[text].story_id not in popular}
    far = {} if incoming.sketch or not plain else strangers(new, plain, counts, rules)
    verdicts: dict[int, Verdict] = {}
    home: Frequencies = counts
    for story in sorted(per_story, key=lambda story: (-popular.get(story, 0), story)):
        own = home
        if story in popular:
            own = counts.without([sides[text] for text in per_story[story]], popular[story])
        for text in per_story[story]:
            known = far.get(text) if own is counts else None
            verdicts[text] = known or _judge(new, sides[text], own, rules)
        # A new text of a popular story: its runs are frequent for that reason against the texts of other stories too,
        # strays of its lineage among them.
        if home is counts and story in popular and any(verdicts[text].linked for text in per_story[story]):
            home = own
    return Evidence(verdicts, texts)


def verify(placing: Placing, pairs: Sequence[tuple[int, int]], rules: Dedupe) -> list[LinkRow]:
    """Compare pairs of stored texts that nothing had brought together yet."""
    texts = placing.texts({text for pair in pairs for text in pair})
    beside = {text for pair in pairs if any(texts[one].sketch for one in pair) for text in pair}
    bodies = placing.bodies(beside) if beside else {}
    sides = {text: side_of(stored, bodies.get(text, "")) for text, stored in texts.items()}
    counts = Counts(placing, [side.shingles for side in sides.values()])
    popular = _popular(placing, {stored.story_id for stored in texts.values()})
    lessened: dict[int, Frequencies] = {}
    for story, articles in popular.items():
        sample = placing.texts(placing.sample(story, rules.per_story)).values()
        lessened[story] = counts.without([side_of(stored) for stored in sample], articles)
    rows = []
    for a, b in pairs:
        home = max((texts[a].story_id, texts[b].story_id), key=lambda story: (popular.get(story, 0), -story))
        rows.append(link_row(a, b, _judge(sides[a], sides[b], lessened.get(home, counts), rules)))
    return rows


def _judge(a: Side, b: Side, counts: Frequencies, rules: Dedupe) -> Verdict:
    """Compare two texts; where both are popular as a whole and plainly one, their lineage is left out of the counts.

    Frequencies may know of copies that no story holds yet: a corpus is counted before it is decided.
    """
    found = compare(a, b, counts, rules)
    if found.rule != "containment-low" or not _plainly_one(a, b, found):
        return found
    articles = min(_lineage(a, counts), _lineage(b, counts))
    if not articles:
        return found
    return compare(a, b, lambda shingles: np.maximum(1, counts(shingles) - articles), rules)


def _plainly_one(a: Side, b: Side, found: Verdict) -> bool:
    """Is this no series? Texts from one template are popular as a whole too, but their numbers differ."""
    known = min(len(a.numbers), len(b.numbers))
    contained = max(found.containment_a, found.containment_b)
    if known < FEW_NUMBERS:
        return contained >= PLAIN_BARE
    return contained >= PLAIN and len(np.intersect1d(a.numbers, b.numbers, assume_unique=True)) >= PLAIN_NUMBERS * known


def _lineage(side: Side, counts: Frequencies) -> int:
    """Articles of a text's lineage, told by its runs alone: nearly all runs of a popular text are frequent, of a text
    with furniture enough are its own. 0 where it is not popular."""
    usual = int(np.quantile(counts(side.shingles), USUAL)) if len(side.shingles) and not side.sketch else 0
    return SLACK * usual if usual >= OWN_STORY_FROM else 0


def _popular(placing: Placing, stories: Iterable[int]) -> dict[int, int]:
    """The number of articles of those stories whose own runs would lose too much weight."""
    sizes = placing.story_sizes(stories)
    return {
        story: articles for story, (articles, outlets) in sizes.items() if articles >= OWN_STORY_FROM and outlets > 1
    }


def side_of(stored: StoredText, text: str = "") -> Side:
    """A stored text as a side of a comparison; `text` are its words, where the other side is a sketch."""
    return Side(
        shingles=np.frombuffer(stored.shingles, dtype="<u8"),
        numbers=np.frombuffer(stored.features, dtype="<u8"),
        words=stored.words,
        outlets=frozenset(stored.outlets),
        sketch=stored.sketch,
        text=text,
    )


def link_row(a: int, b: int, verdict: Verdict, *, rule: str | None = None) -> LinkRow:
    """A verdict on (a, b) as the store keeps it, smaller id first."""
    swap = a > b
    first, second = verdict.containment_a, verdict.containment_b
    return LinkRow(
        a=min(a, b),
        b=max(a, b),
        linked=verdict.linked,
        rule=rule or verdict.rule,
        score=verdict.score,
        containment_a=second if swap else first,
        containment_b=first if swap else second,
        jaccard=verdict.jaccard,
        shared=verdict.shared,
        version=RULES_VERSION,
    )


class Counts:
    """How many articles contain a run, for the runs of the texts at hand: asked of the store once."""

    def __init__(self, placing: Placing, arrays: Iterable[U64]) -> None:
        wanted = distinct(np.concatenate(list(arrays)))
        counts = placing.frequencies(wanted)
        common = counts > COMMON_FROM
        self._keys, self._counts = wanted[common], counts[common]

    def __call__(self, shingles: U64) -> NDArray[np.int64]:
        """Counts in the order given; runs that are not common count 1."""
        return _looked_up(self._keys, self._counts, shingles, missing=1)

    def without(self, sides: Sequence[Side], articles: int) -> Frequencies:
        """The same, minus what the members of one story may contribute, judged by those at hand.

        A run that is frequent only because one story is popular says as much about that story as a rare one. The
        sample is small, so the most it allows for is taken off: with the plain estimate the error grew with the story,
        and beyond 300 copies of one text the next copy linked to none of them.
        """
        members = [side.shingles for side in sides if not side.sketch]
        if not members:
            return self
        return _own_story_left_out(self, members, max(articles, *(_lineage(side, self) for side in sides)))


def _own_story_left_out(counts: Frequencies, members: Sequence[U64], articles: int) -> Frequencies:
    keys, held = np.unique(np.concatenate(list(members)), return_counts=True)
    share = held / len(members)
    most = np.minimum(1.0, share + SURE * np.sqrt(share * (1.0 - share) / len(members)))
    own = np.ceil(most * articles).astype(np.int64)

    def lessened(shingles: U64) -> NDArray[np.int64]:
        return np.asarray(np.maximum(1, counts(shingles) - _looked_up(keys, own, shingles, missing=0)))

    return lessened


def _looked_up(keys: U64, values: NDArray[np.int64], wanted: U64, *, missing: int) -> NDArray[np.int64]:
    """The values of these keys (sorted, distinct), in the order in which they are wanted."""
    found = np.full(len(wanted), missing, dtype=np.int64)
    if len(keys):
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = keys[at] == wanted
        found[hit] = values[at[hit]]
    return found
