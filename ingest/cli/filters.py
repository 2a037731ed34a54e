"""The story filters that `stories` and `export` share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import click

from ingest.cli.numbers import NUMBER, NUMBER_OR_ZERO
from ingest.cli.times import When
from store.model import StoryFilter

_OPTIONS = (
    click.option(
        "--search", metavar="WORDS", help='Words of a story, or their beginnings; "words in quotes" stand together.'
    ),
    click.option("--since", type=When(), metavar="T", help="Seen since T: 2026-03-01, 7d, 12h, P1W."),
    click.option("--until", type=When(), metavar="T", help="First published until T."),
    click.option("--outlet", metavar="O", help="With an article of this outlet."),
    click.option("--language", metavar="L", help="With an article in this language, for example de."),
    click.option("--min-variants", type=NUMBER_OR_ZERO, default=0, metavar="N", help="With at least N variants."),
    click.option(
        "--sort",
        type=click.Choice(["latest", "largest", "growing"]),
        default="latest",
        help="latest published (the default), most articles, or most new articles within a day first.",
    ),
    click.option("--limit", type=NUMBER, metavar="N", help="At most N stories."),
)


def story_filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options above; the command gets `wanted`, a StoryFilter."""

    @wraps(command)
    def call(
        *args: Any,
        search: str | None,
        since: datetime | None,
        until: datetime | None,
        outlet: str | None,
        language: str | None,
        **more: Any,
    ) -> Any:
        wanted = StoryFilter(
            search=search, since=since, until=until, outlet=outlet, language=language,
            min_variants=more.pop("min_variants"), sort=more.pop("sort"), limit=more.pop("limit"),
        )  # fmt: skip
        return command(*args, wanted=wanted, **more)

    for option in reversed(_OPTIONS):
        call = option(call)
    return call
