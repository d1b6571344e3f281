"""From claims to what must be closed on each listing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.availability import Desired, desired
from channelsync.claims import Kind, Standing
from channelsync.ids import ChannelName, ClaimId
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.reconcile import settle
from channelsync.state import Lessons
from channelsync.takeover import links_removed
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    HABITS,
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
    state,
)

RESERVED = claim(10, 13, Kind.RESERVATION, listing=AIRBNB)
EAGER = {BOOKING: timedelta(hours=1), GREENGO: timedelta(hours=2), AIRBNB: timedelta(hours=3)}


def wanted(*listings, today=1, **more):
    """What must be closed, by listing."""
    return desired(state(*listings, **more), day(today))


def published(closed, number=1):
    """The calendars of a listing in whose last one these nights are closed."""
    return (revision(number, closed, at(1), at(1)),)


def test_a_claim_closes_its_nights_everywhere_else():
    """Its own listing knows it: sending it back would hide a cancellation."""
    found = wanted(listing(AIRBNB, RESERVED), listing(BOOKING, claim(12, 15)), listing(GREENGO))
    assert found[AIRBNB] == Desired(nights(12, 15))
    assert found[BOOKING] == Desired(nights(10, 13))
    assert found[GREENGO] == Desired(nights(10, 15))


def test_what_the_owner_made_here_closes_everywhere():
    """Blocks, holds and reservations made here go to every platform."""
    own = (claim(20, 22, Kind.BLOCK, listing=None), claim(25, 26, Kind.HOLD, listing=None))
    found = wanted(listing(AIRBNB), listing(BOOKING), own=own)
    assert {one.nights for one in found.values()} == {nights(20, 22, 25, 26)}


def test_a_reservation_typed_in_for_a_platform_is_not_sent_there():
    """That platform has it already."""
    entry = claim(20, 22, Kind.RESERVATION, listing=None, channel=ChannelName("booking"))
    found = wanted(listing(AIRBNB), listing(BOOKING), own=(entry,))
    assert (found[AIRBNB].nights, found[BOOKING].nights) == (nights(20, 22), NO_NIGHTS)


def test_a_retired_listing_keeps_its_nights_closed_elsewhere_and_gets_none():
    """Unlinking opens nothing."""
    found = wanted(listing(AIRBNB, RESERVED, retired=True), listing(BOOKING))
    assert found == {BOOKING: Desired(nights(10, 13))}


# --- turnover ---------------------------------------------------------------------------------------------------------


def test_turnover_nights_stand_around_guests_on_every_listing():
    """Elsewhere the stay and its turnover nights are closed; on the guest's own listing only the turnover nights."""
    found = wanted(listing(AIRBNB, RESERVED), listing(BOOKING), turnover=1)
    assert found[BOOKING].nights == nights(9, 14)
    assert found[AIRBNB].nights == nights(9, 10, 13, 14)


def test_a_block_needs_no_turnover():
    """No guest, no cleaning."""
    found = wanted(listing(AIRBNB, evolve(RESERVED, kind=Kind.BLOCK)), listing(BOOKING), turnover=2)
    assert (found[AIRBNB].nights, found[BOOKING].nights) == (NO_NIGHTS, nights(10, 13))


def test_turnover_around_a_reservation_typed_in_stands_on_its_platform_too():
    """Only the turnover nights: the stay is known there."""
    entry = claim(20, 22, Kind.RESERVATION, listing=None, channel=ChannelName("booking"))
    found = wanted(listing(BOOKING), listing(AIRBNB), own=(entry,), turnover=1)
    assert (found[BOOKING].nights, found[AIRBNB].nights) == (nights(19, 20, 22, 23), nights(19, 23))


# --- suspected and copied ---------------------------------------------------------------------------------------------


def test_a_suspected_claim_closes_where_the_night_was_shown_open():
    """Shown closed by the other platform and not closed by us: left alone; what we had closed stays."""
    suspect = claim(10, 16, standing=Standing.SUSPECTED)
    other = listing(GREENGO, shown=nights(10, 14), events=(closure(10, 14),), revisions=published(nights(10, 12)))
    found = wanted(listing(BOOKING, suspect), other)
    assert found[GREENGO] == Desired(nights(10, 12, 14, 16), tainted=nights(10, 12, 14, 16))


