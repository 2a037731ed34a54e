"""How a text is signed: a name, a day, or both, in a paragraph of their own before its first or after its last words.

Letters, statements and blogs are signed so, and papers that print the author as the first or last line of the text.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from lxml.etree import _Element as Tree

from ingest.extract.marks import persons
from ingest.extract.plain import inner_text, squeeze, tokens

# A day behind a name or a place: how letters, statements and announcements are signed.
_SIGNED: Final = re.compile(
    r"([^\W\d_][\w .-]{2,60})(,|\n)\s*(?:(?:den|am|on)\s+)?"
    r"(\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{1,2}\.?\s+[^\W\d]{3,9}\.?,?\s+\d{4})\s*"
)
# Last paragraphs of an article that may hold its signature.
_CLOSING: Final = 2
# Paragraphs of a page's text; with fewer a lone line is as likely a caption.
_ENOUGH: Final = 3
# Paragraphs looked at, for pages of thousands.
_MOST: Final = 400
_STRESSED: Final = frozenset(("strong", "b", "em", "i", "u"))
_RIGHT: Final = re.compile(r"text-align:\s*right|\bright\b", re.IGNORECASE)
_PUNCTUATION: Final = re.compile(r"[.!?…:;0-9@]")


def days(tree: Tree) -> list[str]:
    """The day in the signature of a page's one article, as printed."""
    return [match[3] for match in _closings(tree)]


def names(tree: Tree) -> list[str]:
    """The people who signed the text: a name above the day, or alone in a stressed or right-aligned paragraph.

    A subheading stands alone too, but says what the text speaks of; a name that signs is nowhere else in it.
    """
    dated = [match[1].strip() for match in _closings(tree) if match[2] == "\n" and match[1][0].isupper()]
    if dated:
        return dated[:1]
    paragraphs = _paragraphs(tree)
    if len(paragraphs) < _ENOUGH:
        return []
    texts = [squeeze(inner_text(p)) for p in paragraphs]
    for at in (0, -1):
        label = at and any(inner_text(e).strip() for e in paragraphs[at].itersiblings("ul", "ol", "div", "section"))
        if not label and _stands_out(paragraphs[at], texts[at]) and (found := _named(texts[at])):
            rest = set(tokens(" ".join(texts[1:] if at == 0 else texts[:-1])))
            if rest.isdisjoint(word for word in tokens(texts[at]) if word[0].isupper()):
                return found
    return []


def _closings(tree: Tree) -> list[re.Match[str]]:
    articles = list(islice(tree.iter("article"), 2))
    closing = list(articles[0].iter("p"))[-_CLOSING:] if len(articles) == 1 else []
    texts = ["\n".join(map(str.strip, map(str, element.itertext()))).strip() for element in closing]
    return [match for text in texts if (match := _SIGNED.fullmatch(text))]


def _paragraphs(tree: Tree) -> list[Tree]:
    """The paragraphs with words that stand beside most others: those of the text."""
    beside: dict[Tree, list[Tree]] = {}
    for paragraph in islice(tree.iter("p"), _MOST):
        parent = paragraph.getparent()
        if parent is not None and inner_text(paragraph).strip():
            beside.setdefault(parent, []).append(paragraph)
    return max(beside.values(), key=len, default=[])


def _stands_out(paragraph: Tree, text: str) -> bool:
    stressed = " ".join(inner_text(e) for e in paragraph if e.tag in _STRESSED)
    looks = f"{paragraph.get('style') or ''} {paragraph.get('class') or ''} {paragraph.get('align') or ''}"
    return squeeze(stressed) == text or _RIGHT.search(looks) is not None


def _named(text: str) -> list[str]:
    """The names of which a line consists, or nothing where a part of it is none."""
    found = [] if _PUNCTUATION.search(text) else persons(text, 2)
    return found if all(" " in name for name in found) else []
