"""By which of our names a calendar was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for the name; of what was before, it is not known."""
    op.add_column("fetches", sa.Column("host", sa.String(), nullable=False, server_default=""))
