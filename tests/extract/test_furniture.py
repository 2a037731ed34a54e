"""Furniture is found by its wording, marked, and never more than half of a text."""

# ruff: noqa: E501  # the texts of articles and pages read better unbroken

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract import furniture
from ingest.extract.blocks import Block
from ingest.extract.furniture import part, pattern_of, patterns
from ingest.extract.plain import squeeze, tokens
from tests.extract.pages import LINKED_DATA, PARAGRAPHS, page, paragraphs, read

FURNITURE = [
    "Melden Sie sich jetzt für unseren Newsletter an und verpassen Sie nichts.",
    "Sign up for our morning briefing and get the day's stories in your inbox.",
    "Folgen Sie dem Talboten auf Facebook, Instagram und WhatsApp.",
    "Follow the Valley Herald on Facebook and X for the latest headlines.",
    "Lesen Sie auch:",
    "Das könnte Sie auch interessieren",
    "Related stories",
    "Artikel teilen: Facebook X WhatsApp",
    "Share this article: Email Print",
    "Ihre Privatsphäre-Einstellungen verhindern das Laden dieses Inhalts.",
    "Wir und unsere 99 Partner verarbeiten personenbezogene Daten.",
    "Weiterlesen mit Talbote+: vier Wochen für einen Euro.",
    "Already a subscriber? Log in.",
    "Anzeige",
    "Advertisement - Support independent local journalism today",
    "© Talbote. Alle Rechte vorbehalten.",
    "Foto: Jorinde Falk/Archiv",
    "Die Brücke im Herbst. (Foto: Falk)",
    "Kommentare sind nur für registrierte Nutzer sichtbar. Bitte beachten Sie unsere Netiquette.",
    "Über die Autorin",
    "Thanks for signing up!",
    "Get the latest news from the valley right in your inbox. Subscribe to the Herald's newsletters.",
    "Email Maud Penrose at m.penrose@herald.example or follow her @maudpenrose.",
    "jorinde.falk@talbote.example",
    "twitter.com/jorindefalk",
    "Aktuelle Meldungen zum Hochwasser finden Sie jederzeit in unserem Liveblog:",
    "Zum Artikel: Mühle brennt in der Nacht aus",
    "Zum Inhalt springen",
    "Durchschnittliche Bewertung: 4,5",
    "Zwei Wochen kostenlos testen",
    "If you buy something through this post, we may get a share of the sale.",
    "First published in The Upper Valley Review.",
    "Dieser Artikel ist zuerst im Oberwieseler Heimatblatt erschienen.",
    "Die Brücke am Tag nach dem Hochwasser. Foto: Jorinde van der Falk/Talbote",
    "Der Rat bei der Abstimmung am Montag. 13.05.2024 | 2:03 min",
    "Ihr Feedback zu diesem Angebot.",
    "Mehr zum Hochwasser im Mühlbachtal lesen Sie in unserem Liveblog:",
    "... ist Professorin für Brückenbau und leitet das Institut in Unterwiesel.",
]
PROSE = [
    "Der Newsletter der Gemeinde erscheint künftig nur noch zweimal im Jahr, weil das Geld für den Druck fehlt.",
    "Anzeigen wegen Ruhestörung gab es in der Nacht zum Sonntag keine, sagte ein Sprecher der Polizei.",
    "Mehr Geld für Radwege fordert der Verein seit Jahren, bislang ohne Erfolg.",
    "Foto und Film hätten das Tal verändert, sagte die Archivarin bei der Eröffnung der Schau.",
    "Folgen hat das für den Verein vorerst nicht, die Prüfung dauert noch an.",
    "Share prices fell for a third day as traders waited for the central bank's decision.",
    "Follow-up inspections found that the bridge had been repaired with the wrong bolts.",
    "Subscribers to the old ferry pass will be refunded, the company said in a statement.",
    "Von Oberwiesel nach Unterwiesel fährt seit Montag wieder ein Bus.",
    "Reporting the theft took her three hours, the shopkeeper said.",
    "The council contributed to this result by doing nothing for a decade.",
    "Follow the river for two miles and you will come to the mill.",
    "Zum Artikel 14 der Satzung gab es keine Wortmeldung.",
    "Wer die neue Strecke testen will, muss früh aufstehen.",
    "Die Redaktion des Heimatblatts zog vor zwei Tagen in das alte Rathaus um.",
]


@pytest.mark.parametrize("text", FURNITURE)
def test_cut(text: str) -> None:
    """Each kind of furniture is cut from among the paragraphs it stands between or below."""
    kept, cut = part([*PARAGRAPHS, text])
    assert (kept, cut) == (list(PARAGRAPHS), [text])


@pytest.mark.parametrize("text", PROSE)
def test_prose_stays(text: str) -> None:
    """Sentences about the same things stay."""
    assert part([text, *PARAGRAPHS, text]) == ([text, *PARAGRAPHS, text], [])


