"""The tables, the same on SQLite and PostgreSQL, and the three column types that make them behave the same.

* `Moment`: an aware time, kept in UTC; a naive one is refused.
* `Words`: any text at all. Platforms send what they like, and PostgreSQL refuses a NUL where SQLite takes it: text that
  is not plain and printable is stored as JSON behind a mark, and comes back exactly.
* `Doc`: a JSON document.

Ids are text. A claim's id is unique within its unit only, so its key is ``(unit_id, id)``. ``position`` keeps the order
of a state's tuples. What ends stays: rows are marked, not deleted, but for observations and fetches, which are bounded.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final, final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from channelsync.errors import UsageError

__all__ = [
    "METADATA",
    "Big",
    "Doc",
    "Moment",
    "Words",
    "accounts",
    "audit",
    "claims",
    "conflicts",
    "due",
    "fetches",
    "history",
    "listings",
    "meta",
    "notices",
    "observations",
    "owner_nights",
    "owners",
    "revisions",
    "secrets",
    "units",
]

_MARK: Final = "\x01"


@final
class Moment(TypeDecorator[datetime]):
    """An aware time, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn it to UTC; SQLite keeps it without a zone.

        Raises:
            UsageError: the time is naive.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a time without a zone cannot be stored: {value}"
            raise UsageError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's own
        """Return it in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@final
class Words(TypeDecorator[str]):
    """Text of any kind, NUL and half characters included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's own
        """Write plain text as it is, anything else as JSON behind a mark."""
        return value if value is None or value.isprintable() else _MARK + json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's own
        """Return what was written."""
        return json.loads(value[1:]) if value and value[0] == _MARK else value


Doc: Final = JSON(none_as_null=True)
Big: Final = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts by itself in an INTEGER PRIMARY KEY only

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All of them."""

meta = Table(
    "meta",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

owners = Table(
    "owners",
    METADATA,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Words, nullable=False),
    Column("language", String, nullable=False),
    Column("created_at", Moment, nullable=False),
)

units = Table(
    "units",
    METADATA,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("name_key", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("turnover", Integer, nullable=False),
    Column("takeover", Doc, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", String, nullable=False, server_default=""),
    Index(None, "owner_id", "name_key", unique=True),
    Index(None, "name_key"),
    Index(None, "position"),
)

accounts = Table(
    "accounts",
    METADATA,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("name", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index(None, "owner_id", "channel", "name", unique=True),
)

listings = Table(
    "listings",
    METADATA,
    Column("id", String, primary_key=True),
    Column("unit_id", String, ForeignKey("units.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("label", Words, nullable=False),
    Column("route", String, nullable=False),
    Column("options", Doc, nullable=False),
    Column("account_id", String, ForeignKey("accounts.id")),
    Column("external_id", Words, nullable=False),
    Column("linked_at", Moment, nullable=False),
    Column("retired_at", Moment),
    Column("link_removed_at", Moment),
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("memory", Doc, nullable=False),
    Column("looks", Doc, nullable=False, server_default='{"v": 1}'),
    Column("calendar", String, nullable=False, server_default=""),
    Index(
        "ix_listings_linked",
        "unit_id",
        "channel",
        "label",
        unique=True,
        sqlite_where=text("retired_at IS NULL"),
        postgresql_where=text("retired_at IS NULL"),
    ),
    Index(None, "unit_id", "position"),
    Index(None, "calendar"),
)

secrets = Table(
    "secrets",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("envelope", LargeBinary, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "fingerprint"),
)

claims = Table(
    "claims",
    METADATA,
    Column("unit_id", String, ForeignKey("units.id"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("own", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("ended_at", Moment),
    Column("reason", Words, nullable=False),
    Column("kind", String, nullable=False),
    Column("arrival", Date, nullable=False),
    Column("departure", Date, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("listing_id", String, ForeignKey("listings.id")),
    Column("uid", Words, nullable=False),
    Column("code", Words, nullable=False),
    Column("more", Doc, nullable=False),
    Index(None, "unit_id", "status", "position"),
)

owner_nights = Table(
    "owner_nights",
    METADATA,
    Column("unit_id", String, ForeignKey("units.id"), primary_key=True),
    Column("night", Date, primary_key=True),
    Column("claim_id", String, nullable=False),
    sqlite_with_rowid=False,
)

revisions = Table(
    "revisions",
    METADATA,
    Column("listing_id", String, ForeignKey("listings.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("matters", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("runs", Doc, nullable=False),
    Column("first_fetch", Moment),
    Column("last_fetch", Moment),
    Column("sent", Moment),
    Index(None, "listing_id", "matters", "position"),
)

observations = Table(
    "observations",
    METADATA,
    Column("seq", Big, primary_key=True),
    Column("listing_id", String, ForeignKey("listings.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("verdict", String, nullable=False),
    Column("failure", Words),
    Column("digest", String, nullable=False),
    Column("events", Integer, nullable=False),
    Column("nights", Doc, nullable=False),
    Index(None, "listing_id", "at"),
)

fetches = Table(
    "fetches",
    METADATA,
    Column("seq", Big, primary_key=True),
    Column("listing_id", String, ForeignKey("listings.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("client", Words, nullable=False),
    Column("answer", Integer, nullable=False),
    Column("proof", Boolean, nullable=False),
    Column("visitor", String, nullable=False, server_default=""),
    Column("host", String, nullable=False, server_default=""),  # by which of our names it was asked for
    Index(None, "listing_id", "at"),
)

history = Table(
    "history",
    METADATA,
    Column("seq", Big, primary_key=True),
    Column("unit_id", String, ForeignKey("units.id"), nullable=False),
    Column("listing_id", String, ForeignKey("listings.id")),
    Column("claim_id", String),
    Column("at", Moment, nullable=False),
    Column("what", String, nullable=False),
    Column("nights", Doc, nullable=False),
    Column("why", Words, nullable=False),
    Index(None, "unit_id", "at"),
    Index(None, "unit_id", "listing_id", "what", "seq"),
)

conflicts = Table(
    "conflicts",
    METADATA,
    Column("unit_id", String, ForeignKey("units.id"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("certainty", String, nullable=False),
    Column("nights", Doc, nullable=False),
    Column("claims", Doc, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("dismissed_at", Moment),
)

due = Table(
    "due",
    METADATA,
    Column("listing_id", String, ForeignKey("listings.id"), primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("done_generation", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_owner", String, nullable=False),
    Column("leased_at", Moment),
    Column("lease_until", Moment),
    Index(None, "due_at"),
    Index(None, "set_at"),
)

notices = Table(
    "notices",
    METADATA,
    Column("seq", Big, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("kind", String, nullable=False),
    Column("unit_id", String, ForeignKey("units.id")),
    Column("data", Doc, nullable=False),
    Column("seen_at", Moment),
    Column("told_at", Moment),  # when it was decided who hears of it and how; none while that is still to do
    Index(None, "told_at"),
)

audit = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("details", Doc, nullable=False),
    Column("prev_hash", String, nullable=False),
    Column("hash", String, nullable=False),
)
