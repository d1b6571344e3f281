"""When a vanished claim may free its nights: every row of the table, at its thresholds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.claims import Kind, Standing
from channelsync.nights import NO_NIGHTS
from channelsync.observation import Verdict
from channelsync.orders import confirm
from channelsync.policy import DEFAULT_POLICY
from channelsync.release import Case, case_of, rule, weight
from channelsync.state import Did, Freed
from channelsync.takeover import questions
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    MERGING,
    PLAIN,
    TYPED,
    Unit3,
    at,
    claim,
    closure,
    day,
    guest,
    listing,
    missing,
    nights,
    stay,
    unopened,
)

MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)
SIX = tuple(guest(5 * n, 5 * n + 3) for n in range(1, 7))
"""Six stays of three nights: one is a sixth of the nights, two are a third of the claims."""


def case(*claims, freed=(), seen_empty=False, name=AIRBNB, today=1):
    """The case of these claims, some of them missing."""
    return case_of(listing(name, seen_empty=seen_empty), claims, freed, day(today), DEFAULT_POLICY)


def gone(arrival, departure, **more):
    """A missing claim."""
    return claim(arrival, departure, missing=missing(), **more)


def airbnb(*shown):
    """A unit whose Airbnb listing shows these stays, read once."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, *shown)
    return unit


# --- cases ------------------------------------------------------------------------------------------------------------


def test_nothing_missing():
    """A look that shows everything asks for no patience."""
    assert case() is case(claim(10, 13)) is Case.NONE


def test_what_a_date_change_left_is_not_missing():
    """A known reservation that moved is no disappearance."""
    assert case(claim(11, 14), claim(10, 11, missing=missing(moved=True))) is Case.NONE


@pytest.mark.parametrize("rest, expected", [(3, Case.ONE), (4, Case.ONE), (2, Case.MASS)])
def test_one_claim_missing_holds_at_most_half_of_the_known_nights(rest, expected):
    """One of three nights against as many, or more, is a cancellation; more than half of the calendar is suspect."""
    assert case(gone(10, 13), claim(20, 20 + rest)) is expected


@pytest.mark.parametrize("known, expected", [(7, Case.TWO), (6, Case.TWO), (5, Case.MASS)])
def test_two_claims_missing_are_at_most_a_third_of_the_claims(known, expected):
    """Two of six is the limit."""
    rest = [claim(10 + 3 * n, 12 + 3 * n) for n in range(known - 2)]
    assert case(gone(1, 2), gone(3, 4), *rest) is expected


def test_two_claims_missing_that_are_most_of_the_nights():
    """Two long stays among many short ones: more than half of the nights is suspect whatever their number."""
    rest = [claim(40 + 2 * n, 41 + 2 * n) for n in range(9)]
    assert case(gone(1, 11), gone(20, 30), *rest) is Case.MASS


def test_three_claims_missing_are_suspect():
    """Three or more are never believed, however many remain."""
    rest = [claim(40 + 2 * n, 41 + 2 * n) for n in range(40)]
    assert case(gone(1, 2), gone(3, 4), gone(5, 6), *rest) is Case.MASS


def test_the_only_claim_of_a_listing_never_seen_empty_is_suspect():
    """The whole calendar vanished."""
    assert case(gone(10, 13)) is Case.MASS


def test_the_only_claim_of_a_listing_that_has_been_empty():
    """Seen empty before, or a platform whose empty answers are often true."""
    assert case(gone(10, 13), seen_empty=True) is Case.ONLY
    assert case(gone(10, 13), name=GREENGO) is Case.ONLY


def test_an_only_run_that_may_be_several_guests_is_not_only_one():
    """A long run on a platform that merges counts as two: the whole calendar vanished."""
    assert case(gone(1, 16), name=BOOKING, seen_empty=True) is Case.MASS


def test_what_was_freed_lately_still_counts():
    """A calendar cannot empty itself drop by drop: the second release within a day counts as two."""
    freed = [Freed(at(1), nights(1, 2), 1)]
    rest = [claim(10 + 3 * n, 12 + 3 * n) for n in range(5)]
    assert case(gone(3, 4), *rest, freed=freed) is Case.TWO
    assert case(gone(3, 4), *rest[:2], freed=freed) is Case.MASS
    assert case(gone(3, 4), *rest, freed=[*freed, Freed(at(1), nights(4, 5), 1)]) is Case.MASS


