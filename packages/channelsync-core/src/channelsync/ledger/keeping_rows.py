"""Backups made, and one-time codes to sign in with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update

from channelsync.ids import OwnerId
from channelsync.ledger.records import BackupRecord
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import backups, signins

__all__ = ["KeepingRows"]

_SIGNINS_KEPT: Final = timedelta(days=30)
_BACKUPS_KEPT: Final = timedelta(days=366)
_LONGEST_FAILURE: Final = 500


class KeepingRows(Rows):
    """What an installation keeps of itself."""

    def record_backup(self, made: BackupRecord) -> None:
        """Note a backup, or that one failed; what is older than a year goes."""
        self._run(delete(backups).where(backups.c.at < made.at - _BACKUPS_KEPT))
        values = {"at": made.at, "place": made.place, "name": made.name, "bytes": made.bytes, "checked": made.checked}
        self._run(backups.insert().values(failure=made.failure and made.failure[:_LONGEST_FAILURE], **values))

    def backups(self, *, limit: int = 100) -> tuple[BackupRecord, ...]:
        """Return the backups on record, failed ones as well, latest first."""
        rows = self._all(select(backups).order_by(backups.c.at.desc(), backups.c.seq.desc()).limit(limit))
        return tuple(BackupRecord(row.at, row.place, row.name, row.bytes, row.checked, row.failure) for row in rows)

    def last_backup(self, place: str, *, before: datetime) -> datetime | None:
        """Return when the last backup was made in a place, however many tries have failed since; None for never."""
        made = backups.c.name != "", backups.c.place == place, backups.c.at <= before
        return self._connection.execute(select(func.max(backups.c.at)).where(*made)).scalar()

    def add_signin(self, code: str, owner: OwnerId, *, at: datetime, until: datetime) -> None:
        """Keep the hash of a one-time code, in place of the owner's earlier ones."""
        self.drop_signins(owner)
        self._run(delete(signins).where(signins.c.made_at < at - _SIGNINS_KEPT))
        self._run(signins.insert().values(code=code, owner_id=owner, made_at=at, expires_at=until))

    def use_signin(self, code: str, *, at: datetime) -> OwnerId | None:
        """Use up the code of that hash, and return whose it is; None where it is unknown, used, or over."""
        free = signins.c.code == code, signins.c.used_at.is_(None), signins.c.expires_at > at
        if not self._run(update(signins).where(*free).values(used_at=at)):
            return None
        row = self._first(select(signins.c.owner_id).where(signins.c.code == code))
        return None if row is None else OwnerId(row.owner_id)

    def signin_owner(self, code: str, *, at: datetime) -> OwnerId | None:
        """Return whose code of that hash could be used now; None where `use_signin` would refuse it."""
        free = signins.c.code == code, signins.c.used_at.is_(None), signins.c.expires_at > at
        row = self._first(select(signins.c.owner_id).where(*free))
        return None if row is None else OwnerId(row.owner_id)

    def drop_signins(self, owner: OwnerId | None = None) -> None:
        """Forget the codes of an owner (None: of all) that were not used."""
        mine = delete(signins).where(signins.c.used_at.is_(None))
        self._run(mine if owner is None else mine.where(signins.c.owner_id == owner))
