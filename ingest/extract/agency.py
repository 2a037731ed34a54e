"""Which agency a text comes from, read from datelines, credit lines and agency numbers before they are cut.

The wording is data (agencies.toml), each with its reason. Only places count where a source is credited: a text that
reports what an agency reported mentions it in its sentences, and is not its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, cast

from ingest.extract.agencies import Credited, agency_named, credited, table
from ingest.extract.plain import key

Credit = Literal["full", "partial", "release"]

# Characters of a paragraph's beginning in which a dateline stands, and of words before it: a place, a state, a day.
_DATELINE_CHARS: Final = 110
_DATELINE_WORDS: Final = 8
# Characters of a block that can be a credit line, of one near the headline, and of one with a sentence about the text.
_LINE_CHARS: Final = 90
_BYLINE_CHARS: Final = 160
_NOTE_CHARS: Final = 400
# Characters at the end of a paragraph in which a credit stands.
_END_CHARS: Final = 60
# Characters at the end of a paragraph in which an item's number is looked for.
_NUMBER_CHARS: Final = 200
_WORD: Final = re.compile(r"\w+")
_PHOTO: Final = re.compile(
    r"\b(?:fotos?|bild(?:er)?|photos?|images?|grafik|symbolbild|archiv(?:bild|foto)?|video|screenshot)\b\s*[:©(]"
    r"|^(?:foto|bild|photo|image|grafik|symbolbild|archiv)|picture[- ]alliance|getty|imago|\bphoto(?:grapher)?\b",
    re.IGNORECASE,
)
_ENDING: Final = {"end": r"\s*$"}
# Small words in the name of a place and a day: "Rothenburg ob der Tauber", "Madrid, 3 may". A sentence has more.
_SMALL_WORDS: Final = 2
# What may follow a dateline's bracket.
_AFTER: Final = ("-", "–", "—", ":", ".", "―")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who a text is credited to. `agency` is the first of `agencies`; `number` is printed as it stands in the text."""

    agency: str | None = None
    number: str | None = None
    credit: Credit | None = None  # None where no agency is credited
    agencies: tuple[str, ...] = ()
    basis: str = ""  # the name of the pattern in agencies.toml; "author" or "metadata" for what the page's head says


@dataclass(frozen=True, slots=True)
class _Pattern:
    name: str
    where: str
    says: Credit
    match: re.Pattern[str]


def agency_of(
    paragraphs: Sequence[str],
    *,
    authors: Sequence[str] = (),
    lines: Sequence[str] = (),
    sources: Sequence[str] = (),
    people: Sequence[str] = (),
) -> Attribution:
    """Who a text is credited to. Photo credits do not count.

    `paragraphs`: the page's blocks with its credit lines still in place. `authors`: agencies among the stated authors.
    `lines`: short lines near the headline. `sources`: what the page's head names as source, provider or publisher.
    `people`: the stated authors; a person of the house beside a mere credit makes it partial.

    Order of evidence: the agency's own number, a dateline, credit lines, the stated author, the head, the end of the
    text, a note on its making.
    """
    number, by_number = _number(paragraphs)
    found = _dateline(paragraphs) or _line([*paragraphs[:6], *paragraphs[-8:]], _LINE_CHARS, people)
    found = found or _of_authors(authors) or _line(_uncaptioned(lines), _BYLINE_CHARS, people) or _of_sources(sources)
    found = found or _end(paragraphs) or _note([*paragraphs[:2], *paragraphs[-6:]], lines)
    if by_number is not None:
        rest = tuple(agency for agency in found.agencies if agency != by_number) if found else ()
        return Attribution(by_number, number, "full", (by_number, *rest), "number")
    if found is None:
        return Attribution(number=number)
    # Where the house itself is the agency, its authors are the agency's.
    house = {agency for source in sources for agency in credited(source).agencies}
    own = found.basis in ("bracket", "place", "dash", "author-of-agency") or found.agency in house
    shared = not own and any(map(_person, people))
    if found.credit == "full" and (shared or len(found.agencies) > 1):
        found = Attribution(found.agency, None, "partial", found.agencies, found.basis)
    if found.agency in table().releases:
        found = Attribution(found.agency, None, "release", found.agencies, found.basis)
    return found


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    spellings = table().spellings
    before, after = r"(?:[\w.-]{2,20}\s?/\s?){0,3}", r"(?:\s?[/+]\s?[\w. -]{1,24}?|-\w{2,12}){0,3}"
    desks = f"{before}{spellings}{after}"
    return tuple(
        _Pattern(
            row["name"],
            row["where"],
            cast("Credit", row["says"]),
            re.compile(row["match"].replace(r"\A", desks).replace(r"\a", spellings) + _ENDING.get(row["where"], "")),
        )
        for row in table().credits
    )


@lru_cache(maxsize=1)
def _numbers() -> tuple[tuple[re.Pattern[str], str | None], ...]:
    return tuple((re.compile(row["match"], re.IGNORECASE), row.get("agency")) for row in table().numbers)


