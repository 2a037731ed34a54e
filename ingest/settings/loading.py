"""Which file, what it says, and what comes of it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.config import Config
from ingest.errors import ConfigError
from ingest.settings.keys import converted, refuse_unknown
from ingest.settings.overrides import override, overrides
from ingest.settings.paths import known_kind, put, resolve, store_url
from ingest.settings.values import check_values

FILE_NAME = "config.toml"
# 1 MiB: a list of 10,000 feeds with titles takes 0.9 MB; anything larger is another file by mistake.
MAX_CONFIG_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings and where they came from."""

    config: Config
    path: Path | None  # the file read; None: built-in defaults
    base: Path  # the folder its relative paths start from


def load(path: Path | None, *, environ: Mapping[str, str], cwd: Path, store: str | None = None) -> Loaded:
    """Find, read and check the settings; `store` is the URL from the command line. Raises ConfigError."""
    found = find(path, environ=environ, cwd=cwd)
    base = found.parent if found else cwd
    raw: dict[str, Any] = resolve(_read(found), base) if found else resolve({}, base)
    refuse_unknown(raw, where=str(found))
    converted(raw, where=str(found))  # refuse the file in its own name before anything is laid over it
    for name, section, key, value in overrides(environ):
        raw = override(raw, section, key, value, name=name, cwd=cwd)
    if store is not None:
        put(raw, "store", "url", store_url(known_kind(store), cwd))
    checked = converted(raw, where=str(found) if found else "built-in settings")
    check_values(checked, where=str(found) if found else "environment")
    return Loaded(config=checked, path=found, base=base)


def find(path: Path | None, *, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """The settings file: `path`, INGEST_CONFIG, ./config.toml, the platform's folder; None when there is none."""
    for named, by in ((path, "--config"), (environ.get("INGEST_CONFIG") or None, "INGEST_CONFIG")):
        if named is not None:
            file = cwd / named
            if not file.is_file():
                raise ConfigError(
                    "no settings file",
                    where=str(file),
                    why=f"{by} names it, but there is no such file",
                    fix=f"correct the path, or leave {by} out to use ./{FILE_NAME}",
                )
            return file
    if (cwd / FILE_NAME).is_file():
        return cwd / FILE_NAME
    import platformdirs  # 10 ms, and only where no file was named or found here

    file = platformdirs.user_config_path("newsfold") / FILE_NAME
    # Not Path.is_file, which raises where the folder may not be entered: a service may have root's home.
    return file if os.path.isfile(file) else None  # noqa: PTH113


def _read(path: Path) -> dict[str, Any]:
    """The file as TOML says it. Raises ConfigError for whatever is wrong with its bytes."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_CONFIG_BYTES + 1)
        if len(body) > MAX_CONFIG_BYTES:
            raise ConfigError("settings file too large", where=str(path), why=f"more than {MAX_CONFIG_BYTES} bytes")
        return tomllib.loads(body.decode("utf-8-sig"))
    except OSError as exc:
        raise ConfigError(
            "settings file cannot be read", where=str(path), why=exc.strerror or str(exc), fix="mend its permissions"
        ) from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(
            "settings file is not UTF-8", where=f"{path}, byte {exc.start}", why=exc.reason, fix="save it as UTF-8"
        ) from exc
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as exc:
        why = "nested too deeply" if isinstance(exc, RecursionError) else str(exc)
        raise ConfigError(
            "settings file is not TOML",
            where=str(path),
            why=why,
            fix="mend the line; text values need quotes, lists need brackets",
        ) from exc
