"""Some units at one moment: whatever is asked of a picture comes out of one reading transaction, and fits together.

Each answer takes as many statements for many units as for one, and what follows from the states alone takes none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final, final

from channelsync.adapter import Registry
from channelsync.claims import Claim
from channelsync.ids import ListingId, UnitId
from channelsync.inventory import Unit
from channelsync.ledger import Link, Transaction
from channelsync.manager import telling
from channelsync.manager.reports import ClaimReport, ConflictReport, ExposureReport, LinkStatus, QuestionReport
from channelsync.manager.visitors import Visitor, names, rhythms_of
from channelsync.nights import Nights
from channelsync.policy import Policy
from channelsync.state import ListingState, UnitState

__all__ = ["Picture"]

_LATELY: Final = timedelta(days=2)
_ONE_DAY: Final = timedelta(days=1)


@final
class Picture:
    """What `Asking.picture` gives, to be asked inside its block alone."""

    def __init__(
        self, tx: Transaction, states: Sequence[UnitState], now: datetime, registry: Registry, policy: Policy
    ) -> None:
        """Keep what it is of: ``states`` as ``tx`` shows them, at the time ``now``."""
        self.tx: Final = tx
        self.states: Final = tuple(states)
        self.now: Final = now
        self._registry: Final = registry
        self._policy: Final = policy
        self._rhythms: dict[ListingId, timedelta | None] = {}

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units, in the order they were added."""
        return tuple(state.unit for state in self.states)

    @property
    def _ids(self) -> tuple[UnitId, ...]:
        return tuple(state.unit.id for state in self.states)

    def claims(self, *, since: date | None = None, before: date | None = None) -> tuple[ClaimReport, ...]:
        """Return what takes nights from today on, unit by unit, in order.

        With ``since``, also what is over and whose departure was on that day or later; with ``before``, only what
        begins before that day.
        """
        found: list[ClaimReport] = []
        over: Mapping[UnitId, tuple[Claim, ...]] = {}
        if since is not None:
            over = self.over(since=since, before=before)
        for state in self.states:
            first = state.unit.today(self.now) + _ONE_DAY if since is None else since
            current = [one for one in state.claims if one.stay.departure >= first]
            current += over.get(state.unit.id, ())
            chosen = [one for one in current if before is None or one.stay.arrival < before]
            found += [telling.claim_report(state, one) for one in sorted(chosen, key=lambda one: (one.stay, one.id))]
        return tuple(found)

    def over(self, *, since: date, before: date | None = None) -> Mapping[UnitId, tuple[Claim, ...]]:
        """Return, by unit, what is over, departed that day or later, and began before the other."""
        return self.tx.all_over(self._ids, since=since, before=before or date.max)

    def dismissed(self) -> frozenset[str]:
        """Return the conflicts that stand and are known to their owners, by id."""
        return self.tx.all_dismissed(self._ids)

    def conflicts(self) -> tuple[ConflictReport, ...]:
        """Return the conflicts that stand."""
        dismissed = self.dismissed()
        return tuple(one for state in self.states for one in telling.conflict_reports(state, self.now, dismissed))

    def exposed(self) -> tuple[ExposureReport, ...]:
        """Return the nights that are taken elsewhere and not proven closed, listing by listing."""
        told = [state for state in self.states if any(one.exposed for one in state.active)]
        often = self.rhythms([one.id for state in told for one in state.active if one.exposed])
        page = self._page_finder([state.unit.id for state in told])
        return tuple(
            one for state in told for one in telling.exposure_reports(state, self.now, self._policy, often, page)
        )

    def questions(self) -> tuple[QuestionReport, ...]:
        """Return what only the owner can explain."""
        return tuple(one for state in self.states for one in telling.question_reports(state, self._registry))

    def status(self) -> tuple[LinkStatus, ...]:
        """Return how the listings fare; an unlinked one only while a restore waits for it."""
        told = [(state, one) for state in self.states for one in state.listings if not one.retired or one.owed_since]
        callers = self.tx.all_callers(
            [one.id for _, one in told], visitor=Visitor.OTHER.value, since=self.now - _LATELY, until=self.now
        )
        return tuple(telling.status(state, one, self._misplaced(one, callers[one.id])) for state, one in told)

    def rhythms(self, listings: Iterable[ListingId] | None = None) -> Mapping[ListingId, timedelta]:
        """Return within what time each linked listing's platform, or each of these, is known to come back and read."""
        every = [one.id for state in self.states for one in state.active] if listings is None else list(listings)
        asked = [one for one in every if one not in self._rhythms]
        self._rhythms.update(dict.fromkeys(asked))
        self._rhythms.update(rhythms_of(self.tx, asked, self.now))
        return {one: often for one in every if (often := self._rhythms[one]) is not None}

    def left(self) -> Mapping[UnitId, tuple[str, ...]]:
        """Return, by unit, the keys of unlinked listings whose platform may still read the address it was given."""
        return self.tx.links_left(self._ids)

    def _misplaced(self, listing: ListingState, clients: Collection[str]) -> tuple[str, ...]:
        """Say which other platforms have read a listing's calendar lately: its address was pasted there."""
        if not clients:
            return ()
        own = listing.listing.channel
        titles = {one.name: one.title for one in self._registry.plugins}
        others = [one for one in self._registry.plugins if one.name != own]
        theirs = sorted({one.title for one in others if names(clients, one.readers)})
        return tuple(f"{one} reads the calendar that is meant for {titles.get(own, own)}" for one in theirs)

    def _page_finder(self, units: Collection[UnitId]) -> Callable[[ListingId, Nights], str]:
        """Return what finds the page on which an owner closes nights; the links are read for the first one."""

        @cache
        def links() -> dict[ListingId, Link]:
            every = self.tx.all_links(units).values()
            return {link.id: link for those in every for link in those if link.retired_at is None}

        def page(listing: ListingId, nights: Nights) -> str:
            return telling.closing_page(self._registry, links()[listing], nights) if listing in links() else ""

        return page
