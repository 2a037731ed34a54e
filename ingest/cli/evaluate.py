"""`ingest evaluate`: precision and recall against labelled clusters or pairs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest import urls
from ingest.cli.dedupe import BAD_LINE, because
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.numbers import NUMBER_OR_ZERO
from ingest.cli.output import chosen, emit_one, format_options, shown
from ingest.errors import NothingMatched, UsageError

if TYPE_CHECKING:
    from ingest.scoring import Error, Rates, Scores
    from store.base import Store

# Addresses asked of the store at once.
AT_ONCE = 500
# What a label may be called.
LABELS = ("story", "cluster", "story_id")
# Unknown articles named one by one.
SHOWN = 5


@dataclass(slots=True)
class Labels:
    """What the file says: clusters (id -> label) or pairs, and the address or id by which each article is asked for."""

    clusters: dict[str, Any] = field(default_factory=dict)
    pairs: dict[tuple[str, str], bool] = field(default_factory=dict)

    @property
    def articles(self) -> list[str]:
        return sorted({*self.clusters, *(article for pair in self.pairs for article in pair)})


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--stories", "said", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="Judge this output of `ingest dedupe` instead of the store.")  # fmt: skip
@click.option(
    "--worst", type=NUMBER_OR_ZERO, default=10, show_default=True, metavar="N", help="Errors named of each kind."
)
@format_options("table", "json", "jsonl")
@pass_invocation
def evaluate(invocation: Invocation, file: Path, said: Path | None, worst: int, form: str | None) -> None:
    """Example: ingest evaluate labels.jsonl --worst 5

    How well the stories agree with labels. FILE is JSON Lines (or .gz of them), of clusters: {"url": ..., "story": ...}
    (or "id", or "cluster") an article, or {"articles": [...]} a cluster; or of pairs: {"a": ..., "b": ..., "same":
    true}. Prints precision, recall and F1 of pairs and B-cubed, the adjusted Rand index, and the worst errors to look
    at: stories that hold several labels, labels that stand in several stories.

    Exit codes: 2 for a line that is no label, 6 where none of the articles is known.
    """
    from ingest.scoring import score, score_pairs

    labels = read_labels(file, by_id=said is not None)
    wanted = labels.articles
    if said is not None:
        rows = (row for _, row in _objects(said, ("id", "story_id")))
        stories: Mapping[str, Any] = {str(row["id"]): row["story_id"] for row in rows}
    else:
        with invocation.reading() as store:
            stories = _stored(store, wanted)
    missing = [article for article in wanted if article not in stories]
    if len(missing) == len(wanted):
        raise NothingMatched(
            "none of the labelled articles is known", where=str(file),
            why=f"{len(wanted)} were looked for, the first is {wanted[0]}" if wanted else "the file is empty",
            fix="labels name articles by their addresses, or by the ids of the judged file",
        )  # fmt: skip
    found = score_pairs(labels.pairs, stories, worst=worst) if labels.pairs else score(
        labels.clusters, stories, worst=worst
    )  # fmt: skip
    if chosen(form) != "table":
        emit_one(_as_dict(found, len(wanted), missing))
        return
    for line in in_words(found, len(wanted), missing):
        click.echo(shown(line))


def read_labels(path: Path, *, by_id: bool) -> Labels:
    """Raises UsageError for a line that is no label, and for clusters and pairs in one file."""
    found = Labels()
    names = ("id", "url") if by_id else ("url", "id")
    for number, row in _objects(path, ()):
        name = next((str(row[key]) for key in names if row.get(key) is not None), None)
        label = _label(row)
        if isinstance(row.get("articles"), list):
            # Where a cluster has no name its line is one, which no number that somebody chose can be taken for.
            found.clusters |= dict.fromkeys(map(str, row["articles"]), f"line {number}" if label is None else label)
        elif isinstance(row.get("same"), bool) and row.get("a") is not None and row.get("b") is not None:
            found.pairs[str(row["a"]), str(row["b"])] = row["same"]
        elif name is not None and label is not None:
            found.clusters[name] = label
        else:
            raise _no_label(path, number, "it has neither url and story, nor articles, nor a, b and same")
        if found.clusters and found.pairs:
            raise _no_label(path, number, "the file has clusters and pairs")
    return found


def _label(row: Mapping[str, Any]) -> str | int | None:
    """What a line says its articles are called; None where that is no name. `true` is none: it would be taken for 1."""
    found = next((row[key] for key in LABELS if row.get(key) is not None), None)
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def _no_label(path: Path, number: int, why: str) -> UsageError:
    return UsageError(
        "a line is no label", where=f"{path}:{number}", why=why,
        fix='{"url": ..., "story": ...}, {"articles": [...]}, or {"a": ..., "b": ..., "same": true}',
    )  # fmt: skip


def _objects(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file of JSON Lines, each with the number of its line. Raises UsageError naming the line."""
    read = 0
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig") if path.suffix == ".gz" else path.open(encoding="utf-8-sig")
        ) as lines:
            for line in lines:
                read += 1
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict) or not all(isinstance(row[key], str | int) for key in needed):
                        raise TypeError(f"it is no object with {' and '.join(needed)}" if needed else "it is no object")
                    yield read, row
    except BAD_LINE as exc:
        raise UsageError("a line cannot be read", where=f"{path}:{max(read, 1)}", why=because(exc),
                         fix="each line is one JSON object") from exc  # fmt: skip


