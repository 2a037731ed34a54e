"""When to ask again. Pure: times and answers in, times out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final

from ingest.errors import BadStatus, FetchError

# Seconds. A dead feed is still tried once a day: outages of weeks end.
MAX_BACKOFF: Final = 86_400
# Seconds. Below a second, a schedule is a busy loop.
MIN_INTERVAL: Final = 1
# Share of the interval by which polls are brought forward, spread over the feeds, so that feeds added together drift
# apart. Never later: whoever runs the program every half hour must find a feed of half an hour due each time.
SPREAD: Final = 0.1
# Last steps of the ladder after which a page is looked at no more: with the shipped steps of a month, a year.
LOOKS: Final = 12
# Seconds, where a host says "later" (429, 503) and not when.
DEFAULT_RETRY_AFTER: Final = 60.0


def next_poll(
    url: str,
    *,
    now: datetime,
    interval: int | None,
    default: int,
    failures: int = 0,
    not_before: datetime | None = None,
    max_retry_after: int = MAX_BACKOFF,
) -> datetime:
    """When the feed at `url` is due again.

    `interval`: seconds as configured for this feed, else `default`. `failures`: failed polls in a row, this one
    included; each doubles the wait, up to a day. `not_before`: the host's own word (Retry-After), taken up to
    `max_retry_after` seconds ahead. The same arguments give the same time: the spread comes from a hash of the URL.
    """
    base = float(max(interval if interval is not None else default, MIN_INTERVAL))
    # 2**20 seconds are twelve days, beyond the cap already; the bound keeps the number small.
    wait = min(base * 2.0 ** min(failures, 20), max(base, float(MAX_BACKOFF)))
    due = now + timedelta(seconds=wait * (1.0 - SPREAD * _fraction(url)))
    if not_before is not None:
        due = max(due, min(not_before, now + timedelta(seconds=max_retry_after)))
    return due


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
    """Whether the server said that the address is gone for good (410): the feed is disabled. A 404 backs off."""
    return isinstance(error, BadStatus) and error.status == 410


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
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
