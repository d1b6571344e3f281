"""What is remembered of a unit: values, and what follows from them."""

from __future__ import annotations

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

from channelsync.errors import UsageError
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import AIRBNB, BOOKING, at, claim, listing, missing, nights, revision, state


def test_a_state_is_a_value():
    """Steps return new states; none is changed."""
    before = state(listing(BOOKING))
    with pytest.raises(FrozenInstanceError):
        before.own = ()
    after = before.with_listing(evolve(before.of(BOOKING), seen_empty=True))
    assert not before.of(BOOKING).seen_empty
    assert after.of(BOOKING).seen_empty


def test_an_unknown_listing_is_the_callers_fault():
    """Asking for a listing the unit does not have says so."""
    with pytest.raises(UsageError, match="Gîte du Lac has no listing elsewhere"):
        state(listing(BOOKING)).of(ListingId("elsewhere"))


def test_missing_claims_still_take_their_nights():
    """A vanished claim that is not released keeps its nights taken."""
    kept = listing(BOOKING, claim(10, 13), claim(20, 22, missing=missing()))
    assert kept.claimed == nights(10, 13, 20, 22)


def test_only_the_last_revision_is_in_force():
    """What is published is the newest calendar; nothing before the first."""
    older, newer = revision(1, nights(10, 13), at(1)), revision(2, nights(20, 22), at(2))
    assert listing(BOOKING).published == NO_NIGHTS
    assert listing(BOOKING, revisions=(older, newer)).published == nights(20, 22)


@pytest.mark.parametrize("habit", EchoHabit)
def test_whatever_is_not_known_never_to_echo_may(habit):
    """Unknown is treated as one that may."""
    assert listing(BOOKING, habit=habit).may_echo is (habit is not EchoHabit.NEVER)


def test_retired_listings_are_not_active_and_their_claims_stay():
    """Unlinking ends reading and writing; the claims stay until they pass, after the owner's own."""
    gone = listing(AIRBNB, claim(20, 22), retired=True)
    unit = state(listing(BOOKING, claim(10, 13)), gone, own=(claim(1, 2, listing=None),))
    assert [one.id for one in unit.active] == [BOOKING]
    assert [one.stay.arrival.day for one in unit.claims] == [1, 10, 20]
