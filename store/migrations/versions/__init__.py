"""One file a revision, in order; Alembic loads them by their folder."""
