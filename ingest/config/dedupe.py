"""When two texts are one story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from ingest.config.kinds import Count, CountOrZero, NotNegative, Positive, Section, Share

# What a preset changes in `[dedupe]`. `strict` would rather part two copies than join two stories, `loose` the other
# way round; docs/design.md has what each comes to.
PRESETS: Mapping[str, Mapping[str, float]] = {
    "strict": {
        "containment": 0.65,
        "passages_weight": 40.0,
        "passages_numbers": 0.80,
        "thin": 30.0,
        "dense": 0.05,
        "same_agency_id": 0.40,
        "other_agency_id": 0.85,
    },
    "balanced": {},
    "loose": {
        "containment": 0.55,
        "passages_weight": 20.0,
        "passages": 0.40,
        "thin": 12.0,
        "numbers_below": 0.0,
        "other_agency_id": 0.65,
    },
}


class Dedupe(Section, frozen=True):
    """`[dedupe]`: thresholds of the same-story decision; shares are 0..1. docs/design.md has the measurements."""

    # Where `strict` and `loose` differ from `balanced`, the default: see PRESETS. A key that is set counts more.
    preset: Literal["strict", "balanced", "loose"] = "balanced"
    # Weighted containment from which two texts share a lineage where nothing speaks against it: on real wire copy more
    # than half of the pairs below are series, recycled background or two write-ups of one release.
    containment: Share = 0.60
    # Weighted containment from which texts are not read side by side any more: copies score so high, series of rare
    # words do not, and numbers are all that can still speak against it.
    sure: Share = 0.85
    # Weighted containment below which they are not read either: what is shared is less than a third of the shorter.
    weak: Share = 0.30
    # Weight of shared runs (a run that few articles contain weighs 1) below which the evidence is thin, however large
    # its share of a short text: 20 are a sentence, and two write-ups of one event share that much at most.
    thin: NotNegative = 20.0
    # Share of at least three numbers that must be the same where the evidence is thin.
    thin_numbers: Share = 0.80
    # Weighted containment below which one of the two beginnings must stand in the other: who follows up writes a new
    # one and recycles background below it.
    opening_below: Share = 0.75
    # Share of that beginning (its first 50 words).
    opening: Share = 0.30
    # Below `containment`, shared passages must show an edited copy. Both beginnings must be shared by this much:
    # below a lead of 28 words less is left, by who recycles background and by a notice above its site's footer;
    beginnings: Share = 0.45
    # this share of the shorter text must stand in passages: a copy that was cut and given a paragraph of another's own
    # keeps half, a round-up's entry a third,
    passages: Share = 0.45
    # and this of the longer one,
    passages_longer: Share = 0.20
    # they must be this whole: a copy desk changes every tenth word, another author every second,
    intact: Share = 0.78
    # weigh this much: two sentences,
    passages_weight: NotNegative = 30.0
    # and this share of the numbers in them must be the same.
    passages_numbers: Share = 0.60
    # Below this score half of the numbers in context must be shared.
    numbers_below: Share = 0.70
    # That share of the numbers in context.
    numbers_shared: Share = 0.50
    # At any score: with this many numbers, of which hardly any is shared, it is a template filled anew.
    series_numbers: CountOrZero = 4
    # Share of the numbers below which it is such a template.
    series_shared: Share = 0.20
    # A text of which this share of words are numbers (weather, lottery, results, prices) says with them what is new;
    # its numbers must be shared at any score, since the rest is the template.
    dense: Share = 0.06
    # Share of the numbers that must be shared then.
    dense_shared: Share = 0.60
    # Share of all numbers in shared passages that must be the same then, each as often as it stands there: a correction
    # changes one in ten, another day's results half of them.
    dense_kept: Share = 0.75
    # Two URLs of one outlet share furniture until enough articles are known to weigh it down.
    same_outlet: Share = 0.80
    # Texts of very unequal length: a short one lies inside a long one by chance more easily.
    length_ratio: Positive = 3.0
    # Weighted containment that texts of such unequal length need.
    length_containment: Share = 0.75
    # Weighted containment from which two texts of two outlets that print one number of an agency (dpa:260302-99-12345)
    # are one dispatch, with a passage of a sentence: below, a number is rather a teaser's, or stands on every page.
    same_agency_id: Share = 0.30
    # Weighted containment of two texts that print two numbers of one agency and one day, unless they show an edited
    # copy: a follow-up has a number of its own; so has what is sent again, but that holds most of what was sent before.
    other_agency_id: Share = 0.75
    # Words below which a text is so short that it must be nearly the same.
    short_words: CountOrZero = 40
    # Jaccard that such short texts need.
    short_jaccard: Share = 0.70
    # Texts of one story that are compared: its canonical, first and last, and others spread by content hash.
    per_story: Count = 12
    # Texts compared in all for one article.
    candidates: Count = 30
    # Postings after which a band says nothing any more: furniture and stock phrases.
    band_cap: Count = 150
    # Cross pairs of two groups that must have been compared before they may join.
    cross_pairs: Count = 8
    # Stories of which a text holds a passage, from which on it is a digest: it stands alone, its links are reuses.
    digest_stories: Count = 3
    # Which article stands for a story.
    canonical: Literal["earliest", "longest", "preferred"] = "earliest"
    # Outlets in order of preference, for `preferred`.
    preferred: list[str] = msgspec.field(default_factory=list)
