"""Our own closures coming back, told from a guest's booking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.claims import Kind, Standing
from channelsync.conflicts import Certainty
from channelsync.echo import Seen, attribute, cleared, explaining, learn
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Event, Observation
from channelsync.policy import DEFAULT_POLICY
from channelsync.quiet import same_but_for_looks, stays_so
from channelsync.state import Did, Lessons
from channelsync.takeover import Answer, answer, questions
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    MERGING,
    PLAIN,
    START,
    TYPED,
    Unit3,
    at,
    block,
    claim,
    closure,
    day,
    guest,
    listing,
    nights,
    revision,
    unopened,
)

QUARTER = timedelta(minutes=15)
OTHER = guest(60, 70)
"""A stay that keeps a calendar from being empty."""


def sold(*stays, reads=(BOOKING, GREENGO)):
    """A unit whose Airbnb listing sold 10-13 March and these stays; the platforms named have read the closing."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13), *stays, OTHER)
    return unit.read(*reads).wait(minutes=15)


def cancelled(unit):
    """The same unit once Airbnb's guest has cancelled and the claim is released."""
    return unit.looks(AIRBNB, OTHER, times=3, every=QUARTER)


# --- what a look shows ------------------------------------------------------------------------------------------------


def test_a_kind_that_cannot_echo_is_hard():
    """A typed reservation is known to be one; a block or closure may be our own."""
    seen = Seen.of((guest(10, 13), block(12, 15), closure(20, 22)), TYPED, day(1))
    assert (seen.hard, seen.soft, seen.maybe_guest) == (nights(10, 13, 20, 22), nights(13, 15), NO_NIGHTS)
    assert seen.nights == nights(10, 15, 20, 22)


def test_a_guest_may_stand_behind_anything_but_a_block():
    """Past nights are of no interest."""
    seen = Seen.of((block(10, 13), closure(1, 11), closure(20, 22)), PLAIN, day(5))
    assert seen.soft == nights(5, 13, 20, 22)
    assert seen.maybe_guest == nights(5, 11, 20, 22)


# --- attribution ------------------------------------------------------------------------------------------------------


def test_a_closing_the_platform_has_read_comes_back_as_an_echo():
    """In reach of our calendar and first shown since: our own, no claim, and closed nowhere else because of it."""
    unit = sold()
    found = unit.look(BOOKING, closure(10, 13)).findings
    assert [one.did for one in found] == [Did.ECHO, Did.HABIT]
    assert unit.claims(BOOKING) == ()
    assert unit.of(BOOKING).echo == unit.of(BOOKING).hiding == nights(10, 13)
    assert unit.closed(AIRBNB) == NO_NIGHTS
    assert unit.conflicts() == ()


def test_a_closing_nobody_has_read_cannot_come_back():
    """Out of reach: a claim, closed elsewhere at once, and a conflict with what it overlaps."""
    unit = sold(reads=())
    unit.look(BOOKING, closure(10, 13))
    assert unit.only(BOOKING).stay == closure(10, 13).stay
    assert unit.closed(AIRBNB) == nights(10, 13)
    assert len(unit.conflicts()) == 1


def test_an_event_partly_in_reach_is_split_by_nights():
    """A guest beside our closing comes merged with it: their nights are a claim at once, ours a suspected one."""
    unit = sold()
    unit.look(BOOKING, closure(8, 15))
    firm = Nights.union(one.nights for one in unit.claims(BOOKING) if one.standing is Standing.FIRM)
    assert firm == nights(8, 10, 13, 15)
    assert unit.suspected(BOOKING) == nights(10, 13)
    assert unit.closed(AIRBNB) == nights(8, 15)
    assert nights(8, 15) <= unit.closed(GREENGO)


def test_an_echo_that_grows_brings_a_guest():
    """What was our closing stays it; the nights it gains are a claim of their own."""
    unit = sold()
    unit.look(BOOKING, closure(10, 13))
    unit.wait(minutes=15).look(BOOKING, closure(8, 15))
    assert unit.of(BOOKING).echo == nights(10, 13)
    assert unit.of(BOOKING).claimed == nights(8, 10, 13, 15)
    assert unit.closed(AIRBNB) == nights(8, 10, 13, 15)


