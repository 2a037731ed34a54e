"""Links weighed again: the same pairs, and those that stored postings bring, under the frequencies of the present."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from ingest.config import Dedupe
from ingest.dedupe.fingerprint import fingerprint
from ingest.place.digest import MOSTLY_ONE, foreign_to
from ingest.place.dispatches import ASKED
from ingest.place.evidence import NEAR_LINK, verify
from ingest.place.stories import MUST
from store.base import Placing
from store.model import LinkRow


def weigh(placing: Placing, text_ids: Sequence[int], rules: Dedupe, digests: set[int]) -> None:
    """Compare these texts anew with all they were compared with, and with their candidates.

    `digests` are those that this pass has found so far, and grows: what a digest was found to share with a story stays
    a reuse when that story's turn comes.
    """
    known = {(link.a, link.b): link for link in placing.links_of(text_ids) if link.rule not in MUST}
    pairs = sorted(known.keys() | candidate_pairs(placing, text_ids, rules))
    if not pairs:
        return
    rows = verify(placing, pairs, rules)
    by_text: dict[int, list[LinkRow]] = defaultdict(list)
    for row in rows:
        by_text[row.a].append(row)
        by_text[row.b].append(row)
    apart: set[tuple[int, int]] = set()
    for text in text_ids:
        foreign = foreign_to(placing, text, by_text[text], rules)
        (digests.add if foreign.digest else digests.discard)(text)
        apart |= {(min(text, other), max(text, other)) for other in foreign.texts}
    kept = [
        row._replace(linked=False, rule="digest") if (row.a, row.b) in apart or _of_digest(row, digests) else row
        for row in rows
        if (row.a, row.b) in known or row.linked or row.score >= NEAR_LINK or (row.a, row.b) in apart
    ]
    placing.add_links([row for row in kept if row != known.get((row.a, row.b))])


def _of_digest(row: LinkRow, digests: Collection[int]) -> bool:
    """Is this a link of a digest to a text it is no version of?"""
    return row.linked and any(end in digests and _within(row, end) < MOSTLY_ONE for end in (row.a, row.b))


def _within(row: LinkRow, text: int) -> float:
    return row.containment_a if row.a == text else row.containment_b


def candidate_pairs(placing: Placing, text_ids: Sequence[int], rules: Dedupe) -> set[tuple[int, int]]:
    """Pairs with texts that share passages, those with the rarest, or an agency's number. A sketch is found from the
    other side."""
    pairs: set[tuple[int, int]] = set()
    printed = placing.dispatches_of(text_ids)
    for text, body in sorted(placing.bodies(text_ids).items()):
        if not body:
            continue
        bands = fingerprint(body).bands.tolist()
        found = {one.text_id for one in placing.candidates(bands, cap=rules.band_cap, limit=rules.candidates + 1)}
        for number in sorted(printed.get(text, ())):
            found.update(placing.texts_of_dispatch(number, limit=ASKED))
        pairs |= {(min(text, other), max(text, other)) for other in found - {text}}
    return pairs
