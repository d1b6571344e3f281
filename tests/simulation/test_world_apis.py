"""The laws of synchronisation where some listings are on their platforms' APIs: written to, asked, called, queued for.

Beside the laws of every world: what is closed on a platform in the end is what is meant, no message is acknowledged
before the ledger holds it, and nobody is let sell what is sold. Fixed seeds, short enough for every run;
``channelsync simulate --faults all,apis`` plays others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from channelsync.adapter import Delivery
from channelsync.nights import NO_NIGHTS, Stay
from channelsync.testing.world import ALL, Act, Cast, Climate, Deed, Law, Role, Script, World, drawn, many, play

pytestmark = [pytest.mark.simulation, pytest.mark.slow]

APIS: Final = Climate.of(["all", "apis"])
DAY: Final = 86_400
AIRBNB: Final = Role("airbnb", api=True)
BOOKING: Final = Role("booking", api=True)


def told(role: Role, other: Role, *acts: Act, days: int = 4) -> World:
    """Return a world of two listings in which only this happens."""
    start = drawn(1, 1).start.replace(month=2, day=3, hour=9, minute=0, second=0)
    return World(Script(1, start, days, Cast("gite", "owner", (role, other)), acts))


def failures(world: World) -> int:
    """Return how often the first listing could not be looked at as it should be, since it last was."""
    health = world.house.state.listings[0].health
    return health.failures if health else 0


def at(hours: float) -> int:
    """Return a time of a script."""
    return int(hours * 3600)


# -- lives -------------------------------------------------------------------------------------------------------------


def test_lives_with_apis_break_no_law() -> None:
    """Calls lost, doubled, late and swapped, answers lost or partial, tokens refused: no law breaks."""
    harvest = many([14, 29, 33], 5, APIS, jobs=1)
    tally = harvest.tally
    assert [(one.script.seed, *map(str, one.breaches)) for one in harvest.broken] == []
    assert min(tally.writes, tally.acknowledged, tally.answers, tally.calls) > 0
    assert {name for name in tally.faults if name.startswith("api_")}


def test_without_apis_every_life_is_what_it_was() -> None:
    """The word for APIs adds to a world and changes none without it."""
    assert not any(role.api for seed in range(50) for role in drawn(seed, 3).cast.roles)
    nobody = evolve(APIS, rates={**APIS.rates, "api_routes": 0.0})
    for seed in (3, 4):
        plain, none_on_api = drawn(seed, 5, ALL), drawn(seed, 5, nobody)
        assert (plain.cast, plain.acts) == (none_on_api.cast, none_on_api.acts)


def test_with_apis_the_same_seed_gives_the_same_history() -> None:
    """Byte for byte."""
    assert play(drawn(14, 4, APIS)).history == play(drawn(14, 4, APIS)).history


def test_with_apis_the_short_cut_changes_nothing() -> None:
    """Looks by an API that are left out would have shown and changed nothing."""
    world = World(drawn(33, 3, APIS))
    world.house.share = 0.1
    life = world.played()
    assert life.tally.proved > 100
    assert [str(one) for one in life.breaches if one.law == Law.SHORT_CUT] == []


# -- stories -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["api_answer_lost", "api_partly", "api_error", "api_tokens"])
def test_a_write_that_failed_is_made_up_for(fault: str) -> None:
    """Whatever happens to a write, the nights are closed in the end, and nothing else is."""
    broken = Act(at(1), Deed.FAULT, 0, draw=0, fault=fault, span=7200)
    healed = Act(at(3), Deed.HEAL, 0, fault=fault)
    world = told(AIRBNB, BOOKING, broken, Act(at(1.5), Deed.BOOK, 1, 30, 4), healed)
    assert world.played().breaches == ()
    assert len(world.sides[1].platform.reservations()) == 1
    assert world.sides[0].platform.hands[1] == world.sides[1].platform.sold(world.now)


@pytest.mark.parametrize("leaves_closed, said", [(False, False), (False, True), (True, False)])
def test_a_cancelled_guests_nights_can_be_booked_again(leaves_closed: bool, said: bool) -> None:
    """Whether Booking.com opens them itself or not, and whether we know it."""
    booking = evolve(BOOKING, leaves_closed=leaves_closed, reopening_told=said)
    guests = Act(at(1), Deed.BOOK, 1, 30, 4), Act(at(2), Deed.BOOK, 1, 40, 3), Act(at(9), Deed.CANCEL, draw=0)
    world = told(AIRBNB, booking, *guests)
    assert world.played().breaches == ()
    assert not world.sides[1].unsaid
    (left,) = world.sides[1].platform.reservations()
    for side in world.sides:
        assert side.platform.closed(world.now) | side.platform.sold(world.now) == left.stay.nights


def test_what_the_owner_has_just_closed_there_is_not_taken_for_ours() -> None:
    """A guest books the same nights elsewhere before we look again, and cancels: the owner's closing stays."""
    owners = Act(at(1), Deed.CLOSE_THERE, 0, 30, 4)
    world = told(AIRBNB, BOOKING, owners, Act(at(1) + 5, Deed.BOOK, 1, 30, 4), Act(at(9), Deed.CANCEL, draw=0))
    world.run(world.script.start + timedelta(hours=1, minutes=1))
    (guest,) = world.sides[1].platform.reservations()
    assert guest.stay.nights <= world.sides[0].platform.hands[0]
    assert not world.sides[0].platform.hands[1]
    assert world.played().breaches == ()
    assert world.sides[0].platform.closed(world.now) == guest.stay.nights
    assert world.sides[1].platform.hands[1] == guest.stay.nights