def _named(text: str) -> bool:
    """Whether any agency may be named: 3 microseconds a line, the patterns take twenty times as long."""
    known = table()
    return not known.begins.isdisjoint(_WORD.findall(text.casefold())) or any(name in text for name in known.unspaced)


def _number(paragraphs: Sequence[str]) -> tuple[str | None, str | None]:
    """The item's number as printed, and whose it is."""
    for pattern, agency in _numbers():
        for paragraph in (*paragraphs[-6:], *paragraphs[:3]):
            if match := pattern.search(paragraph[-_NUMBER_CHARS:]):
                return match[1], agency or agency_named(match[2].upper()) or agency_named(match[2])
    return None, None


def _said(pattern: _Pattern, match: re.Match[str]) -> Attribution | None:
    """What a match credits; the groups that matched hold the names."""
    named: Credited = credited(", ".join(group for group in match.groups() if group))
    if not named.agencies:
        return None
    says: Credit = "partial" if pattern.says == "full" and named.others else pattern.says
    return Attribution(named.agencies[0], None, says, named.agencies, pattern.name)


def _where(place: str) -> Iterator[_Pattern]:
    return (pattern for pattern in _patterns() if pattern.where == place)


def _dateline(paragraphs: Sequence[str]) -> Attribution | None:
    """An agency where only a place and a day stand before it, and not a sentence."""
    for text in (paragraph[:_DATELINE_CHARS] for paragraph in paragraphs[:4]):
        if not _named(text) or _PHOTO.search(text[:60]):
            continue
        for pattern in _where("dateline"):
            for match in pattern.match.finditer(text):
                if _is_dateline(text, match.start(), match.end()) and (found := _said(pattern, match)):
                    return found
    return None


def _is_dateline(text: str, start: int, end: int) -> bool:
    before, after = text[:start].strip(" -–—,."), text[end:].lstrip()
    if not before:
        return bool(after)  # an agency alone in a block is a credit line
    words = before.split()
    return (
        len(words) <= _DATELINE_WORDS
        and (before[0].isupper() or before[0].isdigit())
        and (after.startswith(_AFTER) or text[:end].rstrip().endswith(_AFTER) or before.isupper() or len(words) <= 2)
        and sum(word.isalpha() and word.islower() for word in words) <= _SMALL_WORDS
    )


def _line(lines: Sequence[str], longest: int, people: Sequence[str]) -> Attribution | None:
    """A whole line that is nothing but a credit."""
    for line in lines:
        text = line.strip()
        if not 1 < len(text) <= longest or not _named(text) or _PHOTO.search(text):
            continue
        for pattern in _where("line"):
            match = pattern.match.fullmatch(text)
            # "Al Goldis, Associated Press" below a picture is its photographer: an author is named as one elsewhere.
            if match is None or (pattern.name == "author-of-agency" and not _author(text, people)):
                continue
            if found := _said(pattern, match):
                return found
    return None


def _uncaptioned(lines: Sequence[str]) -> list[str]:
    """The lines without those that end a picture's caption: "Parcels at the border. dpa"."""
    return [
        line
        for line in lines
        if _named(line) and not any(_ends_sentence(other.removesuffix(line)) for other in lines if other.endswith(line))
    ]


def _ends_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?"))


def _author(line: str, people: Sequence[str]) -> bool:
    folded = key(line)
    return folded.startswith("by ") or any(key(person) in folded for person in people if _person(person))


def _of_authors(authors: Sequence[str]) -> Attribution | None:
    return Attribution(authors[0], None, "full", tuple(authors), "author") if authors else None


def _of_sources(sources: Sequence[str]) -> Attribution | None:
    named = [found for source in sources if len(source) <= _LINE_CHARS and not (found := credited(source)).others]
    agencies = tuple(dict.fromkeys(agency for each in named for agency in each.agencies))
    return Attribution(agencies[0], None, "full", agencies, "metadata") if agencies else None


def _end(paragraphs: Sequence[str]) -> Attribution | None:
    """A credit behind the last sentence."""
    for text in (paragraph[-_END_CHARS:].rstrip() for paragraph in reversed(paragraphs[-4:])):
        if not _named(text) or _PHOTO.search(text):
            continue
        for pattern in _where("end"):
            if (match := pattern.match.search(text)) and (found := _said(pattern, match)):
                return found
    return None


def _note(paragraphs: Sequence[str], lines: Sequence[str]) -> Attribution | None:
    """A sentence about how the text was made."""
    for text in (*reversed(paragraphs), *lines):
        if len(text) > _NOTE_CHARS or not _named(text) or _PHOTO.match(text):
            continue
        for pattern in _where("note"):
            if (match := pattern.match.search(text)) and (found := _said(pattern, match)):
                return found
    return None


def _person(name: str) -> bool:
    """Whether an author is a person, and no agency, desk or house."""
    words = name.split()
    return (
        2 <= len(words) <= 5
        and agency_named(name) is None
        and all(word[:1].isupper() for word in (words[0], words[-1]))
    )
