"""Visible bylines and dates: read near the headline where the head of the page is silent, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.extract.pages import LINKED_DATA, TITLE, page, paragraphs, read

DAY = datetime(2024, 5, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mark", "names"),
    [
        ("<p>Von Jorinde Falk</p>", ("Jorinde Falk",)),
        ("<p>Von Jorinde Falk und Emil van der Grau</p>", ("Jorinde Falk", "Emil van der Grau")),
        ("<div>Text: Jorinde Falk</div>", ("Jorinde Falk",)),
        ("<p>By Jorinde Falk, in <a href='/n'>News</a></p>", ("Jorinde Falk",)),
        ("<p><span>13.05.2024</span> <b>Ein Bericht von Jorinde Falk</b></p>", ("Jorinde Falk",)),
        ('<ul><li class="metaAuthorList-item"><a href="/jf">Jorinde Falk</a></li></ul>', ("Jorinde Falk",)),
        (
            '<span class="person-link"><a>Jorinde FALK</a></span> <span class="person-link"><a>Emil GRAU</a></span>',
            ("Jorinde FALK", "Emil GRAU"),
        ),
        ('<span class="author vcard">von <a class="fn n">jorifa</a></span>', ("jorifa",)),
        ('<p class="autorzeile">Jorinde Falk, TBR OBERWIESEL</p>', ("Jorinde Falk",)),
        ("<p>Blogbeitrag von Jorinde Falk</p>", ("Jorinde Falk",)),
        ("<p>13.05.2024 <span>- Redaktion: Jorinde Falk (Sprecherin)</span></p>", ("Jorinde Falk",)),
        ('<span class="vcard">von <a class="fn n">das-hafenblatt Team</a></span>', ("das-hafenblatt Team",)),
        ("<p>Redaktion Oberwiesel Stadt</p>", ()),
        ('<p class="byline">di Chiara Bassani</p>', ("Chiara Bassani",)),
        ("<p>Door Pieter Smit</p>", ("Pieter Smit",)),
        ("<p>Автор: Иван Петров</p>", ("Иван Петров",)),
        ('<p class="author">記者　佐藤健一</p>', ("佐藤健一",)),
        ('<p class="author">Angela Di Maria</p>', ("Angela Di Maria",)),
        ("<p>Von Oberwiesel nach Unterwiesel</p>", ()),
        ("<p>Von Montag an gilt der neue Fahrplan</p>", ()),
        ('<div class="author-bio">Reist gern</div>', ()),
        ('<div class="kommentare"><span class="author">Emil Grau</span></div>', ()),
        ('<figure><figcaption class="author">Emil Grau</figcaption></figure>', ()),
        ('<p class="author">Mehr Artikel</p>', ()),
    ],
)
def test_byline(mark: str, names: tuple[str, ...]) -> None:
    """Names stand in marked elements or behind "Von"; sentences, comments and captions name nobody."""
    assert read(page(mark + paragraphs(), linked=None)).authors == names


def test_byline_far_away() -> None:
    """What stands behind the text names another's author."""
    assert read(page(paragraphs() + "<p>Von Emil Grau</p>", linked=None)).authors == ()


def test_byline_behind_the_house() -> None:
    """Where the head names only the house, the visible byline is better."""
    linked = {**LINKED_DATA, "author": {"@type": "Organization", "name": "talbote.example"}}
    assert read(page("<p>Von Jorinde Falk</p>" + paragraphs(), linked=linked)).authors == ("Jorinde Falk",)
    assert read(page(linked=linked)).authors == ("talbote.example",)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("<p><strong>Jorinde Falk</strong></p>", "", ("Jorinde Falk",)),
        ("", '<p style="text-align:right;">Jorinde Falk</p>', ("Jorinde Falk",)),
        ("", "<p><em>Jorinde Falk / Emil van der Grau</em></p>", ("Jorinde Falk", "Emil van der Grau")),
        ("<p>Jorinde Falk</p>", "", ()),
        ("<p><strong>Die Kosten</strong> Grau</p>", "", ()),
        ("<p><strong>Was das Amt sagt</strong></p>", "", ()),
        ("", "<p><b>Foto: Emil Grau</b></p>", ()),
        ("", "<p><b>Weitere Informationen</b></p><ul><li>Der Haushalt der Gemeinde</li></ul>", ()),
    ],
)
def test_a_text_is_signed_by_a_name_alone(before: str, after: str, names: tuple[str, ...]) -> None:
    """A stressed or right-aligned name that is nowhere else in the text is its author's; a subheading is not."""
    body = before + paragraphs() + after
    assert read(page(body, linked=None)).authors == names


