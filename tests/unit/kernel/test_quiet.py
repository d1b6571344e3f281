"""How long nothing can change by itself, and how looks that changed nothing are noted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from channelsync.cadence import begun
from channelsync.claims import Standing
from channelsync.nights import NO_NIGHTS
from channelsync.observation import Verdict
from channelsync.policy import DEFAULT_POLICY
from channelsync.proof import Exposure
from channelsync.quiet import (
    listing_until,
    looked_again,
    read_again,
    same_but_for_looks,
    settles_alike,
    stays_so,
    until,
)
from channelsync.reconcile import settle
from channelsync.state import Fading, Freed, UnitState
from channelsync.takeover import links_removed
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    START,
    Unit3,
    at,
    claim,
    closure,
    guest,
    listing,
    missing,
    nights,
    revision,
    state,
)

GRACE = DEFAULT_POLICY.grace
DAY = timedelta(days=1)
MIDNIGHT = datetime(START.year, START.month, START.day, 23, tzinfo=UTC)
"""The midnight in Paris after the start, in winter."""


# --- the unit ---------------------------------------------------------------------------------------------------------


def test_nothing_lasts_longer_than_the_day():
    """At midnight stays are over."""
    assert until(state(listing(BOOKING)), START, DEFAULT_POLICY) == MIDNIGHT


@pytest.mark.parametrize("hours, first", [(1, START + timedelta(hours=1)), (-1, START), (30, MIDNIGHT)])
def test_a_hold_that_runs_out(hours, first):
    """Later than midnight does not count; one whose time has come waits for a look, which may be any."""
    expires = START + timedelta(hours=hours)
    own = (claim(10, 12, listing=None, expires=expires), claim(20, 22, listing=None))
    assert until(state(own=own), START, DEFAULT_POLICY) == first


def test_the_watch_of_a_takeover_and_a_copy_without_its_original():
    """The one ends after 48 hours, the other is suspected after the grace period."""
    watched = links_removed(state(listing(BOOKING), active=True), START)
    soon = START + DEFAULT_POLICY.takeover_watch - timedelta(minutes=5)
    assert until(watched, soon, DEFAULT_POLICY) == START + DEFAULT_POLICY.takeover_watch
    copy = claim(10, 12, standing=Standing.MIRRORED, orphaned=START)
    soon = START + GRACE - timedelta(minutes=5)
    assert until(state(listing(BOOKING, copy)), soon, DEFAULT_POLICY) == START + GRACE


def test_what_is_tainted_waits_for_our_own_calendars():
    """Which of them may still be in force decides how long it stays so; nothing else of a listing concerns the unit."""
    read = listing(BOOKING, revisions=(revision(1, nights(10, 12), START, START),))
    soon = START + GRACE - timedelta(minutes=5)
    assert until(state(evolve(read, tainted=nights(10, 12))), soon, DEFAULT_POLICY) == START + GRACE
    assert until(state(read), soon, DEFAULT_POLICY) > START + GRACE


# --- a listing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "remembered, moment",
    [
        ({"revisions": (revision(1, nights(10, 12), START, START, at(1, 10)),)}, START + GRACE),
        ({"freed": (Freed(START, nights(10, 12), 1),)}, START + DEFAULT_POLICY.counting_window),
        ({"tail_gone": START}, START + DEFAULT_POLICY.counting_window + timedelta(microseconds=1)),
        ({"stamp": START + timedelta(hours=3)}, START + timedelta(hours=3) - DEFAULT_POLICY.live_stamp),
    ],
    ids=["a reading", "a release", "the end of the calendar", "a stamp from the future"],
)
def test_each_moment_that_decides_something(remembered, moment):
    """Before it the same look changes nothing; after it there is another one, or none."""
    known = listing(BOOKING, habit=EchoHabit.ECHOES, **remembered)
    assert listing_until(known, START, DEFAULT_POLICY) == moment
    assert listing_until(known, moment, DEFAULT_POLICY) > moment


def test_the_last_reading_decides_as_the_first_does():
    """A closing has had its time to show a grace period after the first, and reaches so long after the last."""
    read = (revision(1, nights(10, 12), START, START, at(1, 12)),)
    known = listing(BOOKING, habit=EchoHabit.ECHOES, revisions=read)
    assert listing_until(known, START + GRACE, DEFAULT_POLICY) == at(1, 12) + GRACE


def test_a_revision_nobody_read_decides_nothing():
    """It explains nothing of what the platform shows."""
    unread = listing(BOOKING, habit=EchoHabit.ECHOES, revisions=(revision(1, nights(10, 12), START),))
    assert listing_until(unread, START, DEFAULT_POLICY).year == datetime.max.year


def test_an_advance_notice_may_follow_the_date_in_utc():
    """Airbnb's day begins then, wherever the unit is."""
    assert listing_until(listing(AIRBNB), START, DEFAULT_POLICY) == datetime(
        START.year, START.month, START.day, tzinfo=UTC
    ) + timedelta(days=1)


