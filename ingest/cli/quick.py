"""The short way to `ingest feeds test FILE... --json`, past the machinery of the command line.

Half of what the command costs on a hundred files is finding out what was meant: click, the settings and their types.
Called in this plain form, and with nothing unusual around it, it goes straight to the readers. Whatever else is said
takes the usual way, which prints the same lines (`ingest.cli.feedtest`).
"""

from __future__ import annotations

import gc
import os
import sys

from ingest.cli.limits import Limits, at_a_glance

# Bytes. When a piece of memory of this size was given back, glibc takes all smaller ones out of the heap and leaves as
# many at its end: else it returns the room of each feed to the system and asks for it again, an eighth of all faults.
_KEPT = 8 * 2**20


def feeds_test(args: list[str]) -> int | None:
    """The exit code of the command; None, with nothing done, where this is not the call."""
    if args[:2] != ["feeds", "test"] or "--json" not in args:
        return None
    files = [arg for arg in args[2:] if arg != "--json"]
    if not files or any(file.startswith("-") or "://" in file or file.endswith(".gz") for file in files):
        return None
    limits = at_a_glance(os.environ)
    return None if limits is None else _run(files, limits)


def _run(files: list[str], limits: Limits) -> int:
    # Nothing to collect: reading leaves no cycles (none after 138 real feeds; 24 objects after 34 hostile ones, once),
    # and looking for them takes a twentieth of the time.
    gc.disable()
    bytes(_KEPT)
    from ingest.cli.streams import forget_output, prepare_streams

    prepare_streams()
    try:
        failed = _print(files, limits)
        sys.stdout.flush()
    except BrokenPipeError:
        forget_output()
        return 0
    except KeyboardInterrupt:
        return 130
    return 3 if failed else 0


def _print(files: list[str], limits: Limits) -> bool:
    from ingest.cli.feedrows import Alarm, Answer, as_line, reading

    failed = False
    with Alarm(limits):
        for file in files:
            one = reading(file, lambda: Answer(_body(file, limits.max_feed_bytes)), limits)  # noqa: B023  called at once
            failed = failed or one.error is not None
            sys.stdout.buffer.write(as_line(one))
    return failed


def _body(file: str, limit: int) -> bytes:
    """A file's bytes, one more than allowed at most. Raises UsageError.

    By the calls of the system: `open` makes eight of them where five will do, a hundredth of the command's time.
    """
    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            # By its size: a buffer for all that is allowed takes longer to make than the file to read.
            left = min(os.fstat(handle).st_size or limit, limit) + 1
            parts = []
            while left and (part := os.read(handle, left)):
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        finally:
            os.close(handle)
    except OSError as exc:
        from ingest.errors import UsageError

        raise UsageError("file cannot be read", where=file, why=exc.strerror or str(exc)) from exc