def test_the_last_claim_after_another_was_freed_is_suspect():
    """Two claims vanished one after the other are the whole calendar, not an only claim."""
    freed = [Freed(at(1), nights(20, 23), 1)]
    assert case(gone(10, 13), freed=freed, seen_empty=True) is Case.MASS


def test_nights_that_are_over_do_not_count():
    """The share is of future nights: a running stay counts with what is left of it."""
    assert case(gone(1, 11), claim(20, 22), today=1) is Case.MASS
    assert case(gone(1, 11), claim(20, 22), today=10) is Case.ONE


@pytest.mark.parametrize("length, merged", [(14, 1), (15, 2), (28, 2), (29, 3), (60, 3)])
def test_a_long_run_may_be_several_guests_where_stays_merge(length, merged):
    """Over 14 nights counts as two, over 28 as three; on a platform that keeps stays apart each is one."""
    long = claim(1, 1 + length)
    assert weight(long, MERGING, DEFAULT_POLICY) == merged
    assert weight(long, TYPED, DEFAULT_POLICY) == weight(long, PLAIN, DEFAULT_POLICY) == 1


# --- patience ---------------------------------------------------------------------------------------------------------


def ruled(looks, after, *rest, case_is, name=AIRBNB, **more):
    """Whether a claim with so many looks before this one, missing for so long, is free."""
    one = gone(10, 13, id="gone", kind=Kind.CLOSURE)
    one = evolve(one, missing=missing(at(1), looks - 1))
    ruling = rule(listing(name, **more), (one, *rest), at(1) + after, day(1), DEFAULT_POLICY)
    assert ruling.case is case_is
    assert bool(ruling.released) is (ruling.freed == nights(10, 13))
    assert len(ruling.claims) + len(ruling.released) == 1 + len(rest)
    return bool(ruling.released)


@pytest.mark.parametrize(
    "looks, after, free", [(3, 30 * MINUTES, True), (2, 9 * HOURS, False), (3, 29.9 * MINUTES, False)]
)
def test_one_claim_needs_three_looks_over_30_minutes(looks, after, free):
    """Neither two looks nor less than 30 minutes free it."""
    assert ruled(looks, after, claim(20, 23), case_is=Case.ONE) is free


@pytest.mark.parametrize("looks, after, free", [(3, 4 * HOURS, True), (2, 9 * HOURS, False), (16, 3.9 * HOURS, False)])
def test_the_only_claim_needs_three_looks_over_4_hours(looks, after, free):
    """An empty calendar is believed after four hours where it has been empty before."""
    assert ruled(looks, after, case_is=Case.ONLY, seen_empty=True) is free


@pytest.mark.parametrize(
    "looks, after, free", [(3, 24 * HOURS, True), (2, 48 * HOURS, False), (90, 23.9 * HOURS, False)]
)
def test_anything_else_needs_three_looks_over_24_hours(looks, after, free):
    """A suspect answer frees nothing for a day."""
    assert ruled(looks, after, case_is=Case.MASS) is free


@pytest.mark.parametrize("after, free", [(4 * HOURS, True), (3.9 * HOURS, False)])
def test_two_claims_need_4_hours(after, free):
    """Pairs are rarer than single cancellations and are given more time."""
    rest = [claim(20 + 3 * n, 22 + 3 * n) for n in range(5)]
    freed = (Freed(at(1), nights(5, 6), 1),)
    assert ruled(3, after, *rest, case_is=Case.TWO, freed=freed) is free


@pytest.mark.parametrize("looks, free", [(1, False), (2, True)])
def test_a_date_change_frees_at_the_second_look(looks, free):
    """The look that shows the change and one that agrees: identity is stable there."""
    left = claim(10, 11, missing=missing(at(1), looks - 1, moved=True))
    ruling = rule(listing(AIRBNB), (claim(11, 14), left), at(1, 9, 1), day(1), DEFAULT_POLICY)
    assert (ruling.case, bool(ruling.released)) == (Case.NONE, free)


