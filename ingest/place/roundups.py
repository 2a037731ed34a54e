"""Round-ups that came before their reports: told once these are there.

A round-up of which only one report is known looks like a version of that one, and joins it. The next report is linked
to it as well, or is not; only when several are known does it show that they have no more in common than it. So texts
that hold the beginning of one that has come are asked again at the end of a cycle and of a corpus, in any order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from ingest.config import Dedupe
from ingest.dedupe.compare import common_from, weights
from ingest.dedupe.pair import PASSAGE
from ingest.dedupe.reading import RARE, lead_in
from ingest.dedupe.tokens import among
from ingest.place.bodies import Bodies
from ingest.place.counts import Counts, runs_of
from ingest.place.desk import Incoming
from ingest.place.digest import MOSTLY_ONE, OPENED, WHOLE, foreign_to
from ingest.place.evidence import Evidence, verify
from ingest.place.recluster import SLICE, Moves, refresh_moved
from ingest.place.stories import MUST, settle_all
from ingest.place.weigh import candidate_pairs
from store.base import Placing, Store
from store.model import LinkRow

# Times that the texts are gone through: a round-up may hide another one, which shares a report with it.
ROUNDS = 3

Links = Mapping[tuple[int, int], LinkRow]


def part_round_ups(
    store: Store,
    rules: Dedupe,
    beside: Collection[int],
    *,
    clock: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    seconds: float = SLICE,
) -> Moves:
    """Part those of these texts that are round-ups from what they took; what that moved.

    `beside` are texts that hold the beginning of one that came later. No verdict on two texts is asked for again.
    `seconds` of work go into one transaction. Raises StoreError.
    """
    moves = Moves()
    for _ in range(ROUNDS):
        waiting, moved = iter(sorted(beside)), set(moves.was)
        left = bool(beside)
        while left and not stop():
            with store.placing() as placing:
                left = _slice(placing, waiting, rules, moves, now=clock(), seconds=seconds)
        moved ^= moves.was.keys()
        if not moved or stop():
            break
        with store.placing() as placing:
            beside = {end for row in placing.links_of(moved) for end in (row.a, row.b)}.intersection(beside)
    return moves


def may_hold(found: Evidence, others: Iterable[int], new: Incoming) -> tuple[int, ...]:
    """Those of `others` in which the beginning of a new text stands while neither is plainly a version of the other."""
    return tuple(
        other
        for other in others
        if not _version(found, other, new) and lead_in(new.article.text, found.runs[other]) >= OPENED
    )


def _version(found: Evidence, other: int, new: Incoming) -> bool:
    """Does the other one stand in the new one, or this in it and both begin alike?"""
    verdict = found.verdicts[other]
    if not verdict.linked or max(verdict.containment_a, verdict.containment_b) < WHOLE:
        return False
    body = found.bodies(other) if found.bodies else ""
    return verdict.containment_b >= MOSTLY_ONE or lead_in(body, new.prints.shingles) >= OPENED


def _slice(
    placing: Placing, waiting: Iterable[int], rules: Dedupe, moves: Moves, *, now: datetime, seconds: float
) -> bool:
    """What one transaction does; whether something is left."""
    begun = time.monotonic()
    for text in waiting:
        changed = _parted(placing, text, rules)
        if changed:
            settled = settle_all(placing, changed, rules, now=now)
            moves.add(settled)
            refresh_moved(placing, settled, rules)
        if time.monotonic() - begun >= seconds:
            return True
    return False


def _parted(placing: Placing, text: int, rules: Dedupe) -> Collection[int]:
    """Take a text from those that it is no version of, if it holds passages of several; the texts this is about."""
    known = {(link.a, link.b): link for link in placing.links_of([text]) if link.rule not in MUST}
    if not any(row.linked and _within(row, text) < MOSTLY_ONE for row in known.values()):
        return ()
    pairs = _lenders(placing, text, known, rules)
    if not pairs:
        return ()
    wanted = sorted(pairs - known.keys())
    rows = known | {(row.a, row.b): row for row in (verify(placing, wanted, rules) if wanted else ())}
    foreign = foreign_to(placing, text, rows.values(), rules)
    apart = [row for row in rows.values() if row.rule != "digest" and {row.a, row.b} & {*foreign.texts}]
    placing.add_links([row._replace(linked=False, rule="digest") for row in apart])
    return {end for row in apart if row.linked for end in (row.a, row.b)}


def _lenders(placing: Placing, text: int, known: Links, rules: Dedupe) -> set[tuple[int, int]]:
    """The pairs of a text with those that share as much with it as a passage weighs; none where they are not several
    stories whose beginnings it holds. Cheap, since most texts hold none."""
    pairs = candidate_pairs(placing, [text], rules) | known.keys()
    if _stories(placing, text, pairs, known) < rules.digest_stories:
        return set()
    prints = placing.prints({end for pair in pairs for end in pair})
    here = runs_of(prints[text])
    found = Counts(placing, [here])(here)
    weight = weights(found, common_from(found))

    def lends(other: int) -> bool:
        there = runs_of(prints[other])
        return prints[other].sketch or float(weight[among(here, there)].sum()) >= RARE * PASSAGE

    near = {(a, b) for a, b in pairs if lends(b if a == text else a)}
    if _stories(placing, text, near, known) < rules.digest_stories:
        return set()
    bodies = Bodies(placing)
    bodies.fetch(end for pair in near for end in pair)
    begun = {
        pair
        for pair in near
        if any(end != text and (prints[end].sketch or lead_in(bodies(end), here) >= OPENED) for end in pair)
    }
    return near if _stories(placing, text, begun, known) >= rules.digest_stories else set()


def _stories(placing: Placing, text: int, pairs: Collection[tuple[int, int]], known: Links) -> int:
    """How many stories these pairs of a text may come to. Of its own story any may be another one, but for this text
    that holds them together."""
    story_of = placing.stories_of({text, *(end for pair in pairs for end in pair)})
    others = {story_of[end] for pair in pairs for end in pair} - {story_of[text]}
    mates = [pair for pair in pairs if pair in known and story_of[pair[0]] == story_of[pair[1]]]
    linked = [known[pair] for pair in mates if known[pair].linked]
    alone = all(_within(row, text) < MOSTLY_ONE for row in linked)
    return len(others) + (max(1, len(linked)) if mates and alone else bool(mates))


def _within(row: LinkRow, text: int) -> float:
    return row.containment_a if row.a == text else row.containment_b
