"""How the articles of a story stand to each other: their texts read side by side, each from the store once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.canonical import READ
from ingest.dedupe.compare import common_from
from ingest.dedupe.relation import Shares, SideBySide, Versus, estimated, order, shape
from ingest.dedupe.tokens import U64
from ingest.place import sketched
from store.base import Placing
from store.model import Member, RelationRow, StoredText


class Standings:
    """The articles of one story, compared two at a time; nothing is read before somebody asks."""

    def __init__(self, placing: Placing, story: int, members: Sequence[Member]) -> None:
        self._placing = placing
        self._story = story
        self._text_of = {member.id: member.text_id for member in members}
        self._texts: dict[int, StoredText] = {}
        self._read_before: set[int] = set()

    def standing(self, article: int, other: int) -> Versus | None:
        """How one article's words stand to another's; None where a text is known by its sketch alone.

        Whoever asks for one asks for many: all texts of the story are read at once.
        """
        self._read(self._text_of.values())
        here, there = self._text_of[article], self._text_of[other]
        if here not in self._bodies or there not in self._bodies:
            return None
        return self._bodies.versus(here, there)[1]

    def relations(self, articles: Sequence[Member], canonical: Member) -> list[RelationRow]:
        """How these articles stand to the canonical one."""
        others = {one.text_id for one in articles if one.id != canonical.id}
        self._read({canonical.text_id, *others} if others else ())
        return [
            RelationRow(article_id=one.id, relation="canonical", order="same", copied_share=1, canonical_share=1)
            if one.id == canonical.id
            else self._relation(one, canonical)
            for one in articles
        ]

    def _relation(self, one: Member, canonical: Member) -> RelationRow:
        found, words = self._versus(one.text_id, canonical.text_id)
        return RelationRow(
            article_id=one.id,
            relation=shape(words, same_text=one.text_id == canonical.text_id),
            order=order(one.published, canonical.published),
            copied_share=round(found.copied, 4),
            canonical_share=round(found.kept, 4),
        )

    def _versus(self, text: int, canonical: int) -> tuple[Shares, Versus]:
        if text in self._bodies and canonical in self._bodies:
            return self._bodies.versus(text, canonical)
        guess = sketched.shares_of_stored(self._placing, self._texts[text], self._texts[canonical])
        return guess, estimated(guess, self._texts[text].words, self._texts[canonical].words)

    def _read(self, texts: Iterable[int]) -> None:
        """Have these texts at hand."""
        if missing := set(texts) - self._read_before:
            self._read_before |= missing
            found = self._known(missing)
            self._bodies.add(self._placing.bodies([text for text, stored in found.items() if not stored.sketch]))

    def _known(self, texts: Iterable[int]) -> Mapping[int, StoredText]:
        """What is stored of these texts, but for their words."""
        wanted = set(texts)
        if missing := wanted - self._texts.keys():
            self._texts |= self._placing.texts(missing)
        return {text: self._texts[text] for text in wanted}

    @cached_property
    def _bodies(self) -> SideBySide:
        def common(shingles: U64) -> NDArray[np.bool_]:
            # A run that more articles beside the story's own have than chance allows in a store of this size is not
            # the story's.
            found = self._placing.frequencies(shingles)
            return found - self._held(shingles) > common_from(found)

        return SideBySide({}, common)

    def _held(self, shingles: U64) -> NDArray[np.int64] | int:
        """How many of the story's articles contain each of these runs; in a large story any may be in all of them."""
        if self._articles > READ:
            return self._articles
        keys, counts = self._own
        at = np.minimum(np.searchsorted(keys, shingles), len(keys) - 1)
        return np.where(keys[at] == shingles, counts[at], 0)

    @cached_property
    def _articles(self) -> int:
        return self._placing.story_sizes([self._story])[self._story][0]

    @cached_property
    def _own(self) -> tuple[U64, NDArray[np.int64]]:
        """The runs of the story's texts, sorted, and how many articles contain each."""
        known = self._known(self._text_of.values())
        carried = [known[text] for text in self._text_of.values() if not known[text].sketch]
        runs = [np.frombuffer(stored.shingles, dtype="<u8") for stored in carried]
        return np.unique(np.concatenate(runs), return_counts=True)