@pytest.mark.parametrize(
    "dated", [{"habit": EchoHabit.UNKNOWN}, {"habit": EchoHabit.ECHOES, "echo": nights(10, 12)}], ids=["habit", "echo"]
)
def test_what_is_over_teaches_nothing_and_explains_nothing(dated):
    """A night that somebody has may stand in the way until then: what is left of our run is silent, or shown whole."""
    midnight = datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(days=1)
    known = listing(BOOKING, **dated)
    assert listing_until(known, START, DEFAULT_POLICY) == midnight
    assert stays_so(known, START, midnight, DEFAULT_POLICY)
    run = (revision(1, nights(1, 12), at(-2), at(-2), START),)
    closed = {"shown": nights(3, 12), "events": (closure(3, 12),)} if "echo" in dated else {}
    read = evolve(known, revisions=run, **closed)
    assert not stays_so(read, START, midnight, DEFAULT_POLICY)


# --- moments that decide nothing after all ----------------------------------------------------------------------------


CLOSED = nights(10, 12)


def _outlived(*, habit=EchoHabit.ECHOES, second=CLOSED, echo=NO_NIGHTS, **remembered):
    """Return a listing whose platform read a second revision of ours an hour after the first."""
    first, then = (at(1, 9), at(1, 9)), (at(1, 10), at(1, 10))
    revisions = (revision(1, CLOSED, at(1, 9), *first), revision(2, second, at(1, 10), *then))
    return listing(BOOKING, habit=habit, revisions=revisions, echo=echo, **remembered)


BEFORE, AFTER = at(1, 9, 30) + GRACE, at(1, 10, 30) + GRACE
"""Around the moment at which the first of the two revisions is out of reach."""


@pytest.mark.parametrize(
    "known, same",
    [
        (_outlived(), True),
        (_outlived(second=nights(10, 11)), False),
        (_outlived(second=nights(10, 12, 14, 16)), True),
        (_outlived(second=nights(10, 12, 14, 16), habit=EchoHabit.UNKNOWN), False),
        (_outlived(freed=(Freed(at(1, 10), nights(20, 22), 1),)), False),
    ],
    ids=["as much explained", "less", "more since the second", "a lesson due", "a release forgotten"],
)
def test_a_moment_that_decides_nothing_leaves_a_look_out(known, same):
    """A revision goes out of reach: where another one closes as much, a look that shows the same changes nothing."""
    assert BEFORE < listing_until(known, BEFORE, DEFAULT_POLICY) <= AFTER
    assert stays_so(known, BEFORE, AFTER, DEFAULT_POLICY) is same


def test_before_the_moment_all_stays_so():
    """Nothing has come."""
    assert stays_so(_outlived(second=nights(10, 11)), BEFORE, BEFORE + timedelta(minutes=15), DEFAULT_POLICY)


