"""Backups: everything the ledger knows, in one sealed file, made while the service runs and tried out before it counts.

A backup is what one reading transaction sees. It is sealed for the recovery phrase (`channelsync.service.phrase`), read
again from the file just written, brought back into a scratch database, compared row by row and its audit trail
followed; only then it gets its name. `daily` does so once a day, keeps the last seven days, four weeks and six months,
and tells the owner when it fails.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, final

from attrs import frozen

from channelsync.errors import AuditError, BackupError, ChannelSyncError, LedgerError, UsageError
from channelsync.ledger import BackupRecord, Transaction
from channelsync.manager import Manager
from channelsync.manager.desk import notice_record
from channelsync.notices import Notice, NoticeKind, of_service
from channelsync.service.packing import Contents, brought_back, packed
from channelsync.service.phrase import new_phrase
from channelsync.service.places import FolderPlace, Place, made_at, name_at, writing
from channelsync.service.sealing import Recipient, new_salt, open_pieces, seal_pieces
from channelsync.wording import headline

__all__ = ["BackupReport", "back_up", "back_up_to", "daily", "has_phrase", "kept", "note", "sealed", "set_up"]

_LOG: Final = logging.getLogger("channelsync.backup")
_PUBLIC: Final = "backup_key"
_SIGNET: Final = ("backup", "signet")
_DAY: Final = timedelta(days=1)
_EARLY: Final = timedelta(hours=1)
"""A daily backup may be that much early, so that it does not wander through the day."""
_KEPT: Final = (("%Y-%m-%d", 7), ("%G-%V", 4), ("%Y-%m", 6))
"""Of the last so many days, weeks and months that have a backup, the last one is kept."""
_SET_UP: Final = "Run `channelsync backup --init` once, and write down the recovery phrase that it shows."


@final
@frozen
class BackupReport:
    """A backup that was made and tried out. ``flaw`` says what is odd about what it holds, None where nothing is."""

    name: str
    place: str
    at: datetime
    bytes: int
    rows: int
    flaw: str | None = None


# The phrase ----------------------------------------------------------------------------------------------------------
def has_phrase(manager: Manager) -> bool:
    """Whether this installation was given a recovery phrase."""
    with manager.ledger.reading() as tx:
        return tx.meta(_PUBLIC) is not None


def set_up(manager: Manager, at: datetime, *, again: bool = False) -> str:
    """Give an installation its recovery phrase, and return it: it is kept nowhere, so this is the only time.

    With ``again`` an installation that has one gets another; the backups made so far still need the former.

    Raises:
        UsageError: it has one already.
    """
    phrase, salt = new_phrase(), new_salt()
    made = Recipient.of(phrase, salt)
    public = json.dumps({"salt": salt.hex(), "public": made.public.hex()})
    signet = base64.b64encode(made.signet).decode()
    with manager.ledger.transaction() as tx:
        if not again and tx.meta(_PUBLIC) is not None:
            msg = "this installation has a recovery phrase already; it was shown once and is kept nowhere"
            advice = "If it is lost, `channelsync backup --init --again` makes another for the backups from now on."
            raise UsageError(msg, advice=advice)
        tx.set_meta(_PUBLIC, public)
        tx.put_secret(*_SIGNET, manager.vault.seal(*_SIGNET, signet), at=at)
        tx.audit("owner", "recovery phrase made", at=at)
    return phrase


def _recipient(manager: Manager) -> Recipient:
    with manager.ledger.reading() as tx:
        text, sealed = tx.meta(_PUBLIC), tx.secret(*_SIGNET)
    if text is None or sealed is None:
        msg = "this installation has no recovery phrase yet, so there is nothing to seal a backup for"
        raise BackupError(msg, advice=_SET_UP)
    try:
        noted = json.loads(text)
        salt, public = bytes.fromhex(noted["salt"]), bytes.fromhex(noted["public"])
    except (ValueError, TypeError, KeyError):
        msg = "what is noted of the recovery phrase is damaged"
        raise BackupError(msg, advice="Run `channelsync backup --init --again`.") from None
    return Recipient(salt, public, base64.b64decode(manager.vault.unseal(*_SIGNET, sealed)))


# One backup ----------------------------------------------------------------------------------------------------------
def back_up(manager: Manager, place: Place, now: datetime) -> BackupReport:
    """Make a backup in a place, try it out, and note it.

    Raises:
        BackupError: it cannot be made, kept or brought back; nothing of it is left.
        LedgerError: the database cannot be read.
        VaultError: a secret cannot be opened.
    """
    return _made(manager, place, name_at(now), now)


def back_up_to(manager: Manager, file: Path, now: datetime) -> BackupReport:
    """Make a backup in a file of the owner's choice; an earlier one of that name is replaced once this one is whole.

    Raises:
        ChannelSyncError: as `back_up`.
    """
    return _made(manager, FolderPlace(file.absolute().parent), file.name, now, actor="owner")


def _made(manager: Manager, place: Place, name: str, now: datetime, *, actor: str = "worker") -> BackupReport:
    report = sealed(manager, place, name, now)
    with manager.ledger.transaction() as tx:
        note(tx, report)
        tx.audit(actor, "backup made", {"name": name, "rows": report.rows}, at=now)
    return report


def sealed(manager: Manager, place: Place, name: str, now: datetime) -> BackupReport:
    """Make a backup of a database of whatever version, try it out, and write nothing into the database.

    Raises:
        ChannelSyncError: as `back_up`.
    """
    recipient = _recipient(manager)
    with writing(place, now) as (draft, file):
        with manager.ledger.reading() as tx:
            key = seal_pieces(recipient, packed(tx, manager.vault, now), file)
        file.flush()
        os.fsync(file.fileno())
        contents, flaw = _tried(manager, file, key)
        size = file.tell()
        file.close()
        place.keep(draft, name)
    return BackupReport(name, place.label, now, size, contents.total, flaw)


def note(tx: Transaction, report: BackupReport) -> None:
    """Note a backup that was made."""
    flaw = report.flaw
    tx.record_backup(BackupRecord(report.at, report.place, report.name, report.bytes, checked=not flaw, failure=flaw))


def _tried(manager: Manager, file: BinaryIO, key: bytes) -> tuple[Contents, str | None]:
    """Bring back what was just written; the audit trail of what it holds is another matter, which is told."""
    file.seek(0)
    with brought_back(open_pieces(file, key), manager.vault) as (scratch, contents), scratch.reading() as tx:
        try:
            tx.verify_audit()
        except AuditError as error:
            return contents, str(error)
    return contents, None


# Day after day -------------------------------------------------------------------------------------------------------
def daily(manager: Manager, place: Place, now: datetime) -> BackupReport | None:
    """Make the day's backup where it is due, and drop what need not be kept; a duty that may be called at any time.

    Without a recovery phrase there is none to be made, of which the owner is told once.

    Raises:
        ChannelSyncError: it failed; that is noted, and the owner told once a day.
    """
    with manager.ledger.reading() as tx:
        last = tx.last_backup(place.label, before=now)  # what a wrong clock made in the future says nothing of today
    if last is not None and now < last + _DAY - _EARLY:
        return None
    if not has_phrase(manager):
        _tell(manager, of_service(NoticeKind.NO_PHRASE, now))
        return None
    failed = of_service(NoticeKind.BACKUP_FAILED, now, now.astimezone(UTC).date(), since=last)
    try:
        report = back_up(manager, place, now)
        if report.flaw is not None:
            _tell(manager, failed)
        names = place.names()
        for name in sorted(set(names) - kept(names, now)):
            place.drop(name)
    except LedgerError:  # nothing can be noted where nothing can be written; the worker's log has it
        raise
    except ChannelSyncError as error:
        with manager.ledger.transaction() as tx:
            tx.record_backup(BackupRecord(now, place.label, "", 0, checked=False, failure=str(error)))
        _tell(manager, failed)
        raise
    return report


def kept(names: Iterable[str], now: datetime) -> frozenset[str]:
    """Return which backups are kept: the last of each of the last days, weeks and months that have one.

    One that comes from the future, by a clock that was wrong, is kept and takes nobody's place; so is what has another
    name.
    """
    times = {name: made_at(name) for name in names}
    past = sorted(((at, name) for name, at in times.items() if at is not None and at <= now), reverse=True)
    chosen = {name for name, at in times.items() if at is None or at > now}
    for form, most in _KEPT:
        chosen.update(_last_of_each(past, form, most))
    return frozenset(chosen)


def _last_of_each(past: Iterable[tuple[datetime, str]], form: str, most: int) -> Iterator[str]:
    seen: set[str] = set()
    for at, name in past:
        period = at.astimezone(UTC).strftime(form)
        if period not in seen:
            if len(seen) == most:
                return
            seen.add(period)
            yield name


def _tell(manager: Manager, notice: Notice) -> None:
    """Tell the owner, once for each fact."""
    with manager.ledger.transaction() as tx:
        if tx.add_notice(notice_record(notice)):
            _LOG.error("%s", headline(notice, "en"))
