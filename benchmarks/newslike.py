"""Texts that share wording as news does: each word drawn by the one before it, with what all outlets recycle.

A bigram model with absolute discounting (Ney, Essen, Kneser, "On structuring probabilistic dependences in stochastic
language modelling", 1994): two-word runs come about as often as in as many articles of the language, so that ordinary
wording grows common at the pace at which it does in a store. Measured with half of 17,814 newswire items as the truth:
between 3,000 and 17,000 articles the mean weight of a run falls from .62 to .41 there, and from .73 to .50 here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"\S+|\n")
# What is taken off each count of a pair of words, for pairs that nobody has seen yet.
DISCOUNT = 0.7
# Words of a text: the median, and the spread of its logarithm; as of the labelled edits.
MEDIAN, SPREAD, SHORTEST, LONGEST = 245, 0.6, 45, 1200
# Texts that are walked at once.
TOGETHER = 2_000
# Paragraphs that agencies and archives lend, and the share of texts that borrow up to three of them; few are on
# everyone's lips, most are rare.
LENT, LENT_WORDS, BORROWERS, LIPS = 2_000, 60, 0.25, 3.0
OUTLETS = 60
# Share of texts that are copies of another, half of them cut, with up to so many of their words exchanged.
COPIES, CUT, EXCHANGED = 0.2, 0.5, 0.08
END = "\n\n"


class Newslike:
    """A language's wording, learned from texts; nothing is kept of these but which word followed which."""

    def __init__(self, texts: Sequence[str]) -> None:
        known: dict[str, int] = {END: 0}
        said = [0]
        for text in texts:
            said += [known.setdefault(word, len(known)) for word in WORD.findall(text)]
            said.append(0)
        size, follow = len(known), np.array(said)
        self._words = np.array(list(known), dtype=object)
        pairs, counts = np.unique(follow[:-1] * size + follow[1:], return_counts=True)
        before, self._next = pairs // size, pairs % size
        self._start = np.searchsorted(before, np.arange(size + 1))
        self._upto = np.concatenate(([0.0], np.cumsum(counts - DISCOUNT)))
        seen, kinds = np.bincount(before, counts, minlength=size), np.bincount(before, minlength=size)
        self._new = np.where(seen > 0, DISCOUNT * kinds / np.maximum(1, seen), 1.0)
        company = np.bincount(self._next, minlength=size).astype(float)
        company[0] = 0
        self._any = np.cumsum(company) / company.sum()

    def texts(self, count: int, chance: np.random.Generator, *, words: int | None = None) -> Iterator[str]:
        """`count` texts, of as many words as news has or of `words`."""
        for start in range(0, count, TOGETHER):
            many = min(TOGETHER, count - start)
            drawn = np.clip(MEDIAN * np.exp(SPREAD * chance.standard_normal(many)), SHORTEST, LONGEST).astype(int)
            lengths = np.full(many, words) if words else drawn
            for walk, length in zip(self._walk(many, int(lengths.max()), chance), lengths, strict=True):
                yield re.sub(r" ?\n+ ?", "\n", " ".join(self._words[walk[:length]])).strip()

    def _walk(self, many: int, length: int, chance: np.random.Generator) -> NDArray[np.intp]:
        """Words as numbers, shape (many, length)."""
        found, word = np.zeros((length, many), dtype=np.intp), np.zeros(many, dtype=np.intp)
        for at in range(length):
            first, behind = self._start[word], self._start[word + 1]
            low, high = self._upto[first], self._upto[behind]
            lot = np.searchsorted(self._upto, low + (high - low) * chance.random(many), side="right") - 1
            known = self._next[np.clip(lot, first, np.maximum(behind - 1, 0)) % len(self._next)]
            strange = np.searchsorted(self._any, chance.random(many))
            word = np.where(chance.random(many) < self._new[word], strange, known)
            found[at] = word
        return found.T


def news(texts: Sequence[str], count: int, *, seed: int = 5) -> Iterator[tuple[str, str, int]]:
    """(outlet, text, lineage) of `count` articles in the wording of `texts`; a copy has the lineage of its original."""
    chance = np.random.default_rng(seed)
    model = Newslike(texts)
    lent = list(model.texts(LENT, chance, words=LENT_WORDS))
    copied: list[tuple[int, str]] = []
    for number, text in enumerate(model.texts(count, chance)):
        lineage, body = number, text
        if copied and chance.random() < COPIES:
            lineage, original = copied[int(chance.integers(len(copied)))]
            body = _copy(original, chance)
        elif chance.random() < BORROWERS:
            body = "\n".join([text, *(lent[int(LENT * chance.random() ** LIPS)] for _ in range(chance.integers(1, 4)))])
        if lineage == number:
            slot = int(chance.integers(TOGETHER))
            copied[slot : slot + 1] = [(number, body)]
        yield f"outlet{chance.integers(OUTLETS):02}.example", body, lineage


def _copy(text: str, chance: np.random.Generator) -> str:
    """Cut behind, or whole, with some words exchanged."""
    words = text.split(" ")
    if chance.random() < CUT:
        words = words[: max(SHORTEST, int(len(words) * chance.uniform(0.4, 1.0)))]
    share = chance.uniform(0, EXCHANGED)
    other = chance.permutation(words)
    return " ".join(
        new if lot < share else word for word, new, lot in zip(words, other, chance.random(len(words)), strict=True)
    )
