"""What is known and changes: entries that say something new, pages that do, and pages that only seem to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.press import NOW
from tests.e2e.web import Web


def test_changed_entries_bring_revisions(web: Web, desk: Desk) -> None:
    """Another title, summary, content or time in an entry has its page read again: a revision where the text changed,
    nothing where the server says 304 or sends the same bytes. Unchanged entries cost no request."""
    site = web.site()
    told = [press.story(3000 + n) for n in range(6)]
    paths = [f"/n/artikel-{n}" for n in range(6)]
    tags = {2: '"drei"'}
    links = [
        site.put(path, press.page(one), etag=tags.get(n)) for n, (path, one) in enumerate(zip(paths, told, strict=True))
    ]
    rss = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))[:5]))
    atom = site.put("/atom.xml", press.atom([(links[5], told[5])]))
    assert desk.run([rss, atom]).items == {"seen": 6, "new": 6}

    # 0: title and text. 1: summary and text. 2: summary, the page answers 304. 3: summary, the page is the same.
    # 4: nothing, though its page has changed. 5: the time alone, and the text.
    changed = list(told)
    number = told[0].paragraphs[1].replace(" ", " 27 ", 1)
    changed[0] = told[0].but(
        title="Berichtigt: " + told[0].title, paragraphs=(told[0].paragraphs[0], number, *told[0].paragraphs[2:])
    )
    changed[1] = told[1].but(
        summary="Neu gefasst.", paragraphs=(*told[1].paragraphs, "Am Abend meldete sich der Verein.")
    )
    changed[2] = told[2].but(summary="Anders gesagt.")
    changed[3] = told[3].but(summary="Auch anders gesagt.")
    silent = told[4].but(paragraphs=(*told[4].paragraphs, "Davon sagt der Eintrag nichts."))
    changed[5] = told[5].but(updated=NOW + timedelta(minutes=30), paragraphs=told[5].paragraphs[:3])
    for n in (0, 1, 3, 5):
        site.put(paths[n], press.page(changed[n]))
    site.put(paths[4], press.page(silent))
    site.put("/rss.xml", press.rss(list(zip(links, changed, strict=True))[:5]))
    site.put("/atom.xml", press.atom([(links[5], changed[5])]))
    web.forget()
    done = desk.run([rss, atom], now=NOW + timedelta(hours=1))
    assert done.items == {"seen": 6, "revised": 3, "unchanged": 3}
    assert "3 revised" in done.err
    assert {asked.path for asked in web.log} - {"/rss.xml", "/atom.xml"} == {paths[n] for n in (0, 1, 2, 3, 5)}
    assert web.asked(links[2])[0].headers["if-none-match"] == '"drei"'

    found: dict[str, list[dict[str, Any]]] = {}
    for row in desk.call("export", "revisions").rows:
        found.setdefault(row["url"], []).append(row)
    assert {url: len(rows) for url, rows in found.items()} == {
        link: 2 if n in (0, 1, 5) else 1 for n, link in enumerate(links)
    }
    for n in (0, 1, 5):
        first, second = found[links[n]]
        assert (first["text"], second["text"]) == (told[n].text, changed[n].text)
        assert (first["n"], second["n"]) == (1, 2)
        assert first["seen_to"] < second["seen_from"]
    assert found[links[0]][1]["title"] == changed[0].title
    assert {"headline", "number"} <= set(found[links[0]][1]["changes"])
    kept = desk.articles()
    assert [kept[link]["revisions"] for link in links] == [2, 2, 1, 1, 1, 2]
    assert len({row["story_id"] for row in kept.values()}) == 6
    assert desk.laws() == []

    web.forget()
    again = desk.run([rss, atom], now=NOW + timedelta(hours=2))
    assert (again.items, len(web.log)) == ({}, 2)
