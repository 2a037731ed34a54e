"""Reports that nobody wrote, and what other houses make of them.

Sentences are in the wording of news (see `newslike`) or filled from shapes of eight genres, with a cast of people and
places for each report. What a house does to a report is one of EDITS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

import numpy as np

from benchmarks.genres import TONGUES
from benchmarks.hidden import LARGER, articles
from benchmarks.newslike import Newslike
from tests.quality import edits
from tests.quality.reports import reports
from tests.quality.sentences import SYLLABLES

# Share of sentences that are filled from a genre's shapes; the others are in the wording of news.
SHAPED = 0.25
# Texts that are walked for these, and their words.
WALKS, WALK = 1500, 300
SENTENCE = re.compile(r"(?<=[.!?]) ")

Sentences = list[str]
Paragraphs = list[Sentences]


def _learned(language: str) -> list[str]:
    """Texts to learn wording from: the larger set where it lies beside the project, else our own reports."""
    if not LARGER.exists():
        return [one.text for one in reports() if one.language == language]
    lines, stories, languages = articles()
    first = {story: number for number, story in reversed(list(enumerate(stories)))}
    return [lines[number].text for number in first.values() if languages[number] == language]


class Wording:
    """Sentences in the wording of news, language by language (see `newslike`)."""

    def __init__(self, seed: int) -> None:
        self._words: dict[str, list[str]] = {}
        self._at = dict.fromkeys(TONGUES, 0)
        for at, language in enumerate(TONGUES):
            walked = Newslike(_learned(language)).texts(WALKS, np.random.default_rng([seed, at]), words=WALK)
            self._words[language] = [re.sub(r"[.!?:]+$", "", word) for text in walked for word in text.split()]

    def sentence(self, language: str, words: int) -> list[str]:
        """So many words that were not given out before, but for the first ones after the last."""
        known, at = self._words[language], self._at[language]
        self._at[language] = at + words if at + 2 * words < len(known) else 0
        return known[at : at + words]


class Desk:
    """One report's writer: the same people and places come up again."""

    def __init__(self, language: str, chance: Random, wording: Wording) -> None:
        self.language, self.wording = language, wording
        self._tongue, self.chance = TONGUES[language], chance
        self.cast = [f"{name(chance)} {name(chance)}" for _ in range(3)]
        self.places = [name(chance) for _ in range(3)]
        self._nouns = [self._noun() for _ in range(6)]

    def sentence(self, shapes: Sequence[str], *, shaped: float = SHAPED) -> str:
        """One sentence in one of these shapes, or in the wording of news."""
        if self.chance.random() >= shaped:
            words = self.wording.sentence(self.language, self.chance.randint(7, 26))
            for kind in self.chance.sample("mpcqnm", self.chance.randint(0, 3)):
                words.insert(self.chance.randint(1, len(words)), self.word(kind))
            text = " ".join(filter(None, words))
            return f"{text[:1].upper()}{text[1:]}."
        return re.sub(r"\{(\w)\}", partial(filled, self), self.chance.choice(shapes))

    def sentences(self, shapes: Sequence[str], words: int) -> Sentences:
        """Sentences until there are so many words."""
        found: Sentences = []
        while sum(len(one.split()) for one in found) < words:
            found.append(self.sentence(shapes))
        return found

    def _noun(self) -> str:
        first, second = self.chance.choice(self._tongue.stems.split()), self.chance.choice(self._tongue.ends.split())
        return first + second if self._tongue.joined else f"{first} {second}"

    def word(self, kind: str) -> str:
        """A word for a slot."""
        chance, tongue = self.chance, self._tongue
        if kind == "n":
            return chance.choice(self._nouns) if chance.random() < 0.4 else self._noun()
        if kind == "c":
            return str(chance.randint(2, 10 ** chance.randint(1, 4)))
        people = {"m": self.cast, "p": self.places, "q": [f"{name(chance)} {name(chance)}"]}
        others = {"a": tongue.adjectives, "v": tongue.verbs, "o": tongue.adverbs}
        return chance.choice(people[kind] if kind in people else others[kind].split())


def filled(desk: Desk, slot: re.Match[str]) -> str:
    """The word for a slot of a shape."""
    return desk.word(slot[1])


def name(chance: Random) -> str:
    """A name that nobody has."""
    return "".join(chance.choice(SYLLABLES.split()) for _ in range(chance.randint(2, 3))).capitalize()


@dataclass(frozen=True, slots=True)
class Report:
    """`news` and the `background` under it, which others have too; paragraphs of sentences."""

    name: str
    language: str
    genre: str
    news: Paragraphs
    background: Paragraphs
    desk: Desk

    @property
    def paragraphs(self) -> Paragraphs:
        return self.news + self.background

    @property
    def text(self) -> str:
        return laid_out(self.paragraphs)


def laid_out(paragraphs: Sequence[Sequence[str]]) -> str:
    """One paragraph a line."""
    return "\n".join(" ".join(one) for one in paragraphs if one)


def report(key: str, language: str, chance: Random, wording: Wording, *, words: int, shared: float) -> Report:
    """A report of about so many words, of which this share is background."""
    tongue = TONGUES[language]
    desk = Desk(language, chance, wording)
    genre = chance.choice(sorted(tongue.shapes))
    news = paragraphs(desk.sentences(tongue.shapes[genre], round(words * (1 - shared))), chance)
    back = paragraphs(desk.sentences(tongue.background, round(words * shared)), chance) if shared else []
    return Report(key, language, genre, news, back, desk)


