"""Feeds that fail, move, break off or are something else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.press import NOW
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough


def test_feeds_in_every_kind_of_trouble(web: Web, desk: Desk) -> None:
    """One run over a dozen feeds in trouble: each has its own end, and none is in the way of the good one."""
    site = web.site()
    told = [press.story(4000 + n) for n in range(5)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    whole = press.rss([(links[0], told[0]), (links[1], told[1])])
    broken = press.rss([(links[2], told[2]), (links[3], told[3])])
    feeds = {
        "good": site.put("/gut.xml", whole),
        "twin": site.put("/zwilling.xml", press.atom([(links[0], told[0]), (links[4], told[4])])),
        "gone": site.put("/weg.xml", status=410),
        "missing": site.url("/nie.xml"),
        "ill": site.put("/krank.xml", status=500),
        "page": site.put("/seite.xml", press.page(press.story(4100))),
        "empty": site.put("/leer.xml", press.rss([])),
        "broken": site.put("/bruch.xml", broken[: broken.rindex("</title>") - 3]),
        "linkless": site.put("/ohne.xml", press.rss([(None, press.story(4101)), (None, press.story(4102))])),
        "moved": site.put("/alt.xml", status=301, headers={"Location": "/neu.xml"}),
        "nothing": site.put("/nichts.xml", b""),
    }
    site.put("/neu.xml", press.rss([(links[4], told[4])]))
    done = desk.run(list(feeds.values()))
    assert done.code == 0
    assert done.summary["feeds"] == {"ok": 6, "unchanged": 0, "failed": 5, "skipped": 0}
    classes = {error["url"]: error["class"] for error in done.summary["errors"]}
    assert classes == {
        feeds["gone"]: "bad-status", feeds["missing"]: "bad-status", feeds["ill"]: "bad-status",
        feeds["page"]: "not-a-feed", feeds["nothing"]: "not-a-feed",
    }  # fmt: skip
    # Two addresses stand in two feeds each; two entries name no page.
    assert done.items == {"seen": 9, "new": 5, "duplicate_url": 2, "rejected": 2}
    asked = [one.path for one in web.log]
    assert [asked.count(f"/n/artikel-{n}") for n in range(5)] == [1] * 5
    assert {row["reason"] for row in desk.rejected().values()} == {"not-html"}
    assert all("address" in row["detail"] for row in desk.rejected().values())

    listed = {row["url"]: row for row in desk.call("feeds", "list").rows}
    assert (listed[feeds["gone"]]["enabled"], listed[feeds["gone"]]["disabled_reason"]) == (True, None)
    assert f"failed: {feeds['gone']}: HTTP 410" in done.err
    assert listed[feeds["moved"]]["moved_to"] == site.url("/neu.xml")
    assert listed[feeds["broken"]]["entries_seen"] == 2
    waits = {name: _wait(listed[url]) for name, url in feeds.items()}
    # Half an hour, brought forward by up to a tenth; doubled by a failure. All its entries are of one minute, three
    # hours ago: the good one is asked as soon as any may be.
    assert 4.5 <= waits["good"] <= 10
    assert 27 <= waits["empty"] <= 30
    assert all(54 <= waits[name] <= 60 for name in ("missing", "ill", "page"))

    # A run when only the good ones are due asks nobody else; --force asks all; who said twice that it is gone is not
    # asked again.
    web.forget()
    due = desk.run(list(feeds.values()), now=NOW + timedelta(minutes=31), force=False)
    assert due.summary["feeds"]["failed"] == 0
    assert not {"/weg.xml", "/nie.xml", "/krank.xml"} & {one.path for one in web.log}
    web.forget()
    forced = desk.run(list(feeds.values()), now=NOW + timedelta(minutes=32))
    assert (len(web.asked(feeds["missing"])), forced.summary["feeds"]["failed"]) == (1, 5)
    said = {error["url"]: error["message"] for error in forced.summary["errors"]}
    assert said[feeds["gone"]] == "HTTP 410; not asked any more: gone: the server said so twice (410)"
    assert "not asked" not in said[feeds["missing"]]
    third = desk.run(list(feeds.values()), now=NOW + timedelta(minutes=32))
    assert len(web.asked(feeds["gone"])) == 1
    assert third.summary["feeds"]["failed"] == 4
    assert desk.feed(feeds["gone"])["disabled_reason"] == "gone: the server said so twice (410)"
    again = {row["url"]: row for row in desk.call("feeds", "list").rows}
    assert again[feeds["missing"]]["failures"] == 3
    assert 216 <= _wait(again[feeds["missing"]]) <= 240


def test_hosts_that_ask_for_time_get_it(web: Web, desk: Desk) -> None:
    """Retry-After outlives the run: --force does not override it, entries behind it are deferred and come later, though
    the feed is asked with its ETag and says that it has not changed."""
    patient, busy, shut = web.site(), web.site(), web.site()
    told = [press.story(4200 + n) for n in range(3)]
    links = [patient.put("/n/artikel-0", press.page(told[0]))]
    links += [busy.put(f"/n/artikel-{n}", status=503, headers={"Retry-After": "3600"}) for n in (1, 2)]
    feed = patient.put("/rss.xml", press.rss(list(zip(links, told, strict=True))), etag='"eins"')
    throttled = shut.put("/rss.xml", status=429, headers={"Retry-After": "7200"})
    web.forget()
    first = desk.run([feed, throttled])
    assert first.items == {"seen": 3, "new": 1, "deferred": 2}
    assert [(one["url"], one["class"]) for one in first.summary["errors"]] == [(throttled, "deferred")]
    assert sum(one.path.startswith("/n/") and one.host == busy.host for one in web.log) == 1

    for n in (1, 2):
        busy.put(f"/n/artikel-{n}", press.page(told[n]))
    web.forget()
    early = desk.run([feed, throttled], now=NOW + timedelta(minutes=50))
    assert early.items == {"seen": 3, "unchanged": 1, "deferred": 2}
    assert early.summary["feeds"] == {"ok": 1, "unchanged": 0, "failed": 0, "skipped": 1}
    assert [(one.host, one.headers.get("if-none-match")) for one in web.log] == [(patient.host, '"eins"')]

    web.forget()
    later = desk.run([feed, throttled], now=NOW + timedelta(minutes=70))
    assert later.items == {"seen": 3, "unchanged": 1, "new": 2}
    assert not web.asked(throttled)

    web.forget()
    last = desk.run([feed, throttled], now=NOW + timedelta(minutes=130))
    assert last.summary["feeds"] == {"ok": 0, "unchanged": 1, "failed": 1, "skipped": 0}
    assert web.asked(feed)[0].headers["if-none-match"] == '"eins"'
    assert desk.feed(throttled)["failures"] == 2


def _wait(feed: dict[str, Any]) -> float:
    """Minutes from the feed's last poll, which is seconds into its run, to the next."""
    due, polled = (datetime.fromisoformat(feed[name]) for name in ("due_at", "last_polled"))
    return (due - polled).total_seconds() / 60


def test_wrapped_links_lead_to_their_targets_and_no_further(web: Web, desk: Desk) -> None:
    """A search feed's wrapped link is asked at its target; one that wraps a private address is refused; one that hides
    its target is noted with its title and never asked."""
    site = web.site()
    told = press.story(4300)
    page = site.put("/n/hinter-der-suche", press.page(told))
    hidden = "https://news.google.com/rss/articles/CBMiQ0FCaE"
    entries = [
        (f"https://www.google.com/url?sa=t&url={quote(page, safe='')}", told),
        (f"https://www.google.com/url?q={quote('http://10.9.8.7/geheim', safe='')}", press.story(4301)),
        (hidden, press.story(4302)),
    ]
    feed = site.put("/suche.xml", press.rss(entries))
    assert desk.run([feed]).items == {"seen": 3, "new": 1, "rejected": 1, "failed": 1}
    assert list(desk.articles()) == [page]
    rejected = desk.rejected()
    assert "private" in rejected["http://10.9.8.7/geheim"]["detail"]
    assert rejected[hidden]["reason"] == "opaque-link"
    assert desk.run([feed], now=NOW + timedelta(hours=1)).items.get("rejected") is None
