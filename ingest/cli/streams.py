"""Standard streams that take any text, and lines that act on no terminal."""

from __future__ import annotations

import os
import sys

from ingest.typed import Any

# C0 and C1 controls, and the characters that turn or hide the text beside them, first and last of each range: none is
# printable. No pattern: a class of these takes half a millisecond to compile, which every command would pay.
_UNSAFE = (
    (0, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB), (0xD800, 0xDFFF),
)  # fmt: skip


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
    return line.translate({code: f"\\u{code:04x}" for code in found}) if (found := unsafe(line)) else line


def unsafe(text: str) -> list[int]:
    """The code points in a text that a terminal would act on, each once."""
    if text.isprintable():
        return []
    return [code for code in map(ord, set(text)) if any(first <= code <= last for first, last in _UNSAFE)]
