"""From a path or URL to an open, migrated ledger, or to one clear line about why not.

A new database is made in one transaction: it is there whole, or it is an empty file that the next opening fills. A
database of another program, or one a newer channelsync has touched, is left alone.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, final

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from channelsync.errors import LedgerError, Retry, UsageError
from channelsync.ledger import failures
from channelsync.ledger.tables import meta
from channelsync.ledger.transaction import FLEETING, READING, Ledger, Transaction

__all__ = [
    "HEAD",
    "OURS",
    "Migrations",
    "bring_up",
    "held_ledger",
    "keep_others_out",
    "open_ledger",
    "scratch_ledger",
    "stored_revision",
]

HEAD: Final = "0007"
"""The revision this program writes: the last file in ``migrations/versions`` (a test compares the two)."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_USED: Final = "Stop every program of channelsync first (`systemctl stop ...`, on every machine), then try again."
_BUSY_MILLISECONDS: Final = 5000
_LONE_MILLISECONDS: Final = 1000
"""Who wants a file alone waits only for a program that is just leaving it."""
_LEAVING_TRIES: Final = 10
_BUSY_TRIES: Final = 50
_CONNECTIONS: Final = 5
"""So many are kept open; twice as many more are opened where they are needed (SQLAlchemy's own defaults)."""
_ADVISORY_LOCK: Final = 0x6368_7379  # "chsy": two programs that open one new PostgreSQL database take turns


@final
@frozen
class Migrations:
    """The steps from each version to the next: the folder they are in, and the version the last one leads to."""

    folder: Path
    head: str

    @property
    def known(self) -> frozenset[str]:
        """The versions that these steps know."""
        return frozenset(path.name.partition("_")[0] for path in (self.folder / "versions").glob("0*.py"))


OURS: Final = Migrations(_MIGRATIONS, HEAD)
"""This program's own."""


def open_ledger(where: str, *, now: datetime) -> Ledger:
    """Open the ledger at a path, a ``sqlite:///`` or a ``postgresql://`` URL; make or migrate it where needed.

    Raises:
        UsageError: that is neither a path nor such a URL.
        LedgerError: it cannot be used; the line says why and what to do.
    """
    url = _url(where)
    name = (
        url.database or where
        if url.get_backend_name() == "sqlite"
        else f"{url.database} on {url.host or 'this machine'}"
    )
    engine = _sqlite(url, name) if url.get_backend_name() == "sqlite" else _postgresql(url)
    try:
        _wal(engine)
        with engine.connect().execution_options(**{READING: True}) as connection, connection.begin():
            ready = _revision(connection, name) == HEAD  # asked as a reader: nobody waits for a writer to open
        if not ready:
            with engine.connect() as connection, connection.begin():
                _bring_up(connection, name, now)
    except StatementError as error:
        engine.dispose()
        raise failures.told(error, name) from error
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine, name)


def stored_revision(where: str) -> str | None:
    """Return which revision a database is at, None for an empty one or where there is none; nothing is made or changed.

    Raises:
        UsageError: that is neither a path nor a database's URL.
        LedgerError: it cannot be read, or is another program's or a newer channelsync's.
    """
    url = _url(where)
    file = url.get_backend_name() == "sqlite"
    name = url.database or where
    if file and not os.path.exists(name):  # noqa: PTH110 - unlike Path.exists it does not raise where nobody may look
        return None
    engine = _sqlite(url, name) if file else _postgresql(url)
    try:
        with engine.connect().execution_options(**{READING: True}) as connection, connection.begin():
            return _revision(connection, name)
    except StatementError as error:
        raise failures.told(error, name) from error
    finally:
        engine.dispose()


