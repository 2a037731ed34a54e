"""The body of a page: trafilatura finds it, our own filters clean it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from lxml.etree import _Element

from ingest.extract.blocks import Block
from ingest.extract.furniture import part_blocks
from ingest.extract.metadata import Metadata
from ingest.extract.plain import key, tokens

# Words of JSON-LD articleBody from which it can judge blocks; shorter ones are teasers.
_MIN_BODY: Final = 60
# Share of the page's text that must stand in articleBody before the rest is suspect: else it tells another version.
_AGREEMENT: Final = 0.6


@lru_cache(maxsize=1)
def _trafilatura() -> Any:  # the package ships no types
    """trafilatura, imported at the first page: it costs 282 ms. Its log lines are about single pages; ours say more."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("readability").setLevel(logging.CRITICAL)
    return trafilatura


def body_of(tree: _Element) -> _Element | None:
    """The element that holds the article's blocks in trafilatura's own vocabulary, or None where it finds none.

    The tree is not changed. Metadata and comments are left out, which saves a third of the time.
    """
    try:
        document = _trafilatura().bare_extraction(
            tree, url=None, include_comments=False, include_links=True, with_metadata=False, deduplicate=False
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # outside code on hostile input: any failure is the page's, the gate judges it
        return None
    body: _Element | None = getattr(document, "body", None)
    return body


def filtered(blocks: Sequence[Block], said: Metadata, title: str) -> tuple[list[Block], list[Block]]:
    """Part blocks into (text, furniture); both in page order."""
    kept, cut = part_blocks(blocks, titles=[title, *said.h1], names=[*said.authors, ", ".join(said.authors)])
    outside = _outside(kept, said.body)
    budget = sum(len(tokens(b.text)) for b in blocks) // 2 - sum(len(tokens(b.text)) for b in cut)
    for block in list(kept):
        cost = len(tokens(block.text))
        if id(block) in outside and cost <= budget:
            budget -= cost
            kept.remove(block)
            cut.append(block)
    order = {id(block): number for number, block in enumerate(blocks)}
    return kept, sorted(cut, key=lambda block: order[id(block)])


def _outside(blocks: Sequence[Block], body: str) -> set[int]:
    """Blocks of which articleBody knows nothing, where it knows nearly all the rest."""
    words = key(body).split()
    if len(words) < _MIN_BODY:
        return set()
    known = set(zip(words, words[1:], words[2:], strict=False))
    shares: dict[int, tuple[float, int]] = {}
    for block in blocks:
        own = key(block.text).split()
        grams = list(zip(own, own[1:], own[2:], strict=False))
        if grams:
            shares[id(block)] = (sum(g in known for g in grams) / len(grams), len(grams))
        else:
            shares[id(block)] = (float(" ".join(own) in " ".join(words)), 1)
    total = sum(size for _, size in shares.values())
    covered = sum(share * size for share, size in shares.values())
    if not total or covered < _AGREEMENT * total:
        return set()
    return {identity for identity, (share, _) in shares.items() if share < 0.1}
