"""Double bookings and near misses: which they are, and how certain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.claims import Kind, Standing
from channelsync.conflicts import Certainty, blocked_guests, conflicts
from channelsync.ids import ChannelName, ClaimId
from channelsync.nights import NO_NIGHTS
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    MERGING,
    START,
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
    revision,
    state,
)

LATER = START + timedelta(hours=1)


def one(arrival, departure, name=AIRBNB, kind=None, **more):
    """A claim of a listing, of the kind that listing shows, with an id of its own."""
    kind = kind or {AIRBNB: Kind.RESERVATION}.get(name, Kind.CLOSURE)
    return claim(arrival, departure, kind, id=ClaimId(f"{name}-{arrival}-{departure}"), listing=name, **more)


def here(arrival, departure, kind=Kind.RESERVATION, **more):
    """A claim the owner made here."""
    return claim(arrival, departure, kind, id=ClaimId(f"own-{arrival}"), listing=None, **more)


def found(*claims, today=1, own=()):
    """The conflicts among these claims, as nights and certainty."""
    listings = [
        listing(name, *(each for each in claims if each.listing == name)) for name in (AIRBNB, BOOKING, GREENGO)
    ]
    return [(each.nights, each.certainty) for each in conflicts(state(*listings, own=own), day(today))]


def sold_twice(*events, claims=None):
    """The conflicts on one listing alone that shows these guests, and knows them unless other claims are given."""
    if claims is None:
        claims = [one(each.stay.arrival.day, each.stay.departure.day, uid=each.uid) for each in events]
    shown = state(listing(AIRBNB, *claims, events=events))
    return [(each.nights, each.certainty) for each in conflicts(shown, day(1))]


# --- the five cases every tool was measured with ----------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False], ids=["one step", "two steps"])
@pytest.mark.parametrize(
    "shown, expected",
    [
        ({AIRBNB: [guest(10, 13)], BOOKING: [closure(11, 14)]}, nights(11, 13)),
        ({BOOKING: [closure(10, 13)], GREENGO: [closure(11, 14)]}, nights(11, 13)),
        ({AIRBNB: [guest(10, 13)], BOOKING: [closure(13, 15)]}, NO_NIGHTS),
        ({AIRBNB: [guest(10, 13), guest(12, 15)]}, nights(12, 13)),
    ],
    ids=["C1 two platforms", "C2 two other platforms", "C4 turnover", "C5 one platform twice"],
)
def test_double_bookings_are_found_wherever_they_are(shown, expected, together):
    """Any two listings of the unit, or one listing twice, in one step or one after the other; a turnover is none."""
    unit = Unit3.quiet()
    for name, events in shown.items():
        for count in (len(events),) if together else range(1, len(events) + 1):
            unit.look(name, *events[:count])
            unit.wait(minutes=0 if together else 20)
    doubles = unit.conflicts()
    assert [each.nights for each in doubles] == ([expected] if expected else [])
    assert all(each.alarming for each in doubles)


@pytest.mark.parametrize("read", [True, False])
def test_an_echo_is_no_conflict(read):
    """C3: a Booking.com stay and what GreenGo makes of our closing it; without a fetch nothing explains it so."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(20, 23))
    if read:
        unit.read(GREENGO)
    unit.wait(minutes=15).look(GREENGO, closure(20, 23))
    assert [each.certainty for each in unit.conflicts()] == ([] if read else [Certainty.PROBABLE])


# --- certainty --------------------------------------------------------------------------------------------------------


def test_two_identified_reservations_are_certain():
    """On one listing, or on two that both identify their guests, or one here."""
    assert sold_twice(guest(10, 13), guest(12, 15)) == [(nights(12, 13), Certainty.CERTAIN)]
    assert found(one(10, 13), own=(here(12, 15),)) == [(nights(12, 13), Certainty.CERTAIN)]
    two = state(listing(AIRBNB, one(10, 13)), listing(BOOKING, one(12, 15, BOOKING, Kind.RESERVATION), traits=TYPED))
    assert [each.certainty for each in conflicts(two, day(1))] == [Certainty.CERTAIN]


def test_a_stay_that_its_calendar_shows_shorter_is_no_double_booking_there():
    """Merged for a look and taken apart: the claim keeps the nights until the release, the platform sold none."""
    known = one(8, 15, uid="guest-8"), one(12, 15, uid="guest-12")
    assert sold_twice(guest(8, 12), guest(12, 15), claims=known) == []
    assert sold_twice(guest(8, 15), claims=known) == []


def test_a_reservation_and_a_closure_or_two_closures_are_probable():
    """Nothing explains them, but nobody says that both are guests."""
    assert found(one(10, 13), one(12, 15, BOOKING)) == [(nights(12, 13), Certainty.PROBABLE)]
    assert found(one(10, 13, GREENGO), one(12, 15, BOOKING)) == [(nights(12, 13), Certainty.PROBABLE)]
    untyped = one(12, 15, BOOKING, Kind.RESERVATION)
    assert found(one(10, 13), untyped) == [(nights(12, 13), Certainty.PROBABLE)]