def paragraphs(sentences: Sentences, chance: Random) -> Paragraphs:
    """Sentences in paragraphs of two to four."""
    found, left = [], list(sentences)
    while left:
        many = chance.randint(2, 4)
        found.append(left[:many])
        left = left[many:]
    return found


# --- what houses make of a report -------------------------------------------------------------------------------------


def _kept(paragraphs: Paragraphs, keep: Callable[[int, int], bool]) -> Paragraphs:
    """The sentences that are kept, by their number and how many there are."""
    every = sum(map(len, paragraphs))
    numbers = iter(range(every))
    return [[one for one in part if keep(next(numbers), every)] for part in paragraphs]


def cut_tail(one: Report, chance: Random) -> Paragraphs:
    """The beginning alone."""
    share = chance.uniform(0.3, 0.7)
    return _kept(one.paragraphs, lambda number, every: number < max(2, share * every))


def cut_lead(one: Report, chance: Random) -> Paragraphs:
    """Without its first sentences."""
    gone = chance.randint(1, 2)
    return _kept(one.paragraphs, lambda number, _: number >= gone)


def cut_middle(one: Report, chance: Random) -> Paragraphs:
    """A third to a half is left out behind the first two sentences."""
    share = chance.uniform(0.33, 0.5)
    return _kept(one.paragraphs, lambda number, every: number < 2 or number >= 2 + share * every)


def few(one: Report, chance: Random) -> Paragraphs:
    """Two or three sentences of its news."""
    every = sum(map(len, one.news))
    chosen = set(chance.sample(range(every), min(every, chance.randint(2, 3))))
    return _kept(one.news, lambda number, _: number in chosen)


def paraphrase(one: Report, chance: Random) -> Paragraphs:
    """Every sixth to twelfth word is another."""
    text = edits.copyedit(one.text, chance, rate=1 / chance.uniform(6, 12))
    return [SENTENCE.split(line) for line in text.split("\n")]


def new_lead(one: Report, chance: Random) -> Paragraphs:
    """A lead of the house's own on top."""
    return [own(one, chance, words=chance.randint(18, 45)), *one.paragraphs]


def new_lead_cut(one: Report, chance: Random) -> Paragraphs:
    """The same, and cut behind."""
    share = chance.uniform(0.4, 0.8)
    kept = _kept(one.paragraphs, lambda number, every: number < max(2, share * every))
    return [own(one, chance, words=chance.randint(15, 35)), *kept]


def few_led(one: Report, chance: Random) -> Paragraphs:
    """Three or four sentences under another lead, some words changed: the harshest."""
    every = sum(map(len, one.news))
    chosen = set(chance.sample(range(every), min(every, chance.randint(3, 4))))
    kept = laid_out(_kept(one.news, lambda number, _: number in chosen))
    text = edits.copyedit(kept, chance, rate=0.05)
    return [own(one, chance, words=chance.randint(12, 25)), SENTENCE.split(text.replace("\n", " "))]


def headline(one: Report, chance: Random) -> Paragraphs:
    """A new headline and a byline stand in the text."""
    words = own(one, chance, words=8)[0].split()[: chance.randint(5, 8)]
    return [[" ".join(words)], [f"{name(chance)} {name(chance)}, Desk 2"], *one.paragraphs]


def furniture(one: Report, chance: Random) -> Paragraphs:
    """Lines of a site stand in between and below."""
    desk, lines = Desk(one.language, chance, one.desk.wording), TONGUES[one.language].furniture
    parts = list(one.paragraphs)
    for line in lines:
        parts.insert(chance.randint(1, len(parts)), [desk.sentence([line], shaped=1)])
    return parts


def merged(one: Report, chance: Random) -> Paragraphs:
    """One paragraph, and edited."""
    return [SENTENCE.split(edits.edited(" ".join(s for part in one.paragraphs for s in part), chance))]


def live_blog(one: Report, chance: Random) -> Paragraphs:
    """Entries above the report."""
    entries = [[f"{hour}.{chance.randint(10, 59)}: {own(one, chance, words=18)[0]}"] for hour in range(17, 12, -1)]
    return entries[: chance.randint(2, 5)] + one.paragraphs


def extended(one: Report, chance: Random) -> Paragraphs:
    """With paragraphs of the house's own behind."""
    return [*one.paragraphs, own(one, chance, words=chance.randint(20, 80))]


def whole(one: Report, _: Random) -> Paragraphs:
    """As it came."""
    return one.paragraphs


EDITS: dict[str, Callable[[Report, Random], Paragraphs]] = {
    one.__name__: one
    for one in (
        whole, cut_tail, cut_lead, cut_middle, few, paraphrase, new_lead, new_lead_cut, few_led, headline, furniture,
        merged, live_blog, extended,
    )
}  # fmt: skip


# The two that leave little of a report: some sentences of it, by themselves and under another lead.
FEW = ("few", "few_led")


def own(one: Report, chance: Random, *, words: int) -> Sentences:
    """Sentences that the house wrote itself, on the same people and places."""
    desk = Desk(one.language, chance, one.desk.wording)
    desk.cast, desk.places = one.desk.cast[:1] + desk.cast[:2], one.desk.places[:1] + desk.places[:2]
    return desk.sentences(TONGUES[one.language].shapes[one.genre], words)
