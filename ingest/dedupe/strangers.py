"""Which candidates are plainly no kin: all of them weighed in one step, so that only the few others are compared.

Bands bring up to thirty candidates, of which few share more than stock phrases. Comparing each on its own took a third
of the time of an article.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, Verdict, common_from, weights
from ingest.dedupe.tokens import contained

# A score below this and less than this share of either text in the other: far from what any rule, or the closer look
# at popular texts, would call a lineage.
FAR_SCORE, FAR_SHARE = 0.30, 0.50


def strangers(text: Side, others: Mapping[int, Side], frequencies: Frequencies, rules: Dedupe) -> dict[int, Verdict]:
    """The verdicts of `compare` on those of `others` (not empty, no sketches) that are plainly no kin of `text`."""
    keys = list(others)
    lengths = np.array([len(others[key].shingles) for key in keys])
    shingles = np.concatenate([others[key].shingles for key in keys])
    owner = np.repeat(np.arange(len(keys)), lengths)
    common = contained(shingles, text.shingles)
    counts, own = frequencies(shingles), frequencies(text.shingles)
    starts = np.append(0, np.cumsum(lengths)[:-1])
    usual = np.array([common_from(own, part) for part in np.split(counts, starts[1:])])
    weight = weights(counts, np.repeat(usual, lengths))
    shared = np.bincount(owner, common, minlength=len(keys))
    heavy = np.bincount(owner, weight * common, minlength=len(keys))
    least = np.minimum(np.bincount(owner, weight, minlength=len(keys)), weights(own, usual[:, None]).sum(axis=1))
    score = np.minimum(1.0, heavy / np.maximum(least, 1e-9))
    far = (score < min(FAR_SCORE, rules.weak, rules.containment)) & (
        shared < FAR_SHARE * np.minimum(lengths, len(text.shingles))
    )
    return {
        keys[at]: _verdict(int(shared[at]), float(score[at]), len(text.shingles), int(lengths[at]), rules)
        for at in np.flatnonzero(far)
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
