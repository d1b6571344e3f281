"""What every group of a transaction's methods stands on: the connection, and what was loaded through it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Executable, Row, update

from channelsync.ids import UnitId
from channelsync.ledger.tables import units
from channelsync.state import UnitState

__all__ = ["Rows"]

_Values = Mapping[str, object]


class Rows:
    """The base of the groups; each adds methods that read and write the rows of one idea."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        """``locking`` says that what is loaded will be written, so nobody else may load it meanwhile."""
        self._connection: Final = connection
        self._locking: Final = locking
        self._loaded: Final[dict[UnitId, UnitState]] = {}

    @property
    def connection(self) -> Connection:
        """What it all goes through; for migrations, which know nothing of rows."""
        return self._connection

    def _all(self, statement: Executable, values: _Values | None = None) -> Sequence[Row[Any]]:
        """Return all rows."""
        return self._connection.execute(statement, dict(values) if values else None).all()

    def _first(self, statement: Executable) -> Row[Any] | None:
        """Return the first row, or None."""
        return self._connection.execute(statement).first()

    def _run(self, statement: Executable, values: Sequence[_Values] | None = None) -> int:
        """Write; with a list of values, once for each. Return how many rows it touched."""
        if values is None:
            return self._connection.execute(statement).rowcount
        return self._connection.execute(statement, [dict(one) for one in values]).rowcount if values else 0

    def _renew(self, unit: UnitId) -> None:
        """Give a unit another version: more than times of looking has changed.

        It is drawn, not counted: a backup that is put back must not count up to a version that somebody remembers.
        """
        self._run(update(units).where(units.c.id == unit).values(version=secrets.token_hex(8)))
