"""An owner leaves: everything that is theirs is forgotten in one transaction, and no platform opens a night by it.

An address that ends, or an empty calendar, would have platforms open what they closed for us, at a moment that nobody
chose. So each calendar in force goes on being given out as it was, without the lodging's name and with nobody behind
it, until its last night is over and a month more; then its address answers 410. Where the owner says that our calendars
are removed everywhere, nothing is left behind. While a unit that was restored waits for its looks nobody leaves
otherwise: its calendar may lack what was sold meanwhile, and what a platform does with an address that ends is unknown.

What was closed through an API stays closed: nobody opens it from here any more. The audit trail stays; it holds ids and
dates, and no name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.errors import UsageError
from channelsync.ical.render import render
from channelsync.ids import ListingId, OwnerId
from channelsync.inventory import Unit
from channelsync.ledger import Farewell, Transaction
from channelsync.ledger.farewell_rows import FAREWELL, farewell_id
from channelsync.ledger.feed_rows import CALENDAR, REPLACED
from channelsync.manager.desk import Desk
from channelsync.manager.publishing import entries
from channelsync.orders import recovering
from channelsync.state import ListingState

__all__ = ["Leaving", "Left"]

_AFTER: Final = timedelta(days=31)
"""So long after its last night a last calendar is given out; so long again its address answers 410."""


@final
@frozen
class Left:
    """What became of an owner who has left.

    ``units`` is how many lodgings were theirs; ``calendars`` how many calendars go on being given out, ``until`` when
    the last of them ends, None where there is none.
    """

    owner: OwnerId
    units: int
    calendars: int = 0
    until: datetime | None = None


class Leaving(Desk):
    """Owners who leave."""

    def delete_owner(self, ref: str, *, calendars_removed: bool = False, actor: str = "owner") -> Left:
        """Forget an owner with everything that is theirs; see the head of the module. It cannot be undone.

        Args:
            ref: the owner's id or name.
            calendars_removed: the owner's word that our calendars are removed on every platform: none is kept.
            actor: who says so, for the audit trail.

        Raises:
            UsageError: there is no such owner, or a lodging of theirs has not been looked at whole since a restore.
            LedgerError: the database cannot be used, or was written to meanwhile; nothing is deleted then.
            VaultError: the address of a calendar cannot be opened; nothing is deleted then.
        """
        now = self._now()
        with self.ledger.transaction() as tx:
            owner = tx.owner_by(ref)
            tx.hold_owner(owner.id)
            units = tx.units(owner.id)
            last = [] if calendars_removed else [one for unit in units for one in self._last(tx, unit, now)]
            tx.forget_owner(owner.id)
            tx.forget_farewells(now - _AFTER)
            for token, calendar in last:
                name = farewell_id()
                sealed = self.vault.seal(FAREWELL, name, token)
                tx.put_secret(FAREWELL, name, sealed, fingerprint=self.vault.fingerprint(token), at=now)
                tx.put_farewell(name, calendar)
            told = {"owner": owner.id, "units": len(units), "calendars": len(last)}
            tx.audit(actor, "owner deleted", told, at=now)
        return Left(owner.id, len(units), len(last), max((one.until for _, one in last), default=None))

    def _last(self, tx: Transaction, unit: Unit, now: datetime) -> Iterator[tuple[str, Farewell]]:
        """Yield the tokens of a unit's calendars, each with the calendar that it is to lead to from now on."""
        state = tx.load(unit.id, self._traits)
        if recovering(state):
            msg = f"{unit.name} has not been looked at on every platform since the restore"
            raise UsageError(msg, advice="Wait until it has been, or remove our calendars on the platforms first.")
        for one in state.active:
            if one.revisions:
                calendar = _farewell(one, now)
                yield from ((token, calendar) for token in self._tokens(tx, one.id))

    def _tokens(self, tx: Transaction, listing: ListingId) -> Iterator[str]:
        """Yield the tokens of a listing's addresses, the earlier ones as well."""
        for kind, name in [(CALENDAR, str(listing)), *((REPLACED, one) for one in tx.replaced(listing))]:
            sealed = tx.secret(kind, name)
            if sealed is not None:
                yield self.vault.unseal(kind, name, sealed)


def _farewell(listing: ListingState, now: datetime) -> Farewell:
    """Return a listing's calendar in force as it is left behind."""
    ends = (datetime.combine(run.stay.departure, time(), UTC) for run in listing.revisions[-1].runs)
    return Farewell(max((now, *ends)) + _AFTER, render(entries(listing), name=""))