def test_a_typed_reservation_is_always_a_claim():
    """What the platform itself calls a reservation is one whenever it is seen, in reach or not."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.read(AIRBNB).wait(minutes=15).look(AIRBNB, guest(10, 13))
    assert unit.only(AIRBNB).kind is Kind.RESERVATION
    assert unit.of(AIRBNB).echo == NO_NIGHTS


def test_an_echo_that_turns_out_a_reservation_is_a_claim():
    """A reservation shown over what was an echo takes its nights out of it, also in a look that is not complete."""
    before = listing(AIRBNB, echo=nights(10, 13), shown=nights(10, 13))
    seen = Seen.of((guest(11, 13),), TYPED, day(1))
    for complete in (True, False):
        found = attribute(before, seen, at(1), DEFAULT_POLICY, complete=complete)
        assert not found.echo.overlaps(nights(11, 13))


def test_an_echo_behind_a_block_hides_no_guest():
    """Airbnb shows our closing as a block: certainly no guest, so nothing is held for it."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.read(AIRBNB).wait(minutes=15).look(AIRBNB, block(10, 13))
    assert (unit.of(AIRBNB).echo, unit.of(AIRBNB).hiding) == (nights(10, 13), NO_NIGHTS)


def test_an_attribution_lasts_until_the_night_is_shown_open():
    """What was a claim before we closed it stays one, and what was an echo stays one after its calendar is gone."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.look(AIRBNB, guest(10, 13), OTHER)
    unit.read(BOOKING).wait(minutes=15).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).claimed == nights(10, 13)
    assert unit.of(BOOKING).echo == NO_NIGHTS


def test_a_suspect_look_keeps_the_attribution():
    """A wrong empty answer ends no echo: the same nights shown again are not a guest's."""
    unit = sold()
    unit.look(BOOKING, closure(10, 13), *(closure(n, n + 2) for n in range(20, 40, 4)))
    before = unit.of(BOOKING)
    unit.wait(minutes=15).look(BOOKING)
    assert unit.of(BOOKING).echo == before.echo == nights(10, 13)
    assert unit.of(BOOKING).shown == before.shown


def test_a_304_keeps_the_attribution():
    """No new look, no change."""
    unit = sold()
    unit.look(BOOKING, closure(10, 13))
    before = unit.of(BOOKING)
    unit.wait(minutes=15).look(BOOKING, not_modified=True)
    assert evolve(unit.of(BOOKING), looked_at=before.looked_at) == before


# --- cleared, lag, overdue --------------------------------------------------------------------------------------------


def test_an_import_may_lag_behind_by_the_grace_period():
    """A closing taken back may still appear for a day after the platform has read the newer calendar."""
    unit = cancelled(sold())
    unit.read(BOOKING).wait(hours=23).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).echo == nights(10, 13)


def test_what_comes_later_than_the_grace_period_is_a_guest():
    """A day after the calendar without it was read, nothing of ours can appear any more."""
    unit = cancelled(sold())
    unit.read(BOOKING).wait(hours=24).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).claimed == nights(10, 13)
    assert unit.only(BOOKING).standing is Standing.FIRM


def test_a_night_shown_open_after_the_newer_calendar_was_read_is_cleared():
    """Sold an hour after it was opened: a guest, though the old calendar is still within the grace period."""
    unit = cancelled(sold())
    unit.read(BOOKING).wait(minutes=15).look(BOOKING)
    assert nights(10, 13) <= unit.of(BOOKING).cleared
    unit.wait(hours=1).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).claimed == nights(10, 13)
    assert unit.closed(AIRBNB) == nights(10, 13)


def test_a_night_is_not_cleared_while_the_calendar_the_platform_knows_has_it():
    """Shown open before the import: the echo is still to come."""
    unit = sold()
    unit.look(BOOKING)
    assert unit.of(BOOKING).cleared == NO_NIGHTS
    assert cleared(unit.of(BOOKING), NO_NIGHTS, unit.now, DEFAULT_POLICY) == NO_NIGHTS


def test_a_fetch_that_closes_a_cleared_night_again_ends_its_being_cleared():
    """What we closed again can come back again."""
    unit = cancelled(sold())
    unit.read(BOOKING).wait(minutes=15).look(BOOKING)
    unit.look(AIRBNB, guest(10, 13, "another"), OTHER)
    unit.read(BOOKING)
    assert unit.of(BOOKING).cleared == NO_NIGHTS
    unit.wait(minutes=15).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).echo == nights(10, 13)


def overdue():
    """A unit whose Booking.com listing shows our closing a day and more after it was taken back."""
    unit = sold()
    unit.look(BOOKING, closure(10, 13))
    return cancelled(unit).read(BOOKING, GREENGO).wait(hours=24)