@pytest.mark.parametrize(
    "line",
    [
        "Iscriviti alla nostra newsletter per restare aggiornato.", "Meld je aan voor onze nieuwsbrief.", "Zapisz się na nasz newsletter.",
        "Síguenos en Facebook y en Instagram.", "Подписывайтесь на наш канал в Telegram", "تابعونا على فيسبوك وتويتر",
        "Lea también: La crecida, medio año después", "İlginizi çekebilir: Selden altı ay sonra", "اقرأ أيضا:", "Διαβάστε επίσης:",
        "© Riproduzione riservata", "جميع الحقوق محفوظة © صحيفة السهل", "版权所有 未经许可不得转载",
    ],
)  # fmt: skip
def test_furniture_of_other_languages(line: str) -> None:
    """Prompts, labels and legal lines are told in the languages of our feeds."""
    assert part([*PARAGRAPHS, line]) == (list(PARAGRAPHS), [line])


@pytest.mark.parametrize(
    "line", ["13 de marzo de 2026 21:40", "Publié le 13 mars 2026 à 21h40", "2026年3月13日 21時40分", "13 марта 2026"]
)
def test_the_day_above_the_text_is_no_text(line: str) -> None:
    """A line that is a day is set aside at the head, and kept where it opens a part of the text."""
    assert part([line, *PARAGRAPHS]) == (list(PARAGRAPHS), [line])
    assert part([*PARAGRAPHS, line, PARAGRAPHS[0]]) == ([*PARAGRAPHS, line, PARAGRAPHS[0]], [])


def test_list_below_a_label() -> None:
    """The bulleted headlines below a read-also label go with it; the subheading after them stays."""
    lines = ["Lesen weitere News rund um das Tal:", "- Mühle brennt aus", "- Wehr wird saniert", "Streit um die Kosten"]
    kept, cut = part([PARAGRAPHS[0], *lines, *PARAGRAPHS[1:]])
    assert cut == lines[:3]
    assert "Streit um die Kosten" in kept


def test_headline_below_a_label() -> None:
    """A headline without bullet below the label goes too."""
    kept, cut = part([PARAGRAPHS[0], "Lesen Sie auch:", "Mühle brennt in der Nacht aus", *PARAGRAPHS[1:]])
    assert (kept, cut) == (list(PARAGRAPHS), ["Lesen Sie auch:", "Mühle brennt in der Nacht aus"])


@pytest.mark.parametrize(
    "line",
    [
        "/talbote.de/dpa", "falk/talbote.de", "Themen:", "Erstellt von - Uhr", "Von Jorinde Falk", "(dpa)",
        "Von: Jorinde FALK, Emil GRAU", "Sendung: Radio Oberwiesel, 13.05.2024, 15:10 Uhr", "TBR (falk)",
        "Ausgabe vom 13.05.2024, Seite 1", "TB-Redaktion", "Mit Agenturmaterial.", "Jorinde Falk 5 hours ago",
        "Übersetzung: Emil Grau, Schlussredaktion: Ida Rot", "With files from Maud Penrose",
        "(Reporting by Maud Penrose; additional reporting by Ida Rot; editing by Emil Grau)",
        "– Maud Penrose contributed to this report.",
    ],
)  # fmt: skip
def test_credit_lines(line: str) -> None:
    """Credit, date and tag lines at the end of a text are cut."""
    assert part([*PARAGRAPHS, line]) == (list(PARAGRAPHS), [line])


def test_title_line() -> None:
    """The title above the text does not belong to it."""
    assert part(["Neue Brücke", *PARAGRAPHS], title="Neue Brücke!") == (list(PARAGRAPHS), ["Neue Brücke"])


def test_title_line_with_kicker() -> None:
    """A first line of kicker and title goes as the title does; a sentence that ends in the title stays further down."""
    title = "Rat von Oberwiesel beschließt neue Brücke"
    line = f"Streit im Talkreis beendet: {title}"
    assert part([line, *PARAGRAPHS], title=title) == (list(PARAGRAPHS), [line])
    assert part([*PARAGRAPHS[:3], line, *PARAGRAPHS[3:]], title=title)[1] == []


def test_names_line() -> None:
    """A line of the authors' names and an agency is no text, at the edges."""
    linked = {**LINKED_DATA, "author": ["Jorinde Falk", "Emil Grau"]}
    article = read(page(paragraphs([*PARAGRAPHS, "Jorinde Falk, dpa"]), linked=linked))
    assert article.text == "\n".join(PARAGRAPHS)
    assert "Emil Rot" in read(page(paragraphs([*PARAGRAPHS, "Emil Rot"]), linked=linked)).text


