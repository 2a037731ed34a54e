"""What environment variables lay over the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.config import Config
from ingest.errors import ConfigError
from ingest.settings.keys import SECTIONS, converted, keys_of, nearest, unknown
from ingest.settings.paths import resolve

_OVERRIDE = re.compile(r"INGEST_([A-Z]+)__([A-Z0-9_]+)")


def overrides(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """`INGEST_SECTION__KEY` variables as (variable, section, key, value), in order of name."""
    for name, value in sorted(environ.items()):
        if match := _OVERRIDE.fullmatch(name):
            yield name, match[1].lower(), match[2].lower(), value


def override(raw: dict[str, Any], section: str, key: str, value: str, *, name: str, cwd: Path) -> dict[str, Any]:
    """`raw` with one variable laid over it: read as TOML where that fits the key, else taken as a string."""
    if section not in SECTIONS or isinstance(getattr(Config(), section), list):
        plain = [known for known in SECTIONS if not isinstance(getattr(Config(), known), list)]
        raise ConfigError(
            "unknown setting",
            where=name,
            why=f"no section [{section}] of single keys",
            fix=nearest(section, iter(plain), kind="sections"),
        )
    if key not in keys_of(section):
        raise unknown(section, key, where=name)
    refusal: ConfigError | None = None
    for candidate in _readings(value):
        changed = {**raw, section: {**raw.get(section, {}), key: candidate}}
        try:
            converted(changed, where=name)
        except ConfigError as exc:
            refusal = refusal or exc
        else:
            return resolve(changed, cwd)
    assert refusal is not None  # noqa: S101  there is at least one reading, and none fitted
    raise ConfigError(refusal.what, where=name, why=refusal.why, fix=refusal.fix) from refusal


def _readings(value: str) -> Iterator[Any]:
    try:
        table = tomllib.loads(f"value = {value}")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        pass
    else:
        if table.keys() == {"value"}:
            yield table["value"]
    yield value
