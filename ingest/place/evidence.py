"""Which texts share this one's lineage: candidates by MinHash bands, each verified exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, Verdict
from ingest.dedupe.fingerprint import widths
from ingest.dedupe.reading import read
from ingest.dedupe.rules import RULES_VERSION
from ingest.dedupe.sketch import compare, may_be_sample
from ingest.dedupe.strangers import strangers
from ingest.dedupe.tokens import U64, shingle, tokenize
from ingest.place.bodies import Bodies
from ingest.place.counts import OWN_STORY_FROM, Counts, lineage, shared_lineage, side_of
from ingest.place.desk import Incoming
from ingest.place.digest import strangers_to
from ingest.place.dispatches import ASKED, Believed, with_dispatches
from store.base import Placing
from store.model import LinkRow, StoredText

# Two popular texts are plainly one with this much of one in the other and this share of at least so many numbers; with
# fewer numbers nearly all must be there. Of 8,036 pairs of unlike parts of series, lotteries and short reports over one
# footer none is let through.
PLAIN, PLAIN_NUMBERS, FEW_NUMBERS, PLAIN_BARE = 0.70, 0.75, 3, 0.90
# With fewer numbers and less than nearly all, this share of one text's beginning must stand in the other.
PLAIN_OPENING = 0.50
# The same of two texts of which only what they share is popular, the rest being a lead or an end of its own: half of
# either in the other, or of one that plainly stands there more than a third of the other (a round-up begins with a
# report, too, of which it is a third or less); and this share of the runs that one begins with (its first sentences): a
# copy desk that changes every tenth word leaves that many. Below a lead of 28 words half of a beginning may be
# background.
PLAIN_HALF, PLAIN_PART, PLAIN_LEAD, LEAD_RUNS = 0.50, 0.34, 0.70, 50
# Stands for a text that has no id yet.
NEW = 0
# Rules that say that too little weight is shared, which is not so where all runs are common for one story's sake.
WEIGHED = frozenset({"containment-low", "thin", "other-agency-id"})
# Scores below this neither link nor come near it; fifteen rows an article would be the largest table of the store.
NEAR_LINK = 0.30


@dataclass(frozen=True, slots=True)
class Evidence:
    """Verdicts on the texts that were compared, and the texts themselves."""

    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    story_of: Mapping[int, int] = field(default_factory=dict)  # of each of the texts
    runs: Mapping[int, U64] = field(default_factory=dict)
    texts: Mapping[int, StoredText] = field(default_factory=dict)  # but for those that are plainly no kin
    bodies: Bodies | None = None  # their words; None where nothing was compared

    @property
    def linked(self) -> list[int]:
        """Texts of the same lineage, strongest first, ties by content."""
        ids = [text for text, verdict in self.verdicts.items() if verdict.linked]
        return sorted(ids, key=lambda text: (-self.verdicts[text].score, self.texts[text].sha256))

    @property
    def worth_keeping(self) -> dict[int, Verdict]:
        """Verdicts that a partition may ask for again: links, what came near one, and every "no" of a linked story."""
        stories = {self.story_of[text] for text in self.linked}
        return {
            text: verdict
            for text, verdict in self.verdicts.items()
            if verdict.linked
            or verdict.rule == "digest"
            or verdict.score >= NEAR_LINK
            or self.story_of[text] in stories
        }

    def without(self, apart: Collection[int]) -> Evidence:
        """The same, but these are what a digest took from, no lineage."""
        verdicts = {
            text: replace(verdict, linked=False, rule="digest") if text in apart else verdict
            for text, verdict in self.verdicts.items()
        }
        return Evidence(verdicts, self.story_of, self.runs, self.texts, self.bodies)


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and the counts under which it was found. `lineage`: articles that were left out of each of them, being
    of the two texts' own lineage, as their runs tell it; 0 where they do not."""

    verdict: Verdict
    counts: Frequencies
    lineage: int = 0


@dataclass(frozen=True, slots=True)
class Weighed:
    """Two stored texts as they were judged. `every` are the counts before anything was left out of them; `story` is the
    popular one whose own articles were."""

    judged: Judged
    a: Side
    b: Side
    every: Frequencies
    story: int | None

    @property
    def verdict(self) -> Verdict:
        return self.judged.verdict


