"""`ingest demo`: the whole job on a small newsroom of our own, on loopback."""

from __future__ import annotations

import io
import shlex
import shutil
import signal
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from ingest.cli.diff import Piece, word_diff
from ingest.cli.ending import stopped_by_signals
from ingest.cli.explain import two_in_words
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, colors_wanted, emit, one_line, plain
from ingest.cli.show import MEMBERS, render
from ingest.cli.stories import COLUMNS
from ingest.errors import UsageError
from store.model import StoryFilter

if TYPE_CHECKING:
    from ingest.demo.newsroom import Newsroom
    from store.base import Store

# Words of an unchanged passage that are shown on each side of a change: enough to see what the sentence is about.
CONTEXT = 4


@click.command(cls=Command)
@click.option("--keep", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Keep the store and its settings in this new folder.")  # fmt: skip
@pass_invocation
def demo(invocation: Invocation, keep: Path | None) -> int:
    """Example: ingest demo --keep demo, then ingest -C demo/config.toml stories

    Serves ten invented outlets on this machine alone, runs the ordinary job on them twice, two hours of news apart, and
    prints what became of it: stories, a revision, why two reports are two stories, what was refused. Needs no network.
    The store is made in a temporary folder and removed, unless --keep or --store says where it stays. The settings of
    config.toml and INGEST_* do not apply.
    """
    from ingest.demo.newsroom import Newsroom

    now, stop = invocation.now(), threading.Event()
    with stopped_by_signals(stop) as stopped, _folder(invocation, keep) as folder, Newsroom(now) as newsroom:
        file = folder / "config.toml"
        file.write_text(newsroom.settings(), encoding="utf-8")
        invocation.config_path, invocation.environ = file, {}
        _run(invocation, newsroom, stop)
        if not stopped[0]:
            with invocation.reading() as store:
                told = Report(invocation, newsroom, store).tell(keep)
            sys.stdout.write(told)
    return 130 if stopped[0] == signal.SIGINT else 0


@contextmanager
def _folder(invocation: Invocation, keep: Path | None) -> Iterator[Path]:
    """Where settings and store go: the folder to keep, which must be new or empty, else one that is removed."""
    if keep is None:
        # A worker that is still ending may hold the folder open for a moment; that is no reason to fail.
        with tempfile.TemporaryDirectory(prefix="newsfold-demo-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    if invocation.store_url is not None:
        raise UsageError(
            "--keep and --store name two places",
            why="--keep puts its own store into its folder",
            fix="leave one of them out",
        )
    try:
        keep.mkdir(parents=True, exist_ok=True)
        taken = next(keep.iterdir(), None)
    except OSError as exc:
        raise UsageError("the folder cannot be used", where=str(keep), why=exc.strerror or str(exc)) from exc
    if taken is not None:
        raise UsageError("the folder is not empty", where=str(keep), why=f"it holds {taken.name}",
                         fix="name a new folder, or remove this one")  # fmt: skip
    yield keep


def _run(invocation: Invocation, newsroom: Newsroom, stop: threading.Event) -> None:
    """Both rounds into a fresh store. Raises UsageError where the store is not fresh."""
    from ingest.demo.play import play
    from ingest.logs import set_up

    # The story is told below; single events are for those who ask.
    set_up(form=invocation.log_format or "human", level="info" if invocation.verbose else "error", stream=sys.stderr)
    store = invocation.open_store()
    try:
        if next(store.articles(), None) is not None:
            raise UsageError("the store is not empty", where=invocation.config.store.url,
                             why="invented news must not stand among real news", fix="name a new store")  # fmt: skip
        invocation.say(f"{len(newsroom.script.outlets)} invented outlets on 127.0.0.1; nothing leaves this machine")
        with store.cycle(wait=invocation.wait, holder="ingest demo"):
            rounds = play(newsroom, store, invocation.config, now=invocation.now(), stop=stop)
            for when, done in zip(("first round", "two hours later"), rounds, strict=False):
                invocation.say(f"{when}: {done.in_words()}")
    finally:
        store.close()


class Report:
    """What a reader sees in the end. Everything comes out of the store, through the renderers of the other commands."""

    def __init__(self, invocation: Invocation, newsroom: Newsroom, store: Store) -> None:
        self._invocation = invocation
        self._newsroom = newsroom
        self._store = store
        self._width = shutil.get_terminal_size((80, 24)).columns
        self._color = "always" if colors_wanted(invocation.color, sys.stdout) else "never"
        # Written in one go in the end: a reader that has seen enough (`| head`) interrupts nothing.
        self._told = io.StringIO()

    def tell(self, keep: Path | None) -> str:
        """All of it, in the order in which one would ask."""
        self._stories()
        self._story()
        self._revision()
        self._apart()
        self._refused()
        self._next(keep)
        return self._told.getvalue()

    def _line(self, text: str = "", indent: str = "") -> None:
        """One line of text, broken at the terminal's width."""
        width = max(self._width, len(indent) + 10)
        for part in textwrap.wrap(one_line(text), width, initial_indent=indent, subsequent_indent=indent + "  ",
                                  break_on_hyphens=False) or [""]:  # fmt: skip
            self._told.write(part + "\n")

    def _heading(self, text: str) -> None:
        self._line()
        self._line(f"# {text}")

    def _table(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *headings: str) -> None:
        chosen = [column for column in columns if (column.heading or "relation") in headings]
        emit(rows, form="table", columns=chosen, color=self._color, to=self._told)

    def _stories(self) -> None:
        rows = list(self._store.stories(StoryFilter(sort="largest")))
        articles = sum(row["articles"] for row in rows)
        outlets = {outlet for row in rows for outlet in row["outlets"]}
        self._heading(f"{articles} articles from {len(outlets)} outlets became {len(rows)} stories")
        self._table(rows, COLUMNS, "story", "articles", "outlets", "title")
        found: dict[int, set[str]] = {}
        for article in self._store.articles():
            found.setdefault(article["story_id"], set()).add(article["url"])
        truth = self._newsroom.stories()
        right = sum(len(urls) for urls in found.values() if urls in truth)
        self._line(f"{right} of {articles} stand in exactly the story that the newsroom's script gives them.")

    def _story(self) -> None:
        article = self._article("freighter")
        story = self._store.story(article["story_id"]) or {}
        self._heading(f"story {article['story_id']}: one agency report and its variants")
        self._table(story["members"], MEMBERS, "relation", "copied", "of canonical", "published", "states", "outlet")

    def _revision(self) -> None:
        url = self._newsroom.address("freighter")
        states = [state for state in self._store.revisions() if state["url"] == url]
        if len(states) < 2:
            return
        before, after = states[0], states[-1]
        self._heading(f"the agency changed its text: {plain(after['changes'])}")
        pieces = shortened(word_diff(before["text"], after["text"]))
        self._line(render(pieces, colored=False), "  ")

    def _apart(self) -> None:
        from ingest.explain import explain_two

        one, other = (self._newsroom.address(name) for name in ("weather-1", "weather-2"))
        self._heading("why two weather reports are two stories, though most words are the same")
        found = explain_two(self._store, one, other, self._invocation.config.dedupe)
        brief = {"passages": (), "common": (), "weights": None, "left_out": None}
        for line in two_in_words(found | brief):
            self._line(line, "  " if line == line.lstrip() else "    ")
        roundup = self._article("roundup")
        held = ", ".join(str(reuse["story_id"]) for reuse in roundup["reuses"])
        self._line(f"The round-up (story {roundup['story_id']}) holds passages of stories {held}; no variant.", "  ")

    def _refused(self) -> None:
        rows = list(self._store.rejected())
        self._heading(f"{len(rows)} pages were refused (`export articles --rejected` has the whole evidence)")
        for row in rows:
            line = one_line(f"{row['reason']}: {urlsplit(row['url']).path}: {row['detail']}")
            room = max(self._width - 2, 10)
            self._told.write("  " + (line if len(line) <= room else line[: room - 1] + "…") + "\n")

    def _next(self, keep: Path | None) -> None:
        self._heading("next")
        url = self._invocation.store_url
        if keep is None and url is None:
            self._line("The store was temporary. To keep it and look around in it:", "  ")
            self._told.write("  ingest demo --keep demo && ingest -C demo/config.toml stories\n")
        else:
            where = f"-C {shlex.quote(str(keep / 'config.toml'))}" if keep else f"--store {shlex.quote(url or '')}"
            story = self._article("freighter")["story_id"]
            for command in ("stories", f"show {story} --diff all", f"explain {self._newsroom.address('roundup')}"):
                self._told.write(f"  ingest {where} {command}\n")
        self._line("Your own news: put feeds and terms into config.toml, then: ingest run", "  ")

    def _article(self, name: str) -> dict[str, Any]:
        return self._store.article(self._newsroom.address(name)) or {}


def shortened(pieces: Sequence[Piece]) -> list[Piece]:
    """The changes with some words around them; what lies farther away is left out, as `…`."""
    short: list[Piece] = []
    for place, piece in enumerate(pieces):
        words = piece.text.split()
        if piece.op != "same" or len(words) <= 2 * CONTEXT + 1:
            short.append(piece)
            continue
        head = words[:CONTEXT] if place else []
        tail = words[-CONTEXT:] if place < len(pieces) - 1 else []
        short.append(Piece("same", " ".join([*head, "…", *tail])))
    return short
