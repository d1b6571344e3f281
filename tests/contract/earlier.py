"""Databases as earlier versions left them, made anew from code: the tables of that time, filled with a life of today.

What a version did not know yet is left out, and what it kept elsewhere is put back there, so that each migration finds
what it found when it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import sqlalchemy as sa

from channelsync.ledger import OURS, Ledger, held_ledger
from tests.contract.test_ledger import at_revision

__all__ = ["EARLIER", "as_left_by"]

EARLIER: Final = tuple(sorted(OURS.known - {OURS.head}))
"""Every version before this one."""

Row = Mapping[str, object]


def as_left_by(revision: str, source: Ledger, database: str) -> None:
    """Fill an empty database as that version would have left what a ledger of today holds."""
    at_revision(database, revision)
    with held_ledger(database) as target, source.reading() as old, target.transaction() as new:
        there = sa.inspect(new.connection)
        for table in old.tables():
            if there.has_table(table):
                columns = {one["name"] for one in there.get_columns(table)}
                new.paste(table, _rows(old.copied(table), columns))


def _rows(rows: Iterator[Row], columns: set[str]) -> Iterator[Row]:
    """Yield the rows of one table with the columns of that time; looks were part of what a listing remembers."""
    for row in rows:
        kept, looks = {name: value for name, value in row.items() if name in columns}, row.get("looks")
        if isinstance(looks, dict) and "looks" not in columns:
            memory = row["memory"]
            assert isinstance(memory, dict)
            kept["memory"] = {**looks, **memory}
        yield kept
