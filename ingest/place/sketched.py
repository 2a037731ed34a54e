"""How texts share their words, where one of them is known by a sketch alone: estimated from samples of their runs."""

from __future__ import annotations

import numpy as np

from ingest.dedupe.relation import Shares
from ingest.dedupe.sketch import sample, sample_shares
from ingest.dedupe.tokens import U64
from ingest.place.desk import Incoming
from store.base import Placing
from store.model import Print


def shares_of_new(placing: Placing, incoming: Incoming, there: Print) -> Shares:
    """Both shares of an incoming text and a stored one."""
    here = incoming.prints.shingles if incoming.sketch else sample(incoming.article.text)
    return sample_shares(here, _sample(placing, there))


def shares_of_stored(placing: Placing, here: Print, there: Print) -> Shares:
    """Both shares of two stored texts."""
    return sample_shares(_sample(placing, here), _sample(placing, there))


def _sample(placing: Placing, stored: Print) -> U64:
    """Of a sketch as it is stored, of a text made anew."""
    if stored.sketch:
        return np.frombuffer(stored.shingles, dtype="<u8")
    return sample(placing.bodies([stored.id])[stored.id])
