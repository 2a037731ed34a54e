"""What a page says about itself, in all the ways in which sites print it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.extract import dates
from ingest.extract.title import Titles, choose
from tests.extract.pages import LINKED_DATA, NOW, TITLE, URL, page, paragraphs, read

WHEN = datetime(2024, 5, 13, 19, 40, tzinfo=UTC)
PRINTED = json.dumps(LINKED_DATA)


@pytest.mark.parametrize(
    "linked",
    [
        PRINTED[:-1] + ",}",
        "//<![CDATA[\n" + PRINTED + "\n//]]>",
        "<!-- " + PRINTED + " -->",
        PRINTED.replace('"', "&quot;"),
        json.dumps({**LINKED_DATA, "description": "eins@zwei"}).replace("@z", "\nz"),
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Talbote"}, LINKED_DATA]},
        {**LINKED_DATA, "@type": ["Article", "https://schema.org/NewsArticle"]},
        [{"@type": "WebPage", "datePublished": "2009-01-01"}, LINKED_DATA],
        [{**LINKED_DATA, "headline": "Etwas anderes", "datePublished": "2001-01-01"}, LINKED_DATA],
        [[LINKED_DATA]],
        {"@type": "WebPage", "mainEntity": LINKED_DATA},
    ],
    ids=["comma", "cdata", "comment", "escaped", "newline", "graph", "types", "page", "related", "nested", "main"],
)
def test_linked_data(linked: Any) -> None:
    """JSON-LD is read however it is wrapped, broken or surrounded."""
    article = read(page(linked=linked))
    assert (article.title, article.published, article.published_from) == (TITLE, WHEN, "json-ld")
    assert article.authors == ("Jorinde Falk",)


@pytest.mark.parametrize(
    "linked",
    [
        '{"@type":"NewsArticle","author":"' + "a" * 3_000_000,
        "[" * 60_000 + "]" * 60_000,
        '{"@type":' * 9000,
        "nonsense",
        '{"@type": -->' + " " * 200_000 + "x",
        '{"@type":"NewsArticle","author":"' + "a" * 400_000 + '"}',
    ],
    ids=["huge", "deep", "repeated", "nonsense", "spaces", "author"],
)
def test_hostile_linked_data(linked: str, whole: str) -> None:
    """JSON-LD that cannot be read costs neither the article nor time."""
    started = time.process_time()
    article = read(page(linked=linked))
    assert time.process_time() - started < 15
    assert (article.title, article.text, article.published) == (TITLE, whole, None)


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ('<meta property="article:published_time" content="2024-05-13T21:40:00+02:00">', "meta"),
        ('<meta name="date" content="2024-05-13T19:40:00Z">', "meta"),
        ('<meta itemprop="datePublished" content="2024-05-13 21:40:00 +0200">', "meta"),
        ('<meta name="parsely-pub-date" content="Mon, 13 May 2024 21:40:00 +0200">', "meta"),
        ("", "time"),
    ],
)
def test_published(head: str, source: str) -> None:
    """The publication time is found in meta tags, else in a visible mark, and its source is said."""
    body = '<time datetime="2024-05-13T21:40:00+02:00">13. Mai</time>' + paragraphs()
    article = read(page(body, head=head, linked=None))
    assert (article.published, article.published_from) == (WHEN, source)


def test_times_of_others() -> None:
    """Marks in links, lists and asides date other articles."""
    others = (
        '<ul><li><time datetime="2020-01-01">alt</time></li></ul><aside><time datetime="2021-01-01">alt</time></aside>'
    )
    assert read(page(paragraphs() + others, linked=None)).published is None


def test_offset_from_elsewhere() -> None:
    """A time without offset takes it from a source that prints one."""
    local = {**LINKED_DATA, "datePublished": "2024-05-13T21:40:00"}
    head = '<meta property="article:published_time" content="2024-05-13T21:40:00+02:00">'
    assert read(page(linked=local, head=head)).published == WHEN


def test_local_time_of_a_country() -> None:
    """A time without any offset is read in the site's country."""
    local = {**LINKED_DATA, "datePublished": "2024-05-13T21:40:00"}
    assert read(page(linked=local), url="https://talbote.de/lokales/bruecke.html").published == WHEN


def test_date_of_the_address() -> None:
    """The day in the address is the last resort."""
    article = read(page(linked=None), url="https://talbote.example/2024/05/13/bruecke.html")
    assert (article.published, article.published_from) == (datetime(2024, 5, 13, tzinfo=UTC), "url")


def test_future_is_clamped() -> None:
    """A date from the future becomes now; ten minutes are a clock's error and stay."""
    ahead = {**LINKED_DATA, "datePublished": "2099-01-01T00:00:00Z", "dateModified": "2099-01-01T00:00:00Z"}
    article = read(page(linked=ahead))
    assert (article.published, article.modified, article.published_from) == (NOW, NOW, "json-ld")
    soon = NOW + timedelta(minutes=9)
    assert read(page(linked={**LINKED_DATA, "datePublished": soon.isoformat()})).published == soon


