"""Calendars that could not be laid on static hosting: since when, and who was told of it.

A server that is away for some minutes is no news, since every calendar is tried again all the time. What lasts is:
nothing that is closed arrives on any platform meanwhile. It is told once it has lasted for `GRACE`, again on each day
on which it still lasts, and once more when everything lies there.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.codec import dumped, read
from channelsync.errors import LedgerError
from channelsync.ledger import Transaction
from channelsync.manager import Manager
from channelsync.manager.desk import notice_record
from channelsync.notices import Notice, NoticeKind, of_service

__all__ = ["GRACE", "Unlaid", "note_unlaid", "unlaid"]

GRACE: Final = timedelta(minutes=15)
"""Trouble that is over sooner is told to nobody."""
_DAY: Final = timedelta(days=1)
_SEEN: Final = timedelta(minutes=10)
"""So often trouble that lasts is noted anew."""
_BELIEVED: Final = timedelta(hours=2)
"""What nobody has noted for so long is no more: publishing was given up, or runs by a timer that is slower."""
_NOTE: Final = "unlaid"
_NOTHING: Final = "null"


@final
@frozen
class Unlaid:
    """How many calendars could not be laid, since when and when last; ``told`` is how often that was told."""

    since: datetime
    seen: datetime
    count: int
    told: int = 0


def note_unlaid(manager: Manager, count: int, now: datetime) -> None:
    """Note how many calendars could not be laid this time, and tell the owner what is to be told.

    Whoever of two notes it first tells it.

    Raises:
        LedgerError: the database cannot be used.
    """
    with manager.ledger.reading() as tx:
        text = tx.meta(_NOTE)
    before = _read(text)
    after = _after(before, count, now)
    if after == before:
        return
    plain = _NOTHING if after is None else json.dumps(dumped(after))
    with manager.ledger.transaction() as tx:
        if tx.swap_meta(_NOTE, text, plain):
            told = _told(before, after, now)
            if told is not None:
                tx.add_notice(notice_record(told))


def unlaid(tx: Transaction, now: datetime) -> int:
    """Return how many calendars could not be laid when that was last tried; none where that is long ago."""
    noted = _read(tx.meta(_NOTE))
    return 0 if noted is None or now - noted.seen > _BELIEVED else noted.count


def _after(before: Unlaid | None, count: int, now: datetime) -> Unlaid | None:
    """Return what is to be noted now; what was noted already is left alone for a while."""
    if not count:
        return None
    if before is None or before.since > now:  # a clock that was set back begins anew
        return Unlaid(now, now, count)
    lasted = now - before.since
    told = max(before.told, 1 + lasted // _DAY if lasted >= GRACE else 0)
    fresh = timedelta() <= now - before.seen < _SEEN
    return Unlaid(before.since, before.seen if fresh and told == before.told else now, count, told)


def _told(before: Unlaid | None, after: Unlaid | None, now: datetime) -> Notice | None:
    """Return what the step from one note to the next says to the owner."""
    if after is None:
        if before is None or not before.told:
            return None
        return of_service(NoticeKind.LAID_AGAIN, now, before.since, since=before.since)
    if after.told == (before.told if before else 0):
        return None
    return of_service(NoticeKind.NOT_LAID, now, after.since, after.told, since=after.since)


def _read(text: str | None) -> Unlaid | None:
    """Return what stands in the ledger; what cannot be read counts for nothing."""
    try:
        document = json.loads(text or _NOTHING)
        return None if document is None else read(document, Unlaid)
    except (ValueError, LedgerError):  # it is noted anew at once
        return None
