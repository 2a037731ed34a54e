"""Python programs beside the test, over the same store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
PREAMBLE = """
import sys
from store import open_store
from store.errors import StoreError
from tests.store.news import NOW, put, save
store = open_store("sqlite:///" + sys.argv[1], synchronous="NORMAL", wait=50)
"""


def start(program: str, *arguments: str | Path, preamble: str = PREAMBLE, **options: Any) -> subprocess.Popen[str]:
    """A Python process that runs `program`; its standard input and output are pipes."""
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", preamble + program, *map(str, arguments)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **options,
    )  # fmt: skip


def run(program: str, *arguments: str | Path, preamble: str = PREAMBLE, **options: Any) -> str:
    """What `program` prints. It must end well."""
    with start(program, *arguments, preamble=preamble, **options) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out
