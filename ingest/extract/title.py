"""Which of a page's titles is the article's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ingest.extract.plain import key
from ingest.urls import BadUrl, host_of

# What sites put between title and site name. A bare hyphen or colon belongs to titles too: only with spaces, and only
# before something that is the site's name.
_SEPARATOR: Final = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022\u00bb\u00ab:-]+\s+|\s*\|\s*|\s+::\s+")
# Characters of a title kept; longer ones are a paragraph in the wrong place.
_MAX_TITLE: Final = 500


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of one page, plain."""

    headline: str  # JSON-LD
    og: str
    h1: tuple[str, ...]
    page: str  # <title>


def choose(titles: Titles, publisher: str, url: str) -> str:
    """The title that two sources agree on, else the first that is said; without the site's name.

    The heading that readers see comes first where one of the others says the same.
    """
    names = site_names(publisher, url) | _site_heading(titles)
    headline, og, page = (without_site(t, names) for t in (titles.headline, titles.og, titles.page))
    h1 = [without_site(t, names) for t in titles.h1 if key(t) not in names]
    candidates = [t for t in (headline, og, *h1, page) if t]
    if not candidates:
        return ""
    begins = key(_SEPARATOR.split(page)[0])
    shown = [t for t in h1 if key(t) and key(t) in (key(og), begins)]
    if headline:
        # A headline cut at 110 characters (a search engine's old rule) is completed by the title it begins.
        cut = headline.rstrip(" .\u2026")
        longer = [t for t in (og, *h1) if len(t) > len(cut) > 60 and t.startswith(cut)]
        whole = longer[0] if longer and headline != cut else headline
        return (shown[0] if shown and key(og) == key(shown[0]) else whole)[:_MAX_TITLE]
    agreed = [t for t in candidates if sum(key(t) == key(other) for other in candidates) > 1]
    alike = [t for t in h1 if agreed and _alike(t, agreed[0])]
    return (alike or agreed or shown or candidates)[0][:_MAX_TITLE]


def _site_heading(titles: Titles) -> set[str]:
    """The site's name where the page's first heading begins with the last part of its title."""
    parts = list(_SEPARATOR.finditer(titles.page))
    last = key(titles.page[parts[-1].end() :]) if parts else ""
    return (
        {last, *(key(t) for t in titles.h1[:1])} if last and titles.h1 and key(titles.h1[0]).startswith(last) else set()
    )


def _alike(shown: str, said: str) -> bool:
    """Whether two titles are one in two spellings: most of their words, the first and the last are the same."""
    one, other = key(shown).split(), key(said).split()
    common = len(set(one) & set(other))
    return (
        bool(one and other)
        and one[0] == other[0]
        and one[-1] == other[-1]
        and common * 4 >= 3 * max(len(one), len(other))
    )


def without_site(title: str, names: set[str]) -> str:
    """The title without the site's name before or after it."""
    for _ in range(3):
        parts = list(_SEPARATOR.finditer(title))
        if not parts:
            break
        head, tail = title[: parts[-1].start()].strip(), title[parts[-1].end() :].strip()
        first, rest = title[: parts[0].start()].strip(), title[parts[0].end() :].strip()
        if head and key(tail) in names:
            title = head
        elif rest and key(first) in names:
            title = rest
        else:
            break
    return title


def site_names(publisher: str, url: str) -> set[str]:
    """Names under which a site may add itself: the publisher, its host, its host without ending."""
    names = {key(publisher), key(re.sub(r"\.\w{2,4}$", "", publisher)), key(re.sub(r"\s+\S+$", "", publisher))}
    try:
        host = host_of(url).partition(":")[0].removeprefix("www.")
    except BadUrl:
        host = ""
    labels = host.split(".")
    names |= {key(host), labels[0] if len(labels) > 1 else "", " ".join(labels[-2:-1]), key(host.replace("-", " "))}
    if len(labels) > 1:
        names |= {key(labels[-2].replace("-", " ")), labels[-2].replace("-", "")}
    return {name for name in names if len(name) > 1}
