"""Links that lead over somebody else's address: unwrapped where the target stands in them, marked where it does not.

Unwrapping saves a request and a tracker, and makes one article of two addresses. The target is an address like any
other afterwards: the guard looks at it before anything is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ingest.urls import safe_link

_COUNTRY: Final = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2}")
# Wrappers around wrappers occur (a newsletter's link to a search engine's); more is a trick.
MAX_LAYERS: Final = 3


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A redirecting address: `host` (with its subdomains) and `path`, and the parameters that hold the target."""

    host: str
    path: str
    parameters: tuple[str, ...]
    reason: str


WRAPPERS: Final = (
    Wrapper("google.com", "/url", ("q", "url"), "Google Alerts and search results; the domain of many countries too"),
    Wrapper("google.com", "/news/url", ("url",), "Google News until 2018, still in archives of feeds"),
    Wrapper("bing.com", "/news/apiclick.aspx", ("url",), "Bing News search feeds"),
    Wrapper("facebook.com", "/l.php", ("u",), "links that pages on Facebook share"),
    Wrapper("l.instagram.com", "/", ("u",), "links in profiles, as on Facebook"),
    Wrapper("youtube.com", "/redirect", ("q",), "links below videos"),
    Wrapper("linkedin.com", "/redir/redirect", ("url",), "links in posts"),
    Wrapper("vk.com", "/away.php", ("to",), "links in posts"),
    Wrapper("t.umblr.com", "/redirect", ("z",), "links on Tumblr"),
    Wrapper("out.reddit.com", "/", ("url",), "links in Reddit's feeds"),
    Wrapper("slack-redir.net", "/link", ("url",), "links from chats"),
    Wrapper("duckduckgo.com", "/l/", ("uddg",), "search results"),
    Wrapper("search.yahoo.com", "/cbclk/", ("RU",), "Yahoo search and news results"),
    Wrapper("medium.com", "/r/", ("url",), "links in stories"),
    Wrapper("go.redirectingat.com", "/", ("url",), "Skimlinks, put around outgoing links by publishers"),
    Wrapper("redirect.viglink.com", "/", ("u",), "VigLink, likewise"),
    Wrapper("safelinks.protection.outlook.com", "/", ("url",), "links out of newsletters read in Outlook"),
)
_BY_LABEL: Final = frozenset(label for wrapper in WRAPPERS for label in wrapper.host.split("."))

# Addresses that hide their target behind a script or a secret: fetching one brings a page of the aggregator's own.
OPAQUE: Final = (
    ("news.google.com", ("/rss/articles/", "/articles/", "/read/", "/__i/rss/rd/articles/"),
     "Google News names an article by a code that only its own script resolves"),
)  # fmt: skip


def unwrapped(url: str) -> str:
    """The address that a wrapped one leads to, tracking and all; `url` itself where it is none of ours to unwrap."""
    for _ in range(MAX_LAYERS):
        target = _target(url)
        if target is None:
            break
        url = target
    return url


def opaque(url: str) -> str | None:
    """Why a link cannot be followed to an article; None for all others."""
    if "google" not in url:  # the usual address costs nothing here
        return None
    host, path, _ = _parts(url)
    return next((why for own, paths, why in OPAQUE if host == own and path.startswith(paths)), None)


def _target(url: str) -> str | None:
    if "?" not in url or "http" not in url[8:]:  # a target stands in the query, scheme included
        return None
    host, path, query = _parts(url)
    if _BY_LABEL.isdisjoint(host.split(".")):
        return None
    for wrapper in WRAPPERS:
        if _is_at(host, wrapper.host) and path.lower().startswith(wrapper.path):
            found = dict(_parameters(query))
            for name in wrapper.parameters:
                if (target := safe_link(found.get(name, ""))) is not None:
                    return target
    return None


def _parameters(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=100)
    except ValueError:  # more fields than anybody means
        return []


def _is_at(host: str, own: str) -> bool:
    if host == own or host.endswith("." + own):
        return True
    # google.de, google.co.uk: the same machine under the name of a country
    return own == "google.com" and _COUNTRY.fullmatch(host) is not None


def _parts(url: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.path, parts.query
    except ValueError:
        return "", "", ""
