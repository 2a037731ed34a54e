"""Is this page an article? Facts in, a reason or None out.

Built to let every real article through: a page that calls itself an article in its metadata and has text is refused
only on strong evidence, because a false refusal loses news while a stub that slips in is a small blemish.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from ingest.errors import NoArticle
from ingest.extract.blocks import Block
from ingest.extract.plain import tokens
from ingest.urls import BadUrl, is_home

# Words above which a page is no notice: the longest consent wall we hold has 190 words of text.
_NOTICE_WORDS: Final = 200
# The same where the page calls itself an article: a wall or error page set under an article's own head.
_MARKED_NOTICE_WORDS: Final = 60
# A teaser before a pay prompt: one or two paragraphs.
_TEASER_WORDS: Final = 120
# Linked headings and beginnings of articles on a short section page.
_TEASERS: Final = 5
# Words from which a text that calls itself an article stands as a complete short item, if it ends in a sentence.
# Police and weather items of three sentences have about 25.
_SHORT_ITEM_WORDS: Final = 12
_SENTENCE: Final = re.compile(r"[.!?…。][\"'“”»’)\]]*(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of page that is no article, by its wording."""

    reason: str
    many: int
    title: re.Pattern[str]
    text: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the gate decides on."""

    url: str
    titles: Sequence[str]  # headings and page title, plain
    kept: Sequence[Block]  # the text
    cut: Sequence[Block]  # the furniture
    visible: str  # all the page shows, scripts left out, menus left out; one line, bounded
    marked: bool  # the page calls itself an article
    dated: bool  # it says when it was published
    free: bool | None
    kind: str  # og:type
    teasers: int  # headings that are links
    password: bool  # it has a password field
    scripts: int  # script elements
    noscript: str  # what it shows without scripts
    min_words: int


def may_be_notice(kept: Sequence[Block]) -> bool:
    """Whether a text is short enough for the gate to look at what else the page shows (reading that costs 2 ms)."""
    return sum(block.text.count(" ") + 1 for block in kept) <= _NOTICE_WORDS  # unspaced scripts are always looked at


def refusal(facts: Facts) -> NoArticle | None:
    """Why the page is no article, with the evidence; None for an article."""
    words = sum(block.words for block in facts.kept)
    return (
        _notice(facts, words)
        or _login(facts, words)
        or _paywall(facts, words)
        or _scripted(facts, words)
        or _listing(facts)
        or _short(facts, words)
    )


@lru_cache(maxsize=1)
def notices() -> tuple[tuple[Notice, ...], tuple[re.Pattern[str], ...]]:
    """The wordings of gate.toml, compiled: (notices, paywall prompts)."""
    raw: dict[str, Any] = tomllib.loads(resources.files(__package__).joinpath("gate.toml").read_text("utf-8"))
    flags = re.IGNORECASE
    kinds = tuple(
        Notice(
            row["reason"],
            row["many"],
            re.compile("|".join(f"(?:{m})" for m in row["title"]), flags),
            tuple(re.compile(m, flags) for m in row["text"]),
        )
        for row in raw["notice"]
    )
    return kinds, tuple(re.compile(m, flags) for m in raw["paywall"]["text"])


def prompts(visible: str) -> list[str]:
    """What a page says where it breaks a text off for those who do not pay."""
    return [match[0] for pattern in notices()[1] if (match := pattern.search(visible))]


def _notice(facts: Facts, words: int) -> NoArticle | None:
    if words > (_MARKED_NOTICE_WORDS if facts.marked else _NOTICE_WORDS):
        return None
    text = facts.visible
    for notice in notices()[0]:
        title = next((t for t in facts.titles if notice.title.match(t)), None)
        said = [match[0] for pattern in notice.text if (match := pattern.search(text))]
        if facts.marked or facts.dated:
            wanted = bool(title) and bool(said)
        elif title:
            wanted = bool(said) or words < facts.min_words
        else:
            wanted = len(said) >= notice.many and words < (120 if notice.many == 1 else _NOTICE_WORDS)
        if wanted:
            return NoArticle(notice.reason, _evidence(title, said, words), where=facts.url)
    return None


def _login(facts: Facts, words: int) -> NoArticle | None:
    if facts.password and words < facts.min_words and not facts.marked:
        return NoArticle("login", f"a password field and {words} words", where=facts.url)
    return None


def _paywall(facts: Facts, words: int) -> NoArticle | None:
    if words > _TEASER_WORDS:
        return None
    # In the page's own order: what was cut as an offer is part of the evidence.
    said = prompts(facts.visible)
    if facts.free is False and (said or words < 60):
        return NoArticle("paywall", _evidence("marked as paid", said, words), where=facts.url)
    if facts.free is None and said and words < 100:
        return NoArticle("paywall", _evidence(None, said, words), where=facts.url)
    return None


def _scripted(facts: Facts, words: int) -> NoArticle | None:
    if words < _SHORT_ITEM_WORDS and facts.scripts and len(tokens(facts.visible)) < facts.min_words:
        said = facts.noscript[:80] or f"{facts.scripts} scripts"
        return NoArticle("script-only", f"{words} words; {said}", where=facts.url)
    return None


def _listing(facts: Facts) -> NoArticle | None:
    if facts.marked:
        return None
    # A section page is many linked headings and nothing longer than a teaser.
    longest = max((block.words for block in facts.kept), default=0)
    if facts.teasers >= 10 and longest < 40 and not facts.dated:
        return NoArticle("listing", f"{facts.teasers} linked headings, longest text {longest} words", where=facts.url)
    # A short one shows the beginnings of its articles, each of which breaks off.
    broken = sum(block.text.endswith(("…", "...")) for block in facts.kept)
    if facts.teasers >= _TEASERS and broken >= max(_TEASERS, 0.6 * len(facts.kept)) and not facts.dated:
        return NoArticle("listing", f"{facts.teasers} linked headings, {broken} texts break off", where=facts.url)
    try:
        home = is_home(facts.url)
    except BadUrl:
        home = False
    if home and not facts.dated and facts.teasers >= _TEASERS:
        return NoArticle("listing", "the address is the site's front page", where=facts.url)
    return None


def _short(facts: Facts, words: int) -> NoArticle | None:
    if words >= facts.min_words:
        return None
    text = " ".join(block.text for block in facts.kept)
    ended = bool(facts.kept) and _SENTENCE.search(facts.kept[-1].text[-4:]) is not None
    complete = words >= _SHORT_ITEM_WORDS and ended and len(_SENTENCE.findall(text)) >= 2
    if complete and (facts.marked or facts.dated):
        return None
    if not words:
        return NoArticle("stub", "no text", where=facts.url)
    return NoArticle(
        "too-short", f"{words} words, {'marked' if facts.marked else 'not marked'} as an article", where=facts.url
    )


def _evidence(title: str | None, said: Sequence[str], words: int) -> str:
    parts = [f"{words} words", *([repr(title[:80])] if title else []), *(repr(s[:60]) for s in said[:3])]
    return ", ".join(parts)