def test_a_suspected_claim_closes_where_an_identified_guest_has_the_night():
    """Shown closed, but certainly not because of us: it stays closed when that guest cancels."""
    suspect = claim(10, 16, standing=Standing.SUSPECTED)
    shown = {"shown": nights(10, 16), "events": (guest(10, 13), closure(13, 16))}
    found = wanted(listing(BOOKING, suspect), listing(AIRBNB, RESERVED, **shown))
    assert found[AIRBNB] == Desired(nights(10, 13), tainted=nights(10, 13))


def test_a_suspected_claim_closes_where_even_an_odd_look_shows_the_night_open():
    """Closing needs one observation; an odd look that still shows it closed is no reason."""
    suspect = claim(10, 13, standing=Standing.SUSPECTED)
    odd = listing(GREENGO, shown=nights(10, 13))
    assert wanted(listing(BOOKING, suspect), odd)[GREENGO].nights == nights(10, 13)
    still = evolve(odd, events=(closure(10, 13),))
    assert wanted(listing(BOOKING, suspect), still)[GREENGO].nights == NO_NIGHTS


def test_what_a_firm_claim_closes_is_not_tainted():
    """A suspicion beside a real cause explains nothing."""
    suspect = claim(10, 16, standing=Standing.SUSPECTED)
    found = wanted(listing(BOOKING, suspect), listing(AIRBNB, RESERVED), listing(GREENGO))
    assert found[GREENGO] == Desired(nights(10, 16), tainted=nights(13, 16))


@pytest.mark.parametrize(
    "original", [claim(10, 13, listing=GREENGO), evolve(RESERVED, listing=GREENGO)], ids=["closure", "reservation"]
)
def test_a_copy_is_not_sent_to_the_listing_it_copies(original):
    """Sent back, the two would keep each other alive for ever."""
    copy = claim(10, 13, id=ClaimId("copy"), standing=Standing.MIRRORED, mirrors=original.id, credited=GREENGO)
    there = listing(GREENGO, original, shown=nights(10, 13), events=(closure(10, 13),))
    found = wanted(listing(BOOKING, copy), there, listing(AIRBNB), active=True)
    assert found[GREENGO].nights == NO_NIGHTS
    assert found[AIRBNB].nights == nights(10, 13)


def test_a_copy_of_an_identified_reservation_is_sent_there_while_that_stands():
    """Its end shows whatever we publish; once it has ended only what we had closed there stays."""
    copy = claim(10, 13, id=ClaimId("copy"), standing=Standing.MIRRORED, mirrors=RESERVED.id, credited=AIRBNB)
    assert wanted(listing(BOOKING, copy), listing(AIRBNB, RESERVED))[AIRBNB].nights == nights(10, 13)
    there = listing(AIRBNB, shown=nights(10, 13), events=(block(10, 13),))
    assert wanted(listing(BOOKING, copy), there)[AIRBNB].nights == NO_NIGHTS
    kept = evolve(there, revisions=published(nights(10, 12)))
    assert wanted(listing(BOOKING, copy), kept)[AIRBNB].nights == nights(10, 12)


def test_a_copy_closes_where_the_listing_it_copies_shows_the_night_open():
    """The two may have been taken for each other: what the credited listing shows open is not what was copied."""
    copy = claim(10, 13, id=ClaimId("copy"), standing=Standing.MIRRORED, mirrors=ClaimId("gone"), credited=GREENGO)
    there = listing(GREENGO, shown=nights(10, 12), events=(closure(10, 12),))
    assert wanted(listing(BOOKING, copy), there, active=True)[GREENGO].nights == nights(12, 13)


def test_a_copy_that_our_closing_would_feed_is_not_sent_while_direct_links_may_stand():
    """A listing that sends our closings back would keep the copy alive over them, after the guest has cancelled."""
    copy = claim(10, 13, id=ClaimId("copy"), standing=Standing.MIRRORED, mirrors=ClaimId("gone"), credited=GREENGO)
    linked = state(listing(BOOKING, copy), listing(GREENGO, habit=EchoHabit.ECHOES), active=True)
    assert desired(linked, day(1))[GREENGO].nights == NO_NIGHTS
    removed = links_removed(linked, copy.first_seen + timedelta(hours=1))
    assert desired(removed, day(1))[GREENGO].nights == nights(10, 13)


