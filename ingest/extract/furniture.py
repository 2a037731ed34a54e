"""Text that a site sets between an article's paragraphs: found by its wording and marked, never destroyed.

The patterns are data (furniture.toml), each with its reason. A text never loses more than half of its words here:
whatever would is kept, the least certain cuts first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from ingest.extract.agencies import agency_named
from ingest.extract.blocks import Block, plain_blocks
from ingest.extract.marks import is_date
from ingest.extract.names import people
from ingest.extract.plain import key

# Words that stand before the wording proper: bullets, quotation marks, arrows.
_LEAD: Final = re.compile(r"^[\s•·▪►▶→»›>*\-–—+|\"'„“”‘’\[(]+")
# An expression of furniture.toml that looks for its wording further on in a block.
_LOOKING: Final = re.compile(r"\.\{|\[\^|\[–")
# A capitalised word, initial or particle of a person's name.
_NAME: Final = r"(?-i:(?:[A-ZÄÖÜÉÈ][\w.'’-]*|von|van|de|der|zu|und|and))"
_BY: Final = re.compile(r"^(?:von|by|par|por|text|di|af|av)\s+|\s+(?:redakteur|redakteurin|reporter|redaktion)$")
# Characters of a byline of several people.
_MAX_NAMES: Final = 120
# Blocks in which the day of publication may stand above the text.
_HEAD: Final = 4
# Characters that a kicker adds to a title.
_MAX_KICKER: Final = 60
# A teaser is a headline: no full stop at its end, and rarely longer.
_TEASER_CHARS: Final = 160
# Teasers below one heading; more of them is the text going on.
_MAX_TEASERS: Final = 12
# Characters from which a block of link text is a sentence that someone linked as a whole.
_MAX_LINK: Final = 140
# Share of link text from which a block is a link and not a sentence with a link in it.
_LINK_BLOCK: Final = 0.8
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'“”»’)\]]*$")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of furniture; see furniture.toml for the meaning of each field."""

    name: str
    where: str
    max: int
    start: re.Pattern[str]  # the expressions that begin with their wording
    looking: re.Pattern[str]  # those that look for it further on in a block


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """The patterns of furniture.toml, compiled."""
    return tuple(
        Pattern(
            row["name"],
            row["where"],
            row["max"],
            _any_of([match for match in row["match"] if not _LOOKING.match(match)]),
            _any_of([match for match in row["match"] if _LOOKING.match(match)]),
        )
        for row in _read()["pattern"]
    )


@lru_cache(maxsize=1)
def _longest() -> int:
    """Characters above which no pattern is tried."""
    return max(pattern.max for pattern in patterns())


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """The words of which a block holds one if an expression that looks further into it matches."""
    return tuple(_read()["words"])


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("furniture.toml").read_text("utf-8"))


def _any_of(expressions: Sequence[str]) -> re.Pattern[str]:
    return re.compile(
        "|".join(f"(?:{each})" for each in expressions).replace(r"\p{name}", _NAME) or r"(?!)", re.IGNORECASE
    )


def pattern_of(text: str) -> Pattern | None:
    """The first pattern that a block's text matches."""
    size = len(text)
    if size > _longest():
        return None
    bare = _LEAD.sub("", text) or text
    lower = text.lower()
    looking = any(word in lower for word in words())
    for pattern in patterns():
        tried = () if size > pattern.max else (pattern.start, pattern.looking) if looking else (pattern.start,)
        for wording in tried:
            if wording.match(bare) or (bare is not text and wording.match(text)):
                return pattern
    return None


def part(paragraphs: Sequence[str], *, title: str = "") -> tuple[list[str], list[str]]:
    """Part plain text into (kept, cut) paragraphs; both in order. Never cuts more than half of the words."""
    kept, cut = part_blocks(plain_blocks(paragraphs), titles=[title])
    return [block.text for block in kept], [block.text for block in cut]


def part_blocks(
    blocks: Sequence[Block], *, titles: Sequence[str] = (), names: Sequence[str] = ()
) -> tuple[list[Block], list[Block]]:
    """Part blocks into (kept, cut); both in order. Never cuts more than half of the words that are no teaser links.

    `titles` and `names`: the page's titles and authors, which do not belong into the text as lines of their own.
    """
    certainty = _verdicts(blocks, {key(t) for t in titles if t}, {key(n) for n in names})
    # Links below a "read also" heading are no text of the article. Counted as such, a short report with four of them
    # kept one, and another one the next day: a change of the page that nobody had made.
    links = {i for i in certainty if certainty[i] >= 2 and blocks[i].links >= _LINK_BLOCK}
    budget = sum(block.words for index, block in enumerate(blocks) if index not in links) // 2
    cut: set[int] = set()
    for index in sorted(certainty, key=lambda i: (-certainty[i], i)):
        cost = 0 if index in links else blocks[index].words
        if cost <= budget:
            budget -= cost
            cut.add(index)
    return (
        [block for index, block in enumerate(blocks) if index not in cut],
        [block for index, block in enumerate(blocks) if index in cut],
    )


