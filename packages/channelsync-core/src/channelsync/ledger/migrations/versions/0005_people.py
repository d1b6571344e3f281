"""People who sign in: with what, where they are in now, and what serves once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _people()
    _sessions()
    _keys()
    _others()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("email", sa.String()),
        sa.Column("password", sa.Text()),
        sa.Column("totp_at", _TIME),
        sa.Column("totp_step", _BIG, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_people_owner_id"),
        sa.PrimaryKeyConstraint("owner_id", name="pk_people"),
        sa.UniqueConstraint("email", name="uq_people_email"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("confirmed_at", _TIME, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("ended_at", _TIME),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_sessions_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_owner_id_ended_at", "sessions", ["owner_id", "ended_at"], unique=False)


def _keys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", _BIG, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_passkeys_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
    )
    op.create_index("ix_passkeys_owner_id", "passkeys", ["owner_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("used_at", _TIME),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_recovery_codes_owner_id"),
        sa.PrimaryKeyConstraint("owner_id", "code", name="pk_recovery_codes"),
    )


def _others() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_identities_owner_id"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
    )
    op.create_index("ix_identities_owner_id", "identities", ["owner_id"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_tickets_owner_id"),
        sa.PrimaryKeyConstraint("ticket", name="pk_tickets"),
    )
    op.create_index("ix_tickets_owner_id", "tickets", ["owner_id"], unique=False)
