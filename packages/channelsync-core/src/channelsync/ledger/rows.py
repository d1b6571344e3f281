"""What every group of a transaction's methods stands on: the connection, and what was loaded through it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Executable, Row, Table, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from channelsync.ids import UnitId
from channelsync.ledger.known import KnownStates
from channelsync.ledger.ready import Ready
from channelsync.ledger.tables import units
from channelsync.state import UnitState

__all__ = ["Rows"]

_Values = Mapping[str, object]
_RENEWED: Final = Ready(update(units).where(units.c.id == bindparam("unit")).values(version=bindparam("drawn")))


class Rows:
    """The base of the groups; each adds methods that read and write the rows of one idea."""

    def __init__(self, connection: Connection, known: KnownStates, *, locking: bool) -> None:
        """``locking`` says that what is loaded will be written, so nobody else may load it meanwhile."""
        self._connection: Final = connection
        self._known: Final = known
        self._locking: Final = locking
        self._loaded: Final[dict[UnitId, UnitState]] = {}
        self._versions: Final[dict[UnitId, str]] = {}
        """The versions of what is ours until the end: nobody else gives those units another one meanwhile."""

    @property
    def connection(self) -> Connection:
        """What it all goes through; for migrations, which know nothing of rows."""
        return self._connection

    def _all(self, statement: Executable | Ready, values: _Values | None = None) -> Sequence[Row[Any]]:
        """Return all rows."""
        if isinstance(statement, Ready):
            return statement.all(self._connection, values)
        return self._connection.execute(statement, dict(values) if values else None).all()

    def _first(self, statement: Executable | Ready, values: _Values | None = None) -> Row[Any] | None:
        """Return the first row, or None."""
        if isinstance(statement, Ready):
            return next(iter(statement.all(self._connection, values)), None)
        return self._connection.execute(statement, dict(values) if values else None).first()

    def _run(self, statement: Executable | Ready, values: Sequence[_Values] | None = None) -> int:
        """Write; with a list of values, once for each. Return how many rows it touched."""
        if isinstance(statement, Ready):
            return statement.run(self._connection, [{}] if values is None else values)
        if values is None:
            return self._connection.execute(statement).rowcount
        return self._connection.execute(statement, [dict(one) for one in values]).rowcount if values else 0

    def _insert(self, table: Table, **values: object) -> postgresql.Insert | sqlite.Insert:
        """Return the insertion of a row that may say what happens where the row is there already."""
        if self._connection.dialect.name == "sqlite":
            return sqlite.insert(table).values(**values)
        return postgresql.insert(table).values(**values)

    def _renew(self, unit: UnitId) -> None:
        """Give a unit another version: more than times of looking has changed.

        It is drawn, not counted: a backup that is put back must not count up to a version that somebody remembers.
        """
        drawn = secrets.token_hex(8)
        self._run(_RENEWED, [{"unit": unit, "drawn": drawn}])
        self._versions[unit] = drawn
