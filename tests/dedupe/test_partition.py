"""The partition is a function of texts and links: ids, arrival and argument order leave no trace in it."""

from __future__ import annotations

from hashlib import sha256
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe.partition import MAJORITY, Pair, Partition, partition

# Enough to have every cross pair asked for, where groups are small.
ALL = 1000


def content(name: object) -> bytes:
    return sha256(str(name).encode()).digest()


def texts(count: int) -> dict[int, bytes]:
    return {text: content(text) for text in range(count)}


def clique(*members: int, score: float = 0.9) -> list[Pair]:
    return [Pair(a, b, score, linked=True) for a, b in combinations(members, 2)]


def apart(left: list[int], right: list[int], score: float = 0.4) -> list[Pair]:
    return [Pair(a, b, score, linked=False) for a in left for b in right]


def groups(found: Partition) -> set[frozenset[int]]:
    return {frozenset(group) for group in found.groups}


@st.composite
def components(draw: st.DrawFn) -> tuple[dict[int, bytes], list[Pair]]:
    """Texts and compared pairs among them; scores repeat, so that ties are common."""
    count = draw(st.integers(1, 12))
    pairs = []
    for a, b in combinations(range(count), 2):
        kind = draw(st.sampled_from(["none", "none", "link", "link", "no", "must"]))
        if kind != "none":
            score = draw(st.sampled_from([0.56, 0.7, 0.7, 0.9]))
            held = draw(st.sampled_from([0.2, 0.5, 0.9])), draw(st.sampled_from([0.2, 0.5, 0.9]))
            pairs.append(Pair(a, b, score, linked=kind == "link", must=kind == "must", a_in_b=held[0], b_in_a=held[1]))
    return texts(count), pairs


@settings(max_examples=150)
@given(components(), st.randoms(use_true_random=False), st.integers(1, 12))
def test_order_and_ids_do_not_matter(
    given_: tuple[dict[int, bytes], list[Pair]], chance: Random, cross_pairs: int
) -> None:
    """Shuffled texts and pairs, turned pairs and other ids give the same groups and ask for the same pairs."""
    of, pairs = given_
    found = partition(of, pairs, cross_pairs=cross_pairs)
    new = dict(zip(of, chance.sample(range(1000), len(of)), strict=True))
    names = chance.sample(sorted(of), len(of))
    turned = [
        Pair(new[p.b], new[p.a], p.score, p.linked, p.must, p.b_in_a, p.a_in_b)
        if chance.random() < 0.5
        else Pair(new[p.a], new[p.b], p.score, p.linked, p.must, p.a_in_b, p.b_in_a)
        for p in chance.sample(pairs, len(pairs))
    ]
    again = partition({new[text]: of[text] for text in names}, turned, cross_pairs=cross_pairs)
    assert again.groups == [tuple(new[text] for text in group) for group in found.groups]
    asked = {frozenset((new[a], new[b])) for a, b in found.wanted}
    assert {frozenset(pair) for pair in again.wanted} == asked


@given(components(), st.integers(1, 12))
def test_every_text_stands_in_one_group(given_: tuple[dict[int, bytes], list[Pair]], cross_pairs: int) -> None:
    """Groups are disjoint and hold all texts; what must be together is; nothing unlinked is joined."""
    of, pairs = given_
    found = partition(of, pairs, cross_pairs=cross_pairs)
    assert sorted(text for group in found.groups for text in group) == sorted(of)
    where = {text: n for n, group in enumerate(found.groups) for text in group}
    assert all(where[pair.a] == where[pair.b] for pair in pairs if pair.must)
    for group in found.groups:
        inside = {text for pair in pairs if pair.linked or pair.must for text in (pair.a, pair.b)} & set(group)
        assert len(group) == 1 or inside == set(group)


@given(components())
def test_wanted_pairs_were_not_compared(given_: tuple[dict[int, bytes], list[Pair]]) -> None:
    """Only pairs that nobody compared are asked for, and once they are answered nothing more is."""
    of, pairs = given_
    known = {frozenset((pair.a, pair.b)) for pair in pairs}
    found = partition(of, pairs, cross_pairs=ALL)
    assert not {frozenset(pair) for pair in found.wanted} & known
    complete = pairs + [Pair(a, b, 0.1, linked=False) for a, b in combinations(of, 2) if frozenset((a, b)) not in known]
    assert partition(of, complete, cross_pairs=ALL).wanted == []


def test_one_link_does_not_join_two_groups() -> None:
    """A text that is like one of each group is no bridge: most cross pairs say no."""
    left, right = [0, 1, 2, 3], [4, 5, 6, 7]
    cross = [*apart(left, right)[1:], Pair(0, 4, 0.6, linked=True)]
    assert groups(partition(texts(8), clique(*left) + clique(*right) + cross, cross_pairs=ALL)) == {
        frozenset(left),
        frozenset(right),
    }


