"""`ingest seeds`: packing, listing, and what other commands say of a sketch."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Done
from tests.cli.newsroom import BAKERY, HARBOUR

Call = Callable[..., Done]


def test_pack_add_and_list(ingest: Call, tmp_path: Path) -> None:
    """A text becomes a sketch; texts and sketches are listed with their kind."""
    (tmp_path / "hafen.txt").write_text(HARBOUR, "utf-8")
    (tmp_path / "brot.txt").write_text(BAKERY, "utf-8")
    packed = ingest(
        "seeds", "pack", "hafen.txt", "-o", "sketches", "--title", "Munition am Kai", "--outlet", "nk.example"
    )
    assert (packed.code, packed.out.strip()) == (0, "sketches/hafen.sketch.json")
    assert ingest("seeds", "add", "sketches", "brot.txt").code == 0
    rows = ingest("seeds", "list").rows
    assert [(row["url"], row["kind"], row["title"]) for row in rows] == [
        ("seed:hafen", "sketch", "Munition am Kai"), ("seed:brot", "text", rows[1]["title"]),
    ]  # fmt: skip
    assert [row["articles"] for row in ingest("stories").rows] == [1, 1]
    [exported] = [row for row in ingest("export", "articles").rows if row["url"] == "seed:hafen"]
    assert (exported["text"], exported["outlet"]) == (None, "nk.example")


def test_a_sketch_shows_counts(ingest: Call, tmp_path: Path) -> None:
    """`explain` counts sampled runs, `show --diff` says that there is no text to compare."""
    (tmp_path / "hafen.txt").write_text(HARBOUR, "utf-8")
    (tmp_path / "kopie.txt").write_text(f"Frachter im Hafen entladen\n{HARBOUR}", "utf-8")
    ingest("seeds", "pack", "hafen.txt", "-o", "sketches", "--title", "Munition am Kai")
    ingest("seeds", "add", "sketches", "kopie.txt")
    explained = ingest("explain", "seed:hafen", "--format", "table")
    assert explained.code == 0
    assert "known by a sketch: counts instead of passages" in explained.out
    assert ingest("explain", "seed:hafen", "seed:kopie", "--format", "table").code == 0
    [story] = ingest("stories").rows
    assert (story["articles"], story["canonical_url"]) == (2, "seed:kopie")
    refused = ingest("show", str(story["story_id"]), "--diff", "seed:hafen")
    assert refused.code == 6
    assert "sketch" in refused.error()[1]
    assert ingest("show", str(story["story_id"])).rows[0]["articles"] == 2


def test_mistakes_are_named(ingest: Call, tmp_path: Path) -> None:
    """One title for two texts, only sketches, an outdated sketch."""
    for name, text in (("hafen", HARBOUR), ("brot", BAKERY)):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    assert ingest("seeds", "pack", "hafen.txt", "brot.txt", "--title", "Zweierlei").code == 2
    assert ingest("seeds", "pack", "hafen.txt").out.strip() == "hafen.sketch.json"
    assert ingest("seeds", "pack", "hafen.sketch.json").code == 2
    sketch = tmp_path / "hafen.sketch.json"
    sketch.write_text(json.dumps(json.loads(sketch.read_bytes()) | {"scheme": {}}), "utf-8")
    refused = ingest("seeds", "add", "hafen.sketch.json")
    assert refused.code == 4
    assert refused.error()[2] == "fix: pack it again from the text: ingest seeds pack TEXT"
