"""The agencies we know, from agencies.toml: their spellings, and which of them a short string names."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from ingest.extract.plain import key

# What separates the parts of a credit: "dpa/epd", "AFP, Reuters", "dpa und KNA", "AP | dpa".
_PARTS: Final = re.compile(r"\s*[/,;|+&]\s*|\s+(?:und|and|et|y|sowie)\s+|\s+[-–—]\s+")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_EDGE: Final = ' .,;:()[]"„“”»«'


@dataclass(frozen=True, slots=True)
class Credited:
    """What a credit such as "dpa/lno" or "falk/AFP" names."""

    agencies: tuple[str, ...]  # in the order printed, each once
    others: tuple[str, ...]  # parts that are neither an agency, nor a desk of one, nor somebody's initials


@dataclass(frozen=True, slots=True)
class Table:
    """agencies.toml, made ready for looking up."""

    short: dict[str, str]  # as printed -> name
    names: dict[str, str]  # folded -> name
    services: frozenset[str]
    releases: frozenset[str]  # services that pass on press releases
    spellings: str  # a regular expression for any agency
    begins: frozenset[str]  # first words of all spellings, folded
    unspaced: tuple[str, ...]  # spellings in scripts that put no spaces between words
    numbers: tuple[dict[str, str], ...]
    credits: tuple[dict[str, str], ...]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table, read once."""
    raw: dict[str, Any] = tomllib.loads(resources.files(__package__).joinpath("agencies.toml").read_text("utf-8"))
    short: dict[str, str] = {}
    names: dict[str, str] = {}
    for row in raw["agency"]:
        short |= dict.fromkeys(row.get("short", ()), row["name"])
        names |= dict.fromkeys((key(name) for name in (row["name"], *row.get("names", ()))), row["name"])
    # A name that is as short as a short form is read as printed, too: `sid` is an agency, `Sid` is a person.
    names = {name: agency for name, agency in names.items() if len(name) > 3}
    return Table(
        short=short,
        names=names,
        services=frozenset(service for row in raw["agency"] for service in row.get("services", ())),
        releases=frozenset(row["name"] for row in raw["agency"] if row.get("release")),
        spellings=_spellings(short, names),
        begins=frozenset(re.findall(r"\w+", spelling.casefold())[0] for spelling in (*short, *names)),
        unspaced=tuple(name for row in raw["agency"] for name in row.get("names", ()) if _UNSPACED.match(name)),
        numbers=tuple(raw["number"]),
        credits=tuple(raw["credit"]),
    )


def agency_named(text: str) -> str | None:
    """The agency that a short string names, and nothing else; None where it names none."""
    known = table()
    bare = text.strip(_EDGE)
    folded = key(bare).removeprefix("the ")
    return known.short.get(bare) or known.names.get(folded)


def credited(text: str) -> Credited:
    """The agencies of a credit, and who else is named in it."""
    services = table().services
    agencies: dict[str, None] = {}
    others: list[str] = []
    for part in filter(None, (part.strip(_EDGE) for part in _PARTS.split(text))):
        head = re.split(r"[\s-]", part, maxsplit=1)[0]
        if found := agency_named(part) or agency_named(head):
            agencies[found] = None
        elif part.casefold() not in services and not _initials(part):
            others.append(part)
    return Credited(tuple(agencies), tuple(others))


def _initials(part: str) -> bool:
    """Whether a part is the mark of an editor (`tei`, `kle`, `JK`) or a day."""
    return part[0].isdigit() or (len(part) <= 4 and part.isalpha() and (part.islower() or part.isupper()))


def _spellings(short: dict[str, str], names: dict[str, str]) -> str:
    """Any agency: short forms as they are, names in any case with spaces or hyphens between the words, "the" before."""
    said = sorted(names, key=len, reverse=True)
    written = "|".join(("" if _UNSPACED.match(name) else r"[\s-]+").join(map(re.escape, name.split())) for name in said)
    printed = "|".join(map(re.escape, sorted(short, key=len, reverse=True)))
    return rf"(?<!\w)(?:(?i:(?:the\s+)?(?:{written}))|{printed})(?!\w)"
