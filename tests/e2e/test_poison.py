"""A page that ends the process it is read in: tried twice, then kept apart, and read again when somebody asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.press import NOW
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough

# Reading it takes some seconds of processor time, reading its neighbour some hundredths.
FULL = "<p>Wort <a href='/x'>und</a> Satz.</p>" * 9000


def test_a_poisonous_page_is_quarantined_and_can_be_read_again(web: Web, desk: Desk) -> None:
    """The first time it is an error that is tried again within the hour; the second time it is quarantined, and not
    asked for on the next day, while its neighbour is an article from the first run on. With more time allowed,
    `ingest add` of the page as a file makes it an article at its own address, and nothing is held against it."""
    site = web.site()
    page = press.page(press.story(6000), after=FULL)
    poison = site.put("/n/gift", page)
    good = site.put("/n/artikel-1", press.page(press.story(6001)))
    feed = site.put("/rss.xml", press.rss([(poison, press.story(6000)), (good, press.story(6001))]), etag='"fest"')
    desk.settings["INGEST_EXTRACT__TIMEOUT"] = "0.5"

    first = desk.run([feed])
    assert first.items == {"seen": 2, "new": 1, "failed": 1}
    assert [row["reason"] for row in desk.rejected().values()] == ["extract-error"]
    assert "time" in desk.rejected()[poison]["detail"]

    second = desk.run([feed], now=NOW + timedelta(hours=2))
    assert second.items["failed"] == 1
    assert desk.rejected()[poison]["reason"] == "quarantined"

    web.forget()
    desk.run([feed], now=NOW + timedelta(days=1))
    assert not web.asked(poison)

    (desk.folder / "gift.html").write_text(page, "utf-8")
    added = desk.call("add", "gift.html", "--url", poison, INGEST_EXTRACT__TIMEOUT="100")
    assert [(row["outcome"], row["url"]) for row in added.rows] == [("new", poison)]
    assert set(desk.articles()) == {good, poison}
    assert not desk.rejected()
    assert desk.laws() == []
