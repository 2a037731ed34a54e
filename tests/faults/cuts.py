"""Settings that were cut off while they were written, at any byte."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

from ingest.errors import ConfigError
from ingest.settings import load
from tests.faults.command import call, warm

SHIPPED = Path(__file__).resolve().parents[2] / "config.toml"
# Of how many prefixes one is given to the command itself.
SAMPLE = 600


def prefixes(folder: Path, step: int, _seed: int) -> dict[str, Any]:
    """Load every `step`-th prefix of the shipped settings: they are valid, or refused with place, reason and remedy."""
    begun = time.monotonic()
    warm()
    body = SHIPPED.read_bytes()
    file = folder / "cut.toml"
    shutil.copytree(SHIPPED.parent / "seeds", folder / "seeds")  # the settings name it, and `config check` looks for it
    found: Counter[str] = Counter()
    for length in range(0, len(body) + 1, step):
        file.write_bytes(body[:length])
        try:
            load(file, environ={}, cwd=folder)
            ends, said = 0, "valid"
        except ConfigError as exc:
            ends, said = 4, "refused" if exc.where and exc.why else "refused without a word"
        found[said] += 1
        if length // step % (max(1, SAMPLE // step)) == 0:
            done = call(folder, "config", "check", "--config", str(file))
            lines = [line.split(": ", 1)[0] for line in done.err.splitlines()]
            found["calls"] += 1
            found["calls that differ"] += done.code != ends or (ends == 4 and lines != ["error", "why", "fix"])
    return {"bytes": len(body), **found, "seconds": round(time.monotonic() - begun, 1)}
