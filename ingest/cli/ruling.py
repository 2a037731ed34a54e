"""What the commands of an analyst share: who says it and why, the transaction, and what is told of the effect."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from ingest.cli.invocation import Invocation
from ingest.cli.output import chosen, emit_one, shown

if TYPE_CHECKING:
    from ingest.config import Dedupe
    from ingest.place.analyst import Effect, Said
    from store.base import Placing

Act = Callable[["Placing", "Dedupe", "Said"], "Effect"]

# Articles that are named one by one; the JSON has them all.
SHOWN = 20


def ruling_options(command: Any) -> Any:
    """`--note` and `--by`."""
    note = click.option("--note", metavar="TEXT", default="", help="Why, for whoever reads it later.")
    by = click.option("--by", metavar="NAME", help="Who says so (default: the name you are logged in with).")
    return note(by(command))


def speak(invocation: Invocation, act: Act, *, by: str | None, note: str, form: str | None) -> None:
    """Do it in one transaction, also while a daemon runs, and say what became of it. Raises StoreBusy after --wait."""
    from ingest.dedupe.fingerprint import scheme
    from ingest.place.analyst import Said

    said = Said(who=by or _login(), note=note, now=invocation.now())
    store = invocation.open_store(create=False)
    try:
        store.claim_scheme(scheme())
        with store.placing() as placing:
            effect = act(placing, invocation.config.dedupe, said)
    finally:
        store.close()
    if chosen(form) != "table":
        moved = [{"url": url, "from": before, "to": now} for url, before, now in effect.moved]
        emit_one({**asdict(effect), "by": said.who, "note": note or None, "moved": moved})
        return
    for line in in_words(effect):
        click.echo(shown(line))


# A ruling by the name of the command that makes it; the store has other words, since `merged` and `split` are what the
# machine does.
_WORDS: Final[Mapping[str, str]] = {"tied": "merge", "parted": "split", "pinned": "pin", "undone": "undo"}


def in_words(effect: Effect) -> list[str]:
    """The effect for a person."""
    stories = " and ".join(str(story) for story in effect.stories)
    what = f"{_WORDS[effect.kind]} of decision {effect.undoes}" if effect.undoes else _WORDS[effect.kind]
    lines = [f"decision {effect.decision}: {what}; story {stories}"]
    lines += [f"  {url}: story {before} -> {now}" for url, before, now in effect.moved[:SHOWN]]
    if len(effect.moved) > SHOWN:
        lines.append(f"  and {len(effect.moved) - SHOWN} more")
    return [*lines, f"to take it back: ingest undo {effect.decision}"]


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a process whose user has no name, as in a container
        return "unknown"
