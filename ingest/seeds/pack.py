"""A reference text -> its sketch file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.dedupe.sketch import sketch
from ingest.errors import ConfigError, UsageError
from ingest.seeds import sketches
from ingest.seeds.reading import UNKNOWN_OUTLET, read


def pack(path: Path, folder: Path, *, said: Mapping[str, str | None], now: datetime) -> Path:
    """Write the sketch of a seed file into a folder; the sketch's path.

    `said` holds title, outlet, url and published in words of one's own. What it leaves out is taken from a sketch that
    is there already, then (but never the title: a headline is the article's own words) from the text's file.
    Raises ConfigError where the text cannot be read, UsageError where the sketch cannot be written.
    """
    seed = read(path, now=now)
    if seed.sketch is not None:
        raise ConfigError(
            "this is a sketch already", where=str(path), why="a sketch is made from the text", fix="name the text"
        )
    target = folder / f"{sketches.stem(path)}{sketches.ENDING}"
    article = seed.article
    known: dict[str, Any] = {
        "title": sketches.stem(path),
        "outlet": None if seed.outlet == UNKNOWN_OUTLET else seed.outlet,
        "published": article.published.isoformat().replace("+00:00", "Z") if article.published else None,
        "authors": list(article.authors) or None,
        "language": article.language,
    }
    for more in (_before(target), said):
        known |= {key: value for key, value in more.items() if key in sketches.METADATA and value}
    _write(target, sketches.packed(sketch(article.text), known))
    return target


def _before(target: Path) -> Mapping[str, Any]:
    """What a sketch that is packed again said of its text; nothing where there is none that can be read."""
    try:
        fields = json.loads(target.read_bytes())
    except (OSError, ValueError):
        return {}
    return fields if sketches.is_sketch(fields) else {}


def _write(target: Path, content: str) -> None:
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_text(content, encoding="utf-8")
        part.replace(target)
    except OSError as exc:
        raise UsageError(
            "cannot write there", where=str(target), why=exc.strerror or str(exc), fix="choose another folder with -o"
        ) from exc
    finally:
        part.unlink(missing_ok=True)
