"""Links weighed again when somebody touches what they hold together: a few at a time, and only what is old.

How common words are is learned, so that a verdict of long ago may be another one today. The nightly pass and a look
through a young store see to most of that; here it is done for the story that an article comes to, before it is
decided, where the store has grown since.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ingest.config import Dedupe
from ingest.place.evidence import verify
from store.base import Placing
from store.model import Component, LinkRow

# Texts up to which a store is young: it is looked through as a whole as it grows (see `growing`).
YOUNG: Final = 1_500
# By how much a store must have grown before a verdict is asked for again.
GROWN: Final = 1.5
# Links that one touch weighs again: 7 ms at most; others have their turn at the next.
AT_A_TOUCH: Final = 12
# Under which name a store remembers how many texts it had when all its links were weighed.
WHOLE: Final = "weighed"


def weigh_again(placing: Placing, component: Component, rules: Dedupe, *, texts: int) -> Component:
    """The component with verdicts of the present in place of a dozen old ones that may have changed.

    `texts` is how many the store holds. A link that was weighed again waits until the store has grown as much once
    more: who comes next without that moves nothing.
    """
    if texts <= YOUNG:
        return component
    old = [link for link in component.links if GROWN * link.b <= texts and _doubtful(link, rules)]
    if not old:
        return component
    since, whole = placing.weighed_at((link.a, link.b) for link in old), placing.noted(WHOLE) or {"texts": 0}
    due = [link for link in old if GROWN * max(since.get((link.a, link.b), 0), whole["texts"]) <= texts]
    due.sort(key=lambda link: sorted((component.sha256[link.a], component.sha256[link.b])))
    pairs = sorted((link.a, link.b) for link in due[:AT_A_TOUCH])
    rows = verify(placing, pairs, rules) if pairs else []
    # What was taken apart for a round-up's sake is not joined for its words.
    borrowed = {text for link in component.links if link.rule == "digest" for text in (link.a, link.b)}
    found = {(row.a, row.b): row for row in rows if not (row.linked and borrowed & {row.a, row.b})}
    before = {(link.a, link.b): link for link in component.links}
    placing.add_links([row for pair, row in found.items() if row != before[pair]])
    placing.note_weighed(pairs, texts=texts)
    return replace(component, links=[found.get((link.a, link.b), link) for link in component.links])


def _doubtful(link: LinkRow, rules: Dedupe) -> bool:
    """May its verdict be another one by now? Far from every threshold it is not, and some are no matter of weight."""
    return link.rule not in ("digest", "revision") and rules.weak <= link.score < rules.sure
