"""Whether a story is large is told without its row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """An index of the large stories alone."""
    large = sa.text("articles >= 12")
    op.create_index("story_large", "story", ["id", "articles", "outlets"], sqlite_where=large)