def test_an_echo_stays_one_while_our_calendar_explains_its_run_whole():
    """It depends on the runs of ours that the platform shows whole, not on the nights they reach alone."""
    shown = {"shown": CLOSED, "events": (closure(10, 12),), "echo": CLOSED}
    assert stays_so(_outlived(**shown), BEFORE, AFTER, DEFAULT_POLICY)
    assert not stays_so(_outlived(second=nights(10, 14), **shown), BEFORE, AFTER, DEFAULT_POLICY)


def test_an_advance_notice_is_looked_at_after_each_midnight():
    """Airbnb's may have moved on with the date in UTC."""
    assert not stays_so(listing(AIRBNB), START, START + DAY, DEFAULT_POLICY)


# --- noting looks -----------------------------------------------------------------------------------------------------


def test_a_look_that_shows_the_same_differs_in_its_times_alone():
    """What is noted of it is what a look in full would have left."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.wait(minutes=15).look(BOOKING, closure(10, 13))
    before = unit.of(BOOKING)
    unit.wait(minutes=15).look(BOOKING, closure(10, 13))
    after = unit.of(BOOKING)
    assert same_but_for_looks(before, after)
    assert looked_again(before, unit.now, (unit.now, before.looked_at), after.stamp) == after
    unit.wait(minutes=15).look(BOOKING)
    assert not same_but_for_looks(after, unit.of(BOOKING))


@pytest.mark.parametrize(
    "counted",
    [
        {"claims": (claim(10, 13, missing=missing(looks=2)),)},
        {"fading": (Fading(nights(10, 13), missing(looks=2)),)},
    ],
    ids=["a claim", "an echo"],
)
def test_a_look_that_counts_has_changed_something(counted):
    """What is missing counts the looks that agree: were one left out, its nights would never open."""
    known = listing(BOOKING, claim(10, 13, missing=missing()), fading=(Fading(nights(10, 13), missing()),))
    assert not same_but_for_looks(known, evolve(known, looked_at=at(1, 10), complete_at=at(1, 10), **counted))


def test_a_look_after_our_clock_was_set_back_has_changed_something():
    """What the clock had ended too early is kept until then, and is settled anew."""
    ahead, before = listing(BOOKING, looked_at=at(2)), listing(BOOKING, looked_at=START)
    assert not same_but_for_looks(ahead, evolve(ahead, looked_at=at(1, 10)))
    assert same_but_for_looks(before, evolve(before, looked_at=at(1, 10)))
    assert not settles_alike(state(ahead), state(before))
    assert settles_alike(state(before), state(ahead))


def test_a_copy_given_before_is_a_look_but_no_new_one():
    """It is noted when it came, and nothing waits the shorter for it."""
    known = listing(GREENGO, looked_at=START, looked_before=START - DAY, complete_at=START, stamp=START)
    noted = looked_again(known, at(1, 12), None, START)
    assert noted == evolve(known, looked_at=at(1, 12))


def test_reading_the_same_revision_again():
    """It is the same as one more reading on record."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    unit.read(BOOKING).wait(hours=1)
    again = read_again(unit.of(BOOKING), unit.now)
    unit.read(BOOKING)
    assert unit.of(BOOKING) == again


def test_the_health_of_a_route_is_no_part_of_it():
    """When to look next is another question."""
    known = listing(BOOKING)
    assert same_but_for_looks(known, evolve(known, health=begun(START)))


# --- the unit after a look that decides nothing -----------------------------------------------------------------------


