"""The judge of the deterministic world is sharp: mistakes planted into our side from outside are breaches.

`tests.mutation` plants those that are a line of the kernel; here are the others, each put in a function's place, and
steps put together by hand where no mistake of the kernel leads there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Final

import pytest
from attrs import evolve

from channelsync import look
from channelsync.claims import Claim, Kind, Standing
from channelsync.conflicts import Certainty, Conflict
from channelsync.ids import ClaimId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Aside, Event, Observation
from channelsync.policy import DEFAULT_POLICY
from channelsync.proof import Revision
from channelsync.reconcile import Plan
from channelsync.state import ListingState, UnitState
from channelsync.testing.world import CALM, CRASH, Climate, Law, Life, World, drawn, many
from channelsync.testing.world import house as our_side
from channelsync.testing.world.side import Side

pytestmark = [pytest.mark.simulation, pytest.mark.slow]

DAY: Final = timedelta(days=1)
CONFLICTS: Final = import_module("channelsync.conflicts")
RECONCILE: Final = import_module("channelsync.reconcile")
"""The modules: the package gives their functions the same names."""


def broken(seed: int, days: int, words: str = "all") -> set[str]:
    """The laws that a life breaks."""
    return {one.law for one in lived(seed, days, words).breaches}


def lived(seed: int, days: int, words: str = "all") -> Life:
    """A life."""
    return World(drawn(seed, days, Climate.of(words.split()))).played()


# -- double bookings ---------------------------------------------------------------------------------------------------

RACES: Final = "all race=0.3 owner_here=30"


@pytest.fixture
def telling(monkeypatch) -> Callable[[Callable[[Conflict], Conflict | None]], None]:
    """Lets the conflicts be told otherwise than they were found."""
    found = CONFLICTS.conflicts

    def otherwise(change: Callable[[Conflict], Conflict | None]) -> None:
        def told(state: UnitState, today: date) -> tuple[Conflict, ...]:
            return tuple(new for one in found(state, today) if (new := change(one)) is not None)

        for module in (RECONCILE, our_side):
            monkeypatch.setattr(module, "conflicts", told)

    return otherwise


def test_a_life_that_ends_in_an_error_keeps_what_it_broke_before(monkeypatch, telling):
    """An error of our own does not hide the law that broke before it."""
    seed, days, settle = 6, 30, our_side.settle
    telling(lambda one: evolve(one, certainty=Certainty.CERTAIN))
    first = next(one for one in lived(seed, days).breaches if one.law == Law.FALSE)

    def fails(state, at, policy):
        if at > first.at + DAY:
            msg = "no more"
            raise ValueError(msg)
        return settle(state, at, policy)

    monkeypatch.setattr(our_side, "settle", fails)
    harvest = many([seed], days, jobs=1)
    *before, last = [one.law for one in harvest.broken[0].breaches]
    assert Law.FALSE in before
    assert last == CRASH
    assert harvest.tally.broken[Law.FALSE] >= 1
    assert harvest.tally.broken[CRASH] == 1


def test_a_possible_conflict_told_as_certain_later_is_false(telling):
    """Who was first told quietly that two guests may meet is not told later that they do, if they do not."""
    told: set[str] = set()

    def louder(one: Conflict) -> Conflict:
        known = one.id in told
        told.add(one.id)
        return evolve(one, certainty=Certainty.CERTAIN) if known else one

    telling(louder)
    assert Law.FALSE in broken(6, 30)


def test_a_double_booking_is_not_played_down(telling):
    """Two guests who are both known are told loudly, those whom the owner typed in here as well."""
    telling(lambda one: evolve(one, certainty=Certainty.POSSIBLE))
    breaches = [one for one in lived(1, 30, RACES).breaches if one.law == Law.MISSED]
    assert any("and here, told too quietly" in one.what for one in breaches)
    assert any("here" not in one.what for one in breaches)


def test_a_double_booking_is_told_until_one_side_goes(telling):
    """It is not told once and then forgotten."""
    told: dict[str, int] = {}

    def tired(one: Conflict) -> Conflict | None:
        told[one.id] = told.get(one.id, 0) + 1
        return one if told[one.id] <= 3 else None

    telling(tired)
    assert Law.MISSED in broken(1, 30, RACES)


def test_the_guest_typed_in_is_no_second_one(monkeypatch):
    """What the owner typed in for a platform and what that platform shows are one guest: never told as two."""
    monkeypatch.setattr(RECONCILE, "_adopted", lambda state, _: state)
    certainty = CONFLICTS._certainty

    def of_two(first, second, identified, listings):
        if first.is_ours != second.is_ours and CONFLICTS._same_stay(first, second, listings):
            return Certainty.CERTAIN
        return certainty(first, second, identified, listings)

    monkeypatch.setattr(CONFLICTS, "_certainty", of_two)
    assert Law.FALSE in broken(0, 30, RACES)


def test_without_notices_a_law_breaks(monkeypatch):
    """The owner hears of each double booking and of each look that lost too much: what is never made is not sent."""
    monkeypatch.setattr(our_side, "from_findings", lambda *_: ())
    assert {one.what.partition(" without")[0] for one in lived(1, 30).breaches if one.law == Law.NOTICES} == {
        "a double booking",
        "a look that lost too much",
    }


# -- what is taken for an echo, or for the end of a calendar -----------------------------------------------------------


def test_a_guest_taken_for_an_echo_is_a_lost_night(monkeypatch):
    """Only what a calendar of ours can have closed there is excused."""
    attribute = look.attribute

    def soft(before, seen, at, policy, *, complete, last=None):
        found = attribute(before, seen, at, policy, complete=complete, last=last)
        mine = Nights.union(claim.nights for claim in before.claims)
        return evolve(found, echo=found.echo | (seen.soft - mine if before.looked_at else NO_NIGHTS))

    monkeypatch.setattr(look, "attribute", soft)
    assert Law.LOST in broken(9, 20)


def test_the_end_of_a_calendar_closes_nothing_elsewhere(monkeypatch):
    """Only the edges of what moves with the date are excused, not all of it."""
    monkeypatch.setattr(look, "set_aside", lambda *_, **__: Aside())
    assert Law.GHOST in broken(1, 20)


# -- what the owner made -----------------------------------------------------------------------------------------------


def test_what_the_owner_made_here_is_not_forgotten(monkeypatch):
    """The owner's list is the owner's own: a memory that loses an entry does not judge itself."""
    settle = our_side.settle

    def loses(state, at, policy):
        return settle(evolve(state, own=tuple(one for one in state.own if one.stay.arrival.day % 2)), at, policy)

    monkeypatch.setattr(our_side, "settle", loses)
    assert {Law.LOST, Law.WRONG, Law.GHOST} <= broken(0, 30, "all owner_here=60")


def test_what_the_owner_closed_on_a_platform_is_not_opened_at_the_first_miss(monkeypatch):
    """A block that stands there and was shown is closed elsewhere, whatever one wrong answer leaves out."""
    rule = look.rule

    def rash(before, claims, *rest, **others):
        found = rule(before, claims, *rest, **others)
        gone = tuple(one for one in found.claims if one.kind is Kind.BLOCK and one.missing)
        return evolve(
            found, claims=tuple(one for one in found.claims if one not in gone), released=(*found.released, *gone)
        )

    monkeypatch.setattr(look, "rule", rash)
    assert {Law.WRONG, Law.LOST} <= broken(1, 30, "all owner_there=40 empty=40 partial=40")


# -- a memory put back -------------------------------------------------------------------------------------------------


def test_what_the_backup_knows_is_known_after_a_restore(monkeypatch):
    """Guests whom last night's backup knows are closed elsewhere at once."""
    restored = our_side.restored

    def empty(state, at):
        new = restored(state, at)
        listings = tuple(evolve(one, claims=(), events=(), shown=NO_NIGHTS, owed_since=None) for one in new.listings)
        return evolve(new, listings=listings)

    monkeypatch.setattr(our_side, "restored", empty)
    assert Law.LOST in broken(0, 20, "all restore=6")