def gather(placing: Placing, incoming: Incoming, rules: Dedupe) -> Evidence:
    """Compare a new text with the stored ones that share passages with it."""
    per_story = _candidates(placing, incoming, rules)
    new = _side(placing, incoming, rules)
    if not per_story:
        return Evidence()
    story_of = {text: story for story, members in per_story.items() for text in members}
    runs = {text: np.frombuffer(shingles, dtype="<u8") for text, shingles in placing.runs(story_of).items()}
    counts = Counts(placing, [new.shingles, *runs.values()])
    popular = _popular(placing, per_story)
    # Of an unpopular story, and far from any threshold: decided for all such texts at once.
    plain = {text: own for text, own in runs.items() if story_of[text] not in popular and not may_be_sample(own)}
    far = {} if incoming.sketch or not plain else strangers(new, plain, counts, rules)
    # What else is known is read of the others alone. Beside a popular story any may be judged anew.
    near = [text for text in runs if popular or text not in far]
    texts = placing.texts(near) if near else {}
    bodies = Bodies(placing, [text for text in near if not texts[text].sketch])
    sides = {text: side_of(texts[text], bodies, runs[text]) for text in near}
    if new.dispatches:
        sides = with_dispatches(placing, sides, rules)
    verdicts = _verdicts(new, sides, per_story, popular, far, counts, rules)
    found = Evidence(verdicts, story_of, runs, texts, bodies)
    if not found.linked:
        return found
    sides |= {text: _stranger(runs[text]) for text in far if text not in sides}
    links = {text: link_row(NEW, text, verdict) for text, verdict in verdicts.items()}
    apart = strangers_to(placing, new, links, {text: (story_of[text], sides[text]) for text in sides}, counts, rules)
    return found.without(apart) if apart else found


def _candidates(placing: Placing, incoming: Incoming, rules: Dedupe) -> dict[int, list[int]]:
    """The stored texts that share passages with a new one, by story."""
    per_story: dict[int, list[int]] = defaultdict(list)
    bands = incoming.prints.bands.tolist()
    for found in placing.candidates(bands, cap=rules.band_cap, limit=rules.candidates, per_story=rules.per_story):
        per_story[found.story_id].append(found.text_id)
    if incoming.dispatch is not None:  # a few sentences of a dispatch may share no band with it
        for text, story in placing.stories_of(placing.texts_of_dispatch(incoming.dispatch, limit=ASKED)).items():
            if text not in per_story[story]:
                per_story[story].append(text)
    return per_story


def _side(placing: Placing, incoming: Incoming, rules: Dedupe) -> Side:
    prints = incoming.prints
    number = incoming.dispatch
    return Side(
        shingles=prints.shingles, numbers=prints.numbers, words=prints.words, outlets=frozenset({incoming.outlet}),
        sketch=incoming.sketch, text=incoming.article.text, believes=Believed(placing, rules),
        dispatches=frozenset() if number is None else frozenset({number}),
    )  # fmt: skip


def _stranger(runs: U64) -> Side:
    """A text that is plainly no kin, for the look at what a digest took: of such a one only its runs are read."""
    return Side(shingles=runs, numbers=runs[:0], words=0)


def _verdicts(
    new: Side,
    sides: Mapping[int, Side],
    per_story: Mapping[int, Sequence[int]],
    popular: Mapping[int, int],
    far: Mapping[int, Verdict],
    counts: Counts,
    rules: Dedupe,
) -> dict[int, Verdict]:
    """The verdict on each candidate; on those that are `far` it stands already, but beside a popular story."""
    verdicts: dict[int, Verdict] = {}
    home: Frequencies = counts
    for story in sorted(per_story, key=lambda story: (-popular.get(story, 0), story)):
        own = home
        if story in popular:
            own = counts.without([sides[text] for text in per_story[story]], story)
        for text in per_story[story]:
            known = far.get(text) if own is counts else None
            verdicts[text] = known or judge(new, sides[text], own, rules).verdict
        # A new text of a popular story: its runs are frequent for that reason against the texts of other stories too,
        # strays of its lineage among them.
        if home is counts and story in popular and any(verdicts[text].linked for text in per_story[story]):
            home = own
    return verdicts


def verify(placing: Placing, pairs: Sequence[tuple[int, int]], rules: Dedupe) -> list[LinkRow]:
    """Compare pairs of stored texts that nothing had brought together yet."""
    found = weighed(placing, pairs, rules)
    return [link_row(a, b, one.verdict) for (a, b), one in zip(pairs, found, strict=True)]


