"""Which texts share this one's lineage: candidates by MinHash bands, each verified exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, Verdict
from ingest.dedupe.pair import PASSAGE
from ingest.dedupe.rules import RULES_VERSION
from ingest.dedupe.sketch import may_be_sample
from ingest.dedupe.strangers import strangers
from ingest.dedupe.tokens import U64
from ingest.place.bodies import Bodies
from ingest.place.counts import OWN_STORY_FROM, Counts, side_of
from ingest.place.desk import Incoming
from ingest.place.digest import strangers_to
from ingest.place.dispatches import ASKED, Believed, with_dispatches
from ingest.place.judged import Judged, judge
from store.base import Placing
from store.model import LinkRow, StoredText

# Stands for a text that has no id yet.
NEW = 0
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
    sides |= _strangers(placing, {text: verdicts[text].shared for text in far if text not in sides}, runs, bodies)
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


def _strangers(placing: Placing, shared: Mapping[int, int], runs: Mapping[int, U64], bodies: Bodies) -> dict[int, Side]:
    """Texts that are plainly no kin, for the look at what a digest took: most share too few runs with it to be asked
    for more, and of these no more is read."""
    lent = placing.prints(lenders) if (lenders := [text for text in shared if shared[text] >= PASSAGE - 1]) else {}
    return {
        text: side_of(lent[text], bodies, runs[text])
        if text in lent
        else Side(shingles=runs[text], numbers=runs[text][:0], words=0)
        for text in shared
    }


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
            verdicts[text] = known or judge(new, sides[text], own, rules, crowd=story in popular).verdict
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
        judged = judge(sides[a], sides[b], lessened.get(home, counts), rules, crowd=home in popular)
        yield Weighed(judged, sides[a], sides[b], counts, home if home in popular else None)


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
