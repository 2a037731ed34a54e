"""Reference articles, given before the first run: through the same door as pages, pinned, never purged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ingest import urls
from ingest.config import Config
from ingest.dedupe.fingerprint import fingerprint
from ingest.errors import ConfigError, NoArticle
from ingest.extract import extract
from ingest.extract.furniture import part
from ingest.extract.language import language_of
from ingest.model import Article
from ingest.place import Desk, Incoming, Placed, place
from ingest.topic import TopicMatcher, compile_topic
from store.base import Store

SUFFIXES: Final = frozenset({".txt", ".md", ".html", ".htm", ".json"})
# 5 MiB: a reference article of a hundred pages has 300 KB; anything larger is another file by mistake.
MAX_SEED_BYTES: Final = 5 * 2**20
# Characters. A headline is a line without a full stop, rarely longer than this.
MAX_HEADLINE: Final = 160
# The headline stands among the first lines, or nowhere.
HEADLINE_LINES: Final = 2
# A line that begins with one of these is an entry of a list.
BULLETS: Final = "-–—•·*▪►"
# Outlet of a reference text that does not say where it is from.
UNKNOWN_OUTLET: Final = "seed"


@dataclass(frozen=True, slots=True)
class Seed:
    """A reference article as read from its file."""

    path: Path
    article: Article
    outlet: str


@dataclass(frozen=True, slots=True)
class Planted:
    """What became of the configured seeds in the store: how many are new, and what the door said of each."""

    placed: tuple[tuple[Seed, Placed], ...]

    @property
    def new(self) -> int:
        return sum(found.outcome in ("new", "revised") for _, found in self.placed)


def seed_url(path: Path) -> str:
    """The permanent address of a seed: `seed:<file stem>`."""
    return f"seed:{path.stem}"


def find(paths: Iterable[str | Path]) -> list[Path]:
    """The seed files among these files and folders, by name; READMEs are not seeds. Raises ConfigError."""
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
    by_url: dict[str, Path] = {}
    for path in found:
        other = by_url.setdefault(seed_url(path), path)
        if other != path:
            raise ConfigError(
                "two seeds have one name", where=str(path), why=f"{other} is {seed_url(path)} too", fix="rename one"
            )
    return found


def read(path: Path, *, now: datetime) -> Seed:
    """A seed file as an article. Raises ConfigError where it cannot be read or holds no text."""
    try:
        if path.stat().st_size > MAX_SEED_BYTES:
            raise ConfigError("a seed is too large", where=str(path), why=f"over {MAX_SEED_BYTES // 2**20} MiB")
        raw = path.read_bytes()
    except OSError as exc:
        raise ConfigError("a seed cannot be read", where=str(path), why=exc.strerror or str(exc)) from exc
    suffix = path.suffix.lower()
    try:
        if suffix in (".html", ".htm"):
            article = replace(extract(raw, url=f"http://seed.invalid/{path.stem}", now=now), canonical_claim=None)
            return Seed(path, replace(article, url=seed_url(path)), UNKNOWN_OUTLET)
        if suffix == ".json":
            return _from_json(path, json.loads(raw))
        return Seed(path, _from_text(path, raw.decode("utf-8-sig")), UNKNOWN_OUTLET)
    except (ValueError, NoArticle) as exc:
        raise ConfigError(
            "a seed cannot be understood", where=str(path), why=str(exc),
            fix="seeds are UTF-8 texts (.txt, .md), pages (.html), or .json with title and text",
        ) from exc  # fmt: skip


def _from_text(path: Path, text: str, *, title: str = "") -> Article:
    """A plain text: its furniture is set aside, its headline found."""
    lines = [line.lstrip("# ").strip() if path.suffix.lower() == ".md" else line.strip() for line in text.splitlines()]
    kept, cut = part([line for line in lines if line], title=title)
    if not kept:
        raise ValueError("it holds no text")
    headline = title or _headline(kept)
    body = [line for line in kept if line != headline] or kept
    return Article(
        url=seed_url(path),
        canonical_claim=None,
        title=headline,
        text="\n".join(body),
        furniture=tuple(cut),
        language=language_of("\n".join(body)),
    )


def _headline(lines: Sequence[str]) -> str:
    """The first line that looks like a headline, else the beginning of the text."""
    for line in lines[:HEADLINE_LINES]:
        if len(line) <= MAX_HEADLINE and not line.endswith((".", ":", ";", ",")) and line[0] not in BULLETS:
            return line
    first = lines[0]
    end = first.find(". ")
    return first[: end + 1] if 0 < end < MAX_HEADLINE else first[:MAX_HEADLINE].rsplit(" ", 1)[0] + " …"


def _from_json(path: Path, fields: Any) -> Seed:
    """Keys: text (required), title, url, outlet, published (ISO 8601), authors, language."""
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise ValueError('it has no "text"')
    article = _from_text(path, fields["text"], title=str(fields.get("title") or ""))
    said = fields.get("published")
    published = datetime.fromisoformat(said) if isinstance(said, str) else None
    if published is not None:
        published = published.replace(tzinfo=UTC) if published.tzinfo is None else published.astimezone(UTC)
    authors = fields.get("authors") or []
    article = replace(
        article,
        published=published,
        published_from="meta" if published else "none",
        authors=tuple(str(author) for author in authors) if isinstance(authors, list) else (str(authors),),
        language=str(fields["language"]) if fields.get("language") else article.language,
    )
    outlet = fields.get("outlet") or (urls.outlet_of(fields["url"]) if fields.get("url") else UNKNOWN_OUTLET)
    return Seed(path, article, str(outlet))


def plant(store: Store, seeds: Iterable[Seed], config: Config, desk: Desk) -> Planted:
    """Put seeds into the store, in one transaction; known and unchanged ones stay as they are."""
    matcher = compile_topic(config.topic)
    with store.placing() as placing:
        placed = tuple((seed, place(placing, incoming(seed, matcher), desk)) for seed in seeds)
    return Planted(placed)


def incoming(seed: Seed, matcher: TopicMatcher) -> Incoming:
    """A seed on its way to its story. It is on the topic whatever its words: it defines the topic."""
    verdict = matcher.judge(seed.article.title, seed.article.text)
    return Incoming(
        article=seed.article,
        prints=fingerprint(seed.article.text),
        outlet=seed.outlet,
        seed=True,
        on_topic=True,
        topic_hits=verdict.hits,
    )