def test_a_bridge_joins_the_side_it_is_more_like() -> None:
    """A text that is linked to all of both groups goes to the stronger links; the groups stay apart."""
    left, right = [0, 1, 2], [3, 4, 5]
    bridge = [Pair(6, text, 0.8, linked=True) for text in left] + [Pair(6, text, 0.6, linked=True) for text in right]
    found = partition(texts(7), clique(*left) + clique(*right) + apart(left, right) + bridge, cross_pairs=ALL)
    assert groups(found) == {frozenset({0, 1, 2, 6}), frozenset(right)}


def test_half_of_the_compared_pairs_is_enough() -> None:
    """Two groups join at the majority of what was compared between them, and not a pair below."""
    left, right = [0, 1], [2, 3]
    for yes, joined in ((1, False), (2, True), (4, True)):
        cross = [
            Pair(a, b, 0.6, linked=n < yes)
            for n, (a, b) in enumerate((a, b) for a in left for b in right)
        ]  # fmt: skip
        assert yes / 4 < MAJORITY or joined
        found = partition(texts(4), clique(*left) + clique(*right) + cross, cross_pairs=ALL)
        assert (len(found.groups) == 1) is joined


def test_copies_cut_to_different_parts_say_nothing_of_each_other() -> None:
    """A cut copy that is linked to the fuller texts alone belongs to them, where these hold the others as well; one
    text that holds halves of two stories makes them no story."""
    cuts, cut = [3, 4, 5, 6, 7], 8
    for full in ([0, 1, 2], [0]):
        held = [Pair(text, one, 0.8, linked=True, a_in_b=0.9, b_in_a=0.4) for text in cuts for one in full]
        last = [Pair(cut, one, 0.7, linked=True, a_in_b=0.6, b_in_a=0.3) for one in full]
        pairs = [*clique(*full), *clique(*cuts, score=0.85), *held, *last, *apart([cut], cuts)]
        found = partition({text: content(text) for text in (*full, *cuts, cut)}, pairs, cross_pairs=ALL)
        assert (len(found.groups) == 1) is (len(full) > 1)


def test_too_few_compared_pairs_are_named() -> None:
    """Two groups with a single compared pair join for now: the missing pairs are asked for, as few as said."""
    left, right = [0, 1, 2, 3], [4, 5, 6, 7]
    pairs = clique(*left) + clique(*right) + [Pair(0, 4, 0.6, linked=True)]
    found = partition(texts(8), pairs, cross_pairs=6)
    assert len(set(found.wanted)) == 5
    assert all((a in left) != (b in left) for a, b in found.wanted)
    denied = pairs + [Pair(a, b, 0.3, linked=False) for a, b in found.wanted]
    assert groups(partition(texts(8), denied, cross_pairs=6)) == {frozenset(left), frozenset(right)}
    granted = pairs + [Pair(a, b, 0.7, linked=True) for a, b in found.wanted]
    assert len(partition(texts(8), granted, cross_pairs=6).groups) == 1


def test_what_must_be_together_is_not_outvoted() -> None:
    """Two states of one article stay one lineage though everything else speaks against it."""
    left, right = [0, 1, 2], [3, 4, 5]
    pairs = clique(*left) + clique(*right) + apart(left, right)[1:] + [Pair(0, 3, 0.0, linked=False, must=True)]
    where = partition(texts(6), pairs, cross_pairs=ALL).groups
    assert any({0, 3} <= set(group) for group in where)


def test_strangers_and_selves_are_no_evidence() -> None:
    """Pairs of texts outside the component, or of a text with itself, are left out."""
    odd = [Pair(0, 99, 0.9, linked=True), Pair(0, 0, 1.0, linked=True)]
    assert groups(partition(texts(2), odd, cross_pairs=8)) == {frozenset({0}), frozenset({1})}
    assert partition({}, [], cross_pairs=8).groups == []


def test_large_groups_are_sampled() -> None:
    """Of two groups of hundreds, a handful of cross pairs is asked for, not tens of thousands."""
    left, right = list(range(300)), list(range(300, 600))
    star = [Pair(0, n, 0.9, linked=True) for n in left[1:]] + [Pair(300, n, 0.9, linked=True) for n in right[1:]]
    found = partition(texts(600), [*star, Pair(0, 300, 0.56, linked=True)], cross_pairs=8)
    asked = [pair for pair in found.wanted if (pair[0] < 300) != (pair[1] < 300)]
    assert len(asked) == 7
