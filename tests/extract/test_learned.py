"""Learned furniture: what stands in many unrelated stories of one outlet is cut, whatever its language."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.learned import STORIES, Sighting, block_key, stories_of, to_cut
from ingest.extract.plain import tokens
from tests.extract.pages import PARAGRAPHS

OUTLET, OTHER = "talbote.example", "bergblatt.example"
BEGIN = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
BOX = "Jorinde Falk schreibt seit elf Jahren über Handwerk, Landwirtschaft und alles, was im Tal dazwischen liegt."


def seen(stories: int = STORIES, *, outlet: str = OUTLET, first: int = 1, every: float = 1.0) -> list[Sighting]:
    """A sighting in each of so many stories, `every` so many days."""
    return [Sighting(outlet, None, first + n, BEGIN + n * timedelta(days=every)) for n in range(stories)]


def test_five_stories_on_different_days() -> None:
    """A block of five unrelated stories is furniture, one of four is not, nor one of five on a single day."""
    assert stories_of(seen(), OUTLET) == STORIES
    assert stories_of(seen(STORIES - 1), OUTLET) == 0
    assert stories_of(seen(every=0.1), OUTLET) == 0


def test_copies_of_one_story_count_once() -> None:
    """Thirty articles of one story on one outlet are one story."""
    assert stories_of([Sighting(OUTLET, None, 1, BEGIN + timedelta(days=n)) for n in range(30)], OUTLET) == 0


def test_a_block_of_two_houses_in_one_story_is_text() -> None:
    """What an agency's customers print alike is theirs together; two outlets of one owner are one house."""
    shared = Sighting(OTHER, None, 3, BEGIN)
    assert stories_of([*seen(), shared], OUTLET) == 0
    assert stories_of([*seen(), Sighting(OTHER, None, 99, BEGIN)], OUTLET) == STORIES
    sisters = [Sighting(one.outlet, "Talverlag", one.story, one.at) for one in (*seen(), shared)]
    assert stories_of(sisters, OUTLET) == STORIES


def test_what_is_furniture_here_is_text_there() -> None:
    """Each outlet has its own furniture."""
    assert stories_of(seen(), OTHER) == 0


@pytest.mark.parametrize(
    "block",
    ["Hintergrund", "Was nun?", "Nähere Einzelheiten wurden nicht bekannt.", "Quartal bis 31. März", "背景", "***", ""],
)
def test_blocks_too_short_to_be_told_from_text(block: str) -> None:
    """A subheading, a stock sentence and a line of a table come again by themselves."""
    assert block_key(block) is None


@pytest.mark.parametrize(
    "block", [BOX, "Mehr aus dem Tal", "Читайте также на сайте", "続きを読むにはこちら", "اقرأ أيضا على موقعنا"]
)
def test_blocks_that_are_counted(block: str) -> None:
    """Labels and sentences of any script are known by their words; typography does not count."""
    assert block_key(block) is not None
    assert block_key(f"» {block.upper()} ") == block_key(block)


def cut(blocks: list[str], *furniture: str, **more: object) -> list[str]:
    """The blocks set aside where these are furniture of ten stories."""
    stories = {known: 10 for block in furniture if (known := block_key(block)) is not None}
    return [blocks[at] for at in to_cut(blocks, stories, **more)]  # type: ignore[arg-type]  # by name, as the callers do


def test_learned_blocks_are_cut() -> None:
    """A known block goes, wherever it stands; the text stays."""
    assert cut([PARAGRAPHS[0], BOX, *PARAGRAPHS[1:]], BOX) == [BOX]
    assert cut(list(PARAGRAPHS), BOX) == []


def test_a_block_that_speaks_of_the_article_stays() -> None:
    """Background that is taken over from story to story names what the text names; so does what is on the topic."""
    background = "Der Streit um die alte Brücke von Oberwiesel und den Umbau der Schule dauert schon Jahre."
    assert cut([*PARAGRAPHS, background], background) == []
    assert cut([*PARAGRAPHS, BOX], BOX, topic=["handwerk"]) == []


def test_never_more_than_half() -> None:
    """What was set aside before counts; of two blocks of which one may go, the one of more stories goes."""
    short = list(PARAGRAPHS[:1])
    assert cut([*short, BOX], BOX) == [BOX]
    assert cut([*short, BOX], BOX, spent=500) == []
    keys = [block_key(block) for block in (BOX, BOX[::-1])]
    assert None not in keys
    stories = {known: 10 + n for n, known in enumerate(keys) if known is not None}
    assert to_cut([PARAGRAPHS[0][:90], BOX, BOX[::-1]], stories) == [2]


def test_a_page_of_known_blocks_takes_no_long() -> None:
    """What the rest of the text names is found out once, however many blocks are known: it took minutes."""
    known = [
        f"Der Kasten Nummer {'x' * (n % 50)}{n} steht auf jeder Seite dieses Hauses ganz unten." for n in range(6_000)
    ]
    begun = time.process_time()
    assert (
        len(cut([*PARAGRAPHS, *(f"Zeile {n} über die Talbrücke im Winter." for n in range(6_000)), *known], *known))
        > 2_000
    )
    assert time.process_time() - begun < 20


@given(
    st.lists(
        st.tuples(st.sampled_from([*PARAGRAPHS, BOX, "Mehr aus dem Tal", "Alle Folgen hier hören"]), st.booleans())
    ),
    st.integers(0, 300),
)
def test_half_of_all_words_stay(drawn: list[tuple[str, bool]], spent: int) -> None:
    """Whatever is furniture: at most half of the page's words are set aside in all, or no more than before."""
    blocks = [block for block, _ in drawn]
    stories = {known: 5 for block, known_as in drawn if known_as and (known := block_key(block)) is not None}
    gone = sum(len(tokens(blocks[at])) for at in to_cut(blocks, stories, spent=spent))
    words = sum(len(tokens(block)) for block in blocks)
    assert gone == 0 or 2 * (gone + spent) <= words + spent


@given(st.text(st.characters(max_codepoint=127)))
def test_words_do_not_depend_on_what_stands_beside_them(text: str) -> None:
    """Plain ASCII, which is split without an expression, gives the words that it gives before a word with an umlaut."""
    assert tokens(f"{text} \u00e4") == [*tokens(text), "\u00e4"]
