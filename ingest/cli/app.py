"""Which command, and how it ends: exit codes and the three lines of an error."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click
from click.shell_completion import CompletionItem

from ingest import __version__
from ingest.cli.invocation import Group, Invocation
from ingest.cli.output import one_line, write_error
from ingest.cli.streams import forget_output, prepare_streams
from ingest.errors import IngestError
from store.errors import StoreError

# Name -> what it does in a few words; the module and the click command in it have the same name.
COMMANDS = {
    "run": "Poll the feeds that are due, keep what is new.",
    "stories": "List stories, newest first.",
    "show": "One story: its articles, how they differ, its revisions.",
    "explain": "Why an article is in its story, or two are not together.",
    "merge": "Two stories are one: an analyst's word, which holds.",
    "split": "Articles leave their story and stay out.",
    "pin": "An article stands for its story, whatever the policy says.",
    "undo": "Take an analyst's decision back.",
    "recluster": "Recompute all stories, or say what would move.",
    "evaluate": "Precision and recall of the stories, against labels.",
    "export": "Everything out again, as JSON Lines, CSV or Parquet.",
    "extract": "Read the article out of a page.",
    "dedupe": "Find the stories in a file of articles, without a store.",
    "add": "Put single pages or files into the store.",
    "feeds": "The feeds: list, add, import, export, test, switch on and off.",
    "topic": "Does a text match the topic, and why?",
    "seeds": "The reference articles.",
    "config": "The settings: check, show, a file to begin with.",
    "db": "The store: check, figures, backup, upgrade.",
    "doctor": "Health of machine, settings and store.",
    "daemon": "Run again and again until it is stopped.",
    "completion": "Make the shell complete commands and options.",
    "demo": "A small newsroom on this machine, to see the whole job in seconds.",
}


class ReaderGone(Exception):
    """Whoever read our output has seen enough."""


class LazyGroup(Group):
    """Loads a command's module when the command is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"ingest.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101  the table above and the modules belong together
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            import difflib  # wanted for mistakes alone

            near = "".join(f" Did you mean '{name}'?" for name in difflib.get_close_matches(args[0], COMMANDS, n=1))
            ctx.fail(f"No such command '{args[0]}'.{near}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # By the table above: click would load every command to ask it for the first line of its help, an example.
        named = [CompletionItem(name, help=note) for name, note in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as exc:
            # Click would take it for its own and end with 1: `export articles | head` wrote more than a buffer.
            raise ReaderGone from exc

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="newsfold %(version)s")
def ingest() -> None:
    """Each news story once, with every version of it kept.

    \b
    ingest run                     poll, fetch, extract, find the story, keep
    ingest stories --since 1d      what was written since yesterday
    """


def run(args: list[str] | None = None) -> int:
    """Run one command and turn whatever happens into an exit code and at most three lines on stderr."""
    prepare_streams()
    invocation = Invocation(environ=os.environ)
    try:
        code = ingest.main(args=args, prog_name="ingest", standalone_mode=False, obj=invocation)
        sys.stdout.flush()
    except (BrokenPipeError, ReaderGone):
        forget_output()
        return 0
    except (KeyboardInterrupt, click.Abort):
        return 130
    except click.exceptions.NoArgsIsHelpError as exc:
        click.echo(exc.format_message(), err=True)
        return 2
    except click.UsageError as exc:
        path = exc.ctx.command_path if exc.ctx else "ingest"
        said = one_line(exc.format_message()).removesuffix(".")
        missing = said.startswith("Missing")  # an argument, an option's value, or the command itself
        write_error(said, where="command line", why=f"`{path}` needs it" if missing else f"`{path}` does not take this",
                    fix=f"see `{path} --help`")  # fmt: skip
        return 2
    except click.ClickException as exc:
        write_error(one_line(exc.format_message()), where="", why="", fix="see `ingest --help`")
        return exc.exit_code
    except (IngestError, StoreError) as exc:
        write_error(exc.what, where=exc.where, why=exc.why, fix=exc.fix)
        return _traced(invocation, exc.exit_code)
    except Exception as exc:  # noqa: BLE001  the last line of defence: a bug is reported in three lines as well
        write_error("unexpected failure", where=type(exc).__name__, why=one_line(str(exc)),
                    fix="call it again with -vv to see where, and report it")  # fmt: skip
        return _traced(invocation, 1)
    return code if isinstance(code, int) else 0


def _traced(invocation: Invocation, code: int) -> int:
    if invocation.verbose >= 2:
        import traceback  # wanted once in a blue moon

        traceback.print_exc()
    return code
