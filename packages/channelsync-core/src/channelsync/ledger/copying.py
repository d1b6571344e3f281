"""Every row of every table as plain values that any database can take: what a backup is made of.

Times are ISO 8601 in UTC, bytes are base64, the rest is what JSON holds; columns go by name. What is bound to one
installation stays behind: its wrapped keys and who is at which duty (`BOUND`).

Reading and writing go by the columns that a database really has, so that the rows of an older version find their place
in a database made as that version made it, and are then migrated like any other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    delete,
    func,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import TypeEngine

from channelsync.errors import BackupError
from channelsync.ledger.people_tables import sessions, tickets
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import METADATA, credentials, deliveries, inbox, signins
from channelsync.ledger.tables import Moment, due, listings, meta, notices

__all__ = ["BOUND", "CopyRows", "Plain"]

Plain = Mapping[str, object]
"""A row: what JSON holds, by the columns' names."""

BOUND: Final = ("keys", "duty:")
"""How the notes begin that belong to one installation and to no other."""

_AT_ONCE: Final = 500


class CopyRows(Rows):
    """Whole tables, out and in."""

    def tables(self) -> tuple[str, ...]:
        """Return the names of all tables that are there, those that others refer to first."""
        there = set(inspect(self._connection).get_table_names())
        return tuple(table.name for table in METADATA.sorted_tables if table.name in there)

    def revision(self) -> str:
        """Return which version's tables these are."""
        return str(self._connection.execute(text("SELECT version_num FROM alembic_version")).scalar())

    def copied(self, name: str) -> Iterator[Plain]:
        """Yield the rows of a table."""
        table = self._shape(name)
        chosen = select(table).execution_options(yield_per=_AT_ONCE)
        if name == meta.name:
            chosen = chosen.where(~_bound(table))
        for row in self._connection.execute(chosen).mappings():
            yield {key: _plain(value) for key, value in row.items()}

    def paste(self, name: str, rows: Iterable[Plain]) -> int:
        """Put rows into a table, and return how many they were.

        Raises:
            BackupError: they do not fit.
        """
        table, count, lot = self._shape(name), 0, list[dict[str, object]]()
        for row in rows:
            lot.append(_values(table, row))
            count += 1
            if len(lot) >= _AT_ONCE:
                self._run(table.insert(), lot)
                lot = []
        self._run(table.insert(), lot)
        self._count_on(table)
        return count

    def clear(self) -> None:
        """Forget everything but what belongs to this installation."""
        self._known.forget()
        for table in reversed(METADATA.sorted_tables):
            self._run(delete(table).where(~_bound(table)) if table is meta else delete(table))

    def start_over(self, now: datetime) -> None:
        """End what only made sense at the time and on the machine that the rows come from.

        Every linked listing is due, nobody holds a lease, and no answer of a platform counts as "not modified". What
        was waiting to be sent has very likely been sent since, so it is not sent again; what still holds is told anew.
        Mails that wait would only cause looks, and all listings are looked at. Whoever is signed in does so anew, and
        codes to sign in with end: what was ended since must not come back to life.
        """
        again = {"due_at": now, "set_at": now, "generation": due.c.generation + 1, "attempts": 0}
        self._run(update(due).values(lease_owner="", leased_at=None, lease_until=None, **again))
        self._run(update(listings).values(etag="", last_modified=""))
        ended = {"done_at": now, "outcome": "restored"}
        self._run(update(deliveries).where(deliveries.c.done_at.is_(None)).values(lease_until=None, **ended))
        self._run(update(notices).where(notices.c.told_at.is_(None)).values(told_at=now))
        self._run(update(inbox).where(inbox.c.done_at.is_(None)).values(**ended))
        self._run(update(credentials).values(lease_owner="", lease_until=None))
        self._run(delete(signins).where(signins.c.used_at.is_(None)))
        self._run(delete(sessions))
        self._run(delete(tickets))

    def _shape(self, name: str) -> Table:
        """Return a table as it is here; a column that is known has the type it is known by.

        Raises:
            BackupError: there is no such table.
        """
        try:
            found = {one["name"]: one["type"] for one in inspect(self._connection).get_columns(name)}
        except NoSuchTableError as error:
            msg = f"the backup holds {name[:40]!r}, which no database of its version has"
            raise BackupError(msg) from error
        if name in METADATA.tables and found.keys() <= set(METADATA.tables[name].c.keys()):
            return _known(name, frozenset(found))
        kinds = {one.name: one.type for one in METADATA.tables[name].c} if name in METADATA.tables else {}
        return _table(name, found | {one: kinds[one] for one in found.keys() & kinds.keys()})

    def _count_on(self, table: Table) -> None:
        """Let a PostgreSQL table that numbers its rows go on after the last one; SQLite does so by itself."""
        if self._connection.dialect.name != "postgresql" or "seq" not in table.c:
            return
        own = self._connection.execute(
            text("SELECT pg_get_serial_sequence(:name, 'seq')"), {"name": table.name}
        ).scalar()
        last = self._connection.execute(select(func.max(table.c.seq))).scalar()
        if own is not None and last is not None:
            self._connection.execute(text("SELECT setval(:own, :last)"), {"own": own, "last": last})


@lru_cache(maxsize=256)
def _known(name: str, columns: frozenset[str]) -> Table:
    """Return a table with some of the columns that today's has: always the same, so that its statements are kept."""
    return _table(name, {one.name: one.type for one in METADATA.tables[name].c if one.name in columns})


def _table(name: str, kinds: Mapping[str, TypeEngine[object]]) -> Table:
    return Table(name, MetaData(), *(Column(one, kinds[one]) for one in sorted(kinds)))


def _bound(table: Table) -> ColumnElement[bool]:
    return or_(table.c.key == BOUND[0], table.c.key.startswith(BOUND[1], autoescape=True))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _values(table: Table, row: Plain) -> dict[str, object]:
    if not row.keys() <= set(table.c.keys()):
        msg = f"the backup's {table.name} has columns that no database of its version has"
        raise BackupError(msg)
    try:
        return {name: _value(value, table.c[name].type) for name, value in row.items()}
    except (ValueError, TypeError, binascii.Error) as error:
        msg = f"a row of the backup's {table.name} cannot be read"
        raise BackupError(msg) from error


def _value(value: object, kind: TypeEngine[object]) -> object:
    if not isinstance(value, str):
        return value
    if isinstance(kind, Moment | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    return value
