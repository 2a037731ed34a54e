"""Visible marks of who wrote an article and when, near its headline.

Read only where the head of the page is silent. What stands elsewhere belongs to other articles, to comments or to the
text itself, so only what stands between the headline and the text counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Final

from lxml.etree import _Element as Tree

from ingest.extract import dates
from ingest.extract.names import people
from ingest.extract.plain import key, untagged
from ingest.extract.wording import wording

# Elements looked at from the headline on: bylines stand within 60 on real pages, behind share bars and pictures.
_MAX_ELEMENTS: Final = 160
# Characters of a paragraph of text; the second one ends the search, as the first is often the standfirst.
_PARAGRAPH: Final = 150
# Characters of a line that may be a byline or a date.
_MAX_LINE: Final = 120
_SILENT: Final = frozenset(("script", "style", "noscript", "template", "svg", "iframe"))
# Elements in what stands before a headline; a menu has more.
_MAX_BEFORE: Final = 12
# Headings looked at for the page's title: a broadcaster's page has 60 of traffic messages above its article.
_MAX_HEADINGS: Final = 150
# Elements around an element whose names are looked at.
_LEVELS: Final = 6
_OUTSIDE: Final = frozenset(
    ("figure", "figcaption", "picture", "nav", "aside", "blockquote", "footer", "form", "select")
)
_PARTICLES: Final = frozenset(
    (
        "von", "van", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "du", "la", "le", "el", "al",
        "bin", "ibn", "zu", "zur", "zum", "af", "av", "ten", "ter",
    )
)  # fmt: skip
# Elements with dates looked at.
_MAX_DATED: Final = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A short line near the headline."""

    text: str
    names: str  # class names and ids of its element and the two around it
    label: str  # class name and tag of the element itself


def near_headline(tree: Tree, titles: set[str]) -> list[Line]:
    """The short lines between the headline and the text, in page order. `titles`: keys of the page's titles."""
    headline = _headline(tree, titles)
    if headline is None:
        return []
    lines: list[Line] = []
    paragraphs: set[Tree] = set()
    inside: dict[Tree, int] = {}  # each element is asked for by all below it
    for number, element in enumerate(chain(_before(headline), _from(headline))):
        if number > _MAX_ELEMENTS or len(paragraphs) > 1:
            break
        if not len(element) and not element.text:
            continue
        if (
            element.tag in _SILENT
            or not paragraphs.isdisjoint((element, *_above(element)) if paragraphs else ())
            or _levels_inside(element, inside) <= _LEVELS
        ):
            continue
        text = untagged(_start_of(element))
        own = [untagged(part[:400]) for part in (element.text, *(child.tail for child in element)) if part]
        if any(len(part) >= _PARAGRAPH for part in (own if element.tag != "p" else [text])):
            paragraphs.add(element)
            continue
        label = _names(element)
        near = " ".join([label, *map(_names, islice(element.iterancestors(), 2))])
        parts = [text, *own] if len(element) else [text]
        lines += [Line(part, near, label) for part in dict.fromkeys(parts) if 2 < len(part) <= _MAX_LINE]
    return lines


def byline(lines: list[Line]) -> list[str]:
    """The people named by the first byline: by class name, else by "Von NAME" and its kin."""
    said = wording()
    for line in lines:
        if _marks_author(line.label) and (found := persons(line.text, 1)):
            same = dict.fromkeys(each.text for each in lines if each.label == line.label)
            return [name for text in same for name in persons(text, 1)] or found
    for line in lines:
        if (match := said.written_by.match(line.text)) and (found := persons(match[1], 2)):
            return found
    for line in lines:
        if _marks_author(line.names) and (found := persons(line.text, 2)):
            return found
    return next(([line.text] for line in lines if said.name_class.search(line.label) and _account(line.text)), [])


def _marks_author(names: str) -> bool:
    """Whether class names say that an element names the author."""
    return bool(wording().author_class.search(names)) and not wording().no_name_class.search(names)


def date(lines: list[Line]) -> list[str]:
    """Lines that are dates of publication, as printed."""
    return [line.text for line in lines if (match := wording().date_line.match(line.text)) and dates.parse(match[1])]


def is_date(text: str) -> bool:
    """Whether a text is a line that says a day, and nothing else of its own."""
    return len(text) <= _MAX_LINE and bool(date([Line(text, "", "")]))


def dated(tree: Tree) -> list[str]:
    """Texts of elements whose class or own words say that they hold a date, wherever outside lists and asides."""
    said = wording()
    return _dates_in(
        tree, lambda e: bool(said.date_class.search(_names(e)) or (e.text and said.published.match(e.text)))
    )