def test_what_outlives_its_cause_by_the_grace_period_is_suspected():
    """Still closed a day after the platform read a calendar without it: a claim after all, told as suspected."""
    unit = overdue()
    unit.wait(hours=-1).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).claimed == NO_NIGHTS
    unit.wait(hours=1).look(BOOKING, closure(10, 13))
    assert unit.only(BOOKING).standing is Standing.SUSPECTED
    assert unit.of(BOOKING).echo == unit.of(BOOKING).hiding == NO_NIGHTS
    assert unit.closed(AIRBNB) == nights(10, 13)


def test_only_a_complete_look_makes_a_suspect():
    """A 304 says nothing about what is shown now."""
    unit = overdue()
    unit.wait(hours=1).look(BOOKING, not_modified=True)
    assert unit.suspected(BOOKING) == NO_NIGHTS


def test_a_suspected_claim_closes_only_where_the_night_was_shown_open():
    """Two stale platforms cannot keep each other closed: GreenGo shows the night closed, so nothing is sent there."""
    unit = sold()
    for name in (BOOKING, GREENGO):
        unit.look(name, closure(10, 13))
    cancelled(unit).read(BOOKING).wait(minutes=15)
    unit.change(GREENGO, habit=EchoHabit.ECHOES, hiding=NO_NIGHTS).settle()
    unit.change(BOOKING, hiding=NO_NIGHTS).settle()
    unit.read(BOOKING, GREENGO).wait(hours=24).look(BOOKING, closure(10, 13))
    assert unit.suspected(BOOKING) == nights(10, 13)
    assert unit.closed(AIRBNB) == nights(10, 13)
    assert unit.closed(GREENGO) == nights(60, 70)


def test_a_suspected_claim_is_never_the_cause_of_another():
    """What is closed only because of a suspicion may outlive it without raising a second one."""
    unit = overdue()
    unit.look(BOOKING, closure(10, 13))
    assert unit.of(GREENGO).tainted == nights(10, 13)
    unit.read(GREENGO).wait(minutes=15).look(GREENGO, closure(10, 13))
    assert unit.of(GREENGO).echo == nights(10, 13)
    unit.change(BOOKING, claims=()).settle()
    unit.look(BOOKING)
    unit.read(GREENGO).wait(hours=30).look(GREENGO, closure(10, 13))
    assert unit.suspected(GREENGO) == NO_NIGHTS


def test_a_taint_lasts_as_long_as_our_closing_may_still_appear():
    """A look that does not show the closing yet, for an import lags, does not wash it clean."""
    unit = overdue()
    unit.look(BOOKING, closure(10, 13))
    unit.read(GREENGO).wait(minutes=15)
    unit.change(BOOKING, claims=(), shown=NO_NIGHTS).settle()
    unit.look(GREENGO)
    unit.wait(minutes=15).look(GREENGO, closure(10, 13))
    assert unit.of(GREENGO).echo == nights(10, 13)
    unit.read(GREENGO).wait(hours=30).look(GREENGO, closure(10, 13))
    assert unit.suspected(GREENGO) == NO_NIGHTS


# --- an echo that goes ------------------------------------------------------------------------------------------------


def fading(*rest):
    """A unit whose Booking.com listing echoed a stay since cancelled and read that it is open; it shows the rest."""
    unit = sold()
    unit.look(BOOKING, closure(10, 13), *rest)
    return cancelled(unit).read(BOOKING)


def held(unit):
    """Whether the night is still kept closed on GreenGo, because of what Booking.com may hide."""
    return nights(10, 13) <= unit.closed(GREENGO)


def test_what_an_echo_hid_is_believed_open_as_a_vanished_claim_is():
    """One look may be wrong: three that agree over half an hour end the hold."""
    rest = closure(80, 90)
    unit = fading(rest).looks(BOOKING, rest, times=2, every=QUARTER)
    assert held(unit)
    assert not held(unit.looks(BOOKING, rest, times=1, every=QUARTER))
    assert (unit.of(BOOKING).hiding, unit.of(BOOKING).fading) == (NO_NIGHTS, ())


def test_an_empty_calendar_is_believed_later():
    """Where nothing is shown any more, four hours."""
    unit = fading().looks(BOOKING, times=16, every=QUARTER)
    assert held(unit)
    assert not held(unit.looks(BOOKING, times=1, every=QUARTER))


def test_an_echo_that_is_shown_again_ends_the_wait():
    """What comes back after the platform has opened it is no echo any more: a claim."""
    rest = closure(80, 90)
    unit = fading(rest).looks(BOOKING, rest, times=2, every=QUARTER)
    unit.wait(minutes=15).look(BOOKING, closure(10, 13), rest)
    assert held(unit)
    assert nights(10, 13) <= unit.of(BOOKING).claimed
    assert unit.of(BOOKING).fading == ()


