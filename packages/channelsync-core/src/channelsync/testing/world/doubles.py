"""Double bookings held against what is told of them: none is missed or played down, and none is told that is not so.

Who stays where is the platforms' own truth, and what the owner made here is the owner's. A pair of guests counts from
the moment when both have been shown to us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import combinations, permutations
from typing import Final, final

from attrs import define, field, frozen

from channelsync.claims import Claim, Kind, Standing
from channelsync.conflicts import Certainty, Conflict
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.state import UnitState
from channelsync.testing.world.laws import Breach, Law
from channelsync.testing.world.side import Side
from channelsync.testing.world.tally import Tally
from channelsync.testing.world.truth import Entries, veiled

__all__ = ["Doubles"]

Pair = tuple[str, str]

_RANKS: Final = {one: rank for rank, one in enumerate(reversed(Certainty))}
_ECHO: Final = "a guest behind what looks like our own closing"
_UNOPENED: Final = "a guest within the part of a calendar that is not open"


@final
@frozen
class _Guest:
    """A guest of a platform, or one whom the owner typed in here: then ``side`` is None, and ``of`` whose it is."""

    id: str
    side: Side | None
    stay: Stay
    of: str = ""

    @property
    def listing(self) -> ListingId | None:
        """The listing, None for one typed in here."""
        return self.side.id if self.side is not None else None

    @property
    def shown(self) -> Nights:
        """The nights that we know of."""
        return self.stay.nights if self.side is None else self.side.seen.get(self.id, NO_NIGHTS) & self.stay.nights

    def may_be(self, other: _Guest) -> bool:
        """Whether one of the two was typed in for the platform that the other is on: they are the same guest."""
        return any(one.of and two.side and one.of == two.side.key for one, two in ((self, other), (other, self)))


@final
@define
class _Double:
    """A real double booking: since when both sides have been shown, and since when nothing stands in the way."""

    guests: tuple[_Guest, _Guest]
    since: datetime
    nights: Nights
    found: str = ""
    excuse: str = ""
    clear_since: datetime | None = None
    broken: bool = False

    @property
    def what(self) -> str:
        """Which two guests."""
        return f"two guests, on {' and '.join(sorted(one.listing or 'here' for one in self.guests))}"


@final
@define
class Doubles:
    """The double bookings of one unit."""

    sides: list[Side]
    entries: Entries
    tally: Tally
    grace: timedelta
    broke: Callable[[Breach], None]
    _known: dict[Pair, _Double] = field(factory=dict[Pair, _Double])
    _told: dict[str, Certainty] = field(factory=dict[str, Certainty])
    """Every conflict told, with the greatest certainty that it was told with."""

    def judge(self, state: UnitState, conflicts: Iterable[Conflict], now: datetime, today: date) -> None:
        """Compare what is told after a step with what is so."""
        guests = self._guests(today)
        told: dict[Pair, Certainty] = {}
        standing = list(self._doubled(guests, today))
        for pair, double in standing:
            if pair not in self._known:
                self._known[pair] = _Double(double, now, self._shared(double, today))
                self.tally.real_conflicts += 1
        for conflict in conflicts:
            self._judge(conflict, guests, told, now)
        for pair, double in standing:
            self._follow(self._known[pair], double, told.get(pair), state, now, today)

    def ended(self) -> None:
        """Count what was found; one that nothing has ever excused was to be told."""
        for double in self._known.values():
            if double.found:
                self.tally.found[double.found] += 1
            elif double.excuse:
                self.tally.undecidable[double.excuse] += 1
            elif not double.broken:
                self._missed(double, double.since, double.nights, "never told")

    def _guests(self, today: date) -> list[_Guest]:
        """Return every guest who has not left."""
        booked = [_Guest(one.id, side, one.stay) for side in self.sides for one in side.platform.reservations()]
        typed_in = [
            _Guest(name, None, one.stay, one.channel) for name, one in self.entries.standing.items() if one.guest
        ]
        return [one for one in (*booked, *typed_in) if one.stay.departure > today]

    @staticmethod
    def _shared(pair: tuple[_Guest, _Guest], today: date) -> Nights:
        return (pair[0].shown & pair[1].shown).since(today)

    def _doubled(self, guests: list[_Guest], today: date) -> Iterable[tuple[Pair, tuple[_Guest, _Guest]]]:
        """Yield the pairs on two listings that share a night which both have shown.

        One typed in for a platform is judged once that platform shows the guest.
        """
        for one, other in combinations(guests, 2):
            apart = one.listing != other.listing and not (one.of or other.of)
            if apart and one.stay.overlaps(other.stay) and self._shared((one, other), today):
                yield (one.id, other.id), (one, other)

    def _judge(self, conflict: Conflict, guests: list[_Guest], told: dict[Pair, Certainty], now: datetime) -> None:
        """Compare what is told with what is so."""
        listings = {claim.listing for claim in conflict.claims}
        meant = False
        for one, other in combinations(guests, 2):
            if {one.listing, other.listing} != listings or not one.stay.overlaps(other.stay) or one.may_be(other):
                continue
            if (one.stay.nights & other.stay.nights).overlaps(conflict.nights):
                meant = True
                pair = one.id, other.id
                told[pair] = max(told.get(pair, conflict.certainty), conflict.certainty, key=_RANKS.__getitem__)
                self._find(pair, conflict.certainty, now)
        before = self._told.get(conflict.id)
        if before is not None and _RANKS[conflict.certainty] <= _RANKS[before]:
            return  # once one of the guests has cancelled, only the owner may be able to tell
        self._told[conflict.id] = conflict.certainty
        if meant or any(claim.kind is Kind.HOLD for claim in conflict.claims) or self._is_said(conflict, guests):
            return
        self.tally.false_conflicts[conflict.certainty.value] += 1
        word = frozenset(claim.id for claim in conflict.claims) in self.entries.both_guests
        if conflict.certainty is Certainty.CERTAIN and not word:
            what = f"told as certain: {conflict.claims[0]!r} and {conflict.claims[1]!r}"
            self.broke(Breach(Law.FALSE, now, None, conflict.nights, what))

    def _is_said(self, conflict: Conflict, guests: list[_Guest]) -> bool:
        """Whether a platform itself says that one of the two is a guest, in an old copy perhaps, beside a real one."""
        for claim, other in permutations(conflict.claims):
            said = self._said(claim) & conflict.nights
            real = [one.stay.nights for one in guests if one.listing == other.listing]
            if said.overlaps(Nights.union(real) | self._said(other)):
                return True
        return False

    def _said(self, claim: Claim) -> Nights:
        """Return the nights of a claim that its platform's last answer said to be a guest's."""
        said = NO_NIGHTS
        for side in self.sides:
            if side.id == claim.listing and claim.kind in side.listing.traits.identified and not claim.missing:
                said = claim.nights & side.named
        return said

    def _find(self, pair: Pair, certainty: Certainty, now: datetime) -> None:
        double = self._known.get(pair)
        if double is not None and not double.found:
            double.found = certainty.value
            self.tally.noticing.add((now - double.since).total_seconds() / 60)

    def _follow(
        self,
        double: _Double,
        guests: tuple[_Guest, _Guest],
        told: Certainty | None,
        state: UnitState,
        now: datetime,
        today: date,
    ) -> None:
        """Hold a double booking against what is told of it now."""
        plain, excuse = self._plain(self._shared(guests, today), guests, state, now)
        if not plain:
            double.excuse, double.clear_since = excuse, None
            return
        double.clear_since = double.clear_since or now
        if not double.found and now - double.clear_since > self.grace:
            self._missed(double, now, plain, "not told although nothing hides them any more")
        loud = told is not None and told is not Certainty.POSSIBLE
        if not loud and _sure_of(guests[0], plain, state).overlaps(_sure_of(guests[1], plain, state)):
            self._missed(double, now, plain, "told too quietly" if told else "not told, though both are known")

    def _plain(self, nights: Nights, guests: Iterable[_Guest], state: UnitState, now: datetime) -> tuple[Nights, str]:
        """Return the nights on which nothing stands in the way of telling, and what does on the others."""
        excuse = ""
        for side in [one.side for one in guests if one.side is not None]:
            listing = state.of(side.id)
            for why, hidden in ((_ECHO, veiled(side, state, now, self.grace)), (_UNOPENED, listing.aside.nights)):
                if nights & hidden:
                    nights, excuse = nights - hidden, why
        return nights, excuse

    def _missed(self, double: _Double, at: datetime, nights: Nights, what: str) -> None:
        if not double.broken:
            double.broken = True
            self.broke(Breach(Law.MISSED, at, None, nights, f"{double.what}, {what}:"))


def _sure_of(guest: _Guest, nights: Nights, state: UnitState) -> Nights:
    """Return on which nights a guest is known for certain: identified by the platform or the owner, or a firm claim.

    Both have to be on one night: where direct links stand, a platform's run that is merged of a guest and of the other
    one's copy is a copy on some nights and a claim on others, and so may the other one's be, each where the other one's
    is not. Not one whose claim is missing from what the platform shows just now, nor while a listing owes a look since
    our memory was put back to an earlier day.
    """
    if guest.side is None:
        return nights if any(claim.id == guest.id for claim in state.own) else NO_NIGHTS
    listing = state.of(guest.side.id)
    if listing.owed_since is not None and listing.looked_at is None:
        return NO_NIGHTS
    identified = listing.listing.traits.identified
    return nights & Nights.union(
        claim.nights
        for claim in listing.claims
        if claim.missing is None and (claim.standing is Standing.FIRM or claim.kind in identified)
    )
