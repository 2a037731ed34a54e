"""Which entries are new: the ladder of GUID and address, and the law that a second look finds nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.feeds import KnownEntry, Sighting, match
from ingest.model import Item
from ingest.urls import address_key
from store.model import ItemRow

FEED = "https://kranbote.example/feed"
NOW = datetime(2024, 3, 11, 12, tzinfo=UTC)


def item(path: str | None, guid: str | None = None, title: str = "Kai gesperrt", **more: str) -> Item:
    return Item(url=f"https://kranbote.example/{path}" if path is not None else None, guid=guid, title=title, **more)  # type: ignore[arg-type]  # texts only


def saved(sightings: Sequence[Sighting], known: Sequence[KnownEntry] = ()) -> list[ItemRow]:
    """Rows as the store keeps them: by key, the last word counts."""
    rows = {row.key: row for row in known if isinstance(row, ItemRow)}
    for s in sightings:
        rows[s.key] = ItemRow(
            feed_id=1, key=s.key, url=s.url, guid=s.item.guid, digest=s.digest, first_seen=NOW, last_seen=NOW
        )
    return list(rows.values())


def look(items: Sequence[Item], known: Sequence[KnownEntry] = ()) -> list[Sighting]:
    return match(items, known, feed_url=FEED)


def states(items: Sequence[Item], known: Sequence[KnownEntry] = ()) -> list[str]:
    return [s.state for s in look(items, known)]


def test_what_was_never_seen_is_new_and_then_unchanged() -> None:
    """A first look finds everything new, a second nothing."""
    items = [item("a", "g1"), item("b", "g2"), item("c"), item(None, "g4")]
    first = look(items)
    assert [s.state for s in first] == ["new", "new", "new", "nolink"]
    assert len({s.key for s in first}) == 4
    assert states(items, saved(first)) == ["unchanged", "unchanged", "unchanged", "nolink"]


def test_another_text_is_a_change() -> None:
    """Title, summary, content and updated time each count; author and published time do not."""
    before = item("a", "g1")
    known = saved(look([before]))
    for after in (
        before._replace(title="Kai offen"),
        before._replace(summary="Seit Mittag."),
        before._replace(content="<p>Seit Mittag.</p>"),
        before._replace(updated=NOW),
    ):
        assert states([after], known) == ["changed"]
    assert states([before._replace(author="Mara Lund", published=NOW)], known) == ["unchanged"]


def test_text_that_moves_between_fields_is_a_change() -> None:
    """The digest keeps fields apart."""
    known = saved(look([item("a", "g1", "Kai", summary="gesperrt")]))
    assert states([item("a", "g1", "Kaig", summary="esperrt")], known) == ["changed"]


def test_a_changed_guid_for_a_known_address_is_no_change() -> None:
    """Publishers who stamp a new GUID on each rendering do not make new entries."""
    known = saved(look([item("a", "g1"), item("b", "g2")]))
    again = look([item("a", "h1"), item("b", "h2")], known)
    assert [s.state for s in again] == ["unchanged", "unchanged"]
    assert [s.key for s in again] == [row.key for row in known]


def test_spellings_of_an_address_are_one() -> None:
    """http and https, www, tracking and a trailing slash do not make a new entry or a change."""
    known = saved(look([item("a", "g1"), item("b")]))
    again = [
        Item(url="http://www.kranbote.example/a/?utm_source=rss", guid="g1", title="Kai gesperrt"),
        Item(url="https://kranbote.example/b#top", guid=None, title="Kai gesperrt"),
    ]
    assert states(again, known) == ["unchanged", "unchanged"]


def test_a_known_guid_at_a_new_address_is_the_same_entry() -> None:
    """A moved article keeps its key and is fetched again."""
    known = saved(look([item("a", "g1")]))
    [moved] = look([item("a-neu", "g1")], known)
    assert (moved.state, moved.key, moved.url) == ("changed", known[0].key, "https://kranbote.example/a-neu")
    assert states([item("a-neu", "g1")], saved([moved], known)) == ["unchanged"]


def test_a_guid_that_all_entries_share_loses_nothing() -> None:
    """With one GUID for all, address and GUID together are the identity; a later entry is new, not a move."""
    items = [item("a", "alle", "A"), item("b", "alle", "B"), item("c", "alle", "C")]
    known = saved(look(items))
    assert len(known) == 3
    assert states(items, known) == ["unchanged"] * 3
    assert states([item("d", "alle", "D"), *items[:2]], known) == ["new", "unchanged", "unchanged"]
    assert states([item("d", "alle", "D")], known) == ["new"]


def test_guids_by_position_do_not_swap_entries() -> None:
    """Where the GUID is the place in the list, the address decides."""
    known = saved(look([item("a", "1", "A"), item("b", "2", "B")]))
    again = look([item("c", "1", "C"), item("a", "2", "A"), item("b", "3", "B")], known)
    assert [s.state for s in again] == ["new", "unchanged", "unchanged"]
    assert (
        states([item("c", "1", "C"), item("a", "2", "A"), item("b", "3", "B")], saved(again, known))
        == ["unchanged"] * 3
    )


def test_entries_of_one_page_are_told_apart_by_guid() -> None:
    """A ticker lists many entries at one address: their GUIDs keep them apart."""
    items = [item("ticker#1", "t1", "10 Uhr"), item("ticker#2", "t2", "11 Uhr")]
    known = saved(look(items))
    assert len(known) == 2
    assert states([item("ticker#3", "t3", "12 Uhr"), *items], known) == ["new", "unchanged", "unchanged"]


def test_a_repeat_is_said_and_does_not_overwrite() -> None:
    """The second entry of one identity is a repeat and carries the first one's digest."""
    first, second = look([item("a", None, "Kai gesperrt"), item("a?utm_source=x", None, "Kai offen")])
    assert (first.state, second.state) == ("new", "repeat")
    assert second.digest == first.digest
    assert states([item("a", "g", "x"), item("a", "g", "y")]) == ["new", "repeat"]


