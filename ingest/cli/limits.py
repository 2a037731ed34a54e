"""How much of a feed is read, without reading the settings where they are written as they are shipped.

Reading and checking all settings takes as long as reading thirty feeds. Three of them matter to `feeds test`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from ingest.typed import Final, NamedTuple

# Bytes; the same as `ingest.settings.MAX_CONFIG_BYTES`. What is larger is refused there.
_MAX_CONFIG: Final = 2**20


class Limits(NamedTuple):
    """`fetch.max_feed_bytes`, `fetch.max_items` and `extract.timeout` (seconds); the defaults of `ingest.config`."""

    max_feed_bytes: int = 15 * 2**20
    max_items: int = 1000
    timeout: float = 15.0


_WORDS: Final = ("max_feed_bytes", "max_items", "timeout")
_VALUES: Final = ("true", "false", "inf", "nan")  # which a list may hold, and which look like the name of a section


def at_a_glance(environ: Mapping[str, str]) -> Limits | None:
    """The limits in force, or None where only the settings themselves can tell: where a variable changes them, or the
    file is written in another way than line by line. A mistake elsewhere in the file goes unseen."""
    if sys.platform != "linux" or any(name.startswith("INGEST_") for name in environ):
        return None
    home = environ.get("XDG_CONFIG_HOME", "").strip() or os.path.expanduser("~/.config")  # noqa: PTH111  pathlib: 5 ms
    for path in ("config.toml", f"{home}/newsfold/config.toml"):
        try:
            with open(path, "rb") as file:  # noqa: PTH123  as above
                body = file.read(_MAX_CONFIG + 1)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return None
        return _read(body)
    return Limits()


def _read(body: bytes) -> Limits | None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # Text over several lines may hold anything; an escape may spell any key.
    if len(body) > _MAX_CONFIG or '"""' in text or "'''" in text or "\\" in text:
        return None
    found: dict[tuple[str, str], str] = {}
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            name = line.partition("#")[0].strip()
            if name.endswith("]"):
                section = name[1:-1].strip("[] ")
                if not section.isalpha() or section in _VALUES:  # may be the line of a list
                    return None
        elif not line.startswith("#") and any(word in line for word in _WORDS):
            key, _, value = line.partition("=")
            if not (key.strip().replace("_", "").isalpha() and any(word in key for word in _WORDS)):
                return None
            found[section, key.strip()] = value.partition("#")[0].strip().replace("_", "")
    return _limits(found)


def _limits(found: Mapping[tuple[str, str], str]) -> Limits | None:
    known = Limits()
    size = found.get(("fetch", "max_feed_bytes"), str(known.max_feed_bytes))
    items = found.get(("fetch", "max_items"), str(known.max_items))
    seconds = found.get(("extract", "timeout"), str(known.timeout))
    if not (size.isdecimal() and items.isdecimal() and seconds.replace(".", "", 1).isdecimal()):
        return None
    limits = Limits(int(size), int(items), float(seconds))
    within = 0 < limits.max_feed_bytes < 2**31 and 0 < limits.max_items < 2**31 and 0 < limits.timeout <= 86_400
    return limits if within else None
