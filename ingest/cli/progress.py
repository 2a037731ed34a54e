"""How far a command is: one line on stderr, painted over and over. Only for a person at a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import Final

# Seconds between two paintings: faster than anybody reads, slow enough to cost nothing.
REPAINT: Final = 0.2
_WIPE: Final = "\r\033[K"


class ProgressLine:
    """The line. Log events go to stderr through it, so that neither is written into the other."""

    def __init__(self, *, wanted: bool) -> None:
        self._shown = wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._painted = 0.0  # when it was last, monotonic; 0: nothing stands there

    def paint(self, text: str) -> None:
        """Show this text now, unless one was shown a moment ago."""
        now = time.monotonic()
        if not self._shown or now - self._painted < REPAINT:
            return
        self._painted = now
        width = shutil.get_terminal_size().columns
        sys.stderr.write(_WIPE + text[: max(width - 1, 1)])
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away; whatever comes next stands alone."""
        if self._painted:
            self._painted = 0.0
            sys.stderr.write(_WIPE)
            sys.stderr.flush()

    def write(self, text: str) -> int:
        """A line of the log: it takes this one's place."""
        self.clear()
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()
