"""Which candidates are plainly no kin: all of them weighed in one step, so that only the few others are compared.

Bands bring up to thirty candidates, of which few share more than stock phrases. Comparing each on its own took a third
of the time of an article.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, Verdict, common_at, weights
from ingest.dedupe.tokens import U64, found_in

# A score below this and less than this share of either text in the other: far from what any rule, or the closer look
# at popular texts, would call a lineage.
FAR_SCORE, FAR_SHARE = 0.30, 0.50


def strangers(text: Side, others: Mapping[int, U64], frequencies: Frequencies, rules: Dedupe) -> dict[int, Verdict]:
    """The verdicts of `compare` on those of `others` that are plainly no kin of `text`.

    `others` has the runs of each other text: at least one, and none of a sketch.
    """
    size = len(others)
    lengths = np.array([len(runs) for runs in others.values()])
    each = [frequencies(runs) for runs in others.values()]
    counts, own = np.concatenate(each), frequencies(text.shingles)
    most = np.maximum.reduceat(counts, np.cumsum(lengths) - lengths)
    tops = np.maximum(most, own.max(initial=0)).tolist()
    usual = {top: float(common_at(top)) for top in set(tops)}
    mine = {top: float(weights(own, common).sum()) for top, common in usual.items()}
    weight = weights(counts, np.repeat([usual[top] for top in tops], lengths))
    owner = np.repeat(np.arange(size), lengths)
    at = found_in(np.concatenate(list(others.values())), text.shingles)
    shared = np.bincount(owner[at], minlength=size)
    heavy = np.bincount(owner[at], weight[at], minlength=size)
    least = np.minimum(np.bincount(owner, weight, minlength=size), [mine[top] for top in tops])
    score = np.minimum(1.0, heavy / np.maximum(least, 1e-9))
    far = (score < min(FAR_SCORE, rules.weak, rules.containment, rules.same_agency_id)) & (
        shared < FAR_SHARE * np.minimum(lengths, len(text.shingles))
    )
    found = zip(others, far.tolist(), shared.tolist(), score.tolist(), lengths.tolist(), strict=True)
    return {
        key: _verdict(common, rating, len(text.shingles), there, rules)
        for key, away, common, rating, there in found
        if away
    }


def _verdict(shared: int, score: float, here: int, there: int, rules: Dedupe) -> Verdict:
    return Verdict(
        linked=False,
        rule="containment-low" if shared else "nothing-shared",
        score=score,
        containment_a=shared / max(1, here),
        containment_b=shared / max(1, there),
        jaccard=shared / max(1, here + there - shared),
        shared=shared,
        facts={"score": round(score, 4), "threshold": rules.containment} if shared else {},
    )