def test_a_subheading_of_two_names_signs_nothing() -> None:
    """What the text speaks of is no author of it."""
    body = "<p><strong>Emil Grau</strong></p>" + paragraphs() + "<p>Emil Grau war gestern im Rathaus.</p>"
    assert read(page(body, linked=None)).authors == ()


def test_a_name_above_the_day_signs() -> None:
    """Who writes a name and, below it, a day under a text has signed it; a place before a day has not."""
    signed = paragraphs() + "<p>{}10. September 2017</p>"
    assert read(page(signed.format("Jorinde<br/>"), linked=None)).authors == ("Jorinde",)
    assert read(page(signed.format("Oberwiesel, "), linked=None)).authors == ()


def test_a_creator_where_the_author_is_the_house() -> None:
    """Some houses name themselves as author and the writer as creator."""
    linked = {**LINKED_DATA, "author": {"@type": "Organization", "name": "talbote.example"}, "creator": ["Emil Grau"]}
    assert read(page(linked=linked)).authors == ("Emil Grau",)


@pytest.mark.parametrize(
    ("mark", "when"),
    [
        ("<p>13. Mai 2024</p>", DAY),
        ("<p>Montag, 13. Mai 2024</p>", DAY),
        ("<p>13.05.2024, 21:40 Uhr</p>", datetime(2024, 5, 13, 21, 40, tzinfo=UTC)),
        ("<p>Veröffentlicht am 13.05.2024 | Lokales</p>", DAY),
        ("<p>Publié le 13 mai 2024 à 21h40</p>", datetime(2024, 5, 13, 21, 40, tzinfo=UTC)),
        ("<p>13 de mayo de 2024</p>", DAY),
        ("<p>13 мая 2024, 21:40</p>", datetime(2024, 5, 13, 21, 40, tzinfo=UTC)),
        ("<p>2024年5月13日 21時40分</p>", datetime(2024, 5, 13, 21, 40, tzinfo=UTC)),
        ("<p>on Monday, May 13th, 2024 at 9:40 p.m.</p>", datetime(2024, 5, 13, 21, 40, tzinfo=UTC)),
        ("<p>Published: May 13, 2024</p>", DAY),
        ("<div class='metaDateTime'><span>13.05.2024</span></div>", DAY),
        ("<div class='post-day'><span>13</span><span> Mai 2024</span></div>", DAY),
        ("<p>Jorinde Falk<br>13. Mai 2024</p>", DAY),
        ("<p>Mo 13.05.24 | 21:40 Uhr | Von Jorinde Falk</p>", datetime(2024, 5, 13, 21, 40, tzinfo=UTC)),
        ("<p>Aktualisiert: 13.05.2024</p>", DAY),
        ("<p>Fassung 13.05.2 der Satzung</p>", None),
        ("<p>Am 13. Mai 2024 tagte der Rat.</p>", None),
        ("<aside>13.05.2024</aside>", None),
        ("<div class='related'><span>13.05.2024</span></div>", None),
        ("<p>13.13.2024</p>", None),
    ],
)
def test_date(mark: str, when: datetime | None) -> None:
    """A line that is a date, and nothing else, dates the article; a sentence with a date in it does not."""
    article = read(page(mark + paragraphs(), linked=None))
    assert (article.published, article.published_from) == (when, "time" if when else "none")


def test_date_before_the_headline() -> None:
    """A small mark right above the headline counts."""
    body = page(linked=None).replace(f"<h1>{TITLE}".encode(), f"<div>13. Mai 2024</div><h1>{TITLE}".encode())
    assert read(body).published == DAY


def test_date_in_words_below_the_text() -> None:
    """Below the text a date counts only where it says that it is the day of publication."""
    assert read(page(paragraphs() + "<p>Erschienen am 13.05.2024</p>", linked=None)).published == DAY
    assert read(page(paragraphs() + "<p>13.05.2024</p>", linked=None)).published is None


def test_the_day_of_a_change_is_the_last_resort() -> None:
    """A page that shows no other day was published by the day it was changed; one that does keeps that one."""
    changed = "<p>Zuletzt aktualisiert: 16.05.2024</p>"
    assert read(page(f"<p>13. Mai 2024</p>{paragraphs()}{changed}", linked=None)).published == DAY
    assert read(page(f"<p>Jorinde Falk</p>{paragraphs()}{changed}", linked=None)).published == DAY + timedelta(days=3)


@pytest.mark.parametrize("signature", ["Jorinde Falk<br/>13. Mai 2024", "Oberwiesel, den 13.05.2024"])
def test_a_signed_text_is_of_the_day_it_was_signed(signature: str) -> None:
    """A letter or statement bears its day below the text, behind a name or a place."""
    assert read(page(f"{paragraphs()}<p>{signature}</p>", linked=None)).published == DAY
