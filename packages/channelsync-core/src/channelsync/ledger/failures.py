"""What a database's failure means for whoever has to act: one line, whose fault, what to do.

The drivers' own texts hold statements, values and passwords; none of that is passed on. Only codes are read: SQLite's
error names and PostgreSQL's SQLSTATE.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from channelsync.errors import ChannelSyncError, LedgerError, Retry

__all__ = ["disk", "told"]

_Told = tuple[str, str, Retry]

_LOCKED: Final[_Told] = (
    "is locked by another program",
    "Wait for the other command to finish, or close the program that holds it, and try again.",
    Retry.LATER,
)
_BUSY: Final[_Told] = ("has too many users in this program", "Try again in a moment.", Retry.LATER)
_FULL: Final[_Told] = (
    "cannot grow: its disk is full",
    "Make room on the disk; nothing was lost.",
    Retry.AFTER_OWNER_ACTS,
)
_READ_ONLY: Final[_Told] = (
    "cannot be written: it, or its folder, is read-only for this user",
    "Run channelsync as the user who owns it, or give that user write permission on the file and its folder.",
    Retry.AFTER_OWNER_ACTS,
)
_CANNOT_OPEN: Final[_Told] = (
    "cannot be opened: its folder cannot be read or written by this user",
    "Check the path and the permissions of its folder.",
    Retry.AFTER_OWNER_ACTS,
)
_NOT_ONE: Final[_Told] = (
    "is not a database",
    "Give the path of a channelsync database, or of a new file.",
    Retry.NEVER,
)
_DAMAGED: Final[_Told] = (
    "is damaged",
    "Keep a copy of the file, then restore the last backup.",
    Retry.AFTER_OWNER_ACTS,
)
_DISK: Final[_Told] = (
    "cannot be read or written: the disk is full or reports an error",
    "Make room on the disk, or check it; nothing was lost.",
    Retry.AFTER_OWNER_ACTS,
)
_NO_SERVER: Final[_Told] = (
    "does not answer",
    "Check that the PostgreSQL server runs, and the host, port and name in the URL.",
    Retry.LATER,
)
_NO_ENTRY: Final[_Told] = ("refuses the user or the password", "Check them in the URL.", Retry.AFTER_OWNER_ACTS)
_NO_DATABASE: Final[_Told] = ("does not exist on its server", "Create it: CREATE DATABASE …", Retry.AFTER_OWNER_ACTS)
_COLLIDED: Final[_Told] = ("was changed by another program at the same moment", "Try again.", Retry.LATER)
_REFUSED: Final[_Told] = (
    "refused a statement",
    "Run `channelsync doctor`; if it finds nothing, this is a fault of channelsync.",
    Retry.NEVER,
)

_BY_NAME: Final[dict[str, _Told]] = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_NOTADB": _NOT_ONE,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_IOERR": _DISK,
}
_BY_STATE: Final[dict[str, _Told]] = {
    "55P03": _LOCKED,
    "57014": _LOCKED,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "28000": _NO_ENTRY,
    "28P01": _NO_ENTRY,
    "3D000": _NO_DATABASE,
    "40001": _COLLIDED,
    "40P01": _COLLIDED,
}


def told(error: SQLAlchemyError, name: str) -> ChannelSyncError:
    """Return the error to raise in its place; ``name`` is how the database is shown to people.

    An error of our own that a column type raised comes back as it is.
    """
    if isinstance(error, StatementError):
        if isinstance(error.orig, ChannelSyncError):
            return error.orig
        what, advice, retry = _meaning(error)
    else:
        what, advice, retry = _BUSY if isinstance(error, PoolTimeoutError) else _REFUSED
    return LedgerError(f"the database {name} {what}", advice=advice, retry=retry)


def disk(name: str) -> LedgerError:
    """Return the error to raise where the database's files cannot be written out."""
    what, advice, retry = _DISK
    return LedgerError(f"the database {name} {what}", advice=advice, retry=retry)


def _meaning(error: StatementError) -> _Told:
    if isinstance(error.orig, sqlite3.Error):
        code: str = getattr(error.orig, "sqlite_errorname", "")
        return _BY_NAME.get("_".join(code.split("_")[:2]), _REFUSED)
    state: str = getattr(error.orig, "sqlstate", None) or ""
    if state in _BY_STATE:
        return _BY_STATE[state]
    if state.startswith("08") or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return _NO_SERVER
    if not state and type(error.orig).__name__ == "OperationalError":  # psycopg has no code where nothing answered
        text = str(error.orig)
        return _NO_ENTRY if "password" in text else _NO_DATABASE if "does not exist" in text else _NO_SERVER
    return _REFUSED
