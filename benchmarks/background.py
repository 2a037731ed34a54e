"""Texts that nobody wrote, for measurements among very many: Zipf-distributed words, stock sentences, footers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Words a language has for news, and how their frequencies fall: about those of a year of a newswire.
VOCABULARY, EXPONENT = 60_000, 1.05
STOCK, SITES = 400, 60
SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu", "scha", "bre")


class Background:
    """A source of texts. The same seed gives the same texts, whatever was asked for before."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._words = np.array([_word(number) for number in range(VOCABULARY)], dtype=object)
        weights = 1.0 / np.arange(1, VOCABULARY + 1) ** EXPONENT
        self._upto = np.cumsum(weights / weights.sum())
        chance = np.random.default_rng(seed)
        self._stock = [self._sentence(chance, 22) for _ in range(STOCK)]
        self._footers = [" ".join(self._sentence(chance, 15) for _ in range(3)) for _ in range(SITES)]

    def text(self, number: int) -> tuple[str, str]:
        """An outlet and a text of 150 to 600 words: two stock sentences in it, under every second a footer."""
        chance = np.random.default_rng((self._seed, number))
        site = int(chance.integers(SITES))
        lines = [
            " ".join(self._sentence(chance, int(chance.integers(8, 24))) for _ in range(3))
            for _ in range(int(chance.integers(4, 14)))
        ]
        for _ in range(2):
            lines[int(chance.integers(len(lines)))] += " " + self._stock[int(STOCK * chance.random() ** 3)]
        if chance.random() < 0.5:
            lines.append(self._footers[site])
        return f"outlet{site:02}.example", "\n".join(lines)

    def edited(self, text: str, number: int, share: float = 0.04) -> str:
        """The text with a share of its words exchanged."""
        chance = np.random.default_rng((self._seed, number, 1))
        return "\n".join(
            " ".join(
                self._draw(chance, 1)[0] if lot < share else word
                for word, lot in zip(line.split(), chance.random(len(line.split())), strict=True)
            )
            for line in text.split("\n")
        )

    def _sentence(self, chance: np.random.Generator, length: int) -> str:
        words = list(self._draw(chance, length))
        if chance.random() < 0.4:
            words[int(chance.integers(length))] = str(int(chance.integers(2, 2000)))
        return f"{' '.join(words)}.".capitalize()

    def _draw(self, chance: np.random.Generator, count: int) -> NDArray[np.object_]:
        return self._words[np.minimum(np.searchsorted(self._upto, chance.random(count)), VOCABULARY - 1)]


def _word(number: int) -> str:
    """A word of its own for every number; frequent ones are short."""
    word = ""
    number += 1
    while number:
        number, rest = divmod(number, len(SYLLABLES))
        word += SYLLABLES[rest]
    return word
