"""Half-open stays, and sets of nights."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta

import pytest

from channelsync.errors import UsageError
from channelsync.nights import EPOCH, LIMIT, NO_NIGHTS, Nights, Stay, Stays, taken_twice
from tests.unit.kernel.builders import day, nights, stay


def test_a_stay_holds_its_arrival_and_not_its_departure():
    """Nobody sleeps there on the departure's date."""
    held = stay(10, 13)
    assert list(held) == [day(10), day(11), day(12)]
    assert held.length == 3
    assert day(10) in held
    assert day(12) in held
    assert day(13) not in held
    assert day(9) not in held


def test_a_turnover_is_no_overlap():
    """A guest who leaves on the day another arrives shares no night with them."""
    assert not stay(10, 13).overlaps(stay(13, 15))
    assert not stay(13, 15).overlaps(stay(10, 13))
    assert stay(10, 13).overlaps(stay(12, 15))
    assert not stay(10, 13).nights.overlaps(stay(13, 15).nights)


@pytest.mark.parametrize("edges", [(10, 10), (10, 9)])
def test_a_stay_has_at_least_one_night(edges):
    """An empty or reversed stay is the caller's fault."""
    with pytest.raises(UsageError, match="is not after the arrival"):
        stay(*edges)


@pytest.mark.parametrize("odd", [datetime(2027, 3, 1, tzinfo=UTC), "2027-03-01", None])
def test_a_stay_is_made_of_plain_dates(odd):
    """A time of day has no place in a stay."""
    with pytest.raises(UsageError, match="must be a date without a time of day"):
        Stay(odd, day(3))
    with pytest.raises(UsageError, match="must be a date without a time of day"):
        Stay(day(1), odd)


def test_a_stay_is_written_and_read_as_arrival_slash_departure():
    """What is written can be read again, spaces around it included."""
    assert str(stay(10, 13)) == "2027-03-10/2027-03-13"
    assert Stay.parse(" 2027-03-10/2027-03-13\n") == stay(10, 13)


@pytest.mark.parametrize(
    "text",
    ["", "2027-03-10", "2027-03-10/", "20270310/20270313", "2027-03-10/2027-02-30", "a/b", "2027-W10-3/2027-03-13"],
)
def test_what_is_no_stay_is_refused(text):
    """Only two dates written YYYY-MM-DD are a stay; the error shows how to write one."""
    with pytest.raises(UsageError, match="not a stay") as refused:
        Stay.parse(text)
    assert "ARRIVAL/DEPARTURE" in refused.value.advice


def test_a_reversed_stay_is_refused_for_its_order():
    """Two good dates in the wrong order are told apart from what is no stay at all."""
    with pytest.raises(UsageError, match="is not after the arrival"):
        Stay.parse("2027-03-13/2027-03-10")


def test_stays_are_ordered_by_arrival():
    """Stays sort as people list them."""
    assert sorted([stay(12, 13), stay(10, 15), stay(10, 11)]) == [stay(10, 11), stay(10, 15), stay(12, 13)]


def test_nights_collect_stays_and_single_nights():
    """A set of nights is built of stays and dates; touching ones run together."""
    assert Nights.of(stay(10, 12), day(12)).runs() == (stay(10, 13),)
    assert Nights.of() == NO_NIGHTS
    assert not NO_NIGHTS
    assert len(nights(10, 13, 20, 21)) == 4
    assert list(nights(10, 12, 20, 21)) == [day(10), day(11), day(20)]


def test_nights_have_the_algebra_of_sets():
    """Union, overlap, difference and symmetric difference."""
    one, two = nights(10, 13), nights(12, 15)
    assert one | two == nights(10, 15)
    assert one & two == nights(12, 13)
    assert one - two == nights(10, 12)
    assert one ^ two == nights(10, 12, 13, 15)
    assert Nights.union([one, two, NO_NIGHTS]) == nights(10, 15)
    assert nights(11, 12) <= one
    assert not one <= two


def test_nights_are_values():
    """Equal sets are one key, differ from other types, and survive copying and pickling."""
    one = nights(10, 13)
    assert {one: "kept"}[nights(10, 13)] == "kept"
    assert one != one.bits
    assert copy.copy(one) == one
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes


def test_nights_never_change():
    """A set of nights refuses to be changed."""
    with pytest.raises(AttributeError, match="never change"):
        nights(10, 13)._bits = 0


def test_nights_show_their_runs():
    """The text of a set is readable and short."""
    assert repr(nights(10, 13)) == "Nights(2027-03-10/2027-03-13)"
    assert repr(NO_NIGHTS) == "Nights(none)"


