"""Reference articles, given before the first run: through the same door as pages, pinned, never purged.

A seed is a text, or a sketch of one that may not be passed on. `find` names the files, `read` reads one, `plant` puts
them into a store; `pack` makes a sketch of a text.
"""

from ingest.seeds.pack import pack
from ingest.seeds.planting import Planted, incoming, plant
from ingest.seeds.reading import Seed, find, read, seed_url
from ingest.seeds.sketches import named_sketch as is_sketch_file

__all__ = ("Planted", "Seed", "find", "incoming", "is_sketch_file", "pack", "plant", "read", "seed_url")
