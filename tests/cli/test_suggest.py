"""Terms proposed from texts: what tells them apart, compounds together, groups that cover."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cli.keyness import likelihood, suggest
from tests.cli.conftest import Done

ON = [
    f"Der Hafenkran in Sund steht still, sagt Nummer {n}. Die Kranführer der Hafengesellschaft streiken."
    for n in range(5)
]
ON += [f"Am Kai von Sund ruht der Kranbetrieb, Folge {n}. Niemand entlädt die Schiffe." for n in range(5)]
OFF = [f"Die Bäckerei am Markt öffnet wieder, Folge {n}. Niemand streikt." for n in range(20)]  # fmt: skip


def test_the_statistic_is_dunnings() -> None:
    """A term of all ten texts here and none of ten there: 40 ln 2; negative for terms of the other side."""
    assert likelihood(10, 0, 10, 10) == pytest.approx(27.7259, abs=1e-4)
    assert likelihood(0, 5, 10, 10) < 0
    assert likelihood(5, 5, 10, 10) == pytest.approx(0)


def test_compounds_meet_under_one_stem() -> None:
    """Hafenkran, Kranführer and Kranbetrieb are no three terms; what both sides say is none."""
    groups, further = suggest(ON, OFF)
    terms = [term.term for group in groups for term in group] + [term.term for term in further]
    assert groups[0][0].on
    assert not [term for term in terms if "niemand" in term or "folge" in term]
    covered = set().union(*(term.on for term in groups[0]))
    assert covered == set(range(len(ON)))


@given(st.lists(st.text(max_size=60), max_size=6), st.lists(st.text(max_size=60), max_size=6))
def test_any_texts_are_taken(on: list[str], off: list[str]) -> None:
    """No texts break it, and every proposed term stands in a text on the topic."""
    groups, further = suggest(on, off)
    assert all(term.on for term in [*further, *(term for group in groups for term in group)])


def test_the_proposal_is_toml_with_its_evidence(ingest: Callable[..., Done], tmp_path: Path) -> None:
    """What is printed fits below [topic]; without texts there is nothing to propose."""
    (tmp_path / "seeds").mkdir()
    for n, text in enumerate(ON):
        (tmp_path / "seeds" / f"s{n}.txt").write_text(f"Meldung {n} aus dem Norden\n\n{text}\n", encoding="utf-8")
    (tmp_path / "off.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in OFF), encoding="utf-8")
    (tmp_path / "config.toml").write_text('[seeds]\npaths = ["seeds"]\n', encoding="utf-8")
    config = ("-C", str(tmp_path / "config.toml"), "--store", f"sqlite:///{tmp_path}/none.db")
    done = ingest("topic", "suggest", "--against", str(tmp_path / "off.jsonl"), *config)
    assert done.code == 0, done.err
    assert tomllib.loads(done.out)["terms"][0]
    assert "10 on, 0 off" in done.out or "5 on, 0 off" in done.out
    rows = ingest("topic", "suggest", "--against", str(tmp_path / "off.jsonl"), "--format", "jsonl", *config).rows
    assert {"group", "term", "on_topic", "off_topic", "log_likelihood"} == set(rows[0])
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    assert ingest("topic", "suggest", *config).code == 6
