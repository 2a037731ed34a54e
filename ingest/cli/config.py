"""`ingest config`: are the settings right, what do they say and who said it, and a file to begin with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, chosen, emit, emit_one, format_options, to_json, whole_file
from ingest.config import Config
from ingest.errors import ConfigError, UsageError

CHECKED = (
    Column("settings", "path"), Column("feeds", "feeds", right=True), Column("searches", "searches", right=True),
    Column("topic", "topic"), Column("term groups", "term_groups", right=True), Column("store", "store"),
)  # fmt: skip


@click.group(cls=Group)
def config() -> None:
    """Example: ingest config check

    Settings.
    """


@config.command(short_help="Are the settings right?")
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def check(invocation: Invocation, form: str | None) -> None:
    """Example: ingest config check -C config.toml

    Reads the settings as every command does; ends with 4 and says file, key and the nearest known key if something
    does not fit. Tells what each keyword search would ask for. Warnings are about what is allowed and yet hardly meant.
    One object, or a table at a terminal.
    """
    loaded = invocation.loaded
    refuse_missing_seeds(loaded.config)
    warnings = [warning for warning, _ in remarks(loaded.config)]
    asked = list(_asked(loaded.config))
    found = _summary(loaded.config, loaded.path, warnings) | {"asks": asked}
    if chosen(form) == "table":
        emit([found], form="table", columns=CHECKED, color=invocation.color)
    else:
        emit_one(found, form)
    for one in asked:
        state = "asks" if one["enabled"] else "would ask, once enabled,"
        invocation.say(f"search {one['title']!r} {state} {one['url']}")
    for warning in warnings:
        invocation.say(f"warning: {warning}")
    invocation.say("settings are valid")


def _summary(checked: Config, path: Path | None, warnings: list[str]) -> dict[str, Any]:
    return {
        "path": str(path) if path else None,
        "feeds": len(checked.feeds),
        "searches": sum(len(search.queries) or 1 for search in checked.searches),
        "outlets": len(checked.outlets),
        "topic": checked.topic.name or None,
        "term_groups": len(checked.topic.terms),
        "store": checked.store.url,
        "warnings": warnings,
    }


def _asked(checked: Config) -> Iterator[dict[str, Any]]:
    """What each keyword search asks for, and the terms that its engine does not take."""
    if not checked.searches:
        return
    from ingest.feeds.search import searches  # wanted by few

    for search in checked.searches:
        for one in searches(search, checked.topic.terms, topic=checked.topic.name):
            yield {"title": one.title, "kind": search.kind, "enabled": search.enabled, "query": one.query,
                   "url": one.url, "left_out": list(one.left_out)}  # fmt: skip


def refuse_missing_seeds(checked: Config) -> None:
    """Raise ConfigError, as a run would, where there is no such reference article."""
    for path in checked.seeds.paths:
        if not Path(path).exists():
            raise ConfigError("no such seed file or folder", where=path, why="seeds.paths in the settings names it",
                              fix=f"mkdir {path}, or take it out of seeds.paths")  # fmt: skip


def remarks(checked: Config) -> Iterator[tuple[str, str]]:
    """What is allowed and yet hardly meant, and how to mend it."""
    if not checked.fetch.contact and not checked.fetch.user_agent:
        yield (
            "fetch.contact is not set: whoever runs a site cannot reach you and may refuse you",
            'write contact = "mailto:you@your-organisation.example" below [fetch]',
        )
    if not checked.feeds and not checked.searches:
        yield "the settings have no feeds: only those that were added are polled", "ingest feeds add URL"
    for url, count in Counter(feed.url for feed in checked.feeds).items():
        if count > 1:
            yield f"the feed {url} is listed {count} times", "delete all but one of its [[feeds]]"
    yield from _about_searches(checked)
    if checked.store.synchronous != "FULL":
        yield (
            "store.synchronous is NORMAL: the last articles may be lost when the power fails",
            'write synchronous = "FULL" below [store], unless that is what you want',
        )


def _about_searches(checked: Config) -> Iterator[tuple[str, str]]:
    if not checked.searches:
        return
    from ingest.feeds.search import too_long  # as above

    for search in checked.searches:
        if (query := too_long(search)) is not None:
            yield f"{search.kind} refuses or cuts off the query {query!r}", "make two queries of it"


@config.command(short_help="The settings in force, and where each comes from.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object: settings, and the origin of each key.")
@pass_invocation
def show(invocation: Invocation, *, as_json: bool) -> None:
    """Example: ingest config show

    All settings in force as TOML that can be used as a settings file, each with where it comes from: the file, an
    environment variable, --store, or the built-in default. A key that is not set stands there as a comment.
    """
    from ingest.cli.effective import origins, plain_settings, toml

    loaded = invocation.loaded
    settings = plain_settings(loaded.config)
    said_by = origins(loaded.path, invocation.environ, store=invocation.store_url)
    if as_json:
        path = str(loaded.path) if loaded.path else None
        click.echo(to_json({"path": path, "settings": settings, "from": said_by}))
        return
    click.echo(toml(settings, said_by), nl=False)


@config.command(short_help="JSON Schema of the settings.")
def schema() -> None:
    """Example: ingest config schema > newsfold.schema.json

    JSON Schema (2020-12) of the settings file, for editors that check and complete TOML.
    """
    import msgspec

    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "newsfold settings"}
    click.echo(json.dumps(found | msgspec.json.schema(Config), indent=1, ensure_ascii=False))


@config.command(short_help="Write a settings file to begin with.")
@click.argument("file", type=click.Path(path_type=Path), default="config.toml")
@pass_invocation
def init(invocation: Invocation, file: Path) -> None:
    """Example: ingest config init

    Writes the settings file that newsfold ships, every key with its reason, to FILE (config.toml), and makes the folder
    for reference articles that it names. Put your own terms and feeds in. No file is overwritten.
    """
    if file.exists():
        raise UsageError("there is such a file already", where=str(file), why="settings are not overwritten",
                         fix="name another file, or remove this one first")  # fmt: skip
    text = shipped().read_text(encoding="utf-8")
    with whole_file(file) as stream:
        stream.write(text)
    folder = file.parent / "seeds"
    if not folder.exists():  # a file of that name is a reference article
        folder.mkdir()
    invocation.say(f"{file} written; put your terms and feeds in, then: ingest config check")


def shipped() -> Path:
    """The settings file that came with this program. Raises UsageError where the installation lost it."""
    beside = Path(__file__).resolve().parents[2] / "config.toml"  # a checkout
    if beside.is_file() and (beside.parent / "pyproject.toml").is_file():
        return beside
    try:
        found = [Path(str(file.locate())) for file in files("newsfold") or () if file.name == "config.toml"]
    except PackageNotFoundError:
        found = []
    for path in found:
        if path.is_file():
            return path
    raise UsageError("the shipped settings file is missing", where="config init", why="the installation lost it",
                     fix="pip install --force-reinstall newsfold")  # fmt: skip