def test_what_the_owner_called_a_reservation_is_one():
    """Their answer identifies it, where a platform shows each stay by itself."""
    answered = one(12, 15, GREENGO, Kind.RESERVATION, answered=True)
    assert found(one(10, 13), answered) == [(nights(12, 13), Certainty.CERTAIN)]


def test_the_owners_word_on_a_run_is_no_word_on_each_of_its_nights():
    """Where a platform merges what touches, a guest is in there: whom they meet on any night is certain."""
    run = one(10, 18, BOOKING, Kind.RESERVATION, answered=True)
    assert found(one(10, 13), run) == [(nights(10, 13), Certainty.PROBABLE)]
    assert found(one(9, 18), run) == [(nights(10, 18), Certainty.CERTAIN)]
    assert found(run, own=(here(10, 17),)) == [(nights(10, 17), Certainty.PROBABLE)]
    night = one(12, 13, BOOKING, Kind.RESERVATION, answered=True)
    assert found(one(10, 18), night) == [(nights(12, 13), Certainty.CERTAIN)]
    stays = listing(GREENGO, one(10, 18, GREENGO, Kind.RESERVATION, answered=True))
    assert [each.certainty for each in conflicts(state(stays, listing(BOOKING, run)), day(1))] == [Certainty.CERTAIN]
    merged = evolve(stays, listing=evolve(stays.listing, traits=MERGING))
    assert [each.certainty for each in conflicts(state(merged, listing(BOOKING, run)), day(1))] == [Certainty.PROBABLE]


@pytest.mark.parametrize(
    "closed, habit, certainty",
    [
        (nights(12, 15), EchoHabit.ECHOES, Certainty.PROBABLE),
        (nights(12, 13), EchoHabit.UNKNOWN, Certainty.PROBABLE),
        (nights(12, 13), EchoHabit.NEVER, Certainty.CERTAIN),
        (nights(13, 15), EchoHabit.ECHOES, Certainty.CERTAIN),
    ],
    ids=["sends back", "may send back", "never sends back", "beside"],
)
def test_a_guest_known_by_the_owners_word_may_have_left_the_nights_that_we_close_there(closed, habit, certainty):
    """Who left a night under our own closing is still shown to have it; a guest whom the platform names is not."""
    run = one(10, 15, GREENGO, Kind.RESERVATION, answered=True)
    there = listing(GREENGO, run, habit=habit, revisions=(revision(1, closed, at(1), at(1)),))
    known = state(there, listing(AIRBNB, one(12, 13)))
    assert [each.certainty for each in conflicts(known, day(1))] == [certainty]
    unread = state(evolve(there, revisions=(revision(1, closed, at(1)),)), listing(AIRBNB, one(12, 13)))
    assert [each.certainty for each in conflicts(unread, day(1))] == [Certainty.CERTAIN]


@pytest.mark.parametrize("standing", [Standing.MIRRORED, Standing.SUSPECTED])
def test_copies_and_suspected_claims_are_only_possible(standing):
    """The next evidence resolves them: shown quietly."""
    assert found(one(10, 13), one(10, 13, BOOKING, standing=standing)) == [(nights(10, 13), Certainty.POSSIBLE)]


def test_a_missing_claim_is_only_possible():
    """A guest who may have cancelled already is no certain double booking, with identities on both sides or not."""
    gone = one(10, 13, missing=missing())
    assert found(gone, one(12, 15, BOOKING)) == [(nights(12, 13), Certainty.POSSIBLE)]
    assert found(gone, own=(here(12, 15),)) == [(nights(12, 13), Certainty.POSSIBLE)]


def test_sold_again_on_the_same_platform_is_no_conflict():
    """The reservation that vanished there has made place for the new one."""
    assert found(one(10, 13, missing=missing()), one(12, 15)) == []


def test_a_reservation_and_a_closure_of_one_listing_are_no_conflict():
    """Only two identified guests can be on one calendar twice."""
    assert found(one(10, 13), one(12, 15, AIRBNB, Kind.CLOSURE)) == []


def test_nights_a_date_change_left_are_no_conflict():
    """The guest has moved away from them."""
    assert found(one(10, 11, missing=missing(moved=True)), one(10, 11, BOOKING)) == []


def test_one_stay_seen_twice_is_no_conflict():
    """One confirmation code on two routes, or an entry typed in for the platform that shows it."""
    assert found(one(10, 13, code="HM1"), one(10, 13, BOOKING, code="HM1")) == []
    assert found(one(10, 13, code="HM1"), one(10, 13, BOOKING, code="HM2")) != []
    assert found(one(10, 13, BOOKING), own=(here(10, 13, channel=ChannelName("booking")),)) == []
    assert found(one(10, 13, BOOKING), own=(here(10, 13, channel=ChannelName("airbnb")),)) != []


def test_two_entries_of_the_owner_can_be_a_conflict():
    """Reality is recorded, also when it was typed in twice."""
    assert found(own=(here(10, 13), here(12, 15))) == [(nights(12, 13), Certainty.CERTAIN)]


