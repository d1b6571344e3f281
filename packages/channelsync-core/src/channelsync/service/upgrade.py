"""`channelsync upgrade`: back up, migrate, check; where anything fails, the former version goes on with its data.

1. Nobody else has the database open: a SQLite file is taken whole, PostgreSQL is asked who is connected.
2. A backup: SQLite is copied beside itself, as it is; of PostgreSQL a sealed backup is made where backups are kept.
   Either is tried out before it counts.
3. Migrating and checking are one transaction (`channelsync.manager.upgrading`), so there is nothing to be rolled back
   by hand: it is committed whole, or the database has never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import final

from attrs import evolve, frozen

from channelsync.config import Config
from channelsync.errors import BackupError, ChannelSyncError, LedgerError, UsageError
from channelsync.ledger import OURS, Ledger, Migrations, held_ledger, stored_revision
from channelsync.ledger.aside import set_aside
from channelsync.manager import Manager
from channelsync.manager.facade import manager_on
from channelsync.manager.upgrading import Upgraded
from channelsync.service.backup import BackupReport, has_phrase, note, sealed
from channelsync.service.places import Place, name_at
from channelsync.vault.keyfile import sync_folder

__all__ = ["UpgradeReport", "upgrade"]

_AS_IT_WAS = "Nothing was changed: start the former channelsync again, it goes on with its data."
_TO_BACK_UP = (
    "With the former channelsync: `channelsync backup --init`, and set CHANNELSYNC_BACKUP. Or back up the server "
    "yourself, and add --without-backup."
)


@final
@frozen
class UpgradeReport:
    """What was done to which database; ``backup`` is the file or the name of the copy made before, None for none.

    ``done`` is None where the database was at this program's version already.
    """

    database: str
    before: str
    after: str
    backup: str | None = None
    done: Upgraded | None = None


def upgrade(
    where: str,
    config: Config,
    now: Callable[[], datetime],
    place: Place | None,
    *,
    without_backup: bool = False,
    to: Migrations = OURS,
) -> UpgradeReport:
    """Bring a database to this program's version, or leave it as it is.

    Args:
        where: a path or a URL.
        config: says where the master key is.
        now: the clock.
        place: where the backup of a PostgreSQL database goes.
        without_backup: none is made; somebody else has made one.
        to: the version to come to.

    Raises:
        UsageError: there is no database, or no place for its backup.
        ChannelSyncError: it came to nothing; the line says why, and nothing was changed.
    """
    before = stored_revision(where)
    if before is None:
        msg = "there is no database to upgrade"
        raise UsageError(msg, advice="Every program makes one as it starts; `channelsync db upgrade` does so too.")
    with held_ledger(where) as ledger:
        report = UpgradeReport(ledger.name, before, to.head)
        if before == to.head:
            return report
        manager = manager_on(ledger, where, config, now)
        try:
            kept = None if without_backup else _kept(ledger, manager, place, to, now())
            return evolve(report, backup=kept and kept.name, done=_done(manager, kept, to))
        finally:
            manager.close()


@final
@frozen
class _Kept:
    """The backup made before: its name, the file where it is a copy, the report where it is sealed."""

    name: str
    file: Path | None = None
    sealed: BackupReport | None = None


def _done(manager: Manager, kept: _Kept | None, to: Migrations) -> Upgraded:
    try:
        done = manager.bring_up(to)
    except Exception as error:
        if kept is not None and kept.file is not None:  # a copy of what is there anyway
            kept.file.unlink(missing_ok=True)
        known = isinstance(error, ChannelSyncError)
        why = str(error) if known else f"a fault of channelsync ({type(error).__name__})"
        msg = f"the upgrade to version {to.head} came to nothing: {why}"
        raise LedgerError(msg, advice=_AS_IT_WAS) from error
    if kept is not None and kept.sealed is not None:
        with suppress(LedgerError), manager.ledger.transaction() as tx:  # the backup is there, noted or not
            note(tx, kept.sealed)
    return done


def _kept(ledger: Ledger, manager: Manager, place: Place | None, to: Migrations, now: datetime) -> _Kept:
    """Make the backup, and try it out."""
    if ledger.is_file:
        name = Path(ledger.name)
        for draft in name.parent.glob(f"{escape(name.name)}.before-*.draft"):  # of an upgrade that was killed
            draft.unlink(missing_ok=True)
        file = Path(f"{ledger.name}.before-{to.head}-{now.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}")
        set_aside(ledger, file)
        sync_folder(file.absolute().parent)
        return _Kept(str(file), file=file)
    if place is None or not has_phrase(manager):
        msg = "the backup before the upgrade has nowhere to go, or no recovery phrase to be sealed for"
        raise UsageError(msg, advice=_TO_BACK_UP)
    report = sealed(manager, place, name_at(now), now)
    if report.flaw is not None:
        raise BackupError(report.flaw)
    return _Kept(f"{report.place}/{report.name}", sealed=report)
