"""Dates as pages print them -> aware UTC."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# A page's clock may run ahead of ours; more than this is no slip but a wrong date.
_AHEAD: Final = timedelta(minutes=10)
# Before this year nothing was published on the web: 0001, 1900 and 1970 are what programs print for "no date".
# (An archive's scan of an old paper loses its date with it; its page says the date in its text.)
_FIRST_YEAR: Final = 1990

_ISO: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[T\s]+|,\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}:?\d{0,2}|CES?T|ME?S?Z)?)?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?$")
# Day first with dots is German and its neighbours; slashes are ambiguous between continents and stay unread. A year of
# two digits is read where nothing else can follow: no third digit, no minutes.
_DOTTED: Final = re.compile(
    r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2}(?![\d:]|\.\d))(?:\D{1,12}(\d{1,2})[:.](\d{2})(?::(\d{2}))?)?"
)
# Years of two digits up to here are of this century; 40 to 89 are no years of the web.
_LAST_SHORT_YEAR: Final = 39
_MONTHS: Final = {
    name: number
    for names in tomllib.loads(resources.files(__package__).joinpath("months.toml").read_text("utf-8")).values()
    for number, forms in enumerate(names, start=1)
    for name in forms.split()
}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
# A time of day behind a date: "21:40", "9.40 pm", "21h40", "à 21 h 40", "klo 21.40". The half of the day may follow.
_TIME: Final = r"(?:\D{1,12}(\d{1,2})(?:[:.]|\s?h\s?)(\d{2})(?::\d{2})?(?:\s?([ap])\.?m\b)?)?"
# "23. Februar 2020", "23 de febrero de 2020", "February 23, 2020", with or without a time after it
_DAY_MONTH: Final = re.compile(
    rf"\b(?:(\d{{1,2}})(?:\.|er|º)?\s+(?:de\s+)?({_MONTH})|({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?),?\.?\s+"
    rf"(?:del?\s+)?(\d{{4}}){_TIME}",
    re.IGNORECASE,
)
# "2026年3月13日 21時40分", "2026년 3월 13일 오후 9:40"
_EASTERN: Final = re.compile(
    r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号]?"
    r"(?:[^\d]{0,8}?(午前|午後|上午|下午|오전|오후)?\s*(\d{1,2})\s?[:時时点시]\s?(\d{1,2}))?"
)
_AFTERNOON: Final = frozenset(("午後", "下午", "오후", "p", "P"))
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?$")
_NAMED_ZONES: Final = {"z": 0, "utc": 0, "gmt": 0, "cet": 60, "mez": 60, "cest": 120, "mesz": 120}
_URL_DATE: Final = re.compile(r"/((?:19|20)\d{2})[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_URL_COMPACT: Final = re.compile(r"[/_-](20[0-3]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")

# Countries of one time zone, by top-level domain: most times printed without an offset are local.
_COUNTRIES: Final = {
    "Europe/Berlin": "de at ch li lu nl be fr it es dk se no pl cz sk hu si hr rs",
    "Europe/London": "uk ie",
    "Europe/Helsinki": "fi ee lv lt",
    "Europe/Istanbul": "tr",
    "Europe/Kyiv": "ua",
    "Asia/Tokyo": "jp",
    "Asia/Seoul": "kr",
    "Asia/Kolkata": "in",
    "Asia/Taipei": "tw",
    "Africa/Johannesburg": "za",
}
_ZONES: Final = {country: zone for zone, countries in _COUNTRIES.items() for country in countries.split()}


@lru_cache(maxsize=256)
def zone_of(host: str) -> tzinfo:
    """The zone in which a host most likely prints a time without offset; UTC where nothing is known."""
    name = _ZONES.get(host.partition(":")[0].rpartition(".")[2])
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):  # a machine without a zone database
        return UTC


def parse(value: str, zone: tzinfo = UTC) -> datetime | None:
    """A printed date or time as aware UTC, or None. `zone` is used where no offset is printed."""
    text = value.strip()[:80]
    if not text:
        return None
    try:
        when = _read(text, zone)
        return None if when is None or when.year < _FIRST_YEAR else when.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def has_offset(value: str) -> bool:
    """Whether a printed time carries its own offset, so that it is certain to the minute."""
    return bool(re.search(r"\d:\d{2}.*?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*$", value.strip()[:80], re.IGNORECASE))


def of_url(url: str) -> datetime | None:
    """The day that a URL's path names, at midnight UTC."""
    path = url.split("?", 1)[0]
    match = _URL_DATE.search(path) or _URL_COMPACT.search(path)
    return parse("-".join(match.groups())) if match else None


def clamped(when: datetime | None, now: datetime) -> datetime | None:
    """A date from the future becomes now: otherwise it would come last, or first, for ever."""
    return now.astimezone(UTC) if when is not None and when > now + _AHEAD else when


def _read(text: str, zone: tzinfo) -> datetime | None:
    if match := _ISO.match(text):
        return _built(list(match.groups()), zone)
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if match := _COMPACT.match(text):
        year, month, day, hour, minute, second, offset = match.groups()
        return _built([year, month, day, hour, minute, second, None, offset], zone)
    if re.match(r"[A-Za-z]{3,9},? \d{1,2} [A-Za-z]{3} \d{4} \d", text):
        return _written_out(text, zone)
    if match := _DOTTED.search(text):
        day, month, year, hour, minute, second = match.groups()
        return _built([_whole(year), month, day, hour, minute, second, None, None], zone)
    if match := _DAY_MONTH.search(text):
        day, month, month_first, day_last, year, hour, minute, half = match.groups()
        number = str(_MONTHS[(month or month_first).lower()])
        return _built([year, number, day or day_last, _hour(hour, half), minute, None, None, None], zone)
    if match := _EASTERN.search(text):
        year, month, day, half, hour, minute = match.groups()
        return _built([year, month, day, _hour(hour, half), minute, None, None, None], zone)
    return _written_out(text, zone)


def _hour(hour: str | None, half: str | None) -> str | None:
    """The hour of a clock of twelve hours, where the half of the day is printed."""
    if hour is None or half is None or not 1 <= int(hour) <= 12:
        return hour
    return str(int(hour) % 12 + (12 if half in _AFTERNOON else 0))


def _whole(year: str) -> str:
    """A year with its century."""
    if len(year) > 2:
        return year
    return f"20{year}" if int(year) <= _LAST_SHORT_YEAR else f"19{year}"


def _written_out(text: str, zone: tzinfo) -> datetime | None:
    """RFC 2822 and its kin ("Mon, 11 Mar 2024 17:40:00 +0100")."""
    if not re.search(r"[A-Za-z]{3}", text) or not re.search(r"\d{4}", text):
        return None
    when = parsedate_to_datetime(text)
    return when.replace(tzinfo=zone) if when.tzinfo is None else when


def _built(parts: list[str | None], zone: tzinfo) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts[:6])
    offset = parts[7]
    if parts[3] is None:
        # A day alone is no moment: its midnight in UTC keeps the day for every reader of the stored value.
        return datetime(year, month, day, tzinfo=UTC)
    where = zone if offset is None else _offset(offset)
    if hour == 24 and minute == 0:
        return datetime(year, month, day, tzinfo=where) + timedelta(days=1)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=where)


def _offset(text: str) -> tzinfo:
    named = _NAMED_ZONES.get(text.lower())
    if named is not None:
        return timezone(timedelta(minutes=named))
    digits = text[1:].replace(":", "").ljust(2, "0")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if text[0] == "-" else delta)
