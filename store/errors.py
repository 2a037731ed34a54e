"""What can go wrong with a store. Each error says what, where, why and how to mend it.

StoreError                  5   the store cannot be used
├── StoreUnusable               read-only, corrupt, not a store
│   └── DiskFull                no room to write; passes when some is freed
├── StoreTooNew                 written by a newer newsfold
├── SchemeMismatch              fingerprints were made by another scheme; names both
├── StoreBusy               75  held by another process for longer than allowed
└── LawBroken                1  a transaction would have broken a law of the store: a bug of ours
"""

from __future__ import annotations


class StoreError(Exception):
    """Base: `what (where)`, `why`, `fix` are the three lines a user sees."""

    exit_code = 5

    def __init__(self, what: str, *, where: str = "", why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        return ": ".join(part for part in (self.what, self.why) if part)


class StoreUnusable(StoreError):
    """Read-only, corrupt, or not a store."""


class DiskFull(StoreUnusable):
    """There is no room to write, or less than the settings ask for. What was stored is safe and can be read."""


class StoreTooNew(StoreError):
    """Written by a newer newsfold than this one."""


class SchemeMismatch(StoreError):
    """The stored fingerprints were made by another scheme than the one in use."""


class StoreBusy(StoreError):
    """Held by another process for longer than allowed."""

    exit_code = 75


class LawBroken(StoreError):
    """A transaction would have left the store in a state its laws forbid; nothing was written. A bug of ours."""

    exit_code = 1
