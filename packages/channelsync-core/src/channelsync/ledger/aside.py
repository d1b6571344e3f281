"""A copy of a SQLite database beside it: whole under its name, or not there.

It is written to a draft that nobody else may read, tried out, and made durable before it gets its name.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from channelsync.errors import LedgerError
from channelsync.ledger import failures
from channelsync.ledger.transaction import Ledger

__all__ = ["set_aside"]

_DRAFT: Final = ".draft"


def set_aside(ledger: Ledger, file: Path) -> int:
    """Copy a SQLite database into a new file, and return its size in bytes.

    Raises:
        UsageError: this is no SQLite database.
        LedgerError: it cannot be copied, or the copy is not whole; no file of that name is left.
    """
    draft = file.with_name(file.name + _DRAFT)
    try:
        draft.unlink(missing_ok=True)  # of a program that was killed
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # an empty file is a new database
        ledger.copy_to(str(draft))
        _try_out(draft, ledger.name)
        with draft.open("r+b") as written:
            os.fsync(written.fileno())
        draft.replace(file)
        return file.stat().st_size
    except OSError as error:
        raise failures.disk(ledger.name) from error
    finally:
        draft.unlink(missing_ok=True)


def _try_out(draft: Path, name: str) -> None:
    try:
        with closing(sqlite3.connect(f"{draft.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        sound = False
    if not sound:
        msg = f"the copy of the database {name} is not whole"
        raise LedgerError(msg, advice="Check the disk; the database itself may be damaged: `channelsync doctor`.")
