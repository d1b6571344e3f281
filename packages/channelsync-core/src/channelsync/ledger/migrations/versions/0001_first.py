"""The first version: every table the program begins with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _shared()
    _inventory()
    _claims()
    _evidence()
    _reports()


def _shared() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "secrets",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_secrets"),
    )
    op.create_index("ix_secrets_fingerprint", "secrets", ["fingerprint"], unique=False)


def _inventory() -> None:
    op.create_table(
        "owners",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owners"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_accounts_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_owner_id_channel_name", "accounts", ["owner_id", "channel", "name"], unique=True)
    op.create_table(
        "units",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("turnover", sa.Integer(), nullable=False),
        sa.Column("takeover", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_units_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
    )
    op.create_index("ix_units_owner_id_name_key", "units", ["owner_id", "name_key"], unique=True)
    op.create_table(
        "listings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_listings_account_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_listings_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_listings"),
    )
    op.create_index(
        "ix_listings_linked",
        "listings",
        ["unit_id", "channel", "label"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index("ix_listings_unit_id_position", "listings", ["unit_id", "position"], unique=False)
    op.create_table(
        "due",
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("done_generation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("leased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_due_listing_id"),
        sa.PrimaryKeyConstraint("listing_id", name="pk_due"),
    )
    op.create_index("ix_due_due_at", "due", ["due_at"], unique=False)


def _claims() -> None:
    op.create_table(
        "owner_nights",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("claim_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_owner_nights_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "night", name="pk_owner_nights"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claims",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=True),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("more", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_claims_listing_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_claims_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_claims"),
    )
    op.create_index("ix_claims_unit_id_status_position", "claims", ["unit_id", "status", "position"], unique=False)
    op.create_table(
        "history",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=True),
        sa.Column("claim_id", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("nights", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_history_listing_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_history_unit_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_history"),
    )
    op.create_index("ix_history_unit_id_at", "history", ["unit_id", "at"], unique=False)
    op.create_index(
        "ix_history_unit_id_listing_id_what_seq", "history", ["unit_id", "listing_id", "what", "seq"], unique=False
    )


def _evidence() -> None:
    op.create_table(
        "fetches",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("proof", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_fetches_listing_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_fetches"),
    )
    op.create_index("ix_fetches_listing_id_at", "fetches", ["listing_id", "at"], unique=False)
    op.create_table(
        "observations",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("nights", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_observations_listing_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_observations"),
    )
    op.create_index("ix_observations_listing_id_at", "observations", ["listing_id", "at"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("matters", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runs", sa.JSON(), nullable=False),
        sa.Column("first_fetch", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_fetch", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name="fk_revisions_listing_id"),
        sa.PrimaryKeyConstraint("listing_id", "number", name="pk_revisions"),
    )
    op.create_index(
        "ix_revisions_listing_id_matters_position", "revisions", ["listing_id", "matters", "position"], unique=False
    )


def _reports() -> None:
    op.create_table(
        "conflicts",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("nights", sa.JSON(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_conflicts_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_conflicts"),
    )
    op.create_table(
        "notices",
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_notices_unit_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
