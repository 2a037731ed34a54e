"""What a new state changed, in kinds; nothing where only the page around the article moved."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dedupe.revision import ORDER, State, changes, standing
from tests.quality.reports import report

TEXT = report("hafen").text
LONG = [paragraph for paragraph in TEXT.split("\n") if paragraph]


def kinds(old: str, new: str, *, was: str = "Kran", now: str = "Kran") -> list[str]:
    return changes(State(title=was, text=old), State(title=now, text=new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("elf Schiffe", "zwölf Schiffe", ["number"]),
        ("Donnerstagmorgen", "Freitagmorgen", ["minor"]),
        ("62 Meter", "64 Meter", ["number"]),
        ("Wiebke Tarnow", "Wiebke Ternow", ["name"]),
        ("Linien vorerst nach", "Linien vorläufig nach", ["minor"]),
    ],
)
def test_kinds_of_change_in_a_paragraph(old: str, new: str, expected: list[str]) -> None:
    """Numbers and names are told from mere wording."""
    assert old in TEXT
    assert kinds(TEXT, TEXT.replace(old, new)) == expected


def test_kinds_of_change_of_paragraphs() -> None:
    """Paragraphs that came or went, and the headline, case and punctuation apart."""
    shorter = TEXT.rsplit("\n", 1)[0]
    assert kinds(shorter, TEXT) == ["paragraph-added"]
    assert kinds(TEXT, shorter) == ["paragraph-removed"]
    assert kinds(TEXT, TEXT, was="Kran stürzt", now="KRAN STÜRZT!") == []
    assert kinds(TEXT, TEXT, was="Kran stürzt", now="Kran gestürzt") == ["headline"]
    assert kinds(TEXT, TEXT, was="Kran stürzt", now="") == []
    found = kinds(TEXT, TEXT.replace("62", "63") + "\nNeu ist das hier.", was="a", now="b")
    assert found == ["headline", "number", "paragraph-added"]
    assert kinds(TEXT, "\n".join(TEXT.split("\n")[::-1])) == ["minor"]


def test_paragraphs_are_held_against_their_own_states() -> None:
    """One put in before another is added, and the other keeps its small change; one in place of another is new, and
    that one is gone; one that only stands elsewhere, or was divided, is neither."""
    first, second, *rest = TEXT.split("\n")
    other = "Ganz anders klingt es im Rathaus, wo niemand von einem Schaden wissen will."
    assert kinds(TEXT, "\n".join([first, other, second.replace("vorerst", "vorläufig"), *rest])) == ["paragraph-added"]
    changed = first.replace("62 Meter", "64 Meter")
    assert kinds(TEXT, "\n".join([other, changed, second, *rest])) == ["number", "paragraph-added"]
    assert kinds(TEXT, "\n".join([first, other, *rest])) == ["paragraph-added", "paragraph-removed"]
    assert kinds(TEXT, "\n".join([second, first, *rest])) == ["minor"]
    assert kinds(TEXT, "\n".join([f"{first} {second}", *rest])) == []
    assert kinds(TEXT, "\n".join([*first.replace(". ", ".\n", 1).split("\n"), second, *rest])) == []


def test_a_days_name_is_no_name() -> None:
    """Days and months have a capital, and people named after none of them were exchanged."""
    text = "Der Zug fuhr am Montag im März über die Brücke bei Tessendorf."
    assert kinds(text, text.replace("Montag", "Dienstag").replace("März", "April")) == ["minor"]
    assert kinds(text, text.replace("Tessendorf", "Tessenau")) == ["name"]


def test_hundreds_of_changed_paragraphs_are_paired_by_place() -> None:
    """A ticker whose every entry changed is no table of all against all."""
    before = "\n".join(f"Um {n} Uhr fuhr der Zug Nummer {n} nach Tessenau ab, wie die Bahn sagte." for n in range(400))
    assert kinds(before, before.replace("Tessenau", "Tessendorf")) == ["name"]


@pytest.mark.parametrize(
    "line",
    [
        "Stand: 3. März 2026, 14.05 Uhr", "Aktualisiert: 03.03.2026, 14:05", "Zuletzt aktualisiert am Montag, 3.3.2026",
        "Updated 03/03/2026 2:05 pm", "Montag, 3. März 2026, 14:05 Uhr", "Posted on March 3, 2026", "3. März 2026",
        "vor 3 Stunden", "Updated 2 hours ago", "3 Kommentare", "Kommentare (3)", "1.234 Aufrufe", "Teilen 15",
        "Lesezeit: 3 Min.", "Lesedauer: drei Minuten", "3 min read", "2 Min. Lesezeit", "Mehr zum Thema",
        "Lesen Sie auch: Hafen gesperrt", "Lesen Sie auch: Was wird aus dem Hafen?",
    ],
)  # fmt: skip
def test_what_moves_by_itself_is_no_change(line: str) -> None:
    """Dates, counters, reading times and labels may come, go and change, at the top, inside and at the end."""
    for place in (0, 1, len(LONG)):
        moved = "\n".join([*LONG[:place], line, *LONG[place:]])
        assert kinds(TEXT, moved) == kinds(moved, TEXT) == []
        assert kinds(moved, moved.replace("3", "5")) == []


def test_teasers_are_no_change() -> None:
    """Headlines behind a label of related links, and at the very end, are other articles."""
    one, other = "Warum der Hafen leer bleibt", "So teuer wird die Oper"
    for tail in ([one], [one, other], ["Lesen Sie auch", one], []):
        assert kinds("\n".join([*LONG, other]), "\n".join([*LONG, *tail])) == []
    inside = "\n".join([*LONG[:1], "Mehr zum Thema", one, *LONG[1:]])
    assert kinds(TEXT, inside) == []


@pytest.mark.parametrize(
    "line",
    ["Am Montag um 14 Uhr beginnt der Prozess.", "2026 war ein gutes Jahr.", "Drei Minuten später fiel der Kran.",
     "Drei Kommentare dazu gab es im Rat.", "Zum Thema Hafen sagte er nichts."],
)  # fmt: skip
def test_sentences_are_changes(line: str) -> None:
    """A sentence that speaks of a day, a number or minutes is the article's."""
    assert kinds(TEXT, f"{line}\n{TEXT}") == ["paragraph-added"]


