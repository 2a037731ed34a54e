"""When to ask again. Pure: times and answers in, times out.

A feed is asked as often as it brings something: the wait is the middle one of its own gaps between new entries, and
longer while it is silent for longer than it used to be. What server and feed say of themselves (max-age, ttl, update
period, hours and days to skip) only lengthens it; the settings bound it; Retry-After stands above all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from itertools import pairwise
from statistics import median
from typing import Any, Final

from ingest.config import Fetch
from ingest.errors import BadStatus, FetchError
from ingest.model import Wishes

# Seconds. A dead feed is still tried once a day: outages of weeks end.
MAX_BACKOFF: Final = 86_400
# Seconds. Who does not let us in (401, 403, 451) changes that by hand, if at all: hours, not minutes. So does whoever
# says "gone" (410) by mistake: the second word, which is believed, is asked for when a repair may be over.
SHUT_OUT: Final = 21_600
# Share of the interval by which polls are brought forward, spread over the feeds, so that feeds added together drift
# apart. Never later: whoever runs the program every half hour must find a feed of half an hour due each time.
SPREAD: Final = 0.1
# Seconds, where a host says "later" (429, 503) and not when.
DEFAULT_RETRY_AFTER: Final = 60.0
# Last steps of the ladder after which a page is looked at no more: with the shipped steps of a month, a year.
LOOKS: Final = 12
# Gaps that are remembered: a day or two of a usual feed. A gap counts as often as entries came at its end, up to
# BURST times: one burst must not outvote all the rest.
GAPS: Final = 24
BURST: Final = 6
# Share of a silence that is waited for its end. A feed that was silent for 10 days is asked twice a day, overnight
# (8 hours) every 24 minutes.
SILENCE: Final = 0.05
# Entries from which on an answer of new ones alone means that others may have come and gone in between.
OVERLAP: Final = 3
# Time after which a feed is asked without conditions: some servers say "not modified" for ever.
FULL: Final = timedelta(days=7)
# How often in a row a feed must say that it is gone (410): some servers say so while they are being mended.
GONE: Final = 2
NO_WISHES: Final = Wishes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What is remembered of a feed for its schedule. Times are aware UTC, lengths are seconds."""

    gaps: tuple[int, ...] = ()  # between new entries, the latest last
    newest: datetime | None = None  # when new entries came last
    wished: int = 0  # what the feed asked for
    max_age: int = 0  # for how long the server calls its last answer fresh
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Rhythm:
        """From what the store kept; whatever makes no sense is left out."""
        gaps = facts.get("gaps")
        newest = _moment(facts.get("newest"))
        return cls(
            gaps=tuple(n for n in gaps if isinstance(n, int) and n >= 0)[-GAPS:] if isinstance(gaps, list) else (),
            newest=newest,
            wished=_length(facts.get("wished")),
            max_age=_length(facts.get("max_age")),
            skip_hours=_numbers(facts.get("skip_hours"), 24),
            skip_days=_numbers(facts.get("skip_days"), 7),
        )

    def facts(self) -> dict[str, Any]:
        """For the store, JSON-ready."""
        return {
            "gaps": list(self.gaps), "newest": self.newest.isoformat() if self.newest else None,
            "wished": self.wished, "max_age": self.max_age,
            "skip_hours": sorted(self.skip_hours), "skip_days": sorted(self.skip_days),
        }  # fmt: skip

    @property
    def floor(self) -> int:
        """Seconds that server and feed ask to be left alone for."""
        return max(self.wished, self.max_age)

    @property
    def gap(self) -> int | None:
        """The middle gap between new entries; None where nothing is known yet."""
        return round(median(self.gaps)) if self.gaps else None


