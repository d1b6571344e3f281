"""What a database holds, counted in words that every version of it understands: to compare before a change and after.

Plain rows, not values: what an older version stored is not read by the code of a newer one. A migration that means to
drop or merge rows of a table has to say so here.
"""

from __future__ import annotations

from typing import Any, Final, final

import sqlalchemy as sa
from attrs import frozen

from channelsync.ids import ListingId
from channelsync.ledger.transaction import Transaction

__all__ = ["Census", "Shown", "census", "flaws"]

Shown = tuple[tuple[str, str], ...]
"""The runs of a calendar, each an arrival and a departure."""

_NOT_COUNTED: Final = frozenset({"alembic_version", "meta"})
_MOST_FLAWS: Final = 5
_REVISIONS: Final = sa.table(
    "revisions", *map(sa.column, ("listing_id", "matters", "position")), sa.column("runs", sa.JSON())
)
_LISTINGS: Final = sa.table("listings", sa.column("id"), sa.column("retired_at"))


@final
@frozen
class Census:
    """How many rows each table has, and what the calendar in force of each linked listing shows."""

    rows: dict[str, int]
    shown: dict[ListingId, Shown]

    def lost(self, after: Census) -> tuple[str, ...]:
        """Return the tables that have other rows afterwards; a table that was not there before may have any."""
        return tuple(name for name, count in sorted(self.rows.items()) if after.rows.get(name) != count)


def census(tx: Transaction) -> Census:
    """Count what a transaction sees."""
    db = tx.connection
    names = sorted(set(sa.inspect(db).get_table_names()) - _NOT_COUNTED)
    rows = {
        name: int(db.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()) for name in names
    }
    last = (
        sa.select(_REVISIONS.c.listing_id, _REVISIONS.c.runs)
        .join_from(_REVISIONS, _LISTINGS, _REVISIONS.c.listing_id == _LISTINGS.c.id)
        .where(_REVISIONS.c.matters, _LISTINGS.c.retired_at.is_(None))
        .order_by(_REVISIONS.c.listing_id, _REVISIONS.c.position)
    )
    return Census(rows, {ListingId(one.listing_id): _shown(one.runs) for one in db.execute(last)})


def flaws(tx: Transaction) -> tuple[str, ...]:
    """Return what SQLite finds wrong with its file, a few lines at most; PostgreSQL watches over its own."""
    if tx.connection.dialect.name != "sqlite":
        return ()
    found = [str(row[0]) for row in tx.connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_FLAWS})")]
    loose = tx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST_FLAWS)
    return (*(one for one in found if one != "ok"), *(f"{row[0]} refers to no row of {row[2]}" for row in loose))


def _shown(document: dict[str, Any]) -> Shown:
    return tuple(sorted((str(run["stay"][0]), str(run["stay"][1])) for run in document["runs"]))
