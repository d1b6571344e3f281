"""How long nothing can change by itself, and how looks that changed nothing are noted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from channelsync.cadence import begun
from channelsync.claims import Standing
from channelsync.policy import DEFAULT_POLICY
from channelsync.quiet import listing_until, looked_again, read_again, same_but_for_looks, until
from channelsync.state import Fading, Freed
from channelsync.takeover import links_removed
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


@pytest.mark.parametrize("hours, ends", [(1, True), (-1, False), (30, False)])
def test_a_hold_that_runs_out(hours, ends):
    """What is past, or later than midnight, does not count."""
    expires = START + timedelta(hours=hours)
    own = (claim(10, 12, listing=None, expires=expires), claim(20, 22, listing=None))
    assert until(state(own=own), START, DEFAULT_POLICY) == (expires if ends else MIDNIGHT)


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
    known = listing(BOOKING, **remembered)
    assert listing_until(known, START, DEFAULT_POLICY) == moment
    assert listing_until(known, moment, DEFAULT_POLICY) > moment


def test_the_last_reading_decides_as_the_first_does():
    """A closing has had its time to show a grace period after the first, and reaches so long after the last."""
    known = listing(BOOKING, revisions=(revision(1, nights(10, 12), START, START, at(1, 12)),))
    assert listing_until(known, START + GRACE, DEFAULT_POLICY) == at(1, 12) + GRACE


def test_a_revision_nobody_read_decides_nothing():
    """It explains nothing of what the platform shows."""
    unread = listing(BOOKING, revisions=(revision(1, nights(10, 12), START),))
    assert listing_until(unread, START, DEFAULT_POLICY).year == datetime.max.year


def test_an_advance_notice_may_follow_the_date_in_utc():
    """Airbnb's day begins then, wherever the unit is."""
    assert listing_until(listing(AIRBNB), START, DEFAULT_POLICY) == datetime(
        START.year, START.month, START.day, tzinfo=UTC
    ) + timedelta(days=1)


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
