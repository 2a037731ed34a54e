"""What an analyst ruled on texts: these belong together, those are kept apart. No evidence outvotes either.

Blocks of texts grow while groups join. A block knows which sides of which rulings it holds; two blocks that hold both
sides of one never become one. Tied texts share a block from the start, so that evidence cannot bring into the company
of one what is kept apart from the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

Tie = Collection[int]
Apart = tuple[Collection[int], Collection[int]]


class Bonds:
    """Blocks of texts under ties and separations. Where rulings contradict each other, being apart counts."""

    def __init__(self, texts: Mapping[int, bytes], *, ties: Iterable[Tie] = (), apart: Iterable[Apart] = ()) -> None:
        """`texts` maps a text's id to its content hash, which alone decides the order of ties."""
        self._parent = {text: text for text in texts}
        self._marks: dict[int, frozenset[tuple[int, int]]] = {}
        for number, (left, right) in enumerate(apart):
            # A text that is carried on both sides (two articles came to say the same) is on neither.
            for side, names in enumerate((set(left) - set(right), set(right) - set(left))):
                for text in names & self._parent.keys():
                    self._marks[text] = self._marks.get(text, frozenset()) | {(number, side)}
        known = [sorted((text for text in set(tie) if text in texts), key=texts.__getitem__) for tie in ties]
        for tie in sorted(known, key=lambda tie: [texts[text] for text in tie]):
            # With the first that it may: where a separation bars some of a tie from others, the rest stand together.
            for place, text in enumerate(tie):
                any(self.join(other, text) for other in tie[:place])

    def barred(self, a: int, b: int) -> bool:
        """Must the blocks of these two texts stay two?"""
        if not self._marks:
            return False
        here, there = self._root(a), self._root(b)
        ours, theirs = self._marks.get(here), self._marks.get(there)
        if here == there or not ours or not theirs:
            return False
        return any((number, 1 - side) in theirs for number, side in ours)

    def join(self, a: int, b: int) -> bool:
        """Make the blocks of two texts one; False where that is barred."""
        if self.barred(a, b):
            return False
        here, there = self._root(a), self._root(b)
        if here != there:
            self._parent[here] = there
            marks = self._marks.pop(here, frozenset()) | self._marks.get(there, frozenset())
            if marks:
                self._marks[there] = marks
        return True

    def blocks(self) -> list[list[int]]:
        """The texts of each block."""
        found: dict[int, list[int]] = {}
        for text in self._parent:
            found.setdefault(self._root(text), []).append(text)
        return list(found.values())

    def _root(self, text: int) -> int:
        while self._parent[text] != text:
            self._parent[text] = self._parent[self._parent[text]]
            text = self._parent[text]
        return text
