"""`ingest config check`: are the settings right, and what do they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ingest.cli.invocation import Group, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options
from ingest.config import Config


@click.group(cls=Group)
def config() -> None:
    """Settings.

    Example: ingest config check
    """


@config.command()
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def check(invocation: Invocation, form: str | None) -> None:
    """Example: ingest -C config.toml config check

    Reads the settings as every command does; ends with 4 and says file, key and the nearest known key if something
    does not fit. Warnings are about what is allowed and yet hardly meant.
    """
    loaded = invocation.loaded
    warnings = list(remarks(loaded.config))
    emit(
        [_summary(loaded.config, loaded.path, warnings)],
        form=form,
        columns=[
            Column("settings", "path"),
            Column("feeds", "feeds", right=True),
            Column("searches", "searches", right=True),
            Column("topic", "topic"),
            Column("term groups", "term_groups", right=True),
            Column("store", "store"),
        ],
        color=invocation.color,
    )
    for warning in warnings:
        invocation.say(f"warning: {warning}")
    invocation.say("settings are valid")


def _summary(checked: Config, path: Path | None, warnings: list[str]) -> dict[str, Any]:
    return {
        "path": str(path) if path else None,
        "feeds": len(checked.feeds),
        "searches": sum(len(search.queries) for search in checked.searches),
        "outlets": len(checked.outlets),
        "topic": checked.topic.name or None,
        "term_groups": len(checked.topic.terms),
        "store": checked.store.url,
        "warnings": warnings,
    }


def remarks(checked: Config) -> Iterator[str]:
    """What is allowed and yet hardly meant."""
    if not checked.fetch.contact and not checked.fetch.user_agent:
        yield "fetch.contact is not set: whoever runs a site cannot reach you and may refuse you"
    if not checked.feeds and not checked.searches:
        yield "no feeds: nothing will be polled"
    for url, count in Counter(feed.url for feed in checked.feeds).items():
        if count > 1:
            yield f"the feed {url} is listed {count} times"
    for path in checked.seeds.paths:
        if not Path(path).exists():
            yield f"seeds.paths names {path}, which does not exist"
    if checked.store.synchronous != "FULL":
        yield "store.synchronous is NORMAL: the last articles may be lost when the power fails"
