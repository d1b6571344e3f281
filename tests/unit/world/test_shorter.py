"""Scripts made shorter stay scripts: what belongs together goes together, and what is left means the same."""

from __future__ import annotations

import pytest
from attrs import evolve

from channelsync.nights import NO_NIGHTS
from channelsync.testing.world import CALM, Act, Deed, Role, drawn, shrink
from channelsync.testing.world.golden import Golden, text, value
from channelsync.testing.world.judge import Breach, Law
from channelsync.testing.world.shorter import (
    closer,
    groups,
    odd,
    since,
    size_of,
    until,
    with_plainer_role,
    with_plainer_unit,
    without_role,
)

DAY = 86_400
SCRIPT = drawn(1001, 20)


def test_a_fault_goes_with_its_end() -> None:
    """A fault stands with its end where the script has it, a step of the clock with the step back; all else alone."""
    acts = (
        Act(0, Deed.FAULT, 0, fault="empty", span=100),
        Act(10, Deed.FAULT, 1, fault="empty", span=90),
        Act(20, Deed.CLOCK, span=60),
        Act(30, Deed.BOOK, 0, 3, 2),
        Act(100, Deed.HEAL, 1, fault="empty"),
        Act(100, Deed.HEAL, 0, fault="empty"),
        Act(200, Deed.CLOCK, span=-60),
        Act(300, Deed.FAULT, 0, fault="slow", span=10**7),
    )
    assert groups(acts) == [(0, 5), (1, 4), (2, 6), (3,), (7,)]


def test_every_act_is_in_one_group() -> None:
    """Nothing is lost and nothing is in two groups."""
    places = [place for group in groups(SCRIPT.acts) for place in group]
    assert sorted(places) == list(range(len(SCRIPT.acts)))


@pytest.mark.parametrize("days", [1, 7, 19])
def test_days_are_left_out_at_either_end(days: int) -> None:
    """What is left happens at the same moments as before."""
    moments = {(SCRIPT.start.timestamp() + act.at, act.deed) for act in SCRIPT.acts}
    first, rest = until(SCRIPT, days), since(SCRIPT, days)
    assert (first.days, rest.days) == (days, SCRIPT.days - days)
    for part in (first, rest):
        assert {(part.start.timestamp() + act.at, act.deed) for act in part.acts} <= moments
        assert all(0 <= act.at < part.days * DAY for act in part.acts)


def test_idle_days_go_and_the_times_of_day_stay() -> None:
    """Acts after the gap come whole days earlier."""
    acts = (Act(10, Deed.EVENING), Act(5 * DAY + 20, Deed.EVENING))
    short = closer(evolve(SCRIPT, acts=acts, days=6), 0, 4)
    assert [act.at for act in short.acts] == [10, DAY + 20]
    assert short.days == 2


def test_each_habit_is_switched_off_in_turn() -> None:
    """One difference at a time, and in the end there is none left."""
    role = Role("airbnb", echo=True, import_lag=900, direct=(1,))
    cast = evolve(SCRIPT.cast, roles=(role, Role("booking")), turnover=1, timezone="Pacific/Auckland")
    script = evolve(SCRIPT, cast=cast, acts=())
    assert [name for name, _, _ in odd(role)] == ["echo", "import_lag", "direct"]
    assert [size_of(script)[2] - size_of(one)[2] for one in with_plainer_role(script)] == [1, 1, 1]
    assert len(list(with_plainer_unit(script))) == 3
    assert (
        list(with_plainer_unit(evolve(SCRIPT, climate=CALM, cast=evolve(cast, turnover=0, timezone="Europe/Paris"))))
        == []
    )


def test_a_listing_goes_only_where_nobody_acts() -> None:
    """The places of those behind it move up, in the acts and in the links."""
    roles = (Role("airbnb", direct=(1, 2)), Role("booking"), Role("greengo", direct=(0, 1)))
    script = evolve(
        SCRIPT, cast=evolve(SCRIPT.cast, roles=roles), acts=(Act(0, Deed.BOOK, 2, 1, 1), Act(1, Deed.EVENING))
    )
    without_first, without_second = without_role(script)
    assert [role.channel for role in without_first.cast.roles] == ["booking", "greengo"]
    assert without_first.cast.roles[1].direct == (0,)
    assert without_second.cast.roles[0].direct == (1,)
    assert [act.on for act in without_second.acts] == [1, -1]
    assert list(without_role(without_second)) == [], "less than two are nothing to keep in step"


def test_a_script_that_breaks_nothing_cannot_be_made_short() -> None:
    """There is nothing to look for, and one play says so."""
    breach = Breach(Law.WRONG, SCRIPT.start, None, NO_NIGHTS, "")
    asked: list[bool] = []
    assert shrink(drawn(1, 1, CALM), breach, enough=lambda: not asked.append(True)) is None
    assert asked == []


def test_a_kept_life_comes_back_as_it_was() -> None:
    """Its file is the script, readable and exact."""
    golden = Golden(Law.GHOST, "a night stayed closed: « été »", SCRIPT)
    written = text(golden)
    assert value(written) == golden
    assert len(written.splitlines()) < len(SCRIPT.acts) + 40
    assert "« été »" in written
    assert max(len(line) for line in written.splitlines()) < 200


def test_a_lodging_let_before_we_came_is_let_as_long_before_in_what_is_left() -> None:
    """We come at the same moment between the acts, whichever days are left out."""
    acts = tuple(Act(day * DAY, Deed.BOOK, 0, 3, 2) for day in (1, 8, 12, 19))
    script = evolve(SCRIPT, acts=acts, furnished=10)
    assert (since(script, 4).furnished, since(script, 12).furnished) == (6, 0)
    assert since(script, 4).met == script.met
    assert (until(script, 15).furnished, until(script, 5).furnished) == (10, 5)
    assert closer(script, 1, 6).furnished == 4
    assert closer(script, 8, 3).furnished == 9
    assert closer(script, 12, 5).furnished == 10
    assert any(one.furnished == 0 for one in with_plainer_unit(script))
