"""Links as feeds print them. What is plainly an address, or plainly none, is told here without `ingest.urls`, whose
parsers of addresses take 3 ms to import; whatever else is said is asked there.
"""

from __future__ import annotations

import re

from ingest.typed import Final

__all__ = ("joined", "safe_link")

# Scheme and host of an address in which nothing needs a second look. Behind it all that is printable may stand.
_PLAIN_HOST: Final = re.compile(r"https?://(?:[a-z0-9][a-z0-9-]{0,62}\.){1,5}[a-z]{2,20}(?![^/?#])")
MAX_HOST: Final = 253  # characters, of a name in DNS
_PLAIN_LENGTH: Final = 2048  # characters; longer ones are told by `ingest.urls`, which knows what is too long
# What means something in a reference, or something else to each of its readers.
_ODD: Final = frozenset("?#;:\\[]")


def safe_link(url: str) -> str | None:
    """As `ingest.urls.safe_link`: the address as printed, without control characters; None unless absolute http(s)."""
    text = url.strip()
    if text.isprintable() and len(text) < _PLAIN_LENGTH:
        host = _PLAIN_HOST.match(text)
        if host is not None and host.end() < MAX_HOST:
            return text
        if text[:4].lower() != "http":
            return None
    from ingest import urls

    return urls.safe_link(url)


def joined(base: str, reference: str) -> str:
    """RFC 3986 resolution that never fails: a reference that cannot be resolved stands as it is."""
    if not base:
        return reference
    if (plain := _put_together(base, reference)) is not None:
        return plain
    from urllib.parse import urljoin

    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _put_together(base: str, reference: str) -> str | None:
    """A path behind the base's host, or a name in the folder of the base's page; None where it takes more than that:
    queries and fragments, dots and empty segments."""
    host = _PLAIN_HOST.match(base)
    if not reference or reference.startswith(" ") or (host is None and not base.startswith("/")):
        return None
    origin = host[0] if host else ""
    path = base[len(origin) :]
    both = f"{path} {reference}"
    if not both.isprintable() or not _ODD.isdisjoint(both) or "//" in both or "/." in f"/{reference}{path}":
        return None
    return origin + (reference if reference.startswith("/") else f"{path.rpartition('/')[0]}/{reference}")
