"""A young store knows few phrases: what it decided is decided again each time it has grown by half.

Among the first hundreds of articles nothing is common yet: neither a site's footer nor the template of a series. What
joined for their sake parts when they are known, without waiting for the night. In all every article is weighed again
three times, and a store that has its first thousands is left to the nightly pass.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ingest.config import Dedupe
from ingest.dedupe.rules import RULES_VERSION
from ingest.place.again import GROWN, YOUNG
from ingest.place.recluster import SEEN, Moves, Recluster
from store.base import Store

# Texts from which, by how much more, and up to which a store is looked through: below, a series has no five parts;
# beyond, little is left to mend (of 2,967 labelled edits online, five false pairs in all without it), and a pass takes
# too long at the end of a run, at 7 ms a text. Looked through whenever it had doubled, 4 x 100 articles kept 11.
FROM, BY, UPTO = 30, GROWN, YOUNG


def due(store: Store) -> bool:
    """Has a young store grown enough since its links were weighed last, or was that under other rules?

    Raises StoreError.
    """
    with store.placing() as placing:
        texts, seen = placing.extent().text, placing.noted(SEEN) or {"text": 0}
    return FROM <= texts <= UPTO and (BY * seen["text"] <= texts or seen.get("rules") != RULES_VERSION)


def catch_up(
    store: Store, rules: Dedupe, *, clock: Callable[[], datetime], stop: Callable[[], bool] = lambda: False
) -> Moves | None:
    """Weigh a young store's links again where that is due; what it moved. A pass that was stopped goes on next time.

    Raises StoreError.
    """
    if not due(store):
        return None
    work = Recluster(store, rules, clock=clock)
    work.run(stop=stop)
    return work.moves
