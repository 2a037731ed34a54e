"""Which article is this? Addresses in any dress, claims that are trusted or not, texts that change."""

from __future__ import annotations

import pytest

from tests.place.desk import Newsroom
from tests.quality import edits
from tests.quality.reports import report

URL = "https://kurier.example/lokales/kran-stuerzt-um"
TEXT = report("hafen").text
OTHER = report("oper").text
CORRECTED = TEXT.replace("94 Kilometern", "98 Kilometern")


def test_the_same_article_twice_changes_nothing(newsroom: Newsroom) -> None:
    """Saving again leaves every row of every table as it was, but for when it was last seen."""
    newsroom.take("https://blatt.example/a", edits.cut(TEXT, share=0.6))
    first = newsroom.take(URL, TEXT)
    before, seen = newsroom.dump(), newsroom.row(URL)["last_seen"]
    again = newsroom.take(URL, TEXT)
    assert (first.outcome, again.outcome) == ("new", "unchanged")
    assert (again.article_id, again.story_id) == (first.article_id, first.story_id)
    assert newsroom.dump() == before
    assert newsroom.row(URL)["last_seen"] > seen


@pytest.mark.parametrize(
    "dress",
    [
        "http://kurier.example/lokales/kran-stuerzt-um",
        "https://www.kurier.example/lokales/kran-stuerzt-um",
        "https://kurier.example/lokales/kran-stuerzt-um/",
        "https://kurier.example/lokales/kran-stuerzt-um#kommentare",
        "https://kurier.example/lokales/kran-stuerzt-um?utm_source=rss&utm_medium=feed",
        "HTTPS://Kurier.EXAMPLE:443/lokales/kran-stuerzt-um",
    ],
)
def test_one_address_in_another_spelling(newsroom: Newsroom, dress: str) -> None:
    """Scheme, www, trailing slash, fragment, tracking and case make no second article, and no second row."""
    newsroom.take(URL, TEXT)
    again = newsroom.take(dress, TEXT)
    assert again.outcome in {"unchanged", "duplicate_url"}
    assert newsroom.sizes() == [1]


@pytest.mark.parametrize(
    "dress",
    [
        "https://kurier.example/amp/kran-stuerzt-um",
        "https://kurier.example/drucken/4711",
        "https://kurier.example/lokales/kran-stuerzt-um?seite=druck",
    ],
)
@pytest.mark.parametrize("canonical_first", [True, False])
def test_twins_that_name_their_canonical_address(newsroom: Newsroom, dress: str, canonical_first: bool) -> None:
    """AMP, print and mobile dresses with rel=canonical are one article, whichever was met first."""
    first, second = (URL, dress) if canonical_first else (dress, URL)
    newsroom.take(first, TEXT, claim=URL)
    again = newsroom.take(second, f"Lesedauer: drei Minuten\n{TEXT}" if canonical_first else TEXT, claim=URL)
    assert again.outcome in {"duplicate_url", "unchanged"}
    assert newsroom.sizes() == [1]
    assert newsroom.row(dress)["url"] == newsroom.row(URL)["url"] == URL
    assert {dress, URL} <= set(newsroom.row(URL)["urls"]) | {dress}


def test_an_article_is_known_by_every_address_it_was_reached_by(newsroom: Newsroom) -> None:
    """The feed's link and the redirects lead to the article as its own address does."""
    hop = "https://feeds.example/r/123"
    newsroom.take(URL, TEXT, asked=[hop])
    assert newsroom.take(hop, TEXT).outcome == "unchanged"
    assert newsroom.take(URL, TEXT, asked=["https://kurz.example/x"]).outcome == "duplicate_url"
    assert set(newsroom.row(URL)["urls"]) == {URL, hop, "https://kurz.example/x"}


def test_a_claim_to_the_home_page_is_worth_nothing(newsroom: Newsroom) -> None:
    """A template that names the home page as canonical on every page makes no articles one."""
    for number, name in enumerate(("hafen", "oper", "wolf")):
        found = newsroom.take(f"https://kurier.example/{number}", report(name).text, claim="https://kurier.example/")
        assert found.outcome == "new"
    assert newsroom.sizes() == [1, 1, 1]
    assert newsroom.row("https://kurier.example/0")["url"] == "https://kurier.example/0"


