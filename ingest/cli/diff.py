"""Word by word, how one text differs from another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Op = Literal["same", "removed", "added"]
# Pairs of words a block is aligned over exactly (difflib is quadratic): 4 million take about a second. A larger block
# is shown as replaced whole; blocks are what lies between two equal paragraphs, so that is a rewritten article.
_PAIRS = 4_000_000


class Piece(NamedTuple):
    """A run of words that stands in both texts, only in the first, or only in the second."""

    op: Op
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The pieces in reading order; `same` and `removed` give `before`, `same` and `added` give `after`, but for
    spaces at their ends. Paragraphs that are equal are matched first, words within the others."""
    old, new = before.split("\n"), after.split("\n")
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "\n".join(old[a:b])))
        else:
            found.extend(_words(_split(old[a:b]), _split(new[c:d])))
    return [piece for piece in found if piece.text.strip()]


def _split(paragraphs: Sequence[str]) -> list[str]:
    """Words, with a line break as a word of its own between paragraphs."""
    words: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        words += ["\n", *paragraph.split()] if number else paragraph.split()
    return words


def _words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) * len(new) > _PAIRS:
        yield Piece("removed", _join(old))
        yield Piece("added", _join(new))
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", _join(old[a:b]))
            continue
        if b > a:
            yield Piece("removed", _join(old[a:b]))
        if d > c:
            yield Piece("added", _join(new[c:d]))


def _join(words: Sequence[str]) -> str:
    return " ".join(words).replace(" \n ", "\n")
