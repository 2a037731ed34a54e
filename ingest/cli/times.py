"""Points in time as people type them: ISO 8601, or how long ago (7d, 12h, P1W)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

_AGO = re.compile(r"(?P<number>\d{1,6})\s*(?P<unit>[smhdw])", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PERIOD = re.compile(
    r"P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?",
    re.IGNORECASE,
)


def read_when(text: str, now: datetime) -> datetime:
    """An aware UTC time; one without a zone is taken as UTC. Raises ValueError."""
    text = text.strip()
    if ago := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[ago["unit"].lower()]: int(ago["number"])})
    if (period := _PERIOD.fullmatch(text)) and any(period.groups()):
        return now - timedelta(**{unit: int(number) for unit, number in period.groupdict().items() if number})
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


class When(click.ParamType[datetime]):
    """A click type for `--since`, `--until` and `--now`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return read_when(value, datetime.now(UTC))
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time: write 2026-03-01, 2026-03-01T10:00Z, 7d, 12h or P1W", param, ctx)