def _settled() -> UnitState:
    """Return a settled unit: a guest on Airbnb, a claim missing on Booking.com, the platforms have read ours."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    unit.look(BOOKING, closure(20, 23))
    unit.read(BOOKING, GREENGO).wait(minutes=15)
    unit.look(BOOKING)
    unit.wait(minutes=15)
    return settle(unit.state, unit.now).state


GONE = missing(START, 2)


@pytest.mark.parametrize(
    "name, changed",
    [
        (BOOKING, {"looked_at": at(1, 12), "complete_at": at(1, 12), "health": begun(START)}),
        (AIRBNB, {"verdict": Verdict.UNUSABLE, "failure": "it answered 500"}),
        (BOOKING, {"fading": (Fading(nights(10, 13), GONE),), "freed": (Freed(START, nights(10, 12), 1),)}),
        (BOOKING, {"seen_empty": True, "cleared": nights(25, 26), "live_stamps": True}),
    ],
    ids=["when", "an answer that is no calendar", "an echo that fades", "what later looks are judged by"],
)
def test_what_settling_does_not_read_is_no_matter_to_it(name, changed):
    """The unit settles into itself, as it did."""
    before = _settled()
    after = before.with_listing(evolve(before.of(name), **changed))
    assert settles_alike(before, after)
    assert settle(after, at(1, 12)).state == after


def test_how_long_a_claim_is_missing_is_no_matter():
    """Its nights stay closed until it is released; that it is missing at all, or was moved, decides."""
    before = _settled()
    known = before.of(BOOKING)
    counted = tuple(evolve(one, last_seen=START, missing=evolve(one.missing, looks=9)) for one in known.claims)
    assert settles_alike(before, before.with_listing(evolve(known, claims=counted)))
    for other in (None, missing(START, 9, moved=True)):
        claims = tuple(evolve(one, missing=other) for one in known.claims)
        assert not settles_alike(before, before.with_listing(evolve(known, claims=claims)))


@pytest.mark.parametrize(
    "changed",
    [
        {"claims": ()},
        {"claims": (claim(20, 24, missing=GONE),)},
        {"shown": nights(25, 26)},
        {"hiding": nights(25, 26)},
        {"echo": nights(25, 26)},
        {"ignored": nights(25, 26)},
        {"tainted": nights(25, 26)},
        {"exposed": (Exposure(nights(25, 26), START),)},
        {"revisions": ()},
        {"retired": True},
        {"events": (closure(25, 26),)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_settling_reads_decides(changed):
    """Whatever may close or open a night somewhere is settled in full."""
    before = _settled()
    assert not settles_alike(before, before.with_listing(evolve(before.of(BOOKING), **changed)))


def test_the_owners_own_claims_the_takeover_and_another_listing_decide():
    """They are the unit's."""
    before = _settled()
    assert settles_alike(before, before)
    own = evolve(before, own=(claim(25, 27, listing=None),))
    over = evolve(before, takeover=evolve(before.takeover, active=True))
    wider = evolve(before, unit=evolve(before.unit, turnover=1))
    fewer = evolve(before, listings=before.listings[:2])
    assert not any(settles_alike(before, after) for after in (own, over, wider, fewer))


def test_reading_the_revision_in_force_again_decides_nothing():
    """Where it is the only one read since it was first read; a takeover's end waits for readings."""
    before = _settled()
    again = before.with_listing(read_again(before.of(GREENGO), at(1, 13)))
    assert again != before
    assert settles_alike(before, again)
    assert settle(again, at(1, 13)).state == again
    taking_over = evolve(before.takeover, active=True)
    assert not settles_alike(evolve(before, takeover=taking_over), evolve(again, takeover=taking_over))


def test_a_first_reading_or_one_after_an_old_copy_decides():
    """What the platform may still have in force has changed."""
    new = revision(2, nights(10, 13), at(1, 10))
    for older in (revision(1, nights(10, 12), START), revision(1, nights(10, 12), START, at(1, 14))):
        for last in (new, new.fetched(at(1, 12))):
            before = state(listing(BOOKING, revisions=(older, last)))
            after = state(listing(BOOKING, revisions=(older, last.fetched(at(1, 15)))))
            alone = last.first_fetch is not None and older.last_fetch is None
            assert settles_alike(before, after) is alone
    other = state(listing(BOOKING, revisions=(revision(1, nights(10, 11), START), new)))
    assert not settles_alike(other, state(listing(BOOKING, revisions=(revision(1, nights(10, 12), START), new))))
