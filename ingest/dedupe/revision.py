"""What a new state of an article changed, in kinds; nothing where only the page around it moved.

Date lines, counters, reading times, labels of related links and the teasers behind them change with every visit and say
nothing about the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import numpy as np

from ingest.dedupe.tokens import U64, distinct, shingle, tokenize

# Characters of a line that may be one of those; a longer one is a paragraph.
_SHORT: Final = 160
_MONTH: Final = (
    r"(?:jan(?:uary|uar)?|jänner|feb(?:ruary|ruar)?|mar(?:ch)?|märz|mrz|apr(?:il)?|mai|may|june?|juni?|july?|juli?"
    r"|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
_DAY: Final = (
    r"(?:(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|sat|sun|heute|gestern|today|yesterday)\b[.,]?)"
)
# A run of days, months, numbers and the small words between them; atomic, so that a line is tried one way only.
_SMALL: Final = r"uhr|[ap]\.?m\.?|um|at|on|den|m?e[sd]?z|utc|gmt|ist|et"
_WHEN: Final = rf"(?>{_DAY}|{_MONTH}|\d{{1,4}}(?:[.:/\u2013-]\d{{1,4}})*+\.?|{_SMALL}|\W)++"
_LABEL: Final = (
    r"(?:(?:zuletzt |last )?(?:aktualisiert|aktualisierung|aktualisierte fassung|veröffentlicht|erstellt|erschienen"
    r"|stand|update|updated|published|posted|modified|first published|letztes update|datum|date)"
    r"(?: (?:am|on|at|um|vor))?\s*:?)"
)
_UNIT: Final = (
    r"(?:kommentare?|comments?|aufrufe|views?|mal geteilt|shares?|likes?|leserbriefe?|bewertungen?|reaktionen"
    r"|reactions?|min(?:\.|uten?|utes?)?(?: lesezeit| read)?"
    r"|(?:stunden?|hours?|tage?n?|days?|minuten|minutes?) (?:ago|alt)?)"
)
_SPAN: Final = r"(?:sekunden?|seconds?|minuten?|minutes?|stunden?|hours?|tag(?:en)?|days?)"
# A sentence may begin like a label ("Zum Thema Hafen sagte er nichts."); what follows a label is a headline.
_RELATED: Final = (
    r"(?:lesen sie (?:auch|hier|dazu|mehr)|mehr zum thema|mehr dazu|auch interessant|zum thema|siehe auch"
    r"|das könnte sie|read (?:also|more)|related|see also|more on this|you may also like)"
    r"(?:\s*[:|\u2013-]\s.{0,140}|\b(?!.*[.!?…][\"'“”»’]?$).{0,140})"
)
# Lines that move by themselves, each with its reason.
_MOVING: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # When it was touched: "Stand: 3. März 2026, 14.05 Uhr", "Updated 03/03/2026 2:05 pm", or a date alone.
        rf"{_LABEL}?{_WHEN}",
        rf"{_LABEL}?\s*(?:vor|seit)?\s*(?:\d+|einer?|an?|one)\s+{_SPAN}(?:\s+ago)?\W*",
        # Counters: "3 Kommentare", "Kommentare (3)", "1.234 Aufrufe", "Teilen 15".
        rf"\d[\d.,]*\s*{_UNIT}\W*",
        rf"(?:{_UNIT}|teilen|geteilt|share|merken|drucken)\W*\(?\d[\d.,]*\)?\W*",
        # "Lesezeit: 3 Min.", "Reading time 3 minutes", "3 min read".
        r"(?:lesezeit|lesedauer|reading time|dauer)\W*(?:ca\.?\s*)?[\w ]{0,12}?\s*(?:min\w*\.?|\d+)\W*",
        # What others wrote: the label and the headline behind it.
        _RELATED,
    )
)
_LABELS: Final = _MOVING[-1]
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'“”»’)\]]*$")
# A tail of teasers is short: of more than a third of the words it is the article (tables, tickers, lists).
_TAIL: Final = 1 / 3
# Words of a name that was exchanged.
_NAME_WORDS: Final = 3
# Days and months have a capital and are no names.
_CALENDAR: Final = re.compile(
    rf"{_DAY}|{_MONTH}|[a-z]+tag(?:früh|morgen|vormittag|mittag|nachmittag|abend|nacht)", re.IGNORECASE
)
# Numbers as newsrooms write them out; `ein` and `one` are articles and pronouns as often.
_WRITTEN: Final = frozenset(
    ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dutzend", "hundert",
     "hunderte", "tausend", "tausende", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
     "eleven", "twelve", "dozen", "hundred", "hundreds", "thousand", "thousands")
)  # fmt: skip
# Share of the shorter one's runs of two words from which one paragraph is another state of the other: of 1,715 pairs of
# paragraphs of one news article 1.4 % share as much.
_SAME_PARAGRAPH: Final = 0.2
# The same from which paragraphs were merely divided otherwise, where fewer words came or went than a sentence has.
_REWRAPPED: Final = 0.8
_SENTENCE: Final = 5
# Paragraphs against paragraphs that are compared all with all, and their characters in all (a paragraph's are read once
# for each that it is compared with); a ticker of hundreds is paired by place.
_COMPARED, _COMPARED_LENGTH = 1_000, 2_000_000
# Paragraphs against paragraphs, and words against words, that are aligned in one article: difflib is quadratic, and a
# page of nothing but one word, 40,000 times, took it four minutes. Four million take a second at the worst.
_ALIGNED: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of an article."""

    title: str
    text: str
    agency: str | None = None  # credited
    credit: str | None = None  # full, partial, release; None where nobody knows
    number: str | None = None  # the agency's number of the item
    furniture: tuple[str, ...] = ()  # blocks that were set aside


