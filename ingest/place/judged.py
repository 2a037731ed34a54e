"""Two texts compared with what is known of their story: whether it is popular, and what its own copies made common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, Verdict
from ingest.dedupe.reading import lead_in, read
from ingest.dedupe.sketch import compare
from ingest.dedupe.tokens import U64
from ingest.place.counts import lineage, shared_lineage

# Two popular texts are plainly one with this much of one in the other and this share of at least so many numbers; with
# fewer numbers nearly all must be there. Of 8,036 pairs of unlike parts of series, lotteries and short reports over one
# footer none is let through.
PLAIN, PLAIN_NUMBERS, FEW_NUMBERS, PLAIN_BARE = 0.70, 0.75, 3, 0.90
# With fewer numbers and less than nearly all, this share of one text's beginning must stand in the other.
PLAIN_OPENING = 0.50
# The same of two texts of which only what they share is popular, the rest being a lead or an end of its own: half of
# either in the other, or of one that plainly stands there more than a third of the other (a round-up begins with a
# report, too, of which it is a third or less); and this share of the runs that one begins with (its first sentences): a
# copy desk that changes every tenth word leaves that many. Below a lead of 28 words half of a beginning may be
# background.
PLAIN_HALF, PLAIN_PART, PLAIN_LEAD = 0.50, 0.34, 0.70
# Rules that say that too little is shared, or ask for more where the score is low, as it is where all runs are common
# for one story's sake.
WEIGHED = frozenset({"containment-low", "thin", "other-agency-id", "background", "numbers"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and the counts under which it was found. `lineage`: articles that were left out of each of them, being
    of the two texts' own lineage, as their runs tell it; 0 where they do not. `crowd`: what both share stands in
    several articles of a story."""

    verdict: Verdict
    counts: Frequencies
    lineage: int = 0
    crowd: bool = False


def judge(a: Side, b: Side, counts: Frequencies, rules: Dedupe, *, crowd: bool = False) -> Judged:
    """Compare two texts; where both are popular as a whole and plainly one, their lineage is left out of the counts.

    `crowd` says that one of them stands in a popular story; of smaller ones the counts of what both share tell it.

    Frequencies may know of copies that no story holds yet: a corpus is counted before it is decided. Half a dozen of
    them are enough to hide a cut copy under a lead of another's own: of such texts one begins in the other.
    """
    found = compare(a, b, counts, rules, crowd=crowd)
    if found.linked or found.rule not in WEIGHED:
        return Judged(found, counts, crowd=crowd)
    if not crowd and found.score >= rules.weak and shared_lineage(_shared(a, b), counts):
        crowd, found = True, compare(a, b, counts, rules, crowd=True)
        if found.linked:
            return Judged(found, counts, crowd=True)
    articles = min(lineage(a, counts), lineage(b, counts)) if _plainly_one(a, b, found) else 0
    articles = articles or _hidden(a, b, found, counts)
    if not articles:
        return Judged(found, counts, crowd=crowd)

    def lessened(shingles: U64) -> NDArray[np.int64]:
        return np.asarray(np.maximum(1, counts(shingles) - articles))

    return Judged(compare(a, b, lessened, rules, crowd=True), lessened, articles, crowd=True)


def _hidden(a: Side, b: Side, found: Verdict, counts: Frequencies) -> int:
    """Articles of the lineage of two texts of which one begins in the other, half of either stands there, or most of a
    hard cut one, and so do its numbers. 0 where that is not so: parts of series have other numbers, follow-ups and
    reports over one footer begin anew."""
    least, most = sorted((found.containment_a, found.containment_b))
    known = min(len(a.numbers), len(b.numbers))
    if least < (PLAIN_HALF if most < PLAIN else PLAIN_PART) or (known < FEW_NUMBERS and most < PLAIN):
        return 0
    if len(np.intersect1d(a.numbers, b.numbers, assume_unique=True)) < PLAIN_NUMBERS * known:
        return 0
    runs = _shared(a, b)
    articles = shared_lineage(runs, counts)
    return articles if articles and max(lead_in(a.body, runs), lead_in(b.body, runs)) >= PLAIN_LEAD else 0


def _plainly_one(a: Side, b: Side, found: Verdict) -> bool:
    """Is this no series? Texts from one template are popular as a whole too, but their numbers differ.

    Where there are too few numbers to tell, one text must begin in the other: short reports over one footer do not.
    """
    known = min(len(a.numbers), len(b.numbers))
    contained = max(found.containment_a, found.containment_b)
    if contained < PLAIN:
        return False
    numbers = len(np.intersect1d(a.numbers, b.numbers, assume_unique=True))
    if known >= FEW_NUMBERS:
        return numbers >= PLAIN_NUMBERS * known
    if contained >= PLAIN_BARE:
        return True
    common = _shared(a, b)
    return 2 * numbers >= known and read(a.body, b.body, common, np.ones(len(common))).opening >= PLAIN_OPENING


def _shared(a: Side, b: Side) -> U64:
    """The runs of both texts, sorted."""
    return np.intersect1d(a.shingles, b.shingles, assume_unique=True)
