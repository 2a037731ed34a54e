"""`ingest split`: articles leave their story and stay out."""

from __future__ import annotations

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import format_options
from ingest.cli.ruling import ruling_options, speak


@click.command(cls=Command)
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@ruling_options
@format_options("table", "json", "jsonl")
@pass_invocation
def split(invocation: Invocation, articles: tuple[str, ...], by: str | None, note: str, form: str | None) -> None:
    """Example: ingest split https://a.example/1 https://b.example/7 --note "last year's flood"

    These articles of one story, named by address, leave it and are kept apart from all that stay. Whether they make one
    story among themselves or several is decided from their texts. Articles that carry the same text word for word go
    along. Prints the number of the decision, with which `ingest undo` takes it back.

    Exit codes: 2 where nothing would be left, or an earlier merge says otherwise (its decision is named), 6 for an
    unknown address, 75 when the store stays busy.
    """
    from ingest.place import analyst

    speak(invocation, lambda placing, rules, said: analyst.split(placing, articles, rules, said), by=by, note=note,
          form=form)  # fmt: skip
