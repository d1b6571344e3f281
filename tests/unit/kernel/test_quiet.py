"""What may be left out: looks before the first moment at which time decides, if they counted for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.policy import DEFAULT_POLICY
from channelsync.quiet import listing_until, looked_again, read_again, same_but_for_looks, until
from channelsync.state import Fading, Freed
from tests.unit.kernel.builders import AIRBNB, BOOKING, Unit3, at, claim, listing, missing, nights, revision, state

GRACE = DEFAULT_POLICY.grace


def test_midnight_at_the_unit_decides():
    """At the unit's midnight stays are over: nothing is left out beyond it."""
    assert until(state(listing()), at(1, 20), DEFAULT_POLICY) == at(1, 23)


def test_what_the_owner_holds_ends_in_time():
    """A hold that runs out opens its nights then, not at the next midnight."""
    held = claim(10, 13, listing=None, expires=at(1, 12))
    assert until(state(own=(held,)), at(1, 11), DEFAULT_POLICY) == at(1, 12)
    assert until(state(own=(held,)), at(1, 12), DEFAULT_POLICY) == at(1, 23)


def test_a_copy_whose_original_is_gone_is_suspected_in_time():
    """The grace period of a copy may be over before midnight."""
    copy = claim(10, 13, orphaned=at(1, 9))
    assert until(state(listing(BOOKING, copy)), at(2, 8), DEFAULT_POLICY) == at(2, 9)


def test_the_watch_over_old_links_ends_in_time():
    """The takeover is over as soon as its watch is."""
    unit = state(listing(), active=True)
    unit = evolve(unit, takeover=evolve(unit.takeover, links_removed_at=at(1, 9)))
    assert until(unit, at(3, 8), DEFAULT_POLICY) == at(1, 9) + DEFAULT_POLICY.takeover_watch


@pytest.mark.parametrize("now, expected", [(at(1, 13), at(2, 10)), (at(2, 10), at(2, 12))], ids=["first", "last"])
def test_the_grace_of_what_was_read(now, expected):
    """A closing has had its time to show a grace period after it was read first, and reaches so long after the last."""
    read = listing(revisions=(revision(1, nights(10, 13), at(1), at(1, 10), at(1, 12)),))
    assert listing_until(read, now, DEFAULT_POLICY) == expected


def test_what_was_released_stops_to_count():
    """A release brakes others for a day; then a look may free what it did not before."""
    freed = listing(freed=(Freed(at(1, 9), nights(10, 13), 1),))
    assert listing_until(freed, at(1, 10), DEFAULT_POLICY) == at(1, 9) + DEFAULT_POLICY.counting_window


@pytest.mark.parametrize(
    "waiting",
    [
        {"claims": (claim(10, 13, missing=missing(looks=2)),)},
        {"fading": (Fading(nights(10, 13), missing(looks=2)),)},
    ],
    ids=["a claim", "an echo"],
)
def test_a_look_that_counts_has_changed_something(waiting):
    """What is missing counts the looks that agree: one of them left out, and its nights never open."""
    before = listing(BOOKING, claim(10, 13, missing=missing()), fading=(Fading(nights(10, 13), missing()),))
    looked = {"looked_at": at(1, 10), "complete_at": at(1, 10), "stamp": at(1, 10)}
    assert same_but_for_looks(before, evolve(before, **looked))
    assert not same_but_for_looks(before, evolve(before, **looked, **waiting))


def test_a_noted_look_is_a_look():
    """Noting a look that shows the same leaves what folding it in would have left."""
    unit = Unit3.quiet()
    last = unit.of(AIRBNB).looked_at
    unit.look(AIRBNB)
    before = unit.of(AIRBNB)
    unit.wait(minutes=15).look(AIRBNB)
    assert unit.of(AIRBNB) == looked_again(before, unit.now, (unit.now, before.looked_at), None)
    assert last != before.looked_at


def test_a_noted_copy_is_no_new_look():
    """A copy that the platform had given before proves nothing about now, noted or not."""
    before = listing(looked_at=at(1, 9), looked_before=at(1, 8), complete_at=at(1, 9))
    after = looked_again(before, at(1, 10), None, before.stamp)
    assert (after.looked_at, after.looked_before, after.complete_at) == (at(1, 10), at(1, 8), at(1, 9))


def test_a_noted_reading_is_a_reading():
    """The calendar in force was read once more; when it was read first stays."""
    before = listing(revisions=(revision(1, nights(10, 13), at(1), at(1, 10)),))
    (read,) = read_again(before, at(2)).revisions
    assert (read.first_fetch, read.last_fetch) == (at(1, 10), at(1, 9) + timedelta(days=1))