def test_entries_without_an_address_stay_apart() -> None:
    """nolink entries have identities of their own, by GUID or by title and time."""
    items = [
        item(None, None, "A"),
        item(None, None, "B"),
        item(None, "g", "A"),
        item(None, "g", "B"),
        item(None, None, "A"),
    ]
    first = look(items)
    assert [s.state for s in first] == ["nolink"] * 4 + ["repeat"]
    assert len({s.key for s in first}) == 4
    assert [s.key for s in look(items, saved(first))] == [s.key for s in first]


def test_unusable_addresses_are_no_addresses() -> None:
    """An entry whose address cannot be asked for is nolink."""
    assert states([Item(url="http://[", guid="g"), Item(url="mailto:x", guid="h")]) == ["nolink", "nolink"]


def test_keys_are_bounded() -> None:
    """A GUID of a megabyte does not become a key of a megabyte."""
    [sighting] = look([item("a", "g" * 2**20)])
    assert len(sighting.key) < 600


ENTRIES = st.lists(
    st.builds(
        Item,
        url=st.sampled_from(
            [None, "https://a.example/1", "http://www.a.example/1/", "https://a.example/2", "javascript:1", ""]
        ),
        guid=st.sampled_from([None, "g1", "g2", "g1 a.example/1", "x" * 600]),
        title=st.sampled_from(["", "A", "B", "\ud800"]),
        published=st.sampled_from([None, NOW, NOW + timedelta(hours=1)]),
    ),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(ENTRIES, ENTRIES)
def test_a_second_look_finds_nothing_new(before: list[Item], after: list[Item]) -> None:
    """No entry is new or changed the second time, whatever was known before, and no new address goes unfetched."""
    known = saved(look(before))
    first = look(after, known)
    assert len(first) == len(after)
    assert len({s.key for s in first if s.state != "repeat"}) == sum(s.state != "repeat" for s in first)
    second = look(after, saved(first, known))
    assert {s.state for s in second} <= {"unchanged", "repeat", "nolink"}
    fetched = {address_key(s.url) for s in first if s.url and s.state in {"new", "changed"}}
    held = {address_key(row.url) for row in known if row.url}
    assert {address_key(s.url) for s in first if s.url} <= fetched | held