def _verdicts(blocks: Sequence[Block], titles: set[str], names: set[str]) -> dict[int, int]:
    """Index -> certainty (3 wording, 2 list below a heading, 1 link block or tail) of every block to cut."""
    verdicts: dict[int, int] = {}
    for index, block in enumerate(blocks):
        if (
            (index < 4 and _is_title(key(block.text), titles, kicker=index < 2))
            or (names and _at_edge(index, blocks) and len(block.text) < _MAX_NAMES and _is_byline(block.text, names))
            or (index < _HEAD and is_date(block.text))
        ):
            verdicts[index] = 3
    found = [pattern_of(block.text) for block in blocks]
    for index, (block, pattern) in enumerate(zip(blocks, found, strict=True)):
        if pattern is None:
            if _pointer(block) and not _is_answer(blocks, index):
                verdicts[index] = max(verdicts.get(index, 0), 1)
            continue
        if pattern.where == "any" or (pattern.where == "edge" and _at_edge(index, blocks)):
            verdicts[index] = 3
        elif pattern.where == "label" or (pattern.where == "list" and _opens_list(blocks, index)):
            verdicts[index] = 3
            verdicts.update(dict.fromkeys(_teasers(blocks, index, found), 2))
        elif pattern.where == "tail" and _in_tail(blocks, index):
            verdicts[index] = 3
            verdicts.update(
                {i: max(1, verdicts.get(i, 0)) for i in range(index + 1, len(blocks)) if not _prose(blocks[i])}
            )
    return verdicts


def _is_title(said: str, titles: set[str], *, kicker: bool) -> bool:
    """Whether a block repeats a title, with its kicker or the site's name or without."""
    return said in titles or (
        kicker
        and any(title in said and len(said) <= len(title) + _MAX_KICKER and title.count(" ") >= 3 for title in titles)
    )


def _is_byline(text: str, names: set[str]) -> bool:
    """Whether a block names the authors and nobody else but an agency."""
    if _BY.sub("", key(text)) in names:
        return True
    parts = [key(name) for name in people([text])]
    return any(part in names for part in parts) and all(part in names or agency_named(part) for part in parts)


def _at_edge(index: int, blocks: Sequence[Block]) -> bool:
    return index < 4 or index >= len(blocks) - 6


def _in_tail(blocks: Sequence[Block], index: int) -> bool:
    """Whether at least two thirds of the words stand before the block."""
    before = sum(len(block.text) for block in blocks[:index])
    return before * 3 >= 2 * sum(len(block.text) for block in blocks)


def _opens_list(blocks: Sequence[Block], index: int) -> bool:
    """Whether what follows a heading is a list of links or headlines, or nothing."""
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    return following is None or following.links >= _LINK_BLOCK or (following.kind != "head" and _teaser(following))


def _teasers(blocks: Sequence[Block], index: int, found: Sequence[Pattern | None]) -> list[int]:
    """The teasers that follow a heading: links, else items, else headline-like lines before the next sentence."""
    run: list[int] = []
    following = range(index + 1, min(index + 1 + _MAX_TEASERS, len(blocks)))
    first = blocks[index + 1] if index + 1 < len(blocks) else None
    if first is None:
        return run
    for i in following:
        block = blocks[i]
        if first.links >= _LINK_BLOCK:
            same = block.links >= _LINK_BLOCK
        elif first.kind == "item":
            same = block.kind == "item" and len(block.text) <= _TEASER_CHARS
        else:
            same = _teaser(block) and block.kind != "head"
        if not same or found[i] is not None:
            break
        run.append(i)
    if first.links < _LINK_BLOCK and first.kind == "p" and len(run) > 1 and run[-1] + 1 < len(blocks):
        run.pop()  # without markup, the last headline before the text goes on may be the text's own subheading
    return run


def _pointer(block: Block) -> bool:
    """Whether a block is a link to something else, and not a linked sentence of the text."""
    return block.links >= _LINK_BLOCK and (len(block.text) <= _MAX_LINK or _SENTENCE_END.search(block.text) is None)


def _teaser(block: Block) -> bool:
    return block.links >= _LINK_BLOCK or (
        len(block.text) <= _TEASER_CHARS and _SENTENCE_END.search(block.text) is None and block.kind != "quote"
    )


def _prose(block: Block) -> bool:
    """Whether a block is a paragraph of several sentences: those are never swept away with a tail."""
    return len(block.text) > 300 and block.links < _LINK_BLOCK


def _is_answer(blocks: Sequence[Block], index: int) -> bool:
    """Whether a block of link text is part of the running text.

    A list item among items that are not all links is, and a heading between two paragraphs of several sentences: some
    outlets link their subheadings to a picture or a recording.
    """
    if blocks[index].kind == "head":
        return 0 < index < len(blocks) - 1 and _prose(blocks[index + 1]) and blocks[index - 1].links < _LINK_BLOCK
    if blocks[index].kind not in ("item", "row"):
        return False
    near = [b for b in blocks[max(0, index - 3) : index + 4] if b.kind == blocks[index].kind]
    return sum(b.links >= _LINK_BLOCK for b in near) * 2 <= len(near)
