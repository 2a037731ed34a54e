"""`ingest feeds discover` against sites that hide their feeds in every usual way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.docs.reference import documented_keys
from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.web import Site, Web


def told(site: Site, *numbers: int) -> list[tuple[str | None, press.Story]]:
    return [(site.url(f"/n/{number}"), press.story(number)) for number in numbers]


def test_a_site_is_searched_where_feeds_are_named(web: Web, desk: Desk) -> None:
    """The page's head, its anchors, robots.txt and the index it names: each feed was read, an empty one, a plain
    sitemap and a page are not listed, and a site that names its feeds is not asked at the usual places."""
    site, other = web.site(), web.site()
    feed = site.put("/rss-welt", press.rss(told(site, 1, 2)))
    twin = site.put("/atom-welt", press.atom(told(site, 1, 2)))
    news = site.put("/karten/aktuell.xml", press.sitemap(told(site, 3)))
    site.put("/karten/alles.xml", "<urlset><url><loc>http://a.example/1</loc></url></urlset>")
    site.put("/karten/index.xml", f"<sitemapindex><sitemap><loc>{site.url('/karten/alles.xml')}</loc></sitemap>"
             f"<sitemap><loc>{news}</loc></sitemap></sitemapindex>")  # fmt: skip
    site.put("/leer.rss", press.rss([]))
    site.put("/robots.txt", f"User-agent: *\nDisallow: /geheim\nSitemap: {site.url('/karten/index.xml')}\n")
    site.put(
        "/",
        f"""<html><head><link rel="alternate" type="application/rss+xml" href="/rss-welt">
        <link rel="alternate" type="application/rss+xml" href="/geheim/rss"></head><body>
        <a href="/atom-welt">Feed</a> <a href="/leer.rss">x</a> <a href="/feedback">Schreiben Sie uns</a>
        <a href="{other.url("/rss")}">Andere</a></body></html>""",
    )
    done = desk.call("feeds", "discover", site.url("/"), "--add")
    assert done.code == 0, done.err
    assert [(row["url"], row["format"], row["found_by"], row["entries"]) for row in done.rows] == [
        (feed, "rss", "page", 2),
        (twin, "atom", "link", 2),
        (news, "sitemap", "sitemap index", 1),
    ]
    assert [row["same_as"] for row in done.rows] == [None, feed, None]
    assert {frozenset(row) for row in done.rows} == {frozenset(documented_keys("found feed"))}
    assert done.rows[0]["newest"] is not None
    asked = [one.path for one in web.log if one.host == site.host]
    assert len(asked) == len(set(asked)) + 1, "robots.txt is read as a rule and once as a page, all else once"
    assert not {"/geheim/rss", "/feedback", "/feed", "/rss.xml"} & set(asked)
    assert not [one for one in web.log if one.host == other.host]
    assert [row["url"] for row in desk.call("feeds", "list").rows] == [feed, news]


def test_a_silent_site_is_asked_at_the_usual_places(web: Web, desk: Desk) -> None:
    """Where nothing names a feed, the usual places are tried, and no more."""
    site = web.site()
    site.put("/", "<html><body>Willkommen</body></html>")
    feed = site.put("/feed.xml", press.rss(told(site, 5)))
    done = desk.call("feeds", "discover", site.url("/"))
    assert [(row["url"], row["found_by"]) for row in done.rows] == [(feed, "usual place")]
    assert len([one for one in web.log if one.host == site.host]) <= 14


def test_a_feed_is_its_own_discovery_and_nothing_is_said_as_such(web: Web, desk: Desk) -> None:
    """The address of a feed is listed as it is; a site without any ends with 6 and three lines."""
    site, bare = web.site(), web.site()
    feed = site.put("/x", press.rss(told(site, 6)))
    assert [row["url"] for row in desk.call("feeds", "discover", feed).rows] == [feed]
    done = desk.call("feeds", "discover", bare.url("/"))
    assert done.code == 6
    assert "no feed found" in done.error()[0]
    assert desk.call("feeds", "discover", "ftp://x.example/").code == 2


def test_a_site_that_wants_to_be_left_alone_is(web: Web, desk: Desk) -> None:
    """What a site answers to a search holds for the next run, and the other way round."""
    site = web.site()
    feed = site.put("/rss", press.rss(told(site, 7)))
    desk.call("feeds", "add", feed)
    site.put("/", "Genug", status=429, headers={"Retry-After": "3600"})
    assert desk.call("feeds", "discover", site.url("/")).code == 6
    web.forget()
    done = desk.call("run")
    assert (done.code, web.asked(feed)) == (0, [])
    assert desk.call("feeds", "discover", feed).code == 6
    assert not [one for one in web.log if one.host == site.host]


def test_whoever_looks_at_a_feed_leaves_alone_who_wants_that(web: Web, desk: Desk) -> None:
    """What a run was told holds for `feeds test`, `extract`, `topic test` and a dry run, and what these are told for
    the next run; without a store nobody makes one."""
    told_run, told_test, told_dry = web.site(), web.site(), web.site()
    late = {"Retry-After": "3600"}
    addresses = [site.put("/rss", "Genug", status=429, headers=late) for site in (told_run, told_test, told_dry)]
    assert desk.call("feeds", "test", addresses[0]).code == 3
    assert not desk.file.exists()
    assert desk.call("run", "--feed", addresses[0]).code == 3
    assert desk.call("feeds", "test", addresses[1]).code == 3
    assert desk.call("run", "--dry-run", "--feed", addresses[2]).code == 0
    web.forget()
    for site, number in zip((told_run, told_test, told_dry), (31, 32, 33), strict=True):
        site.put("/rss", press.rss(told(site, number)))
    named = [word for feed in addresses for word in ("--feed", feed)]
    assert desk.call("run", *named, "--force").code == 0
    [row] = desk.call("feeds", "test", addresses[0], "--json").rows
    assert row["error"] == "deferred"
    assert "wants to be left alone until 20" in row["detail"]
    page = told_run.put("/n/31", press.page(press.story(31)))
    assert desk.call("extract", page, "--json").rows[0]["error"] == "deferred"
    assert desk.call("topic", "test", page).code == 6
    assert web.log == []
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    desk.call("run", *named, "--now", later)
    assert [len(web.asked(feed)) for feed in addresses] == [1, 1, 1]