def test_what_copies_after_the_old_links_are_gone_came_from_our_own_calendar():
    """After a restore too: the copy may be the guest, and what it copies our lost calendar: keep closing it."""
    copy = claim(10, 13, id=ClaimId("copy"), standing=Standing.MIRRORED, mirrors=ClaimId("gone"), credited=GREENGO)
    linked = state(listing(BOOKING, copy), listing(GREENGO, shown=nights(10, 13)), active=True)
    assert desired(links_removed(linked, copy.first_seen), day(1))[GREENGO].nights == nights(10, 13)
    restored = evolve(linked, takeover=evolve(linked.takeover, restored_at=copy.first_seen))
    assert desired(restored, day(1))[GREENGO].nights == nights(10, 13)


def test_once_the_owner_has_said_which_is_the_guest_nothing_is_sent_there():
    """Both would keep each other closed after the guest has cancelled."""
    said = evolve(claim(10, 13, standing=Standing.MIRRORED, mirrors=ClaimId("guest"), credited=GREENGO), answered=True)
    linked = state(listing(BOOKING, said), listing(GREENGO, revisions=published(nights(10, 13))), active=True)
    assert desired(linked, day(1))[GREENGO].nights == NO_NIGHTS
    assert desired(links_removed(linked, said.first_seen), day(1))[GREENGO].nights == NO_NIGHTS


def test_a_listing_is_not_told_the_turnover_nights_that_its_own_guest_has():
    """They are closed there without us, and its end would not be seen under our closing; a name is seen to go."""
    found = wanted(listing(BOOKING, claim(10, 13)), listing(GREENGO, claim(13, 14)), listing(AIRBNB), turnover=1)
    assert found[BOOKING].nights == nights(9, 10, 13, 15)
    assert found[GREENGO].nights == nights(9, 13, 14, 15)
    assert found[AIRBNB].nights == nights(9, 15)
    named = wanted(listing(AIRBNB, RESERVED), listing(GREENGO, claim(13, 14)), turnover=1)
    assert named[AIRBNB].nights == nights(9, 10, 12, 15)
    doubt = claim(13, 14, standing=Standing.SUSPECTED)
    asked = wanted(listing(BOOKING, claim(10, 13)), listing(GREENGO, doubt), listing(AIRBNB), turnover=1)
    assert not asked[BOOKING].nights.overlaps(nights(10, 13))
    assert asked[AIRBNB].nights == nights(9, 15)


def test_guests_side_by_side_who_cancel_leave_no_night_closed():
    """Both platforms send our closings back: the turnover night of one must not stand in for the guest of the other."""
    guests = {BOOKING: nights(10, 11), GREENGO: nights(11, 12)}
    unit = Unit3.quiet(turnover=1)
    unit.state = evolve(unit.state, listings=tuple(evolve(one, habit=EchoHabit.ECHOES) for one in unit.state.listings))

    imported = dict.fromkeys(guests, NO_NIGHTS)

    def live(hours: int) -> None:
        for _ in range(hours):
            for name, taken in guests.items():
                shown = taken | imported[name]
                unit.look(name, *(closure(run.arrival.day, run.departure.day) for run in shown.runs()))
                imported[name] = unit.closed(name)
                unit.read(name)
            unit.look(AIRBNB)
            unit.wait(hours=1)

    live(30)
    assert unit.closed(AIRBNB) == nights(9, 13)
    guests[GREENGO] = NO_NIGHTS
    live(72)
    assert unit.closed(AIRBNB) == nights(9, 12)
    guests[BOOKING] = NO_NIGHTS
    live(72)
    assert not any(unit.closed(name) for name in HABITS)


