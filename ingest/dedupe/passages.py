"""Where two texts share words, as words: for people who ask why. Slower than the comparison, same runs and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.dedupe.characters import fold
from ingest.dedupe.fingerprint import widths
from ingest.dedupe.reading import stretches
from ingest.dedupe.relation import shared_words
from ingest.dedupe.tokens import Tokens, shingle, token_bounds, tokenize

# Words of a passage that are shown at its beginning and end; the middle of a page-long copy explains nothing more.
SHOWN_WORDS: Final = 30


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words of one text that stands in another too; the middle of a long one is left out of `text`."""

    words: int
    text: str


@dataclass(frozen=True, slots=True)
class CommonPhrase:
    """A run of words that many articles contain, and how many at least."""

    text: str
    articles: int


def locate(text: str) -> list[tuple[int, int]]:
    """Begin and end of each token of `tokenize(text)` in the text itself."""
    # Folding works character by character, so that each folded one knows where it came from.
    folded: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        piece = fold(char)
        folded.append(piece)
        origin += [at] * len(piece)
    return [(origin[begin], origin[end - 1] + 1) for begin, end in token_bounds("".join(folded))]


def shared_passages(text: str, other: str) -> list[Passage]:
    """The passages of `text` that stand in `other` in runs of four or more words, longest first."""
    here = tokenize(text)
    covered = shared_words(here, tokenize(other))
    spans = locate(text)
    found = [Passage(end - begin, _excerpt(text, spans, begin, end)) for begin, end in stretches(covered)]
    return sorted(found, key=lambda passage: -passage.words)


def common_phrases(text: str, counts: Mapping[int, int]) -> list[CommonPhrase]:
    """What was discounted: runs of words that stand in many articles, most common first.

    `counts` maps a shingle, signed as the store keeps it, to the number of articles that contain it.
    """
    tokens = tokenize(text)
    width, spans = widths(tokens)[0], locate(text)
    runs = shingle(tokens.hashes, width).view(np.int64).tolist()
    articles = np.array([counts.get(run, 0) for run in runs], dtype=np.int64)
    found: dict[str, int] = {}
    for begin, end in stretches(articles > 0):
        phrase = _excerpt(text, spans, begin, min(end + width - 1, len(spans)))
        found[phrase] = max(found.get(phrase, 0), int(articles[begin:end].min()))
    phrases = [CommonPhrase(phrase, count) for phrase, count in found.items()]
    return sorted(phrases, key=lambda phrase: (-phrase.articles, phrase.text))


def shingle_counts_wanted(text: str) -> list[int]:
    """The shingles whose counts `common_phrases` reads, signed as the store keeps them."""
    tokens: Tokens = tokenize(text)
    wanted: list[int] = np.unique(shingle(tokens.hashes, widths(tokens)[0])).view(np.int64).tolist()
    return wanted


def _excerpt(text: str, spans: list[tuple[int, int]], begin: int, end: int) -> str:
    if end - begin <= 2 * SHOWN_WORDS:
        return text[spans[begin][0] : spans[end - 1][1]]
    head = text[spans[begin][0] : spans[begin + SHOWN_WORDS - 1][1]]
    return f"{head} […] {text[spans[end - SHOWN_WORDS][0] : spans[end - 1][1]]}"
