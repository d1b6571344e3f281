"""The manager as one owner may see it: nothing of another owner can be named through here.

Whatever a page shows or changes goes by a `Mine`. A lodging, a claim, a conflict or an account of somebody else's is
answered exactly as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar, final

from attrs import frozen
from litestar.exceptions import NotFoundException

from channelsync.claims import Claim
from channelsync.inventory import Owner, Unit
from channelsync.ledger import Link
from channelsync.manager import (
    AccountReport,
    ClaimReport,
    ConflictReport,
    Manager,
)
from channelsync.manager.desk import notice_of
from channelsync.manager.picture import Picture
from channelsync.notices import Notice
from channelsync.service.laying import lying
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

    @contextmanager
    def picture(self) -> Generator[Picture]:
        """Give everything about the owner's lodgings at one moment, for a page that shows much of it."""
        with self.manager.picture(self.owner.id) as it:
            yield it

    def left(self, unit: Unit) -> tuple[str, ...]:
        """Return the keys of unlinked listings whose platform may still read the address that it was given."""
        with self.manager.ledger.reading() as tx:
            return tx.links_left([unit.id])[unit.id]

    def laid(self, state: UnitState) -> Mapping[str, datetime]:
        """Return when which of our calendars was laid on static hosting, by listing; none where we serve them."""
        return lying(self.manager, state) if self.manager.laid_out else {}

    def claim(self, claim_id: str) -> ClaimReport:
        """Return something that takes nights of the owner's lodgings from today on.

        Raises:
            NotFoundException: the owner has none of that id.
        """
        with self.picture() as it:
            return self._found(it.claims(), lambda claim: claim.id == claim_id)

    def states(self) -> tuple[UnitState, ...]:
        """Return everything remembered of each of the owner's lodgings."""
        with self.picture() as it:
            return it.states

    def taking(self, claim_id: str) -> tuple[UnitState, Claim]:
        """Return what takes nights, whole, and everything remembered of its lodging.

        Raises:
            NotFoundException: the owner has none of that id.
        """
        pairs = tuple((state, claim) for state in self.states() for claim in state.claims)
        return self._found(pairs, lambda pair: pair[1].id == claim_id)

    def dismissed(self) -> frozenset[str]:
        """Return the conflicts that are known to the owner, by id."""
        with self.picture() as it:
            return it.dismissed()

    def conflicts(self) -> tuple[ConflictReport, ...]:
        """Return the conflicts that stand."""
        with self.picture() as it:
            return it.conflicts()

    def conflict(self, conflict_id: str) -> ConflictReport:
        """Return one of them.

        Raises:
            NotFoundException: the owner has none of that id.
        """
        return self._found(self.conflicts(), lambda one: one.id == conflict_id)

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
