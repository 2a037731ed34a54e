"""What a character counts for: part of a word, of a number, a token of its own, a gap, or nothing at all.

Case and accents are folded character by character, so that what folding makes of each can be looked up: a table of
those met so far spares folding and scanning a folded text (18 of 45 us for 330 words).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.hashes import mix

# Kinds, so numbered that the least one in a text tells how it can be read: those from LINE on make words and gaps.
UNKNOWN: Final = 0  # not met yet
SEVERAL: Final = 1  # folds to several that count: the text is folded before it is read
DROPPED: Final = 2  # marks, soft hyphens, zero-width
SINGLE: Final = 3  # of a script without spaces: one token
LINE: Final = 4
GAP: Final = 5
WORD: Final = 6
DIGIT: Final = 7

# Code points from here on stand for themselves: those of a folded text are lifted by as much.
FOLDED: Final = 0x110000

# Letters beyond this plane are historic scripts and rare ideographs: the latter are handled as single characters.
_PLANES: Final = 0x20000

# (first, last) of the blocks written without spaces. Hangul is left out: Korean separates words.
_UNSPACED: Final = (
    (0x0E00, 0x0E7F),  # Thai
    (0x0E80, 0x0EFF),  # Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
)


def fold(text: str) -> str:
    """Case and compatibility folding; accents become separate marks, which count for nothing."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKD", text.casefold())


def _read(code: int) -> tuple[int, int]:
    """The kind of a code point, and the folded one that it counts as (itself where that is none or several)."""
    if code >= FOLDED:
        return _kind(code - FOLDED), code - FOLDED
    folded = [(_kind(ord(char)), ord(char)) for char in fold(chr(code))]
    counting = [one for one in folded if one[0] != DROPPED]
    if not counting:
        return DROPPED, code
    if all(kind == GAP for kind, _ in counting):
        return GAP, code
    return counting[0] if len(counting) == 1 else (SEVERAL, code)


def _kind(code: int) -> int:
    """The kind of a character in a folded text."""
    if code >= _PLANES:
        return SINGLE
    category = unicodedata.category(chr(code))
    if category[0] == "L":
        return SINGLE if any(first <= code <= last for first, last in _UNSPACED) else WORD
    if category[0] == "N":
        return DIGIT
    if category[0] == "M" or category == "Cf":
        return DROPPED
    return LINE if code == ord("\n") else GAP


class Characters:
    """Those met so far, by code point: of what kind each is, and what it adds to the hash of its token."""

    def __init__(self) -> None:
        # 20 MB of addresses; memory is taken where they are written to, and the letters of a script stand together.
        self.kinds = np.zeros(2 * FOLDED, dtype=np.uint8)
        self.weights = np.zeros(2 * FOLDED, dtype=np.uint64)

    def of(self, codes: NDArray[np.intp]) -> tuple[NDArray[np.uint8], int]:
        """Their kinds, and the least of these."""
        kinds = self.kinds.take(codes)
        least = int(np.minimum.reduce(kinds))
        if least != UNKNOWN:
            return kinds, least
        new = np.unique(codes[kinds == UNKNOWN])
        found = np.array([_read(code) for code in new.tolist()], dtype=np.uint64)
        self.weights[new] = mix(found[:, 1])  # before the kinds, for whoever reads at the same time
        self.kinds[new] = found[:, 0]
        return self.of(codes)


characters = Characters()


def spell(texts: Sequence[str], folded: Sequence[int] = ()) -> tuple[NDArray[np.intp], NDArray[np.uint8], int]:
    """The code points of texts with a line between them, their kinds, and the least of these.

    A space stands before and after all: each token begins and ends beside something else. `folded`: which are.
    """
    text = "\n".join(texts)
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "replace"), dtype="<u4").astype(np.intp)
    if folded:
        bounds = bounds_of(texts)
        for at in folded:
            codes[bounds[at] + 1 : bounds[at + 1]] += FOLDED
    return codes, *characters.of(codes)


def bounds_of(texts: Sequence[str]) -> list[int]:
    """The place before each text, and that after the last."""
    return [0, *accumulate(len(text) + 1 for text in texts)]
