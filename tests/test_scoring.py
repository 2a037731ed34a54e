"""Scores against brute force over all pairs, and worked examples of the papers."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.scoring import Rates, score, score_pairs

clusterings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=14)


def named(values: list[Any]) -> dict[str, Any]:
    return {f"{number:02}": value for number, value in enumerate(values)}


def close(found: Rates, *wanted: float | None) -> bool:
    pairs = zip((found.precision, found.recall, found.f1), wanted, strict=True)
    return all(a == b or (a is not None and b is not None and abs(a - b) < 1e-12) for a, b in pairs)


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@given(clusterings)
def test_pairs_are_counted_as_by_hand(both: list[tuple[int, int]]) -> None:
    """Precision, recall and F1 over every pair of articles."""
    same = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(both, 2)]
    hit, wanted, said = (sum(f(pair) for pair in same) for f in (all, lambda p: p[0], lambda p: p[1]))
    found = score(named([label for label, _ in both]), named([story for _, story in both]))
    assert close(found.pairs, ratio(hit, said), ratio(hit, wanted), ratio(2 * hit, wanted + said))


@given(clusterings)
def test_b_cubed_is_asked_of_each_article(both: list[tuple[int, int]]) -> None:
    """Per article: of those in its story, how many have its label; of those with its label, how many are there."""
    precision = recall = 0.0
    for label, story in both:
        here = [one for one in both if one[1] == story]
        mates = [one for one in both if one[0] == label]
        hit = sum(one[0] == label for one in here)
        precision, recall = precision + hit / len(here), recall + hit / len(mates)
    precision, recall = precision / len(both), recall / len(both)
    found = score(named([label for label, _ in both]), named([story for _, story in both]))
    assert close(found.b_cubed, precision, recall, 2 * precision * recall / (precision + recall))


@given(clusterings, st.permutations(range(5)))
def test_names_do_not_matter(both: list[tuple[int, int]], names: list[int]) -> None:
    """Other names for stories change nothing; a clustering agrees with itself wholly."""
    labels, stories = named([label for label, _ in both]), named([story for _, story in both])
    renamed = {article: names[story] for article, story in stories.items()}
    ours, theirs = score(labels, stories), score(labels, renamed)
    assert (ours.pairs, ours.b_cubed, ours.ari) == (theirs.pairs, theirs.b_cubed, theirs.ari)
    itself = score(labels, labels)
    assert (itself.ari, itself.b_cubed.f1, itself.false_merges, itself.false_splits) == (1.0, 1.0, (), ())


def test_adjusted_rand_index() -> None:
    """A table worked by hand: 2 of 5 pairs agree, 1.6 would by chance."""
    found = score(named([0, 0, 0, 1, 1, 1]), named([0, 0, 1, 1, 2, 2]))
    assert found.ari == pytest.approx((2 - 6 * 3 / 15) / ((6 + 3) / 2 - 6 * 3 / 15))
    assert score({}, {}).ari is None


def test_adjusted_rand_index_is_zero_for_chance() -> None:
    """Labels spread evenly over stories say nothing about them: the index is below zero, as it may be."""
    found = score(named([0, 1] * 8), named([0] * 8 + [1] * 8))
    assert found.ari is not None
    assert -0.1 < found.ari < 0


@given(clusterings)
def test_errors_are_all_wrong_pairs(both: list[tuple[int, int]]) -> None:
    """The wrong pairs of all errors together are those that precision and recall lack; the worst come first."""
    found = score(named([label for label, _ in both]), named([story for _, story in both]), worst=100)
    same = [(a[0] == b[0], a[1] == b[1]) for a, b in combinations(both, 2)]
    assert sum(error.pairs for error in found.false_merges) == sum(b and not a for a, b in same)
    assert sum(error.pairs for error in found.false_splits) == sum(a and not b for a, b in same)
    for errors in (found.false_merges, found.false_splits):
        assert [error.pairs for error in errors] == sorted((error.pairs for error in errors), reverse=True)
        assert all(sum(part.articles for part in error.parts) == error.articles for error in errors)


@given(clusterings)
def test_labelled_pairs_agree_with_clusters(both: list[tuple[int, int]]) -> None:
    """All pairs of a clustering as labels give its pair scores; pairs of unknown articles are left out."""
    labels, stories = named([label for label, _ in both]), named([story for _, story in both])
    pairs = {(a, b): labels[a] == labels[b] for a, b in combinations(labels, 2)} | {("00", "nobody"): True}
    assert score_pairs(pairs, stories).pairs == score(labels, stories).pairs


def test_wrong_pairs_of_the_worst_story_come_first() -> None:
    """Of one story three pairs were labelled as two, of another one: all are named, with where they stand."""
    stories = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2}
    wrong = dict.fromkeys((("a", "b"), ("c", "d"), ("c", "e"), ("d", "e")), False)
    found = score_pairs(wrong | {("a", "c"): True}, stories)
    assert [error.name for error in found.false_merges] == [2, 2, 2, 1]
    [parted] = found.false_splits
    assert (parted.name, [part.name for part in parted.parts]) == (None, [1, 2])
