"""Strings of a page as plain, safe text."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any, Final

from lxml import etree

# Bidirectional and zero-width controls: they let a title show something else than it says. Zero-width joiners stay,
# Persian and emoji need them.
_HIDDEN: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\ufff9-\ufffb]")
# Terminal sequences as a whole (colour, cursor, window title), before their bare escape characters go.
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)?|[@-Z\\^_])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SCRIPT: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"</?[a-zA-Z!][^<>]{0,2000}>")
# One token: a character of an unspaced script, or a run of letters and digits.
_TOKEN: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
    r"|[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)


# ASCII that stands between tokens.
_BETWEEN: Final = {code: " " for code in range(128) if not _TOKEN.match(chr(code))}

# An element's text with that of all below it, as one string: in C, in a third of the time that joining its parts takes.
inner_text: Final[Any] = etree.XPath("string()", smart_strings=False)


def printable(text: str) -> str:
    """Without terminal sequences and control characters; lines and spaces stay. No XML tool takes the latter."""
    return _CONTROL.sub("", _ESCAPES.sub("", text) if "\x1b" in text else text)


def squeeze(text: str) -> str:
    """One line: control and hidden characters gone, white space collapsed, NFC."""
    if not text.isprintable():  # most texts are, and asking costs a tenth of looking for what has to go
        text = printable(text)
        text = text if text.isascii() else _HIDDEN.sub("", text)
    text = " ".join(text.split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def untagged(value: str) -> str:
    """A metadata string as text: entities resolved (twice at most, as sites escape twice), tags and scripts removed."""
    for _ in range(2):
        if "&" not in value:
            break
        value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub(" ", _SCRIPT.sub(" ", value))
    return squeeze(value)


def tokens(text: str) -> list[str]:
    """Words of a text; each character of an unspaced script counts as one."""
    # What the expression finds, in a third of the time.
    return text.translate(_BETWEEN).split() if text.isascii() else _TOKEN.findall(text)


def key(text: str) -> str:
    """What is left of a string for comparison: lower-case tokens."""
    return " ".join(tokens(text.casefold()))
