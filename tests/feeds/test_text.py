"""What stands in an entry's fields, as plain text."""

from __future__ import annotations

import html
from html.entities import html5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds.text import _NAMED, _resolved, language, plain


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Kai", "Kai"),
        ("  Kai\n\t und\u00a0Kran ", "Kai und Kran"),
        ("Caf&amp;eacute; &amp; &#8222;Kai&#8220;", "Café & „Kai“"),
        ("<b>Kai</b><br/>Kran", "Kai Kran"),
        ("<script>alert('<b>')</script>Kai", "Kai"),
        ("<style>p{}</style >Kai", "Kai"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Kai", "Kai"),
        ("3 < 4 & 5 > 4", "3 < 4 & 5 > 4"),
        ("A&section;B&copy=1", "A&section;B&copy=1"),
        ("\x1b[31mKai\x1b[0m\x1b]0;x\x07", "Kai"),
        ("Kai\u202eKran\u2066x\u200f", "KaiKranx"),
        ("Kai\x00\x81\ud800\ufeff", "Kai"),
        ("FÃ¤hre", "Fähre"),
        ("\x84Kai\x93", "„Kai“"),
        ("Fähre", "Fähre"),
        ("<SCRIPT>x", "x"),
        (None, ""),
        ("👩‍🚀 Kai", "👩‍🚀 Kai"),
        ("<!-- x -->Kai", "Kai"),
        ("<p>Kai</p><p>Kran</p>", "Kai Kran"),
        ("Kai<sup>2</sup>", "Kai2"),
    ],
)
def test_titles_are_plain_text(raw: str | None, text: str) -> None:
    """Entities (twice escaped, too), tags, scripts, escapes, bidi controls and scrambled charsets."""
    assert plain(raw) == text


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("de", "de"),
        (" DE_de ", "de-de"),
        ("pt-BR", "pt-br"),
        ("zh-Hans-CN", "zh-hans-cn"),
        ("Deutsch!", None),
        ("", None),
        ("x" * 50, None),
        (None, None),
    ],
)
def test_languages_are_lower_case_tags(raw: str | None, tag: str | None) -> None:
    """Language tags in one spelling, junk dropped."""
    assert language(raw) == tag


@given(st.text("<>&;!-/abpscript#x20\x1b\u202e \n", max_size=60))
def test_plain_text_is_one_clean_line(raw: str) -> None:
    """Whatever the markup: no controls, no bidi, no outer or doubled space."""
    text = plain(raw)
    assert text == " ".join(text.split())
    assert text.isprintable()


@given(st.text(st.sampled_from("aB ü„ \n\t\r\xa0\u2003\x0b\x85"), max_size=30))
def test_white_space_of_any_kind_becomes_single_spaces(text: str) -> None:
    """However it is written and wherever it stands; nothing else is touched."""
    assert plain(text).split() == plain(text).split(" ") or plain(text) == ""
    assert plain(text.replace("\x85", "")).split() == text.replace("\x85", "").split()


@given(code=st.integers(0, 0x120000), hexadecimal=st.booleans())
def test_numbered_references_are_those_of_html(code: int, *, hexadecimal: bool) -> None:
    """Every number resolves as browsers resolve it, though the usual ones take a shorter way."""
    reference = f"&#x{code:x};" if hexadecimal else f"&#{code};"
    assert _resolved(reference) == html.unescape(reference)


def test_common_names_are_those_of_html() -> None:
    """The short table says nothing else than the table of all names, and the others are still known."""
    assert {name: html5[f"{name};"] for name in _NAMED} == _NAMED
    assert plain("Floß &Ccaron;ern&yacute; &section; &rsquo;") == "Floß Černý &section; ’"