def weighed(placing: Placing, pairs: Sequence[tuple[int, int]], rules: Dedupe) -> Iterator[Weighed]:
    """The same with all that the verdicts rest on. Nothing is written."""
    texts = placing.texts({text for pair in pairs for text in pair})
    bodies = Bodies(placing)
    sides = with_dispatches(placing, {text: side_of(stored, bodies) for text, stored in texts.items()}, rules)
    counts = Counts(placing, [side.shingles for side in sides.values()])
    popular = _popular(placing, {stored.story_id for stored in texts.values()})
    lessened: dict[int, Frequencies] = {}
    for story in popular:
        sample = placing.texts(placing.sample(story, rules.per_story)).values()
        lessened[story] = counts.without([side_of(stored, bodies) for stored in sample], story)
    for a, b in pairs:
        home = max((texts[a].story_id, texts[b].story_id), key=lambda story: (popular.get(story, 0), -story))
        judged = judge(sides[a], sides[b], lessened.get(home, counts), rules)
        yield Weighed(judged, sides[a], sides[b], counts, home if home in popular else None)


def judge(a: Side, b: Side, counts: Frequencies, rules: Dedupe) -> Judged:
    """Compare two texts; where both are popular as a whole and plainly one, their lineage is left out of the counts.

    Frequencies may know of copies that no story holds yet: a corpus is counted before it is decided. Half a dozen of
    them are enough to hide a cut copy under a lead of another's own: of such texts one begins in the other.
    """
    found = compare(a, b, counts, rules)
    if found.linked or found.rule not in WEIGHED:
        return Judged(found, counts)
    articles = min(lineage(a, counts), lineage(b, counts)) if _plainly_one(a, b, found) else 0
    articles = articles or _hidden(a, b, found, counts)
    if not articles:
        return Judged(found, counts)

    def lessened(shingles: U64) -> NDArray[np.int64]:
        return np.asarray(np.maximum(1, counts(shingles) - articles))

    return Judged(compare(a, b, lessened, rules), lessened, articles)


def _hidden(a: Side, b: Side, found: Verdict, counts: Frequencies) -> int:
    """Articles of the lineage of two texts of which one begins in the other, half of either stands there, or most of a
    hard cut one, and so do its numbers. 0 where that is not so: parts of series have other numbers, follow-ups and
    reports over one footer begin anew."""
    least, most = sorted((found.containment_a, found.containment_b))
    known = min(len(a.numbers), len(b.numbers))
    if least < (PLAIN_HALF if most < PLAIN else PLAIN_PART) or (known < FEW_NUMBERS and most < PLAIN):
        return 0
    if len(np.intersect1d(a.numbers, b.numbers, assume_unique=True)) < PLAIN_NUMBERS * known:
        return 0
    runs = np.intersect1d(a.shingles, b.shingles, assume_unique=True)
    articles = shared_lineage(runs, counts)
    return articles if articles and max(_lead_in(a, runs), _lead_in(b, runs)) >= PLAIN_LEAD else 0


def _lead_in(side: Side, runs: U64) -> float:
    """How much of a text's beginning these runs are."""
    tokens = tokenize(side.body)
    lead = shingle(tokens.hashes, widths(tokens)[0])[:LEAD_RUNS]
    return float(np.isin(lead, runs).mean()) if len(lead) else 0.0


def _plainly_one(a: Side, b: Side, found: Verdict) -> bool:
    """Is this no series? Texts from one template are popular as a whole too, but their numbers differ.

    Where there are too few numbers to tell, one text must begin in the other: short reports over one footer do not.
    """
    known = min(len(a.numbers), len(b.numbers))
    contained = max(found.containment_a, found.containment_b)
    if contained < PLAIN:
        return False
    numbers = len(np.intersect1d(a.numbers, b.numbers, assume_unique=True))
    if known >= FEW_NUMBERS:
        return numbers >= PLAIN_NUMBERS * known
    if contained >= PLAIN_BARE:
        return True
    common = np.intersect1d(a.shingles, b.shingles, assume_unique=True)
    return 2 * numbers >= known and read(a.body, b.body, common, np.ones(len(common))).opening >= PLAIN_OPENING


def _popular(placing: Placing, stories: Iterable[int]) -> dict[int, int]:
    """The number of articles of those stories whose own runs would lose too much weight."""
    sizes = placing.large_stories(stories)
    return {
        story: articles for story, (articles, outlets) in sizes.items() if articles >= OWN_STORY_FROM and outlets > 1
    }


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
