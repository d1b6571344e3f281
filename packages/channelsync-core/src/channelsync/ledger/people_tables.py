"""The tables of people who sign in, in the same metadata as those of `channelsync.ledger.tables`.

How an owner gets in (``people``, ``passkeys``, ``recovery_codes``, ``identities``), where they are in now
(``sessions``), what serves once (``tickets``), and what was tried lately (``tries``). Whatever opens something
is kept as a hash; the secret of an authenticator app is a sealed secret of kind ``totp``, by the owner's id.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table

from channelsync.ledger.tables import METADATA, Big, Doc, Moment, Words

__all__ = ["identities", "passkeys", "people", "recovery_codes", "sessions", "tickets", "tries"]

people = Table(
    "people",
    METADATA,
    Column("owner_id", String, ForeignKey("owners.id"), primary_key=True),
    Column("email", String, unique=True),  # in small letters: it is what one signs in with
    Column("password", Words),
    Column("totp_at", Moment),  # since when codes of an authenticator app are asked for
    Column("totp_step", Big, nullable=False),  # the latest used code's 30 seconds: none serves twice
    Column("created_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("id", String, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("confirmed_at", Moment, nullable=False),
    Column("agent", Words, nullable=False),
    Column("how", String, nullable=False),
    Column("ended_at", Moment),
    Index(None, "owner_id", "ended_at"),
)

passkeys = Table(
    "passkeys",
    METADATA,
    Column("id", String, primary_key=True),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("uses", Big, nullable=False),  # as the key itself counts them
    Column("label", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Index(None, "owner_id"),
)

recovery_codes = Table(
    "recovery_codes",
    METADATA,
    Column("owner_id", String, ForeignKey("owners.id"), primary_key=True),
    Column("code", String, primary_key=True),
    Column("used_at", Moment),
)

identities = Table(
    "identities",  # who an owner is for a service that vouches for people
    METADATA,
    Column("issuer", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Index(None, "owner_id"),
)

tickets = Table(
    "tickets",  # what serves once and soon ends: a link sent by mail, a challenge that was met
    METADATA,
    Column("ticket", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("owner_id", String, ForeignKey("owners.id"), nullable=False),
    Column("about", Doc, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "owner_id"),
)

tries = Table(
    "tries",  # one bucket each: full again at that moment, and then as if it were not here
    METADATA,
    Column("key", String, primary_key=True),  # a keyed hash: what was tried, whose it is, where from
    Column("until", Big, nullable=False),  # in milliseconds since 1970
    Index(None, "until"),
)
