"""Keyword searches as feeds: from the settings and the topic's terms to the addresses that are polled.

A search engine takes no wildcards: `*munition*` is asked as `munition`, which engines that search parts of words
(WordPress) or stems (Google, Bing) read as it was meant. Groups become `(a OR b) (c OR d)`, so that every group must be
hit; where an engine takes only so many words, each group gives its first terms in turn, since the first terms of a
group are its best known. What is left out is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from ingest.config import Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What a search engine takes. `template` has places for `{query}`, `{site}`, `{locale}`, `{country}` and
    `{language}`."""

    template: str
    max_characters: int  # of the query, before it is percent-encoded
    max_words: int
    shortest: int = 2  # characters of a term
    shortest_phrase: int = 0  # characters of a term that has to be quoted
    ascii_only: bool = False
    alternatives: bool = True  # understands OR and brackets; else the first term is asked alone
    suffix: str = ""


# Limits from what the engines, or those who ask them, say in public (docs/design.md); they were not tried on the live
# ones. Lengths that nobody names are ours, to keep addresses short.
ENGINES: Final = {
    # DOC 2.0 as RSS, newest first, 250 rows at most (75 where nothing is said). It searches English translations of 65
    # languages, so other scripts and umlauts find nothing. Alternatives must stand in brackets, and nothing else may. A
    # word with a hyphen must be quoted, and what is quoted have five characters; a query of 257 was refused, one of 136
    # taken.
    "gdelt": Engine(
        template="https://api.gdeltproject.org/api/v2/doc/doc?query={query}&mode=artlist&format=rss&timespan=1d"
        "&maxrecords=250&sort=datedesc",
        max_characters=250, max_words=60, shortest=3, shortest_phrase=5, ascii_only=True,
    ),
    # 32 words count, the rest is ignored; `when:` keeps it from mixing old reports in. Not documented by Google.
    "google-news": Engine(
        template="https://news.google.com/rss/search?q={query}&hl={locale}&gl={country}&ceid={country}:{language}",
        max_characters=1500, max_words=31, suffix=" when:2d",
    ),
    # Ten terms count, the rest is ignored; OR binds less than a space, and brackets more than both.
    "bing-news": Engine(
        template="https://www.bing.com/news/search?q={query}&format=rss", max_characters=1500, max_words=10
    ),
    # Every word of `s` must occur, as a part of a word; there is no OR. So one term is asked and the topic decides. Ten
    # words and more are looked for as one sentence.
    "wordpress": Engine(template="{site}/?s={query}&feed=rss2", max_characters=200, max_words=9, alternatives=False),
}  # fmt: skip
# Where people read news of a language, as Google wants it; any other language is its own country.
_COUNTRIES: Final = {
    "en": "US", "ja": "JP", "ko": "KR", "zh": "TW", "uk": "UA", "sv": "SE", "cs": "CZ", "da": "DK", "pt": "BR",
}  # fmt: skip
# What Google calls an edition and its language, where that is not the language itself.
_EDITIONS: Final = {"en": ("en-US", "en"), "zh": ("zh-TW", "zh-Hant"), "pt": ("pt-BR", "pt-419")}


@dataclass(frozen=True, slots=True)
class Asked:
    """One address to poll, and what it asks for. `left_out` are terms that the engine does not take."""

    url: str
    query: str
    title: str
    left_out: tuple[str, ...] = ()


def searches(search: Search, terms: Sequence[Sequence[str]], *, topic: str = "") -> tuple[Asked, ...]:
    """The addresses of one `[[searches]]`: one for each of its queries; without any, one made of the topic's terms.
    Nothing where there are neither queries nor terms."""
    if search.kind == "template":
        return tuple(
            Asked((search.url or "").replace("{query}", quote(query, safe="")), query, search.title or query)
            for query in search.queries
        )
    engine = ENGINES[search.kind]
    if search.queries:
        return tuple(Asked(_address(engine, search, query), query, search.title or query) for query in search.queries)
    query, left_out = query_of(terms, engine)
    if not query:
        return ()
    title = search.title or f"{search.kind}: {topic or query}"
    return (Asked(_address(engine, search, query), query, title, left_out),)


def too_long(search: Search) -> str | None:
    """The first of the search's own queries that its engine would refuse or cut off."""
    engine = ENGINES.get(search.kind)
    if engine is None:
        return None
    return next((query for query in search.queries if not _fits(query, engine)), None)


def query_of(terms: Sequence[Sequence[str]], engine: Engine) -> tuple[str, tuple[str, ...]]:
    """Groups of terms as one query within the engine's limits, and the terms that found no place in it."""
    groups = [list(_asked(group, engine)) for group in terms]
    left_out = [term for group, asked in zip(terms, groups, strict=True) for term in _unasked(group, asked)]
    groups = [group for group in groups if group]
    if not groups:
        return "", tuple(left_out)
    if not engine.alternatives:
        return groups[0][0], tuple(left_out)
    chosen: list[list[str]] = [[] for _ in groups]
    for rank in range(max(map(len, groups))):
        for own, group in zip(chosen, groups, strict=True):
            if rank < len(group):
                own.append(group[rank])
                if not _fits(_joined(chosen), engine):
                    left_out.append(own.pop())
    return _joined(chosen), tuple(left_out)


def _asked(group: Sequence[str], engine: Engine) -> Iterator[str]:
    """The terms of a group that the engine can look for, without stars and each once."""
    seen: set[str] = set()
    for term in group:
        core = term.strip("* ")
        shortest = engine.shortest if core.isalnum() else max(engine.shortest, engine.shortest_phrase)
        if "*" in core or '"' in core or len(core) < shortest or core.casefold() in seen:
            continue
        if engine.ascii_only and not core.isascii():
            continue
        seen.add(core.casefold())
        yield core


def _unasked(group: Sequence[str], asked: Sequence[str]) -> Iterator[str]:
    cores = {core.casefold() for core in asked}
    return (term for term in group if term.strip("* ").casefold() not in cores)


def _joined(groups: Sequence[Sequence[str]]) -> str:
    return " ".join(
        f"({' OR '.join(map(_quoted, group))})" if len(group) > 1 else _quoted(group[0]) for group in groups if group
    )


def _quoted(term: str) -> str:
    return term if term.isalnum() else f'"{term}"'


def _fits(query: str, engine: Engine) -> bool:
    words = sum(word not in {"OR", "AND"} for word in query.split())
    return len(query) <= engine.max_characters and words <= engine.max_words


def _address(engine: Engine, search: Search, query: str) -> str:
    language = search.language or "en"
    country = _COUNTRIES.get(language, language.upper())
    locale, edition = _EDITIONS.get(language, (language, language))
    filled = engine.template.replace("{site}", (search.url or "").rstrip("/")).replace("{locale}", locale)
    filled = filled.replace("{language}", edition).replace("{country}", country)
    return filled.replace("{query}", quote(query + engine.suffix, safe=""))
