"""Which files are seeds, and each as an article: texts, pages, texts with metadata, sketches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from ingest import urls
from ingest.dedupe.fingerprint import Fingerprint
from ingest.errors import ConfigError, NoArticle
from ingest.extract import extract
from ingest.model import Article
from ingest.seeds import sketches, texts

SUFFIXES: Final = frozenset({".txt", ".md", ".html", ".htm", ".json"})
# 5 MiB: a reference article of a hundred pages has 300 KB; anything larger is another file by mistake.
MAX_SEED_BYTES: Final = 5 * 2**20
# Outlet of a reference text that does not say where it is from.
UNKNOWN_OUTLET: Final = "seed"


@dataclass(frozen=True, slots=True)
class Seed:
    """A reference article as read from its file. With a `sketch` the article has metadata and an empty text."""

    path: Path
    article: Article
    outlet: str
    sketch: Fingerprint | None = None


def seed_url(path: Path) -> str:
    """The permanent address of a seed: `seed:<file stem>`, the same for a text and its sketch."""
    return f"seed:{sketches.stem(path)}"


def find(paths: Iterable[str | Path]) -> list[Path]:
    """The seed files among these files and folders, by name; READMEs are not seeds. Raises ConfigError.

    Where both a text and its sketch are there, the text is taken: it says more.
    """
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            files = [file for file in path.iterdir() if file.is_file() and file.suffix.lower() in SUFFIXES]
            found += sorted(file for file in files if file.stem.upper() != "README" and not file.name.startswith("."))
        elif path.is_file():
            found.append(path)
        else:
            raise ConfigError("no such seed file or folder", where=str(path), fix="mend seeds.paths in the settings")
    by_url: dict[tuple[str, bool], Path] = {}
    for path in found:
        other = by_url.setdefault((seed_url(path), sketches.named_sketch(path)), path)
        if other != path:
            raise ConfigError(
                "two seeds have one name", where=str(path), why=f"{other} is {seed_url(path)} too", fix="rename one"
            )
    return [path for (url, sketched), path in by_url.items() if not sketched or (url, False) not in by_url]


def read(path: Path, *, now: datetime) -> Seed:
    """A seed file as an article. Raises ConfigError where it cannot be read or holds no text, or an outdated sketch."""
    try:
        if path.stat().st_size > MAX_SEED_BYTES:
            raise ConfigError("a seed is too large", where=str(path), why=f"over {MAX_SEED_BYTES // 2**20} MiB")
        raw = path.read_bytes()
    except OSError as exc:
        raise ConfigError("a seed cannot be read", where=str(path), why=exc.strerror or str(exc)) from exc
    try:
        return _understood(path, raw, now)
    except (ValueError, RecursionError, OverflowError, NoArticle) as exc:  # nested without end, a date before year 1
        raise ConfigError(
            "a seed cannot be understood", where=str(path), why=str(exc),
            fix="seeds are UTF-8 texts (.txt, .md), pages (.html), .json with title and text, or sketches",
        ) from exc  # fmt: skip


def _understood(path: Path, raw: bytes, now: datetime) -> Seed:
    suffix, url = path.suffix.lower(), seed_url(path)
    if suffix in (".html", ".htm"):
        article = replace(extract(raw, url=f"http://seed.invalid/{path.stem}", now=now), canonical_claim=None)
        return Seed(path, replace(article, url=url), UNKNOWN_OUTLET)
    if suffix == ".json":
        fields = json.loads(raw)
        if sketches.is_sketch(fields):
            packed = sketches.unpacked(fields, where=str(path))
            article = texts.described(Article(url=url, canonical_claim=None, title=packed.title, text=""), fields)
            return Seed(path, article, _outlet(fields), packed.prints)
        return Seed(path, texts.from_json(url, fields), _outlet(fields))
    lines = raw.decode("utf-8-sig")
    return Seed(path, texts.from_text(url, lines, markdown=suffix == ".md"), UNKNOWN_OUTLET)


def _outlet(fields: dict[str, object]) -> str:
    """Who published it, as the file says."""
    named = fields.get("outlet") or (urls.outlet_of(str(fields["url"])) if fields.get("url") else UNKNOWN_OUTLET)
    return str(named)
