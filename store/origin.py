"""Where a story's text came from, as far as it can be known: facts of its articles in, a claim with its basis out.

The claim is about the source of the text, not about which article to read (that is the canonical one). Its rules, the
first that applies decides; aggregators and reference texts of unknown outlets are heard in none of them:

1. *agency number*: an item's number in the agency's own system, one number in all articles that print one: certain.
   Several numbers of one agency: likely. Numbers of several agencies: undetermined.
2. *own page*: an article on an agency's or a press-release service's own pages is the source; certain where no other
   outlet's firm date is more than 15 minutes earlier, else likely.
3. *credit*: a press release that is marked as one: likely. The agency that every full credit names: likely; where full
   credits name different agencies: undetermined. Credits for material alone: likely from two outlets of different
   owners on, else they say nothing about the text as a whole.
4. *named by others*: the article or outlet that others give as what they are based on (isBasedOn, a canonical link to
   another house, a stated source): likely.
5. *only outlet*: one outlet, or one owner, alone has it: likely.
6. *published first*: firm dates (JSON-LD, meta, feed), and the first full version more than 15 minutes before every
   other owner's articles: likely. Weak dates, closer ones, or an excerpt elsewhere that is older: undetermined.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# Dates closer than this do not say who was first: feeds round, and agencies send to all at once. Microseconds.
CLOSE = 15 * 60 * 1_000_000
# Dates that the publisher states for machines; `time` elements and URLs are guesses.
FIRM = frozenset({"json-ld", "meta", "feed"})
# Outlets of texts that nobody's address stands for: a reference text, a file.
NOBODY = frozenset({"seed", "file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a member contributes to its story's summary. Times in microseconds."""

    url: str
    outlet: str
    owner: str | None
    language: str | None
    agency: str | None
    agency_id: str | None
    published: int | None
    published_from: str
    first_seen: int
    relation: str
    on_topic: bool
    seed: bool
    copied_share: float = 0.0
    canonical_share: float = 0.0
    agency_credit: str | None = None  # full, partial, release
    agencies: tuple[str, ...] = ()
    based_on: str | None = None
    canonical_claim: str | None = None
    kind: str = "publisher"  # of the outlet
    partial: bool = False

    @property
    def house(self) -> str:
        """Who decides what it prints: outlets of one owner are no independent sources."""
        return self.owner or self.outlet

    @property
    def when(self) -> int:
        """When it was published, as far as that can be believed."""
        return self.first_seen if self.published is None else min(self.published, self.first_seen)

    @property
    def firm(self) -> bool:
        """Whether its publisher states its date."""
        return self.published is not None and self.published_from in FIRM

    @property
    def whole(self) -> bool:
        """Whether it may be the full text."""
        return self.relation != "excerpt" and not self.partial

    @property
    def credited(self) -> tuple[str, ...]:
        """All agencies it credits."""
        return self.agencies or ((self.agency,) if self.agency else ())


def as_fact(row: tuple[Any, ...]) -> Fact:
    """A row of `reading.stories.FACTS`."""
    names = Fact.__dataclass_fields__
    said = dict(zip(names, row, strict=True))
    said["agencies"] = tuple(json.loads(said["agencies"]))
    return Fact(**said)


def origin(members: Sequence[Fact]) -> dict[str, Any]:
    """The contract's `origin`: kind, name, url, agency_id, basis, certainty. Independent of the members' order."""
    heard = sorted(
        (member for member in members if member.kind != "aggregator" and member.outlet not in NOBODY),
        key=lambda member: (member.when, member.url),
    )
    if not heard:
        why = "only aggregators" if any(member.kind == "aggregator" for member in members) else "no outlet is known"
        return _claim("unknown", None, None, why, "undetermined")
    return _numbered(heard) or _own_page(heard) or _credited(heard) or _named(heard, members) or _first(heard)


def _numbered(heard: Sequence[Fact]) -> dict[str, Any] | None:
    printed = [member for member in heard if member.agency_id and member.agency]
    if not printed:
        return None
    agencies = {member.agency for member in printed}
    # What follows the stroke counts the item's corrections.
    items = {(member.agency_id or "").partition("/")[0].casefold() for member in printed}
    certainty = "undetermined" if len(agencies) > 1 else "certain" if len(items) == 1 else "likely"
    return _claim("agency", printed[0].agency, printed[0], "agency id", certainty)


