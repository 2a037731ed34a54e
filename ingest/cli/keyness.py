"""Terms that set some texts apart from others: log-likelihood over texts, compounds together, groups by cover. Pure.

Source of the statistic: Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", Computational
Linguistics 19 (1993). Texts are counted, not words: a term that one text repeats says little about a topic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

# Letters: shorter words are particles and endings, in every language written with spaces.
SHORTEST: Final = 4
# Letters that a stem needs, so that it is found inside compounds without being found everywhere.
STEM: Final = 5
# Log-likelihood from which a difference is no accident: p < .0001 with one degree of freedom.
SURE: Final = 15.13
# Terms looked at, the surest first, and terms of one group: what a person reads through.
LOOKED_AT: Final = 400
PER_GROUP: Final = 12
GROUPS: Final = 3
# Further terms that are named: from five seeds alone no machine tells what is meant.
FURTHER: Final = 30
# Share of the texts that a group is to cover; the rest are the odd ones.
COVER: Final = 0.98
_WORD: Final = re.compile(r"[^\W\d_]{2,40}")
_NAME: Final = re.compile(r"(?<=[^.!?:\n] )([A-ZÄÖÜ][^\W\d_]+(?: [A-ZÄÖÜ][^\W\d_]+){1,2})")
_ENDINGS: Final = ("ischen", "ische", "ischer", "isches", "ern", "en", "er", "es", "em", "e", "s", "n", "i")


@dataclass(frozen=True, slots=True)
class Term:
    """A proposed term with its evidence: texts on the topic and off it that have it, and the log-likelihood."""

    term: str
    on: frozenset[int]
    off: frozenset[int]
    score: float


def likelihood(a: int, b: int, n_a: int, n_b: int) -> float:
    """Dunning's G²: `a` of `n_a` texts against `b` of `n_b`; negative where the term speaks for the others."""
    if not n_a or not n_b or not a + b:
        return 0.0
    share = (a + b) / (n_a + n_b)
    total = sum(seen * log(seen / (share * of)) for seen, of in ((a, n_a), (b, n_b)) if seen)
    total += sum((of - seen) * log((of - seen) / ((1 - share) * of)) for seen, of in ((a, n_a), (b, n_b)) if of > seen)
    return 2 * total if a / n_a >= b / n_b else -2 * total


def suggest(on: Sequence[str], off: Sequence[str]) -> tuple[list[list[Term]], list[Term]]:
    """Groups of terms, the most telling first, every one of which is meant to be hit; and further telling terms, from
    which a person may add. Empty where nothing is telling."""
    terms = _terms(on, off)
    every = terms
    groups: list[list[Term]] = []
    hit = set(range(len(off)))  # texts off the topic that all groups hit so far
    while terms and len(groups) < GROUPS:
        group = _group(terms, len(on))
        rest = hit & set().union(*(term.off for term in group))
        if groups and len(rest) > 0.9 * len(hit) and len(off) > 0:
            break  # another group that tells nothing new only costs recall
        groups.append(group)
        hit = rest
        if not hit and off:
            break
        taken = set().union(*(term.on for term in group[:1]))
        stems = {term.term.strip("*").casefold() for term in group}
        terms = [term for term in terms if term not in group and not any(s in term.term.casefold() for s in stems)
                 and len(term.on & taken) >= len(term.on) / 2]  # fmt: skip
    used = {term.term for group in groups for term in group}
    return groups, [term for term in every if term.term not in used][:FURTHER]


def _group(terms: Sequence[Term], texts: int) -> list[Term]:
    """The most telling term, then whatever covers most of the texts that are still without one."""
    group = [terms[0]]
    missing = set(range(texts)) - terms[0].on
    while missing and len(group) < PER_GROUP and texts - len(missing) < COVER * texts:
        best = max(terms, key=lambda term: (len(term.on & missing) - len(term.off), term.score))
        if best in group or not best.on & missing:
            break
        group.append(best)
        missing -= best.on
    return group


def _terms(on: Sequence[str], off: Sequence[str]) -> list[Term]:
    """Telling words, compounds and inflections under one stem, and names of several words."""
    on_words, off_words = [set(_words(text)) for text in on], [set(_words(text)) for text in off]
    counts = Counter(word for words in on_words for word in words)
    others = Counter(word for words in off_words for word in words)
    scored = [(likelihood(n, others[word], len(on), len(off)) if off else float(n * len(word)), word)
              for word, n in counts.items() if n >= min(2, len(on))]  # fmt: skip
    least = SURE if off and len(on) >= 8 else 0.0  # a handful of texts proves nothing, and is all there is at first
    best = sorted((pair for pair in scored if pair[0] > least), key=lambda pair: (-pair[0], pair[1]))[:LOOKED_AT]
    found: dict[str, Term] = {}
    for _, word in best:
        stem = word if " " in word else _stem(word)
        if any(known in word for known in found):
            continue
        own = _having(stem, on_words), _having(stem, off_words)
        inside = any(stem in one and not one.startswith(stem) for words in on_words for one in words if " " not in one)
        shown = stem if " " in stem else f"*{stem}*" if inside else f"{stem}*"
        found[stem] = Term(shown, *own, likelihood(len(own[0]), len(own[1]), len(on), len(off) or 1))
    return sorted(found.values(), key=lambda term: (-term.score, -len(term.on), term.term))


def _words(text: str) -> Iterable[str]:
    yield from (word.casefold() for word in _WORD.findall(text) if len(word) >= SHORTEST)
    yield from (name.casefold() for name in _NAME.findall(text))


def _stem(word: str) -> str:
    """The word without a common ending, as long as enough of it is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= STEM:
            return word.removesuffix(ending)
    return word


def _having(stem: str, texts: Sequence[set[str]]) -> frozenset[int]:
    if len(stem) < STEM or " " in stem:
        return frozenset(n for n, words in enumerate(texts) if stem in words)
    return frozenset(n for n, words in enumerate(texts) if any(stem in word for word in words))
