"""Agencies and their numbers are read from credit lines, datelines and authors; who is merely mentioned is not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.extract.agencies import agency_named, credited, table
from ingest.extract.agency import agency_of
from ingest.extract.language import language_of
from tests.extract.pages import LINKED_DATA, PARAGRAPHS, page, paragraphs, read

FIRST, LAST = PARAGRAPHS[0], PARAGRAPHS[-1]


@pytest.mark.parametrize(
    ("first", "last", "agency", "number"),
    [
        ("Oberwiesel (dpa) - Der Rat hat getagt.", LAST, "dpa", None),
        ("Oberwiesel (dpa/lno) - Der Rat hat getagt.", LAST, "dpa", None),
        ("Oberwiesel/Niederwiesel (dpa-infocom) – Der Rat hat getagt.", LAST, "dpa", None),
        ("SEOUL, May 3 (Yonhap) -- The council met.", LAST, "Yonhap", None),
        ("PYONGYANG, May 3 (KCNA) -- The council met.", LAST, "KCNA", None),
        ("MOSCOW, May 3. /TASS/. The council met.", LAST, "TASS", None),
        ("BERLIN (Reuters) – Der Rat hat getagt.", LAST, "Reuters", None),
        ("(Reuters) - Der Rat hat getagt.", LAST, "Reuters", None),
        ("HADDOCK, Wis. (AP) — The council met.", LAST, "AP", None),
        ("Madrid, 3 may (EFE).- El consejo.", LAST, "EFE", None),
        ("KYIV, Ukrinform – The council met.", LAST, "Ukrinform", None),
        ("Oberwiesel (Keystone-SDA) Der Rat hat getagt.", LAST, "Keystone-SDA", None),
        (FIRST, "© dpa-infocom, dpa:240513-99-123456/4", "dpa", "dpa:240513-99-123456/4"),
        (FIRST, "dpa-infocom, dpa:260301-930-123456/1", "dpa", "dpa:260301-930-123456/1"),
        (FIRST, "(AEN20260303000100315)", "Yonhap", "AEN20260303000100315"),
        (FIRST, "dpa", "dpa", None),
        (FIRST, "falk/AFP", "AFP", None),
        (FIRST, "SDA/sep", "Keystone-SDA", None),
        (FIRST, "Quelle: epd", "epd", None),
        (FIRST, "© AFP", "AFP", None),
        (FIRST, "By REUTERS", "Reuters", None),
        (FIRST, "Der Rat tagt im Juni wieder. (KNA)", "KNA", None),
        (FIRST, "Der Rat tagt im Juni wieder. (stro, APA)", "APA", None),
        (FIRST, "Der Rat tagt im Juni wieder. (APA, red, 25.7.2025)", "APA", None),
        (FIRST, "Der Rat tagt im Juni wieder. dpa/lno", "dpa", None),
        (FIRST, "This report was written by Reuters and has not been edited.", "Reuters", None),
    ],
)
def test_the_text_is_the_agencys(first: str, last: str, agency: str, number: str | None) -> None:
    """A dateline, a credit line or the agency's own number makes the text the agency's."""
    found = agency_of([first, *PARAGRAPHS[1:-1], last])
    assert (found.agency, found.number, found.credit) == (agency, number, "full")


@pytest.mark.parametrize(
    ("first", "last", "agencies"),
    [
        ("Oberwiesel (dpa/AFP) - Der Rat hat getagt.", LAST, ("dpa", "AFP")),
        ("Wien (APA/dpa/Reuters) - Der Rat hat getagt.", LAST, ("APA", "dpa", "Reuters")),
        (FIRST, "/talbote.de/dpa", ("dpa",)),
        (FIRST, "dpa/epd", ("dpa", "epd")),
        (FIRST, "Mit Material von dpa", ("dpa",)),
        (FIRST, "Mit Informationen der Nachrichtenagenturen dpa und KNA.", ("dpa", "KNA")),
        (FIRST, "Von Jorinde Falk, mit Material von AFP", ("AFP",)),
        (FIRST, "Jorinde Falk mit dpa", ("dpa",)),
        (FIRST, "mit dpa", ("dpa",)),
        (FIRST, "Das sei offen, hieß es. (TB mit dpa)", ("dpa",)),
        (FIRST, "With reporting by the Associated Press", ("AP",)),
        (FIRST, "With files from The Associated Press and Jorinde Falk", ("AP",)),
    ],
)
def test_the_agency_lent_material(first: str, last: str, agencies: tuple[str, ...]) -> None:
    """Material of an agency, several agencies, or a house beside one: a partial credit, with all of them."""
    found = agency_of([first, *PARAGRAPHS[1:-1], last])
    assert (found.agency, found.agencies, found.credit) == (agencies[0], agencies, "partial")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, LAST),
        (FIRST, "Foto: picture alliance/dpa"),
        (FIRST, "Der Fluss bei Oberwiesel. Foto: Falk/dpa"),
        (FIRST, "AP Photo/Jorinde Falk"),
        (FIRST, "Der Sprecher der Agentur Reuters (links) war auch da."),
        ("Das teilte die Nachrichtenagentur KCNA am Montag mit.", LAST),
        ("Wie die Nachrichtenagentur Yonhap (Seoul) berichtet, hat der Rat getagt.", LAST),
        ("Oberwiesel hat getagt, meldet Yonhap (Montag).", LAST),
        ("Das sagte die Bürgermeisterin am Sonntag der Nachrichtenagentur AFP.", LAST),
        ("Der Rat hat nach einem Bericht der Agentur (dpa) - anders als geplant - noch nicht getagt.", LAST),
        (FIRST, "Niemand antwortete auf Fragen der dpa."),
        (FIRST, "A spokesman declined to comment, citing information from Reuters."),
        (FIRST, "A memo seen by Reuters says so."),
        (FIRST, "This report was seen by Reuters before the council met."),
        (FIRST, "Reuters: „Der Rat tagt“"),
        (FIRST, "Can the council sing? It’s Complicated [Bloomberg]"),
        (FIRST, "Sid"),
        (FIRST, "Er gehört zur Partei Tehreek-e-Insaf (PTI)"),
    ],
)
def test_who_is_mentioned_is_no_source(first: str, last: str) -> None:
    """A text about what an agency reported, and a picture's credit, make no attribution."""
    assert agency_of([first, *PARAGRAPHS[1:-1], last]).agency is None


