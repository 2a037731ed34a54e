"""Stories recomputed from the stored texts under the frequencies of the present; an analyst's word holds.

In rounds: links are weighed again, then every component is partitioned. A story that moved can change what its
neighbours' words are worth, so they have another round; the pass ends with a round in which nothing moves. Every
transaction is short and leaves a sound store: a pass that is stopped or killed goes on where it was.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

from ingest.config import Dedupe
from ingest.dedupe.rules import RULES_VERSION
from ingest.place.again import WHOLE
from ingest.place.counts import OWN_STORY_FROM
from ingest.place.digest import MOSTLY_ONE, foreign_to
from ingest.place.stories import POPULAR, Settled, look_back, refresh, settle_all
from ingest.place.weigh import weigh
from store.base import Placing, Store
from store.model import Touched

# Seconds of work in one transaction: as a run's micro-batch, so that an analyst's word gets in between.
SLICE: Final = 0.2
# Texts weighed at once: their pairs share the questions to the store.
AT_ONCE: Final = 8
# Rounds after the first: two or three are enough on labelled edits; what moves to and fro is left as it is then.
MORE_ROUNDS: Final = 6
# Under which names a store remembers how far a pass had come, and what the last one has seen.
PROGRESS: Final = {"all": "recluster", "touched": "reweigh", "strays": "strays"}
SEEN: Final = "reweighed"


@dataclass(slots=True)
class Moves:
    """What a pass changed: where each text that moved stood before, and how often stories merged and split."""

    was: dict[int, int] = field(default_factory=dict)
    merged: int = 0
    split: int = 0

    def add(self, settled: Settled) -> None:
        self.was = dict(settled.was) | self.was
        self.merged += settled.merged
        self.split += settled.split


@dataclass(slots=True)
class _State:
    """How far a pass has come; kept in the store with every transaction."""

    rules: str  # another one, or another version of the rules, begins anew
    until: int  # the last text it looks at
    since: int  # decisions after this one made the round's list; 0 in the first round of a whole pass
    upto: int
    new: int = 0  # texts after this one are looked at in stories of any size
    round: int = 1
    step: Literal["weigh", "settle"] = "weigh"
    after: int = 0  # the last text that is done in this step


class Recluster:
    """A pass over all texts, over those of stories that something happened to since the last one, or over strays: what
    was compared with a story before that was popular, and stands elsewhere.

    `run` may be called again after a budget ran out, or in another process after a kill.
    """

    def __init__(
        self,
        store: Store,
        rules: Dedupe,
        *,
        clock: Callable[[], datetime],
        scope: Literal["all", "touched", "strays"] = "all",
        progress: Callable[[str, int, int], None] = lambda _step, _done, _all: None,
        seconds: float = SLICE,
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._scope = scope
        self._progress = progress
        self._seconds = seconds  # of work in one transaction
        self._state: _State | None = None
        self._list: Sequence[int] | None = None  # the round's texts; None: every one
        self._digests: set[int] = set()
        self._settled: set[int] = set()  # texts of larger components that were partitioned in this step
        self.moves = Moves()
        self.resumed = False

    def run(self, *, stop: Callable[[], bool] = lambda: False, store: Store | None = None) -> bool:
        """Work until done or stopped; whether it is done. `store` is the same one, opened anew. Raises StoreError."""
        done = False
        self._store = store or self._store
        while not done and not stop():
            with self._store.placing() as placing:
                if self._state is None:
                    self._begin(placing)
                done = self._slice(placing, self._begun)
                placing.note(PROGRESS[self._scope], None if done else _as_dict(self._begun))
            self._progress(self._begun.step, self._begun.after, self._begun.until)
        return done

    @property
    def _begun(self) -> _State:
        assert self._state is not None  # noqa: S101 -- `run` has begun; for the type checker
        return self._state

    # --- where it stands --------------------------------------------------------------------------------------------

    def _begin(self, placing: Placing) -> None:
        rules = sha256(f"{RULES_VERSION} {self._rules}".encode()).hexdigest()[:16]
        kept = placing.noted(PROGRESS[self._scope])
        if kept is not None and kept["rules"] == rules:
            self._state = _State(**kept)
            self.resumed = True
        else:
            extent, seen = placing.extent(), placing.noted(SEEN) or {"decision": 0, "text": 0}
            since, new = (seen["decision"], seen["text"]) if self._scope == "touched" else (0, 0)
            self._state = _State(rules, extent.text, since, extent.decision, new)
        self._open_round(placing)
        state = self._begun
        if state.step == "weigh" and (self.resumed or self._scope == "strays"):
            found = placing.digests(until=state.after if self._scope != "strays" else state.until)
            self._digests = {text for text in found if self._is_digest(placing, text)}

    def _is_digest(self, placing: Placing, text: int) -> bool:
        return foreign_to(placing, text, placing.links_of([text]), self._rules).digest

    def _open_round(self, placing: Placing) -> None:
        state = self._begun
        if state.round > 1:
            self._list = placing.touched(Touched(after=state.since, until=state.upto))
        elif self._scope == "strays":
            self._list = placing.strays(articles=OWN_STORY_FROM)
        elif self._scope == "touched":
            wanted = Touched(after=state.since, until=state.upto, large=POPULAR, new=state.new)
            # And what may be a round-up of what has come since, wherever it stands, with what it joined.
            mixed = placing.mixed(after=state.new, most=MOSTLY_ONE)
            joined = {end for link in placing.links_of(mixed) if link.linked for end in (link.a, link.b)}
            self._list = sorted(joined.union(placing.touched(wanted), mixed))

    # --- the work ---------------------------------------------------------------------------------------------------

    def _slice(self, placing: Placing, state: _State) -> bool:
        """What one transaction does; whether all is done."""
        begun = time.monotonic()
        while True:
            texts = self._next(placing, state, AT_ONCE)
            if texts:
                self._work(placing, state, texts)
                state.after = texts[-1]
            elif state.step == "weigh":
                state.step, state.after = "settle", 0
            elif not self._another_round(placing, state):
                if self._scope != "strays":
                    before = placing.noted(SEEN) or {}
                    rules = RULES_VERSION if self._scope == "all" else before.get("rules")
                    placing.note(SEEN, {**placing.extent()._asdict(), "rules": rules})
                if self._scope == "all":
                    placing.note(WHOLE, {"texts": state.until})
                return True
            if time.monotonic() - begun >= self._seconds:
                return False

    def _next(self, placing: Placing, state: _State, limit: int) -> Sequence[int]:
        if self._list is None:
            return placing.next_texts(after=state.after, until=state.until, limit=limit)
        first = bisect_right(self._list, state.after)
        return self._list[first : first + limit]

    def _work(self, placing: Placing, state: _State, texts: Sequence[int]) -> None:
        if state.step == "weigh":
            weigh(placing, texts, self._rules, self._digests)
            return
        for text in texts:
            if text in self._settled:
                self._settled.discard(text)
                continue
            settled = settle_all(placing, [text], self._rules, now=self._clock())
            self._settled |= {other for other in settled.texts if other > text}
            if settled.moved or settled.merged or settled.split:
                self.moves.add(settled)
                refresh_moved(placing, settled, self._rules)
            else:
                look_back(placing, settled.stories, self._rules)

    def _another_round(self, placing: Placing, state: _State) -> bool:
        self._settled.clear()
        self._digests.clear()
        state.since, state.upto = state.upto, placing.extent().decision
        state.round, state.step, state.after = state.round + 1, "weigh", 0
        self._open_round(placing)
        return bool(self._list) and state.round <= 1 + MORE_ROUNDS


def refresh_moved(placing: Placing, settled: Settled, rules: Dedupe) -> None:
    """Choose and describe in stories that a pass changed, those that lost texts and still stand among them."""
    left_behind = {story for story in set(settled.was.values()) if placing.live_story(story) == story}
    refresh(placing, settled.stories | left_behind, rules, moved=settled.moved)


def _as_dict(state: _State) -> Mapping[str, Any]:
    return {name: getattr(state, name) for name in state.__slots__}
