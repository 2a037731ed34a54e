"""One cycle: poll the feeds that are due, fetch what is new, extract the article, find its story, keep it."""

from ingest.run.cycle import Cycle, Options
from ingest.run.summary import Summary

__all__ = ("Cycle", "Options", "Summary")
