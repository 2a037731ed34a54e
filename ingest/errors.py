"""Everything that can go wrong, as one tree.

IngestError                 what, where, why and how to mend it; ends a command with its exit code
├── UsageError              2   the command line does not fit
├── ConfigError             4   a setting is missing, unknown or of the wrong type
├── NothingMatched          6   a match was required and there is none
├── FeedError               one feed failed; the run goes on
│   ├── NotAFeed            the bytes are something else (a page, a picture, nothing)
│   ├── EmptyFeed           a feed without a single entry
│   └── BrokenFeed          a feed that no reader could make sense of, or that is too costly
├── FetchError              one request failed; the run goes on
│   ├── Refused             we refuse to ask: scheme, private address, robots, redirect
│   ├── Deferred            the host asked us to come back later (Retry-After), or it is not its turn
│   ├── TooLarge            more bytes than allowed, before or after decoding
│   ├── TimedOut            the total deadline passed
│   ├── BadStatus           an answer that is no page (carries the status)
│   └── Unreachable         DNS, TCP, TLS or protocol trouble
└── NoArticle               the page holds no article (carries the reason of the contract)

A bad feed, page or article is data: its error is caught at the run's loop, counted and recorded. Everything
else (a store error, a ConfigError, a bug) ends the run. Store errors live in `store.errors`.
"""

from __future__ import annotations

from ingest.redaction import redacted
from ingest.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class IngestError(Exception):
    """Base of the tree: `what (where)`, `why`, `fix` are the three lines a user sees."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        return redacted(": ".join(part for part in (self.what, self.why) if part))

    @property
    def error_class(self) -> str:
        """The machine-readable class: the type's name in kebab case (`TooLarge` -> `too-large`)."""
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


class UsageError(IngestError):
    """The command line does not fit."""

    exit_code = 2


class ConfigError(IngestError):
    """A setting is missing, unknown or of the wrong type."""

    exit_code = 4


class NothingMatched(IngestError):
    """A match was required and there is none."""

    exit_code = 6


class FeedError(IngestError):
    """One feed failed; the run goes on."""


class NotAFeed(FeedError):
    """The bytes are no feed. `hint` names feeds that the page announces, if it is a page."""

    def __init__(self, what: str, *, where: str = "", why: str = "", fix: str = "", hint: tuple[str, ...] = ()) -> None:
        super().__init__(what, where=where, why=why, fix=fix)
        self.hint = hint


class EmptyFeed(FeedError):
    """A feed without a single entry: not an error of the feed, but never a silent zero."""


class BrokenFeed(FeedError):
    """A feed that no reader could make sense of, or that costs more than allowed."""


class FetchError(IngestError):
    """One request failed; the run goes on. `chain` holds the URLs asked, in order."""

    def __init__(
        self, what: str, *, where: str = "", why: str = "", fix: str = "", chain: tuple[str, ...] = ()
    ) -> None:
        super().__init__(what, where=where, why=why, fix=fix)
        self.chain = chain


class Refused(FetchError):
    """We refuse to ask. `reason` is one of scheme, address, robots, redirect, userinfo, url."""

    def __init__(self, what: str, *, reason: str, where: str = "", why: str = "", chain: tuple[str, ...] = ()) -> None:
        super().__init__(what, where=where, why=why, chain=chain)
        self.reason = reason


class Deferred(FetchError):
    """Not now: `until` (aware UTC) is when the host may be asked again."""

    def __init__(
        self, what: str, *, until: datetime, where: str = "", why: str = "", status: int | None = None
    ) -> None:
        super().__init__(what, where=where, why=why)
        self.until = until
        self.status = status


class TooLarge(FetchError):
    """More bytes than allowed, before or after decoding."""


class TimedOut(FetchError):
    """The total deadline passed."""


class BadStatus(FetchError):
    """An answer that is no page; `status` is the HTTP status."""

    def __init__(self, what: str, *, status: int, where: str = "", why: str = "", chain: tuple[str, ...] = ()) -> None:
        super().__init__(what, where=where, why=why, chain=chain)
        self.status = status


class Unreachable(FetchError):
    """DNS, TCP, TLS or protocol trouble; also a body that was cut short."""


class NoArticle(IngestError):
    """The page holds no article. `reason` is one of `ingest.model.REJECTIONS`; `detail` is the evidence."""

    def __init__(self, reason: str, detail: str = "", *, where: str = "") -> None:
        super().__init__(f"no article: {reason}", where=where, why=detail)
        self.reason = reason
        self.detail = detail
