"""The laws of the world, held against the simulators' own truth after every step, and what caution costs.

A law that breaks is written down with its night; nothing stops, so that one life may break several. What the truth of a
night is comes from the platforms alone: who has sold it, what the owner closed there, what the owner made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Final, final

from attrs import define, field, frozen

from channelsync.adapter import Delivery
from channelsync.claims import Claim, Standing
from channelsync.conflicts import Certainty, Conflict
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Verdict
from channelsync.reconcile import Plan
from channelsync.state import ListingState, UnitState
from channelsync.testing.values import Reservation
from channelsync.testing.world.measures import measure
from channelsync.testing.world.side import Side
from channelsync.testing.world.tally import Durations, Tally
from channelsync.traits import EchoHabit

__all__ = ["Breach", "Judge", "Law"]

Pair = tuple[str, str]

_EDGE: Final = 3
"""Nights on either side of what moves with the date."""


class Law:
    """The names of the laws, as they are printed."""

    LOST: Final = "no lost night"
    WRONG: Final = "no wrong opening"
    GHOST: Final = "no ghost"
    PING_PONG: Final = "no ping-pong"
    MISSED: Final = "no missed conflict"
    FALSE: Final = "no false certain conflict"
    NOTICES: Final = "no notice lost"
    SHORT_CUT: Final = "short cut equal"
    FORGOTTEN: Final = "no message forgotten"
    ALL: Final = (LOST, WRONG, GHOST, PING_PONG, MISSED, FALSE, NOTICES, SHORT_CUT)
    APIS: Final = (FORGOTTEN,)
    """Those that only a life with APIs can break."""


@final
@frozen
class Breach:
    """A law that was broken: when, where, on which nights, and what happened."""

    law: str
    at: datetime
    listing: ListingId | None
    nights: Nights
    what: str

    def __str__(self) -> str:
        """Say it in one line."""
        where = f" on {self.listing}" if self.listing else ""
        return f"{self.at:%Y-%m-%d %H:%M} {self.law}{where}: {self.what} {told(self.nights)}".rstrip()


@final
@define
class _Kept:
    """Nights closed with no true claim left: since when, and what keeps them."""

    nights: Nights
    since: datetime
    why: str


@final
@define
class _Double:
    """A real double booking: since when both sides have been shown, and what stands in the way of telling."""

    since: datetime
    listings: frozenset[ListingId]
    nights: Nights
    found: str = ""
    excuse: str = ""


@final
@define
class Judge:
    """Watches one unit."""

    sides: list[Side]
    tally: Tally
    breaches: list[Breach] = field(factory=list[Breach])
    heard: Callable[[Breach], None] | None = None
    """Told of every breach as it happens; what it raises ends the life there (`channelsync.testing.world.shrink`)."""
    _lost: dict[ListingId, Nights] = field(factory=dict[ListingId, Nights])
    _doubtful: dict[ListingId, Nights] = field(factory=dict[ListingId, Nights])
    _kept: dict[ListingId, list[_Kept]] = field(factory=dict[ListingId, list[_Kept]])
    _doubles: dict[Pair, _Double] = field(factory=dict[Pair, _Double])
    _told: set[str] = field(factory=set[str])
    _compared: tuple[object, ...] = ()
    _judged: tuple[object, ...] = ()
    _matters: dict[ListingId, tuple[ListingState, tuple[object, ...]]] = field(
        factory=dict[ListingId, tuple[ListingState, tuple[object, ...]]]
    )

    # -- after every step ----------------------------------------------------------------------------------------------

    def stepped(self, before: UnitState, after: UnitState, plan: Plan, now: datetime, today: date) -> None:
        """Hold the laws of safety against a step that changed something."""
        for side in self.sides:
            side.platform.sold(now)  # what was read before and is due takes force
        met = (today, plan.conflicts, *((side.platform.edits, side.shown) for side in self.sides))
        meant = [(one.published, one.claims, one.hiding, one.verdict) for one in after.listings]
        if (met, meant) == self._compared:
            return
        self._compared = (met, meant)
        judged = (
            met,
            [self._matter(one) for one in after.listings],
            after.own,
            [one.published for one in before.listings],
        )
        if judged == self._judged:
            return
        self._judged = judged
        for side in self.sides:
            side.count_sold()
        if after is not before:
            for side in self.sides:
                self._closed_and_open(side, before, after, now, today)
        self._conflicts(after, plan, now, today)
        self.keep(after, now, today)

    def _matter(self, listing: ListingState) -> tuple[object, ...]:
        """Return all that the laws are held against, made once for each state of a listing."""
        known = self._matters.get(listing.id)
        if known is None or known[0] is not listing:
            known = self._matters[listing.id] = (listing, _judged(listing))
        return known[1]

    def _closed_and_open(self, side: Side, before: UnitState, after: UnitState, now: datetime, today: date) -> None:
        """Nothing known to be sold elsewhere is opened; all of it is closed at the end of the step."""
        listing = after.of(side.id)
        own = side.platform.sold(now)
        sold = Nights.union(other.sold_seen for other in self.sides if other is not side).since(today) - own
        opened = (before.of(side.id).published - listing.published) & sold
        several = [one for one in before.listings if one.hiding.overlaps(opened)]
        if len(several) > 1:  # a guest may hide behind an echo on either: nobody can tell which to try first
            self.tally.hidden_openings += 1
        elif opened:
            self._breach(Law.WRONG, now, side, opened, "opened although sold elsewhere and shown:")
        hidden = Nights.union(other.echo for other in after.listings)
        missing = sold - listing.published - opened - side.closed_by_others(now)
        missing -= hidden
        doubtful = missing & _doubtful(after, listing) if missing else NO_NIGHTS
        if not doubtful <= self._doubtful.get(side.id, NO_NIGHTS):
            self.tally.left_in_doubt += 1
        self._doubtful[side.id] = doubtful
        missing -= doubtful
        if missing and not missing <= self._lost.get(side.id, NO_NIGHTS):
            self._breach(Law.LOST, now, side, missing, "sold elsewhere and shown, but not closed:")
        self._lost[side.id] = missing

    # -- what leaves us for an API -------------------------------------------------------------------------------------

    def wrote(self, side: Side, closing: Nights, opening: Nights, now: datetime) -> None:
        """Nothing is opened that is known to be sold anywhere, or that its owner closed there and we did not."""
        del closing
        for one in self.sides:
            one.count_sold()
        sold = Nights.union(one.sold_seen for one in self.sides)
        owners, ours = side.platform.hands
        if opening & sold:
            self._breach(Law.WRONG, now, side, opening & sold, "opened by a write although sold and shown:")
        if opening & (owners - ours):
            self._breach(Law.WRONG, now, side, opening & (owners - ours), "opened although its owner closed it there:")

    def acknowledged(self, side: Side, deliveries: tuple[Delivery, ...], state: UnitState, now: datetime) -> None:
        """No message is acknowledged before the ledger holds what it is about, as it really is."""
        self.tally.acknowledged += len(deliveries)
        today = state.unit.today(now)
        claims = state.of(side.id).claims
        for one in deliveries:
            side.said(one.code, state.of(side.id))
            booked = [each.stay for each in side.platform.reservations() if each.code == one.code]
            held = Nights.union(claim.nights for claim in claims if claim.code == one.code and not claim.missing)
            lost = Nights.of(*booked).since(today) - held
            if lost:
                self._breach(Law.FORGOTTEN, now, side, lost, "acknowledged, but not in the ledger:")

    def answered(self, side: Side, stay: Stay, state: UnitState, now: datetime, *, free: bool) -> None:
        """No platform is told that it may sell what is known to be sold elsewhere."""
        self.tally.answers += free
        for one in self.sides:
            one.count_sold()
        sold = Nights.union(one.sold_seen for one in self.sides if one is not side)
        hidden = sold & stay.nights & Nights.union(one.hiding for one in state.listings)
        if (
            free and hidden
        ):  # what looks like our own closing is a guest who bought the nights just after we opened them
            self.tally.hidden_openings += 1
            sold -= hidden
        if free and stay.nights & sold:
            self._breach(Law.WRONG, now, side, stay.nights & sold, "let be sold although sold elsewhere and shown:")

    # -- conflicts -----------------------------------------------------------------------------------------------------

    def _conflicts(self, state: UnitState, plan: Plan, now: datetime, today: date) -> None:
        guests = self._guests(today)
        for pair, (one, other), nights in self._doubled(guests):
            if pair not in self._doubles:
                self._doubles[pair] = _Double(now, frozenset((one.id, other.id)), nights)
                self.tally.real_conflicts += 1
            double = self._doubles[pair]
            double.excuse = double.excuse or self._excuse(state, double)
        for conflict in plan.conflicts:
            self._judge(conflict, guests, now)

    def _guests(self, today: date) -> list[tuple[Side, Reservation]]:
        """Return every reservation that is not over, with its platform."""
        return [
            (side, one) for side in self.sides for one in side.platform.reservations() if one.stay.departure > today
        ]

    @staticmethod
    def _doubled(
        guests: list[tuple[Side, Reservation]],
    ) -> Iterable[tuple[Pair, tuple[Side, Side], Nights]]:
        """Yield the pairs of reservations of two platforms that share a night which both have shown."""
        for (side, one), (other_side, other) in combinations(guests, 2):
            if side is not other_side and one.stay.overlaps(other.stay):
                shown = side.seen.get(one.id, NO_NIGHTS) & other_side.seen.get(other.id, NO_NIGHTS)
                if shown:
                    yield (one.id, other.id), (side, other_side), shown

    def _judge(self, conflict: Conflict, guests: list[tuple[Side, Reservation]], now: datetime) -> None:
        """Compare what is told with what is so."""
        listings = {claim.listing for claim in conflict.claims}
        meant = False
        for (side, one), (other_side, other) in combinations(guests, 2):
            if {side.id, other_side.id} != listings or not one.stay.overlaps(other.stay):
                continue
            if (one.stay.nights & other.stay.nights).overlaps(conflict.nights):
                meant = True
                self._find((one.id, other.id), conflict.certainty, now)
        if meant:
            self._told.add(conflict.id)  # once one of the guests has cancelled, only the owner may be able to tell
        if None in listings or conflict.id in self._told:
            return
        self._told.add(conflict.id)
        self.tally.false_conflicts[conflict.certainty.value] += 1
        if conflict.certainty is Certainty.CERTAIN:
            what = f"told as certain: {conflict.claims[0]!r} and {conflict.claims[1]!r}"
            self._breach(Law.FALSE, now, None, conflict.nights, what)

    def _find(self, pair: Pair, certainty: Certainty, now: datetime) -> None:
        double = self._doubles.get(pair)
        if double is not None and not double.found:
            double.found = certainty.value
            self.tally.noticing.add(_minutes(now - double.since))

    def _excuse(self, state: UnitState, double: _Double) -> str:
        """Say why nobody can tell this double booking from something harmless; empty where one can."""
        for listing in (state.of(one) for one in double.listings):
            if listing.echo.overlaps(double.nights):
                return "a guest behind what looks like our own closing"
            if listing.aside.nights.overlaps(double.nights):
                return "a guest within the part of a calendar that is not open"
        return ""

    # -- what caution costs --------------------------------------------------------------------------------------------

    def keep(self, state: UnitState, now: datetime, today: date) -> None:
        """Count how long nights stay closed although nobody has them any more, by what keeps them."""
        taken = self._taken(now)
        for side in self.sides:
            listing = state.of(side.id)
            idle = listing.published.since(today) - self._true(side, state, taken)
            waiting: list[_Kept] = []
            for one in self._kept.get(side.id, []):
                over = one.nights - idle
                for _ in range(len(over.since(today))):
                    self.tally.kept.setdefault(one.why, Durations()).add(_minutes(now - one.since))
                one.nights &= idle
                if one.nights:
                    waiting.append(one)
                idle -= one.nights
            if idle:
                waiting.append(_Kept(idle, now, "not seen yet"))
            causes = _causes(state, side.id) if waiting else []
            self._kept[side.id] = [part for one in waiting for part in _caused(one, causes)]

    def _taken(self, now: datetime) -> list[Nights]:
        """Return what somebody really has on each platform."""
        return [side.platform.sold(now) | side.closed_by_others(now) for side in self.sides]

    @staticmethod
    def _true(side: Side, state: UnitState, taken: list[Nights]) -> Nights:
        """Return the nights that somebody really has, seen from one listing."""
        others = Nights.union(nights for place, nights in enumerate(taken) if place != side.place)
        mine = Nights.union(claim.nights for claim in state.own if claim.channel != side.key)
        turnover = state.unit.turnover
        if turnover:
            own = taken[side.place]
            return (others | mine).widened(turnover) | (own.widened(turnover) - own)
        return others | mine

    # -- at the end ----------------------------------------------------------------------------------------------------

    def ended(self, state: UnitState, now: datetime, today: date) -> None:
        """Hold the laws of convergence, when all has been quiet for long enough."""
        taken = self._taken(now)
        for side in self.sides:
            published = state.of(side.id).published.since(today)
            own = side.platform.sold(now) | side.closed_by_others(now)
            others = [other for other in self.sides if other is not side]
            least = Nights.union(other.platform.sold(now) | other.closed_by_owner(now) for other in others)
            least |= Nights.union(claim.nights for claim in state.own if claim.channel != side.key)
            linked = any(side.place in other.role.direct for other in others)  # the own edge comes back by old links
            moving = Nights.union(_rolling(other, now) for other in (self.sides if linked else others))
            ghosts = published - self._true(side, state, taken) - own - moving
            if ghosts:
                self._breach(Law.GHOST, now, side, ghosts, "closed with no true claim elsewhere:")
            missing = least.since(today) - published - own
            if missing:
                self._breach(Law.GHOST, now, side, missing, "taken elsewhere, but open:")
            if side.line is not None:
                self._written_in_the_end(side, published, own, now, today)
        for double in self._doubles.values():
            if double.found:
                self.tally.found[double.found] += 1
            elif double.excuse:
                self.tally.undecidable[double.excuse] += 1
            else:
                what = f"two guests, on {' and '.join(sorted(double.listings))}, never told:"
                self._breach(Law.MISSED, double.since, None, double.nights, what)
        measure(self.sides, self.tally)

    def _written_in_the_end(self, side: Side, published: Nights, own: Nights, now: datetime, today: date) -> None:
        """What a platform has been told by our writes is what is meant: beside its own, neither more nor less."""
        ours = side.platform.hands[1].since(today)
        if ours - published - own:
            self._breach(Law.GHOST, now, side, ours - published - own, "closed there by our writes, and not meant:")
        still_open = published - own - ours
        if still_open:
            self._breach(Law.GHOST, now, side, still_open, "meant to be closed, and never written:")

    def _breach(self, law: str, now: datetime, side: Side | None, nights: Nights, what: str) -> None:
        self.tally.broken[law] += 1
        breach = Breach(law, now, side.id if side else None, nights, what)
        self.breaches.append(breach)
        if self.heard is not None:
            self.heard(breach)


def _judged(listing: ListingState) -> tuple[object, ...]:
    """Return all that the laws are held against: how often a claim was missed, for one, is no matter to them."""
    claims = [(one.stay, one.nights, one.missing is None, one.standing) for one in listing.claims]
    return (listing.published, claims, listing.hiding, listing.verdict, listing.echo, listing.aside.nights)


def _doubtful(state: UnitState, listing: ListingState) -> Nights:
    """Return the nights on which nobody can tell a guest elsewhere from a copy or an echo, and may leave open here.

    A copy of what this listing holds, or a suspected claim, closes nothing where the listing's own calendar shows the
    night closed (an old answer, or both have sold it). Where it does not, a copy may take some time to follow, and a
    listing that sends our closings back would keep it alive over the direct links.
    """
    claims = [claim for other in state.listings for claim in other.claims if other is not listing]
    copies = [claim for claim in claims if claim.standing is Standing.MIRRORED and claim.credited == listing.id]
    suspected = [claim for claim in claims if claim.standing is Standing.SUSPECTED]
    feeds = state.takeover.may_be_linked and listing.habit is EchoHabit.ECHOES
    doubtful = _nights([*copies, *suspected]) & listing.closed_there
    return doubtful | _nights(copies) if feeds else doubtful


def _rolling(side: Side, now: datetime) -> Nights:
    """Return where a platform's calendar moves with the date: its edges are a claim or a wait for a day or two."""
    reasons = side.platform.reasons(now)
    return Nights.union(nights for why, nights in reasons.items() if why not in side.platform.fixed).widened(_EDGE)


