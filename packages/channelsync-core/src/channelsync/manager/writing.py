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

from channelsync.adapter import PushesAvailability, ReadsAvailability
from channelsync.engine.api import Write, owners, writes
from channelsync.errors import ChannelSyncError
from channelsync.ids import AccountId, ListingId
from channelsync.ledger import Link
from channelsync.manager.calling import Calling
from channelsync.manager.desk import Changing
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.reconcile import fetched, spared
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


@final
@frozen
class Sent:
    """What came of an order: whether all that it closes was accepted, and what stood closed there already."""

    accepted: bool
    spared: Nights = NO_NIGHTS


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
        sent = self._reader.at_once([partial(self._sent, order) for order in orders])
        came = tuple(zip(orders, sent, strict=True))
        with self._changing(state.unit, quiet=True) as change:
            for order, what in came:
                listing, number = order.link.id, order.write.revision
                if theirs := owners(change.state, order.write, what.spared):
                    change.state = spared(change.state, listing, theirs, number)
                if what.accepted and not change.state.of(listing).retired:
                    change.state = fetched(change.state, listing, change.now, number, written=True)
                wait = order.write.look_after(accepted=what.accepted)
                if wait is not None:
                    change.tx.mark_due(listing, change.now + wait, now=change.now)
        good = [order for order, what in came if what.accepted]
        self._wake([order.link.id for order in good if order.write.look_after(accepted=True)])
        return change.state

    def _wake(self, listings: Collection[ListingId]) -> None:
        if self.wake is not None:
            for one in listings:
                self.wake(one)

    def _sent(self, order: Order) -> Sent:
        """Write one order."""
        api, account = self._plugin(order.link.channel).api, order.link.account
        if not isinstance(api, PushesAvailability) or account is None:
            _log.error("listing %s: its plugin cannot write any more", order.link.id)
            return Sent(accepted=False)
        shut = self._shut(order, api, account) if order.write.unseen else NO_NIGHTS
        write, spare = order.write.without(shut), order.write.unseen & shut
        if not (write.closing or write.opening):
            return Sent(accepted=True, spared=spare)
        try:
            written = self.call(
                account, lambda access: api.push(access, order.link.external_id, write.closing, write.opening)
            )
        except ChannelSyncError as error:
            _log.warning("listing %s was not written to: %s", order.link.id, redact(str(error)))
            return Sent(accepted=False, spared=spare)
        for why in written.refused:
            _log.warning("listing %s: refused in part: %s", order.link.id, redact(why))
        return Sent(accepted=write.accepted(written), spared=spare)

    def _shut(self, order: Order, api: object, account: AccountId) -> Nights:
        """Ask which of the nights to be closed are closed already: by its owner, where we never wrote them.

        Where the platform does not tell, they are closed all the same: to close twice is the lesser harm.
        """
        nights = order.write.closes
        if not isinstance(api, ReadsAvailability) or nights.first is None:
            return NO_NIGHTS
        window = Stay(nights.first, nights.runs()[-1].departure)
        try:
            return self.call(account, lambda access: api.closed(access, order.link.external_id, window))
        except ChannelSyncError as error:
            _log.info("listing %s is written to unseen: %s", order.link.id, redact(str(error)))
            return NO_NIGHTS
