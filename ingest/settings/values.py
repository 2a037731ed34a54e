"""Values that a type cannot check."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from ingest import config
from ingest.config import Config
from ingest.errors import ConfigError


def check_values(checked: Config, *, where: str) -> None:
    """Raise ConfigError for the first value that has the right type and still cannot be used."""
    for key, value, why, fix in _bad_values(checked):
        raise ConfigError("setting does not fit", where=f"{where}:{key}", why=f"{why}: {value!r}", fix=fix)


def _bad_values(checked: Config) -> Iterator[tuple[str, str, str, str]]:
    """(key, value, why, fix) of every value that has the right type and still cannot be used."""
    addresses = [(f"feeds[{n}].url", feed.url) for n, feed in enumerate(checked.feeds)]
    for key, url in addresses:
        if not _is_http(url):
            yield key, url, "not an http(s) address", "write it with http:// or https:// and a host"
    yield from _bad_searches(checked)
    yield from _bad_fetch(checked.fetch)
    for n, group in enumerate(checked.topic.terms):
        for term in group:
            if not any(character.isalnum() for character in term):
                yield f"topic.terms[{n}]", term, "a term without a letter or digit", "remove it"
        if not group:
            yield f"topic.terms[{n}]", "[]", "an empty group can never be hit", "remove it or fill it"
    try:
        _ = checked.daemon.address
    except ValueError as exc:
        yield "daemon.listen", str(checked.daemon.listen), str(exc), 'write it as "127.0.0.1:9077"'
    if not checked.store.url.startswith("sqlite://"):
        yield "store.url", checked.store.url, "no such kind of store", f"write it as {config.Store().url}"


def _bad_searches(checked: Config) -> Iterator[tuple[str, str, str, str]]:
    for n, search in enumerate(checked.searches):
        key, url = f"searches[{n}]", search.url or ""
        if search.kind in {"template", "wordpress"} and not _is_http(url):
            yield f"{key}.url", url, "not an http(s) address", "write it with http:// or https:// and a host"
        if search.kind == "template" and "{query}" not in url:
            yield f"{key}.url", url, "the query has no place in it", "write {query} where it belongs"
        if search.kind not in {"template", "wordpress"} and search.url is not None:
            yield f"{key}.url", url, f"{search.kind} has an address of its own", 'remove it, or say kind = "template"'
        if search.kind != "template" and not search.queries and not checked.topic.terms:
            yield f"{key}.queries", "[]", "nothing to ask for", "list them, or give topic.terms"


def _bad_fetch(fetch: config.Fetch) -> Iterator[tuple[str, str, str, str]]:
    for network in fetch.allow_private:
        try:
            ipaddress.ip_network(network)
        except ValueError as exc:
            yield "fetch.allow_private", network, f"not a network ({exc})", 'write it as "10.1.0.0/16"'
    for key, said in (("contact", fetch.contact), ("user_agent", fetch.user_agent)):
        if said and not (said.isascii() and said.isprintable()):
            yield f"fetch.{key}", said, "no header of HTTP can hold it", "write it in ASCII on one line: ü as %C3%BC"
    steps = fetch.recheck
    if any(later <= earlier for earlier, later in pairwise(steps)):
        yield "fetch.recheck", str(steps), "the steps do not rise", f"write them as {config.Fetch().recheck}"


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(c.isspace() for c in url.strip())
    except ValueError:
        return False