def test_no_calendar_is_given_out_before_the_memory_is_whole_again(monkeypatch):
    """Nights sold since the backup would be opened by a memory that has forgotten them."""
    monkeypatch.setattr(our_side, "recovering", lambda _: False)
    breaches = lived(10, 30, "all restore=20 http_500=40 json_error=30").breaches
    assert any("had forgotten who bought it" in one.what for one in breaches)


# -- steps by hand -----------------------------------------------------------------------------------------------------


class Lodging:
    """A lodging on three platforms whose nights are put together by hand."""

    def __init__(self, words: str = "") -> None:
        self.world = World(drawn(3, 5, Climate.of(words.split()) if words else CALM))
        self.now, self.today, self.judge = self.world.now, self.world.today, self.world.judge
        self.airbnb, self.booking, self.greengo = self.world.sides[:3]

    def nights(self, first: int, count: int = 2) -> Stay:
        """Nights, counted from today."""
        return Stay(self.today + first * DAY, self.today + (first + count) * DAY)

    def sell(self, side: Side, stay: Stay) -> None:
        """Let a guest buy nights, and their calendar show it."""
        side.platform.book(stay, self.now, force=True)
        side.note_shown(Observation(self.now, (Event(stay, Kind.RESERVATION),)))

    def echo(self, side: Side, nights: Nights) -> ListingState:
        """A listing that takes these nights for its own closing come back, having been given it."""
        side.given.add(nights, self.now)
        return evolve(self.world.house.state.of(side.id), echo=nights, hiding=nights)

    def closed(self, state: ListingState, nights: Nights) -> ListingState:
        """The listing with a calendar that closes these nights."""
        return evolve(state, revisions=(Revision(1, self.now, (), nights),))

    def step(self, before: UnitState, after: UnitState, *conflicts: Conflict, later: timedelta = timedelta(0)) -> None:
        """Let a step be judged."""
        self.judge.stepped(before, after, Plan(conflicts=conflicts), self.now + later, self.today)

    @property
    def state(self) -> UnitState:
        """The unit as it is remembered."""
        return self.world.house.state

    @property
    def broken(self) -> list[tuple[str, Nights]]:
        """What has broken so far."""
        return [(one.law, one.nights) for one in self.judge.breaches]


