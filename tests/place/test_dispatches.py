"""An agency's number beside the words: one dispatch however it was cut, two of one day unless they are plainly one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from ingest.explain import explain_two
from ingest.place.recluster import Recluster
from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

NUMBER, CORRECTED, NEXT = "dpa:260302-99-123456/1", "dpa:260302-99-123456/3", "dpa:260302-99-123999/2"
DISPATCH = report("hafen").text
SENT, OWN = report("hafen").paragraphs, report("hafen2").paragraphs
# A house writes its own report, with one paragraph of the dispatch below it.
CUT = "\n".join([*OWN[:2], SENT[2]])
# Half of it again under a new beginning, as an agency follows its report up.
FOLLOW_UP = "\n".join([OWN[0], SENT[0], SENT[3]])
UNLIKE = [report(name).text for name in ("oper", "wolf", "museum", "see", "schule", "bruecke")]


def take(newsroom: Newsroom, *articles: tuple[str, str | None], agencies: Sequence[str] = ("dpa",) * 9) -> None:
    """Articles of an outlet each, a text with the number that an agency gave it."""
    known = len(list(newsroom.store.articles()))
    for place, ((text, number), agency) in enumerate(zip(articles, agencies, strict=False)):
        newsroom.take(f"https://o{known + place}.example/a", text, agency=agency, agency_id=number)


def weigh_again(newsroom: Newsroom) -> int:
    """Everything decided anew; the texts that moved."""
    work = Recluster(newsroom.store, newsroom.rules, clock=lambda: datetime(2026, 3, 3, tzinfo=UTC))
    assert work.run()
    return len(work.moves.was)


def test_a_number_joins_what_was_cut_beyond_recognition(newsroom: Newsroom) -> None:
    """One paragraph among a house's own is no lineage by itself; with the dispatch's number it is one, and stays one
    when everything is weighed again."""
    take(newsroom, (DISPATCH, None), (CUT, CORRECTED))
    assert newsroom.sizes() == [1, 1]
    take(newsroom, (edits.cut(DISPATCH, share=0.8), NUMBER))
    assert newsroom.sizes() == [3]
    assert weigh_again(newsroom) == 0


def test_a_number_finds_a_dispatch_of_which_one_sentence_is_left(newsroom: Newsroom) -> None:
    """So little shares no band with the whole; the number brings the two together, the sentence joins them."""
    left = f"{OWN[1].split('.')[0]}. {SENT[1].split('. ')[1]}"
    take(newsroom, (DISPATCH, NUMBER), (left, NUMBER))
    assert newsroom.sizes() == [2]
    again = explain_two(newsroom.store, "https://o0.example/a", "https://o1.example/a", newsroom.rules)
    assert again["verdict"]["rule"] == "agency-id"


def test_a_number_alone_joins_nothing(newsroom: Newsroom) -> None:
    """A teaser's number below two unlike texts is no lineage, neither at once nor when all is weighed again."""
    take(newsroom, (DISPATCH, NUMBER), *((text, NUMBER) for text in UNLIKE[:2]))
    assert newsroom.sizes() == [1, 1, 1]
    assert weigh_again(newsroom) == 0


def test_a_number_is_not_heard_where_one_outlet_prints_both(newsroom: Newsroom) -> None:
    """Two addresses of one site print one number because it is the site's; their words have to say it."""
    for page, text in enumerate((DISPATCH, CUT)):
        newsroom.take(f"https://o0.example/{page}", text, agency="dpa", agency_id=NUMBER)
    assert newsroom.sizes() == [1, 1]


def test_a_number_on_every_page_tells_nothing(newsroom: Newsroom) -> None:
    """Six texts with little in common carry it: it joins no seventh and eighth, and parts nothing either."""
    take(newsroom, *((text, NUMBER) for text in UNLIKE), (DISPATCH, NUMBER), (CUT, NUMBER))
    assert newsroom.sizes() == [1] * 8
    assert weigh_again(newsroom) == 0


