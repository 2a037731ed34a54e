"""Numbers of agencies' dispatches beside the texts of a comparison, and whether they can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ingest.config import Dedupe
from ingest.dedupe.compare import Side, pair_of
from ingest.place.bodies import Bodies
from ingest.place.counts import Counts, side_of
from store.base import Placing

# Texts with one number that are looked at, and from which on they can speak against it: of two texts either may be the
# one whose number is wrong.
ASKED: Final = 6
FEW: Final = 3


class Believed:
    """Does a number tell anything? Not where most texts that print it have little in common with each other: a site may
    print a teaser's number on every page. Asked only where a number would decide."""

    def __init__(self, placing: Placing, rules: Dedupe) -> None:
        self._placing, self._rules = placing, rules
        self._known: dict[str, bool] = {}

    def __call__(self, number: str) -> bool:
        if number not in self._known:
            self._known[number] = self._tells(number)
        return self._known[number]

    def _tells(self, number: str) -> bool:
        found = self._placing.prints(self._placing.texts_of_dispatch(number, limit=ASKED))
        bodies = Bodies(self._placing)
        sides = [side_of(stored, bodies) for stored in found.values() if not stored.sketch]
        if len(sides) < FEW:
            return True
        counts = Counts(self._placing, [side.shingles for side in sides])
        alike = (
            sum(pair_of(one, other, counts).score >= self._rules.same_agency_id for other in sides) for one in sides
        )
        return 2 * max(alike) > len(sides)


def with_dispatches(placing: Placing, sides: Mapping[int, Side], rules: Dedupe) -> dict[int, Side]:
    """The sides of stored texts with the numbers that their articles print."""
    printed = placing.dispatches_of(sides)
    believed = Believed(placing, rules)
    return {
        text: replace(side, dispatches=printed[text], believes=believed) if text in printed else side
        for text, side in sides.items()
    }
