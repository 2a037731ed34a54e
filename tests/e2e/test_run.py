"""A run from the command line: what is new is kept once, what is known is not asked for again, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import timedelta
from itertools import count

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.press import NOW
from tests.e2e.web import Web

# The contract's article.
KEYS = {
    "schema", "url", "urls", "story_id", "canonical", "relation", "order", "copied_share", "canonical_share", "reuses",
    "outlet", "owner", "source", "title", "authors", "published", "published_from", "modified", "first_seen",
    "last_seen", "language", "on_topic", "on_topic_from", "topic_hits", "topic_places", "revisions", "free", "seed",
    "agency", "agency_id", "agency_credit", "agencies", "based_on", "kind", "partial", "text_from", "gone", "walled",
    "words", "text",
}  # fmt: skip
NUMBERS = count(1000)


def test_new_articles_are_kept_once(web: Web, desk: Desk) -> None:
    """Feeds of four formats: articles, copies joined, complete rows; the second run asks with conditions and reads
    nothing again."""
    house, other = web.site(), web.site()
    told = [press.story(next(NUMBERS)) for _ in range(4)]
    here = [house.put(f"/nachrichten/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    copy = other.put("/kopie/vom-artikel", press.page(told[0].but(published=NOW - timedelta(hours=1))))
    feeds = [
        house.put("/rss.xml", press.rss([(here[0], told[0])]), kind="application/rss+xml", etag='"r1"'),
        house.put("/atom.xml", press.atom([(here[1], told[1])]), kind="application/atom+xml", etag='"a1"'),
        house.put("/feed.json", press.json_feed([(here[2], told[2])]), kind="application/feed+json", etag='"j1"'),
        other.put("/news.xml", press.sitemap([(house.url("/nachrichten/artikel-3"), told[3]), (copy, told[0])])),
    ]
    done = desk.run(feeds)
    assert (done.code, done.items) == (0, {"seen": 5, "new": 5})
    assert done.summary["stories"] == {"new": 4, "joined": 1, "merged": 0, "split": 0}
    assert done.summary["feeds"] == {"ok": 4, "unchanged": 0, "failed": 0, "skipped": 0}
    assert {"fetch feeds", "fetch pages", "extract", "store"} <= done.summary["seconds"].keys()
    assert done.summary["seconds"]["extract"] > 0
    assert done.err.splitlines() == [
        "4 feeds; 5 new articles; 4 new stories, 1 article joined known ones", "next: ingest stories",
    ]  # fmt: skip

    rows = {row["url"]: row for row in desk.call("export", "articles").rows}
    assert rows.keys() == {*here, copy}
    for row in rows.values():
        assert row.keys() == KEYS
    first = rows[here[0]]
    assert first["text"] == told[0].text
    assert (first["title"], first["authors"], first["outlet"]) == (told[0].title, ["Jette Brandis"], house.host)
    assert (first["source"], first["published_from"], first["language"]) == (feeds[0], "json-ld", "de")
    assert first["first_seen"].startswith("2026-03-02T09:0")
    assert [first[key] for key in ("owner", "agency", "agency_id", "modified", "free")] == [None] * 5
    assert (first["story_id"], first["canonical"], first["relation"]) == (rows[copy]["story_id"], True, "canonical")
    assert (rows[copy]["relation"], rows[copy]["order"], rows[copy]["copied_share"]) == ("exact", "later", 1.0)

    web.forget()
    again = desk.run(feeds, now=NOW + timedelta(hours=1))
    assert (again.code, again.items) == (0, {})
    assert again.summary["feeds"] == {"ok": 0, "unchanged": 4, "failed": 0, "skipped": 0}
    assert "extract" not in again.summary["seconds"]
    assert again.err.splitlines()[0] == "4 feeds; 0 new articles; 0 new stories, 0 articles joined known ones"
    assert sorted(asked.path for asked in web.log) == ["/atom.xml", "/feed.json", "/news.xml", "/rss.xml"]
    conditions = {asked.path: asked.headers.get("if-none-match") for asked in web.log}
    assert conditions == {"/rss.xml": '"r1"', "/atom.xml": '"a1"', "/feed.json": '"j1"', "/news.xml": None}
    assert desk.laws() == []


@pytest.mark.parametrize(("feeds", "fail_on", "code"), [("both", "any", 3), ("bad", "all", 3), ("bad", "never", 0)])
def test_failed_feeds_end_a_run_with_3_as_asked(web: Web, desk: Desk, feeds: str, fail_on: str, code: int) -> None:
    """--fail-on says whether one failed feed or only the failure of all is a failure of the run."""
    site = web.site()
    bad = site.put("/kaputt.xml", status=500)
    good = site.put("/leer.xml", press.rss([], title="Leer"))
    done = desk.run([bad, good] if feeds == "both" else [bad], "--fail-on", fail_on)
    assert done.code == code
    assert done.summary["feeds"]["failed"] == 1
    assert done.summary["errors"] == [{"url": bad, "class": "bad-status", "message": "HTTP 500"}]
    assert f"failed: {bad}: HTTP 500" in done.err


def test_wrong_calls_and_stores_have_their_codes(desk: Desk) -> None:
    """Usage 2, settings 4, store 5, each in three lines."""
    assert desk.call("run", "--only").code == 2
    wrong = desk.call("run", INGEST_FETCH__SPACNG="1")
    assert wrong.code == 4
    assert "spacing" in " ".join(wrong.error())
    desk.file.write_bytes(b"SQLite format 3\0" + b"nonsense" * 1000)
    assert (desk.run([]).code, desk.run([]).error()[0].startswith("error: ")) == (5, True)
    nowhere = desk.call("run", "--store", f"sqlite:///{desk.folder}/nowhere/news.db")
    assert nowhere.code == 5
    assert "folder" in nowhere.error()[1]


def test_a_second_run_is_refused_and_a_stopped_one_is_taken_up(web: Web, desk: Desk) -> None:
    """While one run waits for a slow host, a second exits with 75 and names it. SIGTERM ends the first within ten
    seconds with 0; what it left is deferred, and taken by the next."""
    quick, slow = web.site(), web.site()
    told = [press.story(next(NUMBERS)) for _ in range(4)]
    links = [quick.put(f"/a/schnell-{n}", press.page(one)) for n, one in enumerate(told[:2])]
    links += [slow.put(f"/b/langsam-{n}", press.page(one), delay=300) for n, one in enumerate(told[2:])]
    feed = quick.put("/rss.xml", press.rss(list(zip(links, told, strict=True))), etag='"1"')
    with desk.start(*desk.asking([feed]), INGEST_FETCH__TIMEOUT="300") as first:
        until(lambda: web.asked(links[2]))
        second = desk.call("run", "--wait", "0.1", "--feed", feed)
        assert second.code == 75
        assert f"ingest run (process {first.pid}, " in second.error()[1]
        begun = time.monotonic()
        first.send_signal(signal.SIGTERM)
        done = desk.end(first)
    assert time.monotonic() - begun < 90  # the host would keep it for minutes
    assert done.code == 0
    for n, one in enumerate(told[2:]):
        slow.put(f"/b/langsam-{n}", press.page(one))
    web.forget()
    rest = desk.run([feed], now=NOW + timedelta(hours=1))
    if done.summary:  # else the machine had no time for an orderly end, and it was ended after eight seconds
        assert done.items == {"seen": 4, "new": 2, "deferred": 2}
        assert "2 deferred" in done.err
        assert rest.items == {"seen": 4, "unchanged": 2, "new": 2}
        # The feed says that it has not changed; its answer was kept, since it was not worked through.
        assert web.asked(feed)[0].headers["if-none-match"] == '"1"'
        assert not web.asked(links[0])
    assert set(desk.articles()) == set(links)
    assert desk.laws() == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_to_all_processes_ends_a_run(web: Web, desk: Desk, number: signal.Signals, code: int) -> None:
    """A terminal sends SIGINT, a service manager SIGTERM to all processes at once; no page is blamed for it."""
    site = web.site()
    told = [press.story(next(NUMBERS)) for _ in range(30)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told[:-1])]
    links.append(site.put("/n/haengt", press.page(told[-1]), delay=300))
    feed = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))
    with desk.start(*desk.asking([feed]), INGEST_FETCH__TIMEOUT="300", INGEST_FETCH__PER_HOST="16") as running:
        until(lambda: web.asked(links[-1]))
        begun = time.monotonic()
        os.killpg(running.pid, number)
        done = desk.end(running)
    assert time.monotonic() - begun < 90  # the host would keep it for minutes
    assert done.code == code
    if done.summary:  # else the machine had no time for an orderly end, and it was ended after eight seconds
        assert set(done.items) <= {"seen", "new", "deferred"}
        assert done.items["deferred"] >= 1
    assert desk.rejected() == {}
    assert desk.laws() == []


def test_the_topic_keeps_cut_copies_without_its_words(web: Web, desk: Desk) -> None:
    """Off the topic is dropped and recorded; a copy cut to sentences without a topic word stays with its story."""
    site, other = web.site(), web.site()
    full = press.story(next(NUMBERS), paragraphs=6)
    about = full.but(paragraphs=(*full.paragraphs[:-1], full.paragraphs[-1] + " Die Granaten lagen im Schuppen."))
    cut, off = full.but(paragraphs=full.paragraphs[:4]), press.story(next(NUMBERS))
    links = [
        site.put("/l/munition-im-schuppen", press.page(about)),
        other.put("/l/kurz-gemeldet", press.page(cut)),
        other.put("/l/etwas-anderes", press.page(off)),
    ]
    first = site.put("/rss.xml", press.rss([(links[0], about)]))
    second = other.put("/rss.xml", press.rss([(links[1], cut), (links[2], off)]))
    desk.settings["INGEST_TOPIC__TERMS"] = json.dumps([["Granate*"]])
    assert desk.run([first]).items == {"seen": 1, "new": 1}
    done = desk.run([second])
    assert done.items == {"seen": 2, "new": 1, "off_topic": 1}
    kept = desk.articles()
    assert [(kept[url]["on_topic"], kept[url]["on_topic_from"]) for url in links[:2]] == [
        (True, "text"),
        (True, "story"),
    ]
    assert kept[links[0]]["topic_hits"] == [["Granate", "Granaten"]]
    assert [place["in"] for place in kept[links[0]]["topic_places"]] == ["text"]
    assert (desk.rejected()[links[2]]["class"], desk.rejected()[links[2]]["reason"]) == ("off_topic", "off-topic")
    assert desk.run([first, second], now=NOW + timedelta(days=40)).items == {}


def test_dresses_of_an_address_are_one_article(web: Web, desk: Desk) -> None:
    """Tracking parameters, AMP, a mobile page and a redirect lead to one article, which knows its addresses."""
    site = web.site()
    told = press.story(next(NUMBERS))
    plain = site.put("/wirtschaft/die-neue-werft-4711", press.page(told))
    head = f'<link rel="canonical" href="{plain}">'
    for path in ("/wirtschaft/die-neue-werft-4711/amp", "/mobil/die-neue-werft-4711"):
        site.put(path, press.page(told, head=head))
    site.put("/kurz/99", status=302, headers={"Location": plain})
    tracked = site.put("/wirtschaft/die-neue-werft-4711?utm_source=rss&utm_medium=feed", press.page(told))
    links = [tracked, site.url("/wirtschaft/die-neue-werft-4711/amp"), site.url("/mobil/die-neue-werft-4711"),
             site.url("/kurz/99"), f"{plain}#kommentare"]  # fmt: skip
    feed = site.put("/rss.xml", press.rss([(link, told) for link in links]))
    done = desk.run([feed])
    assert done.items == {"seen": 5, "new": 1, "duplicate_url": 4}
    [article] = desk.articles().values()
    assert article["url"] == plain
    assert {plain, site.url("/mobil/die-neue-werft-4711"), site.url("/kurz/99")} <= set(article["urls"])
    web.forget()
    site.put("/rss.xml", press.rss([(link, told) for link in [*links, plain]]))
    assert desk.run([feed], now=NOW + timedelta(hours=1)).items == {"seen": 6, "unchanged": 5, "duplicate_url": 1}
    assert [asked.path for asked in web.log] == ["/rss.xml"]
