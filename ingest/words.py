"""How numbers stand in a sentence."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 feed`, `2 feeds`; `many` where an s does not do."""
    return f"{number} {one if number == 1 else many or one + 's'}"
