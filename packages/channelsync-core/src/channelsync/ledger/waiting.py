"""How much waits in the queues of an installation, for whoever watches it."""

from __future__ import annotations

from typing import Final, final

from attrs import frozen
from sqlalchemy import func, select

from channelsync.ledger.service_tables import deliveries, inbox
from channelsync.ledger.tables import notices
from channelsync.ledger.transaction import Transaction

__all__ = ["Waiting", "waiting"]

_MAILS: Final = select(func.count()).select_from(inbox).where(inbox.c.done_at.is_(None))
_MESSAGES: Final = select(func.count()).select_from(deliveries).where(deliveries.c.done_at.is_(None))
_NOTICES: Final = select(func.count()).select_from(notices).where(notices.c.told_at.is_(None))


@final
@frozen
class Waiting:
    """What came in and was not looked at, what is to be sent, and facts of which nobody was told yet."""

    mails: int
    messages: int
    notices: int


def waiting(tx: Transaction) -> Waiting:
    """Count what waits."""
    return Waiting(*(int(tx.connection.execute(one).scalar_one()) for one in (_MAILS, _MESSAGES, _NOTICES)))
