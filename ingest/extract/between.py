"""Subheadings and list items that the extractor loses between paragraphs it keeps, read again from the page.

Where trafilatura's main rules find no body, its rescue collects paragraphs alone; readability and justext know no
headings. What stands between two kept paragraphs of one container belongs to the text as they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lxml.etree import _Element as Tree

from ingest.extract.blocks import Block
from ingest.extract.plain import inner_text, squeeze

# Characters from which a paragraph can be told from others, and characters compared.
_TELLING: Final = 40
_COMPARED: Final = 80
# Paragraphs that a container must hold to be the article's.
_ENOUGH: Final = 3
# Share of link text from which a list is a menu or a list of teasers.
_LINKED: Final = 0.5
_HEADINGS: Final = frozenset(("h2", "h3", "h4", "h5", "h6"))
_LISTS: Final = frozenset(("ul", "ol"))
_OTHERS: Final = re.compile(
    r"related|teaser|share|social|newsletter|toc|nav|menu|widget|comment|kommentar|breadcrumb|tags|gallery|slide|hidden",
    re.IGNORECASE,
)


def restored(blocks: Sequence[Block], tree: Tree) -> list[Block]:
    """The blocks with the headings and list items that stand between them in the tree."""
    places = {_compact(block.text): number for number, block in enumerate(blocks) if len(block.text) >= _TELLING}
    found = [
        (p, places[text])
        for p in tree.iter("p")
        if len(raw := inner_text(p)) >= _TELLING and (text := _compact(squeeze(raw))) in places
    ]
    container = _container([p for p, _ in found])
    if container is None:
        return list(blocks)
    known = {_compact(block.text) for block in blocks}
    kept = {p: place for p, place in found if p.getparent() is container}
    behind: dict[int, list[Block]] = {}
    last: int | None = None
    waiting: list[Block] = []
    for child in container.iterchildren("*"):
        place = kept.get(child)
        if place is None:
            waiting += [block for block in _blocks(child) if _compact(block.text) not in known]
            continue
        if waiting and last is not None and place > last:
            behind.setdefault(place - 1, []).extend(waiting)
        last, waiting = place, []
    whole: list[Block] = []
    for number, block in enumerate(blocks):
        whole += [block, *behind.get(number, ())]
    return whole


def _container(paragraphs: Sequence[Tree]) -> Tree | None:
    """The parent of most of the paragraphs, or None where none holds enough."""
    counts: dict[Tree, int] = {}
    for paragraph in paragraphs:
        parent = paragraph.getparent()
        if parent is not None:
            counts[parent] = counts.get(parent, 0) + 1
    best = max(counts, key=lambda parent: counts[parent], default=None)
    return best if best is not None and counts[best] >= _ENOUGH else None


def _blocks(element: Tree) -> Iterator[Block]:
    """A heading's or list's blocks; nothing where it is made of links or belongs to others."""
    if element.tag not in _HEADINGS | _LISTS or _OTHERS.search(
        f"{element.get('class') or ''} {element.get('id') or ''}"
    ):
        return
    text = _text(element)
    linked = sum(len(_text(a)) for a in element.iter("a"))
    if not text or linked >= _LINKED * len(text):
        return
    if element.tag in _HEADINGS:
        yield Block(text, "head", linked / len(text))
        return
    for item in element.iterchildren("li"):
        if words := _text(item):
            yield Block(words, "item", min(1.0, sum(len(_text(a)) for a in item.iter("a")) / len(words)))


def _text(element: Tree) -> str:
    return squeeze(inner_text(element))


def _compact(text: str) -> str:
    return "".join(text[: 2 * _COMPARED].split())[:_COMPARED]  # no two spaces meet in a squeezed text
