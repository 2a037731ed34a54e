"""Pages of stored articles, looked at again: revisions nobody announced, pages that go, come back, or must be paid."""

from __future__ import annotations

from datetime import timedelta

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.press import NOW
from tests.e2e.web import Site, Web

ON = {"INGEST_FETCH__RECHECK": "[900, 3600, 10800, 259200, 2592000]"}
QUARTER = timedelta(minutes=15)
PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'


def printed(site: Site, first: int, count: int) -> tuple[str, list[str], list[press.Story]]:
    """A feed that never changes, its links, and their articles."""
    told = [press.story(first + n) for n in range(count)]
    links = [site.put(f"/n/bericht-{n}", press.page(one), etag=f'"{n}"') for n, one in enumerate(told)]
    feed = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))), etag='"f"')
    return feed, links, told


def paths(web: Web) -> list[str]:
    return sorted(asked.path for asked in web.log if asked.path.startswith("/n/"))


def test_silent_changes_are_found(web: Web, desk: Desk) -> None:
    """Of a feed that says nothing new, the page that changed brings a revision, the others are asked with conditions;
    none is asked before it is due, and none twice at one time."""
    site = web.site()
    feed, links, told = printed(site, 5000, 3)
    assert desk.run([feed], **ON).items == {"seen": 3, "new": 3}
    web.forget()
    assert desk.run([feed], now=NOW + 0.9 * QUARTER, **ON).summary["rechecks"]["asked"] == 0
    assert paths(web) == []

    more = told[1].but(paragraphs=(*told[1].paragraphs, "Am Abend meldete sich auch der Hafenmeister zu Wort."))
    site.put("/n/bericht-1", press.page(more), etag='"1b"')
    web.forget()
    later = desk.run([feed], now=NOW + 2 * QUARTER, **ON)
    assert later.summary["rechecks"] == {
        "asked": 3, "unchanged": 2, "revised": 1, "restarted": 0, "missing": 0, "walled": 0, "unclear": 0,
        "deferred": 0,
    }  # fmt: skip
    assert later.items == {}
    assert "1 revised; 3 looked at again" in later.err
    assert paths(web) == ["/n/bericht-0", "/n/bericht-1", "/n/bericht-2"]
    assert {one.headers.get("if-none-match") for one in web.log if one.path.startswith("/n/")} == {'"0"', '"1"', '"2"'}
    assert {url: row["revisions"] for url, row in desk.articles().items()} == dict(zip(links, (1, 2, 1), strict=True))
    assert desk.articles()[links[1]]["text"] == more.text

    web.forget()
    assert desk.run([feed], now=NOW + 2 * QUARTER, **ON).summary["rechecks"]["asked"] == 0
    assert desk.run([feed], "--feed", feed, now=NOW + 9 * QUARTER, **ON).summary["rechecks"]["asked"] == 0
    assert paths(web) == []
    assert desk.laws() == []


def test_pages_that_go_keep_their_text(web: Web, desk: Desk) -> None:
    """Missing once is nothing yet, twice is gone, and a page may come back; the text stays what it was all along."""
    site = web.site()
    feed, links, told = printed(site, 5010, 3)
    desk.run([feed], **ON)
    site.put("/n/bericht-0", "weg", status=410)
    site.put("/n/bericht-1", status=302, headers={"Location": "/"})
    site.put("/", press.notice("Startseite", "Willkommen"))
    site.put("/n/bericht-2", "Wartung", status=500)
    first = desk.run([feed], now=NOW + 2 * QUARTER, **ON)
    assert (first.summary["rechecks"]["missing"], first.summary["rechecks"]["unclear"]) == (2, 1)
    assert happened(desk, links[0]) == ["began"]
    desk.run([feed], now=NOW + 4 * QUARTER, **ON)
    assert happened(desk, links[0]) == ["began", "gone"]
    assert happened(desk, links[1]) == ["began", "gone"]
    assert happened(desk, links[2]) == ["began"]
    web.forget()
    desk.run([feed], now=NOW + timedelta(days=2), **ON)
    assert paths(web) == ["/n/bericht-2"]

    for n, one in enumerate(told):
        site.put(f"/n/bericht-{n}", press.page(one), etag='"neu"')
    desk.run([feed], now=NOW + timedelta(days=32), **ON)
    assert happened(desk, links[0]) == ["began", "gone", "returned"]
    assert [desk.articles()[link]["text"] for link in links] == [one.text for one in told]
    assert [desk.articles()[link]["revisions"] for link in links] == [1, 1, 1]
    assert desk.laws() == []


def test_what_was_free_stays_readable(web: Web, desk: Desk) -> None:
    """A page that went behind a paywall, or wants a password, leaves text and revision as they were, and says so."""
    site = web.site()
    feed, links, told = printed(site, 5020, 3)
    desk.run([feed], **ON)
    teaser = told[0].but(paragraphs=(told[0].paragraphs[0],))
    offer = "<div class='paywall'><p>Weiterlesen mit Abo. Jetzt abonnieren.</p></div>"
    site.put("/n/bericht-0", press.page(teaser, head=PAID, after=offer), etag='"p"')
    site.put("/n/bericht-1", "zahlen", status=402)
    site.put("/n/bericht-2", "nicht du", status=403)
    done = desk.run([feed], now=NOW + 2 * QUARTER, **ON)
    assert (done.summary["rechecks"]["walled"], done.summary["rechecks"]["unclear"]) == (2, 1)
    assert [happened(desk, link)[1:] for link in links] == [["walled"], ["walled"], []]
    assert [desk.articles()[link]["text"] for link in links] == [one.text for one in told]
    site.put("/n/bericht-0", press.page(told[0]), etag='"q"')
    desk.run([feed], now=NOW + 4 * QUARTER, **ON)
    assert happened(desk, links[0])[1:] == ["walled", "opened"]
    assert [row["revisions"] for row in desk.articles().values()] == [1, 1, 1]


def test_a_host_that_asks_for_time_is_left_alone(web: Web, desk: Desk) -> None:
    """Retry-After of a page that is looked at again holds for all of its host, and until then nothing is due there."""
    site = web.site()
    feed, links, _ = printed(web.site(), 5030, 1)
    other, _, _ = printed(site, 5040, 2)
    desk.run([feed, other], **ON)
    for n in range(2):
        site.put(f"/n/bericht-{n}", status=503, headers={"Retry-After": "7200"})
    web.forget()
    done = desk.run([feed], now=NOW + 2 * QUARTER, **ON)
    assert (done.summary["rechecks"]["unchanged"], done.summary["rechecks"]["deferred"]) == (1, 2)
    assert [asked.host for asked in web.log if asked.path.startswith("/n/")].count(site.host) == 1
    web.forget()
    again = desk.run([feed], now=NOW + 4 * QUARTER, **ON)
    assert again.summary["rechecks"]["asked"] == 1
    assert site.host not in {asked.host for asked in web.log}
    assert links[0] in desk.articles()


def happened(desk: Desk, url: str) -> list[str]:
    """What became of an article, in order."""
    words = {"began": "began it", "gone": "not there any more", "returned": "there again", "walled": "paid for",
             "opened": "freely again"}  # fmt: skip
    told = desk.call("explain", url, "--json").rows[0]["decisions"]
    return [next(name for name, said in words.items() if said in one["why"]) for one in told]