def test_where_there_are_copies_no_closure_is_widened_by_the_turnover():
    """Each may be our own calendar come back, turnover nights included; what is known to be a guest's is widened."""
    copy = claim(20, 22, listing=GREENGO, standing=Standing.MIRRORED, credited=AIRBNB)
    unit = state(listing(BOOKING, claim(10, 13)), listing(GREENGO, copy), listing(AIRBNB), turnover=1, active=True)
    assert nights(10, 13) <= desired(unit, day(1))[AIRBNB].nights
    assert not nights(9, 10, 13, 14).overlaps(desired(unit, day(1))[AIRBNB].nights)
    assert not desired(unit, day(1))[BOOKING].nights.overlaps(nights(9, 10))
    known = state(listing(AIRBNB, RESERVED), listing(GREENGO, copy), listing(BOOKING), turnover=1, active=True)
    assert nights(9, 14) <= desired(known, day(1))[BOOKING].nights


def test_where_copies_have_been_nothing_is_widened_until_the_links_are_gone():
    """The links that brought them stand, whatever they copied: only the owner's word that they are gone ends that."""
    unit = Unit3.new(active=True)
    unit.look(AIRBNB, guest(10, 13), guest(40, 50))
    unit.look(BOOKING, closure(10, 13))
    assert unit.state.takeover.copied
    alone = evolve(state(listing(BOOKING, claim(20, 23)), listing(AIRBNB), turnover=1), takeover=unit.state.takeover)
    assert desired(alone, day(1))[AIRBNB].nights == nights(20, 23)
    gone = links_removed(alone, claim(20, 23).first_seen + timedelta(days=1))
    assert desired(gone, day(1))[AIRBNB].nights == nights(19, 24)


def test_turnover_nights_that_are_closed_stay_so_where_a_copy_appears():
    """That one closure may be our own calendar come back is no reason to open the nights beside another."""
    copy = claim(20, 22, listing=GREENGO, standing=Standing.MIRRORED, credited=AIRBNB)
    closed = nights(9, 14)
    there = [listing(GREENGO, copy), listing(AIRBNB, revisions=published(closed))]
    at_home = listing(BOOKING, claim(10, 13), revisions=published(nights(9, 10, 13, 14)))
    found = desired(state(at_home, *there, turnover=1, active=True), day(1))
    assert closed <= found[AIRBNB].nights
    assert nights(9, 10, 13, 14) <= found[BOOKING].nights
    assert not found[BOOKING].nights.overlaps(nights(10, 13))


def test_a_turnover_night_closed_on_suspicion_is_not_tainted_by_it():
    """Once closed it stays so for the guest who may be beside it: settling again finds what settling found."""
    doubt = claim(13, 14, listing=GREENGO, standing=Standing.SUSPECTED)
    unit = state(listing(BOOKING, claim(10, 13)), listing(GREENGO, doubt), listing(AIRBNB), turnover=1, active=True)
    unit = evolve(unit, takeover=evolve(unit.takeover, copied=True))
    first = desired(unit, day(1))[AIRBNB]
    assert (first.nights, first.tainted) == (nights(10, 15), nights(14, 15))
    settled = settle(unit, doubt.first_seen).state
    assert desired(settled, day(1))[AIRBNB] == first
    assert settle(settled, doubt.first_seen).state == settled


def test_after_a_restore_what_is_new_is_not_widened_before_the_watch_is_over():
    """It may be what our lost calendar had closed."""
    unit = state(listing(BOOKING, claim(10, 13)), listing(AIRBNB), turnover=1, active=True)
    watched = links_removed(unit, claim(10, 13).first_seen)
    assert desired(watched, day(1))[AIRBNB].nights == nights(10, 13)
    over = evolve(watched, takeover=evolve(watched.takeover, active=False))
    assert desired(over, day(1))[AIRBNB].nights == nights(9, 14)


def test_a_copy_is_not_widened_by_the_turnover():
    """What it copies is, and a copy of a widened closure would widen for ever."""
    copy = claim(10, 13, standing=Standing.MIRRORED, mirrors=ClaimId("guest"), credited=GREENGO)
    assert wanted(listing(BOOKING, copy), listing(AIRBNB), turnover=1)[AIRBNB].nights == nights(10, 13)


# --- the release hold -------------------------------------------------------------------------------------------------


def hidden(name, *, closed: Nights | None = None, hiding: Nights | None = None, **more):
    """A listing whose echo may hide a guest, and the calendar in force there: 10-13 March unless said otherwise."""
    closed = nights(10, 13) if closed is None else closed
    hiding = nights(10, 13) if hiding is None else hiding
    traits = evolve(HABITS[name], imports_every=EAGER[name], echo_kinds=frozenset({Kind.CLOSURE}))
    return listing(name, traits=traits, echo=hiding, hiding=hiding, revisions=published(closed), **more)


