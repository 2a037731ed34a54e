"""Fixtures of the extraction tests."""

from __future__ import annotations

import pytest

from tests.extract.pages import PARAGRAPHS


@pytest.fixture
def whole() -> str:
    """The text that an untroubled page gives."""
    return "\n".join(PARAGRAPHS)
