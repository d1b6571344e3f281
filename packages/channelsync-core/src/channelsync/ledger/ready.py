"""Statements kept ready: each is put into its database's words once, and from then on handed to the driver itself.

A step runs forty small statements. What SQLAlchemy does for each of them (look up the compiled form, collect the
events, wrap the cursor) takes ten times as long as SQLite needs for the row, and was a third of a step. So
the statements of every step are `Ready`: the SQL, and how each column type turns values into the database's and back,
are SQLAlchemy's still, asked for at the first use. Statements that are built for one occasion go the usual way.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast, final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Row,
    Select,
    String,
    Update,
    and_,
    bindparam,
    or_,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor, DBAPIModule
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from channelsync.ledger.tables import Moment

__all__ = ["Among", "Pairs", "Ready"]

_PAIRS_AT_ONCE: Final = 64
"""A database reads a condition for each pair: so many of them in one statement."""
Values = Mapping[str, object]
_Turn = Callable[[Any], Any]
_NAMED: Final = cast("Callable[[str, Sequence[str]], Any]", namedtuple)  # noqa: PYI024 - the columns are known when it runs
_Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete


@final
class Ready:
    """One statement that is run again and again; threads may share it. Every use names the same values.

    It holds no list of values to search among (an "expanding" parameter): how many there are would be part of the SQL.
    """

    def __init__(self, statement: _Statement) -> None:
        """``statement`` is what to run; its parameters are given by name at each use."""
        self._statement: Final = statement
        self._made: Final[dict[str, _Made]] = {}

    def all(self, db: Connection, values: Values | None = None) -> Sequence[Row[Any]]:
        """Run it once, and return the rows.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        return self._for(db, values or {}).rows(db, values or {})

    def run(self, db: Connection, values: Sequence[Values]) -> int:
        """Run it once for each of these, and return how many rows it touched.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        return self._for(db, values[0]).run(db, values) if values else 0

    def _for(self, db: Connection, values: Collection[str]) -> _Made:
        dialect = db.dialect
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = _Made(self._statement, values, dialect)
        return made


@final
class Among:
    """A statement about some things by their ids, as a `Ready` one for each number of them that is a power of two.

    A shorter list is filled up by its last id again, which finds nothing more.
    """

    def __init__(self, statement: Callable[[Sequence[BindParameter[str]]], Select[*tuple[Any, ...]]]) -> None:
        """``statement`` returns what to run, from the parameters to look among."""
        self._statement: Final = statement
        self._ready: Final[dict[int, Ready]] = {}

    def all(self, db: Connection, those: Collection[str], values: Values | None = None) -> Sequence[Row[Any]]:
        """Run it for those ids, and return the rows; of none there are none.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        ids = sorted(those)
        if not ids:
            return ()
        size = 1 << (len(ids) - 1).bit_length()
        ready = self._ready.get(size)
        if ready is None:
            among = [bindparam(f"among{place}", type_=String()) for place in range(size)]
            ready = self._ready[size] = Ready(self._statement(among))
        padded = ids + ids[-1:] * (size - len(ids))
        named = {f"among{place}": one for place, one in enumerate(padded)}
        return ready.all(db, named if values is None else {**values, **named})


