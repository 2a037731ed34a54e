"""Which addresses may be asked. Pure: no sockets, no names resolved.

An address is refused unless it is globally routable unicast or lies in a network the settings open. `ipaddress` alone
is not enough: `is_global` is true for 64:ff9b::7f00:1, 2002:7f00:1::, ::127.0.0.1, fec0::1 and for multicast, all of
which lead to places a feed must not reach. So IPv6 is an allow-list (2000::/3 minus its special blocks), IPv4 a
deny-list, and `is_global` is asked on top. Source: the IANA special-purpose address registries (RFC 6890).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from ingest.errors import ConfigError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL_V4: Final = tuple(
    (IPv4Network(network), name)
    for network, name in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
# Global unicast: all that IANA has given out so far.
_UNICAST_V6: Final = IPv6Network("2000::/3")
# Special blocks inside it. 2002::/16 and 2001::/32 carry an IPv4 address, which a relay would connect us to.
_SPECIAL_V6: Final = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
    )
)
# Names for what lies outside of global unicast, for the message alone: everything there is refused.
_OUTSIDE_V6: Final = tuple(
    (IPv6Network(network), name)
    for network, name in (
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)


def networks(specs: Iterable[str]) -> tuple[Network, ...]:
    """Parse CIDR notation. Raises ConfigError."""
    found = []
    for spec in specs:
        try:
            found.append(ip_network(spec, strict=False))
        except ValueError as exc:
            raise ConfigError(
                f"not a network: {spec!r}", where="fetch.allow_private", why=str(exc), fix='write it like "10.1.0.0/16"'
            ) from exc
    return tuple(found)


def objection(address: Address, allowed: Sequence[Network] = ()) -> str | None:
    """Why this address may not be asked (one or two words), or None when it may."""
    if any(address.version == network.version and address in network for network in allowed):
        return None
    if isinstance(address, IPv4Address):
        for network_v4, name in _SPECIAL_V4:
            if address in network_v4:
                return name
    else:
        if address not in _UNICAST_V6:
            return next((name for network_v6, name in _OUTSIDE_V6 if address in network_v6), "not global unicast")
        for network_v6, name in _SPECIAL_V6:
            if address in network_v6:
                return name
    return None if address.is_global and not address.is_multicast else "not globally routable"


def host_objection(host: str) -> str | None:
    """Why a host's spelling is refused: a number that is no plain dotted quad (2130706433, 0x7f.1, 127.1, 0177.0.0.1).

    Browsers and C libraries read such hosts as IPv4 addresses, each a little differently (WHATWG URL, "ends in a
    number"); no news site is called so. `host` is without brackets and port.
    """
    if ":" in host:
        return None
    last = host.rstrip(".").rpartition(".")[2].lower()
    hexadecimal = last.startswith("0x") and all(c in "0123456789abcdef" for c in last[2:])
    if not (last.isdigit() or hexadecimal):
        return None
    return None if literal(host) is not None else "an address in disguise"


def literal(host: str) -> Address | None:
    """The address that a host spells plainly, or None when it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None
