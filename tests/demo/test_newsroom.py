"""The newsroom by itself: script, feeds, server."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.demo.newsroom import Newsroom
from ingest.demo.play import BETWEEN
from ingest.demo.script import load, read, swapped
from ingest.feeds import parse_feed
from ingest.settings import load as load_settings

NOW = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(NOW) as running:
        running.publish(second=True)
        yield running


def ask(url: str, **headers: str) -> Any:
    return OPENER.open(urllib.request.Request(url, headers=headers), timeout=60)  # noqa: S310  our own address


def test_the_script_is_complete() -> None:
    """Ten outlets, each with a page; every page has a story or a reason; the late ones are the youngest."""
    script = load()
    assert len(script.outlets) == 10
    assert all(script.of(outlet.name) for outlet in script.outlets)
    for one in script.publications:
        assert (one.sheet.story is None) != (one.sheet.refused is None), one.sheet.id
        assert one.sheet.late == (one.sheet.hours * 3600 < BETWEEN.total_seconds()), one.sheet.id
        assert one.states[0].paragraphs


def test_ids_and_addresses_are_given_once() -> None:
    """No two pages share an id, or a path at one outlet."""
    sheets = [one.sheet for one in load().publications]
    assert len({sheet.id for sheet in sheets}) == len(sheets)
    assert len({(sheet.outlet, sheet.path) for sheet in sheets}) == len(sheets)


def test_a_swap_that_finds_nothing_is_refused() -> None:
    """A copy whose edit does not apply is a mistake in the script, not an exact copy."""
    with pytest.raises(ValueError, match="does not occur"):
        swapped(("Ein Satz.",), [("kein", "k")])


def test_the_later_state_is_shown_in_the_second_round_alone() -> None:
    """A page with two states shows the first, then the second; a late page is not there at first."""
    text = """
        [topic]
        name = "t"
        terms = [["a"]]
        [[outlets]]
        name = "o"
        feed = "rss"
        look = "wire"
        [[pages]]
        id = "a"
        outlet = "o"
        path = "/a"
        title = "eins"
        hours = 3
        story = "a"
        text = "Es waren drei."
        later = { title = "zwei", swap = [["drei", "vier"]] }
        [[pages]]
        id = "b"
        outlet = "o"
        path = "/b"
        title = "b"
        hours = 1
        late = true
        story = "a"
        copy = "a"
        copy_later = true
        """
    changed, late = read(text).publications
    assert [changed.shown(second).title for second in (False, True)] == ["eins", "zwei"]  # type: ignore[union-attr]  # both are shown
    assert late.shown(second=False) is None
    assert late.shown(second=True).paragraphs == ("Es waren vier.",)  # type: ignore[union-attr]  # as above


def test_every_feed_says_what_the_script_says(newsroom: Newsroom) -> None:
    """Each outlet's feed, in its own format, is read by the ordinary readers without a loss."""
    formats = set()
    for outlet in newsroom.script.outlets:
        url = newsroom.feed_url(outlet)
        parsed = parse_feed(ask(url).read(), url=url)
        formats.add(parsed.format)
        wanted = {(newsroom.url(one), one.states[-1].title) for one in newsroom.script.of(outlet.name)}
        assert {(item.url, item.title) for item in parsed.items} == wanted
        assert all(item.published for item in parsed.items)
    assert formats == {"rss", "atom", "rdf", "json", "sitemap"}


def test_what_did_not_change_is_not_sent_again(newsroom: Newsroom) -> None:
    """A request that names the ETag it knows is answered 304; another path is 404."""
    url = newsroom.address("freighter")
    answer = ask(url)
    with pytest.raises(urllib.error.HTTPError) as same:
        ask(url, **{"If-None-Match": answer.headers["ETag"]})
    assert (same.value.code, same.value.read()) == (304, b"")
    with pytest.raises(urllib.error.HTTPError) as other:
        ask(url + "/nothing")
    assert other.value.code == 404
    same.value.close()
    other.value.close()
    answer.close()


def test_the_settings_are_valid_and_open_loopback_alone(newsroom: Newsroom, tmp_path: Path) -> None:
    """The file that follows the newsroom passes the ordinary check and names all its feeds."""
    file = tmp_path / "config.toml"
    file.write_text(newsroom.settings(), encoding="utf-8")
    config = load_settings(file, environ={}, cwd=tmp_path).config
    assert config.fetch.allow_private == ["127.0.0.1/32"]
    assert [feed.outlet for feed in config.feeds] == [outlet.name for outlet in newsroom.script.outlets]
    assert config.store.url == f"sqlite:///{tmp_path / 'newsfold.db'}"


def test_truth_and_refusals_cover_every_page(newsroom: Newsroom) -> None:
    """Each address is either in exactly one story or refused."""
    told = [url for urls in newsroom.stories() for url in urls]
    assert sorted([*told, *newsroom.refusals()]) == sorted(newsroom.url(one) for one in newsroom.script.publications)
