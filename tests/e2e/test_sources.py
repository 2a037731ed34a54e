"""Who had it first, from the page to the export: credits, owners, paid stubs, what is no change of the article."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.press import NOW, Story
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough

PAID = '"@type": "NewsArticle", "isAccessibleForFree": false, "wordCount": 900'


def paid(told: Story) -> str:
    """A page that the publisher marks as paid."""
    return press.page(told).replace('"@type": "NewsArticle"', PAID)


def test_a_paid_beginning_never_stands_for_a_free_full_text(web: Web, desk: Desk) -> None:
    """The stub was first, is marked and kept; the free text stands for the story. A paid page that was served in full
    is a full version."""
    whole = press.story(7000, paragraphs=10)
    early, late = NOW - timedelta(hours=9), NOW - timedelta(hours=4)
    stub = whole.but(paragraphs=whole.paragraphs[:5], published=early)
    closed, free = web.site(), web.site()
    first = closed.put("/plus/artikel-1", paid(stub))
    second = free.put("/n/artikel-1", press.page(whole.but(published=late)))
    other = press.story(7001, paragraphs=10)
    served = closed.put("/plus/artikel-2", paid(other).replace('"wordCount": 900', '"wordCount": 330'))
    feeds = [
        closed.put("/rss.xml", press.rss([(first, stub), (served, other)])),
        free.put("/rss.xml", press.rss([(second, whole)])),
    ]
    assert desk.run(feeds).items == {"seen": 3, "new": 3}
    rows = desk.articles()
    assert rows[first]["story_id"] == rows[second]["story_id"] != rows[served]["story_id"]
    assert (rows[first]["partial"], rows[first]["free"], rows[first]["canonical"]) == (True, False, False)
    assert (rows[second]["partial"], rows[second]["free"], rows[second]["canonical"]) == (False, None, True)
    assert (rows[served]["partial"], rows[served]["free"], rows[served]["canonical"]) == (False, False, True)
    assert rows[first]["relation"] == "excerpt"
    [story] = [row for row in desk.call("export", "stories").rows if row["canonical_url"] == second]
    assert (story["full_copies"], story["partial_copies"]) == (0, 1)


def test_twins_and_further_pages_are_one_article(web: Web, desk: Desk) -> None:
    """One report in feeds under its own address and in AMP, print and page-two dress: one article, wherever a feed
    led; the text is that of its own page."""
    told, more = press.story(7200, paragraphs=5), press.story(7201, paragraphs=3)
    site = web.site()
    home = site.url("/lokales/kran-stuerzt-um")
    head = f'<link rel="canonical" href="{home}">'
    dresses = ["/amp/lokales/kran-stuerzt-um", "/drucken/4711", "/lokales/kran-stuerzt-um?seite=druck"]
    for path in ("/lokales/kran-stuerzt-um", *dresses):
        site.put(path, press.page(told, head=head))
    site.put("/lokales/kran-stuerzt-um/2", press.page(more, head=head))
    entries = [(site.url(path), told) for path in dresses]
    first = site.put("/eins.xml", press.rss([(home, told), *entries[:2]]))
    second = site.put("/zwei.xml", press.rss([*entries, (site.url("/lokales/kran-stuerzt-um/2"), more)]))
    assert desk.run([first]).code == 0
    assert desk.run([first, second], now=NOW + timedelta(hours=1)).code == 0
    [row] = desk.articles().values()
    assert (row["url"], row["text"], row["revisions"]) == (home, told.text, 1)
    assert {site.url(path) for path in dresses} <= {*row["urls"]}
    assert desk.laws() == []


def test_an_agency_report_and_its_credit(web: Web, desk: Desk) -> None:
    """The number that one outlet prints makes the agency the origin, whoever was first. What moves around a text is no
    revision; another credit is one, though the text stays."""
    told = press.story(7100, paragraphs=6)
    number = "dpa-infocom, dpa:260302-930-123456/1"
    early = told.but(published=NOW - timedelta(hours=6))
    bote, post = web.site(), web.site()

    def printed(*more: str) -> str:
        return press.page(told.but(paragraphs=(*told.paragraphs, *more)))

    copy = bote.put("/n/artikel-1", press.page(early))
    credited = post.put("/n/artikel-1", printed(number))
    feeds = [bote.put("/rss.xml", press.rss([(copy, early)])), post.put("/rss.xml", press.rss([(credited, told)]))]
    assert desk.run(feeds).items == {"seen": 2, "new": 2}
    row = desk.articles()[credited]
    assert (row["agency"], row["agency_id"], row["agency_credit"]) == ("dpa", "dpa:260302-930-123456/1", "full")
    assert row["text"] == told.text
    [story] = desk.call("export", "stories").rows
    assert story["origin"] == {
        "kind": "agency", "name": "dpa", "url": credited, "agency_id": "dpa:260302-930-123456/1", "basis": "agency id",
        "certainty": "certain",
    }  # fmt: skip
    assert story["agencies"] == ["dpa"]
    [shown] = desk.call("show", str(story["story_id"]), "--json").rows
    links = {member["url"]: member["source_link"] for member in shown["members"]}
    assert (links[copy], links[credited]["url"]) == (None, copy)

    for minute, lines, outcome in (
        (10, (number, "Aktualisiert: 2. März 2026, 10:10 Uhr", "17 Kommentare"), "unchanged"),
        (20, ("Mit Material von AFP",), "revised"),
    ):
        post.put("/n/artikel-1", printed(*lines))
        post.put("/rss.xml", press.rss([(credited, told.but(summary=f"Neu um {minute}."))]))
        done = desk.run(feeds[1:], now=NOW + timedelta(minutes=minute))
        assert done.items == {"seen": 1, outcome: 1}
    states = [row["changes"] for row in desk.revisions() if row["url"] == credited]
    assert states == [[], ["attribution"]]
    assert json.loads(desk.call("show", str(story["story_id"]), "--json").out)["agencies"] == ["AFP"]
    assert desk.laws() == []
