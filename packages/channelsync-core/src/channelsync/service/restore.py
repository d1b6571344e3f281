"""Restoring: a backup brought back beside, looked through, and only then put in the place of what is there.

Putting in place is one transaction (`Manager.put_back`): killed at any moment it has happened or it has not. After it
nothing opens until every listing has been looked at again, and the calendars answer nothing until then, so that what
was sold since the backup stays closed. Secrets are sealed anew with the keys of the installation that restores, so the
addresses of our calendars and the links of the platforms go on working, on another machine and on another database.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, final

from attrs import frozen

from channelsync.errors import AuditError, BackupError
from channelsync.ledger import Transaction
from channelsync.manager import Manager
from channelsync.service.packing import brought_back
from channelsync.service.places import Place
from channelsync.service.sealing import key_of, open_pieces

__all__ = ["RestoreReport", "opened", "restore"]


@final
@frozen
class RestoreReport:
    """What was put back: as it was when, how many rows, which units, and where the former database is kept.

    ``flaw`` says what is odd about the backup's audit trail, None where nothing is.
    """

    made_at: datetime
    rows: int
    units: tuple[str, ...]
    aside: str | None = None
    flaw: str | None = None


def restore(manager: Manager, file: BinaryIO, phrase: str, now: datetime, *, replace: bool = False) -> RestoreReport:
    """Put a backup in the place of what a database holds; other programs should not be using it meanwhile.

    With ``replace`` a SQLite database that holds units is copied beside itself before.

    Raises:
        UsageError: the phrase is mistyped, or the database holds units and ``replace`` is not given.
        BackupError: the file does not open with this phrase, or is damaged; nothing was changed.
        LedgerError: a newer channelsync made the backup, or the database cannot be used; nothing was changed.
        VaultError: there is no key to seal the secrets with; nothing was changed.
    """
    key = key_of(file, phrase)
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = f"{manager.ledger.name}.before-restore-{stamp}" if replace else None
    with brought_back(open_pieces(file, key), manager.vault) as (scratch, contents), scratch.reading() as source:
        flaw = _audit_flaw(source)

        def fill(tx: Transaction) -> None:
            for table in source.tables():
                tx.paste(table, source.copied(table))

        units = manager.put_back(fill, made_at=contents.at, aside=aside)
    copied = aside if aside is not None and Path(aside).exists() else None
    return RestoreReport(contents.at, contents.total, units, copied, flaw)


@contextmanager
def opened(what: str | None, place: Place | None) -> Generator[BinaryIO]:
    """Open a backup: a file, one of the place by its name, or without a name the latest of the place.

    Raises:
        BackupError: there is no such backup.
    """
    if what is not None and Path(what).is_file():
        try:
            file = Path(what).open("rb")  # noqa: SIM115 - closed below; only opening it may be refused
        except OSError as error:
            msg = f"the backup {what} cannot be read: {(error.strerror or 'it failed').lower()}"
            raise BackupError(msg, advice="Check its permissions.") from None
        with file:
            yield file
        return
    names = () if place is None else place.names()
    name = what if what in names else (names[-1] if what is None and names else None)
    if place is None or name is None:
        msg = f"there is no backup called {str(what)[:80]!r}" if what else "there is no backup to restore"
        raise BackupError(msg, advice="Give the path of a backup, or set CHANNELSYNC_BACKUP to where they are kept.")
    with tempfile.TemporaryFile() as copy:
        place.fetch(name, copy)
        copy.seek(0)
        yield copy


def _audit_flaw(tx: Transaction) -> str | None:
    try:
        tx.verify_audit()
    except AuditError as error:
        return str(error)
    return None