def test_the_counting_window_is_24_hours():
    """What was freed a day ago counts no more."""
    freed = (Freed(at(1), nights(5, 8), 1),)
    rest = claim(20, 23)
    assert ruled(3, 23 * HOURS, rest, case_is=Case.MASS, freed=freed) is False
    assert ruled(3, 24 * HOURS, rest, case_is=Case.ONE, freed=freed) is True


# --- histories --------------------------------------------------------------------------------------------------------


def test_a_single_cancellation_opens_after_half_an_hour():
    """Kept closed at the first look, free at the third that agrees over 30 minutes, told both times."""
    unit = airbnb(*SIX)
    first = unit.wait(minutes=15).look(AIRBNB, *SIX[1:])
    assert [one.did for one in first.findings] == [Did.KEEP]
    assert "3 looks agree over 0.5 h" in first.findings[0].why
    assert nights(5, 8) <= unit.closed(BOOKING)
    assert unit.wait(minutes=15).look(AIRBNB, *SIX[1:]).findings == ()
    last = unit.wait(minutes=15).look(AIRBNB, *SIX[1:])
    assert [one.did for one in last.findings] == [Did.RELEASE, Did.PUBLISH, Did.PUBLISH]
    assert "3 looks agree" in last.findings[0].why
    assert not nights(5, 8).overlaps(unit.closed(BOOKING) | unit.closed(GREENGO))


def test_many_looks_in_a_short_time_are_not_enough():
    """Half an hour must pass, however often we look."""
    unit = airbnb(*SIX).looks(AIRBNB, *SIX[1:], times=30, every=MINUTES)
    assert nights(5, 8) <= unit.closed(BOOKING)
    assert not nights(5, 8).overlaps(unit.looks(AIRBNB, *SIX[1:], times=1, every=MINUTES).closed(BOOKING))


def test_a_look_that_shows_the_claim_ends_the_wait():
    """Looks agree only while none shows the night closed: the count begins anew."""
    unit = airbnb(*SIX).looks(AIRBNB, *SIX[1:], times=2, every=15 * MINUTES)
    unit.wait(minutes=15).look(AIRBNB, *SIX)
    assert not any(one.missing for one in unit.claims(AIRBNB))
    unit.looks(AIRBNB, *SIX[1:], times=2, every=15 * MINUTES)
    assert nights(5, 8) <= unit.closed(BOOKING)


def test_two_cancellations_open_after_four_hours():
    """Two of six."""
    unit = airbnb(*SIX).looks(AIRBNB, *SIX[2:], times=16, every=15 * MINUTES)
    assert nights(5, 8, 10, 13) <= unit.closed(BOOKING)
    unit.looks(AIRBNB, *SIX[2:], times=1, every=15 * MINUTES)
    assert not nights(5, 8, 10, 13).overlaps(unit.closed(BOOKING))


def test_an_empty_calendar_frees_nothing_for_a_day():
    """The whole calendar vanished: suspect, told once, kept closed until looks agree over 24 hours."""
    unit = airbnb(*SIX)
    told = unit.wait(minutes=15).look(AIRBNB)
    assert [one.did for one in told.findings].count(Did.SUSPECT) == 1
    assert unit.verdict(AIRBNB) is Verdict.SUSPECT
    unit.looks(AIRBNB, times=23, every=HOURS)
    assert unit.closed(BOOKING) == nights(*(edge for n in range(1, 7) for edge in (5 * n, 5 * n + 3)))
    unit.looks(AIRBNB, times=1, every=HOURS)
    assert unit.closed(BOOKING) == NO_NIGHTS
    assert unit.verdict(AIRBNB) is Verdict.COMPLETE


def test_a_calendar_that_comes_back_has_lost_nothing():
    """One wrong empty answer leaves no trace but its finding."""
    unit = airbnb(*SIX)
    before = unit.closed(BOOKING)
    unit.wait(minutes=15).look(AIRBNB)
    unit.wait(minutes=15).look(AIRBNB, *SIX)
    assert unit.closed(BOOKING) == before
    assert unit.verdict(AIRBNB) is Verdict.COMPLETE
    assert not any(one.missing for one in unit.claims(AIRBNB))


