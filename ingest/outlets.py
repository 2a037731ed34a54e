"""Who publishes: the outlet of an address, its owner and kind; as configured, else by what is generally known.

The table that comes along (outlets.toml) is from general knowledge and names its date; `[[outlets]]` goes before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Literal, TypeVar

from ingest import config, urls

T = TypeVar("T")
_PORT: Final = re.compile(r":\d+$")
Kind = Literal["publisher", "agency", "aggregator", "press-release"]


@dataclass(frozen=True, slots=True)
class OutletOf:
    """An outlet's name, who owns it if anybody said, what it is, and under which name an agency is credited."""

    name: str
    owner: str | None
    kind: Kind = "publisher"
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is generally known of a host."""

    owner: str | None = None
    kind: Kind = "publisher"
    agency: str | None = None


class Outlets:
    """Looks outlets up by host; subdomains belong to the nearest parent that is named."""

    def __init__(self, configured: Iterable[config.Outlet] = ()) -> None:
        self._by_host = {host.lower().removeprefix("www."): outlet for outlet in configured for host in outlet.hosts}

    def of(self, url: str, *, named: str | None = None) -> OutletOf:
        """The outlet of an address; `named` is what the feed's settings say, which goes before the domain."""
        host = urls.host_of(url)
        known = _nearest(generally_known(), host) or Known()
        outlet = _nearest(self._by_host, host)
        if outlet is None:
            return OutletOf(named or urls.outlet_of(url), known.owner, known.kind, known.agency)
        kind = outlet.kind or known.kind
        agency = (known.agency or outlet.name) if kind == "agency" else None
        return OutletOf(outlet.name, outlet.owner or known.owner, kind, agency)


@lru_cache(maxsize=1)
def generally_known() -> dict[str, Known]:
    """outlets.toml by host."""
    raw: dict[str, Any] = tomllib.loads(resources.files("ingest").joinpath("outlets.toml").read_text("utf-8"))
    found: dict[str, Known] = {}
    for row in raw["owner"]:
        found |= dict.fromkeys(row["hosts"], Known(owner=row["name"]))
    for row in raw["agency"]:
        found |= dict.fromkeys(row["hosts"], Known(row["name"], "agency", row["name"]))
    found |= dict.fromkeys(raw["press-release"]["hosts"], Known(kind="press-release"))
    return found | dict.fromkeys(raw["aggregator"]["hosts"], Known(kind="aggregator"))


def _nearest(table: dict[str, T], host: str) -> T | None:
    """What a table says of a host or its nearest parent, with the port that the address has, else of any port."""
    for one in dict.fromkeys((host, _PORT.sub("", host))):
        labels = one.removeprefix("www.").split(".")
        for start in range(len(labels)):
            if (name := ".".join(labels[start:])) in table:
                return table[name]
    return None
