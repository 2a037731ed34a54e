"""Bringing a store to the present schema. Alembic costs 600 ms to import, so only a store that needs it pays."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

# The newest revision; `0001` < `0002` < ... A test holds it against the files.
HEAD = "0018"


def upgrade(db: sqlite3.Connection, *, application_id: int) -> None:
    """Run what is missing and mark the file as ours, in one transaction of the writing connection `db`.

    The caller holds the write lock. Raises sqlite3.Error; then nothing has changed.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import StaticPool

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    engine = create_engine("sqlite://", creator=lambda: db, poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            # Only now: SQLAlchemy rolls back once when it first meets a connection.
            db.execute("BEGIN IMMEDIATE")
            db.execute(f"PRAGMA application_id = {application_id}")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")  # commits what was begun here
    except DBAPIError as exc:
        # A full disk is the driver's to tell, here as everywhere else.
        raise exc.orig if isinstance(exc.orig, sqlite3.Error) else exc from exc
    finally:
        if db.in_transaction:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
