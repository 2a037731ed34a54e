"""How many articles contain a run, for the texts at hand; with and without a popular story's own articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.compare import COMMON_FROM, Frequencies, Side, common_from
from ingest.dedupe.tokens import U64
from ingest.place.bodies import Bodies
from store.base import Placing
from store.model import Print, StoredText

# Articles of a story from which its own members are left out of the frequencies. Below, the story's own runs lose too
# little weight to matter (two thirds at twelve); applied from four members on, series from one template snowballed
# (ARI .65 instead of .94 on labelled edits).
OWN_STORY_FROM = 12
# Articles of a smaller story from which what two of its texts share weighs less for that story's sake: only where both
# are told from parts of a series by more than their weights.
KNOWN_FROM = 5
# Standard errors of the share of a story's members that contain a run, as estimated from the few that are compared.
SURE = 2.0
# Share of a text's runs that may be its own where the rest is popular, and how much more frequent than the run at that
# quantile the most frequent of its lineage are (beginnings outlive the cuts).
USUAL, SLACK = 0.25, 2


def runs_of(stored: Print) -> U64:
    """The runs of a stored text."""
    return np.frombuffer(stored.shingles, dtype="<u8")


def side_of(stored: Print, bodies: Bodies, runs: U64 | None = None) -> Side:
    """A stored text as a side of a comparison; its words are fetched when a rule asks for them, once.

    `runs` are its runs where they are at hand: `Counts` knows the arrays that it was made of. A bare print knows no
    outlets, which do for telling strangers, not for a comparison.
    """
    return Side(
        shingles=runs_of(stored) if runs is None else runs,
        numbers=np.frombuffer(stored.features, dtype="<u8"),
        words=stored.words,
        outlets=frozenset(stored.outlets) if isinstance(stored, StoredText) else frozenset(),
        sketch=stored.sketch,
        later=partial(bodies, stored.id),
    )


class Counts:
    """How many articles contain a run, for the runs of the texts at hand: asked of the store once."""

    def __init__(self, placing: Placing, arrays: Iterable[U64]) -> None:
        self._placing = placing
        self._arrays = list(arrays)  # held, so that each is told by its identity
        self._every = np.concatenate(self._arrays)
        self._counts = np.maximum(placing.frequencies(self._every, above=COMMON_FROM), 1)
        self._counts.flags.writeable = False
        self._known: dict[int, NDArray[np.int64]] = {}
        end = 0
        for array in self._arrays:
            begin, end = end, end + len(array)
            self._known[id(array)] = self._counts[begin:end]

    def __call__(self, shingles: U64) -> NDArray[np.int64]:
        """Counts in the order given; runs that are not common count 1."""
        known = self._known.get(id(shingles))
        return _looked_up(*self._common, shingles, missing=1) if known is None else known

    @cached_property
    def _common(self) -> tuple[U64, NDArray[np.int64]]:
        """The common runs of all texts at hand, sorted and distinct, and their counts."""
        common = self._counts > COMMON_FROM
        runs, first = np.unique(self._every[common], return_index=True)
        return runs, self._counts[common][first]

    def without(self, sides: Sequence[Side], story: int) -> Frequencies:
        """The same, minus what the members of one story may contribute, judged by those at hand.

        A run that is frequent only because one story is popular says as much about that story as a rare one. The
        sample is small, so the most it allows for is taken off: with the plain estimate the error grew with the story,
        and beyond 300 copies of one text the next copy linked to none of them. Old members are worth less, as
        old counts are: with all of them taken off, what an old story shares with others looked rare.
        """
        members = [side.shingles for side in sides if not side.sketch]
        if not members:
            return self
        keys, held = np.unique(np.concatenate(members), return_counts=True)
        worth = np.maximum(self._placing.worth(story, keys), max(lineage(side, self) for side in sides))
        return left_out(self, keys, most(held, len(members), worth))


def most(held: NDArray[np.int64], members: int, worth: NDArray[np.int64]) -> NDArray[np.int64]:
    """What a story may contribute to the counts of runs, where so many of the members at hand hold each, and all of its
    articles together are worth so much."""
    share = held / members
    ceiling = np.minimum(1.0, share + SURE * np.sqrt(share * (1.0 - share) / members))
    return np.asarray(np.ceil(ceiling * worth).astype(np.int64))


def left_out(counts: Frequencies, keys: U64, own: NDArray[np.int64]) -> Frequencies:
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


def lineage(side: Side, counts: Frequencies) -> int:
    """Articles of a text's lineage, told by its runs alone: nearly all runs of a popular text are frequent, of a text
    with furniture enough are its own. 0 where it is not popular."""
    if not len(side.shingles) or side.sketch:
        return 0
    found = counts(side.shingles)
    usual = int(np.quantile(found, USUAL))
    return SLACK * usual if usual >= OWN_STORY_FROM * common_from(found) / COMMON_FROM else 0


def shared_lineage(runs: U64, counts: Frequencies) -> int:
    """Articles of a lineage, told by the runs that two of its texts share. 0 where these are no more than a few."""
    found = counts(runs)
    usual = int(np.quantile(found, USUAL))
    return SLACK * usual if usual >= KNOWN_FROM * common_from(found) / COMMON_FROM else 0