def test_an_address_claimed_by_unrelated_texts_is_not_trusted(newsroom: Newsroom) -> None:
    """A second text that claims a known address but shares nothing with it is an article of its own."""
    newsroom.take("https://kurier.example/1", TEXT, claim="https://kurier.example/artikel")
    second = newsroom.take("https://kurier.example/2", OTHER, claim="https://kurier.example/artikel")
    assert (second.outcome, second.change) == ("new", "new")
    assert newsroom.row("https://kurier.example/2")["url"] == "https://kurier.example/2"
    assert newsroom.sizes() == [1, 1]


def test_a_claim_to_another_host_is_kept_but_not_trusted(newsroom: Newsroom) -> None:
    """A copy that names its source as canonical stays an article of the outlet that printed it."""
    newsroom.take(URL, TEXT)
    copy = newsroom.take("https://blatt.example/kran", TEXT, claim=URL)
    assert (copy.outcome, copy.change) == ("new", "joined")
    assert newsroom.sizes() == [2]
    assert newsroom.row("https://blatt.example/kran")["outlet"] == "blatt.example"
    assert any(URL in row for row in newsroom.dump() if row[0] == "article" and "https://blatt.example/kran" in row)


def test_a_changed_text_is_a_revision(newsroom: Newsroom) -> None:
    """The article keeps its place and both texts; nothing is its own variant; what changed is said."""
    first = newsroom.take(URL, TEXT, title="Kran gestürzt")
    second = newsroom.take(URL, CORRECTED, title="Kran gestürzt")
    assert (second.outcome, second.article_id, second.story_id) == ("revised", first.article_id, first.story_id)
    assert newsroom.sizes() == [1]
    states = list(newsroom.store.revisions())
    assert [(state["n"], state["text"]) for state in states] == [(1, TEXT), (2, CORRECTED)]
    assert [state["changes"] for state in states] == [[], ["number"]]
    assert newsroom.row(URL)["text"] == CORRECTED


def test_copies_of_an_old_state_are_found(newsroom: Newsroom) -> None:
    """Whoever copied the version that has been corrected since still joins the story."""
    newsroom.take(URL, TEXT)
    newsroom.take(URL, f"{edits.cut(TEXT, share=0.3)}\n" + "\n".join(edits.ADDITIONS))
    found = newsroom.take("https://blatt.example/kran", edits.edited(TEXT, edits.seeded(1)))
    assert found.change == "joined"
    assert newsroom.sizes() == [2]


def test_back_to_an_old_state(newsroom: Newsroom) -> None:
    """A correction that is taken back is a third revision with the first text."""
    for text in (TEXT, CORRECTED, TEXT):
        newsroom.take(URL, text)
    assert [state["text"] for state in newsroom.store.revisions()] == [TEXT, CORRECTED, TEXT]
    assert newsroom.take(URL, TEXT).outcome == "unchanged"


def test_a_revised_text_that_another_article_has(newsroom: Newsroom) -> None:
    """An article whose new text is word for word another's: one story, two articles, texts kept once."""
    newsroom.take("https://blatt.example/kran", CORRECTED)
    newsroom.take(URL, TEXT)
    assert newsroom.take(URL, CORRECTED).outcome == "revised"
    assert newsroom.sizes() == [2]
    assert newsroom.store.stats()["texts"] == 2
    assert newsroom.row(URL)["relation"] == "exact"


def test_an_address_that_starts_over_is_another_article(newsroom: Newsroom) -> None:
    """Less than a fifth kept: the daily briefing of today is no revision of yesterday's; the old one stays."""
    first = newsroom.take(URL, TEXT)
    second = newsroom.take(URL, OTHER)
    assert (second.outcome, second.change) == ("new", "new")
    assert second.article_id != first.article_id
    assert newsroom.store.stats()["articles"] == 2
    assert newsroom.row(URL)["text"] == OTHER
    assert newsroom.take(URL, OTHER).outcome == "unchanged"
    assert newsroom.take(URL, OTHER.replace("acht Monate", "neun Monate")).outcome == "revised"


