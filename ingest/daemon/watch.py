"""What happens at a tick: look at what is due, run the same cycle as `ingest run`, pause where that is not possible."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Final

import msgspec

from ingest.config import Config
from ingest.daemon.crew import Crew
from ingest.daemon.due import Due, due
from ingest.daemon.health import Health
from ingest.daemon.heap import give_back
from ingest.daemon.listen import Listener
from ingest.daemon.night import Night
from ingest.daemon.ticks import LOOK, Ticks
from ingest.errors import ConfigError
from ingest.fetch.hosts import longest_rest
from ingest.run import Wanted, poll, prepare
from ingest.run.rechecks import rechecks_due
from ingest.run.room import Room
from store.base import Store
from store.errors import DiskFull, StoreBusy
from store.model import Turn

log = logging.getLogger("ingest.daemon")

# Seconds that a cycle has to end itself after a stop, out of the ten that whoever stops us waits.
GRACE: Final = 7.0
# Seconds after which a cycle begins nothing more, however many feeds join it: only between two cycles stories are
# described anew, memory is given back and settings are read. What a slow host still owes is taken up by a later cycle.
LONGEST: Final = 300.0
# Ticks into a cycle from which on feeds join it: most cycles are over before, and what they end with is done often.
LATE: Final = 3
# Sections that are read at the start alone.
FIXED: Final = ("store", "daemon", "log")


class Daemon:
    """Runs a cycle at every tick at which feeds are due, until `stop` is set.

    `store` opens the store, in the thread that uses it; the caller holds the cycle lock. `load` reads the settings
    anew when `reload()` was called. `ready` is called once, when health is answered and before the first tick.
    """

    def __init__(
        self,
        store: Callable[[], Store],
        config: Config,
        *,
        load: Callable[[], Config],
        clock: Callable[[], datetime],
        stop: threading.Event,
        ready: Callable[[], object],
    ) -> None:
        self._open = store
        self._config = config
        self._load = load
        self._clock = clock
        self._stop = stop
        self._ready = ready
        self._changed = threading.Event()
        self._failure: BaseException | None = None
        self._postponed: type[BaseException] | None = None  # why the last tick did not do its work
        self._crew = Crew()
        self._night = Night()
        self._feeds: list[str] | None = None  # of the settings, once they are known to the store
        self.health = Health(tick=config.daemon.tick, store_url=config.store.url)

    def run(self) -> bool:
        """Tick until stopped. False where the cycle under way did not end within GRACE seconds of the stop: nothing
        but the end of the process stops it, and its transaction, then.

        Raises what ended a cycle: StoreError, ConfigError or a bug. ConfigError where the address cannot be had.
        """
        with self._listening():
            self._ready()
            ticks = Ticks(self._tick, seconds=self._config.daemon.tick)
            try:
                while not self._stop.wait(LOOK) and self._failure is None:
                    ticks.watch()
            finally:
                self._stop.set()
                self.health.stopping()
                ended = ticks.end(GRACE)
                if ended:
                    self._crew.close()
        if self._failure is not None:
            raise self._failure
        return ended

    def reload(self) -> None:
        """Read the settings anew before the next cycle."""
        self._changed.set()

    def _listening(self) -> AbstractContextManager[object]:
        address = self._config.daemon.address
        return nullcontext() if address is None else Listener(address, self.health)

    # --- a tick -----------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """One look at what is due, and the cycle if anything is."""
        if self._stop.is_set():
            return
        self.health.alive()
        blocked = None
        try:
            self._look()
            if self._postponed is not None:
                log.info("cycle", extra={"outcome": "resumed"})
                self._postponed = None
        except (StoreBusy, DiskFull, OSError) as error:
            # Another process writes for a long time, or the disk is full or has a bad moment: the next tick tries
            # again, and reading goes on. Said once: a disk that stays full for a week would fill the log.
            blocked = str(error)
            if type(error) is not self._postponed:
                log.warning("cycle", extra={"outcome": "postponed", "why": blocked})
            self._postponed = type(error)
        except BaseException as error:  # noqa: BLE001 -- carried to the main thread, which ends the daemon with it
            blocked = str(error)
            self._failure = error
        if not self._stop.is_set():
            self.health.ticked(blocked)

    def _look(self) -> None:
        begun = time.monotonic()
        Room(self._config.store).check()
        store = self._open()
        try:
            if self._changed.is_set():
                self._changed.clear()
                self._take_up(store)
            if self._feeds is None:
                self._feeds = prepare(store, self._config, Wanted(), clock=self._clock)
            now = self._clock()
            polled = self._polled(store)
            found = self._due(store, polled, now)
            again = rechecks_due(now, store.first_check(), self._config.fetch.recheck)
            self.health.due(len(found.urls))
            if found.urls or again:
                # Pages are looked at again until the next feed is due.
                upcoming = min((row.due_at for row in polled if row.due_at > now), default=None)
                self._cycle(store, found, upcoming)
            else:
                self._crew.rest()
            took = time.monotonic() - begun
            self._night.tick(store, self._config, clock=self._clock, stop=self._stop, after=took)
        finally:
            store.close()
        if found.urls or again:
            give_back()

    def _cycle(self, store: Store, found: Due, upcoming: datetime | None) -> None:
        begun, outcome, summary = time.monotonic(), "failed", None
        wanted = Wanted(
            force=found.force, recheck_until=upcoming, joining=self._joining(store),
            enough=lambda: time.monotonic() - begun >= LONGEST, progress=self.health.running,
        )  # fmt: skip
        try:
            with self._crew.at_work(self._config.extract) as workers:
                summary = poll(
                    store, self._config, found.urls, wanted, clock=self._clock, stop=self._stop, workers=workers
                )  # fmt: skip
            if self._stop.is_set():
                self._crew.close()  # here, within the time that a cycle has to end
            outcome = "done"
            told = summary.as_dict()
            feeds = {"feeds": sum(told["feeds"].values()), "feeds_failed": told["feeds"]["failed"]}
            log.info("cycle", extra={"outcome": outcome, **feeds, **told["items"]})
        except (StoreBusy, DiskFull, OSError):
            outcome = "postponed"
            raise
        finally:
            self.health.cycled(outcome, at=self._clock(), seconds=time.monotonic() - begun, summary=summary)

    def _due(self, store: Store, polled: Sequence[Turn], now: datetime) -> Due:
        resting = store.resting_hosts(after=now, until=now + longest_rest(self._config.fetch))
        return due(polled, resting, now=now, spacing=self._config.fetch.spacing)

    def _joining(self, store: Store) -> Callable[[], Sequence[str]]:
        """Tells a cycle that lasts longer than LATE ticks, once a tick, which feeds are due by then: they join it."""
        tick = self._config.daemon.tick
        upcoming = time.monotonic() + LATE * tick

        def joining() -> Sequence[str]:
            nonlocal upcoming
            if time.monotonic() < upcoming:
                return ()
            upcoming = time.monotonic() + tick
            found = self._due(store, self._polled(store), self._clock())
            self.health.due(len(found.urls))
            return () if found.force else found.urls

        return joining

    def _polled(self, store: Store) -> list[Turn]:
        """Of the enabled feeds those of the settings, those added by hand, also since the start, and the sitemaps that
        an index among them lists."""
        rows = store.turns()
        wanted = set(self._feeds or ()) | {row.url for row in rows if row.origin == "added"}
        if any(row.origin == "sitemap" for row in rows):
            wanted.update(store.sitemaps_below(sorted(wanted)))
        return [row for row in rows if row.url in wanted]

    def _take_up(self, store: Store) -> None:
        """Read the settings anew; those that cannot be used are refused, and the old ones stay."""
        try:
            new = self._load()
            fixed = [name for name in FIXED if getattr(new, name) != getattr(self._config, name)]
            new = msgspec.structs.replace(new, **{name: getattr(self._config, name) for name in FIXED})
            self._feeds = prepare(store, new, Wanted(), clock=self._clock)
        except ConfigError as error:
            said = {"where": error.where, "why": str(error), "fix": error.fix}
            log.error("settings", extra={"outcome": "refused", **said})
            return
        self._config = new
        later = ", ".join(fixed) or None
        log.info("settings", extra={"outcome": "reloaded", "feeds": len(self._feeds), "after_restart": later})
