"""Laws."""

import sqlite3


def check(db: sqlite3.Connection) -> list[str]:
    return []
