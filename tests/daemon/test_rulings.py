"""An analyst at work while the daemon is: what was ruled takes effect at once and holds for what comes later."""

from __future__ import annotations

import pytest

from tests.daemon.conftest import configure, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough


def test_rulings_hold_while_the_daemon_runs(web: Web, desk: Desk) -> None:
    """A merge, a split and a pin under a running daemon; later copies join where they should, a revision changes
    nothing, and neither does recomputation, which waits for the daemon's end."""
    ours, theirs = web.site(), web.site()
    told = [press.story(9100), press.story(9101)]
    links = [ours.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    feed = ours.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))
    other = theirs.put("/rss.xml", press.rss([]))
    configure(desk, [feed, other], interval=1)

    def story(link: str) -> int | None:
        row = desk.articles().get(link)
        return None if row is None else int(row["story_id"])

    with watching(desk) as watch:
        until(lambda: desk.file.exists() and watch.ready() and None not in map(story, links))
        merged = desk.call("merge", str(story(links[0])), str(story(links[1])), "--note", "one affair")
        assert merged.code == 0, merged.err
        assert story(links[0]) == story(links[1])
        assert desk.call("recluster", "--wait", "0").code == 75

        copy = told[1].but(
            paragraphs=(*told[1].paragraphs[:3], "Am Abend kam noch ein Satz dazu, den sonst keiner hat.")
        )
        odd = told[0].but(paragraphs=(*told[0].paragraphs[:3], "Ein anderer Schluss, der hier allein zu lesen ist."))
        late = [theirs.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate((copy, odd))]
        theirs.put("/rss.xml", press.rss(list(zip(late, (copy, odd), strict=True))))
        until(lambda: None not in map(story, late))
        assert {story(link) for link in (*links, *late)} == {story(links[0])}

        assert desk.call("split", late[1]).code == 0
        assert desk.call("pin", late[0]).code == 0
        changed = told[0].but(title="Neu: " + told[0].title, paragraphs=(*told[0].paragraphs, "Mehr dazu morgen früh."))
        ours.put("/n/artikel-0", press.page(changed))
        ours.put("/rss.xml", press.rss(list(zip(links, (changed, told[1]), strict=True))))
        until(lambda: desk.articles()[links[0]]["revisions"] == 2)
        watch.end()
    again = desk.call("recluster")
    assert again.code == 0, again.err
    assert again.rows[0]["moved"] == 0
    kept = desk.articles()
    assert kept[late[0]]["canonical"]
    assert kept[links[0]]["story_id"] == kept[links[1]]["story_id"] == kept[late[0]]["story_id"]
    assert kept[late[1]]["story_id"] != kept[links[0]]["story_id"]
    assert desk.laws() == []