@given(st.lists(st.one_of(st.sampled_from(FURNITURE + PROSE + list(PARAGRAPHS)), st.text(max_size=60)), max_size=14))
@settings(deadline=None)
def test_laws(lines: list[str]) -> None:
    """Nothing is lost or made up, order stays, and at most half of the words are cut."""
    kept, cut = part(lines)
    whole = [text for line in lines if (text := squeeze(line))]
    assert sorted(kept + cut) == sorted(whole)
    rest = iter(whole)
    assert all(any(text == other for other in rest) for text in kept)
    assert 2 * sum(len(tokens(t)) for t in cut) <= sum(len(tokens(t)) for t in whole)


def test_patterns_are_bounded() -> None:
    """No pattern takes long on a long line without spaces or with many."""
    for text in ("a" * 400, "a " * 200, "von " * 100, "Foto: " * 60, "lesen sie " * 40):
        pattern_of(text)
    assert all(p.max <= 700 and p.where in ("any", "label", "list", "tail", "edge") for p in patterns())


def test_links_in_a_page() -> None:
    """Lists of links inside the article are furniture; a sentence with links in it is not."""
    teasers = "<p><b>Lesen Sie auch</b></p><ul><li><a href='/a'>Mühle brennt aus</a></li><li><a href='/b'>Wehr saniert</a></li></ul>"
    linked = f"<p>{PARAGRAPHS[1].replace('Hochwasser', '<a href=/h>Hochwasser</a>')}</p>"
    article = read(page(paragraphs(PARAGRAPHS[:1]) + linked + teasers + paragraphs(PARAGRAPHS[2:])))
    assert article.text == "\n".join(PARAGRAPHS)


def test_links_weigh_nothing_against_the_text() -> None:
    """A short report keeps none of the teasers below its heading, however many more words they have."""
    headline = (
        "Wehr am Oberlauf saniert: Warum sich der Gemeinderat von Talheim lange dagegen gewehrt hat, und was nun folgt!"
    )
    items = "".join(f"<li><a href='/{n}'>{headline} Teil {n}</a></li>" for n in range(8))
    teasers = f"<p><b>Lesen Sie auch</b></p><ul>{items}</ul>"
    article = read(page(paragraphs(PARAGRAPHS[:1]) + teasers + paragraphs(PARAGRAPHS[1:2])))
    assert article.text == "\n".join(PARAGRAPHS[:2])


def test_words_stay_apart_at_links() -> None:
    """A word before or after a link is not glued to it."""
    linked = f"<p>{PARAGRAPHS[1].replace('Hochwasser im', '<a href=/h>Hochwasser</a> im')}</p>"
    assert PARAGRAPHS[1] in read(page(paragraphs(PARAGRAPHS[:1]) + linked + paragraphs(PARAGRAPHS[2:]))).text


@pytest.mark.shared
def test_seed_texts() -> None:
    """The reference articles lose their furniture and keep their sentences."""
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the reference articles are not here")
    for path in sorted(folder.glob("*.txt")):
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        kept, cut = part(lines)
        starts = (
            "Folgen Sie",
            "Lesen Sie auch",
            "Lesen weitere",
            "Themen",
            "Advertisement",
            "Artikel teilen",
            "Archivbild",
        )
        assert not [line for line in kept if line.lstrip("• ").startswith(starts)]
        assert not [line for line in cut if len(line) > 400]


LOOKING = [each for row in furniture._read()["pattern"] for each in row["match"] if furniture._LOOKING.match(each)]


@pytest.mark.parametrize("expression", LOOKING)
@settings(max_examples=15, deadline=None)
@given(chosen=st.data())
def test_an_expression_that_looks_into_a_block_asks_for_a_listed_word(expression: str, chosen: st.DataObject) -> None:
    """Whatever matches such an expression holds one of the words without which it is not tried."""
    # Only spaces between its wordings: between letters there would rarely be the end of a word.
    spaced = re.sub(r"(?:\.|\[\^[^\]]*\])\{(\d+),\d+\}", r" {\1,15}", expression).replace(
        r"\p{name}", "[A-Z][a-z]{2,8}"
    )
    text = chosen.draw(st.from_regex(spaced, fullmatch=True, alphabet=st.characters(max_codepoint=0x20AC)))
    assert any(word in squeeze(text).lower() for word in furniture.words())


def test_a_linked_subheading_between_paragraphs_stays() -> None:
    """Some outlets link their subheadings to a recording; a linked heading over teasers is furniture."""
    long = " ".join(PARAGRAPHS[:3])
    blocks = [Block(long, "p", 0.0), Block("Was die Brücke kostet", "head", 1.0), Block(long + " Punkt.", "p", 0.0)]
    assert furniture.part_blocks(blocks)[1] == []
    teased = [*blocks[:2], Block("Mühle brennt in der Nacht", "item", 1.0), *blocks[2:]]
    assert [block.text for block in furniture.part_blocks(teased)[1]] == [block.text for block in teased[1:3]]
