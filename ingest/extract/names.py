"""Author lines -> people; agencies told apart from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ingest.extract.agencies import agency_named
from ingest.extract.plain import key, squeeze
from ingest.extract.wording import wording

_PREFIX: Final = re.compile(
    r"^(?:(?:ein (?:artikel|beitrag|bericht) )?von|by|par|por|written by"
    r"|(?:veröffentlicht|geschrieben|verfasst|posted|published) (?:von|by)"
    r"|text(?: von)?:|autor(?:in)?:|author:|redaktion:)\s+",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"\s*(?:;|\||,|\s+(?:und|and|et|y|e|og|och)\s+|\s&\s|\s/\s)\s*")
_NOISE: Final = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\((?:[^()]{0,60})\)$")
# Characters of a line read, as of a meta tag: looking for addresses takes the square of a word's length, and one of a
# million letters in JSON-LD took a quarter of an hour.
_MAX_LINE: Final = 2000
# Words longer than a name can be; a longer "author" is a sentence.
_MAX_WORDS: Final = 8


def agencies_of(stated: Iterable[str]) -> tuple[str, ...]:
    """Agencies among author lines."""
    parts = [part for line in stated for part in re.split(r"[,;/|]| und | and ", line)]
    return tuple(dict.fromkeys(agency for part in parts if (agency := agency_named(part))))


def people(stated: Iterable[str], publisher: str = "") -> tuple[str, ...]:
    """Names in author lines, in order, once each; the publisher's own name goes when a person remains."""
    found: dict[str, str] = {}
    for line in stated:
        for name in _split(squeeze(_NOISE.sub("", line[:_MAX_LINE]))):
            clean = _bare(_PREFIX.sub("", name).strip(" ,;:-\u2013|."))
            if clean and len(clean.split()) <= _MAX_WORDS and any(ch.isalpha() for ch in clean):
                found.setdefault(key(clean), clean)
    house = key(publisher)
    persons = [name for folded, name in found.items() if folded != house]
    return tuple(persons) or tuple(found.values())


def _bare(name: str) -> str:
    """A name without what says in its language that it is an author, where a whole name is left: "Di Maria" stays."""
    match = wording().by.match(name)
    rest = name[match.end() :] if match else ""
    return rest if len(rest.split()) > 1 or (len(rest) > 1 and rest[0].isalpha() and not rest.isascii()) else name


def _split(line: str) -> list[str]:
    parts = [part for part in _JOINT.split(_PREFIX.sub("", line)) if part]
    # "Surname, Given name" is one person: two single words.
    if len(parts) == 2 and "," in line and all(" " not in part for part in parts) and not any(map(agency_named, parts)):
        return [line]
    return parts
