"""The topic: which words count as hits, and when hits make a text on the topic."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config import Topic
from ingest.settings import load
from ingest.topic import Verdict, compile_topic, spellings

SHIPPED = Path(__file__).resolve().parent.parent / "config.toml"


def judge(term: str, text: str) -> tuple[str, ...]:
    """What one term hits in a text."""
    return tuple(hit[1] for hit in compile_topic(Topic(terms=[[term]])).judge("", text).hits)


@pytest.mark.parametrize(
    ("term", "text", "hit"),
    [
        ("Nordkorea*", "Die nordkoreanischen Häfen", "nordkoreanischen"),
        ("*munition", "Es fehlt an Artilleriemunition.", "Artilleriemunition"),
        ("*rakete*", "Kurzstreckenraketenwerfer", "Kurzstreckenraketenwerfer"),
        ("Ra*ete", "Rakete", "Rakete"),
        ("Pjöngjang", "in Pjoengjang", "Pjoengjang"),
        ("Pjoengjang", "in PJÖNGJANG", "PJÖNGJANG"),
        ("Pjongjang", "in Pjöngjang", "Pjöngjang"),
        ("Pjöngjang", "in Pjongjang", "Pjongjang"),
        ("Geschoß", "ein Geschoss", "Geschoss"),
        ("Corée du Nord", "la Coree du  nord", "Coree du  nord"),
        ("Kim Jong-un", "Kim Jong Un lacht", "Kim Jong Un"),
        ("N. Korea*", "N.Korean guns", "N.Korean"),
        ("Nordkorea", "Nord\u00adkorea", "Nordkorea"),
        ("Nordkorea", "Ｎｏｒｄｋｏｒｅａ", "Nordkorea"),
        ("Nordkorea", "Nordkorea-Granaten", "Nordkorea"),
        ("北朝鮮", "昨日北朝鮮が発射", "昨日北朝鮮が発射"),
        ("북한", "북한이 발사", "북한이"),
        ("KN-23", "eine KN-23 traf", "KN-23"),
        ("a.*", "a (b)", "a (b"),
    ],
)
def test_a_term_finds_its_forms(term: str, text: str, hit: str) -> None:
    """Case, accents, written-out umlauts, compounds, invisible characters and unspaced scripts."""
    assert judge(term, text) == (hit,)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Nordkorea", "nordkoreanisch"),
        ("*munition", "Munitionslager"),
        ("Kim Jong", "Kim sagte Jong"),
        ("Kim Jong Un", "Kim Jong"),
        ("Ra*ete", "Raet"),
        ("neue*", "neural"),
        ("ab*ba", "aba"),
        ("[a-z]+", "q"),
        ("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaa!"),
    ],
)
def test_a_term_finds_nothing_else(term: str, text: str) -> None:
    """No hit inside words without a star, none across gaps, and no regular expressions."""
    assert judge(term, text) == ()


def test_every_group_must_be_hit() -> None:
    """One group alone is not the topic; the verdict shows what was hit under the name of its group."""
    matcher = compile_topic(Topic(terms=[["Nordkorea*", "DPRK"], ["Granate*"]]))
    assert matcher.judge("", "Die DPRK schweigt.") == Verdict(
        on_topic=False, hits=(("Nordkorea", "DPRK", "text", 2),), confident_off=False
    )
    both = matcher.judge("Granaten aus Nordkorea", "")
    assert both.on_topic
    assert [hit[:2] for hit in both.hits] == [("Nordkorea", "Nordkorea"), ("Granate", "Granaten")]


def test_a_hit_says_where_it_stands_first() -> None:
    """Each matched text is told once, with title or text and the number of its first word there."""
    matcher = compile_topic(Topic(terms=[["Nordkorea*"], ["Granate*", "Schwarzer Hafen"]]))
    found = matcher.judge("Neues aus Nordkorea", "Im Schwarzer Hafen, sagt Nordkorea, lägen keine Granaten.")
    assert found.hits == (
        ("Nordkorea", "Nordkorea", "title", 3),
        ("Granate", "Schwarzer Hafen", "text", 2),
        ("Granate", "Granaten", "text", 8),
    )


def test_groups_must_meet_within_the_stretch() -> None:
    """With `within`, a round-up that names one thing at its top and another at its end is not on the topic."""
    filler = "Wetter " * 100
    matcher = compile_topic(Topic(terms=[["Nordkorea"], ["Granaten"]], within=30))
    apart = f"Nordkorea feiert. {filler} Granaten in Obermühl entschärft."
    assert not matcher.judge("Der Morgen", apart).on_topic
    assert len(matcher.judge("Der Morgen", apart).hits) == 2
    assert matcher.judge("Der Morgen", apart + " Sie kamen aus Nordkorea.").on_topic
    assert matcher.judge("Nordkorea am Morgen", f"{filler} Granaten").on_topic
    assert compile_topic(Topic(terms=[["Nordkorea"], ["Granaten"]])).judge("", apart).on_topic


def test_without_terms_everything_is_on_the_topic() -> None:
    """A topic without terms keeps everything and rules nothing out."""
    assert compile_topic(Topic()).judge("", "Wetter") == Verdict(True, (), False)


def test_a_summary_is_ruled_out_only_when_it_says_enough_and_hits_nothing() -> None:
    """A short or vague headline never spares the fetch; a full summary without any hit does."""
    matcher = compile_topic(Topic(terms=[["Nordkorea"], ["Granaten"]]))
    long = "Die Bäckerei am Markt hat wieder geöffnet " * 5
    assert not matcher.judge("Der Tag", "Was heute wichtig war").confident_off
    assert matcher.judge("Der Tag", long).confident_off
    assert not matcher.judge("Der Tag", long + "Granaten").confident_off


def test_group_names_are_told_apart() -> None:
    """Two groups that start with the same term get names of their own."""
    assert compile_topic(Topic(terms=[["a"], ["a*"], ["*"]])).groups == ("a", "a 2", "group 3")


def test_a_long_text_costs_no_square_of_its_length() -> None:
    """Half a million words or one endless word are judged in well under a second of CPU; a square of them is hours."""
    matcher = compile_topic(Topic(terms=[["a*b*c"], ["*x*"], ["a b c d"]], within=10))
    begun = time.process_time()
    for text in ("a b c " * 50_000, "a" * 500_000, "äx " * 100_000):
        matcher.judge("", text)
    assert time.process_time() - begun < 30


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_term_and_any_text_are_taken(term: str, text: str) -> None:
    """No term and no text breaks the matcher, and what is reported as matched is not empty."""
    verdict = compile_topic(Topic(terms=[[term]])).judge(text[:20], text)
    assert all(hit[1] for hit in verdict.hits)


@given(st.from_regex(r"\A[^\W_]{1,20}\Z"))
def test_a_word_finds_itself_in_either_case(word: str) -> None:
    """A word as a term is found in a text that prints it, as it is or in capitals."""
    assert judge(word, f"– {word} –")
    if set(spellings(word)) & set(spellings(word.upper())):
        assert judge(word, f"({word.upper()})")


@pytest.mark.shared
def test_the_shipped_terms_tell_the_topic_from_its_neighbours(shared: Path) -> None:
    """Precision and recall of the shipped settings on written reports, neighbouring topics and real news."""
    sys.path.insert(0, str(shared / "newsworld"))
    try:
        texts: Any = __import__("newsworld.texts", fromlist=["texts"])
    finally:
        sys.path.pop(0)
    written = [("ontopic_de.txt", "topic"), ("ontopic_en.txt", "topic"), ("hardneg.txt", "hardneg")]
    documents = [*texts.load_seeds(), *texts.load_background()]
    for name, kind in written:
        documents += texts.load_written(name, 1, kind)
    matcher = compile_topic(load(SHIPPED, environ={}, cwd=shared).config.topic)
    judged = [
        (matcher.judge(one.title, "\n".join(one.paras)).on_topic, one.on_topic)
        for one in documents
        if one.on_topic is not None
    ]
    hits = sum(said and true for said, true in judged)
    assert hits / sum(said for said, _ in judged) >= 0.93
    assert hits / sum(true for _, true in judged) >= 0.93
    # Where the headline and the start of the report are all there is, no report may be ruled out.
    for one in documents:
        if one.on_topic:
            assert not matcher.judge(one.title, one.paras[0][:300]).confident_off, one.title