@final
class Pairs:
    """A statement about some rows, each by the values of two columns, ready for each number of them as `Among` is."""

    def __init__(
        self, statement: Select[*tuple[Any, ...]], first: ColumnElement[Any], second: ColumnElement[Any]
    ) -> None:
        """``statement`` finds all rows; ``first`` and ``second`` are the columns that name those which are wanted."""
        self._statement: Final = statement
        self._columns: Final = (first, second)
        self._ready: Final[dict[int, Ready]] = {}

    def all(self, db: Connection, those: Collection[tuple[str, object]]) -> list[Row[Any]]:
        """Run it for those pairs, some at a time, and return the rows; of none there are none.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        pairs, found = list(those), list[Row[Any]]()
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            found += self._lot(db, pairs[start : start + _PAIRS_AT_ONCE])
        return found

    def _lot(self, db: Connection, pairs: list[tuple[str, object]]) -> Sequence[Row[Any]]:
        size = 1 << (len(pairs) - 1).bit_length()
        values: dict[str, object] = {}
        for place, (one, other) in enumerate(pairs + pairs[-1:] * (size - len(pairs))):
            values[f"first{place}"], values[f"second{place}"] = one, other
        if size not in self._ready:
            self._ready[size] = Ready(self._statement.where(or_(*map(self._named, range(size)))))
        return self._ready[size].all(db, values)

    def _named(self, place: int) -> ColumnElement[bool]:
        first, second = self._columns
        return and_(
            first == bindparam(f"first{place}", type_=first.type),
            second == bindparam(f"second{place}", type_=second.type),
        )


@final
class _Made:
    """A statement in the words of one kind of database."""

    def __init__(self, statement: _Statement, names: Collection[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        order = compiled.positiontup
        given = [(name, compiled.binds[name]) for name in (compiled.binds if order is None else order)]
        if compiled.post_compile_params or any(one.required and name not in names for name, one in given):
            msg = f"a statement that needs other values than {sorted(names)}, or a list of them, cannot be kept ready"
            raise TypeError(msg)
        self._sql: Final = compiled.string
        turns = [(name, one, _bound(one.type, dialect)) for name, one in given]
        self._given: Final = [(name, not one.required, _held(one, turn), turn) for name, one, turn in turns]
        self._by_place: Final = order is not None
        self._errors: Final = dialect.loaded_dbapi.Error
        shown = list(statement.selected_columns) if isinstance(statement, Select) else []
        named = _NAMED("Row", [str(one.key) for one in shown])
        self._row: Final[Callable[[Iterable[Any]], tuple[Any, ...]]] = named._make
        turns_back = [_result(one.type, dialect) for one in shown]
        self._turns: Final = [(place, turn) for place, turn in enumerate(turns_back) if turn is not None]

    def rows(self, db: Connection, values: Values) -> Sequence[Row[Any]]:
        cursor = self._cursor(db)
        try:
            cursor.execute(self._sql, self._turned(values))
            found = cursor.fetchall()
        except self._errors as error:
            raise self._told(error, db, cursor) from error
        finally:
            cursor.close()
        return cast("list[Row[Any]]", [self._read(row) for row in found])  # columns by name, as a Row has them

    def run(self, db: Connection, values: Sequence[Values]) -> int:
        cursor = self._cursor(db)
        try:
            if len(values) == 1:
                cursor.execute(self._sql, self._turned(values[0]))
            else:
                cursor.executemany(self._sql, [self._turned(one) for one in values])
        except self._errors as error:
            raise self._told(error, db, cursor) from error
        else:
            return cursor.rowcount
        finally:
            cursor.close()

    def _cursor(self, db: Connection) -> DBAPICursor:
        try:
            return db.connection.cursor()
        except self._errors as error:  # the connection is gone
            raise self._told(error, db, None) from error

    def _told(self, error: DBAPIModule.Error, db: Connection, cursor: DBAPICursor | None) -> BaseException:
        """Return a driver's error as SQLAlchemy would raise it; a connection that is gone is let go, as it would be."""
        gone = db.dialect.is_disconnect(error, db.connection, cursor)
        told = DBAPIError.instance(
            None, None, error, self._errors, hide_parameters=True, connection_invalidated=gone, dialect=db.dialect
        )
        if gone:
            db.invalidate(error)
        return cast("BaseException", told)

    def _turned(self, values: Values) -> Any:  # noqa: ANN401 - as the driver wants it: by place, or by name
        """Return the values in the database's form; one that is written into the statement is its own."""
        if self._by_place:
            return tuple(
                [
                    held if fixed else values[name] if turn is None else turn(values[name])
                    for name, fixed, held, turn in self._given
                ]
            )
        return {
            name: held if fixed else values[name] if turn is None else turn(values[name])
            for name, fixed, held, turn in self._given
        }

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        read = list(row)
        for place, turn in self._turns:
            if read[place] is not None:  # what is nothing there is nothing here: each of our types says so
                read[place] = turn(read[place])
        return self._row(read)


def _bound(kind: TypeEngine[Any], dialect: Dialect) -> _Turn | None:
    """Return what turns a value into the database's."""
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _held(one: BindParameter[Any], turn: _Turn | None) -> object:
    """Return the value that is written into the statement, in the database's form; None where it is given each time."""
    return None if one.required else one.effective_value if turn is None else turn(one.effective_value)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> _Turn | None:
    """Return what turns the database's value into ours.

    A time in SQLite is the text that SQLAlchemy wrote, in UTC: it is read at once and not through the two layers of its
    type, for a page reads hundreds of them.
    """
    if isinstance(kind, Moment) and dialect.name == "sqlite":
        return _moment
    return kind.dialect_impl(dialect).result_processor(dialect, None)
