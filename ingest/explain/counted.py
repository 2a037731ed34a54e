"""How many articles contain a run, as it was counted where two texts were compared: without a popular story's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.dedupe.compare import Frequencies
from ingest.dedupe.fingerprint import fingerprint
from ingest.dedupe.tokens import U64
from ingest.place.counts import OWN_STORY_FROM, left_out, most
from store.base import Store

# Members of a popular story that are read to tell which runs are its own; of more, as many spread over all of them.
READ: Final = 48


def counts_beside(store: Store, stories: Sequence[Mapping[str, Any]]) -> Frequencies:
    """Frequencies for texts of these stories: those of the largest one's own members left out, where it is popular.

    The store halves its counts as it grows, and this does not: an old story's own share is taken for a little more than
    is left of it.
    """

    def counts(shingles: U64) -> NDArray[np.int64]:
        return np.asarray(np.maximum(1, store.frequencies(shingles)), dtype=np.int64)

    home = max(stories, key=lambda story: story["articles"])
    if home["articles"] < OWN_STORY_FROM or len(home["outlets"]) < 2:
        return counts
    texts = sorted({member["text"] for member in home["members"] if member["text"] is not None})
    read = texts[:: -(-len(texts) // READ)]
    if not read:
        return counts
    keys, held = np.unique(np.concatenate([fingerprint(text).shingles for text in read]), return_counts=True)
    worth = np.full(len(keys), home["articles"], dtype=np.int64)
    return left_out(counts, keys, most(held, len(read), worth))
