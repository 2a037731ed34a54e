"""`ingest feeds`: out of the list, off and on again, out as OPML and in again."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds import read_feed_list, write_feed_list
from tests.cli.conftest import Done

Call = Callable[..., Done]
A, B, SET = "https://one.example/rss", "https://two.example/rss?a=1&b=2", "http://127.0.0.1:1/feed.xml"


def enabled(ingest: Call) -> dict[str, bool]:
    return {row["url"]: row["enabled"] for row in ingest("feeds", "list").rows}


def test_feeds_are_removed(ingest: Call, settings: Path) -> None:
    """What was added is forgotten; what the settings name is refused with the file that names it; unknown ones end
    with 6 and the nearest known one, and then nothing is removed."""
    assert ingest("feeds", "add", A, B).code == 0
    unknown = ingest("feeds", "remove", A, "https://one.example/rsss")
    assert unknown.code == 6
    assert A in unknown.error()[2]
    assert len(enabled(ingest)) == 3
    named = ingest("feeds", "remove", SET)
    assert named.code == 2
    assert str(settings) in named.error()[1]
    assert "1 removed" in ingest("feeds", "remove", A).err
    assert list(enabled(ingest)) == [SET, B]


def test_feeds_are_switched_off_and_on(ingest: Call, settings: Path) -> None:
    """Off by hand stays off whatever the settings say, with the reason; a run does not poll it; on is due at once."""
    ingest("feeds", "add", A)
    assert ingest("feeds", "disable", A, SET, "--reason", "only sports").code == 0
    rows = {row["url"]: row for row in ingest("feeds", "list").rows}
    assert {row["disabled_reason"] for row in rows.values()} == {"only sports"}
    assert not any(enabled(ingest).values())
    run = ingest("run", "--fail-on", "any", "-q")
    assert run.code == 0, "no feed was polled, so none failed"
    assert ingest("feeds", "enable", SET).code == 0
    assert enabled(ingest) == {SET: True, A: False}
    assert ingest("feeds", "enable", "https://no.example/").code == 6


def test_what_the_settings_switch_off_is_switched_on_there(ingest: Call, settings: Path) -> None:
    """Enabling such a feed would last until the next run, so it is refused."""
    settings.write_text(f'[[feeds]]\nurl = "{SET}"\nenabled = false\n')
    done = ingest("feeds", "enable", SET)
    assert done.code == 2
    assert str(settings) in done.error()[1]


def test_what_the_settings_no_longer_name_is_not_polled(ingest: Call, settings: Path) -> None:
    """It is listed as off, with the reason, is not counted as polled, and is no part of an export."""
    ingest("run", "--fail-on", "never", "-q")
    ingest("feeds", "add", A)
    assert enabled(ingest) == {SET: True, A: True}
    settings.write_text("")
    rows = {row["url"]: row for row in ingest("feeds", "list").rows}
    assert (rows[SET]["enabled"], rows[SET]["disabled_reason"]) == (False, "no longer in the settings")
    assert rows[A]["enabled"]
    assert SET not in ingest("feeds", "export").out
    doctor = {row["detail"]: row["fix"] for row in ingest("doctor").rows}
    assert doctor[f"{SET} is off: no longer in the settings"].endswith(f"or ingest feeds add {SET}")
    assert "ingest feeds add" in ingest("feeds", "enable", SET).error()[2]
    ingest("feeds", "add", SET)
    assert enabled(ingest) == {SET: True, A: True}


def test_the_settings_stand_before_what_was_added_while_they_say_something(ingest: Call, settings: Path) -> None:
    """Interval and outlet of the file win over those of `feeds add`; taken out of it, those come back, or the usual."""

    def told(text: str) -> tuple[object, object]:
        settings.write_text(text)
        ingest("run", "--fail-on", "never", "-q")
        [row] = [row for row in ingest("feeds", "list").rows if row["url"] == SET]
        return row["interval"], row["outlet"]

    named = f'[[feeds]]\nurl = "{SET}"\n'
    assert told(f'{named}interval = 60\noutlet = "Bote"\n') == (60, "Bote")
    assert told(named) == (None, None)
    ingest("feeds", "add", SET, "--interval", "900")
    assert told(f"{named}interval = 60\n") == (60, None)
    settings.write_text(f"{named}interval = 70\n")
    assert next(row["interval"] for row in ingest("feeds", "list").rows) == 70, "also before a run takes it up"
    assert told(named) == (900, None)
    assert told("") == (900, None)
    assert enabled(ingest) == {SET: True}


def test_a_feed_is_added_once_however_it_is_spelled(ingest: Call) -> None:
    """Case of the host and the usual port do not make another feed; what is said of a known one is taken over."""
    spellings = ("https://ONE.example/rss", "https://one.example:443/rss", A)
    assert "1 added, 0 known" in ingest("feeds", "add", *spellings).err
    assert "0 added, 1 known" in ingest("feeds", "add", A, "--language", "de").err
    rows = [row for row in ingest("feeds", "list").rows if row["url"] != SET]
    assert [(row["url"], row["language"]) for row in rows] == [(spellings[0], "de")]
    assert ingest("feeds", "add", "https://").code == 2


def test_feeds_go_out_as_opml_and_in_again(ingest: Call, settings: Path, tmp_path: Path) -> None:
    """A well-formed list, which another store takes with titles and languages; off ones only with --all."""
    ingest("feeds", "add", A, "--title", 'A & "B" <i>Ö</i>\u202e', "--language", "de")
    ingest("feeds", "add", B)
    ingest("feeds", "disable", B)
    assert "2 feeds written" in ingest("feeds", "export", "-o", "out.opml").err
    outlines = list(ET.parse(tmp_path / "out.opml").iter("outline"))  # noqa: S314 -- our own file
    assert [outline.get("xmlUrl") for outline in outlines] == [SET, A]
    everything = ingest("feeds", "export", "--all").out
    assert B.replace("&", "&amp;") in everything
    other = ("--store", "sqlite:///other.db")
    settings.unlink()
    assert "3 added" in ingest("feeds", "import", "-", *other, stdin=everything).err
    row = next(row for row in ingest("feeds", "list", *other).rows if row["url"] == A)
    assert (row["title"], row["language"]) == ('A & "B" Ö', "de")


def test_what_is_no_feed_in_a_list_is_named(ingest: Call) -> None:
    """Each refused line by its number, in words; a list of nothing else ends with 6 and adds nothing."""
    done = ingest("feeds", "import", "-", stdin=f"{A}\nftp://one.example/rss\n")
    assert done.code == 0
    assert done.err.splitlines()[0] == "refused: line 2: ftp://one.example/rss: not http(s): ftp"
    for nothing in ("", "# only a remark\n", "ftp://one.example/rss\n"):
        assert ingest("feeds", "import", "-", stdin=nothing).code == 6
    assert list(enabled(ingest)) == [A]


def test_feeds_as_csv(ingest: Call) -> None:
    """Times stand in a table of values as they do in JSON, also where one is missing."""
    ingest("feeds", "add", A)
    heading, line = ingest("feeds", "list", "--format", "csv").out.splitlines()
    told = dict(zip(heading.split(","), line.split(","), strict=True))
    [row] = ingest("feeds", "list").rows
    assert (told["url"], told["due_at"], told["last_polled"]) == (A, row["due_at"], "")


@pytest.mark.parametrize("args", [["feeds", "remove", A], ["feeds", "disable", A]])
def test_without_a_store_there_is_nothing_to_switch(ingest: Call, tmp_path: Path, args: list[str]) -> None:
    """No store is made for an address that nobody knows."""
    assert ingest(*args).code in {5, 6}
    assert not list(tmp_path.glob("*.db"))


@given(
    st.lists(st.tuples(st.integers(0, 9), st.text(), st.sampled_from([None, "de", "pt-br"])), unique_by=lambda f: f[0])
)
def test_any_list_survives_the_way_out_and_in(feeds: list[tuple[int, str, str | None]]) -> None:
    """Whatever a title holds, the file is well-formed and gives the same addresses and languages."""
    listed = [(f"https://h{number}.example/f?x='\"<&>", title, language) for number, title, language in feeds]
    text = write_feed_list(listed)
    ET.fromstring(text.encode())  # noqa: S314 -- our own text
    read = read_feed_list(text.encode())
    assert [(feed.url, feed.language) for feed in read.feeds] == [(url, language) for url, _, language in listed]
    assert not read.refused
