"""The whole job once: seeds, feeds, one cycle, under the cycle lock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ingest import seeds
from ingest.config import Config
from ingest.dedupe.fingerprint import scheme
from ingest.place import Desk
from ingest.run.cycle import Cycle, Options
from ingest.run.room import Room
from ingest.run.sources import register
from ingest.run.summary import Summary
from ingest.run.tasks import crew
from ingest.workers import Workers
from store.base import Store
from store.model import FeedSpec

log = logging.getLogger("ingest.run")

ANONYMOUS: Final = "whoever runs a site that is asked cannot reach you, and may refuse you"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one call asks for (see `ingest run --help`)."""

    named: Sequence[str] = ()
    listed: Sequence[FeedSpec] = ()
    only: bool = False
    force: bool = False
    recheck_until: datetime | None = None  # this and the next two: see `Options`
    joining: Callable[[], Sequence[str]] = field(default=lambda: ())
    enough: Callable[[], bool] = field(default=lambda: False)
    progress: Callable[[Summary, int], None] = field(default=lambda _summary, _pending: None)


def once(
    store: Store, config: Config, wanted: Wanted, *, clock: Callable[[], datetime], stop: threading.Event
) -> Summary:
    """Plant the seeds, poll the due feeds, record the run. The caller holds the cycle lock. Raises StoreError."""
    polled = prepare(store, config, wanted, clock=clock)
    with crew(config.extract) as workers:
        return poll(store, config, polled, wanted, clock=clock, stop=stop, workers=workers)


def prepare(store: Store, config: Config, wanted: Wanted, *, clock: Callable[[], datetime]) -> list[str]:
    """Seeds planted and feeds known to the store; the URLs of the feeds to poll. Raises DiskFull, before any write."""
    Room(config.store).check()
    store.claim_scheme(scheme())
    plant_seeds(store, config, clock=clock)
    polled = register(store, config, named=wanted.named, listed=wanted.listed, only=wanted.only, now=clock())
    if polled and not config.fetch.contact and not config.fetch.user_agent:
        log.warning("contact", extra={"outcome": "missing", "why": ANONYMOUS, "fix": "set fetch.contact"})
    return polled


def poll(
    store: Store,
    config: Config,
    polled: Sequence[str],
    wanted: Wanted,
    *,
    clock: Callable[[], datetime],
    stop: threading.Event,
    workers: Workers,
) -> Summary:
    """One cycle over those of the feeds that are due, recorded where any was asked. On an error close `workers`."""
    options = Options(
        only=polled, force=wanted.force, recheck=not wanted.named, recheck_until=wanted.recheck_until,
        progress=wanted.progress, joining=wanted.joining, enough=wanted.enough,
    )  # fmt: skip
    summary = Cycle(store, config, clock=clock, stop=stop, options=options).run(workers)
    if summary.rechecks["asked"] or any(summary.feeds[outcome] for outcome in ("ok", "unchanged", "failed")):
        store.record_run(summary.as_dict())
    return summary


def plant_seeds(store: Store, config: Config, *, clock: Callable[[], datetime]) -> seeds.Planted:
    """The configured reference articles into the store. Raises ConfigError for one that cannot be read."""
    desk = Desk(rules=config.dedupe, filter_topic=config.topic.filter, now=clock)
    found = [seeds.read(path, now=clock()) for path in seeds.find(config.seeds.paths)]
    return seeds.plant(store, found, config, desk)
