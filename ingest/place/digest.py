"""A text that holds passages of several stories and is mostly none of them: a round-up, a morning briefing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.config import Dedupe
from ingest.dedupe import sketch
from ingest.dedupe.compare import COMMON_FROM, Frequencies, Side, common_at, weights
from ingest.dedupe.pair import PASSAGE
from ingest.dedupe.reading import Marks, lead_in, passages
from ingest.dedupe.tokens import found_in
from ingest.place.bodies import Bodies
from ingest.place.counts import Counts, side_of
from store.base import Placing
from store.model import LinkRow

# A text most of which stands in one other text is a version of it, not a digest of it, however many others it touches.
MOSTLY_ONE: Final = 0.60
# A digest treats its stories alike: where the longest passage is twice the next one, it is a version of that story
# that borrowed from the others. Of 13 digests and 60 grown live blogs, 11 and 1 are called digests by that.
ALIKE: Final = 2.0
# Score from which a text stands in another as a whole, and the share of that other from which its story is the core: a
# live blog holds its report whole, as a quarter of it or more, and as more than anything else.
WHOLE, CORE, LEADING = 0.85, 0.25, 1.25
# Share of the beginning of a report that stands in a round-up of it: a sentence of PASSAGE words of fifty.
OPENED: Final = 0.40


@dataclass(frozen=True, slots=True)
class Tie:
    """A text that shares passages with the one at hand."""

    story: Hashable
    marks: Marks  # words of the one at hand that stand in them
    begins: bool = True  # the other one's beginning stands in it
    whole: bool = False  # the other one as a whole
    shorter: bool = True  # than the one at hand


@dataclass(frozen=True, slots=True)
class Foreign:
    """The texts that one shares passages with and is no version of. A `digest` is a version of no story it took from;
    a live blog, say, of one."""

    texts: Collection[int] = ()
    digest: bool = False


def strangers(ties: Mapping[int, Tie], *, stories: int) -> Foreign:
    """What a text took from others, if it took from several. Pure.

    It did from so many `stories` on, of each of which it holds a passage at a place of its own: parts of one lineage
    that stand in several stories overlap in it. Its own other versions are none of these: a copied digest is a digest
    still. And a digest holds how its stories begin: who recycles another's background, or shares an entry with it,
    stands in the middle of it.
    """
    by_story: dict[Hashable, Marks] = {}
    for tie in ties.values():
        by_story[tie.story] = by_story[tie.story] | tie.marks if tie.story in by_story else tie.marks
    words = {story: int(np.count_nonzero(marks)) for story, marks in by_story.items()}
    held = {story: marks for story, marks in by_story.items() if words[story] >= PASSAGE}
    own = {story for story, marks in held.items() if words[story] / len(marks) >= MOSTLY_ONE}
    parts = sorted((story for story in held if story not in own), key=lambda story: -words[story])
    if len(parts) < stories or _places([held[story] for story in parts]) < stories:
        return Foreign()
    begun = {tie.story for tie in ties.values() if tie.begins}
    lent = [held[story] for story in parts if story in begun]
    several = len(lent) >= stories and _places(lent) >= stories
    home = own or _version_of(ties, parts, held, begun)
    if not home and not several:
        return Foreign()
    return Foreign(
        {text for text, tie in ties.items() if tie.story not in home}, digest=several and (bool(own) or not home)
    )


def _places(parts: Sequence[Marks]) -> int:
    """How many of these parts, longest first, hold a passage at a place of their own, and half of their words there:
    parts of one lineage overlap."""
    seen, apart = np.zeros_like(parts[0]), 0
    for marks in parts:
        apart += 2 * int(np.count_nonzero(marks & ~seen)) >= max(2 * PASSAGE, int(np.count_nonzero(marks)))
        seen = seen | marks
    return apart


def _version_of(
    ties: Mapping[int, Tie], parts: Sequence[Hashable], held: Mapping[Hashable, Marks], begun: Collection[Hashable]
) -> set[Hashable]:
    """The story of which the text is a version that borrowed from the others, if it is that.

    The only one that stands in it as a whole: most of its texts do, and not just an excerpt.
    """
    longest, next_one = (int(held[story].sum()) for story in parts[:2])
    if longest >= ALIKE * next_one:
        return {parts[0]}
    whole = {story for story in parts if _whole([tie for tie in ties.values() if tie.story == story])}
    if len(whole) != 1:
        return set()
    others = [int(held[story].sum()) for story in parts if story in begun and story not in whole]
    return {
        story for story in whole if held[story].mean() >= CORE and held[story].sum() >= LEADING * max(others, default=0)
    }


def _whole(texts: Sequence[Tie]) -> bool:
    """Do most of these texts of a story stand in the one at hand as a whole? Longer ones cannot."""
    shorter = [tie for tie in texts if tie.shorter]
    return 2 * sum(tie.whole for tie in shorter) > len(shorter)


def strangers_to(
    placing: Placing,
    new: Side,
    links: Mapping[int, LinkRow],
    others: Mapping[int, tuple[int, Side]],
    counts: Frequencies,
    rules: Dedupe,
) -> Collection[int]:
    """Of the texts that a new one was compared with those that it is no version of, since one of the two is a digest.

    `links` are the verdicts, the new text first in each; `others` has the story and the side of each text.
    """
    linked = {text for text, link in links.items() if link.linked}
    if not linked:
        return ()
    near = {text: others[text][0] for text, link in links.items() if link.shared >= _least_shared(others[text][1])}
    parts = _parts(placing, near, rules.digest_stories)
    told = {text: (parts.get(text, story), side) for text, (story, side) in others.items()}
    apart = set(_foreign(new, links, told, counts, rules).texts)
    several = len({others[text][0] for text in linked}) > 1
    doubtful = {text for text in linked - apart if links[text].containment_b < MOSTLY_ONE or several}
    marked = (
        {end for row in placing.links_of(doubtful) if row.rule == "digest" for end in (row.a, row.b)}
        if doubtful
        else ()
    )
    for text in sorted(doubtful.intersection(marked)):
        if not foreign_to(placing, text, placing.links_of([text]), rules).digest:
            continue
        if links[text].containment_b < MOSTLY_ONE:
            apart.add(text)
        elif links[text].containment_a >= MOSTLY_ONE:  # another version of that digest
            apart |= {other for other in linked if links[other].containment_a < MOSTLY_ONE}
    return apart


def foreign_to(placing: Placing, text: int, rows: Collection[LinkRow], rules: Dedupe) -> Foreign:
    """What this stored text took from others, if it took from several, by the compared pairs that name it."""
    links = {row.b if row.a == text else row.a: row if row.a == text else _turned(row) for row in rows}
    stored = placing.texts({text, *links})
    bodies = Bodies(placing)
    sides = {one: side_of(known, bodies) for one, known in stored.items()}
    held = {one for one in links if stored[one].story_id == stored[text].story_id}
    parts = _parts(placing, {one: stored[one].story_id for one in links}, rules.digest_stories)
    if all(links[one].containment_a < MOSTLY_ONE for one in held):
        parts = {**parts, **_without(placing, text, held)}
    if len({*parts.values()}) < rules.digest_stories:
        return Foreign()
    others = {one: (parts[one], sides[one]) for one in links}
    return _foreign(sides[text], links, others, Counts(placing, [side.shingles for side in sides.values()]), rules)


def _parts(placing: Placing, story_of: Mapping[int, int], wanted: int) -> Mapping[int, Hashable]:
    """What each text is a part of: its story, which falls into its sides again where an analyst merged two.

    A round-up stays one, whoever says that two of its reports are one story. Asked only where it could matter.
    """
    if len(story_of) < wanted or len({*story_of.values()}) >= wanted:
        return story_of
    sides: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for ruling in placing.rulings(story_of):
        for one in ruling.articles if ruling.kind == "tied" else ():
            sides[one.text_id].append((ruling.id, one.side))
    return {text: (story, *sides[text]) for text, story in story_of.items()}


def _without(placing: Placing, text: int, held: Collection[int]) -> Mapping[int, Hashable]:
    """What these texts, which one text is linked to and stands with, are parts of, were it not there.

    A round-up that came before its reports is linked to each as it comes, and holds together what it joined.
    """
    if len(held) < 2:
        return {}
    component = placing.component(held)
    root = {one: one for one in component.story_of}

    def top(one: int) -> int:
        while root[one] != one:
            one = root[one]
        return one

    for link in component.links:
        if link.linked and text not in (link.a, link.b):
            root[top(link.a)] = top(link.b)
    return {one: ("without", top(one)) for one in held}


def _foreign(
    one: Side,
    links: Mapping[int, LinkRow],
    others: Mapping[int, tuple[Hashable, Side]],
    counts: Frequencies,
    rules: Dedupe,
) -> Foreign:
    """What `strangers` says of a text: the texts with passages of its own in it are looked for where enough stories
    share that much, and one of them is linked or was before it was called a digest."""
    near = {text for text, link in links.items() if link.shared >= _least_shared(others[text][1])}
    told = any(link.linked or link.rule == "digest" for link in links.values())
    if one.sketch or not told or len({others[text][0] for text in near}) < rules.digest_stories:
        return Foreign()
    marks = _marks(one, {text: others[text][1] for text in near}, counts)
    taken = {text for text in near if np.count_nonzero(marks[text]) >= PASSAGE}
    if len({others[text][0] for text in taken}) < rules.digest_stories:
        return Foreign()
    ties = {}
    for text in near:
        story, other = others[text]
        shorter = other.words < one.words
        ties[text] = Tie(
            story,
            marks[text],
            begins=text in taken and (other.sketch or lead_in(other.body, one.shingles) >= OPENED),
            whole=shorter and links[text].score >= WHOLE,
            shorter=shorter,
        )
    found = strangers(ties, stories=rules.digest_stories)
    if not found.digest:
        return found
    linked = {text for text, link in links.items() if link.linked}
    # A short copy of what it took may be all common runs, so that nothing of it is a passage, and be linked for that.
    took = {text for text in found.texts if text in linked or ties[text].marks.any()}
    return Foreign(took | (linked - ties.keys()), digest=True)


def _least_shared(other: Side) -> int:
    """Runs that a passage of PASSAGE words brings: two words long, of a sketch a sample of those five words long."""
    return int(sketch.MIN_SHARED) if other.sketch else PASSAGE - 1


def _marks(one: Side, others: Mapping[int, Side], counts: Frequencies) -> dict[int, Marks]:
    """Which words of a text stand in passages that it shares with each of the others: all of them in one step.

    In a large store a passage of ordinary words weighs little however long it is: .13 to .26 a word among 100,000
    texts, and furniture .02. So what a passage must weigh falls as the root of what counts as common there grows.
    """
    found = {text: sketch.passages(one.body, other.shingles) for text, other in others.items() if other.sketch}
    known = {text: other.shingles for text, other in others.items() if not other.sketch}
    if not known:
        return found
    here, runs = counts(one.shingles), np.concatenate(list(known.values()))
    at = found_in(runs, one.shingles)
    owner = np.repeat(np.arange(len(known)), [len(of_one) for of_one in known.values()])[at]
    shared = np.zeros((len(known), len(here)), dtype=bool)
    shared[owner, one.shingles.searchsorted(runs[at])] = True
    usual = int(here.max(initial=0))
    common = [common_at(max(usual, int(counts(of_one).max(initial=0)))) for of_one in known.values()]
    weight = {least: weights(here, least) * (least / COMMON_FROM) ** 0.5 for least in set(common)}
    rows = passages(one.body, one.shingles, np.where(shared, [weight[least] for least in common], 0.0))
    return found | dict(zip(known, rows, strict=True))


def _turned(row: LinkRow) -> LinkRow:
    return row._replace(a=row.b, b=row.a, containment_a=row.containment_b, containment_b=row.containment_a)
