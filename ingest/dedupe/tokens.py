"""Text -> tokens, in one vectorised pass over code points.

A token is a run of letters and digits after folding case and accents; marks, soft hyphens and zero-width characters
vanish, so that `Soldaten`, `SOLDATEN` and `Sol\\u00addaten` are one token. Scripts that do not put spaces between
words (Han, Kana, Hangul excepted, Thai, Lao, Khmer, Myanmar) give one token per character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.characters import DIGIT, DROPPED, GAP, LINE, SEVERAL, SINGLE, bounds_of, characters, fold, spell
from ingest.dedupe.hashes import constant, mix

U64 = NDArray[np.uint64]

# Version of everything that decides which shingles a text has; stored with the fingerprints and checked on open.
TOKENIZER_VERSION = 1

# Characters of the texts whose tokens are remembered: some 200 articles, a popular story or what a few articles
# are compared with, in 5 MB. A longer text than the second figure is no article.
REMEMBERED, REMEMBERED_LENGTH = 500_000, 30_000

_WHITE_SPACE = re.compile(r"\s")

# A Korean syllable folds to its letters. Texts that show one (or a later character) so early are folded right away;
# tried as they are first, they would take a third longer.
_HANGUL, _BEGINNING = "\uac00", 16

# Texts tokenised in one step: the arrays of more no longer fit into the processor's cache.
TOGETHER = 32

# The kinds of characters that whole texts are compared with, as arrays (see `constant`).
_LINE, _GAP, _DIGIT, _SINGLE = (np.array(kind, dtype=np.uint8) for kind in (LINE, GAP, DIGIT, SINGLE))

# What a run is multiplied by before the next token is added: odd, so that nothing is lost.
_TURN = constant(0xD6E8FEB86659FD93)

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
        return 2 * int(np.count_nonzero(self.single)) > len(self.single)


def distinct(values: U64) -> U64:
    """Sorted and distinct. Faster than `np.unique` up to tens of thousands of values: 6 against 50 us for 400."""
    ordered = values.copy()
    ordered.sort()
    keep = np.empty(len(ordered), dtype=bool)
    keep[:1] = True
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


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[U64, U64]:
    """_BASE and its inverse to the powers 0 .. size-1, modulo 2^64."""
    ones = np.ones(size, dtype=np.uint64)
    up, down = ones.copy(), ones.copy()
    up[1:] = np.uint64(_BASE)
    down[1:] = np.uint64(pow(_BASE, -1, 2**64))
    return np.multiply.accumulate(up), np.multiply.accumulate(down)


def tokenize(text: str) -> Tokens:
    """The tokens of a text. Any string is fine; one without letters and digits has none."""
    found = _remembered.find(text)
    return _remembered.keep(text, _read(text)) if found is None else found


def tokenize_once(text: str) -> Tokens:
    """The same for who does not ask again: a text that is not at hand is not remembered."""
    found = _remembered.find(text)
    return _read(text) if found is None else found


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
    found, places, spelled = _tokens(texts)
    return found, places.searchsorted(bounds_of(spelled))


def _read(text: str) -> Tokens:
    """The tokens of a text; a long one is read by parts that end at white space: its arrays would be huge."""
    if len(text) <= REMEMBERED_LENGTH:
        return _tokens((text,))[0]
    parts, begin, count = [], 0, 0
    lines = []
    while begin < len(text):
        gap = _WHITE_SPACE.search(text, begin + REMEMBERED_LENGTH)
        end = gap.end() if gap else len(text)
        parts.append(_tokens((text[begin:end],))[0])
        lines.append(parts[-1].lines + count)
        count += len(parts[-1])
        begin = end
    return Tokens(
        np.concatenate([part.hashes for part in parts]),
        np.concatenate([part.numeric for part in parts]),
        np.concatenate([part.single for part in parts]),
        np.concatenate(lines),
    )


def _tokens(texts: Sequence[str]) -> tuple[Tokens, NDArray[np.intp], list[str]]:
    """The tokens of texts in order, the place before each of them, and the texts that these places are in."""
    spelled, folded = [], []
    for at, text in enumerate(texts):
        if max(text[:_BEGINNING], default="") >= _HANGUL:
            folded.append(at)
            spelled.append(fold(text))
        else:
            spelled.append(text.replace("ß", "ss") if "ß" in text else text)  # the usual one that becomes several
    codes, kinds, least = spell(spelled, folded)
    if least == SEVERAL:
        several = np.unique(np.searchsorted(bounds_of(spelled)[1:], (kinds == SEVERAL).nonzero()[0])).tolist()
        for at in several:
            spelled[at] = fold(texts[at])
        codes, kinds, least = spell(spelled, folded + several)
    kept = None
    if least == DROPPED:
        kept = (kinds != DROPPED).nonzero()[0]
        codes, kinds = codes[kept], kinds[kept]
    before, last = _ends(kinds, least)
    # A size that is a power of two is computed once for most texts.
    up, down = _powers(1 << max(14, len(codes).bit_length()))
    sums = characters.weights.take(codes)
    sums *= up[: len(codes)]
    np.add.accumulate(sums, out=sums)
    hashes = sums.take(last)
    hashes -= sums.take(before)
    hashes *= down[1:].take(before)
    first = kinds[1:].take(before)
    single = first == _SINGLE if least <= SINGLE else np.zeros(len(first), dtype=bool)
    lines = before.searchsorted((kinds == _LINE).nonzero()[0])
    return Tokens(mix(hashes), first == _DIGIT, single, lines), before if kept is None else kept[before], spelled


def _ends(kinds: NDArray[np.uint8], least: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Of each token the place before its first character, and that of its last."""
    joined = kinds > _GAP
    edges = (joined[1:] != joined[:-1]).nonzero()[0]
    before, last = edges[::2], edges[1::2]
    if least <= SINGLE and len(single := (kinds == _SINGLE).nonzero()[0]):
        before, last = np.sort(np.concatenate((before, single - 1))), np.sort(np.concatenate((last, single)))
    return before, last


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
            array.setflags(write=False)  # whoever else asks for this text gets the same arrays
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
    _, kinds, least = spell((folded,), (0,))
    kept = (kinds != DROPPED).nonzero()[0]
    before, last = _ends(kinds[kept], least)
    return list(zip((kept[before + 1] - 1).tolist(), kept[last].tolist(), strict=True))


def shingle(tokens: U64, width: int) -> U64:
    """Hashes of the runs of `width` consecutive tokens, in order; a shorter text gives one run of all its tokens."""
    return mix(both_runs(tokens, width, width)[1])


def both_runs(tokens: U64, shorter: int, longer: int) -> tuple[U64, U64]:
    """The runs of both widths as `shingle` gives them, but for `mix`: whoever wants several mixes them together."""
    found = kept = tokens
    for taken in range(1, min(longer, len(tokens))):
        # Rotation by multiplication with an odd number makes the order of tokens count.
        found = found[:-1] * _TURN
        found += tokens[taken:]
        if taken < shorter:
            kept = found
    return kept, found
