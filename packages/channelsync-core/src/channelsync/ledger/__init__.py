"""The ledger: what is remembered, in SQL, with one code path for SQLite and PostgreSQL.

::

    with open_ledger("gite.db", now=now) as ledger, ledger.transaction() as tx:
        state = tx.load(unit.id, traits)
        after, findings = step(state, ...)          # pure
        tx.save(state, after, findings, now)

It records reality, double bookings included; it refuses only what the owner makes here on nights of their own. It never
decides anything.
"""

from __future__ import annotations

from channelsync.ledger.look_rows import looks_of
from channelsync.ledger.opening import (
    HEAD,
    OURS,
    Migrations,
    bring_up,
    held_ledger,
    keep_others_out,
    open_ledger,
    scratch_ledger,
    stored_revision,
)
from channelsync.ledger.people_records import Identity, Passkey, Person, Session, Ticket
from channelsync.ledger.records import (
    Account,
    AuditLine,
    BackupRecord,
    ConflictRecord,
    Credential,
    Delivery,
    Due,
    Farewell,
    Fetch,
    Gate,
    HistoryLine,
    Incoming,
    KnownReader,
    Link,
    Look,
    LookBrief,
    Looks,
    Measure,
    NoticeRecord,
    RevisionBrief,
    RevisionPlace,
    Sealed,
    Subscriber,
    Visits,
)
from channelsync.ledger.transaction import Ledger, Transaction

__all__ = [
    "HEAD",
    "OURS",
    "Account",
    "AuditLine",
    "BackupRecord",
    "ConflictRecord",
    "Credential",
    "Delivery",
    "Due",
    "Farewell",
    "Fetch",
    "Gate",
    "HistoryLine",
    "Identity",
    "Incoming",
    "KnownReader",
    "Ledger",
    "Link",
    "Look",
    "LookBrief",
    "Looks",
    "Measure",
    "Migrations",
    "NoticeRecord",
    "Passkey",
    "Person",
    "RevisionBrief",
    "RevisionPlace",
    "Sealed",
    "Session",
    "Subscriber",
    "Ticket",
    "Transaction",
    "Visits",
    "bring_up",
    "held_ledger",
    "keep_others_out",
    "looks_of",
    "open_ledger",
    "scratch_ledger",
    "stored_revision",
]
