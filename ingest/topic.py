"""Is a text on the topic, and why: groups of words that must all be hit, near each other. Pure, linear in the text.

A term is a word, a phrase, or either with `*` at the start or end of a word (`*munition`, `Rakete*`, `*drohne*`), which
is how German compounds are reached. Case, accents, compatibility forms and invisible characters do not count, and an
umlaut may be written out: `Pjöngjang` finds Pjongjang and Pjoengjang, and each of them finds the other two spellings.
Scripts that put no spaces between words, or glue particles to them, are searched inside words without a `*`.

A term never becomes a regular expression: what a user types is compared, not run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ingest.config import Topic
from ingest.model import TopicHit

# Runs of letters and digits; hyphens and apostrophes part words, so `Nordkorea-Granaten` is two of them.
# Marks stay with their letter: a capital with two of them has no precomposed form.
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_TERM_WORD = re.compile("\\*?[^\\W_](?:[^\\W_]|[\u0300-\u036f])*(?:\\*[^\\W_](?:[^\\W_]|[\u0300-\u036f])*)*\\*?|\\*")
# Han, Kana, Thai, Lao, Khmer, Myanmar: no spaces between words. Hangul: particles are glued to them.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
# Soft hyphen, zero-width and direction marks: invisible, and put inside words by publishing systems.
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
# How a letter is written out where the keyboard lacks it. casefold() has made ß to ss before.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})
# Letters that do not decompose into a base letter and a mark.
_BASE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"})

# Words of running text: 65,536 distinct ones cover some 2,000 articles and take about 10 MB.
_WORDS_REMEMBERED = 65_536
# Longer runs (unspaced scripts, garbage) hardly ever come twice.
_LONGEST_REMEMBERED = 48
# Matched texts shown per group: enough to see why, few enough to read.
_SHOWN = 5
# Words of title and summary without a single hit from which the topic is ruled out without reading the page.
_CONFIDENT_WORDS = 25


@dataclass(frozen=True, slots=True)
class Verdict:
    """`hits` are (group, matched text as printed, "title" or "text", number of its first word there from 1), groups in
    the order of the settings, texts in order of sight, each text where it stands first.

    `confident_off`: even a short text such as a title with its summary rules the topic out.
    """

    on_topic: bool
    hits: tuple[TopicHit, ...]
    confident_off: bool


def spellings(word: str) -> tuple[str, ...]:
    """The forms under which a word is compared: marks dropped, and umlauts written out where it has any."""
    if word.isascii():
        return (word.lower(),)
    folded = unicodedata.normalize("NFC", word.casefold())
    return tuple(dict.fromkeys((_plain(folded), _plain(folded.translate(_WRITTEN_OUT)))))


def _plain(folded: str) -> str:
    parts = unicodedata.normalize("NFD", folded.translate(_BASE))
    return "".join(part for part in parts if not unicodedata.combining(part))


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One word of a term: what it starts with, ends with, or holds inside."""

    start: str = ""
    end: str = ""
    inside: str = ""
    whole: str = ""

    def matches(self, word: str) -> bool:
        if self.whole:
            return word == self.whole
        fits = word.startswith(self.start) and word.endswith(self.end) and self.inside in word
        return fits and len(word) >= len(self.start) + len(self.end)


def _patterns(term_word: str) -> Iterator[_Pattern]:
    """The patterns of one word of a term, one for each of its spellings."""
    for spelling in spellings(term_word):
        first, *rest = spelling.split("*")
        if not rest:
            yield _Pattern(inside=first) if _UNSPACED.search(first) else _Pattern(whole=first)
        else:
            # `*a*b*` with two cores inside cannot be told by one test; its longest core decides.
            inside = max(rest[:-1], key=len, default="")
            yield _Pattern(start=first, end=rest[-1], inside=inside)


