"""`ingest feeds discover`: the feeds and news sitemaps of a site, each fetched and read before it is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import click

from ingest.cli.adding import add_feeds
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options, short_time
from ingest.cli.promises import fetching
from ingest.errors import FeedError, FetchError, NothingMatched, UsageError

if TYPE_CHECKING:
    from ingest.fetch import Fetcher
    from ingest.model import Page, ParsedFeed

# Requests to a site in all: a page, its robots.txt, and what they lead to. At one a second that is half a minute.
MAX_REQUESTS: Final = 30
# Anchors tried: a page that lists its feeds lists up to a hundred, of every section.
MAX_ANCHORS: Final = 12
# Sitemaps tried of those that a robots.txt or an index lists; news sitemaps come first.
MAX_SITEMAPS: Final = 6
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

FOUND = (
    Column("feed", "url"), Column("format", "format"), Column("title", "title"),
    Column("entries", "entries", right=True), Column("newest", "newest", short_time), Column("found by", "found_by"),
)  # fmt: skip


@click.command(cls=Command, short_help="Find the feeds and news sitemaps of a site.")
@click.argument("url", metavar="URL")
@click.option("--add", "adding", is_flag=True, help="Add what was found, each feed once.")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def discover(invocation: Invocation, url: str, *, adding: bool, form: str | None) -> None:
    """Example: ingest feeds discover https://example.org/

    Looks where the page announces feeds, where its links seem to lead to some, at the sitemaps that robots.txt names,
    and, where there is nothing yet, at the usual places; at most 30 requests, as politely as a run. Every feed listed
    was fetched and read. Ends with 6 when there is none.
    """
    from ingest.urls import is_http

    if not is_http(url):
        raise UsageError("not the address of a site", where=url, why="only http and https can be asked",
                         fix="write it with https:// and a host")  # fmt: skip
    rows = list(_found(invocation, url))
    emit(rows, form=form, columns=FOUND, color=invocation.color)
    if not rows:
        raise NothingMatched("no feed found", where=url, why="nothing that could be read as a feed with entries",
                             fix="try a page of the site that names its feeds, or call it with -v")  # fmt: skip
    if adding:
        from store.model import FeedSpec

        new = (row["url"] for row in rows if row["same_as"] is None)
        add_feeds(invocation, [FeedSpec(url=url, origin="added") for url in new])
    else:
        invocation.say(f"{len(rows)} found; add them with --add, or one with: ingest feeds add URL")


def _found(invocation: Invocation, url: str) -> Iterator[dict[str, Any]]:
    with fetching(invocation) as fetcher:
        yield from _Search(invocation, fetcher).run(url)


class _Search:
    """One site's search. Asks each address once, and no more of them than MAX_REQUESTS."""

    def __init__(self, invocation: Invocation, fetcher: Fetcher) -> None:
        self._invocation = invocation
        self._fetcher = fetcher
        self._asked: set[str] = set()
        self._seen: dict[tuple[str, ...], str] = {}  # addresses of entries -> the feed that lists them
        self._named: set[str] = set()

    def run(self, url: str) -> Iterator[dict[str, Any]]:
        from ingest.feeds import discover

        pages = self._ask([url, urljoin(url, "/robots.txt")])
        page, robots = pages.get(url), pages.get(urljoin(url, "/robots.txt"))
        base = page.final_url if page else url
        found = 0
        announced: tuple[str, ...] = ()
        anchors: tuple[str, ...] = ()
        if page is not None:
            if row := self._row(page, "address"):
                yield row
                return
            announced, anchors = discover.of_page(page.body, base, page.charset)
        sitemaps = discover.of_robots(robots.body, robots.final_url)[:MAX_SITEMAPS] if robots else ()
        places = [(announced, "page"), (anchors[:MAX_ANCHORS], "link"), (sitemaps, "robots.txt")]
        for addresses, found_by in places:
            for row in self._try(addresses, found_by):
                found += 1
                yield row
        if not found:
            yield from self._try(discover.well_known(base), "usual place")

    def _try(self, addresses: Iterable[str], found_by: str) -> Iterator[dict[str, Any]]:
        """The feeds among some addresses, and the news sitemaps that an index among them lists."""
        from ingest.feeds import discover

        listed: list[str] = []
        for page in self._ask(addresses).values():
            if row := self._row(page, found_by, listed):
                yield row
        for page in self._ask(discover.news_first(listed)[:MAX_SITEMAPS]).values():
            if row := self._row(page, "sitemap index"):
                yield row

    def _ask(self, addresses: Iterable[str]) -> dict[str, Page]:
        """The answers in the order asked. As pages: robots.txt is obeyed, since nobody named these addresses to us."""
        from ingest.fetch import Request
        from ingest.model import Page

        wanted = [url for url in dict.fromkeys(addresses) if url not in self._asked]
        wanted = wanted[: MAX_REQUESTS - len(self._asked)]
        self._asked.update(wanted)
        answers: dict[str, Page] = {}
        with self._fetcher.crawl() as crawl:
            for url in wanted:
                crawl.add(Request(url=url, kind="page"))
            for outcome in crawl:
                if isinstance(outcome.result, Page):
                    answers[outcome.request.url] = outcome.result
                elif isinstance(outcome.result, FetchError) and self._invocation.verbose:
                    self._invocation.say(f"{outcome.request.url}: {outcome.result}")
        return {url: answers[url] for url in wanted if url in answers}

    def _row(self, page: Page, found_by: str, listed: list[str] | None = None) -> dict[str, Any] | None:
        """What is listed of a feed; None for anything else. What an index lists goes to `listed`."""
        from ingest.feeds import discover, parse_feed

        try:
            feed = parse_feed(
                page.body, url=page.final_url, content_type=page.content_type, charset=page.charset,
                max_items=self._invocation.config.fetch.max_items,
            )  # fmt: skip
        except FeedError as exc:
            if self._invocation.verbose:
                self._invocation.say(f"{page.url}: {exc}")
            return None
        if listed is not None:
            listed += feed.sitemaps
        if not discover.is_worth_polling(feed) or page.final_url in self._named:
            return None
        self._named.add(page.final_url)
        return self._described(page.final_url, feed, found_by)

    def _described(self, url: str, feed: ParsedFeed, found_by: str) -> dict[str, Any]:
        dates = [item.published or item.updated or _LONG_AGO for item in feed.items]
        newest = max(dates, default=_LONG_AGO)
        entries = tuple(sorted(item.url or item.guid or item.title for item in feed.items))
        first = self._seen.setdefault(entries, url)
        return {
            "url": url, "format": feed.format, "title": feed.title or None, "language": feed.language,
            "entries": len(feed.items), "newest": None if newest == _LONG_AGO else newest, "found_by": found_by,
            "same_as": None if first == url else first,
        }  # fmt: skip
