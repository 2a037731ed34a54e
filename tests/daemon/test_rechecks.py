"""The daemon looks at stored articles again, also when no feed is due."""

from __future__ import annotations

from tests.daemon.conftest import configure, printed, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.web import Web


def test_a_correction_is_found_between_two_polls(web: Web, desk: Desk) -> None:
    """The feed is due in an hour; its article's page is due in a second, and brings the correction."""
    site = web.site()
    feed = printed(site, 9100)
    configure(desk, [feed], interval=3600)
    told = press.story(9100)
    with watching(desk, tick=0.5, INGEST_FETCH__RECHECK="[1]") as watch:
        until(lambda: watch.events("cycle", "done"), 100)
        more = told.but(paragraphs=(*told.paragraphs, "Am Abend meldete sich auch der Hafenmeister zu Wort."))
        site.put("/n/artikel-9100", press.page(more))
        until(lambda: watch.events("recheck", "revised"), 100)
        watch.end()
    [row] = desk.articles().values()
    assert (row["revisions"], row["text"]) == (2, more.text)
    assert len(web.asked(feed)) == 1
