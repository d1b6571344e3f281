"""Since when our calendars have been there to be read: no platform is called silent for the time in which we were away.

Nobody notes the end of a power cut or of a machine asleep. So whoever looks at listings notes every few minutes that it
is at work, and a long gap between two such notes is an absence. It shows whoever works on this database; an app that
alone serves the calendars, and was down while the worker went on, is not seen here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from channelsync.ledger import Transaction

__all__ = ["NOTED_EVERY", "note_serving", "served_since"]

NOTED_EVERY: Final = timedelta(minutes=5)
"""A later note is written no sooner."""
_GAP: Final = timedelta(minutes=75)
"""A longer gap is an absence; a listing is looked at once an hour at least, so a shorter one is none."""
_NOTE: Final = "served"


def served_since(tx: Transaction, now: datetime) -> datetime:
    """Return since when we have been at work without a gap: now, where that is not known."""
    noted = _noted(tx)
    return now if noted is None or abs(now - noted[1]) > _GAP else min(noted[0], now)


def note_serving(tx: Transaction, now: datetime) -> datetime:
    """Note that we are at work, and return since when we have been."""
    noted, since = _noted(tx), served_since(tx, now)
    if noted is None or since != noted[0] or abs(now - noted[1]) >= NOTED_EVERY:
        tx.set_meta(_NOTE, f"{since.isoformat()} {now.isoformat()}")
    return since


def _noted(tx: Transaction) -> tuple[datetime, datetime] | None:
    """Return since when we were at work and when that was last noted; None where nothing that can be read stands."""
    since, _, last = (tx.meta(_NOTE) or "").partition(" ")
    try:
        return datetime.fromisoformat(since), datetime.fromisoformat(last)
    except ValueError:
        return None
