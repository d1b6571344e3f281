"""The tables of an installation that runs by itself, in the same metadata as those of `channelsync.ledger.tables`.

Who reads our calendars (``readers``), what comes in (``inbox``), what goes out (``deliveries``, ``subscribers``,
``preferences``), who may come in (``credentials``, ``signins``), what is kept elsewhere (``backups``) and how well it
all went (``measures``).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from channelsync.ledger.tables import METADATA, Big, Doc, Moment, Words

__all__ = [
    "METADATA",
    "backups",
    "credentials",
    "deliveries",
    "inbox",
    "measures",
    "preferences",
    "readers",
    "signins",
    "subscribers",
]

readers = Table(
    "readers",  # clients that read a listing's calendar: whether they are its platform, as was said or learned
    METADATA,
    Column("listing_id", String, ForeignKey("listings.id"), primary_key=True),
    Column("client", Words, primary_key=True),
    Column("platform", Boolean, nullable=False),
    Column("said", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

inbox = Table(
    "inbox",
    METADATA,
    Column("seq", Big, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # the same delivery comes in once
    Column("source", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("headers", Doc, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", Moment),
    Column("outcome", Words, nullable=False),
    Index(None, "done_at", "seq"),
)

deliveries = Table(
    "deliveries",
    METADATA,
    Column("seq", Big, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # one fact, one owner, one transport: told once
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("transport", String, nullable=False),
    Column("what", Doc, nullable=False),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("done_at", Moment),
    Column("outcome", Words, nullable=False),
    Index(None, "done_at", "due_at"),
    Index(None, "owner_id", "at"),
)

preferences = Table(
    "preferences",
    METADATA,
    Column("owner_id", String, ForeignKey("owners.id"), primary_key=True),
    Column("doc", Doc, nullable=False),
    Column("at", Moment, nullable=False),
)

subscribers = Table(
    "subscribers",  # devices that take push messages; where they are reached is a secret of the same id
    METADATA,
    Column("id", String, primary_key=True),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("label", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_ok", Moment),
    Column("failures", Integer, nullable=False),
    Index(None, "owner_id"),
)

credentials = Table(
    "credentials",  # the state of an account's access; the access itself is a secret of the same id
    METADATA,
    Column("account_id", String, ForeignKey("accounts.id"), primary_key=True),
    Column("expires_at", Moment),
    Column("refresh_at", Moment),
    Column("generation", Integer, nullable=False),
    Column("lease_owner", String, nullable=False),
    Column("lease_until", Moment),
    Column("failures", Integer, nullable=False),
    Column("revoked_at", Moment),
    Column("why", Words, nullable=False),
    Index(None, "refresh_at"),
)

signins = Table(
    "signins",  # one-time codes to get in with, kept as hashes
    METADATA,
    Column("code", String, primary_key=True),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "owner_id"),
)

backups = Table(
    "backups",
    METADATA,
    Column("seq", Big, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("place", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("bytes", Big, nullable=False),
    Column("checked", Boolean, nullable=False),
    Column("failure", Words),
    Index(None, "at"),
)

measures = Table(
    "measures",  # the indicators of one day: how many, their sum, the worst, and enough to tell a median from
    METADATA,
    Column("day", Date, primary_key=True),
    Column("name", String, primary_key=True),
    Column("owner_id", String, primary_key=True, server_default=""),
    Column("count", Integer, nullable=False),
    Column("total", Float, nullable=False),
    Column("worst", Float, nullable=False),
    Column("spread", Doc, nullable=False),
)