def test_a_suspect_look_adds_nights():
    """What it shows is closed at once all the same."""
    unit = airbnb(*SIX)
    unit.wait(minutes=15).look(AIRBNB, guest(60, 63))
    assert unit.verdict(AIRBNB) is Verdict.SUSPECT
    assert nights(5, 8, 60, 63) <= unit.closed(BOOKING)


def test_a_suspect_look_frees_nothing_not_even_what_a_date_change_left():
    """A look that lost too much agrees with nobody: the nights a guest left wait for a complete one."""
    unit = airbnb(*SIX)
    unit.wait(minutes=15).look(AIRBNB, guest(6, 9, "guest-5"), *SIX[1:])
    unit.wait(minutes=15).look(AIRBNB)
    assert nights(5, 9) <= unit.closed(BOOKING)


def test_a_suspect_look_does_not_count_for_a_single_cancellation():
    """Looks agree when each is complete: an empty answer between two is none of the three."""
    unit = airbnb(*SIX)
    unit.wait(minutes=15).look(AIRBNB, *SIX[1:])
    unit.wait(minutes=15).look(AIRBNB)
    unit.wait(minutes=15).look(AIRBNB, *SIX[1:])
    assert nights(5, 8) <= unit.closed(BOOKING)


def test_drop_by_drop_is_suspect():
    """One cancellation an hour: the second counts as two, the third as too much."""
    unit = airbnb(*SIX)
    unit.looks(AIRBNB, *SIX[1:], times=3, every=15 * MINUTES)
    unit.looks(AIRBNB, *SIX[2:], times=3, every=15 * MINUTES)
    assert nights(10, 13) <= unit.closed(BOOKING)
    unit.looks(AIRBNB, *SIX[2:], times=14, every=15 * MINUTES)
    assert not nights(10, 13).overlaps(unit.closed(BOOKING))
    unit.looks(AIRBNB, *SIX[3:], times=20, every=15 * MINUTES)
    assert nights(15, 18) <= unit.closed(BOOKING)
    assert unit.verdict(AIRBNB) is Verdict.SUSPECT


def test_unusable_looks_change_nothing():
    """The last good look stays in force, however long."""
    unit = airbnb(*SIX)
    claims, closed = unit.claims(AIRBNB), unit.closed(BOOKING)
    for _ in range(50):
        step = unit.wait(hours=1).look(AIRBNB, failure="HTTP 500")
        assert [(one.did, one.why) for one in step.findings] == [(Did.UNUSABLE, "HTTP 500")]
    assert (unit.claims(AIRBNB), unit.closed(BOOKING)) == (claims, closed)
    assert unit.verdict(AIRBNB) is Verdict.UNUSABLE


def test_the_first_look_after_an_outage_is_an_inventory():
    """It releases nothing: the looks before the outage agree with none after it."""
    unit = airbnb(*SIX).looks(AIRBNB, *SIX[1:], times=2, every=15 * MINUTES)
    unit.wait(hours=37).look(AIRBNB, *SIX[1:])
    assert nights(5, 8) <= unit.closed(BOOKING)
    assert unit.wait(minutes=15).look(AIRBNB, *SIX[1:]).findings == ()
    unit.wait(minutes=15).look(AIRBNB, *SIX[1:])
    assert not nights(5, 8).overlaps(unit.closed(BOOKING))


def test_after_an_outage_a_304_is_not_the_inventory():
    """A 304 is no look: the first new one after it still releases nothing."""
    unit = airbnb(*SIX).looks(AIRBNB, *SIX[1:], times=2, every=15 * MINUTES)
    unit.wait(hours=37).look(AIRBNB, not_modified=True)
    unit.wait(minutes=15).look(AIRBNB, *SIX[1:])
    assert nights(5, 8) <= unit.closed(BOOKING)