@contextmanager
def held_ledger(where: str) -> Generator[Ledger]:
    """Open a database as it is, of whatever version; a SQLite file is held for this program alone until the block ends.

    On PostgreSQL nobody is kept out yet: `keep_others_out` does so in a transaction. One connection is all there is.

    Raises:
        UsageError: that is neither a path nor a database's URL.
        LedgerError: another program has it open, or it cannot be used.
    """
    url = _url(where)
    file = url.get_backend_name() == "sqlite"
    name = url.database or where
    engine = _sqlite(url, name, alone=True) if file else _postgresql(url, alone=True)
    ledger = Ledger(engine, name)
    try:
        try:
            _wal(engine, tries=1)
        except OperationalError as error:
            if file and getattr(error.orig, "sqlite_errorname", "") == "SQLITE_BUSY":
                raise _in_use(name) from error
            raise failures.told(error, name) from error
        with ledger.reading() as tx:
            _refuse_others(tx.connection, name)
        yield ledger
    finally:
        ledger.close()


def keep_others_out(tx: Transaction, name: str) -> None:
    """Let nobody else open the database until this transaction ends; who has it open is refused.

    Whoever opens it meanwhile waits for the version that is being written, for five seconds.

    Raises:
        LedgerError: another program has it open.
    """
    if tx.connection.dialect.name == "postgresql":  # SQLite's file is held already
        tx.connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        _refuse_others(tx.connection, name)


def _refuse_others(connection: Connection, name: str) -> None:
    """Refuse where another client is connected; one that is just leaving is waited for."""
    if connection.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"  # the server's own have no user
        " AND coalesce(backend_type, 'client backend') = 'client backend'"  # of another role's nothing more is told
    )
    for left in reversed(range(_LEAVING_TRIES)):
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        if not connection.execute(others).scalar():
            return
        if left:
            time.sleep(_LONE_MILLISECONDS / 1000 / _LEAVING_TRIES)
    raise _in_use(name)


def _in_use(name: str) -> LedgerError:
    return LedgerError(f"another program has the database {name} open", advice=_USED, retry=Retry.AFTER_OWNER_ACTS)


def scratch_ledger(revision: str = HEAD) -> Ledger:
    """Return an empty ledger as that revision made it, which nobody finds and which is gone with its last user.

    It is a file that SQLite makes and removes from its folder at once: whatever ends this program, nothing is left.

    Raises:
        LedgerError: that revision is a newer channelsync's.
    """
    engine = create_engine("sqlite://", creator=_nameless, poolclass=StaticPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    ledger = Ledger(engine, "brought back from a backup")
    try:
        if revision not in OURS.known:
            raise _newer(ledger.name)
        with engine.connect() as connection, connection.begin():
            _migrate(connection, Migrations(_MIGRATIONS, revision))
    except BaseException:
        ledger.close()
        raise
    return ledger


def bring_up(tx: Transaction, to: Migrations = OURS) -> None:
    """Migrate what a transaction is on to this program's revision, or to another one.

    Raises:
        LedgerError: it cannot be brought up.
    """
    _migrate(tx.connection, to)


def _nameless() -> sqlite3.Connection:
    return sqlite3.connect("", check_same_thread=False)


def _url(where: str) -> URL:
    if "://" not in where:
        if where in {"", ":memory:"}:
            msg = "a database needs a place"
            raise UsageError(msg, advice="Give the path of a file, or a postgresql:// URL.")
        return URL.create("sqlite", database=where)
    try:
        url = make_url(where)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError):
        backend = ""
        url = URL.create("sqlite")
    if backend == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url.set(drivername="sqlite", query={})
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    msg = "not the URL of a database channelsync can use"
    raise UsageError(msg, advice="Give the path of a file, sqlite:///path, or postgresql://user@host/name.")


