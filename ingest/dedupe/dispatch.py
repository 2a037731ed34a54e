"""What two texts print of an agency's own numbers: one dispatch, two of one day, or nothing that tells. Pure.

Agencies number what they send (`dpa-infocom, dpa:260302-99-123456/4`); the stroke counts corrections of one dispatch, a
text that was written anew gets a number of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

# dpa:260302-99-123456/4, dpa-infocom:260302-930-123/1: agency, service, day, desk and number, correction.
_GERMAN: Final = re.compile(r"(?P<agency>[^\W\d_]+)(?:-\w+)?:(?P<day>\d{6})-(?P<number>\d{1,3}-\d{3,9})(?:/\d+)?")
# AEN20260302000100315: language, day, number.
_YONHAP: Final = re.compile(r"(?P<language>a[a-z]{2})(?P<day>20\d{6})(?P<number>\d{9})")


@dataclass(frozen=True, slots=True)
class Printed:
    """What two texts print: a number that `both` do; else `others`, two numbers of one agency and one day."""

    both: str | None = None
    others: tuple[str, str] | None = None


NOTHING: Final = Printed()


def dispatch_of(agency: str | None, printed: str | None) -> str | None:
    """One spelling of a dispatch's number, `agency:day:number`, the day empty where the number has none.

    None where nothing is printed, or nobody knows whose number it is.
    """
    said = (printed or "").strip().casefold()
    if german := _GERMAN.fullmatch(said):
        return f"{german['agency']}:{german['day']}:{german['number']}"
    number = said.partition("/")[0].strip()
    if not agency or not number:
        return None
    whose = agency.strip().casefold().replace(":", " ")
    if yonhap := _YONHAP.fullmatch(number):
        return f"{whose}:{yonhap['day']}:{yonhap['language']}{yonhap['number']}"
    return f"{whose}::{number}"


def printed(
    here: Iterable[str], there: Iterable[str], believed: Callable[[str], bool] = lambda _number: True
) -> Printed:
    """What two texts print, each by the numbers of all its carriers; one that is not `believed` tells nothing."""
    ours, theirs = sorted(here), sorted(there)
    if both := next((number for number in ours if number in theirs and believed(number)), None):
        return Printed(both=both)
    pairs = ((one, other) for one in ours for other in theirs if one != other and _day(one) == _day(other) is not None)
    return Printed(others=next((pair for pair in pairs if all(map(believed, pair))), None))


def _day(number: str) -> tuple[str, str] | None:
    """Agency and day of a number; None where it does not say the day."""
    agency, day, _ = number.split(":", 2)
    return (agency, day) if day else None