def heard(
    rhythm: Rhythm, *, now: datetime, fresh: int, dates: Sequence[datetime] = (), wishes: Wishes = NO_WISHES,
    max_age: int | None = None,
) -> Rhythm:  # fmt: skip
    """What is remembered after an answer that was read: `fresh` of its entries are new, `dates` are when those were
    published as they say. The first answer tells the rhythm by its dates, later ones by when they came."""
    known = replace(
        rhythm, wished=wishes.every or 0, max_age=max_age or 0, skip_hours=wishes.skip_hours,
        skip_days=wishes.skip_days,
    )  # fmt: skip
    if not fresh:
        return known
    if rhythm.newest is None:
        past = sorted(date for date in dates if date <= now)
        found = [int((later - earlier).total_seconds()) for earlier, later in pairwise(past)]
        return replace(known, gaps=tuple(found[-GAPS:]), newest=past[-1] if past else now)
    since = int((now - rhythm.newest).total_seconds())
    # Ahead of us, it was written by a wrong clock: it tells no gap, and must not stand until the clock gets there.
    gaps = (*rhythm.gaps, *[since // fresh] * min(fresh, BURST)) if since >= 0 else rhythm.gaps
    return replace(known, gaps=gaps[-GAPS:], newest=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How a poll ended, as far as the next one depends on it."""

    now: datetime
    interval: int | None = None  # seconds as configured: in place of the rhythm and of what the feed wishes
    rhythm: Rhythm = Rhythm()
    before: datetime | None = None  # the poll before, where this answer held new entries alone
    failures: int = 0  # failed polls in a row, this one included
    shut_out: bool = False  # the server wants a password or refuses us, or says that the feed is gone
    left: datetime | None = None  # when this answer was given, where the run left entries of it for the next one
    not_before: datetime | None = None  # the host's own word (Retry-After)


def next_poll(url: str, poll: Polled, settings: Fetch) -> datetime:
    """When the feed at `url` is due again: between `min_interval` and `max_interval` after a good answer.

    Each failure doubles the wait, up to a day. A host's own word is taken up to `max_retry_after` seconds ahead. An
    answer of new entries alone is followed by the next poll in half the time; one of which the run left entries, as
    soon as the least wait since it was given is over. The same arguments give the same time: the spread comes from a
    hash of the URL.
    """
    low, high = settings.min_interval, max(settings.max_interval, settings.min_interval)
    if poll.interval is not None:
        low, high = min(low, poll.interval), poll.interval
    wait = float(min(max(poll.interval or _habit(poll, settings.interval), low), high))
    if poll.before is not None and poll.interval is None:
        wait = min(wait, max((poll.now - poll.before).total_seconds() / 2, low))
    # 2**20 seconds are twelve days, beyond the cap already; the bound keeps the number small.
    wait = min(wait * 2.0 ** min(poll.failures, 20), max(wait, float(MAX_BACKOFF)))
    wait *= 1.0 - SPREAD * _fraction(url)
    if poll.interval is None:
        wait = max(wait, min(poll.rhythm.floor, high))
    if poll.shut_out:
        wait = max(wait, SHUT_OUT)
    due = poll.now + timedelta(seconds=wait)
    if poll.left is not None:
        floor = low if poll.interval is not None else max(low, min(poll.rhythm.floor, high))
        due = min(due, max(poll.left + timedelta(seconds=floor), poll.now))
    if poll.interval is None:
        due = _beside_skipped(due, poll.rhythm, poll.now + timedelta(seconds=max(wait, high)))
    if poll.not_before is not None:
        due = max(due, min(poll.not_before, poll.now + timedelta(seconds=settings.max_retry_after)))
    return due


def overlooked(*, entries: int, fresh: int, polled_before: bool) -> bool:
    """Whether entries may have come and gone since the last poll: all that are listed are new."""
    return polled_before and entries >= OVERLAP and fresh == entries


def wants_full(url: str, *, full: datetime | None, now: datetime) -> bool:
    """Whether a feed is to be asked without conditions; spread over the feeds, so that they do not come together."""
    # Further ahead than a week, it was written by a wrong clock; a little ahead it is by runs that replay one moment.
    return full is None or abs(now - full) >= FULL * (1.0 - SPREAD * _fraction(url))


def _habit(poll: Polled, default: int) -> float:
    """Seconds the feed's own past speaks for."""
    gap, newest = poll.rhythm.gap, poll.rhythm.newest
    silent = (poll.now - newest).total_seconds() if newest is not None else 0.0
    return max(float(default if gap is None else gap), silent * SILENCE)


def _beside_skipped(due: datetime, rhythm: Rhythm, latest: datetime) -> datetime:
    """The next time that the feed does not want skipped, up to `latest`; its hours and days are UTC."""
    due = due.astimezone(UTC)
    while due < latest and (due.hour in rhythm.skip_hours or due.weekday() in rhythm.skip_days):
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(due, latest)


def next_check(
    *, changed: datetime, checked: datetime, now: datetime, steps: Sequence[int], gone: bool = False
) -> datetime | None:
    """When a stored article's page is looked at again; None: never.

    `changed`: since when its text is as it is (when it was stored, or revised last). `checked`: the last look. `steps`:
    seconds, rising. The wait is the largest step that the text had stood unchanged at the last look, the first at
    least: what has not changed for a day hardly changes within the next minutes. A page that is `gone` is waited for
    with the last step. After LOOKS of the last steps without a change it is left alone.

    The ladder is that of NewsDiffs (Phillips, Lee, Price, 2012), with one list of steps in place of its thresholds.
    """
    if not steps:
        return None
    checked = min(checked, now)  # the clock was set back: a look in the future would put the next one off
    stood = (checked - changed).total_seconds()
    if stood >= LOOKS * steps[-1]:
        return None
    wait = max((step for step in steps if step <= stood), default=steps[0])
    return checked + timedelta(seconds=steps[-1] if gone else wait)


def is_gone(error: FetchError) -> bool:
    """Whether the server said that the address is gone for good (410). A 404 backs off."""
    return isinstance(error, BadStatus) and error.status == 410


def is_shut_out(error: FetchError) -> bool:
    """Whether the server wants a password or refuses us (401, 403, 451)."""
    return isinstance(error, BadStatus) and error.status in (401, 403, 451)


def max_age_seconds(cache_control: str | None, age: str | None) -> int | None:
    """For how long an answer may be used (RFC 9111 section 4.2); None where nobody said, never negative."""
    said = None
    for directive in (cache_control or "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name in ("no-cache", "no-store"):
            return None
        value = value.strip(' "')
        if name == "max-age" and value.isascii() and value.isdecimal():
            said = int(value[:12])
    if said is None:
        return None
    spent = (age or "").strip()
    return max(said - (int(spent[:12]) if spent.isascii() and spent.isdecimal() else 0), 0)


def retry_after_seconds(value: str | None, *, date: str | None, now: datetime, cap: float) -> float:
    """Seconds a Retry-After header asks for (RFC 9110 section 10.2.3), between 0 and `cap`.

    A date is read against the server's own `Date` where it sends one, so that its clock cancels out. Nothing or
    nonsense: a minute.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), cap)
    until = _http_date(text)
    if until is None:
        return min(DEFAULT_RETRY_AFTER, cap)
    return min(max((until - (_http_date(date or "") or now)).total_seconds(), 0.0), cap)


def _fraction(url: str) -> float:
    """A number in [0, 1) that depends on the URL alone."""
    return int.from_bytes(sha256(url.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 2**32


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _length(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _numbers(value: object, end: int) -> frozenset[int]:
    given = value if isinstance(value, list) else []
    return frozenset(n for n in given if isinstance(n, int) and 0 <= n < end)
