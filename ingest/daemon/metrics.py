"""The daemon's figures in the form Prometheus reads. The only use of prometheus-client (extra `metrics`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ingest.daemon.health import Figures, Health

try:
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
    from prometheus_client.registry import Collector
except ImportError:
    INSTALLED = False
else:
    INSTALLED = True

MISSING: Final = "metrics need one more package: pip install 'newsfold[metrics]', then start the daemon again\n"


def exposition(health: Health) -> Callable[[], tuple[str, bytes]] | None:
    """A function that gives content type and body of /metrics; None where the extra is not installed.

    The registry is the daemon's own: nothing is global, and nothing of other packages shows up.
    """
    if not INSTALLED:
        return None

    class Newsfold(Collector):
        """Reads the figures when they are asked for."""

        def collect(self) -> Iterator[Metric]:
            figures = health.figures()
            yield from _counters(figures)
            yield from _gauges(figures, ready=not health.blocked())

    registry = CollectorRegistry()
    registry.register(Newsfold())
    ProcessCollector(registry=registry)  # memory, descriptors, processor time
    return lambda: (CONTENT_TYPE_LATEST, generate_latest(registry))


def _counters(figures: Figures) -> Iterator[Metric]:
    yield _counter("feeds", "Feeds polled, by outcome.", "outcome", figures.feeds)
    items = {name: count for name, count in figures.items.items() if name != "seen"}  # the sum of the others
    yield _counter("items", "Entries of feeds, by outcome.", "outcome", items)
    yield _counter("stories", "Stories, by what happened to them.", "change", figures.stories)
    yield _counter("stage_seconds", "Seconds spent, by stage; stages overlap.", "stage", figures.seconds)
    yield _counter("cycles", "Cycles, by how they ended.", "outcome", figures.cycles)
    yield CounterMetricFamily("newsfold_ticks", "Looks at what is due.", value=figures.ticks)


def _gauges(figures: Figures, *, ready: bool) -> Iterator[Metric]:
    ended = figures.last_cycle.timestamp() if figures.last_cycle else 0.0
    for name, said, value in (
        ("ready", "1 when the daemon can work, as /readyz says.", float(ready)),
        ("feeds_due", "Feeds due at the last tick.", figures.due),
        ("last_cycle_timestamp_seconds", "When the last cycle ended, Unix time; 0 before the first.", ended),
        ("last_cycle_seconds", "How long the last cycle took.", figures.last_cycle_seconds),
        ("store_bytes", "Size of the store and its log.", figures.store_bytes),
    ):
        yield GaugeMetricFamily(f"newsfold_{name}", said, value=value)


def _counter(name: str, said: str, label: str, counts: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(f"newsfold_{name}", said, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family