@pytest.mark.parametrize(
    "junk", ["1970-01-01T00:00:00Z", "0001-01-01", "bald", "2024-13-45", "", "99999999999999", None]
)
def test_junk_dates(junk: str | None) -> None:
    """A date that says nothing is no date."""
    assert read(page(linked={**LINKED_DATA, "datePublished": junk})).published is None


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("2024-05-13T21:40:00.123+0200", WHEN),
        ("2024-05-13T21:40+02", WHEN),
        ("20240513T194000Z", WHEN),
        ("1715629200", WHEN),
        ("13.05.2024, 19:40 Uhr", WHEN),
        ("13. Mai 2024, 19:40 Uhr", WHEN),
        ("May 13, 2024 19:40", WHEN),
        ("2024-05-13", datetime(2024, 5, 13, tzinfo=UTC)),
        ("2024-05-13T24:00:00Z", datetime(2024, 5, 14, tzinfo=UTC)),
    ],
)
def test_spellings(printed: str, meant: datetime) -> None:
    """Dates are read in the spellings that pages use."""
    assert dates.parse(printed) == meant


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        (f"{TITLE} | Talbote", TITLE),
        (f"Talbote: {TITLE}", f"Talbote: {TITLE}"),
        (f"{TITLE} – Talbote", TITLE),
        ("Brücke - Neubau", "Brücke - Neubau"),
        (f"\x1b[31m{TITLE}\u202e", TITLE),
        (f"{TITLE}<script>alert(1)</script>", TITLE),
        (f"<b>{TITLE}</b>", TITLE),
        ("Müller &amp; Söhne", "Müller & Söhne"),
        ("Müller &amp;amp; Söhne", "Müller & Söhne"),
    ],
)
def test_title(title: str, meant: str) -> None:
    """Titles lose the site's name, markup and hidden characters, and nothing else."""
    assert read(page(linked={**LINKED_DATA, "headline": title})).title == meant


@pytest.mark.parametrize(
    ("author", "meant"),
    [
        ("Von Jorinde Falk", ("Jorinde Falk",)),
        ("Jorinde Falk und Emil Grau", ("Jorinde Falk", "Emil Grau")),
        ("Jorinde Falk, Emil Grau and Ida Rot", ("Jorinde Falk", "Emil Grau", "Ida Rot")),
        ([{"name": "Jorinde Falk"}, {"name": "Talbote"}], ("Jorinde Falk",)),
        ([{"name": "jorinde falk"}, {"name": "Jorinde Falk"}], ("jorinde falk",)),
        ("Jorinde Falk (j.falk@talbote.example)", ("Jorinde Falk",)),
        ("j.falk@talbote.example", ()),
        ({"@type": "Person", "name": ["Jorinde Falk", "Emil Grau"]}, ("Jorinde Falk", "Emil Grau")),
        ("Falk, Jorinde", ("Falk, Jorinde",)),
    ],
)
def test_authors(author: Any, meant: tuple[str, ...]) -> None:
    """Author lines become names, the publisher's own left out."""
    assert read(page(linked={**LINKED_DATA, "author": author})).authors == meant


def test_author_by_reference() -> None:
    """An author given as a reference is looked up."""
    graph = [{**LINKED_DATA, "author": {"@id": "#jf"}}, {"@type": "Person", "@id": "#jf", "name": "Jorinde Falk"}]
    assert read(page(linked={"@graph": graph})).authors == ("Jorinde Falk",)


@pytest.mark.parametrize(
    ("value", "free"), [(True, True), ("true", True), (False, False), ("False", False), (None, None), ("teils", None)]
)
def test_free(value: object, free: bool | None) -> None:
    """Whether a page is free is what its publisher says."""
    assert read(page(linked={**LINKED_DATA, "isAccessibleForFree": value})).free is free


@pytest.mark.parametrize(
    ("href", "claim"),
    [
        ("/lokales/bruecke.html", "https://www.talbote.example/lokales/bruecke.html"),
        ("https://anderswo.example/a", "https://anderswo.example/a"),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_canonical_claim(href: str, claim: str | None) -> None:
    """The canonical address is recorded as claimed, absolute, and only where it is an address."""
    assert read(page(head=f'<link rel="canonical" href="{href}">')).canonical_claim == claim


def test_address() -> None:
    """The article's own address is where it was found, without tracking."""
    assert read(page(), url=URL + "?utm_source=x#teil").url == URL


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (Titles("Rat baut", "Rat beschließt die Brücke", ("Rat beschließt die Brücke",), "Rat baut"), "shown"),
        (Titles("", "Rat beschließt - die Brücke", ("Talbote", "Rat beschließt – die Brücke"), "Anders"), "spelt"),
        (Titles("", "", ("Talbote e.V. aus Oberwiesel",), "Rat beschließt die Brücke » Talbote e.V."), "page"),
        (
            Titles(
                "",
                "",
                ("Rat beschließt die Brücke Von Falk", "Rat beschließt die Brücke"),
                "Rat beschließt die Brücke - Tal",
            ),
            "begun",
        ),
    ],
)
def test_the_title_that_readers_see(printed: Titles, expected: str) -> None:
    """The heading comes first where another source agrees; a site's own heading is no title."""
    wanted = "Rat beschließt – die Brücke" if expected == "spelt" else "Rat beschließt die Brücke"
    assert choose(printed, "Talbote", URL) == wanted


def test_a_house_is_no_author_however_it_is_spelt() -> None:
    """A site names itself as the author in its own spelling; the person in the byline wrote the text."""
    head = '<meta name="author" content="TalBote"><meta property="og:site_name" content="Tal-Bote">'
    found = read(page(f"<p>Von Jorinde Falk</p>{paragraphs()}", head=head, linked=None))
    assert found.authors == ("Jorinde Falk",)
