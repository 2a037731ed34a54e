"""Standard streams that take any text, and lines that act on no terminal."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

# C0 and C1 controls, and the characters that turn or hide the text beside them.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")


def prepare_streams() -> None:
    """Standard streams that can take any text: closed ones lead nowhere, and data is UTF-8 whatever the locale."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            # A file name that is no UTF-8 becomes \udcXX, which is what JSON calls it too.
            reconfigure(encoding="utf-8", errors="backslashreplace")


def forget_output() -> None:
    """The reader has seen enough (`| head`). What is still buffered must not fail again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def escaped(line: str) -> str:
    """A line of JSON in which nothing is left that a terminal would act on."""
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
