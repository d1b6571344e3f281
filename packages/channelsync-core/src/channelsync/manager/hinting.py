"""Hints: somebody says that a listing may have changed, so it is looked at at once.

A hint carries no truth, only a reason to look: a lost, doubled or forged one costs a request at most. It is stored
before anybody acts on it, in one transaction with the time of the next look, and only then the queue is woken; if that
fails, the row is due all the same. Who gave the hint hears that it is taken once it is durable; the look, which changes
nothing, begins meanwhile.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve

from channelsync.cadence import HealthEvent, after
from channelsync.errors import UsageError
from channelsync.ids import ListingId
from channelsync.ledger import Transaction
from channelsync.manager.desk import Desk

__all__ = ["HINTS", "Hinting"]

HINTS: Final = frozenset(
    {HealthEvent.HINT, HealthEvent.MAIL_HINT, HealthEvent.STREAM_UP, HealthEvent.STREAM_DOWN},
)
"""What may be hinted; everything else is what a look brings."""


class Hinting(Desk):
    """Taking in what webhooks, mails and the owner's tap say."""

    def hint(self, listing: ListingId, event: HealthEvent = HealthEvent.HINT) -> bool:
        """Take a hint: the listing is looked at at once, or as soon as its platform allows; a mail's also later again.

        Returns:
            Whether the listing is linked; a hint for one that is not does nothing.

        Raises:
            UsageError: the event is none that can be hinted.
            LedgerError: the hint could not be stored.
        """
        if event not in HINTS:
            msg = f"{event.value} is what a look brings, not a hint"
            raise UsageError(msg)
        linked = False

        def woken() -> None:
            if linked and self.wake is not None and event is not HealthEvent.STREAM_DOWN:
                self.wake(listing)

        with self.ledger.transaction(then=woken) as tx:
            linked = self._hinted(tx, listing, event)
        return linked

    def _hinted(self, tx: Transaction, listing: ListingId, event: HealthEvent) -> bool:
        """Book the hint and make the listing due; False where it is not linked."""
        now, noted = self._now(), tx.looks(listing)
        if noted is None:
            return False
        at = now
        if noted.looks.health is not None:  # else it was never looked at, and is due anyway
            health = after(noted.looks.health, event, now, 0.0, self.policy)
            tx.note(listing, evolve(noted.looks, health=health))
            at = health.next_at
        return event is HealthEvent.STREAM_DOWN or tx.mark_due(listing, at, now=now)
