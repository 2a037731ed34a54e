"""The command line: the only place that reads the environment, opens the store and builds things.

`app` finds the command, `invocation` holds what was said before and after it, `output` prints; `quick` is a short way
to one of them. One file per command group, each imported only when it is called: `ingest --help` loads none of them.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

# New objects after which the youngest are looked through for cycles. Python's 700 have it look through all modules many
# times while these load, which is a tenth of the time to start; 10,000 objects are about 1 MB.
YOUNG = 10_000


def main() -> int:
    """Run one command; the exit code."""
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    if sys.argv[1:3] == ["feeds", "test"]:
        from ingest.cli.quick import feeds_test

        code = feeds_test(sys.argv[1:])
        if code is not None:
            return leave(code)
    from ingest.cli.app import run  # whoever imports a room of the command line pays for click alone

    return leave(run())


def leave(code: int) -> int:
    """End here and now where nothing is left to tidy up: taking the modules apart takes up to a tenth of a short
    command's time. With threads or processes about, the exit code for Python's own end."""
    threading = sys.modules.get("threading")
    if "multiprocessing" in sys.modules or (threading is not None and threading.active_count() > 1):
        return code
    atexit._run_exitfuncs()  # noqa: SLF001  there is no public way
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # closed, or nobody reads: `app.run` has dealt with it
            code = code or (120 if stream is sys.stdout else 0)
    os._exit(code)