SPELLINGS = {
    "dpa": ("dpa", "Deutsche Presse-Agentur"),
    "AFP": ("AFP", "Agence France-Presse"),
    "Reuters": ("Reuters", "rtr"),
    "AP": ("AP", "The Associated Press"),
    "KNA": ("KNA", "Katholische Nachrichten-Agentur"),
    "epd": ("epd", "Evangelischer Pressedienst"),
    "SID": ("SID", "Sport-Informations-Dienst"),
    "APA": ("APA", "Austria Presse Agentur"),
    "Yonhap": ("Yonhap", "Yonhap News Agency"),
    "KCNA": ("KCNA", "Korean Central News Agency"),
    "TASS": ("TASS", "ITAR-TASS"),
}


@pytest.mark.parametrize(("agency", "said"), [(name, said) for name in SPELLINGS for said in SPELLINGS[name]])
def test_every_agency_in_every_place(agency: str, said: str) -> None:
    """Dateline, credit line, end of the text, byline and JSON-LD credit each agency, short or written out."""
    for dateline in (
        f"Oberwiesel ({said}) - Der Rat hat getagt.",
        f"OBERWIESEL, May 3 ({said}) -- The council met.",
        f"Oberwiesel, {said} - Der Rat hat getagt.",
        f"Oberwiesel/{said} - Der Rat hat getagt.",
        f"OBERWIESEL, 3. Mai. /{said}/. Der Rat hat getagt.",
    ):
        assert _credited([dateline, *PARAGRAPHS[1:]]) == (agency, "full")
    for line in (
        *(said, f"({said})", f"Quelle: {said}", f"© {said} 2026", f"© 2026 {said}. Alle Rechte vorbehalten."),
        f"{LAST} ({said})",
    ):
        assert _credited([*PARAGRAPHS[:-1], line]) == (agency, "full")
    for byline in (f"Von {said}", f"By {said}", f"von {said} | 3. Mai 2026"):
        found = agency_of(PARAGRAPHS, lines=[byline])
        assert (found.agency, found.credit) == (agency, "full")
    for line in (
        f"Mit Material von {said}",
        f"mit {said}",
        f"mit Agenturmaterial ({said})",
        f"Quelle: talbote.de, {said}",
    ):
        assert _credited([*PARAGRAPHS, line]) == (agency, "partial")
    for where in ("author", "sourceOrganization", "publisher", "creditText"):
        value = said if where == "creditText" else {"@type": "Organization", "name": said}
        article = read(page(linked={**LINKED_DATA, "author": {"name": "Redaktion"}, where: value}))
        assert (article.agency, article.agency_credit) == (agency, "full")


