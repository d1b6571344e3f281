"""Which part of a look is only the rolling end of a calendar, or its advance notice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve

from channelsync.claims import Kind
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Aside, Event, Notice, Observation, set_aside
from channelsync.policy import DEFAULT_POLICY
from channelsync.traits import Horizon, Traits
from tests.unit.kernel.builders import (
    BOOKING,
    MERGING,
    PLAIN,
    START,
    TYPED,
    Unit3,
    block,
    closure,
    day,
    guest,
    nights,
    stay,
)

TODAY = day(1)
OPENS = date(2028, 1, 1)


def ends(today=TODAY, months=18):
    """The day so many months after today, where today's number exists in that month."""
    index = today.year * 12 + today.month - 1 + months
    return today.replace(year=index // 12, month=index % 12 + 1)


def tail(opens=OPENS, today=TODAY, kind=Kind.CLOSURE, months=18, shift=0):
    """The closure from where the calendar is open to the horizon."""
    return Event(Stay(opens, ends(today, months) + timedelta(days=shift)), kind, "tail")


def aside(*events, traits=MERGING, today=TODAY, before=None, **more):
    """What of these events is set aside."""
    more = {"known": NO_NIGHTS} | more
    return set_aside(events, traits, today, DEFAULT_POLICY, before=before or Aside(), **more)


# --- an observation ---------------------------------------------------------------------------------------------------


def test_an_observation_with_a_failure_is_not_usable():
    """A look that failed says why; anything else can be read."""
    assert Observation(START, (closure(10, 13), closure(12, 14))).nights == nights(10, 14)
    assert Observation(START).usable
    assert not Observation(START, failure="not a calendar").usable


# --- the unopened calendar --------------------------------------------------------------------------------------------


def test_a_run_that_reaches_the_horizon_is_set_aside_at_once():
    """The part of the calendar that is not open yet is no claim; the rest of the look is."""
    found = aside(closure(10, 13), tail())
    assert found.nights == found.unopened == Nights.of(tail().stay)
    assert found.rolling == tail().stay


@pytest.mark.parametrize("shift, rolls", [(-6, False), (-5, True), (0, True), (5, True), (6, False)])
def test_the_horizon_may_be_missed_by_some_days(shift, rolls):
    """Time zones and short months move the end a little; a run that ends elsewhere is a claim."""
    assert bool(aside(tail(shift=shift)).nights) is rolls


def test_a_platform_without_a_horizon_sets_nothing_aside():
    """Where no rolling end is declared, a closure far ahead is a claim."""
    assert aside(tail(), traits=PLAIN) == Aside()


def test_only_the_declared_kinds_roll():
    """Airbnb's booking window is a block: a reservation that ends on that very day is a guest."""
    end = ends(months=12)
    sold = Event(Stay(end - timedelta(days=3), end), Kind.RESERVATION, "late")
    assert aside(sold, traits=TYPED) == Aside()
    assert aside(evolve(sold, kind=Kind.BLOCK), traits=TYPED).unopened == Nights.of(sold.stay)


@pytest.mark.parametrize(
    "today, months, last",
    [
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
        (date(2027, 8, 31), 18, date(2029, 2, 28)),
    ],
)
def test_the_horizon_of_a_long_month_ends_with_the_shorter_one(today, months, last):
    """Months are counted as calendars do, and a day that does not exist is the last of its month."""
    traits = Traits(horizon=Horizon(months))
    exact = Event(Stay(last - timedelta(days=30), last), Kind.CLOSURE)
    strict = evolve(DEFAULT_POLICY, horizon_tolerance=0)
    for event, rolls in ((exact, True), (evolve(exact, stay=Stay(exact.stay.arrival, last + timedelta(1))), False)):
        found = set_aside([event], traits, today, strict, before=Aside(), known=NO_NIGHTS)
        assert bool(found.nights) is rolls


def test_the_nights_gained_at_the_far_end_every_day_are_set_aside():
    """The run moves with the date, day after day, and never becomes a claim."""
    seen = Aside()
    for number in range(1, 29):
        shown = tail(today=day(number))
        seen = aside(shown, today=day(number), before=seen)
        assert seen.nights == Nights.of(shown.stay)


def test_nights_gained_at_the_near_end_are_claims():
    """A guest beside the unopened calendar comes merged with it: only the old part stays set aside."""
    before = aside(tail())
    grown = tail(OPENS - timedelta(days=4))
    after = aside(grown, before=before)
    assert after.unopened == Nights.of(tail().stay)
    assert after.rolling == tail().stay
    again = aside(grown, before=after)
    assert again == after


WINDOW = tail(kind=Kind.BLOCK, months=12)
REACHING_OVER = evolve(WINDOW, stay=Stay(OPENS, ends(months=18)))


def test_a_copy_of_a_farther_end_is_set_aside():
    """A direct link brings another calendar's unopened end into this one, merged with its own booking window."""
    for before in (None, aside(WINDOW, traits=TYPED, copied=(12, 18))):
        found = aside(REACHING_OVER, traits=TYPED, before=before, copied=(12, 18))
        assert found.unopened == REACHING_OVER.stay.nights
    assert aside(WINDOW, traits=TYPED, before=found, copied=(12, 18)).unopened == WINDOW.stay.nights


def test_what_ends_beyond_the_horizon_and_copies_nothing_is_a_claim():
    """The owner has closed two years."""
    assert aside(REACHING_OVER, traits=TYPED) == Aside()


def test_what_ends_at_a_nearer_horizon_than_its_own_is_a_claim():
    """It may be a guest, who has booked a year ahead."""
    assert aside(tail(months=12), copied=(12, 18)) == Aside()


def test_a_booking_window_of_blocks_may_move_either_way():
    """No guest stands behind a typed block: a nearer edge is the owner's own booking window."""
    before = aside(tail(kind=Kind.BLOCK, months=12), traits=TYPED)
    grown = tail(OPENS - timedelta(days=4), kind=Kind.BLOCK, months=12)
    assert aside(grown, traits=TYPED, before=before).unopened == Nights.of(grown.stay)


def test_a_near_end_that_moves_inward_was_opened_by_the_owner():
    """Nights the run gives up are open, and closed again they are claims."""
    later = OPENS + timedelta(days=30)
    before = aside(tail(later), before=aside(tail()))
    assert before.unopened == Nights.of(tail(later).stay)
    assert aside(tail(), before=before).unopened == Nights.of(tail(later).stay)


def test_a_guest_inside_the_run_as_an_event_of_their_own_is_a_claim():
    """What another event shows is not part of the rolling end."""
    inside = Event(Stay(date(2028, 2, 1), date(2028, 2, 5)), Kind.CLOSURE, "inside")
    found = aside(tail(), inside)
    assert found.unopened == Nights.of(tail().stay) - Nights.of(inside.stay)


def test_what_is_known_stays_what_it_was():
    """A claim that the run swallows later remains one."""
    known = Nights.of(Stay(OPENS, OPENS + timedelta(days=3)))
    found = aside(tail(), known=known)
    assert found.unopened == Nights.of(tail().stay) - known
    assert found.rolling.arrival == OPENS + timedelta(days=3)


def test_a_run_all_of_which_is_known_is_no_rolling_end():
    """Nothing is left to be set aside."""
    assert aside(tail(), known=Nights.of(tail().stay)) == Aside()


def test_closed_nights_before_the_owners_word_are_claims():
    """The owner says where the open calendar ends; a guest merged with the tail stands before that date."""
    found = aside(tail(), open_until=OPENS + timedelta(days=7))
    assert found.unopened == Nights.of(Stay(OPENS + timedelta(days=7), tail().stay.departure))
    assert aside(tail(), open_until=tail().stay.departure) == Aside()


def test_a_run_that_rolled_may_stand_still_for_14_days():
    """A stale answer or an outage stops the run for a while; after that it is taken for what it looks like, a claim."""
    shown, seen = tail(), aside(tail())
    for later, apart in ((4, True), (14, True), (15, False)):
        found = aside(shown, today=day(1 + later), before=seen)
        assert bool(found.nights) is apart


def test_a_run_that_drew_back_does_not_roll():
    """A run that ends short of the horizon and of what it was is another closure."""
    shorter = tail(shift=-8)
    assert aside(shorter, before=aside(tail())) == Aside()


def test_a_run_first_seen_short_of_the_horizon_is_a_claim():
    """Standing still is a habit of runs known to roll."""
    assert aside(tail(shift=-8)) == Aside()


def test_a_look_without_the_run_does_not_forget_where_it_began():
    """A wrong empty answer loses the run for one look; a guest who merged with it meanwhile is a claim all the same."""
    before = aside(tail())
    lost = aside(before=before)
    assert lost.nights == NO_NIGHTS
    assert aside(tail(OPENS - timedelta(days=4)), before=lost).unopened == Nights.of(tail().stay)


def test_a_guest_beside_the_tail_is_found_after_an_empty_answer():
    """The same, seen from the unit: their nights close elsewhere."""
    unit = Unit3.new()
    unit.look(BOOKING, tail())
    unit.wait(minutes=15).look(BOOKING)
    unit.wait(minutes=15).look(BOOKING, tail(OPENS - timedelta(days=4)))
    assert Nights.of(Stay(OPENS - timedelta(days=4), OPENS)) <= unit.of(BOOKING).claimed


# --- the advance notice -----------------------------------------------------------------------------------------------


def test_a_block_at_today_is_a_claim_until_it_has_moved_once():
    """On the first day nobody can tell it from the owner's own; the day after, it has moved."""
    first = aside(block(1, 2), traits=TYPED)
    assert (first.noticed, first.notice) == (NO_NIGHTS, Notice(day(1), 1))
    same_day = aside(block(1, 2), traits=TYPED, before=first)
    assert same_day == first
    second = aside(block(2, 3), traits=TYPED, today=day(2), before=first)
    assert (second.noticed, second.notice) == (nights(2, 3), Notice(day(2), 1, moved=True))
    assert second.nights == nights(2, 3)


def test_a_notice_that_has_moved_stays_one_all_day_and_after_a_gap():
    """Later looks of the day, and looks after an outage, find it again."""
    moved = Aside(notice=Notice(day(2), 1, moved=True))
    assert aside(block(2, 3), traits=TYPED, today=day(2), before=moved).noticed == nights(2, 3)
    assert aside(block(9, 10), traits=TYPED, today=day(9), before=moved).noticed == nights(9, 10)
    assert aside(block(17, 18), traits=TYPED, today=day(17), before=moved).noticed == NO_NIGHTS


def test_a_notice_of_another_length_is_a_claim_until_it_has_moved():
    """The owner changed the setting, or it is another block."""
    moved = Aside(notice=Notice(day(1), 1, moved=True))
    found = aside(block(2, 4), traits=TYPED, today=day(2), before=moved)
    assert (found.noticed, found.notice) == (NO_NIGHTS, Notice(day(2), 2))


def test_two_blocks_of_the_owner_on_following_days_are_no_notice():
    """The old block has not moved while it is still shown."""
    before = Aside(notice=Notice(day(1), 3))
    found = aside(block(1, 4), block(2, 5), traits=TYPED, today=day(2), before=before)
    assert found.noticed == NO_NIGHTS
    assert not found.notice.moved


def test_a_notice_has_at_most_three_nights():
    """A longer block at today is the owner's."""
    assert aside(block(1, 5), traits=TYPED) == Aside()
    assert aside(block(1, 4), traits=TYPED).notice == Notice(day(1), 3)


def test_only_a_block_at_today_can_be_a_notice():
    """A reservation, and a block that begins tomorrow, are what they say."""
    assert aside(guest(1, 2), block(2, 3), traits=TYPED) == Aside()


def test_a_platform_without_advance_notice_sets_no_block_aside():
    """Only where the habit is declared."""
    moved = Aside(notice=Notice(day(1), 1, moved=True))
    assert aside(block(2, 3), today=day(2), before=moved) == Aside()


def test_a_notice_not_shown_is_remembered_for_14_days():
    """A look without it forgets nothing yet; a fortnight without it does."""
    moved = Aside(notice=Notice(day(1), 1, moved=True))
    assert aside(traits=TYPED, today=day(15), before=moved) == moved
    assert aside(traits=TYPED, today=day(16), before=moved) == Aside()


def test_a_known_night_is_no_notice():
    """A block seen before it was due is the owner's, also when the date reaches it."""
    moved = Aside(notice=Notice(day(1), 1, moved=True))
    assert aside(block(2, 3), traits=TYPED, today=day(2), before=moved, known=nights(2, 3)).noticed == NO_NIGHTS


def test_a_guest_under_the_notice_is_a_claim():
    """What another event shows on that night is not part of the notice, whatever its platform identifies."""
    moved = Aside(notice=Notice(day(1), 1, moved=True))
    found = aside(block(2, 3), closure(2, 5), traits=TYPED, today=day(2), before=moved)
    assert found.noticed == NO_NIGHTS


def test_a_night_is_set_aside_for_one_reason():
    """A notice within the unopened calendar is unopened."""
    closed = Event(Stay(day(2), day(3)), Kind.BLOCK, "n"), tail(day(2), day(2), Kind.BLOCK, 12)
    moved = Aside(notice=Notice(day(1), 1, moved=True))
    found = aside(*closed, traits=TYPED, today=day(2), before=moved)
    assert not found.noticed.overlaps(found.unopened)
    assert stay(2, 3).nights <= found.nights
