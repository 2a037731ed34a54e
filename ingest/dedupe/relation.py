"""How one text of a story stands to the canonical one: how much was copied, in which shape.

Shares are counted in words that stand in runs of four or more shared words, unweighted, so that anyone can recompute
them from the two texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.fingerprint import widths
from ingest.dedupe.tokens import U64, Tokens, among, shingle, tokenize, tokenize_each

Shape = Literal["exact", "near", "excerpt", "extended", "rewrite"]
Order = Literal["earlier", "later", "same", "unknown"]

# Share of a side's own words in shared runs from which it counts as wholly there. Runs are four words long, so that an
# edit of one word in ten leaves this much.
WHOLE = 0.85
# The same from which most of it is there. One word in six exchanged throughout leaves .72; with less on both sides the
# wording was rewritten, although enough of it is left to see the lineage.
MOST = 0.70
# Share of words in short runs of their own, of what both texts have in common, from which a text was reworded: one word
# in a sentence. With fewer, what a text has alone are paragraphs that were exchanged, added or left out.
REWORDED = 0.05
# Words of a run from which on it is a sentence of its own, and no edit within one.
SENTENCE = 12
# Own words by which what is missing must exceed what is new (or the other way round) for a text to be cut (or to have
# grown): half a sentence, and of long texts a fiftieth. What was merely exchanged is as long on both sides.
GROWN, GROWN_SHARE = 10, 0.02
# Words between furniture and the text that belong to neither: a run over the seam is in no other story.
SEAM = 2
# Words of a run that other stories have too, from which on it is furniture: shorter ones are stock phrases.
FURNITURE = 12
# Shared words that a headline within the text may have before the news begins: what an editor wrote between them stands
# on top, too.
HEADLINE = 16
# Publication times closer than this say nothing about who copied whom: feeds and pages print minutes at best, and
# agency customers publish within the quarter of an hour.
SAME_TIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Shares:
    """`copied`: share of this text's words that stand in the other; `kept`: share of the other's that stand here."""

    copied: float
    kept: float


@dataclass(frozen=True, slots=True)
class Versus:
    """A text against another, site furniture left out: own words in all, and those that the other lacks.

    Furniture are runs that other stories have too; it says nothing about what an editor did. `on_top` are those of the
    `added` that stand before what both texts begin with, `cut_off_top` those of the `missing`; `edited` are those of
    both that stand in runs shorter than a sentence.
    """

    words: int
    other_words: int
    added: int  # own words of this text that do not stand in the other
    missing: int  # own words of the other that do not stand here
    on_top: int = 0
    cut_off_top: int = 0
    edited: int = 0

    @property
    def copied(self) -> float:
        return 1 - self.added / self.words if self.words else 0.0

    @property
    def kept(self) -> float:
        return 1 - self.missing / self.other_words if self.other_words else 0.0

    @property
    def turned(self) -> Versus:
        """The same, said of the other text."""
        return Versus(
            words=self.other_words,
            other_words=self.words,
            added=self.missing,
            missing=self.added,
            on_top=self.cut_off_top,
            cut_off_top=self.on_top,
            edited=self.edited,
        )

    @property
    def reworded(self) -> float:
        """Share of the words that both have in common, edited or not, that were edited."""
        common = self.words - self.added + self.other_words - self.missing + self.edited
        return self.edited / common if common else 0.0


# Tells of the hashes of two-word runs which of them other stories have too.
Common = Callable[[U64], NDArray[np.bool_]]


def shared_words(here: Tokens, there: Tokens) -> NDArray[np.bool_]:
    """For each token of `here`: does it stand in a run of RUN_WIDTH or more tokens that `there` has too?"""
    return in_runs(Runs(here), Runs(there))


def words_shared(here: Tokens, others: Sequence[Tokens]) -> list[int]:
    """How many tokens of `here` `shared_words` finds in each of these: of all of them in one step."""
    width = widths(here)[2]
    found = [0] * len(others)
    usual = [at for at, there in enumerate(others) if min(len(here), len(there)) >= width]
    for at in {*range(len(others))} - {*usual}:
        found[at] = int(np.count_nonzero(shared_words(here, others[at])))
    if not usual:
        return found
    lengths = np.array([len(others[at]) for at in usual])
    runs = shingle(np.concatenate([others[at].hashes for at in usual]), width)
    # A run that reaches into the next text is none.
    ends = np.repeat(np.cumsum(lengths), lengths)[: len(runs)]
    owner = np.repeat(np.arange(len(usual)), lengths)[: len(runs)]
    own, place = np.unique(shingle(here.hashes, width), return_inverse=True)
    at_own = np.minimum(own.searchsorted(runs), len(own) - 1)
    hit = (own[at_own] == runs) & (np.arange(len(runs)) + width <= ends)
    shared = np.zeros((len(usual), len(own)), dtype=bool)
    shared[owner[hit], at_own[hit]] = True
    covered = np.zeros((len(usual), len(here)), dtype=bool)
    for offset in range(width):
        covered[:, offset : offset + len(place)] |= shared[:, place]
    for at, words in zip(usual, np.count_nonzero(covered, axis=1).tolist(), strict=True):
        found[at] = words
    return found


class Runs:
    """The runs of a text in ascending order, and where they stand; once for each width that is asked for."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.width = widths(tokens)[2]
        self._of: dict[int, tuple[U64, NDArray[np.intp]]] = {}

    def __call__(self, width: int) -> tuple[U64, NDArray[np.intp]]:
        if width not in self._of:
            runs = shingle(self.tokens.hashes, width)
            order = np.argsort(runs)
            self._of[width] = runs[order], order
        return self._of[width]


