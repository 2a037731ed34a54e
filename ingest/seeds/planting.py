"""Seeds into the store: through the door, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.config import Config
from ingest.dedupe.fingerprint import fingerprint
from ingest.place import Desk, Incoming, Placed, place
from ingest.seeds.reading import Seed
from ingest.topic import TopicMatcher, compile_topic
from store.base import Store


@dataclass(frozen=True, slots=True)
class Planted:
    """What became of the configured seeds in the store: how many are new, and what the door said of each."""

    placed: tuple[tuple[Seed, Placed], ...]

    @property
    def new(self) -> int:
        return sum(found.outcome in ("new", "revised") for _, found in self.placed)


def plant(store: Store, seeds: Iterable[Seed], config: Config, desk: Desk) -> Planted:
    """Put seeds into the store, in one transaction; known and unchanged ones stay as they are."""
    matcher = compile_topic(config.topic)
    with store.placing() as placing:
        placed = tuple((seed, place(placing, incoming(seed, matcher), desk)) for seed in seeds)
    return Planted(placed)


def incoming(seed: Seed, matcher: TopicMatcher) -> Incoming:
    """A seed on its way to its story. It is on the topic whatever its words: it defines the topic."""
    verdict = matcher.judge(seed.article.title, seed.article.text)
    return Incoming(
        article=seed.article,
        prints=fingerprint(seed.article.text) if seed.sketch is None else seed.sketch,
        outlet=seed.outlet,
        seed=True,
        on_topic=True,
        topic_hits=verdict.hits,
        sketch=seed.sketch is not None,
    )
