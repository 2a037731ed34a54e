"""Which agency a text comes from, read from datelines, credit lines and agency numbers before they are cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ingest.extract.names import AGENCIES, agency_named

# As printed by the German agencies' systems: "dpa-infocom, dpa:240101-99-123456/4", "dpa:240101-930-123/1".
_NUMBER: Final = re.compile(r"\b((dpa|epd|afp|apa|kna|sid)(?:-\w+)?:\d{6}-\d{1,3}-\d{3,9}/\d{1,3})", re.IGNORECASE)
_SHORT: Final = "|".join(
    sorted({re.escape(s) for names in AGENCIES.values() for s in names if len(s) < 28}, key=len, reverse=True)
)
# "(dpa)", "(dpa/lno)", "(AFP) -", "BERLIN (Reuters) –"
_BRACKET: Final = re.compile(
    rf"[(\[]\s*((?:[\w.-]{{2,14}}/)?(?:{_SHORT})(?:[/,-][\w .-]{{2,18}}){{0,3}})\s*[)\]]", re.IGNORECASE
)
# "dpa", "/dpa", "bos/news.de/dpa", "dpa/AFP", "mit dpa", "Quelle: dpa"
_LINE: Final = re.compile(
    rf"^(?:(?:quelle|source|text|agentur)n?\s*:\s*|mit\s+|©\s*)?/?(?:[\w.äöü-]{{2,14}}[/,]\s?)*({_SHORT})(?:[/,-][\w.äöü-]{{2,14}})*\.?$",
    re.IGNORECASE,
)
_WITH: Final = re.compile(
    rf"\b(?:mit (?:material|informationen|agenturmaterial|inhalten)(?: der| von| des)*(?: nachrichtenagentur(?:en)?)?"
    rf"|(?:with )?(?:reporting|files|additional reporting|information|material) (?:by|from)(?: the)?"
    rf"|this (?:article|report|story) (?:was|is|has been) (?:\w+ ){{0,6}}(?:by|from)(?: the)?)\s+\"?({_SHORT})\b",
    re.IGNORECASE,
)
# "SEOUL, Nov. 3 (Yonhap) --" and "BERLIN (AP) —": the dateline stands in the first words of the text.
_DATELINE_CHARS: Final = 90
_PHOTO: Final = re.compile(
    r"^(?:foto|bild|photo|image|grafik|symbolbild|archiv)|picture[- ]alliance|(?:foto|bild|photo)s?\s*:", re.IGNORECASE
)


def agency_of(paragraphs: Sequence[str], authors: Sequence[str] = ()) -> tuple[str | None, str | None]:
    """(agency, its number as printed) of a text with its credit lines still in place. Photo credits do not count.

    Order of evidence: the agency's own number, a dateline, a credit line at the edges, a named author, "with
    material from".
    """
    number = next((m for p in [*paragraphs[-6:], *paragraphs[:3]] if (m := _NUMBER.search(p))), None)
    printed = number[1] if number else None
    lines = [p for p in paragraphs if len(p) < 400 and not _PHOTO.search(p)]
    found = agency_named(number[2]) if number else None
    found = found or _bracketed(paragraphs) or _credited([*lines[:4], *lines[-6:]])
    if not found and authors:
        found = authors[0]
    if not found:
        match = next((m for p in [*paragraphs[-6:], *paragraphs[:2]] if (m := _WITH.search(p))), None)
        found = agency_named(match[1]) if match else None
    return found, printed


def _bracketed(paragraphs: Sequence[str]) -> str | None:
    """An agency in brackets in a dateline, or as the last word of the text."""
    ends = [p[:_DATELINE_CHARS] for p in paragraphs[:4]] + [p[-40:] for p in paragraphs[-4:]]
    for place, text in enumerate(ends):
        for match in _BRACKET.finditer(text):
            dateline = place < len(paragraphs[:4])
            if dateline and not _is_dateline(text, match.start(), match.end()):
                continue
            if not dateline and match.end() < len(text.rstrip(" .")):
                continue
            if found := _agency_in(match[1]):
                return found
    return None


def _is_dateline(text: str, start: int, end: int) -> bool:
    """Whether only a place and a day stand before the bracket, and not a sentence."""
    before, after = text[:start].strip(" -–—,."), text[end:].lstrip()
    if not before:
        return True
    return (
        len(before.split()) <= 8
        and (before[0].isupper() or before[0].isdigit())
        and (after[:1] in ("-", "–", "—", ":", ".") or before.isupper() or len(before.split()) <= 2)
    )


def _credited(lines: Sequence[str]) -> str | None:
    for line in lines:
        if len(line) < 80 and (match := _LINE.match(line.strip("() "))):
            return _agency_in(match[0]) or agency_named(match[1])
    return None


def _agency_in(text: str) -> str | None:
    """The first agency among the parts of a slashed credit."""
    whole = agency_named(text)
    return whole or next((a for part in re.split(r"[/,:]|\s-\s|\bmit\b", text) if (a := agency_named(part))), None)
