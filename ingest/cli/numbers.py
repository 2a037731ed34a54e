"""Numbers as people type them, within bounds: whole ones no larger than the store can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import click

# SQLite's largest integer; a larger one cannot even be asked for.
LARGEST: Final = 2**63 - 1
# Seconds: ten years, as in the settings (`ingest.config.kinds`, which takes long to import).
LONGEST: Final = 315_360_000


def bounded(least: int, most: int = LARGEST, *, whole: bool = True) -> Callable[[str], float]:
    """What reads a number within these bounds, both included. What it does not take it says in plain words, click's own
    type in `0 is not in the range 1<=x<=9223372036854775807`."""

    def number(value: str) -> float:
        """Raises click.BadParameter for what is no such number, and for one beyond the bounds."""
        try:
            found = int(value) if whole else float(value)
        except ValueError:
            found = float("nan")
        if found != found:  # noqa: PLR0124 -- only what is no number differs from itself
            raise click.BadParameter(f"{value!r} is not a {'whole number' if whole else 'number'}.")
        if found < least:
            raise click.BadParameter(f"{value} is too small, {least} is the least.")
        if found > most:
            raise click.BadParameter(f"{value} is too large, {most} is the most.")
        return found

    return number


# Of a story or a decision, and how many of something.
NUMBER: Final = bounded(1)
NUMBER_OR_ZERO: Final = bounded(0)
# Between two polls.
SECONDS: Final = bounded(1, LONGEST)
# For a store that another process holds.
PATIENCE: Final = bounded(0, LONGEST, whole=False)
