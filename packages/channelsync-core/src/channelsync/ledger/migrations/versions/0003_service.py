"""What an installation that runs by itself keeps: mail in, messages out, credentials, backups, indicators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _reading()
    _inbox()
    _telling()
    _access()
    _keeping()


def _reading() -> None:
    op.add_column("fetches", sa.Column("visitor", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "readers",
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("platform", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Boolean(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_readers_listing_id"),
        sa.PrimaryKeyConstraint("listing_id", "client", name="pk_readers"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", _TIME),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_inbox"),
        sa.UniqueConstraint("key", name="uq_inbox_key"),
    )
    op.create_index("ix_inbox_done_at_seq", "inbox", ["done_at", "seq"], unique=False)


def _telling() -> None:
    op.add_column("notices", sa.Column("told_at", _TIME))
    op.execute("UPDATE notices SET told_at = at")  # what is known for long is not sent now
    op.create_index("ix_notices_told_at", "notices", ["told_at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME),
        sa.Column("done_at", _TIME),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_deliveries_owner_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index("ix_deliveries_done_at_due_at", "deliveries", ["done_at", "due_at"], unique=False)
    op.create_index("ix_deliveries_owner_id_at", "deliveries", ["owner_id", "at"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("doc", sa.JSON(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_preferences_owner_id"),
        sa.PrimaryKeyConstraint("owner_id", name="pk_preferences"),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_ok", _TIME),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_subscribers_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
    )
    op.create_index("ix_subscribers_owner_id", "subscribers", ["owner_id"], unique=False)


def _access() -> None:
    op.create_table(
        "credentials",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("refresh_at", _TIME),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("lease_until", _TIME),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("revoked_at", _TIME),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_credentials_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_credentials"),
    )
    op.create_index("ix_credentials_refresh_at", "credentials", ["refresh_at"], unique=False)
    op.create_table(
        "signins",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_signins_owner_id"),
        sa.PrimaryKeyConstraint("code", name="pk_signins"),
    )
    op.create_index("ix_signins_owner_id", "signins", ["owner_id"], unique=False)


def _keeping() -> None:
    op.add_column("listings", sa.Column("link_removed_at", _TIME))
    op.create_table(
        "backups",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", _BIG, nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.Text()),
        sa.PrimaryKeyConstraint("seq", name="pk_backups"),
    )
    op.create_index("ix_backups_at", "backups", ["at"], unique=False)
    op.create_table(
        "measures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False, server_default=""),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("worst", sa.Float(), nullable=False),
        sa.Column("spread", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name", "owner_id", name="pk_measures"),
    )
