"""One target under libFuzzer: `python -m tests.fuzz.libfuzzer TARGET [libFuzzer options]`, called by `tests.fuzz`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["ingest"]):
    import ingest.extract.page
    import ingest.feeds.gate
    import ingest.feeds.opml  # noqa: F401  # faces load lazily; here all that is fuzzed must be instrumented
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], TARGETS[name].check)
    atheris.Fuzz()
