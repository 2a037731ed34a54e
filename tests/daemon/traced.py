"""The command, and a thread that notes what its memory consists of: python -m tests.daemon.traced FILE ARGS.

Once a second, from inside the process, since nobody else can ask its allocators: MB that SQLite holds, MB that C and
Python code hold on the heap, MB the heap has for them, and how many blocks Python holds. (Not its objects: a look at
them from a thread breaks tuples that are being made.)
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from ingest.cli import main

EVERY = 1.0
_MB = 2**20


class Heap(ctypes.Structure):
    """glibc's `struct mallinfo2`."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
        )
    )  # fmt: skip


def sqlite_bytes(library: Any) -> int:
    """What all connections of this process hold together: page caches, statements, schemas."""
    now, most = ctypes.c_int64(), ctypes.c_int64()
    library.sqlite3_status64(0, ctypes.byref(now), ctypes.byref(most), 0)  # SQLITE_STATUS_MEMORY_USED
    return now.value


def note(file: Path) -> None:
    c = ctypes.CDLL(None)
    c.mallinfo2.restype = Heap
    library = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
    while True:
        heap = c.mallinfo2()
        noted = {
            "sqlite": sqlite_bytes(library) / _MB,
            "heap": (heap.uordblks + heap.hblkhd) / _MB,
            "heap had": (heap.arena + heap.hblkhd) / _MB,
            "blocks": sys.getallocatedblocks(),
        }
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(noted), encoding="ascii")
        draft.replace(file)
        time.sleep(EVERY)


if __name__ == "__main__":
    noted_in = Path(sys.argv.pop(1))
    threading.Thread(target=note, args=(noted_in,), name="note", daemon=True).start()
    sys.exit(main())
