"""Whole numbers as people type them: none larger than the store can hold."""

from __future__ import annotations

from typing import Final

import click

# SQLite's largest integer; a larger one cannot even be asked for.
LARGEST: Final = 2**63 - 1
# Of a story or a decision, and how many of something.
NUMBER: Final = click.IntRange(1, LARGEST)
NUMBER_OR_ZERO: Final = click.IntRange(0, LARGEST)
# Seconds that are added to a date: ten years, as in the settings (`ingest.config.kinds`, which takes long to import).
SECONDS: Final = click.IntRange(1, 315_360_000)
