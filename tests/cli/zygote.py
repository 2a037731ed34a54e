"""A process that has loaded the command once and forks itself for each call: real processes at a tenth of the cost.

One line of JSON in (`args`, `env`, `cwd`, `files` for stdin, stdout and stderr), one exit code out. A call that asks
for another locale or for Python's own options needs a process of its own, since Python reads those when it starts.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

# What commands load when they are called, and what that loads in turn.
HEAVY = ("ingest.cli.pages", "ingest.run", "ingest.run.sources", "ingest.explain", "ingest.corpus", "store.sqlite",
         "store.export", "rich.console", "rich.table", "platformdirs", "ingest.feeds.gate")  # fmt: skip


def serve() -> int:
    """Fork for each line until there are no more."""
    from ingest.cli.app import COMMANDS

    for module in (*(f"ingest.cli.{name}" for name in COMMANDS), *HEAVY):
        import_module(module)
    import_module("ingest.run.warmed")
    gc.freeze()  # what is loaded now is never garbage; looking through it would copy its pages in every child
    for line in sys.stdin:
        call = json.loads(line)
        child = os.fork()
        if not child:
            leave(become(call))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return 0


def leave(code: int) -> NoReturn:
    """End as Python does, without taking the loaded modules apart, which takes longer than most calls."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def become(call: dict[str, Any]) -> int:
    """Be the command that was called."""
    from ingest.cli.app import run

    for number, (name, flags) in enumerate(zip(call["files"], ("r", "w", "w"), strict=True)):
        mode = os.O_RDONLY if flags == "r" else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        opened = os.open(name, mode, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", line_buffering=number == 2)
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    os.environ.clear()
    os.environ.update(call["env"])
    os.chdir(call["cwd"])
    return run(call["args"])


if __name__ == "__main__":
    sys.exit(serve())
