"""What each feed brings, and what is the matter with it, in plain words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from store.base import Store
    from store.model import FeedRow, FeedYield

# Days of articles and refusals that are counted: a month shows habits, and its query stays under a second.
WINDOW: Final = timedelta(days=30)
# Refusals that say how well pages are read: they were fetched, and no article was found on them. Those that were never
# fetched, or read and found beside the topic, say nothing of it.
UNREAD: Final = frozenset({
    "stub", "consent", "paywall", "soft-404", "script-only", "login", "captcha", "listing", "too-short", "too-large",
    "not-html", "extract-error", "quarantined",
})  # fmt: skip
KEYS: Final = ("articles", "copies_share", "read_share", "refused", "silent_since", "trouble")
_STATUS: Final = re.compile(r"HTTP (\d{3})")
_STATED: Final = frozenset({"bad-status", "deferred"})
_ANSWERS: Final = {
    "401": "wants a password", "402": "wants to be paid", "403": "does not let us in", "404": "has nothing there",
    "410": "says it is gone for good", "429": "is asked too often", "451": "may not answer by law",
}  # fmt: skip
_WORDS: Final = {
    "timed-out": "takes too long to answer", "too-large": "is too large", "refused": "may not be asked",
    "unreachable": "cannot be reached", "deferred": "asked us to come back later", "killed": "takes too long to read",
    "not-a-feed": "answers with something that is no feed", "broken-feed": "is broken beyond reading",
    "empty-feed": "has no entries",
}  # fmt: skip


# Why a feed is not polled that the settings named once and do not name now.
DROPPED: Final = "no longer in the settings"


def known_feeds(store: Store, configured: Collection[str]) -> list[FeedRow]:
    """The feeds of the store as they are polled: of those from the settings only what these still name, which may have
    moved since."""
    dropped = dropped_feeds(store, configured)
    return [
        feed._replace(enabled=False, disabled_reason=DROPPED) if feed.enabled and feed.url in dropped else feed
        for feed in store.feeds()
    ]


def dropped_feeds(store: Store, configured: Collection[str]) -> set[str]:
    """The addresses of feeds that the settings named once and do not name now, under none that a feed of theirs had,
    and that nobody has added besides."""
    named = {*store.present_urls(list(configured)), *store.added_feeds()}
    return {feed.url for feed in store.feeds() if feed.origin == "config"} - named


def blank() -> dict[str, Any]:
    """What is said of a feed that was never polled."""
    return dict.fromkeys(KEYS) | {"articles": 0, "refused": {}}


def covered(feed: FeedRow, brought: FeedYield | None, *, now: datetime) -> dict[str, Any]:
    """The keys of KEYS for one feed. `copies_share`: of its articles, those that stand behind another one.
    `read_share`: of the pages fetched, those on which an article was found; None without any."""
    from ingest.fetch.schedule import Rhythm
    from ingest.fetch.silence import silent_since

    said = blank()
    if brought is not None:
        unread = sum(count for reason, count in brought.refused.items() if reason in UNREAD)
        pages = brought.articles + unread
        said |= {
            "articles": brought.articles, "refused": dict(brought.refused),
            "copies_share": round(brought.copies / brought.articles, 3) if brought.articles else None,
            "read_share": round(brought.articles / pages, 3) if pages else None,
        }  # fmt: skip
    silent = silent_since(Rhythm.of(feed.rhythm), now=now) if feed.enabled and not feed.failures else None
    return said | {"silent_since": silent, "trouble": _trouble(feed, silent, now)}


def _trouble(feed: FeedRow, silent: datetime | None, now: datetime) -> str | None:
    if not feed.enabled:
        return f"off: {feed.disabled_reason}" if feed.disabled_reason else "off"
    if feed.last_error_class is not None:
        times = f", {feed.failures} times running" if feed.failures > 1 else ""
        return in_words(feed.last_error_class, feed.last_error or "") + times
    if silent is not None:
        return f"silent for {(now - silent).days} days"
    return None


def in_words(kind: str, message: str) -> str:
    """An error of a feed as one would tell it; the server's own number or reason stays behind it."""
    if kind in _STATED and (status := _STATUS.search(message)):  # in others, a server's words may hold a number
        code = status[1]
        words = _ANSWERS.get(code, "is in trouble" if code.startswith("5") else "answers strangely")
        return f"{words} (HTTP {code})"
    detail = message.partition(": ")[2]
    words = _WORDS.get(kind, kind.replace("-", " "))
    return f"{words} ({detail})" if detail and kind != "empty-feed" else words


def share(value: Any) -> str:
    """A share as a whole percentage."""
    return "" if value is None else f"{value:.0%}"


def refusals(value: Mapping[str, int] | None) -> str:
    """Refusals by reason, the most frequent first."""
    counts = sorted((value or {}).items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{reason} {count}" for reason, count in counts)
