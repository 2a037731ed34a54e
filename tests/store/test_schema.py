"""The schema, its migrations, and what opening a store costs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from store import migrations
from store.base import Store
from store.errors import SchemeMismatch
from store.schema import metadata
from tests.store.conftest import Opener
from tests.store.processes import run


def _tables(db: sqlite3.Connection) -> dict[str, str]:
    rows = db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in rows if not name.startswith(("story_fts", "alembic"))}


def test_migrations_lead_to_the_described_schema(store: Store, path: Path) -> None:
    """A store made by migrations has the tables, constraints and indexes of the metadata, letter by letter."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        metadata.create_all(connection)
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        described = _tables(raw)
    engine.dispose()
    made = sqlite3.connect(path)
    assert _tables(made) == described
    made.close()


def test_every_table_is_strict(store: Store, path: Path) -> None:
    """No table takes a value of another type than its column's."""
    db = sqlite3.connect(path)
    loose = [row[1] for row in db.execute("PRAGMA table_list") if row[2] == "table" and not row[5]]
    db.close()
    assert [name for name in loose if not name.startswith(("sqlite_", "alembic_", "story_fts"))] == []


def test_head_is_the_newest_revision() -> None:
    """The version that opening compares with is that of the newest migration."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_present_store_opens_without_alembic(store: Store, path: Path) -> None:
    """Opening, reading and writing a present store imports neither SQLAlchemy nor Alembic."""
    program = "save(store, 'https://a.example/', 'x'); print(sorted({'alembic', 'sqlalchemy'} & set(sys.modules)))"
    assert run(program, path) == "[]\n"


def test_fingerprints_have_one_scheme(store: Store, opener: Opener) -> None:
    """The first scheme stays; another one is refused with both named and the way out."""
    store.claim_scheme({"shingler": "1", "scheme": "affine32"})
    again = opener()
    again.claim_scheme({"scheme": "affine32", "shingler": "1"})
    with pytest.raises(SchemeMismatch) as refused:
        again.claim_scheme({"scheme": "affine32", "shingler": "2"})
    assert refused.value.why == "shingler 1 in the store, 2 here"
    assert "--store" in refused.value.fix


def test_every_key_to_what_articles_add_has_an_index(store: Store, path: Path) -> None:
    """Where a new story, text or article is looked for in the tables that may point to it, no table is read whole."""
    db = sqlite3.connect(path)
    bare = []
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        led = {row[2] for (index,) in db.execute("SELECT name FROM pragma_index_list(?)", (table,)) for row in
               db.execute("SELECT * FROM pragma_index_info(?) WHERE seqno < 2", (index,))}  # fmt: skip
        led |= {row[1] for row in db.execute("SELECT * FROM pragma_table_info(?) WHERE pk = 1", (table,))}
        keys = db.execute("SELECT [table], [from] FROM pragma_foreign_key_list(?)", (table,)).fetchall()
        bare += [(table, key) for parent, key in keys if parent in {"story", "text", "article"} and key not in led]
    db.close()
    assert bare == []
