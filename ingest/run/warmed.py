"""`ingest.run.tasks` with all that its tasks may wait for: importing this module loads it, in the fork server."""

from __future__ import annotations

from ingest.dedupe.fingerprint import fingerprint
from ingest.extract.warmup import warm
from ingest.run import tasks

__all__ = ["tasks"]

warm()
fingerprint("Der Rat von Oberwiesel hat am Montag den Bau einer Brücke beschlossen.")  # the permutations: datasketch