def _sqlite(url: URL, name: str, *, alone: bool = False) -> Engine:
    path = Path(url.database or "")
    if os.path.isdir(path):  # noqa: PTH112 - unlike Path.is_dir it does not raise where this user may not look
        msg = f"{name} is a folder"
        raise LedgerError(msg, advice="Give the path of a file in it, for example channelsync.db.")
    if not os.path.isdir(path.parent):  # noqa: PTH112 - as above
        msg = f"the folder of {name} does not exist"
        raise LedgerError(msg, advice=f"Create it first (mkdir -p {path.parent}), as a user who may look there.")
    # The connection used last is taken first: what it holds of the file is still what is there.
    wait = {"timeout": (_LONE_MILLISECONDS if alone else _BUSY_MILLISECONDS) / 1000}
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args=wait,
        pool_use_lifo=True,
        pool_size=1 if alone else _CONNECTIONS,
        max_overflow=0 if alone else 2 * _CONNECTIONS,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    if alone:
        event.listen(engine, "connect", _hold_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Take transactions into our own hands; each says as it begins whether its commit is durable before it returns."""
    if isinstance(raw, sqlite3.Connection):
        raw.isolation_level = None
        raw.execute("PRAGMA foreign_keys=ON")


def _hold_sqlite(raw: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Let the first use of the file take it whole, and keep it until the connection is closed."""
    if isinstance(raw, sqlite3.Connection):
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer at once, so that what is read stays true until it is written; or as a mere reader."""
    options, raw = connection.get_execution_options(), connection.connection
    reading = bool(options.get(READING, False))
    wanted = {"query_only": int(reading), "synchronous": "NORMAL" if options.get(FLEETING, False) else "FULL"}
    cursor = raw.cursor()
    try:
        for name, value in wanted.items():
            if raw.info.get(name) != value:
                cursor.execute(f"PRAGMA {name}={value}")
                raw.info[name] = value
        cursor.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise OperationalError(None, None, error) from error
    finally:
        cursor.close()


def _wal(engine: Engine, tries: int = _BUSY_TRIES) -> None:
    """Let readers and the writer work side by side; the switch itself waits for nobody, so we try again."""
    if engine.dialect.name != "sqlite":
        return
    for left in reversed(range(tries)):
        try:
            with closing(engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA journal_mode=WAL")
                return
        except sqlite3.Error as error:
            if not left or error.sqlite_errorname != "SQLITE_BUSY":
                raise OperationalError(None, None, error) from error
            time.sleep(_BUSY_MILLISECONDS / 1000 / _BUSY_TRIES)


def _postgresql(url: URL, *, alone: bool = False) -> Engine:
    try:
        options = {"options": f"-c timezone=UTC -c lock_timeout={_BUSY_MILLISECONDS}", "connect_timeout": 10}
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args=options,
            pool_size=1 if alone else _CONNECTIONS,
            max_overflow=0 if alone else 2 * _CONNECTIONS,
        )
    except ImportError:
        msg = "PostgreSQL needs one more package"
        raise UsageError(msg, advice="Install channelsync-core[postgres].") from None


def _bring_up(connection: Connection, name: str, now: datetime) -> None:
    """Make or migrate; runs in one transaction, and one program at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    revision = _revision(connection, name)
    if revision == HEAD:  # another program was first
        return
    _migrate(connection)
    if revision is None:
        connection.execute(meta.insert(), [{"key": "created", "value": now.astimezone(UTC).isoformat()}])


def _revision(connection: Connection, name: str) -> str | None:
    """Return which revision a database is at, None for an empty one.

    Raises:
        LedgerError: it is another program's, or a newer channelsync's.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if not {"alembic_version", "meta", "units"} <= tables:
        msg = f"the database {name} belongs to another program"
        raise LedgerError(msg, advice="Give the path of a channelsync database, or of a new file.")
    revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    if revision not in OURS.known:
        raise _newer(name)
    return revision


def _newer(name: str) -> LedgerError:
    advice = "Update channelsync on this machine, or restore the backup made before the other version was used."
    return LedgerError(f"the database {name} was written by a newer channelsync", advice=advice)


def _migrate(connection: Connection, to: Migrations = OURS) -> None:
    """Run what is missing of ``migrations``; Alembic is loaded only now, it takes its time."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(to.folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to.head)
    except StatementError:
        raise
    except (CommandError, SQLAlchemyError) as error:
        msg = "the database could not be brought up to this version"
        raise LedgerError(
            msg, advice="Nothing was changed. Restore the last backup, or reinstall channelsync."
        ) from error
