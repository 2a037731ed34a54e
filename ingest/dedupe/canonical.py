"""Which article stands for a story: a total order over its members, by policy, with the reason said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ingest.config import Dedupe
from ingest.dedupe.original import CLOSE, Standing, Version, excerpts, original

# Share of the longest member's words from which a text counts as a full version; a copy cut to less is an excerpt,
# and an excerpt never wins over a full one.
FULL = 0.70
# Members up to which their texts are read side by side, all with all. Of more, length and date must do: which of them
# the others were made from has shown by then, and whoever was found keeps the place.
READ = 12
# Where a time comes from, by how far it can be trusted as the moment of publication.
_TRUST = {"json-ld": 0, "meta": 0, "feed": 0, "time": 1, "url": 2, "none": 3}

# Why an article stands for its story, as exports say it, and what each means.
PINNED, SEED, ONLY, EARLIEST, LONGEST = "pinned", "seed", "only version", "earliest full version", "longest version"
PREFERRED, MADE_FROM = "preferred outlet", "full version that the others come from, dated close to the earliest"
REASONS: Final[Mapping[str, str]] = {
    PINNED: "an analyst pinned it",
    SEED: "it is a reference article; of several the earliest",
    ONLY: "there is no other",
    EARLIEST: "of the articles with the whole text it was published first, as far as dates can be believed",
    MADE_FROM: "another one is dated a little earlier, but the texts show that the others were made from this one",
    LONGEST: 'with `canonical = "longest"`: of the articles with the whole text it has the most words',
    PREFERRED: 'with `canonical = "preferred"`, and the outlet\'s name: of the articles with the whole text its outlet '
    "comes first in `preferred`",
}

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A member of a story, as the choice needs it."""

    id: int
    sha256: bytes  # of its text: breaks ties by content
    outlet: str
    published: datetime | None
    published_from: str
    first_seen: datetime
    words: int
    free: bool | None
    seed: bool
    sketch: bool = False  # known by its hashes alone: nothing to read or cite
    partial: bool = False  # known to be an excerpt or a digest whatever its length
    revised: bool = False  # its text has changed since it came: others may have been made from an older state
    pinned: int = 0  # number of the decision by which an analyst pinned it; 0: nobody did


@dataclass(frozen=True, slots=True)
class Choice:
    """The canonical article, and why it is."""

    id: int
    reason: str


def choose(
    members: Sequence[Contender], rules: Dedupe, *, current: int | None = None, standing: Standing | None = None
) -> Choice:
    """The canonical one of a story's members (at least one); independent of their order.

    `current` keeps its place unless another is clearly better: a full version over an excerpt or a paid stub, or by
    the policy's own measure. `standing` reads two members' texts side by side: which is the excerpt, and which of those
    dated close together the others were made from; without it, and for stories of more than READ, lengths must do.
    """
    pinned = max(members, key=lambda m: m.pinned)
    if pinned.pinned:  # the newest pin counts, where stories with a pin each have merged
        return Choice(pinned.id, PINNED)
    members = [m for m in members if not m.sketch] or members
    read = standing if len(members) <= READ else None
    full = _full(members, read)
    if rules.canonical == "longest":
        best = max(full, key=lambda m: (m.words, m.sha256, -m.id))
        return Choice(best.id, LONGEST)
    if rules.canonical == "preferred":
        ranked = [m for m in full if m.outlet in rules.preferred]
        if ranked:
            best = min(ranked, key=lambda m: (rules.preferred.index(m.outlet), _moment(m), m.sha256, m.id))
            return Choice(best.id, f"{PREFERRED} {best.outlet}")
    patience = CLOSE if standing is not None and read is None else timedelta()
    return _first(members, full, read, current, patience)


def _first(
    members: Sequence[Contender],
    full: Sequence[Contender],
    read: Standing | None,
    current: int | None,
    patience: timedelta,
) -> Choice:
    """A seed, else the earliest full version, or what the others were made from where dates are too close.

    `current` keeps its place against one that is earlier by no more than `patience`.
    """
    rivals = [m for m in full if m.seed] or list(full)
    rivals.sort(key=lambda m: (_moment(m), _TRUST.get(m.published_from, 3), m.sha256, m.id))
    best = rivals[0]
    held = next((m for m in rivals if m.id == current), None)
    if held is not None and _moment(held) - _moment(best) <= patience:
        best = held
    if best.seed:
        return Choice(best.id, SEED)
    if len(members) == 1:
        return Choice(best.id, ONLY)
    if read is not None and not best.revised:
        ranked = [best, *(m for m in rivals if m is not best)]
        found = original([_version(m) for m in ranked], [_version(m) for m in members], read)
        if found != best.id:
            return Choice(found, MADE_FROM)
    return Choice(best.id, EARLIEST)


def stays(held: Contender, newcomer: Contender, rules: Dedupe) -> bool:
    """Does the canonical article surely keep its place when this one joins, whoever the other members are?

    False where only `choose` can tell. A newcomer may shift by a rank what length is usual; a popular story does not
    notice.
    """
    if newcomer.pinned or held.pinned:
        return held.pinned > newcomer.pinned
    if newcomer.seed or held.sketch:
        return False
    if rules.canonical == "longest":
        # A paid one stands only while no free one is as long as usual, and one more member may shift what is usual.
        return held.free is not False and newcomer.words < held.words
    if rules.canonical == "preferred" and newcomer.outlet in rules.preferred:
        return False
    return _moment(newcomer) > _moment(held)


def _full(members: Sequence[Contender], read: Standing | None) -> list[Contender]:
    """The members that carry the whole text; all of them where none does."""
    whole = [m for m in members if not m.partial] or list(members)
    if read is not None:
        parts = excerpts([_version(m) for m in whole], read)
        full = [m for m in whole if m.id not in parts] or whole
    else:
        # The usual length, not the longest: one outlet's long addition must not turn the original into an excerpt.
        lengths = sorted(m.words for m in whole)
        usual = lengths[(len(lengths) - 1) * 3 // 4] if len(lengths) > 2 else lengths[-1]
        full = [m for m in whole if m.words >= FULL * min(usual, lengths[-1])] or whole
    # A paid text that was served in full is a full version; a free one of the same length is the better one to read.
    return [m for m in full if m.free is not False] or full


def _version(member: Contender) -> Version:
    return Version(member.id, member.sha256, member.words, _moment(member))


def _moment(member: Contender) -> datetime:
    """When it was published, as far as that can be believed: never after it was first seen."""
    if member.published is None or member.published_from == "none":
        return _LAST if member.seed else member.first_seen
    return min(member.published, member.first_seen)