def changed(tree: Tree) -> list[str]:
    """Texts of elements that say when the page was last changed: a day by which its article was published."""
    said = wording()
    return _dates_in(tree, lambda e: bool(e.text and said.changed.match(e.text)))


def _dates_in(tree: Tree, marked: Callable[[Tree], bool]) -> list[str]:
    found: list[str] = []
    for element in tree.iter("span", "p", "div", "time", "em", "small", "address", "li"):
        if len(element) < 6 and marked(element) and not elsewhere(element, set()):
            text = untagged(_start_of(element))
            if len(text) < _MAX_LINE:
                found.append(text)
            if len(found) == _MAX_DATED:
                break
    return found


def elsewhere(element: Tree, more: set[str]) -> bool:
    """Whether an element stands in a part of the page that speaks of other articles."""
    outside = {"li", "aside", "nav", "footer", "blockquote"} | more
    return any(p.tag in outside or _of_others(_names(p)) for p in element.iterancestors())


def persons(text: str, words: int) -> list[str]:
    """The names in a line, where each part of it is one: words that begin like names, at least `words` of them."""
    found = people([text])
    # "Jorinde Falk, TBR Oberwiesel": the house behind the name.
    found = (*found[:1], *(name for name in found[1:] if len(name) < 3 or not name[:3].isupper()))
    return list(found) if found and all(_person(name, words) for name in found) else []


def _person(name: str, words: int) -> bool:
    parts = name.split()
    if any(ch.isdigit() for ch in name) or any(part.casefold().strip(".:,") in wording().no_person for part in parts):
        return False
    if len(parts) == 1 and name.isupper() and name.isalpha():
        return len(name) > 2  # initials of a house
    proper = [part for part in parts if part.casefold() not in _PARTICLES]
    return words <= len(parts) <= 5 and bool(proper) and all(p[0].isupper() or not p[0].isascii() for p in proper)


def _account(text: str) -> bool:
    """Whether a text may be the name of an account, as blogs print it: a word, or a few without a full stop."""
    words = text.replace("-", " ").split()
    known = wording().no_person | _PARTICLES
    return 2 < len(text) < 30 and len(words) <= 4 and all(w.isalnum() and w.casefold() not in known for w in words)


def _headline(tree: Tree, titles: set[str]) -> Tree | None:
    """The heading that is the page's title, else its first heading of the highest rank."""
    tops = list(tree.iter("h1"))[:5]
    for element in [*tops, *islice(tree.iter("h2", "h3"), _MAX_HEADINGS)]:
        said = key(_start_of(element))
        if len(said) > 12 and any(said in title or title in said for title in titles if len(title) > 12):
            return element
    return tops[0] if tops else None


def _before(headline: Tree) -> Iterator[Tree]:
    """Elements right before the headline, where what stands there is small: a kicker, a date, a byline."""
    here: Tree | None = headline
    for _ in range(3):
        if here is None or here.tag in ("body", "main"):
            break
        for sibling in here.itersiblings("*", preceding=True):
            inner = list(islice(sibling.iter("*"), _MAX_BEFORE + 1))
            if len(inner) <= _MAX_BEFORE and not _of_others(_names(sibling)):
                yield from inner
        here = here.getparent()


def _from(headline: Tree) -> Iterator[Tree]:
    """Elements behind the headline in page order: its descendants, what follows, what follows around it."""
    yield from headline.iterdescendants("*")
    here: Tree | None = headline
    while here is not None and here.tag != "body":
        for sibling in here.itersiblings("*"):
            yield from sibling.iter("*")
        here = here.getparent()


def _above(element: Tree) -> Iterator[Tree]:
    return islice(element.iterancestors(), _LEVELS)


def _levels_inside(element: Tree, known: dict[Tree, int]) -> int:
    """Levels from an element up to the next part of the page, by tag or names, that speaks of other things; a number
    above `_LEVELS` where there is none. 0 is the element itself."""
    new: list[Tree] = []
    here: Tree | None = element
    while here is not None and here not in known:
        new.append(here)
        here = here.getparent()
    levels = _LEVELS + 1 if here is None else known[here]
    for each in reversed(new):
        levels = 0 if each.tag in _OUTSIDE or _of_others(_names(each)) else levels + 1
        known[each] = levels
    return levels


@lru_cache(maxsize=2048)
def _of_others(names: str) -> bool:
    """Whether class names speak of other articles. Asked again and again for the same few: a page's outer elements."""
    return wording().others_class.search(names) is not None


def _start_of(element: Tree) -> str:
    """The first characters of an element's text: it may hold the whole article."""
    parts: list[str] = []
    size = 0
    for part in element.itertext():
        parts.append(str(part))
        size += len(part)
        if size > 400:
            break
    return "".join(parts)[:400]


def _names(element: Tree) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:200].strip()
