"""Pages that are no articles, or cannot be had: recorded with the reason, asked again in time and no sooner."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.press import NOW
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough

CONSENT = press.notice(
    "Ihre Einwilligung",
    "Wir und unsere 214 Partner speichern Informationen auf Ihrem Gerät und verarbeiten personenbezogene Daten.",
    "Ihre Einwilligung können Sie jederzeit widerrufen.",
    "Alle akzeptieren",
)
PAYWALL = press.page(
    press.story(5000).but(paragraphs=("Im Rathaus von Ostersiel ist man sich einig: Es muss gespart werden.",)),
    after="<div>Jetzt weiterlesen mit dem Abo. Sie haben bereits ein Abo? Anmelden</div>",
).replace('"@type": "NewsArticle"', '"@type": "NewsArticle", "isAccessibleForFree": false')
LOST = press.notice("Seite nicht gefunden", "Die gewünschte Seite existiert leider nicht mehr.")
SCRIPT = press.notice("Nordkurier", "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.", scripts=5)


def test_pages_that_are_no_articles(web: Web, desk: Desk) -> None:
    """Each has a row with the contract's class and reason; each is asked again when its time has come, though the feed
    says nothing new, and then counts as what it is."""
    site, closed = web.site(), web.site()
    closed.put("/robots.txt", "User-agent: *\nDisallow: /privat/\n", kind="text/plain")
    site.put("/n/anderswo", status=302, headers={"Location": "http://127.99.0.1:9/innen"})
    pages = {
        site.put("/n/einwilligung", CONSENT): "consent",
        site.put("/n/bezahlt", PAYWALL): "paywall",
        site.put("/n/verloren", LOST): "soft-404",
        site.put("/n/skript", SCRIPT): "script-only",
        site.put("/n/verboten", status=403): "blocked",
        closed.put("/privat/artikel-1", press.page(press.story(5001))): "robots",
        site.put("/n/heft.pdf", b"%PDF-1.7\n%\xe2\xe3\n" * 50, kind="application/pdf"): "not-html",
        site.put("/n/riesig", b"<html>" + b" " * 300_000): "too-large",
        site.put("/n/haengt", press.page(press.story(5002)), delay=300): "fetch-error",
        site.url("/n/anderswo"): "fetch-error",
        site.url("/n/nie-da"): "gone",
        site.put("/n/kaputt", status=500): "fetch-error",
    }
    good = site.put("/n/artikel-1", press.page(press.story(5003)))
    told = {url: press.story(5100 + n) for n, url in enumerate([*pages, good])}
    feed = site.put("/rss.xml", press.rss(list(told.items())), etag='"fest"')
    limits = {"INGEST_FETCH__MAX_PAGE_BYTES": "200000", "INGEST_FETCH__PER_HOST": "8", "INGEST_FETCH__TIMEOUT": "4"}
    desk.settings.update(limits)
    done = desk.run([feed])
    refused = desk.rejected()
    assert {url: row["reason"] for url, row in refused.items()} == pages
    failures = {"fetch-error", "gone"}
    assert {row["class"] for row in refused.values() if row["reason"] in failures} == {"failed"}
    assert {row["class"] for row in refused.values() if row["reason"] not in failures} == {"rejected"}
    assert done.items == {"seen": 13, "new": 1, "rejected": 8, "failed": 4}
    assert done.code == 0  # pages that fail are no failed feeds
    rows = [row for row in desk.call("export", "articles", "--rejected").rows if row.get("state") == "rejected"]
    assert {row["url"] for row in rows} == pages.keys()
    assert all(row.keys() >= {"url", "state", "class", "reason", "detail", "first_seen"} for row in rows)
    assert not web.asked(closed.url("/privat/artikel-1"))
    assert (
        "private" in refused[site.url("/n/anderswo")]["detail"]
        or "address" in refused[site.url("/n/anderswo")]["detail"]
    )

    web.forget()
    soon = desk.run([feed], now=NOW + timedelta(minutes=40))
    assert soon.summary["feeds"]["unchanged"] == 1
    assert [one.path for one in web.log] == ["/rss.xml"]

    # After a day: walls, robots.txt and faults are looked at again. What never will be an article is not.
    site.put("/n/einwilligung", press.page(press.story(5004)))
    site.put("/n/kaputt", press.page(press.story(5005)))
    web.forget()
    later = desk.run([feed], now=NOW + timedelta(hours=25))
    paths = {one.path for one in web.log}
    assert paths == {"/rss.xml", "/robots.txt", "/n/einwilligung", "/n/bezahlt", "/n/verloren", "/n/verboten",
                     "/n/haengt", "/n/anderswo", "/n/kaputt"}  # fmt: skip
    assert later.items == {"seen": 8, "new": 2, "rejected": 4, "failed": 2}
    left = desk.rejected()
    assert site.url("/n/kaputt") not in left
    assert left[site.url("/n/bezahlt")]["first_seen"] == refused[site.url("/n/bezahlt")]["first_seen"]
    # The second refusal doubled the wait.
    web.forget()
    desk.run([feed], now=NOW + timedelta(hours=25 + 25))
    assert "/n/bezahlt" not in {one.path for one in web.log}
    assert desk.laws() == []