def test_a_live_report_keeps_its_place(newsroom: Newsroom) -> None:
    """A text that grows at one address collects revisions and stays canonical, whoever copied it meanwhile."""
    paragraphs = report("stadion").paragraphs
    for count in range(1, len(paragraphs) + 1):
        newsroom.take(URL, "\n".join(paragraphs[:count]))
        newsroom.take(f"https://blatt{count}.example/a", "\n".join(paragraphs[:count]))
    row = newsroom.row(URL)
    assert (row["revisions"], row["canonical"]) == (len(paragraphs), True)
    assert len(newsroom.stories()) == 1


@pytest.mark.parametrize("line", ["Aktualisiert: 3. März 2026, 14:05 Uhr", "17 Kommentare", "Lesezeit: 3 Min."])
def test_a_page_that_moved_around_its_text_is_no_revision(newsroom: Newsroom, line: str) -> None:
    """Date lines and counters make no revision, neither when they come nor when they go."""
    newsroom.take(URL, TEXT)
    assert newsroom.take(URL, f"{line}\n{TEXT}").outcome == "unchanged"
    assert newsroom.take(URL, f"{TEXT}\nWarum die Oper teurer wird").outcome == "unchanged"
    assert newsroom.row(URL)["revisions"] == 1
    assert newsroom.take(URL, f"{line}\n{CORRECTED}").outcome == "revised"
    assert [state["changes"] for state in newsroom.store.revisions()] == [[], ["number"]]


def test_another_headline_over_the_same_text_is_a_revision(newsroom: Newsroom) -> None:
    """At the article's own address; in another dress it is only another title."""
    newsroom.take(URL, TEXT, title="Kran gestürzt")
    assert newsroom.take("https://m.kurier.example/lokales/kran-stuerzt-um", TEXT, title="KURIER mobil").outcome in {
        "unchanged", "duplicate_url",
    }  # fmt: skip
    assert newsroom.take(URL, TEXT, title="Kran im Hafen gestürzt: elf Schiffe warten").outcome == "revised"
    assert [state["changes"] for state in newsroom.store.revisions()] == [[], ["headline"]]
    assert newsroom.store.check() == []


def test_another_credit_is_a_revision(newsroom: Newsroom) -> None:
    """Who is credited may change while the text stays; what is said then is current."""
    newsroom.take(URL, TEXT)
    assert newsroom.take(URL, TEXT, agency="dpa", agency_credit="partial").outcome == "revised"
    assert newsroom.take(URL, TEXT, agency="dpa", agency_credit="partial").outcome == "unchanged"
    assert [state["changes"] for state in newsroom.store.revisions()] == [[], ["attribution"]]
    assert (newsroom.row(URL)["agency"], newsroom.row(URL)["agency_credit"]) == ("dpa", "partial")
    assert newsroom.store.check() == []


@pytest.mark.parametrize(
    "further", ["https://kurier.example/lokales/kran/2", "https://kurier.example/lokales/kran?seite=2",
                "https://kurier.example/lokales/kran?page=alles"],
)  # fmt: skip
def test_a_further_page_is_no_article_of_its_own(newsroom: Newsroom, further: str) -> None:
    """The second page of an article, which names the first as canonical, is that article."""
    first = "https://kurier.example/lokales/kran"
    newsroom.take(first, TEXT, claim=first)
    assert newsroom.take(further, OTHER, claim=first).outcome == "duplicate_url"
    assert newsroom.sizes() == [1]
    assert newsroom.row(first)["text"] == TEXT


def test_an_agencys_own_page_stays_the_agencys(newsroom: Newsroom) -> None:
    """On an agency's pages the text is the agency's, signed or not, and meeting it again changes nothing."""
    for _ in range(2):
        found = newsroom.take(URL, TEXT, house="Talfunk", agency="Talfunk", agency_credit="partial")
    assert found.outcome == "unchanged"
    assert (newsroom.row(URL)["agency"], newsroom.row(URL)["agency_credit"]) == ("Talfunk", "full")
