"""--dry-run, --feed, lists of feeds, and the one clock."""

from __future__ import annotations

import signal
import time
from datetime import timedelta

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.press import NOW
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough


def test_a_dry_run_keeps_nothing(web: Web, desk: Desk) -> None:
    """It lists the pages that a run would fetch, fetches none of them, and leaves store and folder as they were."""
    site = web.site()
    told = [press.story(6000 + n) for n in range(3)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    feed = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))[:2]))
    dry = desk.call("run", "--dry-run", "--feed", feed)
    assert (dry.code, dry.out.split()) == (0, links[:2])
    assert "would fetch 2 of 2 entries from 1 feed; nothing was kept" in dry.err
    assert not any(desk.folder.glob("news.db*"))

    opml = desk.folder / "liste.opml"
    outlines = f'<outline text="a" xmlUrl="{feed}"/><outline text="b" xmlUrl="exec:rm"/>'
    opml.write_text(f'<?xml version="1.0"?><opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    kept = desk.call("run", "--feeds-from", opml, "--only", "--force", "--now", NOW.isoformat())
    assert kept.code == 0
    assert "refused: " in kept.err
    assert {row["first_seen"][:15] for row in desk.articles().values()} == {"2026-03-02T09:0"}

    site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))
    before = desk.file.read_bytes()
    web.forget()
    later = desk.call("run", "--dry-run", "--feed", feed, "--now", (NOW + timedelta(days=1)).isoformat())
    assert later.out.split() == links[2:]
    assert "would fetch 1 of 3 entries" in later.err
    assert [one.path for one in web.log] == ["/rss.xml"]
    assert desk.file.read_bytes() == before

    # A host that hangs does not hold up whoever wants to stop.
    site.put("/haengt.xml", delay=300)
    with desk.start("run", "--dry-run", "--feed", site.url("/haengt.xml"), INGEST_FETCH__TIMEOUT="300") as hanging:
        until(lambda: web.asked(site.url("/haengt.xml")))
        begun = time.monotonic()
        hanging.send_signal(signal.SIGINT)
        assert desk.end(hanging).code == 130
    assert time.monotonic() - begun < 90  # the host would keep it for minutes
