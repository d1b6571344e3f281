"""Some units at one moment: whatever is asked of a picture comes out of one reading transaction, and fits together.

Each answer takes as many statements for many units as for one, and what follows from the states alone takes none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar, cast, final

from channelsync.adapter import Registry
from channelsync.claims import Claim
from channelsync.ids import ListingId, OwnerId, UnitId
from channelsync.inventory import Unit
from channelsync.ledger import Link, Transaction
from channelsync.manager import telling
from channelsync.manager.reports import ClaimReport, ConflictReport, ExposureReport, LinkStatus, QuestionReport
from channelsync.manager.serving import served_since
from channelsync.manager.visitors import Visitor, names, rhythms_of
from channelsync.nights import Nights
from channelsync.state import ListingState, UnitState

__all__ = ["Drawings", "Drawn", "Picture", "retired"]

_LATELY: Final = timedelta(days=2)
_ONE_DAY: Final = timedelta(days=1)
_MOST_DRAWN: Final = 12
_MOST_OWNERS: Final = 32
"""With a dozen pages of each: some megabytes at most."""

T = TypeVar("T")


@final
class Drawn:
    """What was asked of the same states before, and follows from them: whoever asks again gets it as it is.

    States are the same only where every version, look and reading that is stored says so; what a stranger's visit or a
    notice changes is not among it. Threads may share one: what two of them draw at once is the same.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: Final[dict[tuple[object, ...], Any]] = {}
        self._lock: Final = threading.Lock()

    def get(self, asked: tuple[object, ...], draw: Callable[[], T]) -> T:
        """Return what that question was answered, from ``draw`` where nobody has asked it yet."""
        with self._lock:
            if asked in self._kept:
                return cast("T", self._kept[asked])
        made = draw()
        with self._lock:
            while len(self._kept) >= _MOST_DRAWN:  # one window of the calendar after the other
                del self._kept[next(iter(self._kept))]
            return cast("T", self._kept.setdefault(asked, made))


@final
class Drawings:
    """What was asked of the states of the owners who looked last, each with the very states that it is of."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._kept: Final[dict[OwnerId, tuple[tuple[UnitState, ...], Drawn]]] = {}
        self._lock: Final = threading.Lock()

    def of(self, owner: OwnerId, states: tuple[UnitState, ...]) -> Drawn:
        """Return what was asked of these very states; the ledger gives the same value while all of it is as it was."""
        with self._lock:
            kept = self._kept.pop(owner, None)
            if kept is None or kept[0] is not states:
                kept = states, Drawn()
            while len(self._kept) >= _MOST_OWNERS:
                del self._kept[next(iter(self._kept))]
            self._kept[owner] = kept
            return kept[1]


@final
class Picture:
    """What `Asking.picture` gives, to be asked inside its block alone."""

    def __init__(
        self,
        tx: Transaction,
        states: Sequence[UnitState],
        now: datetime,
        registry: Registry,
        drawn: Drawn | None = None,
    ) -> None:
        """Keep what it is of: ``states`` as ``tx`` shows them, at the time ``now``; ``drawn`` is of the same states."""
        self.tx: Final = tx
        self.states: Final = tuple(states)
        self.now: Final = now
        self._registry: Final = registry
        self._drawn: Final = Drawn() if drawn is None else drawn

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units, in the order they were added."""
        return tuple(state.unit for state in self.states)

    @property
    def _ids(self) -> tuple[UnitId, ...]:
        return tuple(state.unit.id for state in self.states)

    @property
    def in_hand(self) -> tuple[UnitState, ...]:
        """The states of the lodgings that are looked after: without those that are `retired`."""
        return tuple(state for state in self.states if not retired(state))

    def kept(self, asked: tuple[object, ...], draw: Callable[[], T]) -> T:
        """Return what was made of these very states on this day, or make it.

        ``asked`` is its name, and everything that it follows from beside the states and the day: no time of day, and
        nothing of the ledger that can change without them.
        """
        days = tuple(one.unit.today(self.now) for one in self.states)
        return self._drawn.get((days, *asked), draw)

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
        asked = since, before or date.max
        return self._drawn.get(("over", *asked), lambda: self.tx.all_over(self._ids, since=asked[0], before=asked[1]))

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
        return tuple(one for state in told for one in telling.exposure_reports(state, self.now, often, page))

    def questions(self) -> tuple[QuestionReport, ...]:
        """Return what only the owner can explain."""
        return self._drawn.get(
            ("questions",),
            lambda: tuple(one for state in self.states for one in telling.question_reports(state, self._registry)),
        )

    def status(self) -> tuple[LinkStatus, ...]:
        """Return how the listings fare; an unlinked one only while a restore waits for it."""
        told = [(state, one) for state in self.states for one in state.listings if not one.retired or one.owed_since]
        callers = self._callers([one.id for _, one in told])
        return tuple(telling.status(state, one, self._misplaced(one, callers[one.id])) for state, one in told)

    def rhythms(self, listings: Iterable[ListingId] | None = None) -> Mapping[ListingId, timedelta]:
        """Return within what time each linked listing's platform, or each of these, is known to come back and read."""
        every = [one.id for state in self.states for one in state.active] if listings is None else list(listings)
        known = self._drawn.get(("rhythms", _hour(self.now)), dict[ListingId, timedelta | None])
        asked = [one for one in every if one not in known]
        if asked:
            known.update(dict.fromkeys(asked) | dict(rhythms_of(self.tx, asked, self.now)))
        return {one: often for one in every if (often := known[one]) is not None}

    def served_since(self) -> datetime:
        """Return since when our calendars have been there to be read without a gap."""
        return served_since(self.tx, self.now)

    def left(self) -> Mapping[UnitId, tuple[str, ...]]:
        """Return, by unit, the keys of unlinked listings whose platform may still read the address it was given."""
        return self.tx.links_left(self._ids)

    def _callers(self, listings: Sequence[ListingId]) -> Mapping[ListingId, tuple[str, ...]]:
        """Return which other platforms' clients have come lately; nobody has, where nobody has come since the last."""
        hour, span = _hour(self.now), {"since": self.now - _LATELY, "until": self.now}
        return self._drawn.get(
            ("callers", hour, self.tx.newest().visit),
            lambda: self.tx.all_callers(listings, visitor=Visitor.OTHER.value, **span),
        )

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


def _hour(at: datetime) -> datetime:
    """Return the hour of a time: days or weeks of visits are hardly others within one."""
    return at.replace(minute=0, second=0, microsecond=0)


def retired(state: UnitState) -> bool:
    """Whether a lodging is in its owner's hands alone: every listing was unlinked, and nothing is entered here."""
    return bool(state.listings) and not state.active and not state.own