def test_first_and_last_night():
    """The last night is the one before the departure; an empty set has neither."""
    assert (nights(10, 13, 20, 22).first, nights(10, 13, 20, 22).last) == (day(10), day(21))
    assert (NO_NIGHTS.first, NO_NIGHTS.last) == (None, None)


def test_runs_are_maximal_and_in_order():
    """Runs come in order and are disjoint; none of an empty set."""
    assert nights(20, 22, 10, 13, 13, 14).runs() == (stay(10, 14), stay(20, 22))
    assert NO_NIGHTS.runs() == ()


def test_many_runs_are_found_as_few_are():
    """A calendar with a night in every two gives one run for each, whichever way they are counted."""
    scattered = [stay(2 * n, 2 * n + 1) for n in range(40)]
    assert Nights.of(*scattered).runs() == tuple(scattered)


def test_the_run_at_a_night():
    """The run that holds a night reaches as far as the nights touch, and is None where the night is open."""
    held = nights(10, 13, 20, 22)
    assert held.run_at(day(10)) == held.run_at(day(12)) == stay(10, 13)
    assert held.run_at(day(21)) == stay(20, 22)
    assert held.run_at(day(13)) is None
    assert held.run_at(EPOCH - timedelta(days=1)) is None
    assert Nights.of(Stay(EPOCH, EPOCH + timedelta(days=2))).run_at(EPOCH).length == 2


def test_before_since_and_within():
    """A day cuts a set in two; a window cuts a piece out of it."""
    held = nights(10, 15)
    assert held.before(day(12)) == nights(10, 12)
    assert held.since(day(12)) == nights(12, 15)
    assert held.within(stay(11, 13)) == nights(11, 13)
    assert held.since(EPOCH - timedelta(days=5)) == held
    assert held.before(EPOCH - timedelta(days=5)) == NO_NIGHTS


def test_gaps_are_the_open_nights_of_a_window():
    """What a window holds and the set does not."""
    assert nights(10, 12, 14, 15).gaps(stay(9, 16)) == nights(9, 10, 12, 14, 15, 16)
    assert nights(10, 15).gaps(stay(11, 13)) == NO_NIGHTS


def test_widened_grows_every_run_on_both_sides():
    """Turnover nights stand on either side of a run; runs that come to touch are one."""
    assert nights(10, 12).widened(1) == nights(9, 13)
    assert nights(10, 12).widened(0) == nights(10, 12)
    assert nights(10, 11, 13, 14).widened(1).runs() == (stay(9, 15),)


def test_nights_outside_the_held_span_are_left_out():
    """Nights before the epoch and from the limit on are not held, and growing never gets there."""
    assert Nights.of(Stay(EPOCH - timedelta(days=3), EPOCH)) == NO_NIGHTS
    assert Nights.of(Stay(EPOCH - timedelta(days=3), EPOCH + timedelta(days=1))).first == EPOCH
    last = LIMIT - timedelta(days=1)
    assert Nights.of(Stay(last, LIMIT + timedelta(days=9))).runs() == (Stay(last, LIMIT),)
    assert Nights.of(last).widened(2).last == last
    assert Nights.of(EPOCH).widened(2).first == EPOCH
    assert date(2010, 1, 1) not in Nights.of(EPOCH)
    assert Nights.of(date.min, EPOCH - timedelta(days=1), LIMIT, date.max) == NO_NIGHTS
    assert Nights.of(last, EPOCH).runs() == (Stay(EPOCH, EPOCH + timedelta(days=1)), Stay(last, LIMIT))


def test_a_night_taken_twice_inside_one_source_is_not_hidden():
    """A union forgets who took a night; the stays of a source keep those taken twice."""
    source = Stays.of([stay(10, 13), stay(12, 15), stay(14, 15)])
    assert source.items == (stay(10, 13), stay(12, 15), stay(14, 15))
    assert source.nights == nights(10, 15)
    assert source.doubled == nights(12, 13, 14, 15)
    assert Stays.of([]).nights == NO_NIGHTS


def test_nights_taken_twice_anywhere():
    """Two sources on one night, or one source twice; a turnover is neither."""
    first = Stays.of([stay(10, 13), stay(20, 23), stay(22, 24)])
    second = Stays.of([stay(12, 14), stay(24, 26)])
    assert taken_twice([first, second]) == nights(12, 13, 22, 23)
    assert taken_twice([]) == NO_NIGHTS
