"""Texts as a transaction sees them: candidates for comparison, what the comparison reads, what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from store.model import Candidate, Component, LinkRow, NewText, Print, Reuse, StoredText

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    import numpy as np
    from numpy.typing import NDArray


class Texts(Protocol):
    """Distinct texts, how common their shingles are, and which of them may share a lineage."""

    # Candidates and evidence
    def text_id(self, sha256: bytes) -> int | None:
        """The text with this hash, if it is stored."""

    def candidates(
        self, bands: Sequence[int], *, cap: int, limit: int, per_story: int | None = None
    ) -> list[Candidate]:
        """Texts that share bands, those with the rarest first (each band counts 1 / its postings; ties by text id).

        A band with more than `cap` postings says nothing, unless most of them are one story's: capping must never
        split a popular story. With `per_story`, at most so many of one story; others are looked for among the first
        eight times as many.
        """

    def stories_of(self, ids: Iterable[int]) -> Mapping[int, int]:
        """The story in which each text stands."""

    def runs(self, ids: Iterable[int]) -> Mapping[int, bytes]:
        """The `shingles` of texts, which tell most candidates apart: half of what `prints` reads."""

    def prints(self, ids: Iterable[int]) -> Mapping[int, Print]:
        """Texts by their hashes alone: a third of what `texts` reads."""

    def sample(self, story_id: int, size: int) -> list[int]:
        """Up to `size` distinct texts of a story: the canonical's, the first, the last, then spread by content hash."""

    def texts(self, ids: Iterable[int]) -> Mapping[int, StoredText]:
        """Texts for comparison. Outlets, URLs, date, language and seed are those of the first 24 articles that carry
        the text, or carried it in an earlier revision."""

    def bodies(self, ids: Iterable[int]) -> Mapping[int, str]:
        """The texts as they were given; "" for those known by a sketch alone."""

    def frequencies(self, shingles: NDArray[np.uint64], *, above: int = 0) -> NDArray[np.int64]:
        """How many articles contain each of these shingles, in the order given; 0 where it is no more than `above`.
        Rarely too high, see `store.frequencies`; what was counted long ago counts half, then a quarter."""

    def worth(self, story_id: int, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        """How much of the counts of these shingles is owed to a story all of whose articles contain them, in the order
        given: as many as it has articles, fewer where they were counted long ago. Rather too little than too much."""

    def dispatches_of(self, ids: Iterable[int]) -> Mapping[int, frozenset[str]]:
        """The numbers of agencies' dispatches (`NewArticle.dispatch`) that articles printed with these texts, in any of
        their states; texts without any are left out."""

    def texts_of_dispatch(self, number: str, *, limit: int) -> list[int]:
        """Texts that were printed with this number, the first by content hash."""

    # Writing
    def add_text(self, text: NewText, *, story_id: int, at: datetime) -> int:
        """Store a distinct text with body and postings; its id. A text that is there already stays as it is, in its
        story: ask `text_id` first."""

    def count_shingles(self, shingles: NDArray[np.uint64]) -> None:
        """One more article contains each of these."""


class Links(Protocol):
    """What the comparison of two texts found."""

    def component(self, text_ids: Iterable[int]) -> Component:
        """The texts reachable over links (linked = true) from these, with every compared pair among them."""

    def links_of(self, text_ids: Iterable[int]) -> list[LinkRow]:
        """Every compared pair that touches one of these texts."""

    def add_links(self, links: Sequence[LinkRow]) -> None:
        """Insert, or replace what was said of the pair before."""

    def weighed_at(self, pairs: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
        """How many texts were stored when pairs (a < b) were weighed again; without those that never were."""

    def note_weighed(self, pairs: Iterable[tuple[int, int]], *, texts: int) -> None:
        """These pairs (a < b) have been weighed again, with so many texts stored."""

    def set_reuses(self, text_id: int, reuses: Sequence[Reuse]) -> None:
        """The passages this text shares with texts of other stories; replaces what was known."""
