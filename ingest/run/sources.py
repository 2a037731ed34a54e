"""Which feeds a run polls: those of the settings, those added by hand, those named for this run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ingest.config import Config
from ingest.feeds.search import searches
from store.base import Store
from store.model import FeedSpec


def configured(config: Config) -> Iterator[FeedSpec]:
    """The feeds of the settings: those listed, and one for each query of each keyword search (see `searches`)."""
    for feed in config.feeds:
        yield FeedSpec(
            url=feed.url,
            origin="config",
            title=feed.title,
            outlet=feed.outlet,
            language=feed.language,
            interval=feed.interval,
            enabled=feed.enabled,
        )
    for search in config.searches:
        for asked in searches(search, config.topic.terms, topic=config.topic.name):
            yield FeedSpec(
                url=asked.url,
                origin="config",
                title=asked.title,
                language=search.language,
                interval=search.interval,
                enabled=search.enabled,
            )


def wanted(
    store: Store, config: Config, *, named: Sequence[str], listed: Sequence[FeedSpec], only: bool
) -> tuple[list[FeedSpec], list[str]]:
    """The feeds that a run names itself, and the URLs of all it polls.

    `named` feeds (--feed) are polled alone, `listed` ones (--feeds-from) in addition to the configured and the added
    ones, or with `only` instead of them. The sitemaps that an index among them lists come along.
    """
    specs = list(listed)
    if named:
        specs += [FeedSpec(url=url, origin="run") for url in named]
    elif not only:
        specs += configured(config)
    polled = [spec.url for spec in specs]
    if not named and not only:
        polled += store.added_feeds()
    polled = store.present_urls(polled)
    return specs, list(dict.fromkeys([*polled, *store.sitemaps_below(polled)]))


def register(
    store: Store,
    config: Config,
    *,
    named: Sequence[str] = (),
    listed: Sequence[FeedSpec] = (),
    only: bool,
    now: datetime,
) -> list[str]:
    """Make the feeds of a run known to the store; the URLs of those it polls (see `wanted`). Where the run goes by the
    settings, what these say no longer is taken back."""
    specs, polled = wanted(store, config, named=named, listed=listed, only=only)
    store.add_feeds(specs, now=now, complete=not named and not only)
    return polled
