"""How well a clustering fits the truth: pairwise precision and recall, adjusted Rand index (Hubert, Arabie 1985)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import comb


@dataclass(frozen=True, slots=True)
class Figures:
    """All between 0 and 1; `ari` may be negative."""

    precision: float
    recall: float
    ari: float


def figures(truth: Sequence[Hashable], said: Sequence[Hashable]) -> Figures:
    """Compare two partitions of the same articles, given as one label each."""
    both = _pairs(list(zip(truth, said, strict=True)))
    true, found, all_pairs = _pairs(truth), _pairs(said), comb(len(truth), 2)
    by_chance = true * found / all_pairs
    most = (true + found) / 2
    return Figures(both / max(1, found), both / max(1, true), (both - by_chance) / (most - by_chance))


def _pairs(labels: Sequence[Hashable]) -> int:
    return sum(comb(count, 2) for count in Counter(labels).values())
