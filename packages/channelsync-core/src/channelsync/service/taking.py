"""Reservations that a platform keeps in a queue until they are acknowledged: taken every so often, for each account.

What waits there only makes us look: the look that follows shows the whole truth, queue included. A message is
acknowledged once the ledger holds what it says, on every listing it is about, so neither a crash nor a look that failed
loses one; the platform gives it again until then. A cancellation of what we never knew is acknowledged as well.

A reservation for a listing that is linked to nothing (it was made anew on the platform, or is between two links) is in
no ledger, and closed nowhere else. Its owner is told, once for each reservation and its dates, and the message is never
acknowledged: that would say "processed" (documented). Booking.com then writes to the owner after 30 minutes
(documented), and gives the message out no more (inferred). An owner who leaves a listing out on purpose hears of each
reservation twice, and may silence ours (``not_linked``); to be told of none is for nobody else to choose. By B.XML
reading takes a message away (documented), and our notice is all there is: so it is not told once for a listing alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Final, final

from channelsync.adapter import AcknowledgesReservations
from channelsync.adapter.messages import Delivery
from channelsync.engine.api import is_settled, unlinked
from channelsync.errors import ChannelSyncError, LedgerError, PluginError
from channelsync.evolving import evolve
from channelsync.ids import OwnerId, UnitId
from channelsync.manager import AccountReport, Manager
from channelsync.manager.desk import notice_record
from channelsync.nights import Nights
from channelsync.notices import Details, Notice, NoticeKind, of_service
from channelsync.state import ListingState
from channelsync.vault import redact

__all__ = ["EVERY", "Taking"]

EVERY: Final = timedelta(seconds=20)
"""How often a queue is asked: as often as Booking.com allows (documented), which mails owners after 30 minutes."""
_MOST: Final = 500
_LONGEST_ROOM: Final = 60

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
            waiting = len(deliveries)
            theirs, unread = self._states(account.channel) if deliveries else ({}, frozenset[str]())
            deliveries = tuple(one for one in deliveries if not any(room in unread for room, _ in one.stays))
            lost = [one for one in deliveries if unlinked(one, theirs, self._now())]
            if lost:
                self._tell(account, lost, theirs)
            known = [one for one in deliveries if one not in lost and is_settled(one, theirs)]
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
        return waiting - len(known)

    def _tell(self, account: AccountReport, lost: Collection[Delivery], linked: Collection[str]) -> None:
        """Tell of reservations for listings that are linked to nothing; what was told already writes nothing."""
        now = self._now()
        with self._manager.ledger.reading() as tx:
            owner = next((one.owner for one in tx.accounts() if one.id == account.id), None)
            told = [_told(account, owner, one, linked, now) for one in lost]
            new = [one for one in told if tx.notice(one.key) is None]
        if new:
            with self._manager.ledger.transaction() as tx:
                for one in new:
                    tx.add_notice(notice_record(one))

    def _states(self, channel: str) -> tuple[dict[str, tuple[ListingState, date]], frozenset[str]]:
        """Return what is remembered of the channel's listings, by the platform's ids, with today's date there.

        All of the channel: two accounts may be the same one on the platform, and share its queue. The listings of a
        lodging that cannot be read come apart: their messages wait, and keep no other's waiting.

        Raises:
            LedgerError: none can be read.
        """
        now, found = self._now(), dict[str, tuple[ListingState, date]]()
        with self._manager.ledger.reading() as tx:
            links = {one.id: one for one in tx.listings() if one.channel == channel and one.account is not None}
        units, unread = sorted({link.unit for link in links.values()}), set[UnitId]()
        for name in units:
            try:
                unit = self._manager.state(name)
            except LedgerError as error:
                unread.add(name)
                if len(unread) == len(units):
                    raise
                _log.warning("messages of lodging %s wait: %s", name, error)
                continue
            mine = [one for one in unit.active if one.id in links]
            found |= {links[one.id].external_id: (one, unit.unit.today(now)) for one in mine}
        return found, frozenset(link.external_id for link in links.values() if link.unit in unread)


def _told(
    account: AccountReport, owner: OwnerId | None, lost: Delivery, linked: Collection[str], now: datetime
) -> Notice:
    """Return what the owner is told of a reservation, without its guest: one fact for all accounts that hear of it."""
    stays, said = unlinked(lost, linked, now), sorted(f"{room} {stay}" for room, stay in lost.stays)
    fact = of_service(NoticeKind.NOT_LINKED, now, account.channel, lost.code, *said, owner=owner)
    rooms = tuple(dict.fromkeys(f"{account.channel}:{room[:_LONGEST_ROOM]}" for room, _ in stays))
    nights = Nights.union(stay.nights for _, stay in stays)
    return evolve(fact, data=Details(account.name, fact.data.timezone, account.channel, nights, rooms))
