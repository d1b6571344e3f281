"""Sets of nights are sets: each operation gives what Python's own sets of dates give."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from channelsync.nights import EPOCH, Nights, Stay, Stays, taken_twice

_BASE = date(2027, 1, 1)
_DAYS = st.integers(-3, 150).map(lambda number: _BASE + timedelta(days=number))
_STAYS = st.builds(lambda first, length: Stay(first, first + timedelta(days=length)), _DAYS, st.integers(1, 40))
_LISTS = st.lists(_STAYS, max_size=60)


def _plain(nights):
    return set(nights)


@given(_LISTS, _LISTS)
def test_the_algebra_is_that_of_sets(first, second):
    """Union, overlap, difference, symmetric difference, inclusion and size."""
    one, two = Nights.of(*first), Nights.of(*second)
    mine, yours = {night for each in first for night in each}, {night for each in second for night in each}
    assert _plain(one) == mine
    assert _plain(one | two) == mine | yours == _plain(Nights.union([one, two]))
    assert _plain(one & two) == mine & yours
    assert _plain(one - two) == mine - yours
    assert _plain(one ^ two) == mine ^ yours
    assert (one <= two) == (mine <= yours)
    assert one.overlaps(two) == bool(mine & yours)
    assert (len(one), bool(one)) == (len(mine), bool(mine))
    assert (one == two) == (mine == yours)
    assert (one.first, one.last) == (min(mine, default=None), max(mine, default=None))


@given(_LISTS, _DAYS)
def test_runs_are_maximal_disjoint_and_complete(stays, night):
    """Runs hold every night once, never touch, and the run at a night is the one among them that holds it."""
    held = Nights.of(*stays)
    runs = held.runs()
    assert Nights.of(*runs) == held
    assert sum(run.length for run in runs) == len(held)
    assert all(first.departure < second.arrival for first, second in pairwise(runs))
    assert held.run_at(night) == next((run for run in runs if night in run), None)
    assert (night in held) == (held.run_at(night) is not None)


@given(_LISTS, _DAYS, _STAYS)
def test_cuts_put_together_again(stays, day, window):
    """Before and since make the whole; within and gaps make the window."""
    held = Nights.of(*stays)
    assert held.before(day) | held.since(day) == held
    assert not held.before(day).overlaps(held.since(day))
    assert held.within(window) | held.gaps(window) == window.nights
    assert held.within(window) == held & window.nights


@given(_LISTS, st.integers(0, 4))
def test_widening_reaches_so_many_nights_and_no_further(stays, much):
    """A night is in the widened set exactly when one within reach is in the set."""
    held = Nights.of(*stays)
    near = {night + timedelta(days=step) for night in held for step in range(-much, much + 1)}
    assert _plain(held.widened(much)) == near


@given(st.lists(_LISTS, max_size=4))
def test_nights_taken_twice_are_those_counted_twice(sources):
    """A night is taken twice when two stays hold it, wherever they come from."""
    counted = [night for stays in sources for each in stays for night in each]
    twice = {night for night in set(counted) if counted.count(night) > 1}
    assert _plain(taken_twice(Stays.of(stays) for stays in sources)) == twice


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_stay_is_its_own_text(first, length):
    """Reading what was written gives the same stay."""
    stay = Stay(EPOCH + timedelta(days=first), EPOCH + timedelta(days=first + length))
    assert Stay.parse(str(stay)) == stay
    assert stay.nights.runs() == (stay,)
