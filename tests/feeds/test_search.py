"""Keyword searches: what is asked of each engine, within its limits."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config import Search
from ingest.feeds.search import ENGINES, query_of, searches, too_long

TERMS = [["Hafen*", "*werft*", "Port of Sund", "ab*cd"], ["Kran", "Kräne", "KS-7"]]


def asked(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query)[name][0]


def test_groups_become_alternatives_in_brackets() -> None:
    """Every group is asked for, phrases are quoted, stars go; a star inside a word cannot be asked for."""
    query, left_out = query_of(TERMS, ENGINES["google-news"])
    assert query == '(Hafen OR werft OR "Port of Sund") (Kran OR Kräne OR "KS-7")'
    assert left_out == ("ab*cd",)


def test_gdelt_gets_what_an_english_index_can_find() -> None:
    """Umlauts find nothing in English translations, words of two letters and quoted ones of four are refused: all are
    left out."""
    [one] = searches(Search(kind="gdelt"), [["EU", "Hafen"], ["Kräne", "crane*", "KS-7"]], topic="Häfen")
    assert one.query == "Hafen crane"
    assert one.left_out == ("EU", "Kräne", "KS-7")
    assert one.title == "gdelt: Häfen"
    parts = urlsplit(one.url)
    assert (parts.hostname, asked(one.url, "format"), asked(one.url, "query")) == (
        "api.gdeltproject.org",
        "rss",
        "Hafen crane",
    )


def test_an_engine_that_counts_words_gets_the_first_of_each_group() -> None:
    """Where ten words are taken, each group gives its terms in turn, and the rest is named."""
    terms = [[f"hafen{n}" for n in range(9)], [f"kran{n}" for n in range(9)]]
    [one] = searches(Search(kind="bing-news"), terms)
    assert one.query == f"({' OR '.join(terms[0][:5])}) ({' OR '.join(terms[1][:5])})"
    assert set(one.left_out) == {*terms[0][5:], *terms[1][5:]}


def test_wordpress_is_asked_for_one_term_of_the_first_group() -> None:
    """WordPress knows no alternatives; the topic decides on what it answers."""
    [one] = searches(Search(kind="wordpress", url="https://blatt.example/"), TERMS)
    assert one.url == "https://blatt.example/?s=Hafen&feed=rss2"


def test_google_news_is_asked_in_a_language() -> None:
    """Language and country are set together, as it wants them."""
    [one] = searches(Search(kind="google-news", language="en", queries=["sund bridge"]), [])
    assert (asked(one.url, "hl"), asked(one.url, "gl"), asked(one.url, "ceid")) == ("en-US", "US", "US:en")
    assert asked(one.url, "q") == "sund bridge when:2d"
    for language, edition in {"de": ("de", "DE", "DE:de"), "zh": ("zh-TW", "TW", "TW:zh-Hant")}.items():
        [one] = searches(Search(kind="google-news", language=language, queries=["kai"]), [])
        assert (asked(one.url, "hl"), asked(one.url, "gl"), asked(one.url, "ceid")) == edition


def test_a_template_is_filled_with_each_query() -> None:
    """The query is percent-encoded, whatever stands in it."""
    found = searches(Search(url="https://a.example/?q={query}&x=1", queries=["Kräne & Häfen", "a"]), TERMS)
    assert [one.url for one in found] == [
        "https://a.example/?q=Kr%C3%A4ne%20%26%20H%C3%A4fen&x=1",
        "https://a.example/?q=a&x=1",
    ]


def test_nothing_to_ask_for_makes_no_feed() -> None:
    """Without queries and terms, or with terms an engine cannot take, there is no search."""
    assert searches(Search(kind="gdelt"), []) == ()
    assert searches(Search(kind="gdelt"), [["北朝鮮"]]) == ()


@pytest.mark.parametrize(("query", "cut"), [("a b c", None), (" ".join("abcdefghijk"), " ".join("abcdefghijk"))])
def test_own_queries_beyond_the_limit_are_told(query: str, cut: str | None) -> None:
    """A query that the engine cuts off is named, one that fits is not."""
    assert too_long(Search(kind="bing-news", queries=[query])) == cut


def test_wordpress_looks_for_ten_words_as_one_sentence() -> None:
    """A query of that many words is named, since it finds next to nothing."""
    site = "https://blatt.example"
    assert too_long(Search(kind="wordpress", url=site, queries=[" ".join("abcdefghi")])) is None
    assert too_long(Search(kind="wordpress", url=site, queries=[" ".join("abcdefghij")])) is not None


@given(st.lists(st.lists(st.text(max_size=30), max_size=20), max_size=5), st.sampled_from(sorted(ENGINES)))
def test_no_terms_exceed_what_an_engine_takes(terms: list[list[str]], kind: str) -> None:
    """Whatever the terms are, the query is within the engine's limits."""
    query, _ = query_of(terms, ENGINES[kind])
    words = [word for word in query.split() if word not in {"OR", "AND"}]
    assert len(query) <= ENGINES[kind].max_characters
    assert len(words) <= ENGINES[kind].max_words
