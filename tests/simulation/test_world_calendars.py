"""What the platforms really take from our calendars is judged as well, and what a lodging brings along when we come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from channelsync.testing.faults import Fault
from channelsync.testing.world import CALM, Act, Climate, Deed, Law, World, drawn, house, play

pytestmark = [pytest.mark.simulation, pytest.mark.slow]

Render = Callable[..., bytes]
SCRIPT: Final = drawn(7000, 12, Climate.of(["direct_links", "resale"]))


def empty(render: Render) -> Render:
    """A calendar that is always empty."""
    return lambda _, name: render([], name=name)


def first_left_out(render: Render) -> Render:
    """A calendar that always lacks its first event."""
    return lambda entries, name: render(list(entries)[1:], name=name)


@pytest.mark.parametrize("mistake", [empty, first_left_out])
def test_a_calendar_that_says_less_than_we_publish_is_noticed(
    mistake: Callable[[Render], Render], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is meant to be closed and does not leave us is no closing."""
    assert not play(SCRIPT).breaches
    monkeypatch.setattr(house, "render", mistake(house.render))
    broken = play(SCRIPT).tally.broken
    assert broken[Law.LOST] + broken[Law.WRONG]


def test_one_reading_that_takes_a_sold_night_away_is_a_wrong_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is judged as it happens, also where a later reading brings the night back."""
    render: Render = house.render
    times: list[int] = []

    def now_and_then(entries: list[object], name: str) -> bytes:
        times.append(len(entries))
        return render([] if len(times) % 7 == 0 else entries, name=name)

    monkeypatch.setattr(house, "render", now_and_then)
    assert play(SCRIPT).tally.broken[Law.WRONG]


def test_a_calendar_that_is_never_given_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A 503 opens nothing, and closes nothing either."""
    monkeypatch.setattr(house, "recovering", lambda _: True)
    assert play(SCRIPT).tally.broken[Law.LOST]


# -- what was there before us ------------------------------------------------------------------------------------------


def test_a_lodging_let_before_we_come_has_guests_and_copies_at_our_first_look() -> None:
    """Until then nobody looks, and the platforms read one another; whoever draws without it draws the same as ever."""
    script = drawn(3, 10, Climate.of(["furnished=1", "direct_links=1"]))
    assert script.furnished
    assert script.days == script.furnished + 10
    world = World(script)
    world.run(script.met - timedelta.resolution)
    assert world.house.looks == 0
    assert all(one.looked_at is None and not one.revisions for one in world.house.state.listings)
    world.run(script.met + _hours(4))
    assert all(one.looked_at is not None for one in world.house.state.listings)
    assert any(claim.inventory for claim in world.house.state.claims)
    assert not world.played().breaches
    plain = drawn(3, 10, Climate.of(["direct_links=1"]))
    assert not plain.furnished
    assert plain == evolve(drawn(3, 10, Climate.of(["furnished=0", "direct_links=1"])), climate=plain.climate)


# -- for how long a wrong answer lasts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault, guests, hours", [("empty", 4, 20), ("empty", 2, 3), ("partial", 9, 3.5), ("partial", 1, 0.5)]
)
def test_a_wrong_answer_lasts_no_longer_than_was_promised_for_what_it_lacks(
    fault: str, guests: int, hours: float
) -> None:
    """Three claims and more are kept closed for a day of it; of fewer it ends sooner."""
    script = drawn(11, 3, CALM)
    books = tuple(Act(3600 + place, Deed.BOOK, 0, 5 + 4 * place, 2) for place in range(guests))
    span = {"empty": 20, "partial": 3.5}[fault] * 3600
    begins = 86_400
    acts = (
        *books,
        Act(begins, Deed.FAULT, 0, draw=1, fault=fault, span=int(span)),
        Act(begins + int(span), Deed.HEAL, 0, fault=fault),
    )
    world = World(evolve(script, acts=acts))
    platform = world.sides[0].platform
    world.run(script.start + _hours(24 + hours - 0.1))
    assert Fault(fault) in platform.faults
    world.run(script.start + _hours(24 + hours + 0.1))
    assert Fault(fault) not in platform.faults
    assert not world.played().breaches


def _hours(many: float) -> timedelta:
    return timedelta(hours=many)
