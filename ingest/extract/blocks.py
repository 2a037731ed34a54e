"""The extractor's tree -> blocks of plain text with what the filters need to know about each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml.etree import _Element

from ingest.extract.plain import squeeze, tokens

Kind = Literal["p", "head", "item", "quote", "row"]

_KINDS: Final[dict[str, Kind]] = {"head": "head", "item": "item", "quote": "quote", "row": "row"}
_BLOCKS: Final = frozenset(("p", "head", "list", "item", "quote", "table", "row", "ab", "code", "div", "body", "fw"))


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, quotation or table row."""

    text: str  # one line
    kind: Kind
    links: float  # share of the text's characters that stand in links, 0 to 1
    words: int = field(init=False, compare=False)  # counted once: filters, gate and article all ask

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", len(tokens(self.text)))


class _Run:
    """Text collected for the block under construction."""

    __slots__ = ("linked", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0

    def add(self, text: str | None, *, linked: bool) -> None:
        if text:
            self.parts.append(text)
            if linked:
                self.linked += len("".join(text.split()))

    def space_before(self, text: str | None) -> None:
        """Part two words that would run into one."""
        if text and text[0].isalnum() and self.parts and self.parts[-1][-1:].isalnum():
            self.parts.append(" ")

    def block(self, kind: Kind) -> Block | None:
        raw = "".join(self.parts)
        text = squeeze(raw)
        solid = len("".join(raw.split()))
        share = self.linked / solid if solid else 0.0
        self.parts.clear()
        self.linked = 0
        return Block(text, kind, min(share, 1.0)) if text else None


def blocks_of(body: _Element) -> list[Block]:
    """The blocks of an extracted body, in page order."""
    return list(_walk(body, "p"))


def plain_blocks(paragraphs: Sequence[str]) -> list[Block]:
    """Blocks for text that came without markup: bullets are items, nothing is known about links."""
    found: list[Block] = []
    for paragraph in paragraphs:
        text = squeeze(paragraph)
        if text:
            found.append(Block(text, "item" if text[0] in "•-–*·▪" and text[1:2] == " " else "p", 0.0))
    return found


def _walk(element: _Element, kind: Kind) -> Iterator[Block]:
    """Blocks below one block element; loose text between inner blocks is a block too."""
    run = _Run()
    run.add(element.text, linked=False)
    for child in element:
        if child.tag in _BLOCKS or _lays_out(child):
            if (block := run.block(kind)) is not None:
                yield block
            yield from _walk(child, _KINDS.get(str(child.tag), "quote" if kind == "quote" else "p"))
        else:
            _inline(child, run)
        if child.tag == "cell" and kind == "row":
            run.add(" ", linked=False)
        if child.tag in _BLOCKS:
            run.add(child.tail, linked=False)
        else:
            _tail(child, run)
    if (block := run.block(kind)) is not None:
        yield block


def _lays_out(element: _Element) -> bool:
    """Whether a table's cell holds several blocks: then the table lays out the page, and its rows are no lines."""
    return element.tag == "cell" and sum(child.tag in _BLOCKS for child in element) > 1


def _inline(element: _Element, run: _Run, *, linked: bool = False) -> None:
    """Text of an inline element; a line break is a space. (The parser's depth cap bounds the recursion.)"""
    linked = linked or (element.tag == "ref" and not (element.get("target") or "").startswith("#"))
    if element.tag == "lb":
        run.add(" ", linked=False)
    if element.tag == "ref":
        run.space_before(element.text)
    run.add(element.text, linked=linked)
    for child in element:
        _inline(child, run, linked=linked)
        _tail(child, run, linked=linked)


def _tail(child: _Element, run: _Run, *, linked: bool = False) -> None:
    """Text after an inline element. trafilatura drops the space between a link and the word after it."""
    if child.tag == "ref":
        run.space_before(child.tail)
    run.add(child.tail, linked=linked)
