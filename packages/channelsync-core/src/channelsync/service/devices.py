"""An owner's devices: which of them take push messages, whether they still do, and a trial to one of them."""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import frozen

from channelsync.errors import UsageError
from channelsync.inventory import Owner
from channelsync.ledger import Transaction
from channelsync.ports import Message
from channelsync.service.addresses import MISSED, note_device, preferences_of, reach
from channelsync.service.delivering import Delivering, tried
from channelsync.service.messages import rehearsal
from channelsync.service.preferences import PUSH

__all__ = ["Device", "devices", "rehearse"]


@final
@frozen
class Device:
    """A device as its owner sees it; ``reached`` is when it last took a message, ``working`` whether it still does."""

    id: str
    label: str
    since: datetime
    reached: datetime | None
    working: bool


def devices(tx: Transaction, owner: Owner) -> tuple[Device, ...]:
    """Return an owner's devices, the earliest first."""
    return tuple(
        Device(one.id, one.label, one.created_at, one.last_ok, one.failures < MISSED)
        for one in tx.subscribers(owner.id)
    )


def rehearse(delivering: Delivering, owner: Owner, device: str) -> None:
    """Send a trial to one device of an owner; it is sent like an alert, and what comes of it is noted like one's.

    Raises:
        UsageError: the owner has no such device, or push messages cannot be sent from here.
        DeliveryError: the device's push service did not take it; one that is ``gone`` is forgotten.
    """
    now = delivering.now()
    with delivering.ledger.reading() as tx:
        address = reach(tx, delivering.vault, owner, (PUSH,)).devices.get(device)
        language = preferences_of(tx, owner)[0].language
    if address is None:
        msg = "this device is not known"
        raise UsageError(msg, advice="It may have been removed: open channelsync on it, and turn its alerts on again.")
    transport = delivering.transports.get(PUSH)
    if transport is None:
        msg = "push messages need one more package"
        raise UsageError(msg, advice="Install channelsync-core[notices].")
    message: Message = rehearsal(language, now, key=f"trial:{device}:{now.isoformat()}")
    error = tried(transport, message, address)
    with delivering.ledger.transaction() as tx:
        note_device(tx, device, error, at=now)
    if error is not None:
        raise error