@pytest.fixture
def lodging() -> Lodging:
    """One."""
    return Lodging()


def opened(lodging: Lodging, *echoing: ListingState, nights: Nights) -> tuple[UnitState, UnitState]:
    """A step that opens nights on Airbnb: the unit before and after."""
    state = lodging.state
    for one in echoing:
        state = state.with_listing(one)
    airbnb = state.of(lodging.airbnb.id)
    return state.with_listing(lodging.closed(airbnb, nights)), state.with_listing(lodging.closed(airbnb, NO_NIGHTS))


def test_an_opening_is_excused_night_by_night(lodging):
    """Where two listings may hide a guest nobody can tell: on those nights, and not on what is opened beside them."""
    hidden, plain = lodging.nights(10), lodging.nights(20)
    lodging.sell(lodging.booking, hidden)
    lodging.sell(lodging.booking, plain)
    both = [lodging.echo(side, hidden.nights) for side in (lodging.booking, lodging.greengo)]
    before, after = opened(lodging, *both, nights=hidden.nights | plain.nights)
    lodging.step(before, after)
    assert [nights for law, nights in lodging.broken if law == Law.WRONG] == [plain.nights]
    assert lodging.judge.tally.hidden_openings == 1


@pytest.mark.parametrize("why", ["one hider", "a firm claim", "not the seller", "never given", "identified"])
def test_what_excuses_no_opening(lodging, why):
    """One listing that may hide a guest, one that did not sell, one that was never given our closing; a known guest."""
    stay = lodging.nights(10)
    seller = lodging.airbnb if why == "identified" else lodging.booking
    lodging.sell(seller, stay)
    hiders = {
        "one hider": (lodging.booking,),
        "not the seller": (lodging.greengo, lodging.airbnb),
        "identified": (lodging.airbnb, lodging.greengo),
    }.get(why, (lodging.booking, lodging.greengo))
    hiding = [lodging.echo(side, stay.nights) for side in hiders]
    if why == "a firm claim":
        claim = Claim(ClaimId("one"), Kind.CLOSURE, stay, lodging.now, lodging.now, lodging.booking.id)
        hiding[0] = evolve(hiding[0], claims=(claim,))
    if why == "never given":
        lodging.booking.given = type(lodging.booking.given)()
    state = lodging.state
    for one in hiding:
        state = state.with_listing(one)
    open_on = lodging.booking if why == "identified" else lodging.airbnb
    there = state.of(open_on.id)
    before, after = (state.with_listing(lodging.closed(there, nights)) for nights in (stay.nights, NO_NIGHTS))
    lodging.step(before, after)
    assert (Law.WRONG, stay.nights) in lodging.broken


def test_one_echo_excuses_no_yes(lodging):
    """A platform that asks is not told yes because one listing takes the guest for an echo, its own least of all."""
    stay = lodging.nights(10)
    lodging.sell(lodging.booking, stay)
    for side in (lodging.booking, lodging.airbnb):
        lodging.judge.breaches.clear()
        state = lodging.state.with_listing(lodging.echo(side, stay.nights))
        lodging.judge.answered(lodging.airbnb, stay, state, lodging.now, free=True)
        assert lodging.broken == [(Law.WRONG, stay.nights)]


def test_a_closing_of_the_owner_that_we_wrote_over_is_not_opened():
    """What the owner closed there is theirs, also where we closed it as well."""
    lodging = Lodging("api_routes=1")
    side = next(one for one in lodging.world.sides if one.line is not None)
    stay = lodging.nights(10)
    side.platform.close(stay, lodging.now)
    side.platform.write(stay.nights, NO_NIGHTS, lodging.now)
    lodging.judge.wrote(side, NO_NIGHTS, stay.nights, lodging.now)
    assert lodging.broken == [(Law.WRONG, stay.nights)]


