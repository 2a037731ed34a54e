"""How one text of a story stands to the canonical one: how much was copied, in which shape.

Shares are counted in words that stand in runs of four or more shared words, unweighted, so that anyone can recompute
them from the two texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.fingerprint import widths
from ingest.dedupe.tokens import Tokens, shingle, tokenize

Shape = Literal["exact", "near", "excerpt", "extended", "rewrite"]
Order = Literal["earlier", "later", "same", "unknown"]

# Share of words in shared runs from which a side counts as wholly there: typography, a number and a byline may differ.
WHOLE = 0.85
# Below this share on both sides the wording was rewritten, although enough of it is left to see the lineage.
REWRITTEN = 0.50
# Publication times closer than this say nothing about who copied whom: feeds and pages print minutes at best, and
# agency customers publish within the quarter of an hour.
SAME_TIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Shares:
    """`copied`: share of this text's words that stand in the other; `kept`: share of the other's that stand here."""

    copied: float
    kept: float


def shared_words(here: Tokens, there: Tokens) -> NDArray[np.bool_]:
    """For each token of `here`: does it stand in a run of RUN_WIDTH or more tokens that `there` has too?"""
    width = min(widths(here)[2], len(here), len(there))
    covered = np.zeros(len(here), dtype=bool)
    if not width:
        return covered
    hits = np.flatnonzero(np.isin(shingle(here.hashes, width), shingle(there.hashes, width)))
    for offset in range(width):
        covered[hits + offset] = True
    return covered


def shares(text: str, other: str) -> Shares:
    """Both unweighted shares of two texts; 0 for a text without words."""
    here, there = tokenize(text), tokenize(other)
    if not len(here) or not len(there):
        return Shares(0.0, 0.0)
    return Shares(float(shared_words(here, there).mean()), float(shared_words(there, here).mean()))


def shape(found: Shares, *, same_text: bool) -> Shape:
    """The shape of a variant against the canonical text, from its shares."""
    if same_text:
        return "exact"
    if found.copied >= WHOLE and found.kept >= WHOLE:
        return "near"
    if found.copied >= WHOLE or (found.copied > found.kept + 0.15 and found.copied >= REWRITTEN):
        return "excerpt"
    if found.kept >= WHOLE or (found.kept > found.copied + 0.15 and found.kept >= REWRITTEN):
        return "extended"
    return "near" if min(found.copied, found.kept) >= REWRITTEN else "rewrite"


def order(published: datetime | None, canonical: datetime | None) -> Order:
    """When a variant was published against the canonical article; unknown where one of them does not say."""
    if published is None or canonical is None:
        return "unknown"
    if abs(published - canonical) < SAME_TIME:
        return "same"
    return "earlier" if published < canonical else "later"


def changes(old_title: str, new_title: str, old: str, new: str) -> list[str]:
    """What a revision changed, as kinds: headline, number, name, paragraph-added, paragraph-removed, minor."""
    kinds = ["headline"] if _folded(old_title) != _folded(new_title) else []
    before, after = old.splitlines(), new.splitlines()
    added = removed = edited = False
    replaced: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        paired = min(b - a, d - c) if tag == "replace" else 0
        replaced += zip(before[a : a + paired], after[c : c + paired], strict=True)
        removed |= b - a > paired
        added |= d - c > paired
    for was, now in replaced:
        kinds += [kind for kind in _word_changes(was.split(), now.split()) if kind not in kinds]
        edited = True
    kinds += ["paragraph-added"] * added + ["paragraph-removed"] * removed
    if edited and not {"number", "name"} & set(kinds):
        kinds.append("minor")
    return kinds


def _word_changes(was: Sequence[str], now: Sequence[str]) -> list[str]:
    """Kinds of change inside one paragraph."""
    kinds = []
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        words = [word.strip(".,;:!?()„“”\"'") for word in (*was[a:b], *now[c:d])]
        if any(char.isdigit() for word in words for char in word):
            kinds.append("number")
        # A capital inside a sentence is a name in English; in German only where both sides are one capitalised word.
        elif tag == "replace" and b - a == d - c == 1 and a > 0 and all(word[:1].isupper() for word in words):
            kinds.append("name")
    return kinds


def _folded(text: str) -> bytes:
    return tokenize(text).hashes.tobytes()