def test_a_304_does_not_count_for_an_echo_that_goes():
    """Nor does any look that is none of its own."""
    rest = closure(80, 90)
    unit = fading(rest).looks(BOOKING, rest, times=2, every=QUARTER)
    for _ in range(9):
        unit.wait(minutes=15).look(BOOKING, not_modified=True)
    assert held(unit)


def test_an_inventory_ends_no_hold():
    """The first look after an outage agrees with none before it."""
    rest = closure(80, 90)
    unit = fading(rest).looks(BOOKING, rest, times=2, every=QUARTER)
    unit.wait(hours=37).look(BOOKING, rest)
    assert held(unit)


def test_one_wrong_answer_before_the_cancellation_prevents_no_hold():
    """Booking.com may hide a guest; it leaves the night out for one look, just before Airbnb's guest is released."""
    rest = closure(80, 90)
    unit = sold()
    unit.look(BOOKING, closure(10, 13), rest)
    unit.looks(AIRBNB, OTHER, times=2, every=QUARTER)
    unit.look(BOOKING, rest)
    unit.looks(AIRBNB, OTHER, times=1, every=QUARTER)
    assert held(unit)


def test_parts_of_an_echo_go_at_different_times():
    """Each night waits from the look that first leaves it out."""
    rest = closure(80, 90)
    unit = fading(rest)
    unit.wait(minutes=15).look(BOOKING, closure(10, 12), rest)
    unit.looks(BOOKING, rest, times=2, every=QUARTER)
    assert nights(10, 12) <= unit.closed(GREENGO)
    unit.looks(BOOKING, rest, times=2, every=QUARTER)
    assert not nights(10, 13).overlaps(unit.closed(GREENGO))


# --- the first look ---------------------------------------------------------------------------------------------------


def met(habit=EchoHabit.UNKNOWN, *stays):
    """A unit whose GreenGo listing has a guest on 10-13 March, copied by the others, and cannot be read at first."""
    unit = Unit3.new(active=True).change(GREENGO, habit=habit)
    unit.look(AIRBNB, block(10, 13), *stays, OTHER)
    unit.look(BOOKING, closure(10, 13), closure(60, 70))
    unit.fold(GREENGO, Observation(unit.now, failure="HTTP 500"))
    return unit.read(GREENGO).wait(hours=5)


def test_at_a_first_look_nothing_is_an_echo():
    """Our calendar closes a guest's own nights because others copy them: the guest is suspected, and asked about."""
    unit = met()
    unit.look(GREENGO, closure(10, 13), closure(60, 70))
    assert unit.of(GREENGO).echo == unit.of(GREENGO).hiding == NO_NIGHTS
    assert unit.suspected(GREENGO) == nights(10, 13, 60, 70)
    asked = [one for one in questions(unit.state) if one.listing == GREENGO]
    assert Nights.union(one.nights for one in asked) == nights(10, 13, 60, 70)
    unit.state = answer(unit.state, next(one.id for one in asked if one.nights == nights(10, 13)), Answer.RESERVATION)
    unit.settle()
    assert nights(10, 13) <= unit.closed(AIRBNB) & unit.closed(BOOKING)


def test_a_first_look_that_is_a_copy_already_attributes_nothing():
    """Until a look has been complete, nobody knows what was open."""
    unit = met()
    unit.look(GREENGO, closure(10, 13), closure(60, 70), stands_in=True)
    assert unit.of(GREENGO).complete_at is None
    assert (unit.of(GREENGO).echo, unit.suspected(GREENGO)) == (NO_NIGHTS, nights(10, 13, 60, 70))


def test_a_first_look_teaches_no_habit():
    """What is shown as published may have stood there before, and what is left out may be an answer that lacks it."""
    unit = met()
    unit.look(GREENGO, closure(10, 13), closure(60, 70))
    assert (unit.of(GREENGO).habit, unit.of(GREENGO).lessons) == (EchoHabit.UNKNOWN, Lessons())
    unit = met(EchoHabit.UNKNOWN, guest(20, 22), guest(30, 32)).wait(days=1)
    unit.look(GREENGO)
    assert (unit.of(GREENGO).habit, unit.of(GREENGO).lessons.silent) == (EchoHabit.UNKNOWN, 0)


def test_what_a_first_look_left_out_teaches_nothing_later():
    """A wrong answer may last for hours; and a look that shows the same has to mean the same as the one before."""
    unit = met(EchoHabit.UNKNOWN, guest(20, 22), guest(30, 32)).wait(days=1)
    unit.look(GREENGO)
    before = unit.of(GREENGO)
    unit.wait(minutes=15).look(GREENGO)
    assert same_but_for_looks(before, unit.of(GREENGO))
    assert stays_so(before, before.looked_at, unit.now, DEFAULT_POLICY)