def opened(*listings, today=1):
    """The listings on which the night is open."""
    return {name for name, one in wanted(*listings, today=today).items() if day(10) not in one.nights}


def test_one_listing_at_a_time_is_tried_the_one_that_reads_us_most_often_first():
    """Held nights stay closed where they are closed, except on the one listing being tried."""
    found = wanted(hidden(GREENGO), hidden(BOOKING), hidden(AIRBNB))
    assert found[BOOKING] == Desired(NO_NIGHTS)
    assert found[GREENGO] == found[AIRBNB] == Desired(nights(10, 13), held=nights(10, 13))


def test_the_listing_being_tried_stays_the_one():
    """Its calendar lacks the night already: a more eager one is not tried beside it."""
    assert opened(hidden(GREENGO, closed=NO_NIGHTS), hidden(BOOKING), hidden(AIRBNB)) == {GREENGO}


def test_the_next_one_is_tried_once_the_first_has_shown_the_night_open():
    """It keeps it open; when none is left it is open everywhere."""
    shown_open = listing(BOOKING, revisions=published(NO_NIGHTS))
    assert opened(shown_open, hidden(GREENGO), hidden(AIRBNB)) == {BOOKING, GREENGO}
    done = listing(GREENGO, revisions=published(nights(10, 13)))
    assert opened(shown_open, done) == {BOOKING, GREENGO}


def test_a_hold_closes_nothing_that_was_open():
    """Where the calendar in force has held nights open they stay open."""
    assert opened(hidden(BOOKING), listing(AIRBNB, revisions=published(NO_NIGHTS))) == {BOOKING, AIRBNB}


def test_listings_hide_different_nights():
    """Each night has its own listing being tried."""
    found = wanted(hidden(BOOKING, hiding=nights(10, 12)), hidden(GREENGO, hiding=nights(11, 13)))
    assert found[BOOKING].nights == nights(12, 13)
    assert found[GREENGO].nights == nights(10, 12)


def test_a_claimed_night_is_not_held():
    """Held are only nights that nobody claims."""
    found = wanted(hidden(BOOKING), hidden(GREENGO), listing(AIRBNB, RESERVED))
    assert found[BOOKING] == found[GREENGO] == Desired(nights(10, 13))


def test_past_nights_are_not_held():
    """What is over needs no caution."""
    assert wanted(hidden(BOOKING), hidden(GREENGO), today=20)[GREENGO] == Desired(NO_NIGHTS)


def test_a_listing_that_reads_as_often_as_another_is_tried_in_order_of_ids():
    """The choice depends on the state alone."""
    same = evolve(TYPED, imports_every=EAGER[BOOKING])
    one, two = (evolve(hidden(name), listing=evolve(hidden(name).listing, traits=same)) for name in (GREENGO, AIRBNB))
    assert opened(one, two) == opened(two, one) == {AIRBNB}


def test_a_guest_hidden_while_the_habit_was_unknown_is_held_after_it_is_learned():
    """Learning that a listing never echoes makes what it hides more of a guest, not less."""
    found = wanted(hidden(BOOKING, habit=EchoHabit.NEVER), listing(GREENGO, revisions=published(nights(10, 13))))
    assert nights(10, 13) <= found[GREENGO].nights


def test_the_hold_runs_its_course():
    """Cancelled on Airbnb, echoed by Booking.com and GreenGo: one is tried, shows it open for long, then the other."""
    unit = Unit3.quiet()
    quarter = timedelta(minutes=15)
    other = guest(60, 70)
    unit.look(AIRBNB, guest(10, 13), other)
    unit.read(BOOKING, GREENGO).wait(minutes=15)
    unit.look(BOOKING, closure(10, 13), closure(80, 90))
    unit.look(GREENGO, closure(10, 13))
    unit.looks(AIRBNB, other, times=3, every=quarter)
    assert not unit.closed(BOOKING).overlaps(nights(10, 13))
    assert nights(10, 13) <= unit.closed(GREENGO)
    unit.read(BOOKING).looks(BOOKING, closure(80, 90), times=2, every=quarter)
    assert nights(10, 13) <= unit.closed(GREENGO)
    unit.looks(BOOKING, closure(80, 90), times=1, every=quarter)
    assert not nights(10, 13).overlaps(unit.closed(GREENGO))


