"""The permanent numbers of stories: which group of texts keeps which, and which leads where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from store.base import Placing
from store.model import Component, Member


@dataclass(frozen=True, slots=True)
class Identities:
    """Groups with their story ids. `story_of` holds None where a group needs a new id; `merged` maps old -> new."""

    story_of: Sequence[int | None]
    merged: Mapping[int, int]


def identities(
    groups: Sequence[Collection[int]], previous: Mapping[int, int], canonical: Mapping[int, int]
) -> Identities:
    """Give groups of texts their permanent story ids.

    `previous` maps a text to the story it stood in, `canonical` a story to its canonical text. A story's id goes with
    its canonical text; where several meet, the oldest (smallest) stays and the others redirect to it; a group without
    any is a new story.
    """
    story_of: list[int | None] = []
    merged: dict[int, int] = {}
    for group in groups:
        heirs = sorted({previous[text] for text in group if text in previous and canonical.get(previous[text]) == text})
        story_of.append(heirs[0] if heirs else None)
        merged |= dict.fromkeys(heirs[1:], heirs[0]) if heirs else {}
    return Identities(story_of, merged)


def anchors_of(component: Component, members: Sequence[Member]) -> dict[int, int]:
    """The text with which each story's number goes: that of its canonical article.

    A revision may have taken that article to another story, word for word its new text: then that of the first member,
    or, where nobody is left, the oldest text of former states.
    """
    anchors: dict[int, int] = {}
    for text, story in sorted(component.story_of.items()):
        anchors.setdefault(story, text)
    first: dict[int, int] = {}
    for member in members:
        if member.canonical or member.story_id not in first:
            first[member.story_id] = member.text_id
    return anchors | first


def named_again(
    placing: Placing,
    groups: Sequence[Collection[int]],
    found: Identities,
    component: Component,
    apart: Collection[tuple[Collection[int], Collection[int]]],
) -> list[int | None]:
    """Groups with their story ids, where one that parts from a story takes back the id it had before they merged.

    A redirect follows the article that stood for it: a number that somebody noted leads to what it meant. So does the
    number of the story that it led to, whoever stands for that by now, unless an analyst kept them `apart`: on a split
    it goes with the canonical article.
    """
    story_of = list(found.story_of)
    group_of = {text: number for number, group in enumerate(groups) for text in group}
    redirects = placing.redirects(set(component.story_of.values()))
    meant: dict[int, int] = {}
    for _, into, _, stood in redirects:
        if stood in group_of and into in story_of and into not in found.merged.values():
            meant.setdefault(into, stood)
    for into, stood in meant.items():
        home, theirs = story_of.index(into), group_of[stood]
        sides = (set(groups[home]), set(groups[theirs]))
        ruled = any(
            not here.isdisjoint(left) and not there.isdisjoint(right)
            for left, right in apart
            for here, there in (sides, sides[::-1])
        )
        if story_of[theirs] is None and not ruled:
            story_of[theirs], story_of[home] = into, None
    for old, into, text, _ in redirects:
        if text not in group_of or story_of[group_of[text]] == into:
            continue
        number = story_of[group_of[text]]
        placing.redirect(old, number)
        if number is None:
            story_of[group_of[text]] = old
    return story_of
