"""A first page of our own, so that no real one waits for word lists and models.

The extractor is imported with this module: a fork server that imports it hands it to every worker.
"""

from __future__ import annotations

from datetime import UTC, datetime

import trafilatura  # noqa: F401  # see above

from ingest.extract.language import identifier
from ingest.extract.page import extract

_SENTENCE = "Der Rat von Oberwiesel hat am Montag den Bau einer Brücke über den Mühlbach beschlossen. "


def warm(*, models: bool = True) -> None:
    """Extract a small page once; with `models`, load the language model too (0.4 s of CPU), which few pages ask for."""
    if models:
        identifier()
    paragraphs = "".join(f"<p>{_SENTENCE * 4}{number}.</p>" for number in range(6))
    page = (
        "<html lang='de'><head><title>Brücke</title></head>"
        f"<body><article><h1>Brücke</h1>{paragraphs}</article></body></html>"
    )
    extract(page.encode(), url="https://example.org/bruecke", now=datetime.now(UTC))
