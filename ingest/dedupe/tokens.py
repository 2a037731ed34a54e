"""Text -> tokens, in one vectorised pass over code points.

A token is a run of letters and digits after folding case and accents; marks, soft hyphens and zero-width characters
vanish, so that `Soldaten`, `SOLDATEN` and `Sol\\u00addaten` are one token. Scripts that do not put spaces between
words (Han, Kana, Hangul excepted, Thai, Lao, Khmer, Myanmar) give one token per character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]

# Version of everything that decides which shingles a text has; stored with the fingerprints and checked on open.
TOKENIZER_VERSION = 1

_SEPARATOR, _WORD, _DIGIT, _SINGLE, _DROP = 0, 1, 2, 3, 4
_NEWLINE = ord("\n")
# Letters beyond this plane are historic scripts and rare ideographs: the latter are handled as single characters.
_TABLE_SIZE = 0x20000

# (first, last) of the blocks written without spaces. Hangul is left out: Korean separates words.
_UNSPACED = (
    (0x0E00, 0x0E7F),  # Thai
    (0x0E80, 0x0EFF),  # Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
)

# Characters of the texts whose tokens are remembered: some 200 articles, a popular story or what a few articles
# are compared with, in 5 MB. A longer text than the second figure is no article.
REMEMBERED, REMEMBERED_LENGTH = 500_000, 30_000

# Texts tokenised in one step: the arrays of more no longer fit into the processor's cache.
TOGETHER = 32

# Base of the polynomial token hash: odd, so that it has an inverse modulo 2^64 and a token's hash can be cut out of a
# running sum. Any odd number with well mixed bits serves; this is the golden ratio scaled to 64 bits.
_BASE = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a text in order, as 64-bit hashes, with what they are."""

    hashes: U64
    numeric: NDArray[np.bool_]  # the token begins with a digit
    single: NDArray[np.bool_]  # one character of an unspaced script
    lines: NDArray[np.intp]  # tokens before each line but the first

    def __len__(self) -> int:
        return len(self.hashes)

    @property
    def unspaced(self) -> bool:
        """Most tokens are single characters: runs of words must be longer to say as much."""
        return bool(len(self.single)) and 2 * int(self.single.sum()) > len(self.single)


def mix(values: U64) -> U64:
    """Spread 64-bit values over all bits (the finaliser of SplitMix64, Steele et al., OOPSLA 2014)."""
    values = values ^ (values >> np.uint64(30))
    values = values * np.uint64(0xBF58476D1CE4E5B9)
    values = values ^ (values >> np.uint64(27))
    values = values * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def distinct(values: U64) -> U64:
    """Sorted and distinct. Faster than `np.unique` up to tens of thousands of values: 6 against 50 us for 400."""
    ordered = np.sort(values)
    keep = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return ordered[keep]


def contained(values: U64, others: U64) -> NDArray[np.bool_]:
    """For each of `values`: is it one of `others`? Faster than `np.isin`, for the same reason."""
    return among(values, np.sort(others))


def among(values: U64, ordered: U64) -> NDArray[np.bool_]:
    """The same where the others are sorted already, as shingles are."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    at = ordered.searchsorted(values)
    at[at == len(ordered)] = 0
    return np.asarray(ordered[at] == values)


def found_in(values: U64, few: U64) -> NDArray[np.intp]:
    """Where those of many `values` stand that are among `few` sorted ones, in ascending order.

    The upper 16 bits of most tell that they are not: a third of the time of `among` for 12,000 runs of thirty texts.
    """
    upper = np.zeros(1 << 16, dtype=bool)
    upper[few >> np.uint64(48)] = True
    likely = np.flatnonzero(upper[values >> np.uint64(48)])
    return likely[among(values[likely], few)]


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    """Class of each code point below _TABLE_SIZE."""
    table = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    for code in range(_TABLE_SIZE):
        category = unicodedata.category(chr(code))
        if category[0] == "L":
            table[code] = _WORD
        elif category[0] == "N":
            table[code] = _DIGIT
        elif category[0] == "M" or category == "Cf":
            table[code] = _DROP
    for first, last in _UNSPACED:
        block = table[first : last + 1]
        block[block == _WORD] = _SINGLE
    return table


@lru_cache(maxsize=1)
def _mixed() -> U64:
    """`mix` of each code point below _TABLE_SIZE: a text uses a few dozen of them, over and over."""
    return mix(np.arange(_TABLE_SIZE, dtype=np.uint64))


def _mixed_codes(codes: NDArray[np.uint32]) -> U64:
    if len(codes) and int(codes.max()) >= _TABLE_SIZE:
        return mix(codes.astype(np.uint64))
    return _mixed()[codes]


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[U64, U64]:
    """_BASE and its inverse to the powers 0 .. size-1, modulo 2^64."""
    ones = np.ones(size, dtype=np.uint64)
    up, down = ones.copy(), ones.copy()
    up[1:] = np.uint64(_BASE)
    down[1:] = np.uint64(pow(_BASE, -1, 2**64))
    return np.multiply.accumulate(up), np.multiply.accumulate(down)


def fold(text: str) -> str:
    """Case and compatibility folding; accents become separate marks, which `tokenize` drops."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKD", text.casefold())


