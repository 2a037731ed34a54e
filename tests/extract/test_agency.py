"""Agencies and their numbers are read from credit lines, datelines and author fields, never from photo credits."""

from __future__ import annotations

import pytest

from ingest.extract.agency import agency_of
from ingest.extract.language import language_of
from tests.extract.pages import LINKED_DATA, PARAGRAPHS, page, paragraphs, read

LAST = PARAGRAPHS[-1]


@pytest.mark.parametrize(
    ("first", "last", "agency", "number"),
    [
        ("Oberwiesel (dpa) - Der Rat hat getagt.", LAST, "dpa", None),
        ("Oberwiesel (dpa/lno) - Der Rat hat getagt.", LAST, "dpa", None),
        ("SEOUL, May 3 (Yonhap) -- The council met.", LAST, "Yonhap", None),
        ("BERLIN (Reuters) – Der Rat hat getagt.", LAST, "Reuters", None),
        (PARAGRAPHS[0], "© dpa-infocom, dpa:240513-99-123456/4", "dpa", "dpa:240513-99-123456/4"),
        (PARAGRAPHS[0], "/talbote.de/dpa", "dpa", None),
        (PARAGRAPHS[0], "dpa", "dpa", None),
        (PARAGRAPHS[0], "falk/AFP", "AFP", None),
        (PARAGRAPHS[0], "Quelle: epd", "epd", None),
        (PARAGRAPHS[0], "Mit Material von dpa", "dpa", None),
        (PARAGRAPHS[0], "Der Rat tagt im Juni wieder. (KNA)", "KNA", None),
        (PARAGRAPHS[0], "With reporting by the Associated Press", "AP", None),
        (PARAGRAPHS[0], "Foto: picture alliance/dpa", None, None),
        (PARAGRAPHS[0], "Der Sprecher der Agentur Reuters (links) war auch da.", None, None),
        ("Das teilte die Nachrichtenagentur KCNA am Montag mit.", LAST, None, None),
        (PARAGRAPHS[0], LAST, None, None),
    ],
)
def test_agency(first: str, last: str, agency: str | None, number: str | None) -> None:
    """The agency is who wrote the text, not who is mentioned in it."""
    assert agency_of([first, *PARAGRAPHS[1:-1], last]) == (agency, number)


def test_read_before_cut() -> None:
    """A credit line is read and then cut."""
    article = read(page(paragraphs([*PARAGRAPHS, "dpa-infocom, dpa:240513-99-123456/4"])))
    assert (article.agency, article.agency_id) == ("dpa", "dpa:240513-99-123456/4")
    assert article.text == "\n".join(PARAGRAPHS)


def test_agency_as_author() -> None:
    """An organisation in the author field is the agency."""
    article = read(page(linked={**LINKED_DATA, "author": {"@type": "Organization", "name": "Deutsche Presse-Agentur"}}))
    assert article.agency == "dpa"


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
