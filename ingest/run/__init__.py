"""One cycle: poll the feeds that are due, fetch what is new, extract the article, find its story, keep it."""

from ingest.run.once import Wanted, once, plant_seeds, poll, prepare
from ingest.run.summary import Summary
from ingest.run.tasks import crew

__all__ = ("Summary", "Wanted", "crew", "once", "plant_seeds", "poll", "prepare")
