"""How often a feed wants to be asked: RSS `ttl`, `skipHours` and `skipDays`, and the syndication module."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.feeds.inert import Element
from ingest.feeds.tree import Source
from ingest.items import Wishes
from ingest.typed import Final

_SY: Final = "http://purl.org/rss/1.0/modules/syndication:"
_KNOWN: Final = frozenset({"ttl", "skiphours", "skipdays", f"{_SY}updateperiod", f"{_SY}updatefrequency"})
# Seconds of the periods of the syndication module (RSS 1.0 modules, 2000).
_PERIODS: Final = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Digits of a number that means something: longer ones are nonsense, and costly to read.
_DIGITS: Final = 9


def wishes(source: Source) -> Wishes:
    """What the feed says of itself; nonsense is left out. The schedule decides how far it is obeyed."""
    if not source.loose and _KNOWN.isdisjoint(
        source.names.values()
    ):  # the reader has been over all that stands beside the entries
        return Wishes()
    root = source.root
    channel = next((e for e in root if source.names[e.tag] == "channel"), root)
    fields = source.fields(channel, _KNOWN)
    minutes = _number(fields.text("ttl"))
    period = _PERIODS.get(fields.text(f"{_SY}updateperiod").strip().lower())
    times = _number(fields.text(f"{_SY}updatefrequency")) or 1
    spoken = [*([minutes * 60] if minutes else []), *([period // times] if period else [])]
    hours = {n % 24 for n in map(_number, _children(fields.all("skiphours"))) if n is not None and n <= 24}
    days = {_DAYS.index(day) for text in _children(fields.all("skipdays")) if (day := text.strip().lower()) in _DAYS}
    return Wishes(every=max(spoken, default=None), skip_hours=frozenset(hours), skip_days=frozenset(days))


def _children(lists: Iterable[Element]) -> list[str]:
    return [child.text or "" for element in lists for child in element if isinstance(child.tag, str)][:32]


def _number(text: str) -> int | None:
    """A whole number of at least 0; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None
