"""`python -m tests.fuzz TARGET SECONDS [SEED]`: fuzz one parser for so long, by hand; TARGET may be `all`.

With `atheris` installed (`pip install .[fuzz]`) libFuzzer chooses the inputs, by the branches of our code that they
take; otherwise the small one of our own does. Prints one line of JSON for each target; findings are written to the
folder for temporary files, one file each, and named.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.fuzz.targets import TARGETS


def main(arguments: list[str]) -> int:
    """0 where nothing was found, 1 otherwise, 2 for a wrong call."""
    if len(arguments) not in {2, 3} or arguments[0] not in {*TARGETS, "all"}:
        sys.stderr.write(f"{__doc__}TARGET is one of {', '.join(TARGETS)}, all\n")
        return 2
    seconds, seed = float(arguments[1]), int(arguments[2]) if len(arguments) > 2 else 1
    found = 0
    for name in TARGETS if arguments[0] == "all" else arguments[:1]:
        said = (
            _by_libfuzzer(name, seconds, seed) if importlib.util.find_spec("atheris") else _by_own(name, seconds, seed)
        )
        found += said["findings"]
        sys.stdout.write(json.dumps({"target": name, **said}) + "\n")
        sys.stdout.flush()
    return 1 if found else 0


def _by_own(name: str, seconds: float, seed: int) -> dict[str, Any]:
    from tests.fuzz.mutate import fuzz

    done = fuzz(TARGETS[name], seed=seed, seconds=seconds, guided=True)
    said: dict[str, Any] = {
        "engine": "own", "runs": done.tried, "seconds": round(done.seconds, 1),
        "per_second": round(done.tried / max(done.seconds, 0.001)), "lines": len(done.lines),
        "corpus": len(done.corpus), "findings": len(done.findings),
    }  # fmt: skip
    return said | ({"found": _kept(name, done.findings)} if done.findings else {})


def _kept(name: str, findings: list[tuple[bytes, BaseException]]) -> dict[str, str]:
    """The first input of each kind of trouble, in a file; what was raised."""
    kinds: dict[str, str] = {}
    for body, error in findings:
        said = repr(error)[:200]
        if said in kinds.values():
            continue
        path = Path(tempfile.gettempdir()) / f"fuzz-{name}-{hashlib.sha256(body).hexdigest()[:12]}"
        path.write_bytes(body)
        kinds[str(path)] = said
    return kinds


def _by_libfuzzer(name: str, seconds: float, seed: int) -> dict[str, Any]:
    """libFuzzer ends its process at the first finding and at the end of its time, so it gets one of its own."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number, body in enumerate(TARGETS[name].seeds):
            (Path(folder) / f"seed-{number}").write_bytes(body)
        words = Path(folder).with_suffix(".words")
        words.write_text("".join(_quoted(word) for word in TARGETS[name].words))
        options = [f"-max_total_time={seconds:.0f}", f"-seed={seed}", "-max_len=4096", "-timeout=20",
                   "-rss_limit_mb=2048",
                   f"-dict={words}", "-print_final_stats=1", "-verbosity=1",
                   f"-artifact_prefix={tempfile.gettempdir()}/fuzz-{name}-"]  # fmt: skip
        command = [sys.executable, "-m", "tests.fuzz.libfuzzer", name, *options, folder]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        corpus = len(list(Path(folder).iterdir()))
        words.unlink()
    figures = dict(
        line.removeprefix("stat::").split(":", 1) for line in done.stderr.splitlines() if line.startswith("stat::")
    )
    said: dict[str, Any] = {
        "engine": "atheris", "runs": int(figures.get("number_of_executed_units", "0")),
        "per_second": int(figures.get("average_exec_per_sec", "0")),
        "peak_rss_mb": int(figures.get("peak_rss_mb", "0")), "corpus": corpus, "findings": int(done.returncode != 0),
    }  # fmt: skip
    return said | ({"said": _raised(done.stderr)} if done.returncode else {})


def _raised(stderr: str) -> str:
    """Of what a session said, the traceback and where its input was written; its progress is left out."""
    return "\n".join(line for line in stderr.splitlines() if not line.startswith(("#", "INFO", "stat::")))[-3000:]


def _quoted(word: bytes) -> str:
    """A word in libFuzzer's notation."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