def test_a_table_is_no_tail_of_teasers() -> None:
    """Lines without full stops that make up much of a text are the text."""
    table = [f"Bezirk {name}: Wahlbeteiligung gestiegen" for name in ("Nord", "Süd", "Ost", "West")]
    old, new = "\n".join(["Das Ergebnis steht fest.", *table]), "\n".join(["Das Ergebnis steht fest.", *table[:3]])
    assert kinds(old, new) == ["paragraph-removed"]
    assert standing("3. März 2026") == ["3. März 2026"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"agency": "dpa", "credit": "full"}, True),
        ({"agency": "dpa"}, {}, True),
        ({"agency": "dpa"}, {"agency": "AFP"}, True),
        ({"agency": "dpa", "credit": "full"}, {"agency": "dpa", "credit": "partial"}, True),
        ({"agency": "dpa", "credit": None}, {"agency": "dpa", "credit": "partial"}, False),
        ({"agency": "dpa", "number": "dpa:260301-99-1/1"}, {"agency": "dpa", "number": "dpa:260301-99-1/2"}, False),
        ({"agency": "dpa", "number": "dpa:260301-99-1/1"}, {"agency": "dpa", "number": "dpa:260301-99-2/1"}, True),
        ({"agency": "dpa", "number": "dpa:260301-99-1/1"}, {"agency": "dpa"}, False),
    ],
)
def test_attribution(before: dict[str, Any], after: dict[str, Any], expected: bool) -> None:
    """Another agency, another extent, another item; not the item's own correction, nor what was not known before."""
    found = changes(State(title="", text=TEXT, **before), State(title="", text=TEXT, **after))
    assert found == (["attribution"] if expected else [])


@given(st.lists(st.sampled_from([*LONG, "3 Kommentare", "Mehr zum Thema", "Oper wird teuer", "62 Meter hoch."])))
def test_a_state_is_no_change_of_itself(lines: list[str]) -> None:
    """The same lines make no change; kinds come in their order."""
    text = "\n".join(lines)
    assert kinds(text, text) == []
    found = kinds(text, TEXT)
    assert found == [kind for kind in ORDER if kind in found]


@pytest.mark.parametrize("part", ["1", "- ", "am ", "12:", "Mo", "Stand: ", "vor 3 "])
def test_no_line_takes_long(part: str) -> None:
    """Lines that nearly are a date are tried once: a pattern that went back would take hours."""
    begun = time.process_time()
    assert standing(f"{(part * 150)[:150]}x\nEin Satz.")
    assert time.process_time() - begun < 5


def test_no_pair_of_states_takes_long() -> None:
    """One word or one line, over and over, is everywhere the same: aligned item by item it took minutes, in the
    transaction of whoever writes."""
    begun = time.process_time()
    assert kinds(f"hier {'ha ' * 40_000} 12 dort", f"da {'ha ' * 40_000} 13 fort. Ende.") == ["number"]
    lines = ["Ein Satz.", "Zwei Sätze."] * 20_000
    assert kinds("\n".join([*lines, "Alt ist das."]), "\n".join(["Neu ist 12.", *lines])) == [
        "paragraph-added", "paragraph-removed"
    ]  # fmt: skip
    assert kinds("\n".join(lines), "\n".join(lines[::-1])) == []
    assert time.process_time() - begun < 30


def test_what_was_changed_in_a_long_text_is_told() -> None:
    """Of hundreds of paragraphs between two that changed each stays its own; so do the words of a long one."""
    many = [f"Der Eintrag {n} steht hier." for n in range(2_500)]
    changed = ["Der Eintrag 0 steht dort.", *many[1:-1], "Neu ist dieser Satz hier unten."]
    assert kinds("\n".join(many), "\n".join(changed)) == ["paragraph-added", "paragraph-removed", "minor"]
    words = [f"wort{n}" for n in range(3_000)]
    assert kinds(" ".join(["a", *words, "b", "12"]), " ".join(["c", *words, "d", "12"])) == ["minor"]