def changes(before: State, after: State) -> list[str]:
    """Kinds in this order: headline, number, name, paragraph-added, paragraph-removed, attribution, minor.

    Empty where nothing changed but what moves by itself. `minor`: words of a paragraph that are none of the others.
    """
    kinds = ["headline"] if after.title and _folded(before.title) != _folded(after.title) else []
    old, new = standing(_less(before.text, after.furniture)), standing(_less(after.text, before.furniture))
    added = removed = edited = False
    align = _Aligner()
    for was, now in _changed(old, new, align):
        if was and now:
            kinds += [kind for kind in _word_changes(was.split(), now.split(), align) if kind not in kinds]
            edited = True
        added |= not was
        removed |= not now
    kinds += ["paragraph-added"] * added + ["paragraph-removed"] * removed
    kinds += ["attribution"] * _reattributed(before, after)
    if edited and not {"number", "name"} & set(kinds):
        kinds.append("minor")
    return [kind for kind in ORDER if kind in kinds]


class _Aligner:
    """What differs between two sequences, item by item as long as that is not too much work in all."""

    def __init__(self) -> None:
        self._left = _ALIGNED

    def __call__(
        self, old: Sequence[str] | Sequence[bytes], new: Sequence[str] | Sequence[bytes]
    ) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
        """The places of each part that differs, in the old one and in the new one. Where it is too much work, one part
        that has whatever the other does not have, or not as often."""
        begin = end = 0
        if len(old) * len(new) > self._left:
            begin = _begun(old, new)
            end = min(_begun(old[::-1], new[::-1]), len(old) - begin, len(new) - begin)
        here, there = old[begin : len(old) - end], new[begin : len(new) - end]
        if len(here) * len(there) > self._left:
            yield _alone(old, new), _alone(new, old)
            return
        self._left -= len(here) * len(there)
        for tag, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
            if tag != "equal":
                yield range(begin + a, begin + b), range(begin + c, begin + d)


def _begun(one: Sequence[object], other: Sequence[object]) -> int:
    """How many items both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _alone(items: Iterable[str | bytes], others: Iterable[str | bytes]) -> list[int]:
    """The places of those items that the others do not have, or not as often."""
    there: Counter[str | bytes] = Counter(others)
    found = []
    for at, item in enumerate(items):
        if there[item]:
            there[item] -= 1
        else:
            found.append(at)
    return found


def _changed(old: Sequence[str], new: Sequence[str], align: _Aligner) -> Iterator[tuple[str, str]]:
    """Paragraphs that differ, and what they have become: "" where they were left out, and before where they are new.

    The same words in other paragraphs are no change; a paragraph that stands elsewhere is a state of itself.
    """
    gone: list[str] = []
    come: list[str] = []
    for left, right in align([*map(_folded, old)], [*map(_folded, new)]):
        here, there = [old[at] for at in left], [new[at] for at in right]
        was, now = " ".join(here), " ".join(there)
        if _folded(was) == _folded(now):
            continue
        rewrapped = len(here) != len(there) and abs(len(was.split()) - len(now.split())) < _SENTENCE
        if rewrapped and _alike(_runs(was), _runs(now)) >= _REWRAPPED:
            yield was, now
            continue
        pairs = _paired(here, there)
        yield from ((here[i], there[k]) for i, k in pairs.items())
        gone += (here[i] for i in range(len(here)) if i not in pairs)
        paired = {*pairs.values()}
        come += (there[k] for k in range(len(there)) if k not in paired)
    elsewhere = {*map(_folded, gone)} & {*map(_folded, come)}
    yield from ((one, one if _folded(one) in elsewhere else "") for one in gone)
    yield from (("", one) for one in come if _folded(one) not in elsewhere)


def _paired(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Which of the new paragraphs is another state of which old one, in order; by place where there are too many."""
    if (
        len(old) * len(new) > _COMPARED
        or sum(map(len, old)) * len(new) + sum(map(len, new)) * len(old) > _COMPARED_LENGTH
    ):
        return {n: n for n in range(min(len(old), len(new)))}
    theirs = [_runs(now) for now in new]
    alike = [[_alike(runs, other) for other in theirs] for runs in map(_runs, old)]
    # The best sum over pairs in order: the classical table, from its end.
    best = np.zeros((len(old) + 1, len(new) + 1))
    for i in range(len(old) - 1, -1, -1):
        for k in range(len(new) - 1, -1, -1):
            best[i, k] = max(best[i + 1, k], best[i, k + 1], best[i + 1, k + 1] + alike[i][k])
    pairs: dict[int, int] = {}
    i = k = 0
    while i < len(old) and k < len(new) and best[i, k]:
        if best[i, k] == best[i + 1, k + 1] + alike[i][k] and alike[i][k]:
            pairs[i] = k
            i, k = i + 1, k + 1
        elif best[i, k] == best[i + 1, k]:
            i += 1
        else:
            k += 1
    return pairs


