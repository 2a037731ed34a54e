"""One connected component of links -> stories.

Deterministic agglomeration: links strongest first, ties by content; two groups join when at least half of their
compared cross pairs are linked. It beats joining on arrival and union-find on labelled data (see docs/design.md), and
its result does not depend on the order of its arguments, so that a live run, a replay and a batch agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from ingest.dedupe.bonds import Apart, Bonds, Tie

# Share of the compared cross pairs of two groups that must be linked.
MAJORITY = 0.5
# Share of two texts that must stand in a fuller text, to which both are linked, for their not being linked to say
# nothing; how long they may be, of its length (parts of a series are about as long as each other); and in how many such
# texts: one that holds halves of two stories makes them no story.
HELD, SHORTER, HOLDERS = 0.5, 0.8, 2
# Times the usual number of cross pairs that are compared at most where candidates brought many links.
MOST = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """One compared pair of texts. `must` pairs are one lineage whatever the score (states of one article)."""

    a: int
    b: int
    score: float
    linked: bool
    must: bool = False
    a_in_b: float = 0.0  # share of the runs of `a` that stand in `b`
    b_in_a: float = 0.0


@dataclass(frozen=True, slots=True)
class Partition:
    """`groups` in content order, members too. `wanted` pairs would have to be compared to be sure."""

    groups: list[tuple[int, ...]]
    wanted: list[tuple[int, int]]


def partition(
    texts: Mapping[int, bytes],
    pairs: Iterable[Pair],
    *,
    cross_pairs: int,
    ties: Iterable[Tie] = (),
    apart: Iterable[Apart] = (),
) -> Partition:
    """Split one component into stories.

    `texts` maps a text's id to its content hash, which breaks ties: ids depend on arrival, content does not.
    Where two groups could join but fewer than `cross_pairs` of their cross pairs (or all, if there are fewer) were
    compared, the missing ones are named in `wanted`, chosen by content hash; call again with them compared.

    An analyst's word goes first: no group holds texts of both sides of an `apart` pair, and the groups of texts in one
    of `ties` end as one. Tied texts have no vote on each other's company: a copy of one of two tied stories joins as if
    they were two.
    """
    known, holders, links = _read(texts, pairs)
    bonds = Bonds(texts, ties=ties, apart=apart)
    group_of = {text: text for text in texts}
    members: dict[int, list[int]] = {text: [text] for text in texts}
    wanted: list[tuple[int, int]] = []
    for pair in links:
        left, right = group_of[pair.a], group_of[pair.b]
        if left == right or bonds.barred(pair.a, pair.b):
            continue
        if len(members[left]) > len(members[right]):
            left, right = right, left
        if not pair.must:
            yes, compared = _votes(members[left], set(members[right]), known, holders)
            needed = min(len(members[left]) * len(members[right]), _enough(yes, members[left], cross_pairs))
            if compared < needed:
                wanted += _missing(members[left], members[right], known, texts)[: needed - compared]
            if yes < MAJORITY * compared:
                continue
        for text in members[left]:
            group_of[text] = right
        members[right] += members.pop(left)
        bonds.join(pair.a, pair.b)
    groups = [tuple(sorted(group, key=texts.__getitem__)) for group in bonds.blocks()]
    return Partition(sorted(groups, key=lambda group: texts[group[0]]), wanted)


def _read(
    texts: Mapping[int, bytes], pairs: Iterable[Pair]
) -> tuple[dict[int, dict[int, bool]], dict[int, set[int]], list[Pair]]:
    """Which texts were compared with which, and are linked; by text, what it is linked to that holds HELD of it; and
    the links, strongest first."""
    known: dict[int, dict[int, bool]] = {text: {} for text in texts}
    holders: dict[int, set[int]] = {text: set() for text in texts}
    links = []
    for pair in pairs:
        if pair.a not in known or pair.b not in known or pair.a == pair.b:
            continue
        linked = pair.linked or pair.must
        known[pair.a][pair.b] = known[pair.b][pair.a] = linked
        if linked:
            if pair.a_in_b >= HELD and pair.b_in_a <= SHORTER * pair.a_in_b:
                holders[pair.a].add(pair.b)
            if pair.b_in_a >= HELD and pair.a_in_b <= SHORTER * pair.b_in_a:
                holders[pair.b].add(pair.a)
            ends = sorted((texts[pair.a], texts[pair.b]))
            links.append((not pair.must, -pair.score, ends[0], ends[1], pair))
    return known, holders, [link[4] for link in sorted(links, key=lambda link: link[:4])]


def _votes(
    left: list[int], right: set[int], known: Mapping[int, Mapping[int, bool]], holders: Mapping[int, set[int]]
) -> tuple[int, int]:
    """How many cross pairs are linked, and how many of those that were compared say something.

    Two copies that were cut to different parts of a report, or stand under leads of their own, need not share much:
    where half of both stands in fuller texts of these groups, their not being linked says nothing.
    """
    yes = compared = 0
    every = right.union(left)
    for text in left:
        for other, linked in known[text].items():
            if other in right:
                yes += linked
                compared += linked or len(holders[text] & holders[other] & every) < HOLDERS
    return yes, compared


def _enough(yes: int, smaller: list[int], cross_pairs: int) -> int:
    """Cross pairs to compare before two groups may join.

    Candidates bring pairs that are alike: a text with half of each of two stories has its links to both before any
    other pair of theirs is looked at. Two groups of several texts join when others say yes too, not by these alone.
    """
    return cross_pairs if len(smaller) == 1 else max(cross_pairs, min(2 * yes + 1, MOST * cross_pairs))


def _missing(
    left: list[int], right: list[int], known: Mapping[int, Mapping[int, bool]], texts: Mapping[int, bytes]
) -> list[tuple[int, int]]:
    """Cross pairs that were not compared, in an order that only content decides.

    Large groups are sampled first: all cross pairs of two groups of a thousand would be a million.
    """
    sides = [sorted(side, key=lambda text: sha256(texts[text]).digest())[:32] for side in (left, right)]
    pairs = [(a, b) for a in sides[0] for b in sides[1] if b not in known[a]]
    return sorted(pairs, key=lambda pair: sha256(b"".join(sorted(texts[text] for text in pair))).digest())
