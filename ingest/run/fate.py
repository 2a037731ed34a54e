"""What an answer that is no article means: which reason is recorded, and when the page is asked again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from ingest.errors import BadStatus, FetchError, Refused, TooLarge
from ingest.fetch.schedule import next_check
from ingest.model import Article
from store.model import Check

# When a refused page is worth another look: walls come down and pages are filled in within hours; a robots.txt is
# cached for a day; what is off the topic stays so until the feed says that it changed.
_AGAIN: dict[str, timedelta | None] = {
    "stub": timedelta(hours=6),
    "consent": timedelta(days=1),
    "paywall": timedelta(days=1),
    "soft-404": timedelta(days=1),
    "script-only": timedelta(days=7),
    "login": timedelta(days=7),
    "captcha": timedelta(hours=6),
    "listing": None,
    "too-short": timedelta(hours=6),
    "too-large": None,
    "not-html": None,
    "robots": timedelta(days=1),
    "blocked": timedelta(days=1),
    "opaque-link": None,  # asking would bring a page of the aggregator's own
    "fetch-error": timedelta(hours=1),
    "extract-error": timedelta(hours=1),  # it may have been the machine, short of time or memory: once more, soon
    "quarantined": timedelta(days=7),
    "gone": timedelta(days=7),
    "off-topic": None,
}
# Each further failure doubles the wait, up to this.
_MAX_WAIT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Fate:
    """How a page that is not kept is recorded."""

    state: Literal["rejected", "off_topic", "failed"]
    reason: str
    detail: str


def of_fetch(error: FetchError) -> Fate:
    """The fate of a page that could not be fetched."""
    detail = str(error)
    if isinstance(error, Refused) and error.reason == "robots":
        return Fate("rejected", "robots", detail)
    if isinstance(error, TooLarge):
        return Fate("rejected", "too-large", detail)
    if isinstance(error, BadStatus):
        if error.status in (401, 403, 451):
            return Fate("rejected", "blocked", detail)
        if error.status == 402:
            return Fate("rejected", "paywall", detail)
        if error.status in (404, 410):
            return Fate("failed", "gone", detail)
    return Fate("failed", "fetch-error", detail)


def of_failure(detail: str, before: str | None) -> Fate:
    """The fate of a page that ended its worker or broke the extraction; `before` is the reason of its last refusal.

    The second time in a row it is quarantined. `ingest add` reads it again at once, from a file if need be.
    """
    again = before in ("extract-error", "quarantined")
    return Fate("failed", "quarantined" if again else "extract-error", detail)


def retry_at(fate: Fate, *, now: datetime, tries: int) -> datetime | None:
    """When to ask again after the `tries`-th refusal; None: only when the feed says that the entry changed."""
    wait = _AGAIN.get(fate.reason, timedelta(days=1))
    return None if wait is None else now + min(wait * 2 ** min(tries - 1, 10), _MAX_WAIT)


# --- stored articles, looked at again -------------------------------------------------------------------------------

# What became of a stored article's page: its article is there, it is not, it must be paid for, or nobody can tell.
Sight = Literal["there", "missing", "walled", "unclear"]
# What is written down of it, once.
Event = Literal["gone", "returned", "walled", "opened"]
# How often in a row a page must be missing to be gone: servers lose pages for minutes while they are being mended.
MISSINGS = 2
# Share of the words that were free below which a page that calls itself paid keeps the rest behind its wall.
LEFT = 0.5


def sight_of_fetch(error: FetchError) -> Sight:
    """What a failed request says of the article on the page. A 403 may mean us alone."""
    status = error.status if isinstance(error, BadStatus) else None
    return "missing" if status in (404, 410) else "walled" if status in (401, 402) else "unclear"


def sight_of_failure(kind: str) -> Sight:
    """What a page without an article says of the one that was there; `kind` as in the contract's reasons."""
    return "missing" if kind == "soft-404" else "walled" if kind in ("paywall", "login") else "unclear"


def walled_off(article: Article, *, words: int) -> bool:
    """Whether a page that held so many words is marked as paid and shows the beginning alone."""
    return article.free is False and article.words < LEFT * words


def looked(
    check: Check, sight: Sight, *, changed: bool, now: datetime, steps: Sequence[int]
) -> tuple[Check, tuple[Event, ...]]:
    """A check after a look, and what became of the page if anything did: one that is back may be back behind a wall.
    `changed`: the text is another one."""
    missing = check.missing + 1 if sight == "missing" else check.missing if sight == "unclear" else 0
    gone, walled = check.gone, check.walled
    if sight == "missing" and missing >= MISSINGS:
        gone = gone or now
    elif sight in ("there", "walled"):
        gone, walled = None, (walled or now) if sight == "walled" else None
    since = now if changed else min(check.changed, now)
    due = next_check(changed=since, checked=now, now=now, steps=steps, gone=gone is not None)
    after = replace(check, due_at=due, checked=now, changed=since, missing=missing, gone=gone, walled=walled)
    events: list[Event] = []
    if (gone is None) != (check.gone is None):
        events.append("returned" if gone is None else "gone")
    if (walled is None) != (check.walled is None):
        events.append("opened" if walled is None else "walled")
    return after, tuple(events)