def _credited(blocks: Sequence[str]) -> tuple[str | None, str | None]:
    found = agency_of(blocks)
    return found.agency, found.credit


def test_press_releases_are_told_from_reports() -> None:
    """A service that passes on press releases is credited as such."""
    found = agency_of([*PARAGRAPHS, "Original-Content von: Stadt Oberwiesel, übermittelt durch news aktuell"])
    assert (found.agency, found.credit) == ("ots", "release")
    assert agency_of([*PARAGRAPHS, "(ots)"]).credit == "release"


@pytest.mark.parametrize(
    ("lines", "people", "agency", "credit"),
    [
        (["AFP, OBERWIESEL"], [], "AFP", "full"),
        (["By REUTERS 11/20/2025 10:08 AM"], [], "Reuters", "full"),
        (["By Jorinde Falk and Anton Brück The Associated Press Posted May 24, 2026"], [], "AP", "full"),
        (["Jorinde Falk, Associated Press"], ["Jorinde Falk"], "AP", "full"),
        (["Jorinde Falk, Associated Press"], ["Anton Brück"], None, None),
        (["Von Jorinde Falk mit AP"], ["Jorinde Falk"], "AP", "partial"),
        (["Pakete an der Grenze. dpa", "dpa"], [], None, None),
        (["Quelle: dpa"], ["Jorinde Falk"], "dpa", "partial"),
    ],
)
def test_bylines(lines: list[str], people: list[str], agency: str | None, credit: str | None) -> None:
    """Lines near the headline credit an agency; the end of a picture's caption does not."""
    found = agency_of(PARAGRAPHS, lines=lines, people=people)
    assert (found.agency, found.credit) == (agency, credit)


def test_read_before_cut() -> None:
    """A credit line is read and then cut."""
    article = read(page(paragraphs([*PARAGRAPHS, "dpa-infocom, dpa:240513-99-123456/4"])))
    assert (article.agency, article.agency_id) == ("dpa", "dpa:240513-99-123456/4")
    assert article.text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("linked", "agency", "credit", "based_on"),
    [
        ({"author": {"@type": "Organization", "name": "Deutsche Presse-Agentur"}}, "dpa", "full", None),
        ({"author": [{"name": "Jorinde Falk"}, {"name": "dpa"}]}, "dpa", "partial", None),
        ({"author": {"name": "Redaktion"}, "sourceOrganization": {"name": "dpa"}}, "dpa", "full", None),
        ({"author": {"name": "Redaktion"}, "creditText": "dpa/AFP"}, "dpa", "partial", None),
        ({"publisher": {"name": "Associated Press"}}, "AP", "full", None),
        ({"isBasedOn": "https://kurier.example/rat?utm_source=x"}, None, None, "https://kurier.example/rat"),
        ({"sourceOrganization": {"name": "Kurier"}}, None, None, "Kurier"),
        ({}, None, None, None),
    ],
)
def test_the_head_of_the_page(linked: object, agency: str | None, credit: str | None, based_on: str | None) -> None:
    """Author, publisher, source and credit of JSON-LD count; so does what the text is based on."""
    assert isinstance(linked, dict)
    article = read(page(linked={**LINKED_DATA, **linked}))
    assert (article.agency, article.agency_credit, article.based_on) == (agency, credit, based_on)


def test_the_table_is_sound() -> None:
    """Every pattern says why, where and what; every agency is found by each of its spellings, and by no desk."""
    known = table()
    for row in known.credits:
        assert row["why"]
        assert row["where"] in {"dateline", "line", "end", "note"}
        assert row["says"] in {"full", "partial", "release"}
    for spelling, agency in {**known.short, **known.names}.items():
        assert agency_named(spelling) == agency
    assert credited("dpa/lno, tei").agencies == ("dpa",)
    assert credited("dpa/lno, tei").others == ()
    assert credited("Talbote/dpa").others == ("Talbote",)


@pytest.mark.parametrize(
    ("text", "said", "language"),
    [
        (" ".join(PARAGRAPHS), "en", "de"),
        ("The council of Lower Haddock voted to keep its library open for another year.", "de-DE", "en"),
        ("2024 17:40", "fr-FR", "fr"),
        ("", None, None),
        ("Regjeringen vil ikke bekrefte dette, sier talspersonen til avisen mandag.", "nb_NO", "no"),
    ],
)
def test_language(text: str, said: str | None, language: str | None) -> None:
    """The text tells its language; the page is asked where the text does not."""
    assert language_of(text, said) == language
