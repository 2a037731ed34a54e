"""An analyst's word in the partition: kept whatever the evidence says, and whatever the order of its arguments."""

from __future__ import annotations

from hashlib import sha256
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe.bonds import Bonds
from ingest.dedupe.partition import Pair, Partition, partition

Rulings = tuple[list[set[int]], list[tuple[set[int], set[int]]]]


def texts(count: int) -> dict[int, bytes]:
    return {text: sha256(str(text).encode()).digest() for text in range(count)}


def clique(*members: int) -> list[Pair]:
    return [Pair(a, b, 0.9, linked=True) for a, b in combinations(members, 2)]


def where(found: Partition) -> dict[int, int]:
    return {text: n for n, group in enumerate(found.groups) for text in group}


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[int, bytes], list[Pair], Rulings]:
    """Texts, compared pairs and rulings that may contradict each other."""
    count = draw(st.integers(2, 10))
    pairs = []
    for a, b in combinations(range(count), 2):
        kind = draw(st.sampled_from(["none", "link", "link", "no", "must"]))
        if kind != "none":
            pairs.append(Pair(a, b, draw(st.sampled_from([0.6, 0.8])), linked=kind == "link", must=kind == "must"))
    some = st.sets(st.integers(0, count - 1), max_size=3)
    return texts(count), pairs, (draw(st.lists(some, max_size=3)), draw(st.lists(st.tuples(some, some), max_size=3)))


@settings(max_examples=80)
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_rulings_does_not_matter(case: tuple[dict[int, bytes], list[Pair], Rulings], chance: Random) -> None:
    """Shuffled texts, pairs and rulings with their sides turned give the same stories."""
    of, pairs, (ties, apart) = case
    found = partition(of, pairs, cross_pairs=4, ties=ties, apart=apart)
    turned = [(right, left) if chance.random() < 0.5 else (left, right) for left, right in apart]
    again = partition(
        {text: of[text] for text in chance.sample(sorted(of), len(of))}, chance.sample(pairs, len(pairs)),
        cross_pairs=4, ties=chance.sample(ties, len(ties)), apart=chance.sample(turned, len(turned)),
    )  # fmt: skip
    assert again.groups == found.groups
    assert {frozenset(pair) for pair in again.wanted} == {frozenset(pair) for pair in found.wanted}


@settings(max_examples=80)
@given(cases())
def test_what_is_kept_apart_is_never_together(case: tuple[dict[int, bytes], list[Pair], Rulings]) -> None:
    """No story holds both sides of a separation, be it through links, states of one article, or ties."""
    of, pairs, (ties, apart) = case
    found = partition(of, pairs, cross_pairs=4, ties=ties, apart=apart)
    home = where(found)
    assert sorted(home) == sorted(of)
    for left, right in apart:
        assert not {home[text] for text in left - right} & {home[text] for text in right - left}


@settings(max_examples=80)
@given(cases())
def test_tied_texts_are_together(case: tuple[dict[int, bytes], list[Pair], Rulings]) -> None:
    """Ties hold, but where a separation speaks against them: then both sides of one would meet."""
    of, pairs, (ties, apart) = case
    home = where(partition(of, pairs, cross_pairs=4, ties=ties, apart=apart))
    for tie in ties:
        for a, b in combinations(tie, 2):
            if home[a] != home[b]:
                both = {text for text, at in home.items() if at in (home[a], home[b])}
                assert any(both & (left - right) and both & (right - left) for left, right in apart)


@given(cases())
def test_without_rulings_nothing_changes(case: tuple[dict[int, bytes], list[Pair], Rulings]) -> None:
    """Rulings on texts of other components leave no trace."""
    of, pairs, _ = case
    strangers = [({100, 101}, {102}), ({103}, set())]
    assert partition(of, pairs, cross_pairs=4, ties=[{100, 102}], apart=strangers) == partition(
        of, pairs, cross_pairs=4
    )


def test_company_of_tied_texts_counts() -> None:
    """What is kept apart from one of two tied texts does not join the other, however strong the link."""
    pairs = [Pair(0, 1, 0.6, linked=True), Pair(2, 3, 0.99, linked=True)]
    found = partition(texts(4), pairs, cross_pairs=4, ties=[{0, 2}], apart=[({3}, {0})])
    assert {frozenset(group) for group in found.groups} == {frozenset({0, 1, 2}), frozenset({3})}


def test_a_copy_of_one_of_two_tied_stories_joins() -> None:
    """The other story's many texts have no vote on a newcomer that is like the first story's."""
    small, large = [0, 1], [2, 3, 4, 5, 6]
    newcomer = [Pair(7, text, 0.9, linked=True) for text in small] + [
        Pair(7, text, 0.1, linked=False) for text in large
    ]
    pairs = clique(*small) + clique(*large) + newcomer
    assert len(partition(texts(8), pairs, cross_pairs=8, ties=[{0, 2}]).groups) == 1


def test_blocks_that_are_barred_stay_two() -> None:
    """Joining what is kept apart changes nothing, and says so."""
    bonds = Bonds(texts(3), apart=[({0}, {1})])
    assert bonds.join(0, 2)
    assert not bonds.join(2, 1)
    assert sorted(map(sorted, bonds.blocks())) == [[0, 2], [1]]


def test_who_is_barred_from_a_tie_takes_nobody_along() -> None:
    """Of three that are tied one is kept apart from the others, whichever it is: those still stand together."""
    for alone in range(3):
        rest = {0, 1, 2} - {alone}
        bonds = Bonds({text: bytes([text]) for text in range(3)}, ties=[{0, 1, 2}], apart=[({alone}, rest)])
        assert sorted(map(set, bonds.blocks()), key=len) == [{alone}, rest]
