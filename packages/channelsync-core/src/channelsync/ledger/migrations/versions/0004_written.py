"""When a calendar's changes were last written to a listing that takes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the time."""
    op.add_column("revisions", sa.Column("sent", sa.DateTime(timezone=True)))
