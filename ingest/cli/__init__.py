"""The command line: the only place that reads the environment, opens the store and builds things.

`app` finds the command, `invocation` holds what was said before and after it, `output` prints; `quick` is a short way
to one of them. One file per command group, each imported only when it is called: `ingest --help` loads none of them.
"""

from __future__ import annotations

import gc
import os
import sys

# New objects after which the youngest are looked through for cycles. Python's 700 have it look through all modules many
# times while these load, which is a tenth of the time to start; 10,000 objects are about 1 MB.
YOUNG = 10_000


def main() -> int:
    """Run one command; the exit code."""
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    from ingest.cli.quick import feeds_test

    code = feeds_test(sys.argv[1:])
    if code is not None:
        # No threads, no files, nothing to tidy up: taking the modules apart would take as long as five feeds.
        os._exit(code)
    from ingest.cli.app import run  # whoever imports a room of the command line pays for click alone

    return run()