def test_what_an_inventory_finds_was_there_before():
    """Nobody knows since when the claims of a first look, or of one after an outage, have been there."""
    unit = airbnb(SIX[0])
    assert not unit.only(AIRBNB).inventory
    unit.wait(hours=37).look(AIRBNB, *SIX[:2])
    assert [one.inventory for one in unit.claims(AIRBNB)] == [False, True]


def test_a_304_is_no_new_look():
    """It frees nothing and counts for nothing, however often it comes."""
    unit = airbnb(*SIX)
    unit.wait(minutes=15).look(AIRBNB, *SIX[1:])
    unit.wait(minutes=15)
    for _ in range(9):
        unit.wait(minutes=15).look(AIRBNB, not_modified=True)
    assert nights(5, 8) <= unit.closed(BOOKING)
    assert next(one for one in unit.claims(AIRBNB) if one.missing).missing.looks == 1


def test_a_repeated_live_stamp_is_no_new_look():
    """Where DTSTAMP is the time of the request, the same one again is a cached copy; an older one as well."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, *SIX, stamp=unit.now)
    cached = unit.wait(minutes=15).now
    unit.look(AIRBNB, *SIX[1:], stamp=cached)
    for _ in range(9):
        unit.wait(minutes=15).look(AIRBNB, *SIX[1:], stamp=cached)
    unit.look(AIRBNB, *SIX[1:], stamp=cached - HOURS)
    assert nights(5, 8) <= unit.closed(BOOKING)
    assert next(one for one in unit.claims(AIRBNB) if one.missing).missing.looks == 1


def test_a_stamp_that_is_not_live_says_nothing():
    """A DTSTAMP that never was the time of the request may stand still: each answer is a look of its own."""
    unit = Unit3.quiet()
    old = unit.now - 9 * HOURS
    unit.look(AIRBNB, *SIX, stamp=old)
    for _ in range(3):
        unit.wait(minutes=15).look(AIRBNB, *SIX[1:], stamp=old)
    assert not nights(5, 8).overlaps(unit.closed(BOOKING))


def test_a_cached_copy_adds_claims():
    """Close fast: what a copy shows is closed, though it ends nothing."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, SIX[0], stamp=unit.now)
    unit.look(AIRBNB, SIX[1], stamp=unit.now)
    assert unit.closed(BOOKING) == nights(5, 8, 10, 13)
    assert not any(one.missing for one in unit.claims(AIRBNB))


def test_one_look_folded_in_twice_is_one_look():
    """A step can run twice: the same answer never agrees with itself."""
    unit = airbnb(*SIX)
    unit.wait(minutes=15)
    for _ in range(5):
        unit.look(AIRBNB, guest(6, 9, "guest-5"), *SIX[1:])
    assert nights(5, 9) <= unit.closed(BOOKING)
    unit.wait(minutes=31)
    for _ in range(5):
        unit.look(AIRBNB, *SIX[1:])
    assert nights(6, 9) <= unit.closed(BOOKING)


def test_a_departure_that_has_come_needs_no_patience():
    """What is over is over: the claim is gone the day the guest leaves."""
    unit = airbnb(guest(1, 2), *SIX)
    assert nights(1, 2) <= unit.closed(BOOKING)
    unit.wait(days=1).look(AIRBNB, *SIX)
    assert len(unit.claims(AIRBNB)) == 6
    assert unit.verdict(AIRBNB) is Verdict.COMPLETE


def test_the_only_claim_on_a_listing_seen_empty_opens_after_four_hours():
    """A young listing is empty at times, and has been seen so."""
    unit = airbnb(SIX[0])
    unit.looks(AIRBNB, times=16, every=15 * MINUTES)
    assert unit.closed(BOOKING) == nights(5, 8)
    unit.looks(AIRBNB, times=1, every=15 * MINUTES)
    assert unit.closed(BOOKING) == NO_NIGHTS


def test_a_merging_platform_that_loses_part_of_a_run_loses_a_claim():
    """Where only nights are real, a run that shrinks leaves a missing claim for the nights it lost."""
    unit = Unit3.quiet()
    shown = [closure(5, 9), closure(15, 19)]
    unit.look(BOOKING, *shown)
    unit.looks(BOOKING, closure(5, 7), shown[1], times=2, every=15 * MINUTES)
    assert nights(5, 9) <= unit.closed(AIRBNB)
    unit.looks(BOOKING, closure(5, 7), shown[1], times=1, every=15 * MINUTES)
    assert unit.closed(AIRBNB) == nights(5, 7, 15, 19)


