"""Old verdicts around an article that comes to a story: asked for again once the store has grown, a few, and once."""

from __future__ import annotations

from ingest.dedupe.fingerprint import fingerprint
from ingest.place.again import AT_A_TOUCH, GROWN, WHOLE, weigh_again
from store.model import Component
from tests.place.desk import Newsroom
from tests.quality.reports import report, reports

# Texts of a store that is not young any more; the links below were weighed among a dozen.
MANY = 5_000
TEMPLATE = (
    "Unbekannte haben in der Nacht einen Lieferwagen aufgebrochen und Werkzeug gestohlen. Nach Angaben der Polizei "
    "schlugen sie die Scheibe der Beifahrertür ein und öffneten von dort die Ladefläche. Die Ermittler suchen Zeugen. "
    "Wer etwas Verdächtiges beobachtet hat, wird gebeten, sich bei der nächsten Dienststelle zu melden."
)
ROOFER = (
    "Ein Dachdecker hat seinen Wagen am Morgen offen vor der Tür gefunden, als er zur Arbeit fahren wollte, und darin "
    "nur noch einen leeren Kasten und zwei Handschuhe."
)
NEIGHBOUR = (
    "Gegen drei Uhr sah eine Nachbarin zwei Gestalten mit Taschenlampen an der Mühle, die sich an einem Fahrzeug zu "
    "schaffen machten, und rief sofort den Notruf."
)
NOTICES = (f"{ROOFER} {TEMPLATE}", f"{NEIGHBOUR} {TEMPLATE}")


def touch(newsroom: Newsroom, text: int, *, texts: int = MANY) -> Component:
    """The component of a text as it is decided in a store of so many texts."""
    with newsroom.store.placing() as placing:
        return weigh_again(placing, placing.component([text]), newsroom.rules, texts=texts)


def linked(component: Component) -> list[bool]:
    return [link.linked for link in component.links]


def weighings(newsroom: Newsroom) -> dict[tuple[int, int], int]:
    return {(row[1], row[2]): row[3] for row in newsroom.dump() if row[0] == "weighing"}


def two_notices(newsroom: Newsroom) -> None:
    """Two notices that were linked before anybody could know the template of the series."""
    for number, text in enumerate(NOTICES):
        newsroom.take(f"https://o{number}.example/a", text)
    assert newsroom.sizes() == [2]


def learn(newsroom: Newsroom, times: int = 40) -> None:
    """More parts of the series have come since."""
    with newsroom.store.placing() as placing:
        for _ in range(times):
            placing.count_shingles(fingerprint(TEMPLATE).shingles)


def test_what_is_known_by_now_is_asked(newsroom: Newsroom) -> None:
    """Two parts of a series were linked when their template was new; touched again they are not."""
    two_notices(newsroom)
    assert linked(touch(newsroom, 1)) == [True]
    learn(newsroom)
    assert linked(touch(newsroom, 1, texts=int(GROWN * MANY) + 1)) == [False]
    with newsroom.store.placing() as placing:
        assert [link.linked for link in placing.links_of([1])] == [False]


def test_a_second_touch_moves_nothing(newsroom: Newsroom) -> None:
    """A verdict waits until the store has grown as much again, whatever was learned meanwhile."""
    two_notices(newsroom)
    touch(newsroom, 1)
    assert weighings(newsroom) == {(1, 2): MANY}
    before = newsroom.dump()
    learn(newsroom)
    learned = newsroom.dump() - before
    touch(newsroom, 1, texts=int(GROWN * MANY) - 1)
    assert {row[0] for row in newsroom.dump() - before} == {row[0] for row in learned}


def test_a_young_store_and_a_whole_pass_see_to_it_themselves(newsroom: Newsroom) -> None:
    """Nothing is weighed again at a touch where everything is looked through, or has just been."""
    two_notices(newsroom)
    touch(newsroom, 1, texts=1_000)
    with newsroom.store.placing() as placing:
        placing.note(WHOLE, {"texts": MANY - 1})
    touch(newsroom, 1)
    assert weighings(newsroom) == {}


def test_a_touch_weighs_a_dozen(newsroom: Newsroom) -> None:
    """Of many doubtful links so many are weighed at a touch, those that come first by content; then the others."""
    text = report("hafen").text
    others = [one for one in reports() if one.language == "de" and not one.name.startswith("hafen")]
    for number, other in enumerate(others[:9]):
        newsroom.take(f"https://o{number}.example/a", f"{other.paragraphs[0]}\n{text}")
    assert newsroom.sizes() == [9]
    with newsroom.store.placing() as placing:
        links = placing.component([1]).links
    doubtful = [link for link in links if newsroom.rules.weak <= link.score < newsroom.rules.sure]
    assert len(doubtful) > AT_A_TOUCH
    touch(newsroom, 1)
    assert len(weighings(newsroom)) == AT_A_TOUCH
    touch(newsroom, 1)
    assert len(weighings(newsroom)) == min(len(doubtful), 2 * AT_A_TOUCH)
