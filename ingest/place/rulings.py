"""What an analyst ruled, as the partition needs it, and whether two rulings contradict each other. Pure.

Rulings name articles and follow them through their revisions: here they become texts, which articles carry now. The
newer of two rulings counts: who is split off from a merged story is no longer tied to it. Only where nothing of a merge
would be left, or a merge would bring together what was split, they contradict each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ingest.dedupe.bonds import Bonds
from store.model import Ruled, Ruling

Texts = frozenset[int]


@dataclass(frozen=True, slots=True)
class InForce:
    """Texts that are tied, and pairs of sides that are kept apart, as `dedupe.partition` takes them."""

    ties: tuple[Texts, ...] = ()
    apart: tuple[tuple[Texts, Texts], ...] = ()

    @property
    def texts(self) -> Texts:
        """Every tied text: where one is, the others are looked for."""
        return frozenset().union(*self.ties)


def in_force(rulings: Iterable[Ruling]) -> InForce:
    """Ties and separations of rulings that are in force, in any order."""
    known = sorted(rulings, key=lambda ruling: ruling.id)
    ties = (_texts(_left(ruling, known)) for ruling in known if ruling.kind == "tied")
    return InForce(
        ties=tuple(tie for tie in ties if len(tie) > 1),
        apart=tuple((side(ruling, 0), side(ruling, 1)) for ruling in known if ruling.kind == "parted"),
    )


def side(ruling: Ruling, number: int) -> Texts:
    """The texts of one side of a ruling."""
    return _texts(one for one in ruling.articles if one.side == number)


def contradiction(new: Ruling, others: Sequence[Ruling]) -> Ruling | None:
    """Of the other rulings in force the one that this one cannot stand beside; None where it can."""
    known = sorted([*(other for other in others if other.id != new.id), new], key=lambda ruling: ruling.id)
    ties = {ruling.id: (ruling, _left(ruling, known)) for ruling in known if ruling.kind == "tied"}
    for ruling, left in ties.values():
        if {one.side for one in left} != {0, 1}:
            taken = next((p for p in reversed(known) if p is not new and _narrows(p, ruling)), ruling)
            return taken if ruling is new else ruling
    for parted in (ruling for ruling in known if ruling.kind == "parted"):
        tied = [_texts(left) for _, left in ties.values()]
        block = _holding_both(tied, side(parted, 0), side(parted, 1))
        if block and new.kind == "tied":
            return parted
        if block and parted is new:
            return max((ruling for ruling, left in ties.values() if _texts(left) & block), key=lambda one: one.id)
    return None


def narrowed(parted: Ruling, others: Iterable[Ruling]) -> list[Ruling]:
    """The merges that a split took an article out of."""
    return [other for other in others if other.kind == "tied" and _narrows(parted, other)]


def _left(tied: Ruling, known: Iterable[Ruling]) -> list[Ruled]:
    """The articles of a merge that no later split took out of it."""
    out = {one.article_id for ruling in known if _narrows(ruling, tied) for one in ruling.articles if not one.side}
    return [one for one in tied.articles if one.article_id not in out]


def _narrows(parted: Ruling, tied: Ruling) -> bool:
    """Did this split take articles away from others of that merge?"""
    if parted.kind != "parted" or parted.id < tied.id:
        return False
    sides = {one.side for one in parted.articles if any(one.article_id == each.article_id for each in tied.articles)}
    return sides == {0, 1}


def _holding_both(ties: Collection[Texts], left: Texts, right: Texts) -> Texts:
    """The texts that ties make one and that hold both sides; empty where there are none."""
    bonds = Bonds({text: b"" for tie in ties for text in tie} | dict.fromkeys(left | right, b""), ties=ties)
    for block in map(frozenset, bonds.blocks()):
        if block & (left - right) and block & (right - left):
            return block
    return frozenset()


def _texts(articles: Iterable[Ruled]) -> Texts:
    return frozenset(one.text_id for one in articles)
