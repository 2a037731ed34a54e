"""Page -> article: bytes in, an `Article` or a reasoned `NoArticle` out. Pure; the heavy parts load at the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.extract.page import extract

__all__ = ["extract", "warm"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # PEP 562: lxml and the rules load when first used
    if name == "extract":
        from ingest.extract.page import extract  # noqa: PLC0415

        return extract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def warm() -> None:
    """Load what the first page would wait for: trafilatura and its word lists (0.4 s), the language model (0.6 s)."""
    from ingest.extract.warm import warm_up  # noqa: PLC0415

    warm_up()
