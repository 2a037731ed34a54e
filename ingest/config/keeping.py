"""Where everything is kept, and what runs over it."""

from __future__ import annotations

import ipaddress
from typing import Literal

import msgspec

from ingest.config.kinds import CountOrZero, Hour, Positive, Section


class Seeds(Section, frozen=True):
    """`[seeds]`: reference articles given before the first run."""

    # Files or folders of .txt, .md, .html, .json and sketches; see seeds/README.md.
    paths: list[str] = msgspec.field(default_factory=list)


class Store(Section, frozen=True):
    """`[store]`: where everything is kept."""

    # `sqlite:///NAME` is relative to the settings file, `sqlite:////NAME` absolute.
    url: str = "sqlite:///newsfold.db"
    # FULL survives power loss; NORMAL survives only a killed process.
    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    # Free disk below which a run pauses, MiB.
    min_free_mb: CountOrZero = 200


class Daemon(Section, frozen=True):
    """`[daemon]`: the clock around the run."""

    # Seconds between two looks at what is due.
    tick: Positive = 10.0
    # Where /livez, /readyz and /metrics answer, as "127.0.0.1:9077"; not set: nowhere. There is no password: an address
    # that other machines reach must be written out, so that nobody opens it by leaving something away.
    listen: str | None = None
    # Hour of the day (UTC, 0 to 23) from which links of stories that something happened to since the last night are
    # weighed again, with what is known by now of how common their words are; -1: never.
    reweigh_at: Hour = 2

    @property
    def address(self) -> tuple[str, int] | None:
        """`listen` as host (an IP address) and port. Raises ValueError with the reason where it is neither."""
        if self.listen is None:
            return None
        host, colon, port = self.listen.rpartition(":")
        if not colon or not host:
            raise ValueError("no host and port")
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65_536):
            raise ValueError("the port is no number from 1 to 65535")
        host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
        try:
            return str(ipaddress.ip_address(host)), int(port)
        except ValueError:
            raise ValueError("the host is no IP address: a name may lead anywhere") from None


class Log(Section, frozen=True):
    """`[log]`."""

    # Lines for people, or one JSON object an event for a log collector.
    format: Literal["human", "json"] = "human"
    # The least important events that are written.
    level: Literal["debug", "info", "warning", "error"] = "info"
