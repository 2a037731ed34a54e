"""An article finds its story, inside the store's one write transaction.

`place()` is the door for everything: pages of a run, seeds, files of a corpus. It asks which article this is
(`identity`), which texts share its lineage (`evidence`), which stories that makes (`stories`), and saves the answer.
`look_back()` describes stories anew with what has been learned since.
"""

from ingest.place.desk import Desk, Incoming, Placed
from ingest.place.door import place
from ingest.place.stories import look_back

__all__ = ("Desk", "Incoming", "Placed", "look_back", "place")