def tokenize(text: str) -> Tokens:
    """The tokens of a text. Any string is fine; one without letters and digits has none."""
    found = _remembered.find(text)
    return _remembered.keep(text, _tokens(fold(text))[0]) if found is None else found


def tokenize_together(texts: Iterable[str]) -> None:
    """Have the tokens of these texts at hand for who asks `tokenize` for them next."""
    missing = [text for text in texts if len(text) <= REMEMBERED_LENGTH and _remembered.find(text) is None]
    if not missing:
        return
    found, bounds = tokenize_all(missing)
    line = 0
    for text, begin, end in zip(missing, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        lines = found.lines[line : line + text.count("\n")] - begin
        line += len(lines) + 1  # between two texts stands one more
        part = slice(begin, end)
        _remembered.keep(text, Tokens(found.hashes[part], found.numeric[part], found.single[part], lines))


def tokenize_each(texts: Iterable[str]) -> Iterator[Tokens]:
    """`tokenize` of each of several texts, in half the time."""
    unread = iter(texts)
    while some := list(islice(unread, TOGETHER)):
        tokenize_together(some)
        yield from map(tokenize, some)


def tokenize_all(texts: Sequence[str]) -> tuple[Tokens, NDArray[np.intp]]:
    """The tokens of several texts, one after the other, and the bounds between them (one more than there are texts)."""
    folded = [fold(text) for text in texts]
    found, places = _tokens("\n".join(folded))
    begins = np.cumsum([0] + [len(one) + 1 for one in folded])
    return found, np.searchsorted(places, begins)


def _tokens(folded: str) -> tuple[Tokens, NDArray[np.intp]]:
    """The tokens of a folded text, and where each begins in it."""
    codes, kinds, starts, ends, kept = _scan(folded)
    # A size that is a power of two is computed once for most texts.
    up, down = _powers(1 << max(14, len(codes).bit_length()))
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(_mixed_codes(codes) * up[: len(codes)], out=sums[1:])
    hashes = mix((sums[ends] - sums[starts]) * down[starts])
    lines = starts.searchsorted(np.flatnonzero(codes == _NEWLINE))
    first = kinds[starts]
    return Tokens(hashes, first == _DIGIT, first == _SINGLE, lines), kept[starts]


class _Remembered:
    """The tokens of the texts that were asked for last.

    An article that finds its story is tokenised for its fingerprint, for its shares and once for each text that may
    have lent it a passage: seven times on labelled edits.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, Tokens] = {}  # least recently used first
        self._size = 0  # characters

    def find(self, text: str) -> Tokens | None:
        with self._lock:
            found = self._known.pop(text, None)
            if found is not None:
                self._known[text] = found
            return found

    def keep(self, text: str, found: Tokens) -> Tokens:
        for array in (found.hashes, found.numeric, found.single, found.lines):
            array.flags.writeable = False  # whoever else asks for this text gets the same arrays
        if len(text) <= REMEMBERED_LENGTH:
            with self._lock:
                self._size += len(text) if text not in self._known else 0
                self._known[text] = found
                while self._size > REMEMBERED:
                    oldest = next(iter(self._known))
                    self._size -= len(oldest)
                    del self._known[oldest]
        return found


_remembered = _Remembered()


def token_bounds(folded: str) -> list[tuple[int, int]]:
    """Begin and end of each token in a folded text."""
    _, _, starts, ends, kept = _scan(folded)
    return list(zip(kept[starts].tolist(), (kept[ends - 1] + 1).tolist(), strict=True))


def _scan(
    folded: str,
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Code points that count and their classes, where tokens start and end among them, and where they stood."""
    codes = np.frombuffer(folded.encode("utf-32-le", "replace"), dtype="<u4")
    if folded.isascii() or int(codes.max(initial=0)) < _TABLE_SIZE:
        kinds = _classes()[codes]
    else:
        kinds = np.where(codes < _TABLE_SIZE, _classes()[np.minimum(codes, _TABLE_SIZE - 1)], np.uint8(_SINGLE))
    kept = np.arange(len(codes))
    dropped = kinds == _DROP
    if dropped.any():
        kept = np.flatnonzero(~dropped)
        codes, kinds = codes[kept], kinds[kept]
    joined = np.zeros(len(kinds) + 2, dtype=bool)
    joined[1:-1] = (kinds == _WORD) | (kinds == _DIGIT)
    edges = np.flatnonzero(joined[1:] != joined[:-1])
    starts, ends = edges[::2], edges[1::2]
    single = np.flatnonzero(kinds == _SINGLE)
    if len(single):
        starts, ends = np.sort(np.concatenate((starts, single))), np.sort(np.concatenate((ends, single + 1)))
    return codes, kinds, starts, ends, kept


def shingle(tokens: U64, width: int) -> U64:
    """Hashes of the runs of `width` consecutive tokens, in order; a shorter text gives one run of all its tokens."""
    if not len(tokens):
        return tokens
    width = min(width, len(tokens))
    count = len(tokens) - width + 1
    out = tokens[:count].copy()
    for offset in range(1, width):
        # Rotation by multiplication with an odd number makes the order of tokens count.
        out = out * np.uint64(0xD6E8FEB86659FD93) + tokens[offset : offset + count]
    return mix(out)
