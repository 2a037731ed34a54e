"""url -> page: one address at a time, under its host's rules.

A request ends with a Page, a NotModified, or a FetchError that carries the addresses asked. Waiting for a host's turn,
also for that of a host which a redirect leads to, is the crawl's business; here is what happens once it has come.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self
from weakref import WeakSet

import httpx

from ingest import __version__
from ingest.config import Fetch
from ingest.errors import BadStatus, Deferred, FetchError, Refused, TimedOut, TooLarge, Unreachable
from ingest.fetch import robots as rules
from ingest.fetch.backend import Budget, GuardedBackend, Resolve, system_resolve
from ingest.fetch.client import Answer, Web
from ingest.fetch.crawl import Crawl
from ingest.fetch.guard import networks
from ingest.fetch.hosts import HostBook
from ingest.fetch.redirects import REDIRECTS, Trip, host_key
from ingest.fetch.requests import Kind, Request
from ingest.fetch.schedule import max_age_seconds, retry_after_seconds
from ingest.model import NotModified, Page, Validators
from store.model import HostRow

# Feeds first where a server offers several forms of one address.
_ACCEPT: Final = {
    "feed": b"application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": b"text/html, application/xhtml+xml, */*;q=0.5",
}
# Characters. A validator is stored and sent back with every poll; real ones have under 100.
_MAX_VALIDATOR: Final = 1024


class Fetcher:
    """The network, politely: spacing, robots.txt and Retry-After per host, guarded addresses, bounded time and size.

    `clock` gives the run's now (aware UTC); `hosts` is what the store knows; `stop` ends everything within seconds.
    Thread-safe. A context manager: leaving it ends its crawls and closes all connections. Raises ConfigError where
    the settings make no sense.
    """

    def __init__(
        self,
        settings: Fetch,
        *,
        clock: Callable[[], datetime],
        hosts: Iterable[HostRow] = (),
        stop: threading.Event | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        self.settings = settings
        self.stop = stop or threading.Event()
        self.book = HostBook(settings, clock, hosts)
        self._web = Web(GuardedBackend(networks(settings.allow_private), resolve), user_agent(settings))
        self._crawls: WeakSet[Crawl] = WeakSet()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for crawl in list(self._crawls):
            crawl.close()
        self._web.__exit__(kind, error, traceback)

    def crawl(self) -> Crawl:
        """A pool for many requests; its deadline starts now."""
        crawl = Crawl(self)
        self._crawls.add(crawl)
        return crawl

    def get(self, request: Request) -> Page | NotModified:
        """One request, waited for. Raises a FetchError."""
        with self.crawl() as crawl:
            crawl.add(request)
            for outcome in crawl:
                if isinstance(outcome.result, FetchError):
                    raise outcome.result
                return outcome.result
        raise AssertionError("a crawl answers everything")

    def changed_hosts(self) -> list[HostRow]:
        """Hosts whose state changed since last asked, for the store."""
        return self.book.changed()

    def budget(self, cancelled: Callable[[], bool], *, spent: float = 0.0) -> Budget:
        """What one request may spend from now on; `spent`: seconds that it was under way before."""
        return Budget(time.monotonic() + self.settings.timeout - spent, self.settings.connect_timeout, cancelled)

    def step(self, request: Request, trip: Trip, budget: Budget) -> Page | NotModified | Trip:
        """Ask the address that a request has come to: its answer, or the trip after a redirect, whose host has turns of
        its own. Raises a FetchError, or Interrupted when the run is being stopped."""
        url, chain = trip.url, trip.asked
        cap = self.settings.max_feed_bytes if request.kind == "feed" else self.settings.max_page_bytes
        # Another server's validators would not be understood, and only tell where we have been.
        conditions = _conditions(request.validators) if trip.at_home else {}
        try:
            self._admit(request, url)
            chain = (*chain, str(url))
            fields = {"Accept": _ACCEPT[request.kind], **conditions}
            answer = self._ask(url, kind=request.kind, headers=fields, budget=budget, cap=cap)
            location = answer.headers.get("location")
            if answer.status in REDIRECTS and location:
                return trip.onward(answer.status, location, limit=self.settings.max_redirects)
            return self._arrived(request, answer, trip, conditional=bool(conditions))
        except FetchError as error:
            error.chain = chain
            error.where = error.where or request.url
            raise

    def _admit(self, request: Request, url: httpx.URL) -> None:
        """Raise Deferred or Refused (robots) where the host does not want this request now, or at all."""
        # What was fresh when its turn came is not asked for again because it expires in between.
        robots = self.book.of(host_key(url)).robots if self.settings.robots else None
        if robots is not None and (error := rules.objection(robots, request, str(url))) is not None:
            raise error

    def _ask(
        self,
        url: httpx.URL,
        *,
        kind: Kind,
        headers: Mapping[str, bytes],
        budget: Budget,
        cap: int,
        truncate: bool = False,
    ) -> Answer:
        """One exchange, of which the host's book learns. What was refused never reached the host."""
        key = host_key(url)
        try:
            answer = self._web.ask(url, kind=kind, headers=headers, budget=budget, cap=cap, truncate=truncate)
        except (Unreachable, TimedOut):
            self.book.failed(key)
            raise
        except TooLarge:
            self.book.touch(key)
            raise
        finally:
            if (address := budget.connected_to()) is not None:
                self.book.locate(key, address)
        self.book.touch(key)
        return answer

    def _arrived(self, request: Request, answer: Answer, trip: Trip, *, conditional: bool) -> Page | NotModified:
        status, now, url = answer.status, self.book.now(), trip.url
        if status == 304 and conditional:
            return NotModified(
                url=request.url, final_url=str(url), fetched_at=now, hops=trip.hops, max_age=_fresh_for(answer)
            )
        if answer.body is not None:
            media_type, charset = _content_type(answer.field("content-type"))
            return Page(
                url=request.url,
                final_url=str(url),
                status=status,
                body=answer.body,
                content_type=media_type,
                charset=charset,
                etag=_validator(answer.field("etag")),
                last_modified=_validator(answer.field("last-modified")),
                fetched_at=now,
                hops=trip.hops,
                max_age=_fresh_for(answer),
            )
        if status in {429, 503}:
            until = self.book.block(host_key(url), self._asked_for(answer))
            raise Deferred("deferred", until=until, why=f"HTTP {status}", status=status)
        raise BadStatus(f"HTTP {status}", status=status)

    def _asked_for(self, answer: Answer) -> float:
        return retry_after_seconds(
            answer.field("retry-after"),
            date=answer.field("date"),
            now=self.book.now(),
            cap=self.settings.max_retry_after,
        )

    def robots(self, host: str, trip: Trip, budget: Budget) -> rules.Robots | Trip:
        """One step towards the robots.txt that rules over a host: what it says, or the trip after a redirect.

        Raises Refused (address) where the host itself may not be asked, and Interrupted.
        """
        status, body, retry = None, None, rules.RETRY
        try:
            answer = self._ask(
                trip.url,
                kind="page",
                headers={"Accept": b"text/plain, */*;q=0.5"},
                budget=budget,
                cap=rules.MAX_BYTES,
                truncate=True,
            )
            location = answer.headers.get("location")
            if answer.status in REDIRECTS and location:
                return trip.onward(answer.status, location, limit=rules.MAX_REDIRECTS)
            status, body = answer.status, answer.body
            if status in {429, 503}:
                seconds = self._asked_for(answer)
                self.book.block(host_key(trip.url), seconds)
                retry = timedelta(seconds=seconds)
        except Refused as error:
            if error.reason == "address" and not trip.hops:
                error.chain = (str(trip.url),)
                raise
            # Redirects that lead nowhere mean that there is none; towards an address we do not ask, we cannot know.
            status = None if error.reason == "address" else 404
        except (Unreachable, TooLarge, TimedOut):
            pass
        return self._told(host, status, body, retry)

    def no_robots(self, host: str, until: datetime) -> rules.Robots:
        """The same where it cannot be asked for: whoever has it wants to be left alone until then."""
        return self._told(host, None, None, until - self.book.now())

    def _told(self, host: str, status: int | None, body: bytes | None, retry: timedelta) -> rules.Robots:
        before = self.book.of(host).robots
        found = rules.answered(status, body, now=self.book.now(), before=before, retry=retry)
        self.book.set_robots(host, found)
        return found


def user_agent(settings: Fetch) -> str:
    """`newsfold/VERSION (+CONTACT)`, or what the settings say."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return settings.user_agent or f"newsfold/{__version__}{contact}"


def _conditions(validators: Validators) -> dict[str, bytes]:
    """Both headers where both are known: RFC 9110 lets the server prefer the ETag, and some know only the other."""
    said = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value.encode("latin-1") for name, value in said.items() if value and _validator(value)}


def _validator(value: str | None) -> str | None:
    """A validator that can be sent back: latin-1 without control characters, not endless."""
    if not value or len(value) > _MAX_VALIDATOR or any(c < " " or c == "\x7f" or c > "\xff" for c in value):
        return None
    return value


def _fresh_for(answer: Answer) -> int | None:
    return max_age_seconds(answer.field("cache-control"), answer.field("age"))


def _content_type(value: str | None) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header, lower case, None where not said."""
    media_type, *parameters = (value or "").lower().split(";")
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        if name.strip() == "charset":
            return media_type.strip() or None, charset.strip(" \t\"'") or None
    return media_type.strip() or None, None