# --- whom to doubt first ----------------------------------------------------------------------------------------------


def test_the_listing_that_never_followed_us_is_tried_first():
    """What it shows may be a guest; where an echo went with our calendar before, it is likelier to be one again."""
    held = {"hiding": nights(10, 13), "echo": nights(10, 13), "revisions": published(nights(10, 13))}
    eager = listing(BOOKING, traits=evolve(HABITS[BOOKING], imports_every=EAGER[BOOKING]), **held)
    other = listing(GREENGO, traits=evolve(HABITS[GREENGO], imports_every=EAGER[GREENGO]), **held)
    assert wanted(eager, other)[BOOKING].nights == NO_NIGHTS
    found = wanted(evolve(eager, lessons=Lessons(followed=1)), other)
    assert (found[BOOKING].nights, found[GREENGO].nights) == (nights(10, 13), NO_NIGHTS)


@pytest.mark.parametrize("standing", [Standing.MIRRORED, Standing.SUSPECTED])
def test_a_doubtful_claim_does_not_end_the_hold(standing):
    """It vouches for nobody: the guest behind the other listing's echo keeps the night closed on the first one too."""
    copy = claim(10, 13, standing=standing)
    first = listing(BOOKING, copy, revisions=published(nights(10, 13)), shown=nights(10, 13))
    second = listing(GREENGO, hiding=nights(10, 13), echo=nights(10, 13), revisions=published(nights(10, 13)))
    assert wanted(first, second)[BOOKING].nights == nights(10, 13)


def test_the_listing_that_ignored_an_opening_is_tried_first():
    """It had read these nights as open and went on showing them: likelier a guest there than where nobody has tried."""
    doubted = hidden(GREENGO, ignored=nights(10, 12))
    found = wanted(hidden(BOOKING), doubted, hidden(AIRBNB))
    assert (found[GREENGO].nights, found[BOOKING].nights) == (nights(12, 13), nights(10, 12))
    assert found[AIRBNB].nights == nights(10, 13)


def test_what_an_ignored_opening_left_is_tried_only_while_a_guest_may_stand_there():
    """The owner's word ends it."""
    said = hidden(GREENGO, hiding=NO_NIGHTS, ignored=nights(10, 13))
    assert wanted(hidden(BOOKING), said)[GREENGO].nights == nights(10, 13)


@pytest.mark.parametrize(
    "linked, more, kept",
    [
        (True, {}, True),
        (False, {}, False),
        (False, {"inventory": True}, True),
        (True, {"inventory": True, "answered": True}, False),
        (True, {"inventory": True, "kind": Kind.RESERVATION}, False),
    ],
)
def test_a_listings_own_closure_that_may_be_a_copy_ends_no_hold_there(linked, more, kept):
    """It may be a copy of the guest whom another listing's echo hides, and go with the link; here it closes nothing."""
    own = claim(10, 13, **{"listing": AIRBNB, **more})
    first = listing(AIRBNB, own, revisions=published(nights(10, 13)), shown=nights(10, 13))
    second = listing(GREENGO, hiding=nights(10, 13), echo=nights(10, 13), revisions=published(nights(10, 13)))
    found = wanted(first, second, listing(BOOKING, revisions=published(NO_NIGHTS)), active=linked)
    assert found[AIRBNB] == (Desired(nights(10, 13), held=nights(10, 13)) if kept else Desired(NO_NIGHTS))
    assert found[GREENGO] == found[BOOKING] == Desired(nights(10, 13))


def test_a_listing_linked_just_now_is_not_closed_where_it_has_a_claim_of_its_own():
    """It takes part in the hold of nights that nobody claims; what it claims itself was never closed there by us."""
    fading = hidden(GREENGO, hiding=nights(10, 15), closed=nights(10, 15))
    assert wanted(listing(BOOKING, claim(10, 13)), fading, active=True)[BOOKING].nights == nights(13, 15)
    assert wanted(listing(BOOKING), fading, active=True)[BOOKING].nights == nights(10, 15)
