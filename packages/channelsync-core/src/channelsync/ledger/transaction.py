"""The ledger, and one transaction on it.

A transaction is synchronous and short: code that awaits holds none. On SQLite a writer has the database to itself from
its first line (BEGIN IMMEDIATE); on PostgreSQL `Transaction.load` locks its unit's row, so whatever is decided from a
unit's state is written before anybody else reads it. Readers see one moment and block nobody.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Final, Self, final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from channelsync.errors import UsageError
from channelsync.ledger import failures
from channelsync.ledger.audit import AuditRows
from channelsync.ledger.copying import CopyRows
from channelsync.ledger.credential_rows import CredentialRows
from channelsync.ledger.delivery_rows import DeliveryRows
from channelsync.ledger.due import DueRows
from channelsync.ledger.evidence import EvidenceRows
from channelsync.ledger.farewell_rows import FarewellRows
from channelsync.ledger.feed_rows import FeedRows
from channelsync.ledger.inbox_rows import InboxRows
from channelsync.ledger.inventory import InventoryRows
from channelsync.ledger.journal_rows import JournalRows
from channelsync.ledger.keeping_rows import KeepingRows
from channelsync.ledger.known import KnownStates
from channelsync.ledger.look_rows import LookRows
from channelsync.ledger.measure_rows import MeasureRows
from channelsync.ledger.owned_rows import OwnedRows
from channelsync.ledger.people_rows import PeopleRows
from channelsync.ledger.picture_rows import PictureRows
from channelsync.ledger.pulse_rows import PulseRows
from channelsync.ledger.reports import ReportRows
from channelsync.ledger.sealed import SecretRows
from channelsync.ledger.session_rows import SessionRows
from channelsync.ledger.states import StateRows
from channelsync.ledger.try_rows import TryRows

__all__ = ["FLEETING", "READING", "Ledger", "Transaction"]

READING: Final = "channelsync_reading"
"""The execution option that marks a connection as a reader's."""
FLEETING: Final = "channelsync_fleeting"
"""The execution option that marks a connection as one whose commit a power cut may undo."""


@final
class Transaction(
    InventoryRows,
    SecretRows,
    CredentialRows,
    StateRows,
    LookRows,
    EvidenceRows,
    FeedRows,
    ReportRows,
    PictureRows,
    JournalRows,
    PulseRows,
    DueRows,
    InboxRows,
    DeliveryRows,
    KeepingRows,
    PeopleRows,
    SessionRows,
    TryRows,
    MeasureRows,
    OwnedRows,
    FarewellRows,
    CopyRows,
    AuditRows,
):
    """Everything one can do in a transaction; each module of the package brings the methods of one idea."""


@final
class Ledger:
    """What is remembered, in one database. Safe to use from several threads; close it when done.

    `open_ledger` makes one.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        """Keep the engine; ``name`` is how the database is shown to people."""
        self._engine = engine
        self._known = KnownStates()
        self._here = threading.local()
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        self._log = Path(f"{file}-wal") if file else None
        # SQLite lets one writer in and the others ask again and again, of which one may have no luck for seconds: the
        # threads of one program wait in line instead.
        self._line: AbstractContextManager[object] = (
            threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )
        self.name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_file(self) -> bool:
        """Whether it is a SQLite file, at `name`."""
        return self._log is not None

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def forget(self) -> None:
        """Read everything anew from now on, also what is known by its version."""
        self._known.forget()

    def copy_to(self, file: str) -> None:
        """Copy what is stored into a new file, the database as it is and nothing of what is being written to it.

        Raises:
            UsageError: this is no SQLite database.
            LedgerError: it cannot be copied: the file is there, or the disk is full.
        """
        if self._engine.dialect.name != "sqlite":
            msg = f"the database {self.name} is no file that could be copied"
            raise UsageError(msg, advice="Make another, empty database, and give its URL.")
        try:
            with closing(self._engine.raw_connection()) as raw:  # no transaction: a copy cannot be made inside one
                raw.cursor().execute("PRAGMA query_only=0")  # a reader may have had this connection
                raw.info["query_only"] = 0
                raw.cursor().execute("VACUUM INTO ?", (file,))
        except sqlite3.Error as error:
            raise failures.told(OperationalError(None, None, error), self.name) from error

    @contextmanager
    def transaction(
        self, *, fleeting: bool = False, then: Callable[[], None] | None = None
    ) -> Generator[Transaction, None, None]:
        """Begin a transaction that writes: commit at the end of the block, roll back when it raises.

        Its commit is durable before the block is left.

        Args:
            fleeting: that it need not be durable: it outlives this program, but a power cut may undo it, with other
                such ones that came after the last durable commit. For leases, which nobody holds any more then.
            then: called once it is committed; with SQLite before it is durable, which is waited for afterwards. For
                who reads what was written and does with it nothing that a power cut must not undo.

        Raises:
            UsageError: this thread is in a transaction already.
            LedgerError: the database is locked for more than five seconds, full, read-only, or gone.
        """
        if getattr(self._here, "writing", False):
            msg = "this thread is in a transaction already"
            raise UsageError(msg)
        later = then is not None and self._log is not None
        self._here.writing = True
        try:
            with self._line, self._begun(reading=False, fleeting=fleeting or later) as transaction:
                yield transaction
        finally:
            self._here.writing = False
        if then is not None:
            then()
        if later and not fleeting:
            self._flush()

    def _flush(self) -> None:
        """Wait until every commit up to now is durable: they are in the log beside SQLite's file, or beyond it."""
        try:
            if self._log is not None:
                with self._log.open("r+b") as log:  # nobody locks this file, so opening and closing it frees no lock
                    os.fsync(log.fileno())
        except FileNotFoundError:  # the last user has left, and has brought it into the file
            return
        except OSError as error:
            raise failures.disk(self.name) from error

    @contextmanager
    def reading(self) -> Generator[Transaction, None, None]:
        """Begin a transaction that only reads, and sees one moment throughout.

        Raises:
            LedgerError: the database cannot be read, or the block tried to write.
        """
        with self._begun(reading=True) as transaction:
            yield transaction

    @contextmanager
    def _begun(self, *, reading: bool, fleeting: bool = False) -> Generator[Transaction, None, None]:
        try:
            with self._engine.connect() as connection:
                sqlite = self._engine.dialect.name == "sqlite"
                if sqlite:
                    connection.execution_options(**{READING: reading, FLEETING: fleeting})
                elif reading:
                    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                with connection.begin():
                    if fleeting and not sqlite:
                        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                    yield Transaction(connection, self._known, locking=not reading)
        except SQLAlchemyError as error:
            raise failures.told(error, self.name) from error
