"""A reference text -> its sketch file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.dedupe.sketch import MIN_SHARED, Sketch, sketch
from ingest.errors import ConfigError, UsageError
from ingest.seeds import sketches
from ingest.seeds.reading import UNKNOWN_OUTLET, Seed, read


def pack(path: Path, folder: Path, *, said: Mapping[str, str | None], now: datetime) -> Path:
    """Write the sketch of a seed file into a folder; the sketch's path.

    `said` holds title, outlet, url and published in words of one's own. What it leaves out is taken from a sketch that
    is there already, then (but never the title: a headline is the article's own words) from the text's file.
    Raises ConfigError where the text cannot be read or is too short, UsageError where a sketch cannot be written.
    """
    seed = read(path, now=now)
    found = _sketch(seed)
    _check_date(said.get("published"))
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
    _write(target, sketches.packed(found, known))
    return target


def _sketch(seed: Seed) -> Sketch:
    """The sketch of a seed's text. Raises ConfigError."""
    if seed.sketch is not None:
        raise ConfigError(
            "this is a sketch already", where=str(seed.path), why="a sketch is made from the text", fix="name the text"
        )
    found = sketch(seed.article.text)
    if len(found.sample) < MIN_SHARED:
        raise ConfigError(
            "a text is too short for a sketch", where=str(seed.path),
            why=f"{len(found.sample)} sampled runs of five words say nothing", fix="keep it as a text",
        )  # fmt: skip
    return found


def _check_date(said: str | None) -> None:
    try:
        datetime.fromisoformat(said or "2000-01-01")
    except ValueError as exc:
        raise UsageError(
            "this is no time", where=f"--published {said}", why=str(exc), fix="write it as 2023-09-05 or with a time"
        ) from exc


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
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(content, encoding="utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as exc:
        raise UsageError(
            "cannot write there", where=str(target), why=exc.strerror or str(exc), fix="choose another folder with -o"
        ) from exc
