"""By which of our names the platforms read, so that an earlier one is kept for as long as anybody needs it.

A platform reads the address that was pasted there, name and all. After a change of name the earlier one has to answer
until the owner has pasted the new address everywhere: a platform whose link leads nowhere keeps what it read last, and
learns of no new closing. Only what the platform's own reader asked for counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

from channelsync.inventory import Unit
from channelsync.manager import Manager

__all__ = ["QUIET", "Move", "Moved", "moves"]

_LOOKED_BACK: Final = timedelta(days=31)
_MOST: Final = 2000
QUIET: Final = timedelta(days=2)
"""A name by which a platform has not read for so long is not used there any more; the slowest reads once a day."""


class Moved(Enum):
    """How far a listing's platform has come."""

    YES = "moved"
    """It read by the present name last, and by no other lately."""
    NO = "old"
    """It has read by another name lately."""
    UNKNOWN = "unread"
    """It has not read by any name that is known."""


@final
@frozen
class Move:
    """One listing: how far its platform has come, and when it last read by each name, the latest first."""

    unit: Unit
    listing: str
    moved: Moved
    by: tuple[tuple[str, datetime], ...]


def moves(manager: Manager, host: str, now: datetime) -> tuple[Move, ...]:
    """Return how far each platform has come that reads our calendars; those that we write to are left out.

    Args:
        manager: whose lodgings.
        host: the present name.
        now: the time.
    """
    found: list[Move] = []
    for unit in manager.units():
        active = [one.listing for one in manager.state(unit).active if not one.listing.traits.pushed]
        with manager.ledger.reading() as tx:
            for listing in active:
                last: dict[str, datetime] = {}
                for one in tx.fetches(listing.id, since=now - _LOOKED_BACK, limit=_MOST):
                    if one.proof and one.host:
                        last.setdefault(one.host, one.at)  # the latest come first
                found.append(Move(unit, listing.key, _moved(last, host, now), tuple(last.items())))
    return tuple(found)


def _moved(last: dict[str, datetime], host: str, now: datetime) -> Moved:
    if not last:
        return Moved.UNKNOWN
    latest = max(last, key=lambda name: last[name])
    if latest != host or any(name != host and now - at < QUIET for name, at in last.items()):
        return Moved.NO
    return Moved.YES
