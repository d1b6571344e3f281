"""The owner's orders: blocks, reservations typed in, confirmations, answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from channelsync import orders, takeover
from channelsync.claims import Category, Claim, Kind
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, ClaimId
from channelsync.inventory import Unit
from channelsync.manager.desk import Desk, by_key, new_claim_id
from channelsync.nights import Nights, Stay
from channelsync.state import UnitState
from channelsync.takeover import Answer

__all__ = ["Ordering"]

_OPENS: Final = "-opens"


class Ordering(Desk):
    """What the owner makes here, and what only the owner knows."""

    def block(
        self, unit: Unit | str, stay: Stay, *, category: str = "personal", note: str = "", insist: bool = False
    ) -> Claim:
        """Close nights on every platform, for the owner's own reasons.

        Raises:
            UsageError: the category is unknown, the nights are over, or a guest has them and ``insist`` is not given.
        """
        (made,) = self.block_together([self.unit(unit)], stay, category=category, note=note, insist=insist)
        return made

    def block_together(
        self, units: Iterable[Unit], stay: Stay, *, category: str = "personal", note: str = "", insist: bool = False
    ) -> tuple[Claim, ...]:
        """Close the same nights of several lodgings: of all of them, or of none.

        Raises:
            UsageError: as with `block`, for one of them; then nothing is closed anywhere.
        """
        why = _category(category)
        made: list[Claim] = []
        with self._changing_together(units, insist=insist) as changes:
            for change in changes:
                claim = new_claim_id()
                change.state = orders.block(change.state, claim, stay, why, note, change.now, insist=insist)
                made.append(change.state.own[-1])
                change.audit("nights blocked", claim=claim, stay=str(stay))
        return tuple(made)

    def unblock(self, claim: str) -> Claim:
        """End a block made here."""
        return self._ended(claim, Kind.BLOCK)

    def reserve(
        self,
        unit: Unit | str,
        stay: Stay,
        *,
        channel: str | None = None,
        guest: str = "",
        note: str = "",
        insist: bool = False,
    ) -> Claim:
        """Record a reservation by hand. With ``channel``, the one later seen on that platform adopts it.

        Raises:
            UsageError: the nights are over or taken and ``insist`` is not given, or the unit is not on that channel.
        """
        claim = new_claim_id()
        with self._changing(unit, insist=insist) as change:
            on = ChannelName(by_key(change.state, channel).listing.key) if channel else None
            change.state = orders.reserve(
                change.state, claim, stay, change.now, channel=on, guest=guest, note=note, insist=insist
            )
            made = change.state.own[-1]
            change.audit("reservation entered", claim=claim, stay=str(stay))
        return made

    def cancel(self, claim: str) -> Claim:
        """End a reservation entered by hand."""
        return self._ended(claim, Kind.RESERVATION)

    def change(
        self,
        claim: str,
        stay: Stay,
        *,
        category: str | None = None,
        note: str | None = None,
        guest: str | None = None,
        insist: bool = False,
    ) -> Claim:
        """Give a block or a reservation made here other nights, or other words; what is None stays as it is.

        The calendars change in one step: what it gains is closed, what it leaves opens, and what it keeps stays closed.

        Raises:
            UsageError: it is no such claim, its nights are over, or what it gains is taken and ``insist`` is not given.
        """
        why = None if category is None else _category(category)
        with self._changing(self._unit_of(claim), insist=insist) as change:
            change.state, changed = orders.change(
                change.state, ClaimId(claim), stay, change.now, category=why, note=note, guest=guest, insist=insist
            )
            change.audit(f"{changed.kind.value} changed", claim=claim, stay=str(stay))
        return changed

    def again(self, unit: Unit | str, claim: str) -> Claim:
        """Make again a block or a reservation that the owner ended here by mistake.

        Raises:
            UsageError: nothing of that id was ended there, its nights are over, or they have been taken meanwhile.
        """
        with self._changing(unit) as change:
            ended = change.tx.cancelled(change.state.unit.id, ClaimId(claim))
            if ended is None:
                raise _unknown(claim)
            change.state = orders.again(change.state, ended, change.now)
            change.audit(f"{ended.kind.value} made again", claim=claim, stay=str(ended.stay))
        return ended

    def _ended(self, claim: str, kind: Kind) -> Claim:
        """End one of the owner's claims, whichever unit it is on."""
        with self._changing(self._unit_of(claim)) as change:
            change.state, ended = orders.cancel(change.state, ClaimId(claim), kind)
            change.audit(f"{kind.value} ended", claim=claim)
        return ended

    def _unit_of(self, claim: str) -> Unit:
        """Return the lodging that a claim is on."""
        with self.ledger.reading() as tx:
            unit = tx.unit_of_claim(ClaimId(claim))
            if unit is None:
                raise _unknown(claim)
            return tx.unit_by(unit)

    def confirm(self, unit: Unit | str, channel: str) -> Nights:
        """Take the owner's word that what vanished from a listing is gone.

        Returns:
            The nights that are released.
        """
        with self._changing(unit) as change:
            listing = by_key(change.state, channel)
            change.state, found = orders.confirm(change.state, listing.id, change.now, self.policy)
            change.findings += found
            change.audit("disappearance confirmed", listing=listing.id)
        return Nights.union(one.nights for one in found)

    def dismiss(self, conflict: str) -> None:
        """Mark a conflict as known; it is shown again when it changes."""
        now = self._now()
        with self.ledger.transaction() as tx:
            tx.dismiss(conflict, at=now)
            tx.audit("owner", "conflict dismissed", {"conflict": conflict}, at=now)

    def undismiss(self, conflict: str) -> None:
        """Take a dismissal back: the conflict is shown as one to act on again.

        Raises:
            UsageError: no conflict that stands has that id.
        """
        now = self._now()
        with self.ledger.transaction() as tx:
            tx.undismiss(conflict)
            tx.audit("owner", "dismissal taken back", {"conflict": conflict}, at=now)

    def answer(self, unit: Unit | str, question: str, said: str) -> None:
        """Record the owner's answer to one question of the takeover: a word, or the date an open calendar ends."""
        with self._changing(unit) as change:
            change.state = _answered(change.state, question, said, change.now)
            change.audit("question answered", question=question, said=said)

    def links_removed(self, unit: Unit | str) -> None:
        """Record that the direct links between the platforms are gone; the watch of 48 hours begins."""
        with self._changing(unit) as change:
            change.state = takeover.links_removed(change.state, change.now)
            change.audit("direct links removed")


def _category(category: str) -> Category:
    try:
        return Category(category)
    except ValueError:
        msg = f"unknown category: {category[:40]!r}"
        raise UsageError(msg, advice=f"Use one of {', '.join(one.value for one in Category)}.") from None


def _unknown(claim: str) -> UsageError:
    msg = f"nothing here is called {claim[:40]!r}"
    return UsageError(msg, advice="`channelsync unit show UNIT` lists what takes nights, with ids.")


def _answered(state: UnitState, question: str, said: str, now: datetime) -> UnitState:
    """Apply an answer: one of the four words, or a date where the question is where a calendar ends."""
    for listing in state.active:
        if question == f"{listing.listing.key}{_OPENS}":
            try:
                return takeover.open_until(state, listing.id, date.fromisoformat(said), now)
            except ValueError:
                msg = f"not a date: {said[:40]!r}"
                raise UsageError(msg, advice="Answer with the first date that is not open yet: YYYY-MM-DD.") from None
    try:
        word = Answer(said)
    except ValueError:
        msg = f"not an answer: {said[:40]!r}"
        raise UsageError(msg, advice=f"Answer with one of {', '.join(one.value for one in Answer)}.") from None
    return takeover.answer(state, question, word)