def in_runs(here: Runs, there: Runs) -> NDArray[np.bool_]:
    """As `shared_words`, of texts that are compared with several others: what is sorted is found in half the time."""
    words = len(here.tokens)
    width = min(here.width, words, len(there.tokens))
    covered = np.zeros(words, dtype=bool)
    if width:
        runs, places = here(width)
        found = np.empty(len(runs), dtype=bool)
        found[places] = among(runs, there(width)[0])
        for offset in range(width):
            covered[offset : offset + len(found)] |= found
    return covered


def shares(text: str, other: str) -> Shares:
    """Both unweighted shares of two texts; 0 for a text without words."""
    here, there = tokenize(text), tokenize(other)
    if not len(here) or not len(there):
        return Shares(0.0, 0.0)
    return Shares(float(shared_words(here, there).mean()), float(shared_words(there, here).mean()))


def versus(text: str, other: str, common: Common) -> tuple[Shares, Versus]:
    """Both unweighted shares of two texts, and how their own words stand to each other."""
    return SideBySide({0: text, 1: other}, common).versus(0, 1)


class SideBySide:
    """Texts that are compared with each other: what can be said of one alone, or of two, is found out once."""

    def __init__(self, texts: Mapping[int, str], common: Common) -> None:
        self._runs: dict[int, Runs] = {}
        self._common = common
        self._usual: dict[int, NDArray[np.bool_]] = {}
        self._found: dict[tuple[int, int], tuple[Shares, Versus]] = {}
        self.add(texts)

    def add(self, texts: Mapping[int, str]) -> None:
        """Further texts."""
        self._runs |= dict(zip(texts, map(Runs, tokenize_each(texts.values())), strict=True))

    def __contains__(self, text: int) -> bool:
        return text in self._runs

    def versus(self, text: int, other: int) -> tuple[Shares, Versus]:
        """Both unweighted shares of two of the texts, and how their own words stand to each other."""
        if (text, other) not in self._found:
            shares, found = self._versus(text, other)
            self._found[text, other] = shares, found
            self._found[other, text] = Shares(shares.kept, shares.copied), found.turned
        return self._found[text, other]

    def _versus(self, text: int, other: int) -> tuple[Shares, Versus]:
        here, there = self._runs[text], self._runs[other]
        words, others = len(here.tokens), len(there.tokens)
        if not words or not others:
            return Shares(0.0, 0.0), Versus(words, others, words, others)
        copied, kept = in_runs(here, there), in_runs(there, here)
        added, missing = self._own(text, copied), self._own(other, kept)
        shared, lasting, new, lost = (int(np.count_nonzero(marks)) for marks in (copied, kept, added, missing))
        return Shares(shared / words, lasting / others), Versus(
            words=shared + new,
            other_words=lasting + lost,
            added=new,
            missing=lost,
            on_top=_on_top(added, copied),
            cut_off_top=_on_top(missing, kept),
            edited=_edited(added) + _edited(missing),
        )

    def _own(self, text: int, shared: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The words of a text that stand in it alone and are no furniture."""
        if text not in self._usual:
            self._usual[text] = _usual(self._runs[text].tokens, self._common)
        return ~shared & ~_furniture(self._usual[text] & ~shared)


def _on_top(alone: NDArray[np.bool_], shared: NDArray[np.bool_]) -> int:
    """Words that one text has alone before what both begin with."""
    count = np.cumsum(shared)
    begins = int(np.searchsorted(count, min(HEADLINE, max(1, int(count[-1])))))
    return int(np.count_nonzero(alone[:begins]))


def _edited(alone: NDArray[np.bool_]) -> int:
    """Words that one text has alone in runs too short for a sentence."""
    runs = _runs(alone)
    lengths = runs[:, 1] - runs[:, 0]
    return int(lengths[lengths < SENTENCE].sum())


def _runs(found: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Begin and end of each run, a row each."""
    edges = np.zeros(len(found) + 2, dtype=bool)
    edges[1:-1] = found
    return np.flatnonzero(edges[1:] != edges[:-1]).reshape(-1, 2)


def _usual(tokens: Tokens, common: Common) -> NDArray[np.bool_]:
    """The words of a text that stand in none but common runs."""
    width = min(widths(tokens)[0], len(tokens))
    rare = np.flatnonzero(~common(shingle(tokens.hashes, width)))
    found = np.ones(len(tokens), dtype=bool)
    for offset in range(width):
        found[rare + offset] = False
    return found


def _furniture(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of words that are common and stand in one text alone, those in long runs, with what is around their seams."""
    runs = np.zeros(len(found), dtype=bool)
    for start, end in _runs(found).tolist():
        if end - start >= FURNITURE:
            runs[max(0, start - SEAM) : end + SEAM] = True
    return runs


def estimated(found: Shares, words: int, other_words: int) -> Versus:
    """The same from shares alone, where one of the texts is known by its sketch only. A sample never says `exact`, nor
    where the words stand that differ: they count as edited."""
    added, missing = (
        max(1, round((1 - share) * of)) for share, of in ((found.copied, words), (found.kept, other_words))
    )
    return Versus(words=words, other_words=other_words, added=added, missing=missing, edited=added + missing)


def shape(found: Versus, *, same_text: bool) -> Shape:
    """The shape of a variant against the canonical text.

    `exact`: its own words are the same; `rewrite`: neither text stands in the other, and it was reworded, or little is
    left; `excerpt` and `extended`: more was left out than is new, or the other way round; `near`: as much was exchanged
    on both sides.
    """
    if same_text or (found.words and not found.added and not found.missing):
        return "exact"
    grown = max(GROWN, GROWN_SHARE * max(found.words, found.other_words))
    alike = abs(found.added - found.missing) < grown
    fuller, other = max(found.copied, found.kept), min(found.copied, found.kept)
    stands = fuller >= WHOLE or (fuller >= MOST and found.reworded < REWORDED) or (other >= MOST and alike)
    if not stands:
        return "rewrite"
    if alike:
        return "near"
    return "excerpt" if found.missing > found.added else "extended"


def order(published: datetime | None, canonical: datetime | None) -> Order:
    """When a variant was published against the canonical article; unknown where one of them does not say."""
    if published is None or canonical is None:
        return "unknown"
    if abs(published - canonical) < SAME_TIME:
        return "same"
    return "earlier" if published < canonical else "later"
