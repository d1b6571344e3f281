"""What makes a sync cheap: the looks beside the memory, a unit's version, and what was scanned for found by index."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, fill the one that is searched by, and make the indexes."""
    op.add_column("units", sa.Column("version", sa.String(), nullable=False, server_default=""))
    op.add_column("listings", sa.Column("looks", sa.JSON(), nullable=False, server_default='{"v": 1}'))
    op.add_column("listings", sa.Column("calendar", sa.String(), nullable=False, server_default=""))
    _fill()
    for table, column in (("units", "name_key"), ("units", "position"), ("listings", "calendar"), ("due", "set_at")):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def _fill() -> None:
    """Note the calendar that each listing shows, as the program writes it from here on."""
    listings = sa.table("listings", sa.column("id"), sa.column("memory", sa.JSON()), sa.column("calendar"))
    db = op.get_bind()
    for name, memory in db.execute(sa.select(listings.c.id, listings.c.memory)).all():
        db.execute(sa.update(listings).where(listings.c.id == name).values(calendar=_calendar(memory)))


def _calendar(memory: dict[str, Any]) -> str:
    stays = sorted(
        "/".join(one["stay"]) for one in memory.get("events", ()) if one["kind"] in {"reservation", "closure"}
    )
    return sha256(json.dumps(stays).encode()).hexdigest() if stays else ""
