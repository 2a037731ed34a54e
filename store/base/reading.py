"""What is kept, as people and exports see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from store.model import StoryFilter

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    import numpy as np
    from numpy.typing import NDArray


class Reading(Protocol):
    """Answers as the contract's objects. Reading never blocks."""

    # Reading
    def stories(self, wanted: StoryFilter) -> Iterator[dict[str, Any]]:
        """Stories as the contract's `story` objects."""

    def story(self, story_id: int) -> dict[str, Any] | None:
        """One story (following redirects) with `members` and `decisions`; None when there is none."""

    def articles(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        """The contract's `article` objects, in order of first sight."""

    def revisions(self, wanted: StoryFilter | None = None) -> Iterator[dict[str, Any]]:
        """The contract's `revision` objects, by article and number."""

    def first_texts(self, story_id: int) -> dict[str, str]:
        """URL -> first text, of those articles of a story that have changed since."""

    def rejected(self) -> Iterator[dict[str, Any]]:
        """The contract's rows of refused pages, by URL."""

    def article(self, url: str) -> dict[str, Any] | None:
        """One `article` object by any URL it was seen under."""

    def links(self, url: str) -> list[dict[str, Any]]:
        """Compared pairs of an article's texts with the articles on the other side, strongest first; `state` says in
        which of their states each had its text last."""

    def rules(self) -> dict[int, int]:
        """How many compared pairs were weighed under each version of the rules; states of one article are none."""

    def rulings_on(self, url: str) -> list[dict[str, Any]]:
        """What analysts ruled on an article, oldest first, also what was undone: id, at, kind, by, note, undoes,
        undone_by, articles (url, story_id, side)."""

    def frequencies(self, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        """As `Placing.frequencies`, outside a transaction."""

    def sketched(self, url: str) -> bytes | None:
        """The hashes of an article that is known by a sketch alone (its text's `shingles`); None for any other."""

    def body(self, text_id: int) -> str:
        """A text as it was given; "" where only its sketch is known. Raises KeyError when there is none."""

    def stats(self) -> dict[str, Any]:
        """Counts, sizes and versions, for people."""