def test_what_was_released_under_suspicion_is_shown_open():
    """Its nights are free for good: our own closing that comes back there is an echo, and no new claim."""
    unit = airbnb(*SIX[:3])
    unit.looks(AIRBNB, times=100, every=15 * MINUTES)
    assert (unit.verdict(AIRBNB), unit.closed(BOOKING)) == (Verdict.COMPLETE, NO_NIGHTS)
    assert not unit.of(AIRBNB).shown
    unit = airbnb(*SIX)
    unit.looks(AIRBNB, times=60, every=15 * MINUTES)
    unit.looks(AIRBNB, SIX[5], times=60, every=15 * MINUTES)
    assert unit.closed(BOOKING) == nights(30, 33)
    assert unit.of(AIRBNB).shown == nights(30, 33)


def left_over(*, event=None, habit=EchoHabit.UNKNOWN, confirmed=False):
    """A unit whose Booking.com guest of 10-15 March cancelled where the night of the 10th is closed by us as well.

    Looks agree that they are gone, or the owner has said so before.
    """
    unit = Unit3.quiet()
    unit.change(BOOKING, habit=habit)
    unit.look(BOOKING, closure(10, 15), closure(40, 50))
    unit.look(AIRBNB, guest(8, 11))
    unit.read(BOOKING)
    shown = (closure(8, 11) if event is None else event, closure(40, 50))
    unit.looks(BOOKING, *shown, times=2, every=15 * MINUTES)
    assert unit.suspected(BOOKING) == NO_NIGHTS
    if confirmed:
        unit.state, _ = confirm(unit.state, BOOKING, unit.now)
        unit.settle()
    else:
        unit.looks(BOOKING, *shown, times=1, every=15 * MINUTES)
    return unit


@pytest.mark.parametrize("confirmed", [False, True])
def test_what_is_left_of_a_cancelled_stay_may_be_our_own_closing(confirmed):
    """Ours stands where the guest's was: suspected, so that the owner is asked and nobody waits for ever."""
    unit = left_over(confirmed=confirmed)
    (left,) = [one for one in unit.claims(BOOKING) if one.stay == stay(10, 11)]
    assert left.standing is Standing.SUSPECTED
    assert left in [one.claim for one in questions(unit.state)]
    assert nights(10, 11) <= unit.closed(GREENGO)


@pytest.mark.parametrize("confirmed", [False, True])
def test_what_is_left_beside_the_unopened_calendar_may_be_our_own_closing(confirmed):
    """Our closing reaches into what is not open yet: shown closed to its end, it may be what is left."""
    unit = Unit3.new()
    unit.look(BOOKING, unopened(40), closure(20, 30))
    unit.looks(BOOKING, unopened(35), closure(20, 30), times=1, every=15 * MINUTES)
    unit.look(AIRBNB, guest(38, 45))
    unit.read(BOOKING)
    unit.looks(BOOKING, unopened(38), closure(20, 30), times=1 if confirmed else 5, every=15 * MINUTES)
    if confirmed:
        unit.state, _ = confirm(unit.state, BOOKING, unit.now)
    assert unit.suspected(BOOKING) == nights(38, 40)
    assert nights(38, 40) <= unit.closed(GREENGO)


@pytest.mark.parametrize(
    "event, habit",
    [(closure(10, 11), EchoHabit.UNKNOWN), (closure(8, 12), EchoHabit.UNKNOWN), (None, EchoHabit.NEVER)],
    ids=["not our whole run", "more than ours", "never echoes"],
)
def test_what_is_left_of_a_stay_that_our_calendar_does_not_explain_is_the_guests(event, habit):
    """The guest leaves earlier: what is left stands as it stood."""
    unit = left_over(event=event, habit=habit)
    assert unit.suspected(BOOKING) == NO_NIGHTS
