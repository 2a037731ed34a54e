"""Addresses: one spelling for each article, the host that is asked, the outlet that publishes.

Pure string work, no network. Sources: RFC 3986 sections 5 and 6 (resolution, dot segments, percent-encoding), the
WHATWG URL standard where browsers differ from it (backslashes, missing slashes, tabs), the Public Suffix List as
shipped with `tld` (registrable domains). `tld` (53 ms) and `idna` (15 ms) are imported when first needed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import SplitResult, unquote_to_bytes, urljoin, urlsplit

from ingest.tracking import is_tracking

__all__ = (
    "BadUrl",
    "address_key",
    "canonical_url",
    "host_of",
    "is_home",
    "is_http",
    "outlet_of",
    "safe_link",
    "same_host",
)

# Characters. Common servers refuse request lines above 8 KiB, so a longer address leads nowhere.
MAX_URL: Final = 8192
_DEFAULT_PORT: Final = {"http": 80, "https": 443}

# Hosts that serve the same paths as the plain host in another dress.
_DRESSED_HOST: Final = re.compile(r"^(?:www\d?|m|mobil|mobile|amp)\.(?=[^.]+\.)")
# Parameters that ask for the AMP dress of an article.
_AMP_PARAMETER: Final = re.compile(r"^(?:amp(?:=(?:1|true)?)?|output(?:type)?=amp)$", re.IGNORECASE)
# A trailing `/amp` is a dress only behind something that looks like an article's slug or number, not behind a section.
_AMP_PATH: Final = re.compile(r"(?<=[^/])/amp$")
_SLUG: Final = re.compile(r"\d{4}|[^/]+-[^/]+-[^/]+")

# C0, C1 and DEL; zero-width and bidi controls; byte order mark; lone surrogates: nobody means them in an address.
# Compiled where one is met, which takes longer than most of this module.
_INVISIBLE: Final = "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
# A line break inside an address is a wrapped line: it goes with the indent around it. A plain space stays (as %20).
_WRAPPED: Final = re.compile(r"[ \t]*[\r\n\t][ \t\r\n]*")
# `&amp;` left over from a feed that escaped twice.
_ESCAPED_AMPERSAND: Final = re.compile(r"&(?:(?:amp|#0*38|#[xX]0*26);)+", re.IGNORECASE)
_SCHEME_SLASHES: Final = re.compile(r"^(https?):[/\\]+", re.IGNORECASE)
_HTTP: Final = re.compile(r"https?:[/\\]", re.IGNORECASE)
# RFC 3986 `pchar` plus what stands in real paths and queries; everything else becomes %XX.
_PATH_ODD: Final = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_QUERY_ODD: Final = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9\-._~]")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_-])?")
# The common case, already canonical: skips the careful path. One flat character class, so that it cannot backtrack.
_PLAIN: Final = re.compile(r"https?://(?:[a-z0-9][a-z0-9-]{0,62}\.){1,5}[a-z]{2,20}/[A-Za-z0-9_~.,;:@!$'()*+=/-]*")
# The same for links as printed: nothing in them needs a second look, though they may carry queries and fragments.
_PLAIN_LINK: Final = re.compile(r"https?://(?:[a-z0-9][a-z0-9-]{0,62}\.){1,5}[a-z]{2,20}(?:[/?#][!-~]*)?")


class BadUrl(ValueError):  # reads as what it is, like its neighbours NotAFeed and Refused
    """The string names no http(s) address. The message says why."""


def canonical_url(url: str, base: str | None = None) -> str:
    """One spelling for one article's address: absolute http(s), without tracking, fragment, userinfo or default port.

    Resolved against `base` where given. Idempotent. Parameters keep their order: servers exist that care.
    Raises BadUrl (and nothing else) for whatever is no http(s) address.
    """
    if len(url) > MAX_URL:
        raise BadUrl(f"longer than {MAX_URL} characters")
    if base is None and _PLAIN.fullmatch(url) and "/." not in url and len(url) < 253:
        return url
    scheme, host, port, path, query = _parts(_absolute(_tidy(url), base))
    path = _without_dots(_PATH_ODD.sub(_percent, path)) or "/"
    query = _cleaned_query(_QUERY_ODD.sub(_percent, query))
    authority = host if port is None else f"{host}:{port}"
    canonical = f"{scheme}://{authority}{path}" + (f"?{query}" if query else "")
    if len(canonical) > MAX_URL:
        raise BadUrl(f"longer than {MAX_URL} characters")
    return canonical


def address_key(url: str) -> str:
    """The key under which the spellings of one article meet: http and https, www, mobile and AMP hosts, AMP
    parameters, trailing slash. Not an address: never ask for it. Raises BadUrl."""
    canonical = canonical_url(url)
    rest = canonical.partition("://")[2]
    address, _, query = rest.partition("?")
    host, _, path = address.partition("/")
    host = _undressed(host)
    path = path.rstrip("/")
    if (cut := _AMP_PATH.search(path)) and _SLUG.search(path, 0, cut.start()):
        path = path[: cut.start()].rstrip("/")
    query = "&".join(part for part in query.split("&") if part and not _AMP_PARAMETER.match(part))
    return host + (f"/{path}" if path else "") + (f"?{query}" if query else "")


def host_of(url: str) -> str:
    """Lower-case host, or host:port where the port is not the scheme's own. Raises BadUrl."""
    _, host, port, _, _ = _parts(_absolute(_tidy(url), None))
    return host if port is None else f"{host}:{port}"


