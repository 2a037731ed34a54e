"""Which stories that makes: groups of texts get their permanent ids, each story its canonical article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ingest.config import Dedupe
from ingest.dedupe.canonical import Contender, choose, stays
from ingest.dedupe.partition import Pair, partition
from ingest.place.again import weigh_again
from ingest.place.evidence import Evidence, verify
from ingest.place.numbers import anchors_of, identities, named_again
from ingest.place.rulings import InForce, in_force
from ingest.place.standings import Standings
from store.base import Placing
from store.model import Component, Decision, LinkRow, Member, NewArticle

# Rounds of comparing pairs that the partition asked for. Each round settles a pair of groups; real components need
# one or two.
MAX_ROUNDS = 8
# Articles from which a story is popular: up to here a partition takes less than 5 ms.
POPULAR = 48
# Share of the compared members that a new text must be linked to, to join a popular story at once: well above the half
# that the partition asks for, so that doubtful cases go there.
WELCOME = 0.75
# Rules that tie texts whatever their score: states of one article, and one text.
MUST = frozenset({"revision"})


def welcome(placing: Placing, found: Evidence, story: int) -> bool:
    """Does a new text join this popular story without a partition of the whole component?

    It does where every lineage found is this story's, and most of what was compared of it is linked. The partition
    would say the same; for the thousandth copy it would weigh 12,000 links to do so (150 ms, growing with the story).
    """
    if {found.story_of[text] for text in found.linked} != {story}:
        return False
    compared = [verdict.linked for text, verdict in found.verdicts.items() if found.story_of[text] == story]
    return sum(compared) >= WELCOME * len(compared) and placing.story_sizes([story])[story][0] >= POPULAR


@dataclass(frozen=True, slots=True)
class Settled:
    """What a partition changed. `stories` are those to look after: canonical, relations, topic."""

    stories: frozenset[int]
    texts: frozenset[int] = frozenset()  # all that was partitioned
    was: Mapping[int, int] = field(default_factory=dict)  # texts that moved -> the story in which they stood before
    merged: int = 0
    split: int = 0
    changed: frozenset[int] = frozenset()  # stories that texts came to or left

    @property
    def moved(self) -> frozenset[int]:
        """Texts that stand in another story than before."""
        return frozenset(self.was)


def settle(placing: Placing, text_id: int, rules: Dedupe, *, now: datetime, learn: bool = True) -> Settled:
    """Partition the component a text touches, and move texts to the stories that result.

    Where the store does not `learn` how common words are, having counted beforehand, no verdict has grown old.
    """
    return settle_all(placing, [text_id], rules, now=now, fresh=text_id, again=learn)


def settle_all(
    placing: Placing, text_ids: Collection[int], rules: Dedupe, *, now: datetime, fresh: int | None = None,
    again: bool = False,
) -> Settled:  # fmt: skip
    """Partition what these texts touch, over links and an analyst's ties, and move texts to the stories that result.

    A `fresh` text has just come, as the last of the store: standing alone, it was never split off. With `again` old
    verdicts around it are asked for again; not of a large story, of which the newcomer's own comparisons say as much.
    """
    component, rulings = _region(placing, text_ids)
    if again and fresh is not None and len(component.story_of) <= POPULAR:
        component = weigh_again(placing, component, rules, texts=fresh)
    groups = _groups(placing, component, rulings, rules)
    members = placing.members(set(component.story_of.values()))
    canonical = {member.story_id: member for member in members if member.canonical}
    anchors = anchors_of(component, members)
    found = identities(groups, component.story_of, anchors)
    named = named_again(placing, groups, found, component, rulings.apart)
    target: dict[int, int] = {}
    split = 0
    for group, kept in zip(groups, named, strict=True):
        source = component.story_of[group[0]]
        story = placing.add_story(at=now) if kept is None else kept
        if story not in anchors and {*group} != {fresh}:
            split += 1
            facts = {"texts": len(group)}
            placing.add_decision(Decision(at=now, kind="split", story_id=story, other_story_id=source, facts=facts))
        target |= dict.fromkeys(group, story)
    was = {text: before for text, before in component.story_of.items() if target[text] != before}
    _record_moves(placing, was, target, found.merged, now=now)
    placing.assign({text: target[text] for text in was})
    for old, new in found.merged.items():
        placing.merge(old, new, at=now)
        # The article that stood for the story remembers where its number belongs, should they part again.
        former = canonical[old].id if old in canonical else None
        facts = {"stood": canonical[new].id} if new in canonical else {}
        merged = Decision(at=now, kind="merged", story_id=new, other_story_id=old, article_id=former, facts=facts)
        placing.add_decision(merged)
    # A merged story brings texts along that no link of this component reached.
    along = {member.text_id: member.story_id for member in members if member.story_id in found.merged}
    changed = {*was.values(), *(target[text] for text in was), *found.merged.values()}
    return Settled(
        frozenset(target.values()), frozenset(target), along | was, len(found.merged), split, frozenset(changed)
    )


def _region(placing: Placing, text_ids: Collection[int]) -> tuple[Component, InForce]:
    """The texts that links and ties reach, and what an analyst ruled on them."""
    reached = set(text_ids)
    while True:
        component = placing.component(reached)
        ruled = in_force(placing.rulings(component.story_of))
        if ruled.texts <= component.story_of.keys():
            return component, ruled
        reached |= ruled.texts


def _record_moves(
    placing: Placing, was: Mapping[int, int], target: Mapping[int, int], merged: Mapping[int, int], *, now: datetime
) -> None:
    """Decisions on texts that went over to a story that was there before."""
    known = set(was.values())
    moves = Counter((before, target[text]) for text, before in was.items() if target[text] in known - {before})
    for (before, after), texts in sorted(moves.items()):
        if before not in merged:
            facts = {"texts": texts}
            placing.add_decision(
                Decision(at=now, kind="moved", story_id=after, other_story_id=before, facts=facts)
            )  # fmt: skip


def _groups(placing: Placing, component: Component, ruled: InForce, rules: Dedupe) -> list[tuple[int, ...]]:
    """The partition, with the pairs it asks for compared and kept as evidence."""
    pairs = _pairs(component.links)
    for _ in range(MAX_ROUNDS):
        result = partition(
            component.sha256, pairs.values(), cross_pairs=rules.cross_pairs, ties=ruled.ties, apart=ruled.apart
        )
        if not result.wanted:
            break
        links = verify(placing, sorted({(min(pair), max(pair)) for pair in result.wanted}), rules)
        placing.add_links(links)
        pairs |= _pairs(links)
    return result.groups


def _pairs(links: Iterable[LinkRow]) -> dict[tuple[int, int], Pair]:
    return {
        (link.a, link.b): Pair(
            link.a, link.b, link.score, link.linked, must=link.rule in MUST, a_in_b=link.containment_a,
            b_in_a=link.containment_b,
        )
        for link in links
    }  # fmt: skip


def look_back(placing: Placing, stories: Iterable[int], rules: Dedupe) -> None:
    """Choose and describe anew in these stories with what has been learned since, popular ones left alone.

    An article's site is met for the first time with one of its first articles: that its footer is no part of the news
    shows later.
    """
    sizes = placing.story_sizes(stories)
    grown = [story for story, (articles, _) in sizes.items() if 1 < articles < POPULAR]
    refresh(placing, grown, rules, anew=True)


def begin(placing: Placing, story: int, article: int, facts: NewArticle, rules: Dedupe, *, at: datetime) -> None:
    """Say of a new story that its one article stands for it; what `refresh` would say, without asking who is in it."""
    only = Contender(
        id=article, sha256=b"", outlet=facts.outlet, published=None, published_from="none", first_seen=at,
        words=facts.words, free=facts.free, seed=facts.seed, partial=facts.partial,
    )  # fmt: skip
    placing.set_canonical(story, article, reason=choose([only], rules).reason)


def refresh(
    placing: Placing,
    stories: Iterable[int],
    rules: Dedupe,
    *,
    article: int | None = None,
    moved: Collection[int] = (),
    anew: bool = False,
) -> None:
    """Choose each story's canonical article, and say how every changed member stands to it.

    Where the canonical article stays, these have changed: the `article` in hand, and carriers of `moved` texts, which
    had another one before; `anew` says it of all.
    """
    for story in sorted(stories):
        if not moved and article is not None and _as_before(placing, story, article, rules):
            continue
        members = placing.members([story])
        if not members:
            continue
        held = next((member for member in members if member.canonical), None)
        pins = placing.pins([story])
        contenders = [_contender(member, pins) for member in members]
        side_by_side = Standings(placing, story, members)
        choice = choose(contenders, rules, current=held.id if held else None, standing=side_by_side.standing)
        canonical = next(member for member in members if member.id == choice.id)
        if not anew or held is None or held.id != choice.id:
            placing.set_canonical(story, choice.id, reason=choice.reason)
        every = anew or held is None or held.id != choice.id or choice.id == article
        stale = members if every else [one for one in members if one.id == article or one.text_id in moved]
        placing.set_relations(side_by_side.relations(stale, canonical))
        _spread_topic(placing, members)


def _as_before(placing: Placing, story: int, article: int, rules: Dedupe) -> bool:
    """Look after an article that joins a popular story and changes nothing for its other members, if it is one.

    Reading them all for each would make 10,000 copies ten minutes' work.
    """
    if placing.story_sizes([story])[story][0] < POPULAR:
        return False
    pair = placing.beside_canonical(story, article)
    held = next((member for member in pair if member.canonical), None)
    joining = next((member for member in pair if member.id == article), None)
    if held is None or joining is None or held is joining:
        return False
    # Only where the canonical text itself is on the topic, all others are, whatever this one was or is.
    pins = placing.pins([story])
    if not stays(_contender(held, pins), _contender(joining, pins), rules) or held.on_topic_from != "text":
        return False
    placing.set_relations(Standings(placing, story, pair).relations([joining], held))
    if not joining.on_topic:
        placing.set_on_topic([joining.id], source="story")
    return True


def _contender(member: Member, pins: Mapping[int, int]) -> Contender:
    return Contender(
        id=member.id,
        sha256=member.text_sha256,
        outlet=member.outlet,
        published=member.published,
        published_from=member.published_from,
        first_seen=member.first_seen,
        words=member.words,
        free=member.free,
        seed=member.seed,
        sketch=member.sketch,
        partial=member.partial,
        revised=member.revised,
        pinned=pins.get(member.id, 0),
    )


def _spread_topic(placing: Placing, members: Sequence[Member]) -> None:
    """A text that shares its story with one on the topic is on the topic; and no longer, when it stands alone again."""
    hit = any(member.on_topic and member.on_topic_from == "text" for member in members)
    others = [member for member in members if member.on_topic_from != "text"]
    stale = [member.id for member in others if member.on_topic != hit]
    if stale:
        placing.set_on_topic(stale, source="story" if hit else None)
