"""A look at the store as a write transaction would see it, by somebody who writes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from store.base import Store
from store.errors import StoreError
from tests.store.conftest import Opener
from tests.store.news import FERRY, FLOOD, hashes, put


def test_it_sees_one_moment_and_blocks_nobody(store: Store, opener: Opener) -> None:
    """What another process writes meanwhile is not seen, and its writing does not wait."""
    with store.placing() as place:
        flood = put(place, "https://a.example/1", FLOOD)
        place.count_shingles(hashes([1, 2, 3]))
    with opener().looking() as look:
        assert look.story_sizes([flood.story]) == {flood.story: (1, 1)}
        with store.placing() as place:
            put(place, "https://b.example/1", FERRY)
            place.count_shingles(hashes([1]))
        assert look.text_id(b"") is None
        assert look.extent().articles == 1
        assert look.frequencies(hashes([1, 2, 4])).tolist() == [1, 1, 0]
    with store.looking() as look:
        assert look.extent().articles == 2
        assert np.array_equal(look.frequencies(hashes([1, 2, 4])), [2, 1, 0])


def test_it_writes_nothing(store: Store) -> None:
    """Whoever tries is told, and nothing is changed."""
    with store.placing() as place:
        flood = put(place, "https://a.example/1", FLOOD)
    with pytest.raises(StoreError), store.looking() as look:
        look.set_canonical(flood.story, flood.article, reason="pinned")
    assert (store.story(flood.story) or {})["canonical_reason"] == "only"