def same_host(a: str, b: str) -> bool:
    """Whether two addresses are served by one host and port; False where either is no http(s) address."""
    try:
        return host_of(a) == host_of(b)
    except BadUrl:
        return False


def outlet_of(url: str) -> str:
    """Who publishes: the registrable domain; host[:port] where the host is an address or has none. Raises BadUrl.

    Domains under private suffixes (blog hosts, `uk.com`) count as registrable: each blog is an outlet of its own.
    """
    _, host, port, _, _ = _parts(_absolute(_tidy(url), None))
    return _registrable(host) or (host if port is None else f"{host}:{port}")


def is_http(url: str) -> bool:
    """Whether the string is an absolute http(s) address that could be asked for."""
    return safe_link(url) is not None


def safe_link(url: str) -> str | None:
    """The address as the publisher printed it, without control characters, or None unless it is absolute http(s)."""
    if _PLAIN_LINK.fullmatch(url) and len(url) < 253:
        return url
    tidy = _tidy(url)
    if not _HTTP.match(tidy) or len(tidy) > MAX_URL:
        return None
    try:
        _parts(_absolute(tidy, None))
    except BadUrl:
        return None
    return tidy


def is_home(url: str) -> bool:
    """Whether the address is a site's front page: no path (or an index file) and no query. Raises BadUrl."""
    path, _, query = canonical_url(url).split("/", 3)[3].partition("?")
    return not query and re.fullmatch(r"(?:index|default|home)\.[a-z]{3,5}|", path, re.IGNORECASE) is not None


# --- the parts ------------------------------------------------------------------------------------------------------


def _tidy(url: str) -> str:
    """Without what no author of an address can have meant: outer space, line breaks, invisible characters."""
    url = url.strip()
    return url if url.isprintable() else re.sub(_INVISIBLE, "", _WRAPPED.sub("", url)).strip()


def _absolute(url: str, base: str | None) -> SplitResult:
    """Split an address, resolved against `base`. Raises BadUrl."""
    if not url:
        raise BadUrl("empty")
    url = _SCHEME_SLASHES.sub(r"\1://", url)
    try:
        if base is not None and not _HTTP.match(url):
            url = urljoin(_SCHEME_SLASHES.sub(r"\1://", _tidy(base)), _slashed(url))
        # Before the fragment is cut: `&#38;` holds a number sign.
        return urlsplit(_slashed(_ESCAPED_AMPERSAND.sub("&", url) if "&" in url else url))
    except ValueError as exc:  # brackets that hold no IPv6 address, hosts that change under NFKC
        raise BadUrl(str(exc)) from exc


