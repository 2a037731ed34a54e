"""What is asked of the network and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.errors import FetchError
from ingest.model import NotModified, Page, Validators

Kind = Literal["feed", "page"]
_UNCONDITIONAL = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One address to fetch. `tag` comes back with the outcome, untouched."""

    url: str
    kind: Kind  # pages obey robots.txt and share kept connections; feeds were named by the user and do neither
    validators: Validators = _UNCONDITIONAL
    tag: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to one request. A failure is a value here: the run goes on."""

    request: Request
    result: Page | NotModified | FetchError
    seconds: float  # on the network, without waiting for the host's turn; 0.0 where nothing was asked