def _caused(kept: _Kept, causes: list[tuple[str, Nights]]) -> Iterable[_Kept]:
    """Split idle nights by what keeps them closed; the last cause before they open is what counts."""
    nights = kept.nights
    for why, cause in causes:
        here = nights & cause
        if here:
            yield _Kept(here, kept.since, why)
            nights -= here
    if nights:
        yield _Kept(nights, kept.since, kept.why if kept.why == "not seen yet" else "nothing any more")


def _causes(state: UnitState, listing: ListingId) -> list[tuple[str, Nights]]:
    """Return, in the order of their weight, what may keep nights closed on a listing."""
    claims = [(one, claim) for one in state.listings if one.id != listing for claim in one.claims]
    return [
        ("brake", _nights(claim for one, claim in claims if claim.missing and one.verdict is Verdict.SUSPECT)),
        ("release tier", _nights(claim for _, claim in claims if claim.missing)),
        ("suspicion", _nights(claim for _, claim in claims if claim.standing is not Standing.FIRM)),
        ("a claim still shown", _nights(claim for _, claim in claims)),
        ("release hold", Nights.union(one.hiding for one in state.listings)),
    ]


def _nights(claims: Iterable[Claim]) -> Nights:
    return Nights.union(claim.nights for claim in claims)


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def told(nights: Nights) -> str:
    """Return nights as stays, a few of them."""
    runs = nights.runs()
    return ", ".join(map(str, runs[:5])) + (f" and {len(runs) - 5} more" if len(runs) > 5 else "")
