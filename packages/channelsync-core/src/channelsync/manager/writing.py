"""Writing to listings that take our writes: closings at once, openings after a look of their own.

What is owed is derived anew from the state at every step (`channelsync.engine.api`). Before the first request leaves it
is stored that it will; what was accepted is stored after. Between the two anything may happen: the next step begins
again from what the listing shows.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import final

from attrs import frozen

from channelsync.adapter import PushesAvailability
from channelsync.engine.api import Write, writes
from channelsync.errors import ChannelSyncError
from channelsync.ids import ListingId
from channelsync.ledger import Link
from channelsync.manager.calling import Calling
from channelsync.manager.desk import Changing
from channelsync.reconcile import fetched
from channelsync.state import UnitState
from channelsync.vault import redact

__all__ = ["Order", "Writing"]

_log = logging.getLogger("channelsync.writing")


@final
@frozen
class Order:
    """What is to be written to one listing, and how it is linked."""

    link: Link
    write: Write


class Writing(Calling):
    """Orders to the platforms."""

    def _ordered(self, change: Changing, looked: Mapping[ListingId, datetime]) -> tuple[Order, ...]:
        """Return what is owed to the listings of a unit that is settled, and note that it is being sent.

        The note is stored with everything else: no request may leave before it is durable.
        """
        marked, todo = writes(change.state, change.now, looked)
        if not todo:
            return ()
        links = {link.id: link for link in change.tx.listings(change.state.unit.id)}
        change.state = marked
        return tuple(Order(links[one.listing], one) for one in todo)

    def _written(self, state: UnitState, orders: Sequence[Order]) -> UnitState:
        """Write what was ordered, all listings at once; store what was accepted, and return the unit as it is then."""
        if not orders:
            return state
        came = self._reader.at_once([partial(self._sent, order) for order in orders])
        accepted = {order.link.id: order for order, good in zip(orders, came, strict=True) if good}
        with self._changing(state.unit, quiet=True) as change:
            for listing, order in accepted.items():
                if not change.state.of(listing).retired:
                    change.state = fetched(change.state, listing, change.now, order.write.revision)
            for order in orders:
                wait = order.write.look_after(accepted=order.link.id in accepted)
                if wait is not None:
                    change.tx.mark_due(order.link.id, change.now + wait, now=change.now)
        self._wake([listing for listing, one in accepted.items() if one.write.look_after(accepted=True)])
        return change.state

    def _wake(self, listings: Collection[ListingId]) -> None:
        if self.wake is not None:
            for one in listings:
                self.wake(one)

    def _sent(self, order: Order) -> bool:
        """Write one order, and return whether the platform accepted all that it closes."""
        api, account = self._plugin(order.link.channel).api, order.link.account
        if not isinstance(api, PushesAvailability) or account is None:
            _log.error("listing %s: its plugin cannot write any more", order.link.id)
            return False
        write = order.write
        try:
            written = self.call(
                account, lambda access: api.push(access, order.link.external_id, write.closing, write.opening)
            )
        except ChannelSyncError as error:
            _log.warning("listing %s was not written to: %s", order.link.id, redact(str(error)))
            return False
        for why in written.refused:
            _log.warning("listing %s: refused in part: %s", order.link.id, redact(why))
        return write.accepted(written)
