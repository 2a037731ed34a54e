"""The words of stored texts, as a placing comes to ask for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ingest.dedupe.tokens import tokenize_together
from store.base import Placing


class Bodies:
    """Stored texts' words, each read once; with the first that is asked for come those that most likely follow.

    Of thirty candidates most are told apart by their hashes: as long as nobody asks, nothing is read.
    """

    def __init__(self, placing: Placing, likely: Collection[int] = ()) -> None:
        self._placing, self._likely = placing, likely
        self._known: dict[int, str] = {}

    def __call__(self, text: int) -> str:
        """The words of a text; empty where nobody knows them."""
        if text not in self._known:
            self.fetch((text, *self._likely))
        return self._known[text]

    def fetch(self, texts: Iterable[int]) -> None:
        """Have these at hand, and their tokens: together they take half the time."""
        missing = set(texts) - self._known.keys()
        if missing:
            found = self._placing.bodies(missing)
            self._known |= {text: found.get(text, "") for text in missing}
            tokenize_together(found.values())
