"""Page -> article: bytes in, an `Article` or a reasoned `NoArticle` out. Pure; the heavy parts load when first used.

`extract` does the work, `extract_fed` does it for what a feed carries. `warm` loads what its first page would wait for
(worker processes call it first).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.extract.fed import extract_fed
    from ingest.extract.page import extract
    from ingest.extract.warmup import warm

__all__ = ["extract", "extract_fed", "warm"]


def __getattr__(name: str) -> Any:  # PEP 562
    if name == "extract":
        from ingest.extract.page import extract  # lxml and the rules: 60 ms

        return extract
    if name == "extract_fed":
        from ingest.extract.fed import extract_fed  # as above

        return extract_fed
    if name == "warm":
        from ingest.extract.warmup import warm  # trafilatura: 280 ms

        return warm
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
