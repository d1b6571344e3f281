"""The laws of the world, held against the simulators' own truth after every step, and what caution costs.

A law that breaks is written down with its night; nothing stops, so that one life may break several. What the truth of a
night is comes from the platforms alone: who has sold it, what the owner closed there, what the owner made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final, final

from attrs import define, field

from channelsync.adapter import Delivery
from channelsync.claims import Claim, Kind, Standing
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Verdict
from channelsync.reconcile import Plan
from channelsync.state import ListingState, UnitState
from channelsync.testing.world.doubles import Doubles
from channelsync.testing.world.laws import Breach, Law
from channelsync.testing.world.measures import measure
from channelsync.testing.world.noticing import Noticing
from channelsync.testing.world.side import Side
from channelsync.testing.world.tally import Durations, Tally
from channelsync.testing.world.truth import Entries, copied, echoed, veiled
from channelsync.traits import EchoHabit

__all__ = ["Breach", "Judge", "Law"]

_EDGE: Final = 3
"""Nights on either side of what moves with the date."""


@final
@define
class _Kept:
    """Nights closed with no true claim left: since when, and what keeps them."""

    nights: Nights
    since: datetime
    why: str


@final
@define
class Judge:
    """Watches one unit."""

    sides: list[Side]
    tally: Tally
    grace: timedelta
    breaches: list[Breach] = field(factory=list[Breach])
    entries: Entries = field(factory=Entries)
    heard: Callable[[Breach], None] | None = None
    """Told of every breach as it happens; what it raises ends the life there (`channelsync.testing.world.shrink`)."""
    _lost: dict[ListingId, Nights] = field(factory=dict[ListingId, Nights])
    _doubtful: dict[ListingId, Nights] = field(factory=dict[ListingId, Nights])
    _kept: dict[ListingId, list[_Kept]] = field(factory=dict[ListingId, list[_Kept]])
    noticing: Noticing = field(init=False)
    _doubles: Doubles = field(init=False)
    _compared: tuple[object, ...] = ()
    _judged: tuple[object, ...] = ()
    _matters: dict[ListingId, tuple[ListingState, tuple[object, ...]]] = field(
        factory=dict[ListingId, tuple[ListingState, tuple[object, ...]]]
    )

    def __attrs_post_init__(self) -> None:
        """Let the double bookings and the notices be judged as well."""
        self.noticing = Noticing(self.broke)
        self._doubles = Doubles(self.sides, self.entries, self.tally, self.grace, self.broke)

    # -- after every step ----------------------------------------------------------------------------------------------

    def stepped(self, before: UnitState, after: UnitState, plan: Plan, now: datetime, today: date) -> None:
        """Hold the laws of safety against a step that changed something."""
        for side in self.sides:
            side.platform.sold(now)  # what was read before and is due takes force
            if after is not before:
                side.veiled = veiled(side, after, now, self.grace)
        self.entries.keep(after, self.sides)
        entered = tuple(self.entries.standing.values())
        met = (today, plan.conflicts, entered, *((side.platform.edits, side.shown) for side in self.sides))
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
                side.note_habit(after.of(side.id))
        self._doubles.judge(after, plan.conflicts, now, today)
        self.noticing.judge(after, plan.conflicts, now)
        self.keep(after, now, today)

    def _surely_taken(self, place: Side, sellers: list[Side], state: UnitState, now: datetime) -> Nights:
        """Return what was sold, or closed by the owner, and shown by these, but for what nobody can tell from an echo.

        Where a guest may hide behind an echo on more than one listing, nobody can tell which of them to try first. No
        guest hides where a firm claim of the listing that sold the night says so.
        """
        several = Nights.shared(one.hiding for one in state.listings)
        sure: list[Nights] = []
        for side in sellers:
            listing = state.of(side.id)
            firm = _nights(claim for claim in listing.claims if claim.standing is Standing.FIRM)
            hidden = listing.hiding & several & echoed(side, state, now, self.grace)
            sure.append(side.sold_seen - (hidden - firm))
            sure.append(self._closings(side, place, listing, now))
        return Nights.union(sure)

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
        others = [other for other in self.sides if other is not side]
        sold = Nights.union(other.sold_seen | other.closings_seen for other in others).since(today) - own
        opened = (before.of(side.id).published - listing.published) & sold
        if opened:
            wrong = opened & self._surely_taken(side, others, before, now)
            self.tally.hidden_openings += wrong != opened
            if wrong:
                self._breach(Law.WRONG, now, side, wrong, "opened although sold elsewhere and shown:")
        missing = sold - listing.published - opened - side.closed_by_others(now)
        if missing:
            missing &= Nights.union(self._plain(other, side, after, now) for other in others)
        doubtful = missing & _doubtful(after, listing) if missing else NO_NIGHTS
        if not doubtful <= self._doubtful.get(side.id, NO_NIGHTS):
            self.tally.left_in_doubt += 1
        self._doubtful[side.id] = doubtful
        missing -= doubtful
        if missing and not missing <= self._lost.get(side.id, NO_NIGHTS):
            self._breach(Law.LOST, now, side, missing, "sold elsewhere and shown, but not closed:")
        missing |= self._entered(side, before, after, own, now, today)
        self._lost[side.id] = missing

    def _entered(
        self, side: Side, before: UnitState, after: UnitState, own: Nights, now: datetime, today: date
    ) -> Nights:
        """What the owner made here is closed, and stays so: nothing excuses its opening. Return what is not closed."""
        published = after.of(side.id).published
        missing = self.entries.elsewhere(side, today) - own - published
        opened = missing & before.of(side.id).published
        if opened:
            self._breach(Law.WRONG, now, side, opened, "opened although the owner has made something here:")
        missing -= side.closed_by_others(now)
        if not missing - opened <= self._lost.get(side.id, NO_NIGHTS):
            self._breach(Law.LOST, now, side, missing, "made here by the owner, but not closed:")
        return missing

    def _plain(self, side: Side, place: Side, state: UnitState, now: datetime) -> Nights:
        """Return what a listing has sold, or its owner closed there, and shown, but for what may be an echo."""
        sold = side.sold_seen - veiled(side, state, now, self.grace)
        return sold | self._closings(side, place, state.of(side.id), now)

    def _closings(self, side: Side, place: Side, listing: ListingState, now: datetime) -> Nights:
        """Return what the owner has closed on a listing, and it has shown, that another place has to keep closed.

        Not what may be our own closing come back, nor where it lies under a copy of what that other place has shown:
        of the two, which look the same, the owner is asked about the guest alone.
        """
        copies = _nights(
            one for one in listing.claims if one.standing is Standing.MIRRORED and one.credited == place.id
        )
        return side.closings_seen - copied(side, listing, now, self.grace) - (copies & place.shown_ever)

    # -- what leaves us for an API -------------------------------------------------------------------------------------

    def wrote(self, side: Side, closing: Nights, opening: Nights, now: datetime) -> None:
        """Nothing is opened that is known to be sold anywhere, or that its owner closed there and we did not."""
        del closing
        for one in self.sides:
            one.count_sold()
        sold = Nights.union(one.sold_seen for one in self.sides)
        owners, _ = side.platform.hands
        if opening & sold:
            self._breach(Law.WRONG, now, side, opening & sold, "opened by a write although sold and shown:")
        if opening & owners:
            self._breach(Law.WRONG, now, side, opening & owners, "opened although its owner closed it there:")

    def gave(self, side: Side, nights: Nights, now: datetime) -> None:
        """No calendar opens what was sold and shown before our memory was put back to an earlier day.

        What is still known is judged as we publish; an old copy between us and the platform is not our doing.
        """
        gone = side.given.last - nights if side.stale is None else NO_NIGHTS
        side.given.add(nights, now)
        wrong = gone & Nights.union(one.sold_forgotten for one in self.sides if one is not side)
        wrong -= side.platform.sold(now)
        if wrong:
            self._breach(Law.WRONG, now, side, wrong, "given as open by a memory that had forgotten who bought it:")

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
        others = [one for one in self.sides if one is not side]
        sold = stay.nights & Nights.union(one.sold_seen for one in others)
        if free and sold:
            wrong = sold & self._surely_taken(side, others, state, now)
            self.tally.hidden_openings += wrong != sold
            if wrong:
                self._breach(Law.WRONG, now, side, wrong, "let be sold although sold elsewhere and shown:")

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

    def _true(self, side: Side, state: UnitState, taken: list[Nights]) -> Nights:
        """Return the nights that somebody really has, seen from one listing."""
        others = Nights.union(nights for place, nights in enumerate(taken) if place != side.place)
        mine = Nights.union(one.stay.nights for one in self.entries.standing.values() if one.channel != side.key)
        mine |= Nights.union(one.nights for one in state.own if one.kind is Kind.HOLD and one.channel != side.key)
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
            least |= self.entries.elsewhere(side, today)
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
        self._doubles.ended()
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
        self.broke(Breach(law, now, side.id if side else None, nights, what))

    def broke(self, breach: Breach) -> None:
        """Write down that a law was broken, and let it be heard."""
        self.tally.broken[breach.law] += 1
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
    """Return the edges of what moves with the date in a platform's calendar: a claim or a wait for a day or two."""
    reasons = side.platform.reasons(now)
    runs = Nights.union(nights for why, nights in reasons.items() if why not in side.platform.fixed).runs()
    return Nights.of(*[day for run in runs for day in (run.arrival, run.departure)]).widened(_EDGE)


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
