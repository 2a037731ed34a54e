"""`ingest completion`: what makes a shell complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ingest.cli.invocation import Command

# Set by the shell's script while it asks for completions; the root command answers before it does anything else.
VARIABLE = "_INGEST_COMPLETE"


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Example: ingest completion bash >> ~/.bashrc

    Shell completion. For zsh: >> ~/.zshrc; for fish: > ~/.config/fish/completions/ingest.fish

    Prints the script that makes the shell complete commands, options and their choices (bash 4.4 or newer).
    """
    from ingest.cli.app import ingest

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  click knows the three shells above
    click.echo(kind(ingest, {}, "ingest", VARIABLE).source())
