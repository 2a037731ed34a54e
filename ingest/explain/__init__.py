"""Why an article is in its story, or why two are (not) together."""

from __future__ import annotations

from ingest.explain.why import explain_one, explain_two
from ingest.explain.words import decision_in_words, ruling_in_words

__all__ = ["decision_in_words", "explain_one", "explain_two", "ruling_in_words"]
