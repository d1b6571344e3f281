"""What is counted adds up: durations keep their median however many lives they come from."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.testing.world import Durations, Tally

MINUTES = st.lists(st.integers(0, 500), max_size=40)


def durations(minutes: list[int]) -> Durations:
    """Durations of these minutes."""
    made = Durations()
    for one in minutes:
        made.add(one)
    return made


@given(MINUTES, MINUTES)
def test_two_together_are_all_of_both(first: list[int], second: list[int]) -> None:
    """Adding loses nothing, and changes neither."""
    one, other = durations(first), durations(second)
    assert one + other == durations(first + second)
    assert (one.count, other.count) == (len(first), len(second))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.floats(0, 1))
def test_a_percentile_is_one_of_them_that_so_many_do_not_exceed(minutes: list[int], share: float) -> None:
    """The smallest that so large a share does not exceed."""
    found = durations(minutes).percentile(share)
    assert found in minutes
    assert sum(one <= found for one in minutes) >= share * len(minutes)
    assert not any(sum(one <= less for one in minutes) >= share * len(minutes) for less in set(minutes) if less < found)
    assert durations(minutes).longest == max(minutes)


def test_nothing_has_no_percentile() -> None:
    """Of what never happened there is neither a median nor a longest."""
    assert Durations().percentile(0.5) is None
    assert Durations().longest is None
    assert Durations().count == 0


@pytest.mark.parametrize("minutes, counted", [(0.4, 0), (0.6, 1), (-3.0, 0), (90.2, 90)])
def test_minutes_are_whole(minutes: float, counted: int) -> None:
    """A duration is rounded, and none is less than nothing: our clock may have stepped back."""
    one = Durations()
    one.add(minutes, times=2)
    assert one.minutes == Counter({counted: 2})


def test_lives_add_up() -> None:
    """Every field of a tally is added, those by name name by name."""
    one = Tally(lives=1, days=90, faults=Counter(empty=1), kept={"brake": durations([5])})
    other = Tally(
        lives=1, days=275, faults=Counter(empty=2, kill=1), kept={"brake": durations([7]), "hold": durations([1])}
    )
    one.add(other)
    assert one.lives == 2
    assert one.property_years == 1
    assert one.faults == Counter(empty=3, kill=1)
    assert one.kept == {"brake": durations([5, 7]), "hold": durations([1])}
    assert other.kept["brake"] == durations([7])


def test_a_zero_that_was_counted_stays() -> None:
    """What took less than a minute counts like anything else."""
    assert (durations([0]) + durations([0])).count == 2
