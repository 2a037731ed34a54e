"""`ingest.cli.reader` with the language model and all that a page may ask for loaded: importing this module does it.

For jobs of many pages: the fork server imports it once for all workers.
"""

from __future__ import annotations

from ingest.cli.reader import read_page
from ingest.extract.warmup import warm

__all__ = ["read_page"]

warm()