def _own_page(heard: Sequence[Fact]) -> dict[str, Any] | None:
    own = next((member for member in heard if member.kind in ("agency", "press-release") and member.whole), None)
    if own is None:
        return None
    earlier = any(member.firm and own.when - member.when > CLOSE for member in heard if member.house != own.house)
    name = own.agency if own.kind == "agency" and own.agency else own.outlet
    return _claim(own.kind, name, own, "own page", "likely" if earlier else "certain")


def _credited(heard: Sequence[Fact]) -> dict[str, Any] | None:
    release = next((member for member in heard if member.agency_credit == "release"), None)
    if release is not None:
        return _claim("press-release", release.agency, release, "marked as a press release", "likely")
    # A credit whose extent is not known comes from a store of before, which kept full and partial ones alike.
    full = [member for member in heard if member.agency and member.agency_credit in ("full", None)]
    if full:
        agreed = set(full[0].credited).intersection(*(member.credited for member in full))
        name = full[0].agency if full[0].agency in agreed or not agreed else min(agreed)
        return _claim("agency", name, full[0], "agency credit", "likely" if agreed else "undetermined")
    lent = [member for member in heard if member.agency_credit == "partial"]
    agreed = set(lent[0].credited).intersection(*(member.credited for member in lent)) if lent else set()
    if agreed and len({member.house for member in lent}) > 1:
        name = lent[0].agency if lent[0].agency in agreed else min(agreed)
        return _claim("agency", name, lent[0], "credits for material in several houses", "likely")
    return None


def _named(heard: Sequence[Fact], members: Sequence[Fact]) -> dict[str, Any] | None:
    """Whom others give as their source: an article of the story, else an outlet of it, else another house's page."""
    outside: list[str] = []
    repeating = {_host(member.url) for member in members if member.kind == "aggregator"}
    for member in sorted(members, key=lambda member: (member.kind == "aggregator", member.when, member.url)):
        for said in (member.based_on, member.canonical_claim):
            if not said or _host(said) == _host(member.url):
                continue
            others = [other for other in heard if other.house != member.house]
            page = next((other for other in others if _page(other.url) == _page(said)), None)
            house = next((other for other in others if _is_outlet(said, other)), None)
            if found := page or house:
                return _claim("outlet", found.outlet, found, "named by others", "likely")
            if said is member.based_on and "://" in said and _host(said) not in repeating:
                outside.append(said)
    if not outside:
        return None
    url = min(outside)
    return _claim("outlet", _host(url), None, "named by others", "likely") | {"url": url}


def _first(heard: Sequence[Fact]) -> dict[str, Any]:
    first = next((member for member in heard if member.whole), heard[0])
    others = [member for member in heard if member.house != first.house]
    if not others:
        return _claim("outlet", first.outlet, first, "only outlet", "likely")
    if not all(member.firm for member in (first, *others)):
        return _claim("unknown", None, None, "dates are weak", "undetermined")
    if first.when - others[0].when > CLOSE:
        return _claim("unknown", None, None, "an excerpt elsewhere is older", "undetermined")
    if others[0].when - first.when > CLOSE:
        return _claim("outlet", first.outlet, first, "published first", "likely")
    return _claim("unknown", None, None, "dates are too close", "undetermined")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _page(url: str) -> str:
    """An address without scheme, www, query, fragment and trailing slash."""
    try:
        return _host(url) + urlsplit(url).path.rstrip("/")
    except ValueError:
        return url


def _is_outlet(said: str, member: Fact) -> bool:
    """Whether an address or a name means a member's outlet."""
    if "://" in said:
        host = _host(said)
        return bool(host) and (host == member.outlet or host == _host(member.url))
    folded = said.casefold()
    return folded in (member.outlet.casefold(), _host(member.url)) or folded == member.outlet.casefold().split(".")[0]


def _claim(kind: str, name: str | None, member: Fact | None, basis: str, certainty: str) -> dict[str, Any]:
    return {
        "kind": kind, "name": name, "url": None if member is None else member.url,
        "agency_id": None if member is None else member.agency_id, "basis": basis, "certainty": certainty,
    }  # fmt: skip