def test_what_a_guest_never_shown_left_closed_is_excused_until_it_opens():
    """Nights that were open once are closed again by us alone, and for a reason."""
    lodging = Lodging("api_routes=1 api_leaves_closed=1")
    side = next(one for one in lodging.world.sides if one.role.leaves_closed)
    stay = lodging.nights(10)
    gone = side.platform.book(stay, lodging.now)
    side.platform.cancel(gone.id, lodging.now)
    side.platform.write(stay.nights, NO_NIGHTS, lodging.now)
    side.leave(gone, stay.nights)
    assert stay.nights <= side.closed_by_others(lodging.now)
    side.platform.write(NO_NIGHTS, stay.nights, lodging.now)
    assert not side.closed_by_others(lodging.now).overlaps(stay.nights)
    side.platform.write(stay.nights, NO_NIGHTS, lodging.now)
    assert not side.closed_by_others(lodging.now).overlaps(stay.nights)


def test_an_echo_excuses_an_untold_double_booking_only_while_it_lasts(lodging):
    """Once the guest behind it is known, or suspected, the owner is told within the grace period."""
    stay = lodging.nights(10)
    for side in (lodging.airbnb, lodging.booking):
        lodging.sell(side, stay)
    hidden = lodging.state.with_listing(lodging.echo(lodging.booking, stay.nights))
    claim = Claim(
        ClaimId("one"), Kind.CLOSURE, stay, lodging.now, lodging.now, lodging.booking.id, standing=Standing.SUSPECTED
    )
    known = lodging.state.with_listing(evolve(lodging.state.of(lodging.booking.id), claims=(claim,)))
    plan = Plan()
    for hours, state, missed in ((0, hidden, 0), (50, hidden, 0), (51, known, 0), (76, known, 1), (99, known, 1)):
        lodging.judge._doubles.judge(state, plan.conflicts, lodging.now + timedelta(hours=hours), lodging.today)
        assert [law for law, _ in lodging.broken] == [Law.MISSED] * missed, hours


def test_what_an_answer_leaves_out_is_no_plainer_for_it(lodging):
    """A guest behind an echo is not known because one answer shows nothing; nor is one who is then shown excused."""
    stay = lodging.nights(10)
    lodging.sell(lodging.booking, stay)
    echoing = evolve(lodging.echo(lodging.booking, stay.nights), shown=stay.nights)
    veiled, empty, again = (
        lodging.state.with_listing(evolve(echoing, **known))
        for known in ({}, {"echo": NO_NIGHTS, "shown": NO_NIGHTS}, {"echo": NO_NIGHTS, "hiding": NO_NIGHTS})
    )
    before = lodging.state
    for after, lost in ((veiled, 0), (empty, 0), (again, 2)):
        lodging.step(before, after)
        assert [law for law, _ in lodging.broken] == [Law.LOST] * lost  # at both other listings
        before = after


def test_a_guest_in_an_old_copy_is_no_invention(lodging):
    """A platform may still name one who has cancelled: that they meet another is no false word of ours."""
    stay = lodging.nights(10)
    lodging.sell(lodging.booking, stay)
    gone, other = (
        Claim(ClaimId(side.key), Kind.RESERVATION, stay, lodging.now, lodging.now, side.id)
        for side in (lodging.airbnb, lodging.booking)
    )
    for named, false in ((stay.nights, []), (NO_NIGHTS, [Law.FALSE])):
        lodging.airbnb.named = named
        told = Conflict(f"meet {named}", Certainty.CERTAIN, stay.nights, (gone, other))
        lodging.judge._doubles.judge(lodging.state, (told,), lodging.now, lodging.today)
        assert [law for law, _ in lodging.broken] == false


def test_an_old_copy_shows_no_guest_where_it_shows_our_closing(lodging):
    """Written before the guest booked, it closes the same nights; where guests are known as such, it shows none."""
    stay = lodging.nights(10)
    for side, told in ((lodging.airbnb, False), (lodging.booking, True)):
        side.platform.book(stay, lodging.now, force=True)
        side.note_shown(Observation(lodging.now, (Event(stay, Kind.BLOCK),)))
        side.count_sold()
        assert (side.sold_seen == stay.nights) is told


def test_a_calendar_given_long_ago_excuses_nothing(lodging):
    """What was superseded longer ago than the grace period is no echo any more."""
    stay = lodging.nights(10)
    given = lodging.booking.given
    given.add(stay.nights, lodging.now)
    given.add(NO_NIGHTS, lodging.now + DAY)
    assert given.since(lodging.now + DAY - timedelta(seconds=1)) == stay.nights
    assert not given.since(lodging.now + DAY)
    assert DEFAULT_POLICY.grace == lodging.judge.grace
