"""robots.txt: what a host lets us read, and how slowly (RFC 9309). Pure: bytes and statuses in, verdicts out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from protego import Protego

from ingest.errors import Deferred, FetchError, Refused
from ingest.fetch.requests import Request

Verdict = Literal["allowed", "disallowed", "later"]

# The name by which robots.txt files address us (RFC 9309 section 2.2.1).
PRODUCT: Final = "newsfold"
# RFC 9309 section 2.5: at least 500 KiB are parsed; the rest of a larger file is ignored.
MAX_BYTES: Final = 500 * 1024
# RFC 9309 section 2.3.1.2: at least five redirects are followed; beyond that there is no robots.txt.
MAX_REDIRECTS: Final = 5
# RFC 9309 section 2.4: no copy is used for longer than a day ...
LIFETIME: Final = timedelta(hours=24)
# ... but while the server cannot say anything, its last word stands for a while. Our choice: a week.
STALE_LIFETIME: Final = timedelta(days=7)
# Before a robots.txt that could not be had is asked for again.
RETRY: Final = timedelta(minutes=10)
# Lines of rules beyond which the file is no robots.txt but an attack on the matcher: the largest we know has 4,000.
_MAX_LINES: Final = 20_000
# A line that opens a group, in every spelling the parser takes for one.
_AGENT: Final = re.compile(r"\s*user[-\s]*agent(?:\s*:|\s)(.*)", re.IGNORECASE | re.DOTALL)
_TOKEN: Final = re.compile(r"[a-z_-]+")


@dataclass(frozen=True, kw_only=True)  # no slots: the parsed rules are cached in the instance
class Robots:
    """What a host's robots.txt said when it was last asked for. Times are aware UTC."""

    status: int | None  # None: unreachable
    body: bytes | None  # where the status is 2xx, at most MAX_BYTES
    fetched: datetime
    expires: datetime

    @cached_property
    def _rules(self) -> Protego:
        text = (self.body or b"")[:MAX_BYTES].decode("utf-8-sig", errors="replace")
        return Protego.parse("\n".join(map(_addressed, text.splitlines()[:_MAX_LINES])))

    @property
    def _speaks(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    def verdict(self, url: str) -> Verdict:
        """Whether `url` may be fetched. 4xx: everything may; 5xx, unreachable or 429: nothing for now."""
        if self._speaks:
            return "allowed" if self._rules.can_fetch(url, PRODUCT) else "disallowed"
        return "later" if _in_trouble(self.status) else "allowed"

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests that the host asks for, 0.0 where it asks for nothing."""
        return float(self._rules.crawl_delay(PRODUCT) or 0.0) if self._speaks else 0.0


def answered(
    status: int | None, body: bytes | None, *, now: datetime, before: Robots | None, retry: timedelta = RETRY
) -> Robots:
    """The state after asking: `status` None means unreachable; 3xx means redirects that lead nowhere.

    A server in trouble does not undo what it said before: its last word stays in force for up to a week, and it is
    asked again after `retry`.
    """
    if not _in_trouble(status):
        return Robots(status=status, body=body, fetched=now, expires=now + LIFETIME)
    if before is not None and not _in_trouble(before.status) and now - before.fetched < STALE_LIFETIME:
        return replace(before, expires=now + retry)
    return Robots(status=status, body=None, fetched=now, expires=now + retry)


def _addressed(line: str) -> str:
    """A line as it is, except that a group is for us, for everybody, or for `others`.

    The parser keeps rules per name: 10,000 names over 10,000 rules are 100 million rules (minutes). It also takes a
    group for `news` as ours, where RFC 9309 section 2.2.1 wants the whole product token.
    """
    if not (found := _AGENT.match(line)):
        return line
    name = found[1].partition("#")[0].strip().lower()
    token = _TOKEN.match(name)
    if token is not None and token[0] == PRODUCT:
        return f"User-agent: {PRODUCT}"
    return "User-agent: *" if name == "*" else "User-agent: others"


def _in_trouble(status: int | None) -> bool:
    """Whether the server could not say what it allows. 429 is not a 4xx in spirit: it says "not now"."""
    return status is None or status >= 500 or status == 429 or status < 200


def objection(robots: Robots, request: Request, url: str) -> FetchError | None:
    """Why a request may not be made: Refused (disallowed), Deferred (not known for now), None where it may."""
    if request.kind == "feed":
        return None  # named by the user, who is asked for by name: not crawling (RFC 9309 section 1)
    verdict = robots.verdict(url)
    if verdict == "disallowed":
        return Refused("refused to ask", reason="robots", where=request.url, why="robots.txt disallows it")
    if verdict == "later":
        return Deferred(
            "deferred", until=robots.expires, where=request.url, why="robots.txt cannot be had", status=robots.status
        )
    return None
