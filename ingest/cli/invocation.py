"""What was said on the command line besides the command, and what follows from it: settings, store, clock, voice.

The global options are understood before and after the command: `ingest -q run` and `ingest run -q` are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.numbers import PATIENCE
from ingest.cli.output import write_line
from ingest.cli.progress import ProgressLine

if TYPE_CHECKING:
    from ingest.config import Config
    from ingest.settings import Loaded
    from store.base import Store

# Seconds a command waits for another process that holds the store, before it gives up with exit code 75.
DEFAULT_WAIT = 10.0


class Invocation:
    """One call of the command. Settings are loaded and the store is opened when first asked for."""

    def __init__(self, *, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.config_path: Path | None = None
        self.store_url: str | None = None
        self.quiet = False
        self.verbose = 0
        self.log_format: str | None = None
        self.color = "auto"
        self.wait = DEFAULT_WAIT

    @cached_property
    def loaded(self) -> Loaded:
        """Settings, the file they came from, and the base of its paths. Raises ConfigError."""
        from ingest.settings import load  # --help needs no settings

        return load(self.config_path, environ=self.environ, cwd=Path.cwd(), store=self.store_url)

    @property
    def config(self) -> Config:
        return self.loaded.config

    @property
    def store_file(self) -> Path:
        """The file of the store, there or not."""
        return Path(self.config.store.url.removeprefix("sqlite:///"))

    @cached_property
    def progress(self) -> ProgressLine:
        """How far the command is, on stderr; not with -q."""
        return ProgressLine(wanted=not self.quiet)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def open_store(self, *, read_only: bool = False, create: bool = True) -> Store:
        """The store of the settings, made where there is none unless told otherwise. Raises StoreError. Close it."""
        from store import open_store  # SQLAlchemy: 266 ms that other commands must not pay

        settings = self.config.store
        return open_store(
            settings.url, synchronous=settings.synchronous, wait=self.wait, read_only=read_only, create=create
        )

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store, open to read, closed at the end."""
        store = self.open_store(read_only=True)
        try:
            yield store
        finally:
            store.close()

    def start_logs(self) -> None:
        """Send log events to stderr: quiet errors, normally what the settings say, -v everything."""
        from ingest.logs import set_up  # as above

        level = "error" if self.quiet else "debug" if self.verbose else self.config.log.level
        set_up(form=self.log_format or self.config.log.format, level=level, stream=self.progress)

    def say(self, line: str) -> None:
        """A line for the person who called, on stderr; not with -q."""
        if not self.quiet:
            self.progress.clear()
            write_line(line)


pass_invocation = click.make_pass_decorator(Invocation)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """A callback that notes an option in the invocation; the one nearest to the end of the line wins."""

    def keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if param.name and ctx.get_parameter_source(param.name) is not click.core.ParameterSource.DEFAULT:
            setattr(ctx.find_object(Invocation), name, value)

    return keep


def _global_options(*, hidden: bool) -> list[click.Parameter]:
    def option(*names: str, note: str, **more: Any) -> click.Option:
        return click.Option(names, callback=_keep(note), expose_value=False, hidden=hidden, **more)

    return [
        option("-C", "--config", "config_path", note="config_path", metavar="FILE",
               type=click.Path(path_type=Path), help="Settings file (default: ./config.toml)."),
        option("--store", "store_url", note="store_url", metavar="URL", help="Store, for example sqlite:///news.db."),
        option("--wait", "wait_seconds", note="wait", metavar="SECONDS", type=PATIENCE,
               help=f"Wait this long for a busy store (default: {DEFAULT_WAIT:g})."),
        option("-q", "--quiet", "be_quiet", note="quiet", is_flag=True, help="Only errors on stderr."),
        option("-v", "--verbose", "verbosity", note="verbose", count=True, help="More on stderr; -vv with tracebacks."),
        option("--log-format", "log_form", note="log_format", type=click.Choice(["human", "json"]),
               help="How log lines are written."),
        option("--color", "color_when", note="color", type=click.Choice(["auto", "always", "never"]),
               help="Colours (default: auto; NO_COLOR is respected)."),
    ]  # fmt: skip


class Command(click.Command):
    """A command that understands the global options too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _global_options(hidden=True)

    def get_help_option_names(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return ["-h", "--help"]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  as above
        formatter.write_paragraph()
        formatter.write_text("-C, --store, --wait, -q, -v and the other options of `ingest --help` work here too.")


class Group(click.Group):
    """A group whose commands understand the global options."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _global_options(hidden=type(self) is Group)
