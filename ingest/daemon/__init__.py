"""The clock around the run, and nothing else: it asks what is due and runs the same cycle.

`ticks` says when, `watch` what happens then, `due` to which feeds, `crew` by which processes; `health` what can be
asked about it, `listen` and `metrics` who answers.
"""

from ingest.daemon.watch import Daemon

__all__ = ("Daemon",)
