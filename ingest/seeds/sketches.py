"""Sketch files: what is known of a text in words of one's own, and its sketch, as JSON that may be passed on."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.fingerprint import Fingerprint
from ingest.dedupe.sketch import SAMPLE_BITS, Sketch, as_fingerprint, scheme
from ingest.errors import ConfigError

# What a file says it is.
KIND: Final = "newsfold sketch"
ENDING: Final = ".sketch.json"
# What a sketch says of its text besides the hashes; each may be null but the title.
METADATA: Final = ("title", "outlet", "url", "published", "authors", "language")


@dataclass(frozen=True, slots=True)
class Packed:
    """A sketch file as read."""

    title: str
    prints: Fingerprint


def named_sketch(path: Path) -> bool:
    """Whether a file's name says that it is a sketch."""
    return path.name.lower().endswith(ENDING)


def stem(path: Path) -> str:
    """The name of a seed, the same for a text and its sketch."""
    return path.name[: -len(ENDING)] if named_sketch(path) else path.stem


def is_sketch(fields: Any) -> bool:
    """Whether a JSON value says that it is a sketch."""
    return isinstance(fields, dict) and fields.get("kind") == KIND


def packed(found: Sketch, metadata: dict[str, Any]) -> str:
    """A sketch file's text: the same for the same text and metadata, so that packing again changes nothing."""
    fields = {
        "kind": KIND,
        **{key: metadata.get(key) for key in METADATA},
        "words": found.words,
        "runs": found.runs,
        "scheme": scheme(),
        "sample": _encoded(found.sample.astype("<u4")),
        "bands": _encoded(found.bands.astype("<i4")),
    }
    return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def unpacked(fields: dict[str, Any], *, where: str) -> Packed:
    """A sketch file's content. Raises ConfigError for another scheme, ValueError for anything damaged."""
    if fields.get("scheme") != scheme():
        raise ConfigError(
            "a sketch was packed another way", where=where, why=_difference(fields.get("scheme")),
            fix="pack it again from the text: ingest seeds pack TEXT",
        )  # fmt: skip
    title, words, runs = fields.get("title"), fields.get("words"), fields.get("runs")
    if not isinstance(title, str) or not title.strip():
        raise ValueError('it has no "title"')
    if not isinstance(words, int) or not isinstance(runs, int) or min(words, runs) < 1:
        raise ValueError('it has no "words" or "runs"')
    sample = _decoded(fields.get("sample"), "<u4", "sample").astype(np.uint64)
    bands = _decoded(fields.get("bands"), "<i4", "bands").astype(np.int64)
    if len(sample) and (int(sample.max()) >= 2**SAMPLE_BITS or not bool((np.diff(sample.astype(np.int64)) > 0).all())):
        raise ValueError('its "sample" is not sorted')
    if not len(bands):
        raise ValueError('it has no "bands"')
    identity = json.dumps(fields, ensure_ascii=True, sort_keys=True).encode()
    return Packed(title.strip(), as_fingerprint(Sketch(words, runs, sample, np.unique(bands)), identity))


def _difference(said: Any) -> str:
    ours = scheme()
    theirs = said if isinstance(said, dict) else {}
    names = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    return ", ".join(f"{name} {theirs.get(name)} in the file, {ours.get(name)} here" for name in names)


def _encoded(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")


def _decoded(said: Any, kind: str, name: str) -> NDArray[Any]:
    """An array of four-byte numbers. Raises ValueError."""
    if not isinstance(said, str):
        raise ValueError(f'it has no "{name}"')
    return np.frombuffer(base64.b64decode(said, validate=True), dtype=kind)
