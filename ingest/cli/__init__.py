"""The command line: the only place that reads the environment, opens the store and builds things.

`app` finds the command, `invocation` holds what was said before and after it, `output` prints. One file per command
group, each imported only when it is called: `ingest --help` loads none of them.
"""

from __future__ import annotations


def main() -> int:
    """Run one command; the exit code."""
    from ingest.cli.app import run  # whoever imports a room of the command line pays for click alone

    return run()
