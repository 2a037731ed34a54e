"""A first page of our own, so that no real one waits for word lists and models.

The extractor is imported with this module: a fork server that imports it hands it to every worker.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import trafilatura  # noqa: F401  # see above

from ingest.errors import NoArticle
from ingest.extract.language import identifier
from ingest.extract.page import extract

_SENTENCE = "Der Rat von Oberwiesel hat am Montag den Bau einer Brücke über den Mühlbach beschlossen. "


def warm(*, models: bool = True) -> None:
    """Extract a small page once; with `models`, load what few pages ask for, too.

    That is the language model (0.4 s of CPU) and justext's word lists (0.1 s), which the shortest pages need.
    """
    # The credit line asks for the agencies' wordings: 0.1 s to compile.
    _extract("".join(f"<p>{_SENTENCE * 4}{number}.</p>" for number in range(6)) + "<p>(dpa)</p>")
    if models:
        identifier()
        with suppress(NoArticle):
            _extract(f"<p>{_SENTENCE}</p>")


def _extract(body: str) -> None:
    page = (
        "<html lang='de'><head><title>Brücke</title></head>"
        f"<body><article><h1>Brücke</h1>{body}</article></body></html>"
    )
    extract(page.encode(), url="https://example.org/bruecke", now=datetime.now(UTC))
