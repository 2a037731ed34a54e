"""From a file and the environment to a checked `Config`, or to one clear refusal.

Order: built-in defaults, the file, `INGEST_SECTION__KEY`, `--store`. Paths in the file are relative to the file; paths
from the environment or the command line are relative to the folder the command was called in.
"""

from __future__ import annotations

from ingest.settings.keys import SECTIONS
from ingest.settings.loading import MAX_CONFIG_BYTES, Loaded, find, load

__all__ = ["MAX_CONFIG_BYTES", "SECTIONS", "Loaded", "find", "load"]
