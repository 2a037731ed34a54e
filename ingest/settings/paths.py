"""Paths in settings, made absolute."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest import config
from ingest.errors import ConfigError

_SQLITE = "sqlite:///"


def put(raw: dict[str, Any], section: str, key: str, value: Any) -> None:
    """Set one key; the section may be shared with others and is copied."""
    raw[section] = {**raw.get(section, {}), key: value}


def resolve(raw: Mapping[str, Any], base: Path) -> dict[str, Any]:
    """`raw` with its paths absolute; what is absolute already stays, so the first base wins."""
    resolved = dict(raw)
    store, seeds = resolved.get("store", {}), resolved.get("seeds", {})
    if isinstance(store, dict):
        url = store.get("url", config.Store().url)
        if isinstance(url, str):
            put(resolved, "store", "url", store_url(url, base))
    if isinstance(seeds, dict) and isinstance(paths := seeds.get("paths"), list):
        put(resolved, "seeds", "paths", [str(base / path) if isinstance(path, str) else path for path in paths])
    return resolved


def known_kind(url: str) -> str:
    """A store's URL from the command line; the file's own is checked with the rest. Raises ConfigError."""
    if not url.startswith("sqlite://"):
        meant = f"sqlite:///{url}" if "://" not in url else config.Store().url
        raise ConfigError(
            "no such kind of store", where="--store", why=f"{url!r} is no SQLite URL", fix=f"write it as {meant}"
        )
    return url


def store_url(url: str, base: Path) -> str:
    """A SQLite URL with an absolute path; `sqlite:///name.db` is relative, `sqlite:////name.db` is not."""
    path = url.removeprefix(_SQLITE)
    if path == url or path.startswith(":memory:") or not path:
        return url
    return f"{_SQLITE}{base / path}"
