"""Dates as feeds print them -> aware UTC. RFC 822 in its broken forms, ISO 8601 and W3C, asctime, a few more.

A date without a zone is read as UTC, as feed readers have always done. Junk is None, never an exception.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from ingest.typed import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import UTC, datetime, timedelta
else:
    try:  # without the same once more in Python, 0.9 ms to import
        from _datetime import UTC, datetime, timedelta
    except ImportError:  # Python without its accelerators
        from datetime import UTC, datetime, timedelta

# Characters: the longest real date seen has 63 (zone spelled out in brackets). More is an attack on patterns.
MAX_DATE: Final = 100
# Year. Zero dates of databases and languages (0000, 0001, 1753, 1899, 1900) mean that nobody said.
MIN_YEAR: Final = 1901
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)  # before any date that is read

# Minutes east of UTC. Where a name has several meanings, the one seen in news feeds.
ZONES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "bst": 60, "ist": 330, "cet": 60, "cest": 120,
    "met": 60, "mest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "sast": 120, "wat": 60,
    "cat": 120, "eat": 180, "trt": 180, "gst": 240, "pkt": 300, "hkt": 480, "sgt": 480, "awst": 480, "jst": 540,
    "kst": 540, "acst": 570, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180, "art": -180,
    "nst": -210, "ndt": -150, "ast": -240, "adt": -180, "at": -240, "est": -300, "edt": -240, "et": -240,
    "cst": -360, "cdt": -300, "ct": -300, "mst": -420, "mdt": -360, "mt": -360, "pst": -480, "pdt": -420,
    "pt": -420, "akst": -540, "akdt": -480, "hst": -600,
}  # fmt: skip
# First letters of month names: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish.
_MONTHS: Final = {
    "jan": 1, "jän": 1, "ene": 1, "gen": 1, "sty": 1, "janv": 1,
    "feb": 2, "fév": 2, "fev": 2, "lut": 2, "févr": 2,
    "mar": 3, "mär": 3, "mrz": 3, "maa": 3, "mrt": 3,
    "apr": 4, "avr": 4, "abr": 4, "kwi": 4,
    "may": 5, "mai": 5, "maj": 5, "mag": 5, "mei": 5,
    "jun": 6, "giu": 6, "cze": 6, "juin": 6,
    "jul": 7, "lug": 7, "lip": 7, "juil": 7,
    "aug": 8, "aoû": 8, "aou": 8, "ago": 8, "sie": 8,
    "sep": 9, "set": 9, "wrz": 9,
    "oct": 10, "okt": 10, "ott": 10, "out": 10, "paź": 10,
    "nov": 11, "lis": 11,
    "dec": 12, "dez": 12, "déc": 12, "dic": 12, "gru": 12,
}  # fmt: skip

# The forms of nearly all feeds, as the standards want them: read without the tolerant machinery.
_USUAL: Final = re.compile(
    r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]0\d[0-5]\d|[+-]1[0-3][0-5]\d|GMT|UTC|Z)"
)
_NUMBERS: Final = {
    "Jan": "01", "Feb": "02", "Mar": "03", "Apr": "04", "May": "05", "Jun": "06", "Jul": "07", "Aug": "08",
    "Sep": "09", "Oct": "10", "Nov": "11", "Dec": "12",
}  # fmt: skip
_USUAL_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d|[+-](?:0\d|1[0-3])[0-5]\d))?"
)
_OFFSET: Final = re.compile(r"(?:gmt|utc|ut|z)?\s*([+-])\s*(\d{1,2}):?(\d{2})?(?::?\d{2})?(?!\d)", re.IGNORECASE)
_HALF_DAY: Final = re.compile(r"([ap])\.?\s?m\b\.?\s*", re.IGNORECASE)


@lru_cache(maxsize=2048)  # the same feed comes again every half hour with mostly the same dates
def parse_date(text: str | None) -> datetime | None:
    """An instant in UTC, to the second; None where the text names none."""
    if not text:
        return None
    if moment := _usual(text):
        return moment if moment.year >= MIN_YEAR else None
    text = " ".join(text.split())
    if not text or len(text) > MAX_DATE:
        return None
    if text.isdecimal() and len(text) in {10, 13}:  # seconds or milliseconds since 1970
        return _instant(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text[:10])))
    if moment := _usual(text):
        return _said(moment)
    for form in _forms():
        if (match := re.match(form, text)) and (found := _read(match)):
            return found
    return None


def _usual(text: str) -> datetime | None:
    """In UTC, of any year: a zero date is none, and need not be looked for in other forms."""
    try:
        if _USUAL.fullmatch(text):
            # `Mon, 02 Mar 2026 07:05:00 +0100`: the words stand at their places.
            number, zone = _NUMBERS[text[8:11]], text[26:]
            east = zone if zone[0] in "+-" else "Z"
            text = f"{text[12:16]}-{number}-{text[5:7]}T{text[17:25]}{east}"
        elif not _USUAL_ISO.fullmatch(text):
            return None
        elif len(text) == 10:
            text += "T00:00:00Z"
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is UTC and not moment.microsecond else _utc(moment)
    except (KeyError, ValueError, OverflowError):
        return None


@cache
def _forms() -> tuple[str, ...]:
    """The other forms; each is compiled for the first date that comes so far, in the time of twenty usual ones."""
    time = r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2})(?:[.,]\d+)?)?"
    zone = r"(?P<zone>.*)"
    rfc822 = (
        r"(?:[^\W\d]+\.?(?:,\s*|\s+))?(?P<day>\d{1,2})\.?[\s-]+(?P<month>[^\W\d]+)\.?,?[\s-]+(?P<year>\d{4}|\d{2})"
        rf"(?:,?\s+(?:um\s+|at\s+)?{time}\s*{zone})?$"
    )
    iso = (
        r"(?i)(?:[^\W\d]+,?\s+)?(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?)?"
        rf"(?:(?:\s*T\s*|\s+){time}\s*{zone})?$"
    )
    compact = (
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
        r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<zone>.*))?$"
    )
    month_first = (
        r"(?:[^\W\d]+\.?(?:,\s*|\s+))?(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
        rf"(?:,?\s+(?:at\s+)?{time}\s*{zone})?$"
    )
    asctime = (
        r"[^\W\d]+,?\s+(?P<month>[^\W\d]+)\s+(?P<day>\d{1,2})\s+"
        rf"{time}\s+(?P<zone>[^\s\d]\S*\s+)?(?P<year>\d{{4}})$"
    )
    dotted = (
        r"(?:[^\W\d]+\.?(?:,\s*|\s+))?(?P<day>\d{1,2})(?P<mark>[./-])(?P<month>\d{1,2})[./-](?P<year>\d{4}|\d{2})"
        rf"(?:(?:\s*[,T-]\s*|\s+)(?:um\s+)?{time}\s*{zone})?$"
    )
    return rfc822, iso, compact, month_first, asctime, dotted


def _read(match: re.Match[str]) -> datetime | None:
    part = match.groupdict()
    month = _month(part["month"])
    day, year = int(part["day"] or 1), int(part["year"])
    if len(part["year"]) == 2:
        year += 1900 if year >= 90 else 2000  # RFC 2822 says 50; no feed is older than 1997
    if part.get("mark") == "/" and month is not None and month > 12 >= day:
        day, month = month, day
    if month is None:
        return None
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    zone = (part["zone"] or "").strip()
    if half := _HALF_DAY.match(zone):
        hour = hour % 12 + (12 if half[1].lower() == "p" else 0)
        zone = zone[half.end() :]
    try:
        start = datetime(year, month, day, tzinfo=UTC)
        # 24:00 and leap seconds are real; 25:00 is not.
        if not (hour <= 24 and minute < 60 and second <= 60):
            return None
        return _instant(start + timedelta(hours=hour, minutes=minute - _offset(zone), seconds=second))
    except (ValueError, OverflowError):
        return None


def _month(text: str | None) -> int | None:
    if text is None:
        return 1
    if text.isdecimal():
        return int(text)
    lowered = text.lower()
    return _MONTHS.get(lowered[:4]) or _MONTHS.get(lowered[:3])


def _offset(zone: str) -> int:
    """Minutes east of UTC; 0 where the zone says nothing that is known."""
    if not zone:
        return 0
    if match := _OFFSET.match(zone):
        sign = -1 if match[1] == "-" else 1
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return sign * minutes if minutes <= 14 * 60 else 0
    name = zone.lower().removeprefix("etc/").strip("()[] .,")
    return ZONES.get(name) or ZONES.get(name.partition(" ")[0], 0)


def _instant(moment: datetime) -> datetime | None:
    return _said(_utc(moment))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.replace(microsecond=0) if moment.microsecond else moment


def _said(moment: datetime) -> datetime | None:
    return moment if moment.year >= MIN_YEAR else None