@pytest.mark.parametrize(
    ("numbers", "agencies", "sizes"),
    [
        ((None, None), ("dpa", "dpa"), [2]),
        ((NUMBER, None), ("dpa", "dpa"), [2]),
        ((NUMBER, CORRECTED), ("dpa", "dpa"), [2]),
        ((NUMBER, NEXT), ("dpa", "dpa"), [1, 1]),
        ((NUMBER, NEXT.replace("260302", "260303")), ("dpa", "dpa"), [2]),
        ((NUMBER, NEXT.replace("dpa", "afp")), ("dpa", "AFP"), [2]),
        (("Merle 17", "Merle 18"), ("PA Media", "PA Media"), [2]),
    ],
    ids=("none", "one", "same", "other", "other day", "other agency", "no day"),
)
def test_two_numbers_of_one_day_are_two_dispatches(
    newsroom: Newsroom, numbers: tuple[str | None, str | None], agencies: tuple[str, str], sizes: list[int]
) -> None:
    """A follow-up with half of the report in it is a dispatch of its own; numbers that cannot be held against each
    other change nothing."""
    take(newsroom, (DISPATCH, numbers[0]), (FOLLOW_UP, numbers[1]), agencies=agencies)
    assert newsroom.sizes() == sizes
    assert weigh_again(newsroom) == 0


def test_an_update_keeps_its_lineage_under_its_new_number(newsroom: Newsroom) -> None:
    """An agency numbers what it sends again anew: what is plainly the same text is one lineage all the same."""
    updated = f"(Neufassung)\n{edits.correction(DISPATCH, edits.seeded(1))}\n{edits.ADDITIONS[0]}"
    take(newsroom, (DISPATCH, NUMBER), (updated, NEXT), (edits.cut(DISPATCH, share=0.6), NEXT))
    assert newsroom.sizes() == [3]


def test_a_series_of_one_day_is_parted_by_its_numbers(newsroom: Newsroom) -> None:
    """Two notices that end in one template, with hardly a number in them: what they share joins them, their own numbers
    in the agency's system part them."""
    notice = (
        "{own} Unbekannte haben in der Nacht in {place} einen Lieferwagen aufgebrochen und Werkzeug gestohlen. Nach "
        "Angaben der Polizei schlugen sie die Scheibe der Beifahrertür ein und öffneten von dort die Ladefläche. "
        "Die Ermittler suchen Zeugen. Wer in der {street} etwas Verdächtiges beobachtet hat, wird gebeten, sich bei "
        "der nächsten Dienststelle zu melden. Hinweise nimmt jede Wache entgegen."
    )
    first = notice.format(
        place="Hinterfelden", street="Eulengasse",
        own="Ein Dachdecker hat seinen Wagen am Morgen offen vor der Tür gefunden, als er zur Arbeit fahren wollte, "
        "und darin nur noch einen leeren Kasten und zwei Handschuhe.",
    )  # fmt: skip
    second = notice.format(
        place="Tannroda", street="Mühlstraße",
        own="Gegen drei Uhr sah eine Nachbarin zwei Gestalten mit Taschenlampen an der Mühle, die sich an einem "
        "Fahrzeug zu schaffen machten, und rief sofort den Notruf.",
    )  # fmt: skip
    take(newsroom, (first, None), (second, None))
    assert newsroom.sizes() == [2]
    other = [text.replace("Lieferwagen", "Transporter").replace("Nacht", "Frühe") for text in (first, second)]
    take(newsroom, (other[0], NUMBER), (other[1], NEXT))
    told = explain_two(newsroom.store, "https://o2.example/a", "https://o3.example/a", newsroom.rules)
    assert (told["verdict"]["linked"], told["verdict"]["rule"]) == (False, "other-agency-id")


def test_both_rules_are_told_with_figure_and_threshold(newsroom: Newsroom) -> None:
    """Who asks why two texts are together, or not, hears of the numbers as of any other rule."""
    take(newsroom, (DISPATCH, NUMBER), (CUT, NUMBER), (FOLLOW_UP, NEXT))
    together, apart = (
        explain_two(newsroom.store, "https://o0.example/a", f"https://o{other}.example/a", newsroom.rules)
        for other in (1, 2)
    )
    assert (together["together"], together["verdict"]["rule"]) == (True, "agency-id")
    assert together["verdict"]["agency_id"] == "dpa:260302:99-123456"
    asked = [check for check in together["checks"] if check["asked"] and check["rule"] == "agency-id"]
    assert asked
    assert all(check["holds"] for check in asked)
    assert (apart["together"], apart["verdict"]["rule"]) == (False, "other-agency-id")
    [check] = [one for one in apart["checks"] if one["asked"] and one["rule"] == "other-agency-id"]
    assert check["figure"] == apart["verdict"]["score"] < check["threshold"] == newsroom.rules.other_agency_id
