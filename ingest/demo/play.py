"""The demo's two rounds: the ordinary run over the newsroom, then again after the news has moved on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from ingest.clock import clock_from
from ingest.config import Config
from ingest.demo.newsroom import Newsroom
from ingest.run import Summary, Wanted, once
from store.base import Store

# Between the two rounds, in the demo's own time. The script's late pages are younger, all others older.
BETWEEN: Final = timedelta(hours=2)


def play(
    newsroom: Newsroom,
    store: Store,
    config: Config,
    *,
    now: datetime,
    stop: threading.Event,
    progress: Callable[[Summary, int], None] = lambda _summary, _pending: None,
) -> Iterator[Summary]:
    """Run both rounds, the second at `now`; what each did, as it is done. Ends early when `stop` is set.

    The caller holds the cycle lock. Raises StoreError.
    """
    # The feeds are not due again by their own schedule, which the second round does not wait for.
    wanted = Wanted(force=True, progress=progress)
    for second in (False, True):
        if stop.is_set():
            return
        newsroom.publish(second=second)
        clock = clock_from(now if second else now - BETWEEN)
        yield once(store, config, wanted, clock=clock, stop=stop)