def test_a_first_look_does_not_undo_what_is_known_of_the_platform():
    """One that never echoes shows its guest at the first look: a claim, and firm."""
    unit = met(EchoHabit.NEVER)
    unit.look(GREENGO, closure(10, 13), closure(60, 70))
    assert unit.of(GREENGO).habit is EchoHabit.NEVER
    assert unit.of(GREENGO).claimed == nights(10, 13, 60, 70)
    assert unit.suspected(GREENGO) == NO_NIGHTS


def test_after_an_empty_first_look_our_closing_comes_back_as_an_echo():
    """What was shown open has turned closed: the rule of every other look."""
    unit = Unit3.new(active=True)
    unit.look(GREENGO)
    unit.look(AIRBNB, guest(10, 13), OTHER)
    unit.read(GREENGO).wait(hours=1).look(GREENGO, closure(10, 13), closure(60, 70))
    assert unit.of(GREENGO).echo == nights(10, 13, 60, 70)


# --- whether a listing echoes is learned ------------------------------------------------------------------------------


def test_one_of_our_closings_exactly_as_published_teaches_that_a_listing_echoes():
    """Nothing else explains it."""
    unit = sold()
    unit.look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).habit is EchoHabit.ECHOES
    assert unit.of(BOOKING).lessons == Lessons()


def test_part_of_a_closing_is_not_our_closing():
    """An import takes a run whole: part of one is a guest's for all we know, suspected, and teaches nothing."""
    unit = sold()
    unit.look(BOOKING, closure(10, 12))
    assert unit.of(BOOKING).echo == NO_NIGHTS
    assert unit.suspected(BOOKING) == nights(10, 12)
    assert unit.of(BOOKING).habit is EchoHabit.UNKNOWN
    assert [one.certainty for one in unit.conflicts()] == [Certainty.POSSIBLE]


def test_a_closing_that_began_before_today_comes_back_without_its_past():
    """The running part is all a platform can still show of it: an echo all the same."""
    unit = sold()
    unit.now = at(11)
    unit.look(BOOKING, closure(11, 13))
    assert unit.of(BOOKING).echo == nights(11, 13)


def test_a_closing_beyond_the_horizon_comes_back_as_far_as_the_calendar_goes():
    """A run cut at the end of the platform's calendar is the run."""
    unit = sold(guest(530, 600))
    unit.look(BOOKING, closure(10, 13), closure(530, 545))
    assert unit.of(BOOKING).echo == nights(10, 13, 530, 545)


def before_the_unopened(*, turnover=0):
    """A unit whose Booking.com calendar is not open from night 40, and an Airbnb guest of 36-45 it has read of."""
    unit = Unit3.new(turnover=turnover)
    for name, shown in ((AIRBNB, OTHER), (BOOKING, unopened(40)), (GREENGO, OTHER)):
        unit.look(name, shown)
    unit.wait(hours=1).look(AIRBNB, guest(36, 45), OTHER)
    return unit.read(BOOKING, GREENGO).wait(hours=1)


def test_a_closing_that_reaches_into_the_unopened_calendar_comes_back_whole():
    """Merged with what is not open yet, it is shown closed to its end: our own, held like any echo."""
    unit = before_the_unopened()
    unit.look(BOOKING, unopened(36))
    assert unit.of(BOOKING).echo == unit.of(BOOKING).hiding == nights(36, 40)
    assert unit.claims(BOOKING) == ()
    assert unit.of(BOOKING).aside.unopened.first == day(40)
    cancelled(unit).wait(minutes=15).look(BOOKING, unopened(36))
    assert not unit.closed(BOOKING).overlaps(nights(36, 40))
    assert nights(36, 40) <= unit.closed(GREENGO)
    unit.read(BOOKING).wait(hours=25).look(BOOKING, unopened(36))
    assert unit.suspected(BOOKING) == nights(36, 40)
    assert nights(36, 40) <= unit.closed(GREENGO) & unit.closed(AIRBNB)


def test_a_part_of_a_closing_beside_the_unopened_calendar_is_not_our_closing():
    """What is not set aside has to be shown to the last night: a guest may have bought the others."""
    unit = before_the_unopened()
    unit.look(BOOKING, unopened(38))
    assert (unit.of(BOOKING).echo, unit.suspected(BOOKING)) == (NO_NIGHTS, nights(38, 40))


