"""The fields of a feed or of one entry by short name, and those of all entries, a field at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ingest.feeds.dates import parse_date
from ingest.feeds.inert import Element
from ingest.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypeVar

    T = TypeVar("T")

# The elements of one entry by short name, each list in document order.
Row = dict[str, list[Element]]


class Fields:
    """Fields of a feed or an entry by short name, in document order; `own` gives the text of an element with others
    inside."""

    __slots__ = ("found", "own")

    def __init__(self, found: Row, own: Callable[[Element], str]) -> None:
        self.found = found
        self.own = own

    def text(self, *names: str) -> str:
        """The first text that is not blank, by order of names, then of the document; "" when there is none."""
        found = self.found
        for name in names:
            if name in found and (text := _first_text(found[name], self.own)):
                return text
        return ""

    def texts(self, *names: str) -> list[str]:
        """All texts that are not blank, in the same order."""
        return texts((element for name in names for element in self.found.get(name, ())), self.own)

    def first(self, name: str) -> Element | None:
        """The first element of this name."""
        found = self.found.get(name)
        return found[0] if found else None

    def all(self, *names: str) -> list[Element]:
        """Elements of these names, by order of names, then of the document."""
        if len(names) == 1:
            return self.found.get(names[0]) or []
        return [element for name in names for element in self.found.get(name, ())]


class Table:
    """The fields of a feed's entries by short name, to be read a field at a time: a field that no entry has costs
    nothing then, and the others one loop each.

    Nearly every entry has one element of a name. These are in `firsts`, for each name a list with a place for every
    entry; further ones are in `others`, by name and number of the entry.
    """

    __slots__ = ("elements", "firsts", "others", "own")

    def __init__(self, own: Callable[[Element], str]) -> None:
        self.own = own
        self.elements: list[Element] = []
        self.firsts: dict[str, list[Element | None]] = {}
        self.others: dict[tuple[str, int], list[Element]] = {}

    def all(self, name: str, entry: int) -> list[Element]:
        """An entry's elements of this name, in document order."""
        first = self.firsts[name][entry] if name in self.firsts else None
        return [] if first is None else [first, *self.others.get((name, entry), ())]

    def texts(self, names: Sequence[str]) -> list[str]:
        """Of each entry the first text that is not blank, by order of names, then of the document; "" without one."""
        own, others, column = self.own, self.others, [""] * len(self.elements)
        for name in names:
            for entry, element in enumerate(self.firsts.get(name, ())):
                if element is not None and not column[entry]:
                    text = own(element) if len(element) else element.text
                    if text and not text.isspace():
                        column[entry] = text
                    elif others:
                        column[entry] = _first_text(others.get((name, entry), ()), own)
        return column

    def read(self, names: Sequence[str], reading: Callable[[Element], T | None]) -> list[T | None]:
        """Of each entry the first reading that is something, in the same order."""
        column: list[T | None] = [None] * len(self.elements)
        for name in names:
            for entry, element in enumerate(self.firsts.get(name, ())):
                if element is not None and column[entry] is None:
                    column[entry] = reading(element) or None
                    if column[entry] is None and self.others:
                        further = map(reading, self.others.get((name, entry), ()))
                        column[entry] = next(filter(None, further), None)
        return column

    def dates(self, names: Sequence[str]) -> list[datetime | None]:
        """Of each entry the first text that is a date, in the same order."""
        own = self.own
        return self.read(names, lambda element: parse_date(own(element) if len(element) else element.text))


def texts(elements: Iterable[Element], own: Callable[[Element], str]) -> list[str]:
    """Texts that are not blank."""
    return [text for element in elements if (text := own(element)) and not text.isspace()]


def _first_text(elements: Iterable[Element], own: Callable[[Element], str]) -> str:
    for element in elements:
        text = own(element) if len(element) else element.text
        if text and not text.isspace():
            return text
    return ""


def text_of(element: Element) -> str:
    """Text of an element, markup inside it (where somebody forgot to escape it) left out."""
    if len(element) == 0:
        return element.text or ""
    return "".join(part for part in element.itertext() if isinstance(part, str))
