"""A trial by every way in which an owner can be reached, sent at once, and what came of each."""

from __future__ import annotations

from typing import final

from attrs import frozen

from channelsync.errors import ChannelSyncError
from channelsync.inventory import Owner
from channelsync.service.addresses import reach
from channelsync.service.delivering import Delivering, tried
from channelsync.service.devices import devices, rehearse
from channelsync.service.messages import rehearsal
from channelsync.service.preferences import PUSH, WAYS

__all__ = ["Trial", "rehearse_all"]


@final
@frozen
class Trial:
    """What came of one way: ``name`` is the device's, empty for other ways; ``problem`` is None where it was taken."""

    way: str
    name: str = ""
    problem: ChannelSyncError | None = None


def rehearse_all(delivering: Delivering, owner: Owner) -> tuple[Trial, ...]:
    """Send a trial to each address of an owner; the ways that this program has not are left out.

    Raises:
        LedgerError: the database cannot be used.
        VaultError: an address cannot be opened.
    """
    now = delivering.now()
    with delivering.ledger.reading() as tx:
        to = reach(tx, delivering.vault, owner, WAYS)
        names = {one.id: one.label for one in devices(tx, owner)}
    message = rehearsal(to.preferences.language, now, key=f"trial:{owner.id}:{now.isoformat()}")
    found = [_device(delivering, owner, one, names.get(one, "")) for one in to.devices]
    others = [(way, address) for way, address in to.addresses if way != PUSH and way in delivering.transports]
    found += [Trial(way, problem=tried(delivering.transports[way], message, address)) for way, address in others]
    return tuple(found)


def _device(delivering: Delivering, owner: Owner, device: str, name: str) -> Trial:
    try:
        rehearse(delivering, owner, device)
    except ChannelSyncError as error:
        return Trial(PUSH, name, error)
    return Trial(PUSH, name)
