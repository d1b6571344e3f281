"""By which of our names the platforms read, so that an earlier one is kept for as long as anybody needs it.

A platform reads the address that was pasted there, name and all. After a change of name the earlier one has to answer
until the owner has pasted the new address everywhere: a platform whose link leads nowhere keeps what it read last, and
learns of no new closing. Only what the platform's own reader asked for counts.

So does whoever calls: a platform's webhooks, and a service that hands on mails. What they say by a name that leads
nowhere is lost, and each listing is then looked at no sooner than its turn comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

from channelsync.inventory import Unit
from channelsync.manager import Manager
from channelsync.service.hooks import HOOK, called_by

__all__ = ["QUIET", "Call", "Move", "Moved", "calls", "moves"]

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


@final
@frozen
class Call:
    """One address for calls, by its source: how far its caller has come, and when it was last called by each name."""

    source: str
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


def calls(manager: Manager, host: str) -> tuple[Call, ...]:
    """Return how far each has come that was given an address for calls.

    Calls come when there is something to say, which may be once in weeks: the last one tells, however long ago.

    Args:
        manager: whose addresses.
        host: the present name.
    """
    found: list[Call] = []
    with manager.ledger.reading() as tx:
        for source in sorted(one.id for one in tx.secrets() if one.kind == HOOK):
            last = called_by(tx, source)
            moved = Moved.UNKNOWN if not last else Moved.YES if _latest(last) == host else Moved.NO
            found.append(Call(source, moved, tuple(last.items())))
    return tuple(found)


def _latest(last: Mapping[str, datetime]) -> str:
    return max(last, key=lambda name: last[name])


def _moved(last: Mapping[str, datetime], host: str, now: datetime) -> Moved:
    if not last:
        return Moved.UNKNOWN
    latest = _latest(last)
    if latest != host or any(name != host and now - at < QUIET for name, at in last.items()):
        return Moved.NO
    return Moved.YES
