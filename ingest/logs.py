"""Log events on stderr: one event per outcome, with keys, for people or for a log collector.

log.info("article", extra={"outcome": "joined", "story": 812, "overlap": 0.87, "ms": 41})
"""

from __future__ import annotations

import logging
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from ingest.redaction import redacted

# What every record carries by itself; everything else came in with `extra`.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OURS: Final = ("ingest", "store")


class Stream(Protocol):
    """Where lines go: a text stream, or what stands before one."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> object: ...


def set_up(*, form: str, level: str, stream: Stream) -> None:
    """Send the events of `ingest` and `store` to `stream`. `form` is human or json, `level` one of logging's names."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_json() if form == "json" else Human())
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
    # Libraries report single bad pages as errors; we record those ourselves, with their address.
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


def keys_of(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`."""
    return {key: value for key, value in vars(record).items() if key not in _OWN}


class Human(logging.Formatter):
    """`12:03:04 article outcome=joined story=812`; a level only where it is not info."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        level = "" if record.levelno == logging.INFO else record.levelname.lower() + " "
        keys = "".join(f" {key}={_quoted(value)}" for key, value in keys_of(record).items() if value is not None)
        line = f"{at} {level}{visible(record.getMessage())}{keys}"
        return redacted(f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line)


def _quoted(value: Any) -> str:
    text = visible(f"{value:.3g}" if isinstance(value, float) else str(value))
    return f'"{text}"' if " " in text or not text else text


def visible(text: str) -> str:
    """`text` on one line, without control, format (direction) and private-use characters and lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})


def _json() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter  # only where it was asked for

    class Event(JsonFormatter):
        """`{"time", "level", "event", ...keys}`, the time in RFC 3339 UTC."""

        def format(self, record: logging.LogRecord) -> str:
            return redacted(super().format(record))

        def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
            log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
            log_data["level"] = record.levelname.lower()
            log_data["event"] = record.getMessage()
            log_data.update(keys_of(record))
            log_data.update(message_dict)
            if record.exc_info:
                log_data["exception"] = self.formatException(record.exc_info)

    return Event(json_ensure_ascii=True)
