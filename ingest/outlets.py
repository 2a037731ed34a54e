"""Who publishes: the outlet of an address, as configured or by its registrable domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest import config, urls


@dataclass(frozen=True, slots=True)
class OutletOf:
    """An outlet's name, and who owns it if anybody said."""

    name: str
    owner: str | None


class Outlets:
    """Looks outlets up by host; subdomains belong to the nearest configured parent."""

    def __init__(self, configured: Iterable[config.Outlet] = ()) -> None:
        self._by_host = {
            host.lower().removeprefix("www."): OutletOf(outlet.name, outlet.owner)
            for outlet in configured
            for host in outlet.hosts
        }

    def of(self, url: str, *, named: str | None = None) -> OutletOf:
        """The outlet of an address; `named` is what the feed's settings say, which goes before the domain."""
        host = urls.host_of(url)
        labels = host.split(".")
        for start in range(len(labels)):
            found = self._by_host.get(".".join(labels[start:]))
            if found is not None:
                return found
        return OutletOf(named or urls.outlet_of(url), None)
