"""What the newsroom publishes and what should become of it, read from newsroom.toml. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import msgspec

FeedKind = Literal["rss", "atom", "rdf", "json", "sitemap"]
Look = Literal["wire", "modern", "classic", "bare", "notice", "paid"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what newsroom.toml holds: unknown keys are refused."""


class Topic(Entry, frozen=True):
    """The topic that the newsroom writes about; see `[topic]` in the settings."""

    name: str
    terms: list[list[str]]


class Outlet(Entry, frozen=True):
    """One outlet: what it is (see `[[outlets]]` in the settings), the format of its feed, the template of its pages."""

    name: str
    feed: FeedKind
    look: Look
    kind: Literal["publisher", "agency"] = "publisher"
    language: str = "de"


class Later(Entry, frozen=True):
    """The later state of a page."""

    title: str
    swap: list[tuple[str, str]]


class Sheet(Entry, frozen=True):
    """One page as it is written down: its own text, or how it was made from another page's."""

    id: str
    outlet: str
    path: str
    title: str
    hours: float  # published so many hours before the demo's present
    late: bool = False  # appears in the second round only
    story: str | None = None  # its lineage; None: it is refused
    refused: str | None = None  # why
    look: Look | None = None  # where it differs from its outlet's
    language: str | None = None
    text: str = ""
    copy: str | None = None
    copy_later: bool = False
    keep: list[int] = []
    swap: list[tuple[str, str]] = []
    lead: str = ""
    add: str = ""
    later: Later | None = None


class _File(Entry, frozen=True):
    topic: Topic
    outlets: list[Outlet]
    pages: list[Sheet]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a page, as printed."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One page with all its states. `states[1]`, where there is one, is shown from the second round on."""

    sheet: Sheet
    outlet: Outlet
    states: tuple[State, ...]

    @property
    def look(self) -> Look:
        return self.sheet.look or self.outlet.look

    @property
    def language(self) -> str:
        return self.sheet.language or self.outlet.language

    def shown(self, second: bool) -> State | None:  # noqa: FBT001  there are two rounds, and this names one
        """What the page says in the first or second round; None where it is not there yet."""
        if self.sheet.late and not second:
            return None
        return self.states[-1] if second else self.states[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All that the newsroom publishes."""

    topic: Topic
    outlets: tuple[Outlet, ...]
    publications: tuple[Publication, ...]

    def of(self, outlet: str) -> list[Publication]:
        """An outlet's pages, in the order of the script."""
        return [one for one in self.publications if one.sheet.outlet == outlet]


def load() -> Script:
    """The script as shipped."""
    return read(resources.files(__package__).joinpath("newsroom.toml").read_text("utf-8"))


def read(text: str) -> Script:
    """A script from TOML. Raises msgspec.ValidationError, or KeyError/ValueError where a page cannot be made."""
    file = msgspec.convert(tomllib.loads(text), _File)
    outlets = {outlet.name: outlet for outlet in file.outlets}
    states: dict[str, tuple[State, ...]] = {}
    for sheet in file.pages:
        states[sheet.id] = _states(sheet, states)
    publications = (
        Publication(sheet=sheet, outlet=outlets[sheet.outlet], states=states[sheet.id]) for sheet in file.pages
    )
    return Script(topic=file.topic, outlets=tuple(file.outlets), publications=tuple(publications))


def _states(sheet: Sheet, known: Mapping[str, Sequence[State]]) -> tuple[State, ...]:
    """The first state of a page, and its later one where there is one."""
    paragraphs = _lines(sheet.text)
    if sheet.copy is not None:
        copied = known[sheet.copy][-1 if sheet.copy_later else 0].paragraphs
        paragraphs = tuple(copied[n - 1] for n in sheet.keep) if sheet.keep else copied
    paragraphs = (*_lines(sheet.lead), *swapped(paragraphs, sheet.swap), *_lines(sheet.add))
    first = State(title=sheet.title, paragraphs=paragraphs)
    if sheet.later is None:
        return (first,)
    return first, State(title=sheet.later.title, paragraphs=swapped(paragraphs, sheet.later.swap))


def swapped(paragraphs: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The paragraphs with each old passage replaced by the new. Raises ValueError where an old one does not occur."""
    text = "\n".join(paragraphs)
    for old, new in pairs:
        if old not in text:
            raise ValueError(f"the passage to replace does not occur: {old!r}")
        text = text.replace(old, new)
    return _lines(text)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
