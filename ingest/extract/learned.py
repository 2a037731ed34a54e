"""Furniture that no pattern knows: blocks that stand in many unrelated stories of one outlet.

Author boxes, disclaimers, prompts and labels come word for word again and again, in any language. So do a wire's
background paragraphs, which are text; what tells the two apart is where they stand and what they speak of:

- Furniture is one house's. A block that stands in articles of two houses in one story belongs to that story's text.
- Counted are stories and not articles: thirty copies of one story on one outlet are one.
- Furniture outlives an event: the stories lie at least APART apart.
- Furniture does not speak of the article: a block that names what the rest of the text or the topic names stays.

Pure: what was seen goes in, what to cut comes out. What was seen is kept by the store, see `store.tables.blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from ingest.extract.plain import key, tokens

# Unrelated stories of one outlet in which a block must have stood. Of two or three stories on one affair the background
# is often taken over word for word; five on different days are hardly ever found that no two houses share.
STORIES: Final = 5
# Time between the first and the last of them: what an event brings forth in a day is one affair, however many stories
# it makes.
APART: Final = timedelta(days=1)
# Words of a block that is looked at. Stock sentences of a wire, which are text, have up to seven ("Terms of the
# acquisition were not disclosed."), and headings of its tables two ("Nine months"); a label with a number is a line of
# a table ("Quarter ended Jan 31").
_SENTENCE_WORDS, _LABEL_WORDS = 8, 3
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]$")
_SENTENCE: Final = re.compile(r"[.!?…。！？؟।][\"'“”»’)\]]*$")
# A name: a word with a capital inside the block, of so many characters. So many of them, and this share of those in
# the block, must stand in the rest of the text.
_NAME_CHARS, _NAMES, _SHARED_NAMES = 4, 2, 0.5


@dataclass(frozen=True, slots=True)
class Sighting:
    """One article in which a block stood."""

    outlet: str
    owner: str | None  # whose outlet it is; None where that is not known, then the outlet is a house of its own
    story: int
    at: datetime  # published, else first seen


def block_key(block: str) -> int | None:
    """What a block is known by: a signed 64-bit hash of its words. None for one too short to be told from text."""
    words = key(block)
    found = words.split()
    # Two characters of a script without spaces, each of which is a token, are about a word; long blocks are in any.
    size = float(len(found))
    if not words.isascii():
        size -= 0.5 * sum(_UNSPACED.match(word) is not None for word in found[: 2 * _SENTENCE_WORDS])
    if size < _SENTENCE_WORDS:
        label = _SENTENCE.search(block) is None and not any(ch.isdigit() for ch in words)
        if not label or size < _LABEL_WORDS:
            return None
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)


def stories_of(seen: Sequence[Sighting], outlet: str) -> int:
    """In how many unrelated stories of an outlet a block stands where that makes it furniture there; else 0."""
    houses: dict[int, set[str]] = {}
    own: dict[int, datetime] = {}
    for one in seen:
        houses.setdefault(one.story, set()).add(one.owner or one.outlet)
        if one.outlet == outlet:
            own[one.story] = min(one.at, own.get(one.story, one.at))
    if any(len(several) > 1 for several in houses.values()) or len(own) < STORIES:
        return 0
    return len(own) if max(own.values()) - min(own.values()) >= APART else 0


def to_cut(
    blocks: Sequence[str], stories: Mapping[int, int], *, title: str = "", topic: Sequence[str] = (), spent: int = 0
) -> list[int]:
    """The places of the blocks to set aside, in order.

    `stories` says in how many stories a block stands, by its key, where it is furniture. `topic`: what of the text is
    on the topic, as printed. `spent`: words of the page that were set aside before; never more than half of all go.
    The surest go first: those in the most stories.
    """
    words = [len(tokens(block)) for block in blocks]
    budget = (sum(words) + spent) // 2 - spent
    keys = [block_key(block) for block in blocks]
    found = {at: stories[known] for at, known in enumerate(keys) if known is not None and known in stories}
    if not found:
        return []
    rest = " ".join([title, *(block for at, block in enumerate(blocks) if at not in found)])
    told = {word.casefold() for word in tokens(rest)}
    cut: list[int] = []
    for at in sorted(found, key=lambda at: (-found[at], at)):
        if words[at] <= budget and not _speaks_of(blocks[at], told, topic):
            budget -= words[at]
            cut.append(at)
    return sorted(cut)


def _speaks_of(block: str, told: Set[str], topic: Sequence[str]) -> bool:
    """Whether half of what a block names, or anything of the topic, stands in the rest of its text (folded words)."""
    folded = block.casefold()
    if any(hit.casefold() in folded for hit in topic):
        return True
    named = {word.casefold() for word in tokens(block)[1:] if len(word) >= _NAME_CHARS and word[0].isupper()}
    shared = named & told
    return len(shared) >= _NAMES and len(shared) >= _SHARED_NAMES * len(named)