def test_turnover_nights_do_not_grow_before_the_unopened_calendar():
    """Each would come back merged with it, be suspected, and get a turnover night of its own, and so on for ever."""
    unit = before_the_unopened(turnover=1)
    wide = unit.closed(BOOKING)
    assert nights(35, 46) <= wide
    for _ in range(4):
        read = {name: unit.closed(name) for name in (GREENGO, BOOKING)}
        unit.read(GREENGO, BOOKING).wait(hours=2)
        unit.look(GREENGO, *(Event(run, Kind.CLOSURE, "ours") for run in (read[GREENGO] | nights(60, 70)).runs()))
        ours = read[BOOKING].before(day(40)).first
        assert ours is not None
        unit.look(BOOKING, unopened((ours - day(1)).days + 1))
    assert unit.closed(BOOKING) == wide
    assert unit.suspected(BOOKING) == NO_NIGHTS


def test_time_ends_how_a_closing_under_the_unopened_calendar_is_explained():
    """It does not any more once the platform has read another calendar for the grace period."""
    unit = before_the_unopened()
    unit.look(BOOKING, unopened(36))
    assert nights(36, 40) <= explaining(unit.of(BOOKING), unit.now, DEFAULT_POLICY)[1]
    cancelled(unit).read(BOOKING)
    later = unit.now + DEFAULT_POLICY.grace
    assert not explaining(unit.of(BOOKING), later, DEFAULT_POLICY)[1].overlaps(nights(36, 40))


def test_closings_under_the_unopened_calendar_are_not_left_out():
    """They are shown closed, whoever closed them: one that never echoed, and shows another as published, is unknown."""
    old = nights(50, 52, 55, 57, 60, 62)
    reads = (revision(1, old, at(1), at(1), at(4)), revision(2, old | nights(10, 13), at(4), at(4, 10)))
    before = listing(BOOKING, revisions=reads, habit=EchoHabit.NEVER, complete_at=at(4))
    seen = Seen.of((closure(10, 13), unopened(45)), MERGING, day(4)).without(unopened(45).stay.nights)
    found = attribute(before, seen, at(4, 12), DEFAULT_POLICY, complete=True)
    assert (found.habit, found.echo) == (EchoHabit.UNKNOWN, nights(10, 13))


