"""The owner of the unit, who sees each platform's own pages and always tells the truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final, final

from channelsync import orders
from channelsync.claims import Category, Claim, Kind
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, ClaimId, ListingId
from channelsync.nights import Nights
from channelsync.observation import Verdict
from channelsync.policy import Policy
from channelsync.state import UnitState
from channelsync.takeover import Answer, Question, answer, open_until, questions
from channelsync.testing.world.house import KilledError
from channelsync.testing.world.script import Act
from channelsync.testing.world.side import Side
from channelsync.testing.world.truth import Entry

if TYPE_CHECKING:
    from channelsync.testing.world.world import World

__all__ = ["Owner"]

_MOST_ANSWERS: Final = 8
"""What an owner has the patience for in one evening."""


@final
class Owner:
    """What the owner does with us: orders, and answers of an evening."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._made = count(1)

    # -- the owner, here -----------------------------------------------------------------------------------------------

    def order(self, change: Callable[[UnitState], UnitState]) -> bool:
        """Let the owner order something; False where it was refused, or our machine is off."""
        if not self.world.house.up:
            return False
        try:
            self.world.house.order(change, self.world.now)
        except UsageError:
            return False
        except KilledError:
            self.world.die()
            return False
        return True

    def _claim_id(self) -> ClaimId:
        return ClaimId(f"own-{next(self._made)}")

    def _make(self, name: ClaimId, entry: Entry, change: Callable[[UnitState], UnitState]) -> bool:
        """Let the owner make something here; where our process was killed, they look whether it stands."""
        done = self.order(change)
        if done or self._stands(name):
            self.world.judge.entries.standing[name] = entry
            self.world.judge.entries.keep(self.world.house.state, self.world.sides)
        return done

    def _end(self, name: ClaimId, change: Callable[[UnitState], UnitState]) -> bool:
        """Let the owner end something made here."""
        known = self.world.judge.entries.standing
        entry = known.pop(name, None)
        done = self.order(change)
        if entry is not None and not done and self._stands(name):
            known[name] = entry
        return done

    def _stands(self, name: ClaimId) -> bool:
        return any(claim.id == name for claim in self.world.house.state.own)

    def block_here(self, act: Act) -> None:
        """Block nights."""
        stay, name, at = self.world.wanted(act), self._claim_id(), self.world.now + self.world.house.skew
        if self._make(name, Entry(stay), lambda state: orders.block(state, name, stay, Category.PERSONAL, "", at)):
            self.world.did(act, "the owner blocks {} here", stay)

    def reserve_here(self, act: Act) -> None:
        """Type in a guest of the owner's own."""
        stay, name, at = self.world.wanted(act), self._claim_id(), self.world.now + self.world.house.skew
        if self._make(name, Entry(stay, guest=True), lambda state: orders.reserve(state, name, stay, at)):
            self.world.did(act, "the owner takes a guest for {}", stay)

    def adopt_here(self, act: Act) -> None:
        """Let the owner type in a platform's newest guest, whom its calendar may not show yet."""
        side = self.world.sides[act.on]
        new = max(side.platform.reservations(), key=lambda one: (one.booked_at, one.id), default=None)
        if new is None or new.stay.departure <= self.world.today:
            return
        name, at, stay, key = self._claim_id(), self.world.now + self.world.house.skew, new.stay, side.key
        typed_in = Entry(stay, key, guest=True)
        if self._make(name, typed_in, lambda state: orders.reserve(state, name, stay, at, channel=ChannelName(key))):
            self.world.did(act, "the owner types in {} of {}", stay, side.key)

    def end_here(self, act: Act) -> None:
        """End something of the owner's own."""
        own = [claim for claim in self.world.house.state.own if claim.channel is None]
        if own:
            gone = own[act.draw % len(own)]
            if self._end(gone.id, lambda state: orders.cancel(state, gone.id, gone.kind)[0]):
                self.world.did(act, "the owner ends {} here", gone.stay)

    def evening(self, act: Act) -> None:
        """Look in of an evening, if our machine is on."""
        if self.world.house.up:
            self.world.tally.acts[act.deed.value] += 1
            self.look_in()

    def look_in(self) -> None:
        """Let the owner, who sees each platform's own pages, answer what is asked, and end what is over."""
        self.world.accounts.granted()
        for _ in range(_MOST_ANSWERS):
            order = self._next_order()
            if order is None or not order():
                return

    def _next_order(self) -> Callable[[], bool] | None:
        """Return what the owner does next, None when nothing is asked any more."""
        self.world.house.flush()
        state, at = self.world.house.state, self.world.now + self.world.house.skew
        for question in questions(state):
            change = self._answer(question)
            if change is not None:
                return partial(self.order, change)
        for side in self.world.sides:
            if self._all_gone(state, side):
                self.world.say("the owner confirms what vanished from {}", side.key)
                return partial(self.order, _confirmed(side.id, at, self.world.house.policy))
        for claim in state.own:
            if claim.channel is not None and claim.kind is not Kind.HOLD and not self._still_booked(claim):
                self.world.say("the owner ends {} here", claim.stay)
                return partial(self._end, claim.id, _cancelled(claim))
        change = self._copy_in_conflict(state)
        return None if change is None else partial(self.order, change)

    def _answer(self, question: Question) -> Callable[[UnitState], UnitState] | None:
        """Return what the owner says to a question: the truth."""
        side = self._side(question.listing)
        at = self.world.now + self.world.house.skew
        if question.claim is None:
            day = side.platform.habits.opened_until
            if day is None or day <= self.world.today:
                return None
            self.world.say("the owner says that {} is open until {}", side.key, day)
            return lambda state: open_until(state, question.listing, day, at)
        said = self._what(side, question.claim, question.of)
        if said is Answer.MINE:
            side.called_theirs(question.claim)
        self.world.say("the owner says that {!r} is {}", question.claim, said.value)
        return _answered(question.id, said)

    def _what(self, side: Side, claim: Claim, of: Claim | None) -> Answer:
        nights = claim.nights.since(self.world.today)
        if nights.overlaps(side.platform.sold(self.world.now)):
            double = of is not None and of.listing is not None and self._is_guest(self._side(of.listing), of)
            if of is not None and double:  # also where the two, beside copies of each other, share no night
                self.world.judge.entries.both_guests.add(frozenset((claim.id, of.id)))
            return Answer.DOUBLE if double else Answer.RESERVATION
        mine = side.closed_by_owner(self.world.now) | side.platform.fixed["preparation"]
        return Answer.MINE if nights.overlaps(mine) else Answer.OLD_LINK

    def _is_guest(self, side: Side, claim: Claim) -> bool:
        return claim.nights.overlaps(side.platform.sold(self.world.now))

    def _all_gone(self, state: UnitState, side: Side) -> bool:
        """Whether what a suspect look lost is really gone, so that the owner may confirm it."""
        listing = state.of(side.id)
        if listing.verdict is not Verdict.SUSPECT:
            return False
        gone = Nights.union(claim.nights for claim in listing.claims if claim.missing) | listing.hiding
        return bool(gone) and not gone.overlaps(
            side.platform.sold(self.world.now) | side.closed_by_owner(self.world.now)
        )

    def _still_booked(self, claim: Claim) -> bool:
        side = next(one for one in self.world.sides if one.key == claim.channel)
        return claim.nights <= side.platform.sold(self.world.now)

    def _copy_in_conflict(self, state: UnitState) -> Callable[[UnitState], UnitState] | None:
        """Return the owner's word on one side of a double booking that is no guest's and nobody's."""
        for conflict in self.world.house.plan.conflicts:
            for claim in conflict.claims:
                if claim.listing is None or claim not in state.claims:
                    continue
                side = self._side(claim.listing)
                if claim.kind in side.listing.traits.identified or claim.missing:
                    continue
                taken = side.platform.sold(self.world.now) | side.closed_by_owner(self.world.now)
                if not taken.overlaps(claim.nights.since(self.world.today)):
                    self.world.say("the owner says that {!r} is a copy", claim)
                    return _answered(claim.id, Answer.OLD_LINK)
        return None

    def _side(self, listing: ListingId) -> Side:
        return next(side for side in self.world.sides if side.id == listing)


def _confirmed(listing: ListingId, at: datetime, policy: Policy) -> Callable[[UnitState], UnitState]:
    return lambda state: orders.confirm(state, listing, at, policy)[0]


def _cancelled(claim: Claim) -> Callable[[UnitState], UnitState]:
    return lambda state: orders.cancel(state, claim.id, claim.kind)[0]


def _answered(question: str, said: Answer) -> Callable[[UnitState], UnitState]:
    return lambda state: answer(state, question, said)
