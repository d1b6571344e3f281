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

from channelsync.engine import api
from channelsync.testing.world import ALL, Act, Cast, Climate, Deed, Law, Role, Script, Tally, World, drawn, many, play

pytestmark = [pytest.mark.simulation, pytest.mark.slow]

APIS: Final = Climate.of(["all", "apis"])
ON_APIS: Final = Climate.of(["api_routes=1"])
DAY: Final = 86_400
AIRBNB: Final = Role("airbnb", api=True)
BOOKING: Final = Role("booking", api=True)


def told(role: Role, other: Role, *acts: Act, days: int = 4) -> World:
    """Return a world of two listings in which only this happens."""
    start = drawn(1, 1).start.replace(month=2, day=3, hour=9, minute=0, second=0)
    return World(Script(1, start, days, Cast("gite", "owner", (role, other)), acts))


def at(hours: float) -> int:
    """Return a time of a script."""
    return int(hours * 3600)


# -- lives -------------------------------------------------------------------------------------------------------------


def test_lives_with_apis_break_no_law() -> None:
    """Calls lost, doubled, late and swapped, answers lost or partial, tokens refused: no law breaks."""
    tally = Tally()
    harvest = many([14, 21, 29, 33], 6, APIS, jobs=1)
    tally.add(harvest.tally)
    assert [(one.script.seed, *map(str, one.breaches)) for one in harvest.broken] == []
    assert min(tally.writes, tally.acknowledged, tally.answers, tally.calls) > 0
    assert {name for name in tally.faults if name.startswith("api_")}


def test_without_apis_every_life_is_what_it_was() -> None:
    """The word for APIs adds to a world and changes none without it."""
    assert not any(role.api for seed in range(50) for role in drawn(seed, 3).cast.roles)
    scripts = [(drawn(seed, 5, ALL), drawn(seed, 5, evolve(APIS, rates={**APIS.rates, "api_routes": 0.0}))) for seed in (3, 4)]
    for plain, none_on_api in scripts:
        assert (plain.cast, plain.acts) == (none_on_api.cast, none_on_api.acts)


def test_with_apis_the_same_seed_gives_the_same_history() -> None:
    """Byte for byte."""
    assert play(drawn(14, 4, APIS)).history == play(drawn(14, 4, APIS)).history


def test_with_apis_the_short_cut_changes_nothing() -> None:
    """Looks by an API that are left out would have shown and changed nothing."""
    world = World(drawn(33, 4, APIS))
    world.house.share = 1
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


def test_while_its_api_is_down_airbnb_is_read_by_its_calendar() -> None:
    """A guest booked meanwhile closes the others; once the API is back it is looked at again by itself."""
    down = Act(at(1), Deed.FAULT, 0, draw=0, fault="api_unavailable", span=DAY)
    world = told(AIRBNB, BOOKING, down, Act(at(5), Deed.BOOK, 0, 30, 4), Act(at(25), Deed.HEAL, 0, fault="api_unavailable"))
    world.run(world.script.start + timedelta(hours=6))
    (guest,) = world.sides[0].platform.reservations()
    assert guest.stay.nights <= world.sides[1].platform.hands[1]
    assert world.house.state.listings[0].health.failures > 3  # type: ignore[union-attr]
    assert world.played().breaches == ()
    assert world.house.state.listings[0].health.failures == 0  # type: ignore[union-attr]


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


def test_a_message_acknowledged_too_early_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that acknowledges whatever it reads breaks the law."""
    monkeypatch.setattr("channelsync.testing.world.calls.is_settled", lambda *_: True)
    world = told(AIRBNB, BOOKING, Act(at(1), Deed.BOOK, 1, 30, 4), days=1)
    assert Law.FORGOTTEN in {one.law for one in world.played().breaches}


def test_a_yes_to_what_is_sold_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that says yes to every question breaks the law."""
    monkeypatch.setattr("channelsync.testing.world.calls.is_free", lambda *_: True)
    broken = Act(at(0.5), Deed.FAULT, 0, draw=0, fault="api_partly", span=DAY)
    world = told(AIRBNB, BOOKING, broken, Act(at(1), Deed.BOOK, 1, 30, 4), Act(at(2), Deed.BOOK, 0, 31, 2), days=1)
    assert Law.WRONG in {one.law for one in world.played().breaches}


def test_writes_that_stay_away_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that never writes leaves open what is meant to be closed."""
    monkeypatch.setattr("channelsync.testing.world.calls.writes", lambda state, *_: (state, ()))
    world = told(AIRBNB, BOOKING, Act(at(1), Deed.BOOK, 1, 30, 4), days=1)
    assert "never written" in " ".join(one.what for one in world.played().breaches)
    assert api.writes is not None
