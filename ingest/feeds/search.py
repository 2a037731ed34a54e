"""Keyword-search feeds: a URL template and a query."""

from __future__ import annotations

from urllib.parse import quote


def search_url(template: str, query: str) -> str:
    """The template with `{query}` replaced by the percent-encoded query."""
    return template.replace("{query}", quote(query, safe=""))