def silent(lessons=3, *, name=BOOKING):
    """A unit whose listing was told of so many closings, had a day to show them, and did not."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, *(guest(20 + 5 * n, 22 + 5 * n) for n in range(lessons)))
    return unit.read(name).wait(hours=24)


@pytest.mark.parametrize("lessons, habit", [(1, EchoHabit.UNKNOWN), (2, EchoHabit.UNKNOWN), (3, EchoHabit.NEVER)])
def test_three_silent_closings_make_a_listing_that_never_echoes(lessons, habit):
    """Read, waited for a grace period, and not shown: three times, and one closing is one lesson."""
    unit = silent(lessons)
    for _ in range(4):
        unit.wait(minutes=15).look(BOOKING)
    assert unit.of(BOOKING).lessons.silent == lessons
    assert unit.of(BOOKING).habit is habit


def test_nothing_is_learned_before_the_grace_period():
    """An import may lag."""
    unit = silent().wait(hours=-1)
    unit.look(BOOKING)
    assert unit.of(BOOKING).lessons == Lessons()


def test_nothing_is_learned_from_a_suspect_look():
    """An empty answer is silent about everything."""
    unit = silent()
    unit.change(BOOKING, claims=(claim(50, 52), claim(54, 56)), shown=nights(50, 52, 54, 56))
    unit.look(BOOKING)
    assert unit.of(BOOKING).lessons == Lessons()


def test_a_closing_that_has_passed_teaches_nothing():
    """Nobody shows nights that are over: that they are not shown is no silence."""
    before = listing(BOOKING, revisions=(revision(1, nights(1, 3, 5, 7, 9, 11), at(1), at(1)),))
    unit = Unit3.quiet().change(BOOKING, revisions=before.revisions)
    unit.now = at(20)
    unit.look(BOOKING)
    assert unit.of(BOOKING).lessons.silent == 0


def test_a_closing_that_was_shown_teaches_no_silence():
    """A closing whose nights are shown is not counted among those that never came."""
    before = listing(BOOKING, revisions=(revision(1, nights(10, 12), at(1), at(1)),), shown=nights(10, 12))
    seen = Seen.of((closure(10, 12),), MERGING, day(3))
    found = attribute(before, seen, at(3), DEFAULT_POLICY, complete=True)
    assert learn(before, found, nights(10, 12), at(3), DEFAULT_POLICY) == (EchoHabit.UNKNOWN, Lessons())


def never():
    """A unit whose Booking.com listing is known never to echo, and an Airbnb guest it has read of."""
    unit = sold()
    return unit.change(BOOKING, habit=EchoHabit.NEVER)


def test_everything_a_listing_that_never_echoes_shows_is_a_claim():
    """Nothing is ambiguous there."""
    unit = never()
    unit.look(BOOKING, closure(10, 12))
    assert unit.of(BOOKING).claimed == nights(10, 12)
    assert len(unit.conflicts()) == 1


def test_a_listing_that_shows_our_closing_as_published_is_unknown_again():
    """Habits change: at once, the closing is an echo, and the owner is told."""
    unit = never()
    found = unit.look(BOOKING, closure(10, 13)).findings
    assert unit.of(BOOKING).habit is EchoHabit.UNKNOWN
    assert unit.of(BOOKING).echo == nights(10, 13)
    assert "never -> unknown" in next(one.why for one in found if one.did is Did.HABIT)


def test_a_listing_that_sold_the_very_nights_we_closed_still_never_echoes():
    """One closing as published among three that are still not shown: a guest who took exactly those nights."""
    unit = sold(guest(20, 22), guest(25, 27), guest(30, 32)).change(BOOKING, habit=EchoHabit.NEVER)
    unit.wait(hours=25).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).habit is EchoHabit.NEVER
    assert unit.of(BOOKING).claimed == nights(10, 13)


def test_a_block_of_a_listing_found_never_to_echo_is_asked_about():
    """No guest stands behind it, and whose it is, nobody has said: it closes what it closed, and the owner is asked."""
    unit = sold()
    unit.look(BOOKING, block(10, 13))
    assert unit.of(BOOKING).echo == nights(10, 13)
    unit.change(BOOKING, habit=EchoHabit.NEVER).wait(minutes=15).look(BOOKING, block(10, 13))
    assert unit.suspected(BOOKING) == nights(10, 13)
    assert [one.nights for one in questions(unit.state)] == [nights(10, 13)]
    assert nights(10, 13) <= unit.closed(GREENGO)


def test_what_is_suspected_on_a_listing_that_never_echoes_closes_where_an_echo_fades():
    """No closing of ours keeps it in sight: there is no need to wait until the others show the nights open."""
    unit = sold()
    unit.look(BOOKING, block(10, 13))
    unit.look(GREENGO, closure(10, 13))
    cancelled(unit)
    unit.read(GREENGO)
    assert not unit.closed(GREENGO).overlaps(nights(10, 13))
    unit.change(BOOKING, habit=EchoHabit.NEVER).look(BOOKING, block(10, 13))
    assert unit.suspected(BOOKING) == nights(10, 13)
    assert nights(10, 13) <= unit.closed(GREENGO) & unit.closed(AIRBNB)


def test_a_listing_found_never_to_echo_leaves_no_guest_hidden_behind_an_echo():
    """What it showed while it might have echoed is a claim at its next look; until then its nights stay closed."""
    unit = sold()
    unit.look(BOOKING, closure(10, 13))
    unit.change(BOOKING, habit=EchoHabit.NEVER)
    cancelled(unit)
    assert nights(10, 13) <= unit.closed(GREENGO)
    unit.wait(minutes=15).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).claimed == nights(10, 13)
    assert nights(10, 13) <= unit.closed(GREENGO) & unit.closed(AIRBNB)


def test_a_block_in_the_place_of_a_vanished_reservation_is_our_closing():
    """The reservation's own claim does not stand in the way: what our calendar closes there now may come back."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.read(AIRBNB).look(AIRBNB, guest(10, 13), OTHER)
    unit.wait(minutes=15).look(AIRBNB, block(10, 13), OTHER)
    assert unit.of(AIRBNB).echo == nights(10, 13)


def test_a_block_that_turns_into_a_closure_may_hide_a_guest():
    """The echo stays ours, but somebody may have taken its place."""
    unit = sold()
    unit.look(GREENGO, block(10, 13))
    assert unit.of(GREENGO).hiding == NO_NIGHTS
    unit.wait(minutes=15).look(GREENGO, closure(10, 13))
    assert unit.of(GREENGO).hiding == nights(10, 13)


# --- what may be over, and what followed us ---------------------------------------------------------------------------


