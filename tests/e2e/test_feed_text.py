"""A page that may not be read: the text that its feed carries stands in for it, marked, until the page can be had."""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.press import NOW, Story
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough


def carrying(entries: list[tuple[str, Story, str]]) -> str:
    """A feed with the text of each entry beside its summary."""
    items = "".join(
        f"<item><link>{escape(link)}</link><guid isPermaLink='false'>{escape(link)}#1</guid>"
        f"<title>{escape(told.title)}</title><description>{escape(told.summary)}</description>"
        f"<content:encoded>{escape(content)}</content:encoded></item>"
        for link, told, content in entries
    )
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Bote</title>'
        f"<link>http://example.org/</link><language>de</language>{items}</channel></rss>"
    )


def body(told: Story) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in told.paragraphs)


def test_a_feed_s_text_stands_in_for_a_closed_page(web: Web, desk: Desk) -> None:
    """Closed by robots.txt, a status or a script: kept from the feed. Deleted, or with too little in the feed: refused
    with the page's own reason. An excerpt is partial. A page that opens replaces the feed's text as a revision."""
    site, closed = web.site(), web.site()
    closed.put("/robots.txt", "User-agent: *\nDisallow: /\n", kind="text/plain")
    stories = {name: press.story(7000 + n) for n, name in enumerate(("r", "b", "s", "gone", "short", "excerpt"))}
    urls = {
        "r": closed.url("/artikel-1"),
        "b": site.put("/n/verboten", status=403),
        "s": site.put("/n/skript", press.notice("Bote", "Bitte aktivieren Sie JavaScript.", scripts=5)),
        "gone": site.url("/n/nie-da"),
        "short": site.put("/n/kurz", status=401),
        "excerpt": site.put("/n/anriss", status=403),
    }
    told = {name: (body(one), one) for name, one in stories.items()}
    teaser = " ".join(stories["excerpt"].paragraphs)
    told["short"] = ("<p>Mehr dazu auf unserer Seite.</p>", stories["short"])
    told["excerpt"] = (f"<p>{escape(teaser)}</p>", stories["excerpt"].but(summary=teaser))
    feed = site.put("/rss.xml", carrying([(urls[name], one, content) for name, (content, one) in told.items()]))
    desk.settings["INGEST_FETCH__RECHECK"] = "[86400]"
    desk.run([feed])

    kept = desk.articles()
    assert {url: (row["text_from"], row["partial"]) for url, row in kept.items()} == {
        urls["r"]: ("feed", False), urls["b"]: ("feed", False), urls["s"]: ("feed", False),
        urls["excerpt"]: ("feed", True),
    }  # fmt: skip
    assert kept[urls["r"]]["text"].splitlines() == list(stories["r"].paragraphs)
    refused = {url: row["reason"] for url, row in desk.rejected().items()}
    assert refused == {urls["gone"]: "gone", urls["short"]: "blocked"}

    site.put("/n/verboten", press.page(stories["b"].but(paragraphs=(*stories["b"].paragraphs, "Das ist neu."))))
    for hours in (30, 80):
        desk.call("run", "--feeds-from", "feeds.txt", "--now", (NOW + timedelta(hours=hours)).isoformat())
    opened = desk.articles()[urls["b"]]
    assert (opened["text_from"], opened["revisions"]) == ("page", 2)
    assert "Das ist neu." in opened["text"]
    assert desk.articles()[urls["r"]]["text_from"] == "feed"
    assert desk.laws() == []


def test_it_can_be_turned_off(web: Web, desk: Desk) -> None:
    """With `feed_text` off, or without a text in the feed, a closed page is refused as ever; JSON Feed is read too."""
    site = web.site()
    one, two = site.put("/n/eins", status=403), site.put("/n/zwei", status=403)
    entries = [{"id": one, "url": one, "title": press.story(7101).title, "content_html": body(press.story(7101))}]
    entries.append({"id": two, "url": two, "title": press.story(7102).title, "summary": press.story(7102).summary})
    feed = site.put("/feed.json", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": entries}))
    desk.settings["INGEST_EXTRACT__FEED_TEXT"] = "false"
    desk.run([feed])
    assert {row["reason"] for row in desk.rejected().values()} == {"blocked"}
    assert not desk.articles()
    desk.settings["INGEST_EXTRACT__FEED_TEXT"] = "true"
    desk.run([feed], now=NOW + timedelta(hours=60))
    assert not desk.articles(), "the entries are remembered without their text until the feed changes"
    entries[0]["summary"] = "Neu gefasst."
    site.put("/feed.json", json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": entries}))
    desk.run([feed], now=NOW + timedelta(hours=90))
    assert {url: row["text_from"] for url, row in desk.articles().items()} == {one: "feed"}
