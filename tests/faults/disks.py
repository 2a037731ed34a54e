"""Small disks, full disks, read-only disks: mounted in a name space of this process's own, gone when it ends."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NEW_MOUNTS = 0x20000  # CLONE_NEWNS of <sched.h>


def apart() -> str:
    """Give this process mounts of its own. Why that cannot be, or nothing."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return "mounting needs root"
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_MOUNTS):
        return f"no mounts of one's own here: {os.strerror(ctypes.get_errno())}"
    done = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True, text=True, check=False)
    return done.stderr.strip()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk in memory at `folder`."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def read_only(folder: Path) -> None:
    """From now on nobody writes to this disk."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)


def fill(folder: Path, room: int) -> None:
    """Leave this many bytes free."""
    with (folder / "ballast").open("wb", buffering=0) as ballast:
        free = shutil.disk_usage(folder).free
        while room < free:
            ballast.write(b"x" * min(free - room, 65_536))
            free = shutil.disk_usage(folder).free