def test_an_echo_of_tonight_that_may_be_over_is_still_held():
    """By the platform's clock it is tomorrow: the absence of tonight says nothing of the guest behind it."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(1, 4))
    unit.read(BOOKING)
    unit.wait(minutes=20).look(BOOKING, closure(1, 4))
    assert unit.of(BOOKING).hiding == nights(1, 4)
    unit.now = START.replace(hour=22, minute=30)
    unit.look(BOOKING, closure(2, 4))
    assert unit.of(BOOKING).hiding == nights(1, 4)


def test_a_listing_that_went_with_our_calendar_has_followed_us():
    """It showed our closing because of us for certain; one that opens by itself has not."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    unit.read(BOOKING)
    unit.wait(minutes=20).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).lessons.followed == 0
    unit.looks(AIRBNB, times=20, every=timedelta(minutes=15))
    unit.settle()
    unit.read(BOOKING)
    unit.wait(minutes=20).look(BOOKING)
    assert unit.of(BOOKING).lessons.followed == 0  # one look may be wrong
    unit.looks(BOOKING, times=20, every=timedelta(minutes=15))
    assert unit.of(BOOKING).lessons.followed == 1


def test_one_wrong_answer_is_no_proof_that_a_listing_follows():
    """What it left out once comes back: a guest may have stood behind it all the time."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    unit.read(GREENGO)
    unit.wait(minutes=20).look(GREENGO, closure(10, 13))
    unit.looks(AIRBNB, times=20, every=timedelta(minutes=15))
    unit.read(GREENGO)
    unit.wait(minutes=20).look(GREENGO)
    unit.wait(minutes=15).look(GREENGO, closure(10, 13))
    unit.looks(GREENGO, closure(10, 13), times=4, every=timedelta(minutes=15))
    assert unit.of(GREENGO).lessons.followed == 0


def test_the_owners_word_that_nobody_hides_holds_until_the_platform_has_read_the_night_open():
    """From then on it may be sold there, and the look after shows the same: it is held when the others let it go."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.read(GREENGO).wait(minutes=15).look(GREENGO, closure(10, 13))
    unit.change(GREENGO, hiding=NO_NIGHTS)  # the owner has said so
    unit.wait(minutes=15).look(GREENGO, closure(10, 13))
    assert unit.of(GREENGO).hiding == NO_NIGHTS
    unit.change(BOOKING, claims=(), shown=NO_NIGHTS, events=()).settle()
    unit.wait(minutes=5).look(GREENGO, closure(10, 13))
    assert unit.of(GREENGO).hiding == NO_NIGHTS
    unit.read(GREENGO).wait(minutes=15).look(GREENGO, closure(10, 13))
    assert unit.of(GREENGO).hiding == nights(10, 13)


def late(block_shown):
    """A unit whose Airbnb listing read a closing, and its end, and showed the nights open; this block came then."""
    unit = Unit3.quiet()
    unit.look(GREENGO, closure(10, 13), closure(60, 70))
    unit.read(AIRBNB).looks(GREENGO, closure(60, 70), times=3, every=QUARTER)
    unit.read(AIRBNB).wait(minutes=15).look(AIRBNB)
    assert nights(10, 13) <= unit.of(AIRBNB).cleared
    unit.wait(hours=2).look(AIRBNB, block_shown)
    return unit


def test_a_block_that_is_our_closing_whole_may_be_a_late_import():
    """No guest stands behind it, and an import takes its time: it is asked about, and closed elsewhere meanwhile."""
    unit = late(block(10, 13))
    assert unit.only(AIRBNB).standing is Standing.SUSPECTED
    assert nights(10, 13) <= unit.closed(BOOKING) & unit.closed(GREENGO)


def test_a_block_that_is_only_a_part_of_our_closing_is_the_owners():
    """An import takes a run of ours as one: the owner has closed these nights, firmly."""
    assert late(block(10, 12)).only(AIRBNB).standing is Standing.FIRM


def test_a_listing_that_ignores_an_opening_is_remembered_for_these_nights():
    """Closed again meanwhile, it still shows what it showed: likelier a guest, until the night is shown open."""
    unit = sold()
    for name in (BOOKING, GREENGO):
        unit.look(name, closure(10, 13))
    assert unit.of(BOOKING).ignored == NO_NIGHTS
    cancelled(unit).read(BOOKING).wait(minutes=15).look(BOOKING, not_modified=True)
    assert unit.of(BOOKING).ignored == NO_NIGHTS  # an old answer does not know of the opening
    unit.wait(minutes=15).look(BOOKING, closure(10, 13))
    assert unit.of(BOOKING).ignored == nights(10, 13)
    unit.look(AIRBNB, guest(10, 13, "another"), OTHER)
    unit.read(BOOKING).wait(minutes=15).look(BOOKING, closure(10, 13))
    assert (unit.of(BOOKING).ignored, unit.of(GREENGO).ignored) == (nights(10, 13), NO_NIGHTS)
    unit.wait(minutes=15).look(BOOKING, closure(80, 90))
    assert unit.of(BOOKING).ignored == NO_NIGHTS
