"""What the parts of one cycle work with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingest.config import Config
from ingest.run.intake import Intake
from ingest.run.loop import Loop
from ingest.run.summary import Summary
from ingest.run.writer import Writer


@dataclass(frozen=True, slots=True)
class Round:
    """One cycle's settings, clock and stop sign, and the hands through which everything goes."""

    config: Config
    clock: Callable[[], datetime]
    stop: threading.Event
    summary: Summary
    intake: Intake
    writer: Writer
    loop: Loop
