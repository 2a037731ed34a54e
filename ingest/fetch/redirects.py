"""Where a request may go: addresses as the client understands them, and the rules of a redirect. Pure.

Addresses are parsed by httpx alone, the same parser that names the host for the connection: two parsers that disagree
about userinfo or backslashes are how guards are talked round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import httpx

from ingest.errors import Refused
from ingest.model import Hop

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Characters. Common servers refuse request lines above 8 KiB.
_MAX_URL: Final = 8192
# Names over the wire: letters, digits, hyphens, underscores (not allowed, yet in use), dots; or an IPv6 address.
_HOST: Final = re.compile(rb"(?=.*[a-z0-9])[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
# Characters of an address that an error quotes.
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Trip:
    """How far one request has come: the address to ask next, and the redirects on the way to it."""

    url: httpx.URL
    hops: tuple[Hop, ...] = ()
    at_home: bool = True  # all addresses so far were of one origin

    @property
    def asked(self) -> tuple[str, ...]:
        """The addresses asked so far."""
        return tuple(hop.url for hop in self.hops)

    def onward(self, status: int, location: str, *, limit: int) -> Trip:
        """The trip after a redirect of its address. Raises Refused as `next_hop` does."""
        target = next_hop(self.url, location, (*self.asked, str(self.url)), limit=limit)
        hops = (*self.hops, Hop(url=str(self.url), status=status))
        return replace(self, url=target, hops=hops, at_home=self.at_home and same_origin(self.url, target))


def parse_url(text: str) -> httpx.URL:
    """An absolute http(s) address without fragment. Raises Refused (url, scheme, userinfo)."""
    text = text.strip()
    shown = text[:_SHOWN]
    if len(text) > _MAX_URL or not text.isprintable() or "\\" in text:
        raise Refused("refused address", reason="url", where=shown, why="too long, or characters no address has")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as exc:
        raise Refused("refused address", reason="url", where=shown, why=str(exc)) from exc
    return _acceptable(url)


def next_hop(current: httpx.URL, location: str, chain: Sequence[str], *, limit: int) -> httpx.URL:
    """The address a redirect leads to. `chain`: addresses asked so far, `current` last.

    Raises Refused with the chain: reason redirect (too many, a loop), scheme (not http(s), or https left for http),
    url, userinfo.
    """
    if len(chain) > limit:
        raise Refused("refused redirect", reason="redirect", why=f"more than {limit} redirects")
    location = location.strip()
    if len(location) > _MAX_URL or not location.isprintable() or "\\" in location:
        raise Refused("refused redirect", reason="url", why="too long, or characters no address has")
    try:
        target = current.join(location)
    except (httpx.InvalidURL, ValueError) as exc:
        raise Refused("refused redirect", reason="url", why=str(exc)) from exc
    target = _acceptable(target)
    if current.scheme == "https" and target.scheme == "http":
        raise Refused("refused redirect", reason="scheme", why="https leads to http")
    if str(target) in chain:
        raise Refused("refused redirect", reason="redirect", why="the redirects go in a circle")
    return target


def host_key(url: httpx.URL) -> str:
    """host or host:port (where the port is not the scheme's own), lower case, as it goes over the wire."""
    host = url.raw_host.decode("ascii").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if url.port is None else f"{host}:{url.port}"


def same_origin(a: httpx.URL, b: httpx.URL) -> bool:
    """Whether both have scheme, host and port in common."""
    return (a.scheme, host_key(a)) == (b.scheme, host_key(b))


def _acceptable(url: httpx.URL) -> httpx.URL:
    shown = str(url)[:_SHOWN]
    if url.scheme not in {"http", "https"}:
        raise Refused("refused address", reason="scheme", where=shown, why=f"not http(s): {url.scheme[:20] or 'none'}")
    if url.userinfo:
        raise Refused("refused address", reason="userinfo", where=shown, why="a user name stands in the address")
    if not _HOST.fullmatch(url.raw_host) or (url.port is not None and not 0 < url.port < 65536):
        raise Refused("refused address", reason="url", where=shown, why="no host, or no valid port")
    return url.copy_with(fragment=None)