@dataclass(frozen=True, slots=True)
class _Term:
    group: int
    words: tuple[tuple[_Pattern, ...], ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    group: int
    text: str  # as printed
    place: int  # in words, from the start of the part


class TopicMatcher:
    """The groups of one topic, ready to judge texts. Safe to share between threads."""

    def __init__(self, topic: Topic) -> None:
        self.groups = _labels(topic.terms)
        self._within = topic.within
        self._terms: list[_Term] = []
        for number, group in enumerate(topic.terms):
            for term in group:
                words = [tuple(_patterns(word)) for word in _TERM_WORD.findall(_clean(term))]
                if words:
                    self._terms.append(_Term(number, tuple(words)))
        self._whole: dict[str, list[int]] = {}
        self._loose: list[tuple[_Pattern, int]] = []
        for index, one in enumerate(self._terms):
            for pattern in one.words[0]:
                if pattern.whole:
                    self._whole.setdefault(pattern.whole, []).append(index)
                else:
                    self._loose.append((pattern, index))
        self._remembered = lru_cache(_WORDS_REMEMBERED)(self._terms_at)

    def judge(self, title: str, text: str) -> Verdict:
        """Hits of title and text, and whether the groups meet; a topic without terms takes everything."""
        if not self.groups:
            return Verdict(on_topic=True, hits=(), confident_off=False)
        seen: list[dict[str, TopicHit]] = [{} for _ in self.groups]
        # The place of each group's last hit, in words; a hit in the title counts everywhere.
        last: dict[int, int | None] = {}
        together, words = False, 0
        parts: tuple[tuple[Literal["title", "text"], str], ...] = (("title", title), ("text", text))
        for name, part in parts:
            for hit in self._hits(part):
                if len(seen[hit.group]) < _SHOWN:
                    seen[hit.group].setdefault(hit.text, (self.groups[hit.group], hit.text, name, hit.place + 1))
                if name == "title":
                    last[hit.group] = None
                elif last.get(hit.group, 0) is not None:
                    last[hit.group] = hit.place
                together = together or self._meet(last)
            words += len(part.split())
        shown = tuple(hit for found in seen for hit in found.values())
        return Verdict(on_topic=together, hits=shown, confident_off=not shown and words >= _CONFIDENT_WORDS)

    def _meet(self, last: Mapping[int, int | None]) -> bool:
        """Whether the latest hits of all groups lie within the allowed stretch."""
        if len(last) < len(self.groups):
            return False
        places = [place for place in last.values() if place is not None]
        return not self._within or not places or max(places) - min(places) <= self._within

    def _hits(self, part: str) -> Iterator[_Hit]:
        clean = _clean(part)
        words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(clean)]
        for place, (word, start, _) in enumerate(words):
            look = self._remembered if len(word) <= _LONGEST_REMEMBERED else self._terms_at
            for index in look(word):
                term = self._terms[index]
                end = place + len(term.words)
                rest = zip(words[place + 1 : end], term.words[1:], strict=False)
                if end <= len(words) and all(_fits(word, patterns) for (word, _, _), patterns in rest):
                    yield _Hit(term.group, clean[start : words[end - 1][2]], place)

    def _terms_at(self, word: str) -> tuple[int, ...]:
        """Terms whose first word this is."""
        found: set[int] = set()
        for spelling in spellings(word):
            found.update(self._whole.get(spelling, ()))
            found.update(index for pattern, index in self._loose if pattern.matches(spelling))
        return tuple(sorted(found))


def words_of(text: str) -> int:
    """How many words a text has, as the places of hits count them."""
    return len(_WORD.findall(_clean(text)))


def compile_topic(topic: Topic) -> TopicMatcher:
    """The matcher of `[topic]`."""
    return TopicMatcher(topic)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)) if not text.isascii() else text


def _fits(word: str, patterns: Sequence[_Pattern]) -> bool:
    return any(pattern.matches(spelling) for spelling in spellings(word) for pattern in patterns)


def _labels(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """A group is called by its first term without stars, with a number where two would share a name."""
    names: list[str] = []
    for number, group in enumerate(groups, start=1):
        name = group[0].replace("*", "") if group else ""
        names.append(name if name and name not in names else f"{name or 'group'} {number}")
    return tuple(names)
