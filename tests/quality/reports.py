"""Reports of our own writing: invented places, invented people. What every test of lineage is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("reports.txt")


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `text` has one paragraph a line."""

    name: str
    language: str
    title: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")


@lru_cache(maxsize=1)
def reports() -> tuple[Report, ...]:
    """All of them, in the order of the file. Two with one name and a digit are on one event, by different hands."""
    found = []
    for block in SOURCE.read_text(encoding="utf-8").split("## ")[1:]:
        head, text = block.strip().split("\n", 1)
        named, title = head.split(" | ")
        language, name = named.split()
        found.append(Report(name, language, title, text))
    return tuple(found)


def report(name: str) -> Report:
    """The report of this name."""
    return next(one for one in reports() if one.name == name)