def _stored(store: Store, articles: list[str]) -> dict[str, int]:
    """The story of each article that the store knows, by any spelling of its address."""
    keys: dict[str, str] = {}
    for article in articles:
        try:
            keys[article] = urls.address_key(article)
        except urls.BadUrl:
            keys[article] = article
    found: dict[str, int] = {}
    for start in range(0, len(articles), AT_ONCE):
        batch = articles[start : start + AT_ONCE]
        known = store.known_urls([keys[article] for article in batch])
        found |= {article: known[keys[article]].story_id for article in batch if keys[article] in known}
    return found


def _as_dict(found: Scores, wanted: int, missing: list[str]) -> dict[str, Any]:
    def error(one: Error, name: str, part: str) -> dict[str, Any]:
        parts = [{part: p.name, "articles": p.articles, "examples": list(p.examples)} for p in one.parts]
        return {name: one.name, "articles": one.articles, "wrong_pairs": one.pairs, "parts": parts}

    return {
        "labelled": wanted, "known": wanted - len(missing), "unknown": missing[:SHOWN],
        "pairs": asdict(found.pairs), "b_cubed": asdict(found.b_cubed), "ari": found.ari,
        "false_merges": [error(one, "story_id", "label") for one in found.false_merges],
        "false_splits": [error(one, "label", "story_id") for one in found.false_splits],
    }  # fmt: skip


def in_words(found: Scores, wanted: int, missing: list[str]) -> list[str]:
    """Figures and errors for a person."""
    lines = [f"{wanted - len(missing)} of {wanted} labelled articles are known"]
    lines += [f"  not known: {article}" for article in missing[:SHOWN]]
    lines += ["", _rates("pairs", found.pairs)]
    if found.ari is not None:
        lines += [_rates("B-cubed", found.b_cubed), f"{'adjusted Rand index':<20} {found.ari:.4f}"]
    if found.ari is None:
        return lines + _wrong_pairs(found)
    for title, errors, name, part in (
        ("stories that hold several labels", found.false_merges, "story", "label"),
        ("labels that stand in several stories", found.false_splits, "label", "story"),
    ):
        if errors:
            lines += ["", title]
        for one in errors:
            lines.append(f"  {name} {one.name}: {one.articles} articles, {one.pairs} wrong pairs")
            lines += [f"    {part} {p.name}: {p.articles}, {', '.join(p.examples)}" for p in one.parts[:SHOWN]]
    return lines


def _wrong_pairs(found: Scores) -> list[str]:
    """Labelled pairs that stand otherwise than their label says."""
    lines = ["", "pairs of two stories that stand in one"] if found.false_merges else []
    for one in found.false_merges:
        lines += [f"  story {one.name}", *(f"    {part.examples[0]}" for part in one.parts)]
    lines += ["", "pairs of one story that stand in two"] if found.false_splits else []
    for one in found.false_splits:
        lines += [f"  story {part.name}: {part.examples[0]}" for part in one.parts]
    return lines


def _rates(name: str, rates: Rates) -> str:
    shown = ("-" if value is None else f"{value:.4f}" for value in (rates.precision, rates.recall, rates.f1))
    return f"{name:<20} P {next(shown)}  R {next(shown)}  F1 {next(shown)}"
