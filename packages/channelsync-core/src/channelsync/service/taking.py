"""Reservations that a platform keeps in a queue until they are acknowledged: taken every so often, for each account.

What waits there only makes us look: the look that follows shows the whole truth, queue included. A message is
acknowledged once the ledger holds what it says, on every listing it is about, so neither a crash nor a look that failed
loses one; the platform gives it again until then. A cancellation of what we never knew is acknowledged as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, final

from channelsync.adapter import AcknowledgesReservations
from channelsync.engine.api import is_settled
from channelsync.errors import ChannelSyncError, LedgerError, PluginError
from channelsync.manager import AccountReport, Manager
from channelsync.state import ListingState
from channelsync.vault import redact

__all__ = ["EVERY", "Taking"]

EVERY: Final = timedelta(seconds=20)
"""How often a queue is asked: as often as Booking.com allows (documented), which mails owners after 30 minutes."""
_MOST: Final = 500

_log = logging.getLogger("channelsync.reservations")


@final
class Taking:
    """Takes what waits in the platforms' queues."""

    def __init__(self, manager: Manager, now: Callable[[], datetime]) -> None:
        self._manager = manager
        self._now = now

    def take(self) -> int:
        """Ask every account's queue, look where something new is said, and acknowledge what is known.

        An account whose platform does not answer stops no other.

        Returns:
            How much goes on waiting.

        Raises:
            LedgerError: the database cannot be used.
        """
        waiting = 0
        for account in self._manager.accounts():
            try:
                api = self._manager.registry.get(account.channel).api
            except PluginError:
                continue
            if isinstance(api, AcknowledgesReservations) and account.state != "revoked" and account.listings:
                waiting += self._taken(account, api)
        return waiting

    def _taken(self, account: AccountReport, api: AcknowledgesReservations) -> int:
        try:
            deliveries = self._manager.call(account.id, api.waiting)[:_MOST]
            theirs = self._states(account.channel) if deliveries else {}
            known = [one for one in deliveries if is_settled(one, theirs)]
            for name, state in theirs.items():
                if not all(is_settled(one, {name: state}) for one in deliveries):
                    self._manager.hint(state[0].id)
            if known:
                done = tuple(known)
                self._manager.call(account.id, lambda access: api.acknowledge(access, done))
        except LedgerError:
            raise
        except ChannelSyncError as error:
            _log.warning("the queue of %s cannot be used just now: %s", account.id, redact(str(error)))
            return 0
        return len(deliveries) - len(known)

    def _states(self, channel: str) -> dict[str, tuple[ListingState, date]]:
        """Return what is remembered of the channel's listings, by the platform's ids, with today's date there.

        All of the channel: two accounts may be the same one on the platform, and share its queue.
        """
        now, found = self._now(), dict[str, tuple[ListingState, date]]()
        with self._manager.ledger.reading() as tx:
            links = {one.id: one for one in tx.listings() if one.channel == channel and one.account is not None}
        for unit in [self._manager.state(unit) for unit in sorted({link.unit for link in links.values()})]:
            mine = [one for one in unit.active if one.id in links]
            found |= {links[one.id].external_id: (one, unit.unit.today(now)) for one in mine}
        return found
