"""The heartbeat: an address that is asked for every few minutes while all is well.

Whoever runs that address (a monitor elsewhere) tells the owner when it is not asked for any more: the one failure that
a dead machine cannot tell by itself. So it is only asked for when the work is really being done: the last sweep for due
listings is recent, and the database takes a line.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

import httpx
from attrs import frozen

from channelsync.adapter import Flow, SecretUrl
from channelsync.engine.drive import Driver
from channelsync.errors import AddressRefusedError, ChannelUnavailableError, LedgerError, Retry
from channelsync.ledger import Ledger

__all__ = ["Heartbeat"]

_RECENT: Final = timedelta(minutes=5)
_NOTE: Final = "heartbeat"


@final
@frozen
class Heartbeat:
    """Asks for the address of a monitor; through the engine's driver, so under its address policy and time limits."""

    ledger: Ledger
    driver: Driver
    url: SecretUrl

    def beat(self, now: datetime, *, swept_at: datetime | None) -> None:
        """Ask for the address, if all is well; ``swept_at`` is when due listings were last looked for.

        Raises:
            LedgerError: nothing was asked for: the last sweep is too long ago, or the database takes nothing.
            ChannelSyncError: the monitor does not answer, or the address policy refuses it.
        """
        if swept_at is None or abs(now - swept_at) > _RECENT:
            msg = "the heartbeat is held back: nobody has looked for due listings lately"
            raise LedgerError(msg, advice="See in the log what holds the worker up.", retry=Retry.LATER)
        with self.ledger.transaction() as tx:
            tx.set_meta(_NOTE, now.isoformat())
        try:
            self.driver.run(_asked(self.url))
        except AddressRefusedError as error:
            msg = f"the heartbeat is not sent: {error}"
            raise AddressRefusedError(msg, advice="Set CHANNELSYNC_HEARTBEAT_URL to a public address.") from None


def _asked(url: SecretUrl) -> Flow[None]:
    response = yield httpx.Request("GET", url.reveal())
    if response.is_error:
        msg = f"the monitor of the heartbeat answers HTTP {response.status_code}"
        raise ChannelUnavailableError(msg, advice="Check CHANNELSYNC_HEARTBEAT_URL.")
