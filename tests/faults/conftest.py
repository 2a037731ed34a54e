"""Harm is done in a process of its own: it forks, mounts and is traced, which the one that runs tests must not be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.by_hand import CANNOT

REPOSITORY = Path(__file__).resolve().parents[2]
Figures = dict[str, Any]
ByHand = Callable[[str, int], Figures]


@pytest.fixture(scope="session")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByHand]:
    """`by_hand("calls", 40)`: what so many cycles came to; skips where this machine cannot do it."""
    said = tmp_path_factory.mktemp("by-hand") / "stderr"
    with (
        said.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.by_hand"], cwd=REPOSITORY, stdin=subprocess.PIPE, text=True,
            stdout=subprocess.PIPE, stderr=errors,
            env=os.environ | {"PYTHONPATH": str(REPOSITORY), "OPENBLAS_NUM_THREADS": "1"},
        ) as process,
    ):  # fmt: skip

        def call(kind: str, cycles: int) -> Figures:
            assert process.stdin is not None
            assert process.stdout is not None
            before = said.stat().st_size
            process.stdin.write(f"{kind} {cycles}\n")
            process.stdin.flush()
            answer: Figures = json.loads(process.stdout.readline())
            why = said.read_text("utf-8", "replace")[before:]
            if answer["code"] == CANNOT:
                pytest.skip(why.strip())
            assert answer["code"] == 0, why
            found: Figures = answer["found"]
            return found

        yield call