def test_while_its_api_is_down_airbnb_is_read_by_its_calendar() -> None:
    """A guest booked meanwhile closes the others; once the API is back it is looked at again by itself."""
    down = Act(at(1), Deed.FAULT, 0, draw=0, fault="api_unavailable", span=DAY)
    back = Act(at(25), Deed.HEAL, 0, fault="api_unavailable")
    world = told(AIRBNB, BOOKING, down, Act(at(5), Deed.BOOK, 0, 30, 4), back)
    world.run(world.script.start + timedelta(hours=6))
    (guest,) = world.sides[0].platform.reservations()
    assert guest.stay.nights <= world.sides[1].platform.hands[1]
    assert failures(world) > 3
    assert world.played().breaches == ()
    assert failures(world) == 0


def test_a_guest_whom_we_accepted_and_who_gives_up_holds_nothing_for_long() -> None:
    """The hold that our yes has made ends by itself, and the nights open again everywhere."""
    start = told(AIRBNB, BOOKING, Act(at(1), Deed.BOOK, 0, 30, 4), days=2)
    world = World(evolve(start.script, climate=Climate.of(["api_unpaid=1"])))
    life = world.played()
    assert life.breaches == ()
    assert life.tally.answers
    assert not world.house.state.own
    assert not world.sides[1].platform.hands[1]


# -- mistakes are found ------------------------------------------------------------------------------------------------


def sold(hours: float = 2) -> World:
    """Return a world in which a guest of Booking.com's has just booked, and we may not know yet."""
    world = told(AIRBNB, BOOKING, Act(at(hours), Deed.BOOK, 1, 30, 4), days=1)
    world.run(world.script.start + timedelta(hours=hours))
    return world


def test_a_message_acknowledged_too_early_is_found() -> None:
    """The message of a guest whom the ledger does not hold must not be acknowledged; once it does, it may."""
    world = sold()
    side = world.sides[1]
    (guest,) = side.platform.reservations()
    message = Delivery(guest.code, ((guest.code, guest.stay),))
    world.judge.acknowledged(side, (message,), world.house.state, world.now)
    assert [one.law for one in world.judge.breaches] == [Law.FORGOTTEN]
    world.run(world.now + timedelta(hours=1))
    world.judge.acknowledged(side, (message,), world.house.state, world.now)
    assert len(world.judge.breaches) == 1


def test_a_yes_to_what_is_sold_is_found() -> None:
    """Nobody may be let sell what another platform has shown to be sold."""
    world = sold()
    stay = world.sides[1].platform.reservations()[0].stay
    world.judge.answered(world.sides[0], stay, world.house.state, world.now, free=True)
    assert world.judge.breaches == []
    world.run(world.now + timedelta(hours=1))
    world.judge.answered(world.sides[0], stay, world.house.state, world.now, free=False)
    assert world.judge.breaches == []
    world.judge.answered(world.sides[0], stay, world.house.state, world.now, free=True)
    assert [one.law for one in world.judge.breaches] == [Law.WRONG]


def test_writes_that_open_what_they_must_not_are_found() -> None:
    """Neither what is sold and shown, nor what the owner closed there, may be opened by a write."""
    world = sold()
    world.run(world.now + timedelta(hours=1))
    side = world.sides[0]
    world.judge.wrote(side, NO_NIGHTS, world.sides[1].platform.sold(world.now), world.now)
    own = Stay(world.today + timedelta(days=50), world.today + timedelta(days=52))
    side.platform.close(own, world.now)
    world.judge.wrote(side, NO_NIGHTS, own.nights, world.now)
    assert [one.law for one in world.judge.breaches] == [Law.WRONG, Law.WRONG]


def test_what_our_writes_left_behind_is_found() -> None:
    """In the end a platform must have been told what is meant, and nothing else."""
    world = sold()
    world.run(world.now + timedelta(hours=1))
    side = world.sides[0]
    meant, other = side.platform.hands[1], Stay(world.today + timedelta(days=50), world.today + timedelta(days=52))
    side.platform.write(other.nights, meant, world.now)
    world.judge.ended(world.house.state, world.now, world.today)
    assert {str(one.what) for one in world.judge.breaches} >= {
        "closed there by our writes, and not meant:",
        "meant to be closed, and never written:",
    }
