"""The manager as one owner may see it: nothing of another owner can be named through here.

Whatever a page shows or changes goes by a `Mine`. A lodging, a claim, a conflict or an account of somebody else's is
answered exactly as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar, final

from attrs import frozen
from litestar.exceptions import NotFoundException

from channelsync.claims import Claim
from channelsync.ids import ListingId
from channelsync.inventory import Owner, Unit
from channelsync.ledger import Link
from channelsync.manager import (
    AccountReport,
    ClaimReport,
    ConflictReport,
    ExposureReport,
    LinkStatus,
    Manager,
    QuestionReport,
)
from channelsync.manager.desk import notice_of
from channelsync.manager.visitors import rhythms
from channelsync.notices import Notice, Period
from channelsync.service.telling import notices_of, owner_notices
from channelsync.state import UnitState

__all__ = ["Mine"]

T = TypeVar("T")


@final
@frozen
class Mine:
    """What belongs to ``owner``. Each method reads anew; all of them block, so pages are made in threads."""

    manager: Manager
    owner: Owner

    def units(self) -> tuple[Unit, ...]:
        """Return the owner's lodgings, in the order they were added."""
        with self.manager.ledger.reading() as tx:
            return tx.units(self.owner.id)

    def unit(self, unit_id: str) -> Unit:
        """Return one lodging by its id.

        Raises:
            NotFoundException: the owner has none of that id.
        """
        return self._found(self.units(), lambda unit: unit.id == unit_id)

    def linked(self, unit: Unit, key: str) -> Link:
        """Return the linked listing of that key.

        Raises:
            NotFoundException: the lodging has none.
        """
        return self._found(self.manager.links(unit), lambda one: one.key == key)

    def left(self, unit: Unit) -> tuple[str, ...]:
        """Return the keys of unlinked listings whose platform may still read the address that it was given."""
        with self.manager.ledger.reading() as tx:
            there = tx.listings(unit.id, retired=True)
            linked = {one.key for one in there if one.retired_at is None}
            gone = [one for one in there if one.key not in linked and not tx.link_removed(one.id)]
        return tuple(dict.fromkeys(one.key for one in gone))

    def claims(self, *, since: date | None = None) -> tuple[ClaimReport, ...]:
        """Return what takes nights of the owner's lodgings from today on; with ``since``, also what left since then."""
        return tuple(claim for unit in self.units() for claim in self.manager.claims(unit, since=since))

    def claim(self, claim_id: str) -> ClaimReport:
        """Return one of them.

        Raises:
            NotFoundException: the owner has none of that id.
        """
        return self._found(self.claims(), lambda claim: claim.id == claim_id)

    def states(self) -> tuple[UnitState, ...]:
        """Return everything remembered of each of the owner's lodgings."""
        return tuple(self.manager.state(unit) for unit in self.units())

    def taking(self, claim_id: str) -> tuple[UnitState, Claim]:
        """Return what takes nights, whole, and everything remembered of its lodging.

        Raises:
            NotFoundException: the owner has none of that id.
        """
        pairs = tuple((state, claim) for state in self.states() for claim in state.claims)
        return self._found(pairs, lambda pair: pair[1].id == claim_id)

    def over(self, units: Iterable[Unit], *, since: date) -> tuple[tuple[Claim, ...], ...]:
        """Return, lodging by lodging, what is over and departed that day or later."""
        with self.manager.ledger.reading() as tx:
            return tuple(tx.claims_over(unit.id, since=since) for unit in units)

    def dismissed(self) -> frozenset[str]:
        """Return the conflicts that are known to their owners, by id."""
        with self.manager.ledger.reading() as tx:
            return frozenset(one.id for one in tx.conflicts() if one.dismissed_at)

    def status(self) -> tuple[LinkStatus, ...]:
        """Return how each of the owner's listings fares."""
        return tuple(one for unit in self.units() for one in self.manager.status(unit))

    def conflicts(self) -> tuple[ConflictReport, ...]:
        """Return the conflicts that stand."""
        return tuple(one for unit in self.units() for one in self.manager.conflicts(unit))

    def conflict(self, conflict_id: str) -> ConflictReport:
        """Return one of them.

        Raises:
            NotFoundException: the owner has none of that id.
        """
        return self._found(self.conflicts(), lambda one: one.id == conflict_id)

    def exposed(self) -> tuple[ExposureReport, ...]:
        """Return the nights taken elsewhere and not proven closed, listing by listing."""
        return tuple(one for unit in self.units() for one in self.manager.exposed(unit))

    def questions(self) -> tuple[QuestionReport, ...]:
        """Return what only the owner can explain."""
        return tuple(one for unit in self.units() for one in self.manager.questions(unit))

    def rhythms(self) -> Mapping[ListingId, timedelta]:
        """Return within what time each platform is known to come back and read us."""
        states, now = self.states(), self.manager.time()
        with self.manager.ledger.reading() as tx:
            return {listing: every for state in states for listing, every in rhythms(tx, state, now).items()}

    def notices(self, *, since: datetime, before: datetime, limit: int) -> tuple[Notice, ...]:
        """Return what there was to tell, latest first: about the lodgings, and about none of them."""
        units, span = self.units(), Period(since, before)
        with self.manager.ledger.reading() as tx:
            found = [one for unit in units for one in tx.notices(unit.id, since=since, before=before, limit=limit)]
            first = tx.owners()[0].id
            others = [one for one in owner_notices(tx, self.owner.id, span, first=first) if one.unit is None]
        every = sorted((*notices_of(found), *others), key=lambda one: one.at, reverse=True)
        return tuple(every[:limit])

    def accounts(self) -> tuple[AccountReport, ...]:
        """Return the owner's platform accounts."""
        with self.manager.ledger.reading() as tx:
            own = {one.id for one in tx.accounts() if one.owner == self.owner.id}
        return tuple(one for one in self.manager.accounts() if one.id in own)

    def notice(self, key: str) -> Notice | None:
        """Return a notice by its key, None where there is none or it is for somebody else."""
        with self.manager.ledger.reading() as tx:
            record = tx.notice(key)
            if record is None:
                return None
            found = notice_of(record)
            theirs = found.owner or (tx.owner_of(found.unit) if found.unit else tx.owners()[0].id)
        return found if theirs == self.owner.id else None

    @staticmethod
    def _found(those: tuple[T, ...], fits: Callable[[T], bool]) -> T:
        for one in those:
            if fits(one):
                return one
        raise NotFoundException
