"""Who had it from whom: the version that holds most of one's words, in time, without circles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe.source import COMPARED, LATE, Version, nearest, tree
from tests.quality import edits
from tests.quality.reports import report

TEXT = report("hafen").text
CUT = edits.cut(TEXT, share=0.5)
MARKED = TEXT.replace("elf Schiffe", "zwölf große Schiffe")
CUT_OF_MARKED = edits.cut(MARKED, share=0.8)
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def version(number: int, text: str | None = TEXT, hours: float = 0, **more: object) -> Version:
    return Version(id=number, text=text, moment=NOON + timedelta(hours=hours), **more)  # type: ignore[arg-type]


def sources(*versions: Version) -> dict[int, int]:
    return {number: found.id for number, found in nearest(versions).items()}


def test_an_edit_that_two_share_came_with_the_text() -> None:
    """The copy of a copy is told from a copy of the original by the change it took over."""
    assert MARKED != TEXT
    assert CUT_OF_MARKED not in TEXT
    found = tree([version(1), version(2, MARKED, 3), version(3, CUT_OF_MARKED, 6)], canonical=1)
    assert {number: link.id for number, link in found.items()} == {2: 1, 3: 2}
    assert found[3].share == 1
    assert found[2].share < 1


def test_the_earliest_of_equals() -> None:
    """Where several hold the same words, the first has it; an agency's own page goes before outlets."""
    assert sources(version(1), version(2, hours=1), version(3, CUT, 8))[3] == 1
    assert sources(version(1), version(2, hours=1, agency=True), version(3, CUT, 8))[3] == 2
    assert sources(version(2, hours=9), version(1, hours=8), version(3, CUT, 30))[3] == 1


def test_of_equals_the_one_that_the_others_come_from() -> None:
    """A copy dated an hour early holds as much as the canonical article, which stands nearer to the others."""
    versions = [version(1, hours=1), version(2, edits.typography(TEXT)), version(3, CUT, 8)]
    assert nearest(versions, canonical=1)[3].id == 1
    assert nearest(versions)[3].id == 2


def test_nothing_is_copied_from_what_did_not_exist() -> None:
    """A version dated later is no source, but for the two hours by which dates are wrong."""
    late = LATE + timedelta(minutes=1)
    long_after = Version(id=3, text=MARKED, moment=NOON + late)
    assert sources(version(1), version(2, MARKED), long_after)[2] == 1
    assert sources(version(1), version(2, MARKED), version(3, MARKED, 1))[2] == 3


def test_what_an_article_names_goes_first() -> None:
    """A source that the page itself gives is taken at its word, whatever its date and text."""
    found = nearest([version(1), version(2, MARKED, 1), version(3, CUT, 2, names=2)])
    assert (found[3].id, found[3].basis) == (2, "named")
    assert (found[2].id, found[2].basis) == (1, "copied")


def test_nobody_and_nothing_shared() -> None:
    """One alone has no source; neither has a sketch, or what shares no run of words with another."""
    assert nearest([]) == nearest([version(1)]) == {}
    found = nearest([version(1), version(2, None), version(3, report("oper").text)])
    assert found == {}
    assert tree([version(1), version(2, hours=1)], canonical=2).keys() == {1}


def test_a_large_story_is_bounded() -> None:
    """In a story of hundreds each version is compared with the first, the canonical and those before it."""
    crowd = [version(n, edits.copyedit(TEXT, edits.seeded(n), rate=0.03), n) for n in range(3 * COMPARED)]
    crowd.append(version(1000, CUT, 500))
    found = tree(crowd, canonical=40)
    assert found.keys() == {v.id for v in crowd} - {40}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_links_are_a_tree_whatever_the_order(data: st.DataObject) -> None:
    """From every version the links lead to the canonical one, and the order of the arguments changes nothing."""
    pool = [TEXT, CUT, MARKED, CUT_OF_MARKED, edits.typography(TEXT)]
    texts = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=7))
    hours = data.draw(st.lists(st.integers(0, 5), min_size=len(texts), max_size=len(texts)))
    versions = [version(n, text, hour) for n, (text, hour) in enumerate(zip(texts, hours, strict=True))]
    root = data.draw(st.sampled_from(range(len(texts))))
    found = tree(versions, canonical=root)
    assert found == tree(data.draw(st.permutations(versions)), canonical=root)
    for one in versions:
        here, steps = one.id, 0
        while here != root:
            here, steps = found[here].id, steps + 1
            assert steps <= len(versions)


@pytest.mark.parametrize("text", ["", "—"])
def test_a_text_without_words(text: str) -> None:
    """It shares nothing and is nobody's source."""
    assert sources(version(1), version(2, text)) == {}
