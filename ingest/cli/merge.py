"""`ingest merge`: two stories are one."""

from __future__ import annotations

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.numbers import NUMBER
from ingest.cli.output import format_options
from ingest.cli.ruling import ruling_options, speak


@click.command(cls=Command)
@click.argument("story", type=NUMBER)
@click.argument("other", type=NUMBER, metavar="STORY")
@ruling_options
@format_options("table", "json", "jsonl")
@pass_invocation
def merge(invocation: Invocation, story: int, other: int, by: str | None, note: str, form: str | None) -> None:
    """Example: ingest merge 812 815 --note "one release, two translations"

    Two stories are one from now on, whatever later evidence says. The older number stays, the other leads there; copies
    of either that come later join. Works while a daemon runs. Prints the number of the decision, with which `ingest
    undo` takes it back.

    Exit codes: 2 where an earlier split says otherwise (its decision is named) or the two are one already, 6 for an
    unknown story, 75 when the store stays busy.
    """
    from ingest.place import analyst

    speak(invocation, lambda placing, rules, said: analyst.merge(placing, story, other, rules, said), by=by, note=note,
          form=form)  # fmt: skip
