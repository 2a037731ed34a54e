"""What hosts asked of us, and where they stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from store.encode import instant_or_none, micros, micros_or_none
from store.model import HostRow

SAVE_HOST = """
    INSERT OR REPLACE INTO host (host, next_at, retry_after, robots_status, robots_body, robots_fetched, robots_expires)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
SAVE_PLACE = "INSERT OR REPLACE INTO place (host, address) VALUES (?, ?)"
RESTING_HOSTS = "SELECT host FROM host WHERE retry_after > ? AND retry_after <= ?"
HOSTS = """
    SELECT host.host, next_at, retry_after, robots_status, robots_body, robots_fetched, robots_expires, place.address
    FROM host LEFT JOIN place ON place.host = host.host ORDER BY host.host"""


def save(db: sqlite3.Connection, hosts: Sequence[HostRow]) -> None:
    rows = [
        (row.host, micros_or_none(row.next_at), micros_or_none(row.retry_after), row.robots_status, row.robots_body,
         micros_or_none(row.robots_fetched), micros_or_none(row.robots_expires))
        for row in hosts
    ]  # fmt: skip
    db.executemany(SAVE_HOST, rows)
    db.executemany(SAVE_PLACE, [(row.host, row.address) for row in hosts if row.address is not None])


def resting(db: sqlite3.Connection, after: datetime, until: datetime) -> set[str]:
    return {host for (host,) in db.execute(RESTING_HOSTS, (micros(after), micros(until)))}


def known(db: sqlite3.Connection) -> list[HostRow]:
    return [
        HostRow(
            host=host, next_at=instant_or_none(next_at), retry_after=instant_or_none(retry_after),
            robots_status=status, robots_body=body, robots_fetched=instant_or_none(fetched),
            robots_expires=instant_or_none(expires), address=address,
        )
        for host, next_at, retry_after, status, body, fetched, expires, address in db.execute(HOSTS)
    ]  # fmt: skip
