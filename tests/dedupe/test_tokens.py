"""Tokens: what counts as the same word, in every script."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dedupe.characters import fold
from ingest.dedupe.tokens import (
    REMEMBERED,
    REMEMBERED_LENGTH,
    TOGETHER,
    Tokens,
    shingle,
    tokenize,
    tokenize_all,
    tokenize_each,
    tokenize_together,
)
from tests.quality.edits import typography
from tests.quality.reports import reports

# (first, last) of the letters that are tokens of their own: Thai, Lao, Myanmar, Khmer, Kana, Han.
UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
)  # fmt: skip


def words(text: str) -> list[int]:
    return [int(token) for token in tokenize(text).hashes]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soldaten", "SOLDATEN"),
        ("Straße", "STRASSE"),
        ("Ärger im Büro", "Arger im Buro"),
        ("Ärger", unicodedata.normalize("NFD", "Ärger")),
        ("Soldaten", "Sol\u00adda\u200bten"),
        ("Soldaten", "\ufeffSol\u2060daten\u200d"),
        ("„Halt!“, rief sie", "Halt -- rief (sie)"),
        ("ﬁnal Ⅷ ２０", "final viii 20"),
        ("a\u00a0b\tc\nd", "a b c d"),
        ("Ο ΣΊΣΥΦΟΣ", "ο σίσυφος"),
        ("ЁЛКА", "елка"),
    ],
)
def test_typography_makes_no_other_word(one: str, other: str) -> None:
    """Case, accents, compatibility forms, invisible characters, punctuation and kinds of space do not count."""
    assert words(one) == words(other)
    assert words(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("12 Tote", "21 Tote"), ("ab c", "a bc"), ("a b", "b a"), ("Rind", "Kind"), ("aa", "a"), ("1", "11")],
)
def test_what_says_something_else_is_another_text(one: str, other: str) -> None:
    """Digits, word borders, order and single letters count."""
    assert words(one) != words(other)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), (" \n\t", 0), ("—…!?„“", 0), ("\u00ad\u200b\u0301", 0), ("Hafen", 1), ("3,5 Millionen", 3),
        ("台風が接近", 5), ("上海 2026 年", 4), ("ประเทศ", 6), ("서울 날씨가 맑다", 3), ("abc漢字def", 4),
        ("don't", 2), ("\U0002a6b2\U0002a6b3", 2),
    ],
)  # fmt: skip
def test_how_many_tokens(text: str, count: int) -> None:
    """Words by their letters and digits; one token a character where words are not separated; Korean separates them."""
    assert len(tokenize(text)) == count


def test_tokens_say_what_they_are() -> None:
    """Numbers are known by their first character, unspaced scripts by their share."""
    found = tokenize("Um 14 Uhr kamen 3a Leute")
    assert found.numeric.tolist() == [False, True, False, False, True, False]
    assert not found.unspaced
    assert tokenize("台風が接近 NHK").unspaced
    assert not tokenize("").unspaced


@given(st.text())
def test_any_string_has_tokens_or_none(text: str) -> None:
    """No string is refused, lone surrogates included; arrays have one length; twice gives the same."""
    found = tokenize(text)
    assert len(found.hashes) == len(found.numeric) == len(found.single) == len(found)
    assert words(text) == found.hashes.tolist()
    lone = tokenize(text + "\ud800")
    assert len(lone) >= len(found)


def in_words(text: str) -> list[str]:
    """The tokens of a text as the module describes them, character by character."""
    found: list[str] = []
    open_word = False
    for char in fold(text):
        kind = unicodedata.category(char)
        if kind[0] == "M" or kind == "Cf":
            continue
        single = ord(char) >= 0x20000 or (
            kind[0] == "L" and any(first <= ord(char) <= last for first, last in UNSPACED)
        )
        if single or kind[0] not in "LN":
            found += [char] if single else []
            open_word = False
        elif open_word:
            found[-1] += char
        else:
            found.append(char)
            open_word = True
    return found


def hashed(word: str) -> int:
    """The hash of a token by its definition, in whole numbers."""

    def mixed(value: int) -> int:
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
        return value ^ value >> 31

    return mixed(sum(mixed(ord(char)) * 0x9E3779B97F4A7C15**at for at, char in enumerate(word)) % 2**64)


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("aÄßẞ½№ﬁ™…１ 1\n\u00ad\u0301台ไ한й℃İΣ\U00020000"), st.characters(exclude_categories=["Cs"])
        )
    )
)
def test_a_token_is_the_hash_of_its_folded_letters(text: str) -> None:
    """Stores hold these values: whatever way a character is looked up, they stay what folding and hashing give."""
    assert words(text) == [hashed(word) for word in in_words(text)]


@given(st.lists(st.text(alphabet="abcdeäöüß0123456789", min_size=1, max_size=12), max_size=30))
def test_a_word_is_the_same_wherever_it_stands(found: list[str]) -> None:
    """The hash of a token depends on its letters alone, not on its place in the text."""
    assert words(" ".join(found)) == [word for one in found for word in words(one)]


def test_a_copy_desk_changes_no_token() -> None:
    """Quotes, dashes, ss for ß, decomposed accents and soft hyphens leave every report as it is."""
    for one in reports():
        assert words(typography(one.text)) == words(one.text)
        assert words(typography(typography(one.text))) == words(one.text)


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20), st.integers(1, 6))
def test_shingles_are_the_runs_in_order(tokens: list[int], width: int) -> None:
    """One hash for each run of consecutive tokens; a text shorter than a run is one run; the order of tokens counts."""
    array = np.array(tokens, dtype=np.uint64)
    found = shingle(array, width)
    assert len(found) == (max(1, len(tokens) - width + 1) if tokens else 0)
    for at in range(len(found)):
        run = array[at : at + width]
        assert shingle(run, width).tolist() == [found[at]]
    if len(tokens) == width > 1 and tokens != tokens[::-1]:
        assert shingle(array[::-1].copy(), width).tolist() != found.tolist()


def test_lines_are_told_among_the_tokens() -> None:
    """Where each line begins among the tokens, empty ones and those without words too."""
    found = tokenize("Der Hafen\n\n—\nvon Ärgersund, 1897\nruht\n")
    assert (found.lines.tolist(), len(found)) == ([2, 2, 2, 5, 6], 6)


@given(st.lists(st.text("aÄß 1\n.台\u0301", max_size=12), max_size=9))
def test_texts_together_have_the_tokens_of_each(texts: list[str]) -> None:
    """Whether a text is tokenised alone or with others, whoever asks gets the same tokens and lines."""
    alone = [_as_lists(tokenize(f"{text} ")) for text in texts]
    tokenize_together(texts)
    assert [_as_lists(tokenize(text)) for text in texts] == alone


def test_any_number_of_texts_has_the_tokens_of_each() -> None:
    """In their order, longer ones than are remembered and the same one again too."""
    texts = ["", "eins", "x" * (REMEMBERED_LENGTH + 1), "eins", *(f"Nummer {number}" for number in range(2 * TOGETHER))]
    assert [_as_lists(found) for found in tokenize_each(texts)] == [_as_lists(tokenize(text)) for text in texts]


def test_a_long_text_has_the_tokens_of_its_parts() -> None:
    """Read by parts, it has the tokens and lines that it has in one piece, words without end among them."""
    for piece in ("Größe 12\n\u00adÄrger im Büro ", "wort", "台風\n", "½ Korb, "):
        text = piece * (3 * REMEMBERED_LENGTH // len(piece))
        whole, _ = tokenize_all([text])
        assert _as_lists(tokenize(text)) == _as_lists(whole)


def test_tokens_are_remembered_for_the_last_texts_alone() -> None:
    """A text asked for again has the same tokens at hand until others of so many characters came."""
    first = tokenize("Der Hafen von Ärgersund")
    others = [f"{number} {'x' * 20_000}" for number in range(REMEMBERED // 20_000 + 1)]
    for other in others[:-2]:
        tokenize(other)
    assert tokenize("Der Hafen von Ärgersund") is first
    for other in others:
        tokenize(f"{other} von anderen")
    assert tokenize("Der Hafen von Ärgersund") is not first


def _as_lists(tokens: Tokens) -> list[list[int]]:
    return [array.tolist() for array in (tokens.hashes, tokens.numeric, tokens.single, tokens.lines)]
