"""What an answer that is no article means: which reason is recorded, and when the page is asked again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ingest.errors import BadStatus, FetchError, Refused, TooLarge

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
    "fetch-error": timedelta(hours=1),
    "extract-error": timedelta(days=7),
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


def retry_at(fate: Fate, *, now: datetime, tries: int) -> datetime | None:
    """When to ask again after the `tries`-th refusal; None: only when the feed says that the entry changed."""
    wait = _AGAIN.get(fate.reason, timedelta(days=1))
    return None if wait is None else now + min(wait * 2 ** min(tries - 1, 10), _MAX_WAIT)
