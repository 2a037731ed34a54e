"""The body of a page: trafilatura finds it, our own filters clean it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lxml import etree
from lxml.etree import _Element

from ingest.extract.blocks import Block
from ingest.extract.furniture import part_blocks
from ingest.extract.metadata import Metadata
from ingest.extract.others import drop_others
from ingest.extract.plain import inner_text, key
from ingest.extract.rules import Opinions

# Words of JSON-LD articleBody from which it can judge blocks; shorter ones are teasers.
_MIN_BODY: Final = 60
# Share of the page's text that must stand in articleBody before the rest is suspect: else it tells another version.
_AGREEMENT: Final = 0.6


# Characters from which the quick extraction may stand by itself; notices, teasers and stubs are shorter.
_SURE_CHARS: Final = 600
# Characters from which a paragraph is running text and no label.
_LONG: Final = 80
# Elements that trafilatura drops with all they hold wherever they stand (its list is longer: these are the frequent
# ones). Dropping them in one call before it copies the tree three times saves a seventh of its time.
_NO_TEXT: Final = ("nav", "select", "input", "textarea", "option", "datalist", "link", "meta", "picture", "video",
                   "audio", "source", "map", "track", "menu")  # fmt: skip


def body_of(tree: _Element) -> _Element | None:
    """The element that holds the article's blocks in trafilatura's own vocabulary, or None where it finds none.

    Of the tree, what never holds text is dropped. trafilatura's own rules come first; where they leave doubt (14 % of
    296 real pages), once more with readability and justext beside them. Those take half of the time, and where there
    was no doubt they changed the text of 2 pages, a little.
    """
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)
    # A cell is filled into as many columns and rows as it says: 3,000 cells over 65,000 rows took more than 15 s.
    etree.strip_attributes(tree, "rowspan", "colspan")
    drop_others(tree)
    opinions = Opinions(tree)
    quick = _body(opinions.quick)
    if quick is not None and _sure(quick, tree):
        return quick
    return _body(opinions.thorough)


def _body(opinion: Callable[[], _Element | None]) -> _Element | None:
    try:
        return opinion()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # outside code on hostile input: any failure is the page's, the gate judges it
        return None


def _sure(body: _Element, tree: _Element) -> bool:
    """Whether the quick rules may be believed: they rely on paragraphs, and take the first likely container.

    So the page must set its text in paragraphs, and the body must hold half of the long ones. Without that half, a
    teaser above the article was taken for it on 1 of 296 real pages.
    """
    found = _size(body)
    paragraphs = [_size(p) for p in tree.iter("p")]
    divided = sum(1 for _ in body.iter()) > 2  # one block of everything is what is left of a page without structure
    whole = found * 2 >= sum(size for size in paragraphs if size >= _LONG)
    return divided and found >= _SURE_CHARS and sum(paragraphs) * 2 >= found and whole


def _size(element: _Element) -> int:
    """Characters of text, white space left out."""
    return len("".join(inner_text(element).split()))


def filtered(blocks: Sequence[Block], said: Metadata, title: str) -> tuple[list[Block], list[Block]]:
    """Part blocks into (text, furniture); both in page order."""
    kept, cut = part_blocks(blocks, titles=[title, *said.titles], names=[*said.authors, ", ".join(said.authors)])
    outside = _outside(kept, said.body)
    budget = sum(b.words for b in blocks) // 2 - sum(b.words for b in cut)
    for block in list(kept):
        cost = block.words
        if id(block) in outside and block.kind != "head" and cost <= budget:
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