def _runs(text: str) -> U64:
    """The runs of two words in a paragraph, sorted and distinct."""
    return distinct(shingle(tokenize(text).hashes, 2))


def _alike(here: U64, there: U64) -> float:
    """Share of the shorter paragraph's runs of two words that stand in the other; 0 where they are two paragraphs."""
    if not len(here) or not len(there):
        return 0.0
    share = len(np.intersect1d(here, there, assume_unique=True)) / min(len(here), len(there))
    return share if share >= _SAME_PARAGRAPH else 0.0


ORDER: Final = ("headline", "number", "name", "paragraph-added", "paragraph-removed", "attribution", "minor")


def standing(text: str) -> list[str]:
    """The paragraphs of a text without those that move by themselves."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    moving = {n for n, line in enumerate(lines) if len(line) <= _SHORT and any(p.fullmatch(line) for p in _MOVING)}
    moving |= _teasers(lines)
    return [line for n, line in enumerate(lines) if n not in moving] or lines


def _less(text: str, furniture: Sequence[str]) -> str:
    """A text without the paragraphs that the other state has set aside: they stand on the page as before, and what an
    outlet's furniture is was learned in between. They go first, as what ends a text without them is told by its end."""
    aside = {_folded(block) for block in furniture}
    return "\n".join(line for line in text.splitlines() if _folded(line) not in aside) if aside else text


def _teasers(lines: Sequence[str]) -> set[int]:
    """Headlines of other articles: behind a label of related links, and at the very end."""
    found: set[int] = set()
    behind = False
    for n, line in enumerate(lines):
        headline = len(line) <= _SHORT and not _SENTENCE_END.search(line)
        behind = _LABELS.fullmatch(line) is not None or (behind and headline)
        if behind:
            found.add(n)
    last = max((n for n, line in enumerate(lines) if _SENTENCE_END.search(line)), default=-1)
    tail = range(last + 1, len(lines))
    size = sum(len(lines[n]) for n in tail)
    if last >= 0 and size <= _TAIL * sum(map(len, lines)) and all(len(lines[n]) <= _SHORT for n in tail):
        found.update(tail)
    return found


def _reattributed(before: State, after: State) -> bool:
    """Whether the text is credited to somebody else, or to another extent. A correction's number is no other item."""
    if before.agency != after.agency:
        return True
    if before.credit is not None and after.credit is not None and before.credit != after.credit:
        return True
    items = [(state.number or "").partition("/")[0].casefold() for state in (before, after)]
    return all(items) and items[0] != items[1]


def _word_changes(was: Sequence[str], now: Sequence[str], align: _Aligner) -> list[str]:
    """Kinds of change inside one paragraph."""
    kinds = []
    for left, right in align(was, now):
        if not left and not right:  # the same words in another order
            continue
        words = [word.strip(".,;:!?()„“”\"'") for word in (*(was[at] for at in left), *(now[at] for at in right))]
        if any(char.isdigit() for word in words for char in word) or all(word.casefold() in _WRITTEN for word in words):
            kinds.append("number")
        # A capital inside a sentence is a name in English; in German, where nouns have one too, only a few words that
        # were exchanged for as many are taken for one.
        elif 0 < len(left) == len(right) <= _NAME_WORDS and left[0] > 0 and all(map(_may_name, words)):
            kinds.append("name")
    return kinds


def _may_name(word: str) -> bool:
    return word[:1].isupper() and _CALENDAR.fullmatch(word) is None


def _folded(text: str) -> bytes:
    return tokenize(text).hashes.tobytes()