def test_a_block_beside_a_guest_is_no_conflict():
    """No guest stands behind a block."""
    assert found(one(10, 13), one(10, 13, BOOKING, Kind.BLOCK)) == []


def test_nights_that_are_over_are_no_conflict():
    """From today on; what is left of a double booking is told with its nights."""
    both = one(10, 13), one(11, 16, BOOKING)
    assert found(*both, today=12) == [(nights(12, 13), Certainty.PROBABLE)]
    assert found(*both, today=13) == []


def test_pairs_that_share_no_night_from_today_on_are_left_out():
    """Three claims contest some nights; only those pairs that share one are conflicts, the earliest night first."""
    three = one(10, 13), one(12, 15, BOOKING), one(14, 16, GREENGO)
    assert [each for each, _ in found(*three)] == [nights(12, 13), nights(14, 15)]


def test_a_conflict_names_who_was_first_and_keeps_its_id():
    """First seen stands first, and the id depends on the two claims alone."""
    early, late = one(10, 13, BOOKING, first_seen=START), one(12, 15, first_seen=LATER)
    (seen,) = conflicts(state(listing(AIRBNB, late), listing(BOOKING, early)), day(1))
    assert seen.claims == (early, late)
    moved = evolve(late, stay=early.stay, first_seen=START - timedelta(days=1))
    (again,) = conflicts(state(listing(AIRBNB, moved), listing(BOOKING, early)), day(1))
    assert again.claims == (moved, early)
    assert again.id == seen.id


def test_only_certain_and_probable_conflicts_alarm():
    """Possible ones are shown quietly."""
    (quiet,) = conflicts(
        state(listing(AIRBNB, one(10, 13)), listing(BOOKING, one(10, 13, BOOKING, standing=Standing.MIRRORED))), day(1)
    )
    assert not quiet.alarming


# --- blocks over guests -----------------------------------------------------------------------------------------------


def test_a_block_over_a_guest_elsewhere_is_told_apart():
    """A firm block on one listing, or here, and a reservation on another: a warning of its own."""
    guest_, over = one(10, 13), one(12, 15, BOOKING, Kind.BLOCK)
    mine = here(10, 11, Kind.BLOCK)
    both = state(listing(AIRBNB, guest_), listing(BOOKING, over), own=(mine,))
    assert blocked_guests(both, day(1)) == ((mine, guest_), (over, guest_))
    assert blocked_guests(both, day(12)) == ((over, guest_),)


def test_a_copied_block_or_one_on_the_guests_own_listing_is_no_warning():
    """Airbnb blocks nights around its own guests, and a copy says nothing."""
    own_block = one(10, 13, AIRBNB, Kind.BLOCK)
    copied = one(10, 13, BOOKING, Kind.BLOCK, standing=Standing.MIRRORED)
    assert blocked_guests(state(listing(AIRBNB, one(10, 13), own_block), listing(BOOKING, copied)), day(1)) == ()


@pytest.mark.parametrize("other, found", [("airbnb", 0), ("booking", 1)])
def test_one_calendar_read_twice_is_no_conflict(other, found):
    """The same UID of one platform on the same nights is one stay, however many times its calendar was given."""
    second = listing(BOOKING, claim(10, 13, Kind.RESERVATION, uid="u", id=ClaimId("two")))
    second = evolve(second, listing=evolve(second.listing, channel=ChannelName(other)))
    first = listing(AIRBNB, claim(10, 13, Kind.RESERVATION, listing=AIRBNB, uid="u", id=ClaimId("one")))
    assert len(conflicts(state(first, second), day(1))) == found


@pytest.mark.parametrize(
    "kind, known", [(Kind.RESERVATION, Certainty.CERTAIN), (Kind.CLOSURE, Certainty.PROBABLE)], ids=["named", "closed"]
)
def test_a_memory_put_back_makes_nothing_alarming(kind, known):
    """After a restore, until its listing is looked at, a guest may have cancelled: the look tells, and is told of."""
    theirs = one(11, 14, BOOKING, kind)
    for looked_at, expected in ((None, Certainty.POSSIBLE), (LATER, known)):
        owing = listing(BOOKING, theirs, traits=TYPED, owed_since=START, looked_at=looked_at)
        unit = state(listing(AIRBNB, one(10, 13), looked_at=LATER), owing)
        assert [each.certainty for each in conflicts(unit, day(1))] == [expected]


def test_after_a_restore_nothing_is_certain_before_its_platform_was_looked_at() -> None:
    """A guest whom yesterday's memory knows may have cancelled since: only a look says whether the two are there."""
    known, new = one(10, 13), claim(10, 13, Kind.RESERVATION, id=ClaimId("new"), listing=BOOKING)
    before = state(listing(AIRBNB, known, owed_since=START), listing(BOOKING, new, traits=TYPED, looked_at=LATER))
    assert [each.certainty for each in conflicts(before, day(1))] == [Certainty.POSSIBLE]
    looked = before.with_listing(evolve(before.of(AIRBNB), looked_at=LATER))
    assert [each.certainty for each in conflicts(looked, day(1))] == [Certainty.CERTAIN]