def _slashed(url: str) -> str:
    """Backslashes before the query are slashes, as in browsers."""
    if "\\" not in url:
        return url
    end = min(at for at in (url.find("?"), url.find("#"), len(url)) if at >= 0)
    return url[:end].replace("\\", "/") + url[end:]


def _parts(split: SplitResult) -> tuple[str, str, int | None, str, str]:
    """(scheme, host, port unless default, path, query), host and port checked. Raises BadUrl."""
    scheme = split.scheme.lower()
    if scheme not in _DEFAULT_PORT:
        raise BadUrl(f"not http(s): {scheme[:20] or 'no scheme'}")
    netloc = split.netloc.rpartition("@")[2]
    if netloc.startswith("["):
        address, closed, rest = netloc[1:].partition("]")
        host = _ipv6(address) if closed else ""
    else:
        name, colon, digits = netloc.partition(":")
        host, rest = _hostname(name), colon + digits
    if not host or (rest and not rest.startswith(":")):
        raise BadUrl("no valid host")
    return scheme, host, _port(rest[1:], scheme), split.path, split.query


def _port(digits: str, scheme: str) -> int | None:
    """None for the scheme's own port. Raises BadUrl."""
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) < 6 and 0 < int(digits) < 65536):
        raise BadUrl("no valid port")
    return None if int(digits) == _DEFAULT_PORT[scheme] else int(digits)


def _ipv6(text: str) -> str:
    try:
        if "%" in text:  # a zone id is meaningless beyond this machine
            raise BadUrl("no valid host")
        return f"[{IPv6Address(text).compressed}]"
    except AddressValueError as exc:
        raise BadUrl("no valid host") from exc


@lru_cache(maxsize=4096)  # a run meets a few thousand hosts, each hundreds of times
def _hostname(name: str) -> str:
    """Lower-case ASCII host without a trailing dot. Raises BadUrl."""
    if "%" in name:
        name = unquote_to_bytes(name).decode("utf-8", "replace")
    if not name.isascii():
        import idna  # 15 ms, and few hosts need it

        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError) as exc:
            raise BadUrl("no valid host") from exc
    name = name.lower().removesuffix(".")
    if not _HOST.fullmatch(name) or ".." in name or any(len(label) > 63 for label in name.split(".")):
        raise BadUrl("no valid host")
    return name


def _percent(match: re.Match[str]) -> str:
    """Normalise one odd place: decode what needs no escape, upper-case what does, escape the rest."""
    found = match[0]
    if len(found) == 3:
        character = chr(int(found[1:], 16))
        return character if _UNRESERVED.fullmatch(character) else found.upper()
    return "".join(f"%{byte:02X}" for byte in found.encode("utf-8", "replace"))


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4 for a path that starts with a slash (or is empty)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _cleaned_query(query: str) -> str:
    if not query:
        return ""
    return "&".join(part for part in query.split("&") if part and not is_tracking(part))


@lru_cache(maxsize=4096)
def _undressed(authority: str) -> str:
    """The host[:port] without www., m., amp. and the like, where that is not the registrable domain itself."""
    bare = _DRESSED_HOST.sub("", authority)
    host = authority.partition(":")[0]
    return authority if bare == authority or _registrable(host) == host else bare


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str | None:
    """The registrable domain of a lower-case ASCII host; None for addresses, suffixes and single labels."""
    if host.startswith("[") or "." not in host:
        return None
    try:
        IPv4Address(host)
    except AddressValueError:
        pass
    else:
        return None
    from tld import get_fld  # 53 ms; reads the list it ships with, never the network

    domain = get_fld(SplitResult("http", host, "", "", ""), fail_silently=True)
    # A suffix that is not on the list counts as one label (the list's own default rule).
    return domain or ".".join(host.split(".")[-2:])
