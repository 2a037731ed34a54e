"""The settings in force as plain values and as TOML, and where each comes from."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ingest.config import Config

DEFAULT = "default"


def plain_settings(config: Config) -> dict[str, Any]:
    """Sections of keys with values that JSON and TOML know."""
    found = msgspec.to_builtins(config)
    assert isinstance(found, dict)  # noqa: S101  a Struct is a mapping; for the type checker
    return found


def origins(path: Path | None, environ: Mapping[str, str], *, store: str | None) -> dict[str, str]:
    """`section.key` (or the name of a list of tables) -> where its value comes from. The settings were loaded before,
    so the file can be read."""
    said = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path else {}
    found: dict[str, str] = {}
    for section, keys in plain_settings(Config()).items():
        if isinstance(keys, list):
            found[section] = str(path) if section in said else DEFAULT
            continue
        for key in keys:
            variable = f"INGEST_{section}__{key}".upper()
            found[f"{section}.{key}"] = (
                "--store" if (section, key) == ("store", "url") and store is not None
                else variable if variable in environ
                else str(path) if key in said.get(section, {})
                else DEFAULT
            )  # fmt: skip
    return found


def toml(settings: Mapping[str, Any], said_by: Mapping[str, str]) -> str:
    """The settings as a settings file; None, which TOML does not know, is a comment."""
    return "\n".join(_lines(settings, said_by)).strip() + "\n"


def _lines(settings: Mapping[str, Any], said_by: Mapping[str, str]) -> Iterator[str]:
    # Keys of tables come first: whatever follows a list of tables belongs to its last table.
    for section, keys in settings.items():
        if isinstance(keys, Mapping):
            yield f"\n[{section}]"
            for key, value in keys.items():
                yield (
                    f"# {key} is not set"
                    if value is None
                    else f"{key} = {_value(value)}  # {said_by[f'{section}.{key}']}"
                )
    for section, tables in settings.items():
        if isinstance(tables, list):
            if not tables:
                yield f"\n# no [[{section}]]"
            for table in tables:
                yield f"\n[[{section}]]  # {said_by[section]}"
                yield from (f"{key} = {_value(value)}" for key, value in table.items() if value is not None)


def _value(value: Any) -> str:
    """A value as TOML writes it; a JSON string is a TOML string."""
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, str):
        # TOML allows no DEL in a string, JSON does.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
