"""One step of a unit: looks are folded in, calendars are published, every change has its reason."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import evolve

from channelsync.claims import Kind, Standing
from channelsync.ids import ChannelName, ClaimId
from channelsync.nights import NO_NIGHTS, Stay
from channelsync.observation import Event, Observation, Verdict
from channelsync.policy import DEFAULT_POLICY, Patience
from channelsync.proof import Exposure
from channelsync.reconcile import fetched, reconcile
from channelsync.state import Did
from channelsync.traits import Traits
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    MERGING,
    START,
    Unit3,
    at,
    block,
    claim,
    closure,
    day,
    guest,
    missing,
    nights,
    revision,
    stay,
)

QUARTER = timedelta(minutes=15)
OTHER = guest(60, 70)


# --- looks ------------------------------------------------------------------------------------------------------------


def test_a_new_stay_is_closed_everywhere_else_in_the_same_step():
    """Close fast: one observation is enough."""
    unit = Unit3.quiet()
    step = unit.look(AIRBNB, guest(10, 13))
    assert (unit.closed(BOOKING), unit.closed(GREENGO), unit.closed(AIRBNB)) == (
        nights(10, 13),
        nights(10, 13),
        NO_NIGHTS,
    )
    assert [one.did for one in step.findings] == [Did.CLAIM, Did.PUBLISH, Did.PUBLISH]
    assert [(one.listing, one.close, one.open, one.why) for one in step.plan.changes] == [
        (name, nights(10, 13), NO_NIGHTS, "taken elsewhere") for name in (BOOKING, GREENGO)
    ]


def test_several_looks_make_one_step():
    """Each is folded in, then the unit is settled once; findings come in order."""
    unit = Unit3.new()
    step = reconcile(
        unit.state,
        [(AIRBNB, Observation(START, (guest(10, 13),))), (BOOKING, Observation(START, (closure(12, 15),)))],
        START,
    )
    assert [(one.listing, one.did) for one in step.findings][:2] == [(AIRBNB, Did.CLAIM), (BOOKING, Did.CLAIM)]
    assert step.state.of(GREENGO).published == nights(10, 15)
    assert [one.nights for one in step.plan.conflicts] == [nights(12, 13)]
    assert all(len(one.revisions) == 1 for one in step.state.listings)


def test_what_is_claimed_at_the_first_look_says_so():
    """An inventory, never an alarm."""
    unit = Unit3.new()
    (first, *_) = unit.look(AIRBNB, guest(10, 13)).findings
    assert first.why == "new reservation, already there at the first look"
    (later, *_) = unit.wait(hours=1).look(AIRBNB, guest(10, 13), block(20, 22)).findings
    assert later.why == "new block"


def test_a_date_change_closes_at_once_and_opens_at_the_next_look_that_agrees():
    """S4: the guest moves from 10-13 to 9-12 under the same UID."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    moved = guest(9, 12, "guest-10")
    step = unit.wait(minutes=15).look(AIRBNB, moved)
    assert unit.closed(BOOKING) == nights(9, 13)
    assert [(one.did, one.why) for one in step.findings[:2]] == [
        (Did.CLAIM, "the reservation changed its dates"),
        (Did.KEEP, "left by a date change; free at the next look that agrees"),
    ]
    step = unit.wait(minutes=15).look(AIRBNB, moved)
    assert unit.closed(BOOKING) == nights(9, 12)
    assert step.findings[0].why == "the reservation has left these nights; two looks agree"
    assert unit.of(AIRBNB).freed == ()


def test_a_date_change_taken_back_has_changed_nothing():
    """Shown on its old nights again before they were freed: the others open in their turn."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    before = unit.only(AIRBNB)
    unit.wait(minutes=15).look(AIRBNB, guest(9, 12, "guest-10"))
    unit.wait(minutes=15).look(AIRBNB, guest(10, 13))
    assert unit.closed(BOOKING) == nights(9, 13)
    unit.wait(minutes=15).look(AIRBNB, guest(10, 13))
    assert evolve(unit.only(AIRBNB), last_seen=before.last_seen) == before
    assert unit.closed(BOOKING) == nights(10, 13)


def test_nights_are_kept_and_said_to_be_kept_once():
    """One finding when the wait begins, none while it lasts."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13), OTHER)
    (kept,) = unit.wait(minutes=15).look(AIRBNB, OTHER).findings
    assert (kept.did, kept.nights) == (Did.KEEP, nights(10, 13))
    assert unit.wait(minutes=1).look(AIRBNB, OTHER).findings == ()


def test_a_look_that_shows_nothing_new_changes_nothing():
    """The short cut and the long way agree, and neither finds anything."""
    unit = Unit3.new()
    shown = guest(10, 13), block(20, 22)
    unit.look(AIRBNB, *shown)
    before = unit.of(AIRBNB)
    step = unit.wait(minutes=15).look(AIRBNB, *shown)
    assert (step.findings, step.plan.changes) == ((), ())
    assert evolve(unit.of(AIRBNB), looked_at=START, complete_at=START, looked_before=None) == before
    unit.read(AIRBNB)
    step = unit.wait(minutes=15).look(AIRBNB, *shown)
    assert (step.findings, step.plan.changes) == ((), ())
    assert [one.stay for one in unit.claims(AIRBNB)] == [one.stay for one in before.claims]


def test_a_cached_copy_does_not_stand_for_the_look_it_resembles():
    """What a copy showed first is judged when a look of its own shows it: a cancellation waits from there on."""
    unit = Unit3.new()
    unit.look(AIRBNB, guest(10, 13), OTHER, stamp=unit.now)
    unit.wait(minutes=15).look(AIRBNB, OTHER, stamp=START - QUARTER)
    assert not any(one.missing for one in unit.claims(AIRBNB))
    unit.wait(minutes=15).look(AIRBNB, OTHER, stamp=unit.now)
    assert [one.stay for one in unit.claims(AIRBNB) if one.missing] == [stay(10, 13)]


def test_claims_keep_their_order():
    """The same look again gives the same claims, in the same order: nothing is stored anew for nothing."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13), guest(20, 23), guest(30, 33))
    unit.wait(minutes=15).look(AIRBNB, guest(20, 23), guest(30, 33))
    before = [one.id for one in unit.claims(AIRBNB)]
    unit.wait(minutes=15).look(AIRBNB, guest(20, 23), guest(30, 33))
    assert [one.id for one in unit.claims(AIRBNB)] == before


def test_a_look_after_a_failure_clears_it():
    """The last good look stays in force, and the next good one ends the failure."""
    unit = Unit3.new()
    unit.look(AIRBNB, guest(10, 13))
    unit.wait(minutes=15).look(AIRBNB, failure="timed out")
    assert (unit.verdict(AIRBNB), unit.of(AIRBNB).failure) == (Verdict.UNUSABLE, "timed out")
    assert unit.of(AIRBNB).looked_at == START
    unit.wait(minutes=15).look(AIRBNB, guest(10, 13))
    assert (unit.verdict(AIRBNB), unit.of(AIRBNB).failure) == (Verdict.COMPLETE, None)


def test_a_suspect_look_followed_by_a_304_stays_suspect():
    """A 304 repeats the wrong answer, no more."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13), OTHER)
    unit.wait(minutes=15).look(AIRBNB)
    unit.wait(minutes=15).look(AIRBNB, not_modified=True)
    assert unit.verdict(AIRBNB) is Verdict.SUSPECT
    assert unit.closed(BOOKING) == nights(10, 13, 60, 70)


TAIL = Event(Stay(day(100), date(2028, 9, 1)), Kind.CLOSURE, "tail")
"""Booking.com's calendar that is not open yet: it ends 18 months after the first of March."""


def test_a_release_says_what_was_sold_again():
    """The same dates under another UID: the old reservation is released, its nights stay closed, and both are said."""
    unit = Unit3.quiet()
    others = guest(40, 43), guest(60, 63)
    unit.look(AIRBNB, guest(10, 13, "first"), *others)
    found = [
        one for _ in range(3) for one in unit.wait(minutes=15).look(AIRBNB, guest(10, 13, "next"), *others).findings
    ]
    (release,) = (one for one in found if one.did is Did.RELEASE)
    assert release.why.endswith("what was sold again meanwhile stays closed")
    assert release.nights == NO_NIGHTS
    assert nights(10, 13) <= unit.closed(BOOKING)


def test_rare_looks_are_no_outage():
    """A listing looked at every other day is believed in the end; the first such gap is still an outage."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13), guest(40, 43), guest(60, 63))
    unit.looks(AIRBNB, guest(40, 43), guest(60, 63), times=2, every=timedelta(hours=40))
    assert nights(10, 13) <= unit.closed(BOOKING)
    unit.looks(AIRBNB, guest(40, 43), guest(60, 63), times=1, every=timedelta(hours=40))
    assert unit.closed(BOOKING) == nights(40, 43, 60, 63)


def test_an_answer_with_wrong_ends_frees_nothing():
    """Every stay shortened at once is a wrong answer, not guests who change dates: a day of looks must agree."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 15), guest(20, 27), guest(40, 43))
    unit.looks(AIRBNB, guest(10, 11), guest(20, 21), guest(40, 41), times=6, every=QUARTER)
    assert unit.closed(BOOKING) == nights(10, 15, 20, 27, 40, 43)
    unit.looks(AIRBNB, guest(10, 11), guest(20, 21), guest(40, 41), times=25, every=timedelta(hours=1))
    assert unit.closed(BOOKING) == nights(10, 11, 20, 21, 40, 41)


def test_a_block_sold_is_no_disappearance():
    """A reservation on the nights of a block takes its place: nothing is missing, nothing is suspect."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, block(10, 20))
    unit.wait(minutes=15).look(AIRBNB, guest(10, 20))
    assert unit.of(AIRBNB).verdict is Verdict.COMPLETE
    assert [one.kind for one in unit.claims(AIRBNB)] == [Kind.RESERVATION]


def test_clocks_that_were_ahead_do_not_make_us_wait():
    """Neither a DTSTAMP from the future nor a look dated there keeps a vanished stay closed until then."""
    rest = guest(40, 43), guest(60, 63)
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13), *rest, stamp=unit.now)
    unit.wait(minutes=15).look(AIRBNB, guest(10, 13), *rest, stamp=unit.now + timedelta(days=3650))
    first, *others = sorted(unit.claims(AIRBNB), key=lambda one: one.stay)
    unit.change(AIRBNB, claims=(evolve(first, missing=missing(unit.now + timedelta(days=20))), *others))
    for _ in range(3):
        unit.wait(minutes=15).look(AIRBNB, *rest, stamp=unit.now)
    assert unit.closed(BOOKING) == nights(40, 43, 60, 63)


def test_a_clock_that_was_ahead_opens_no_night_that_is_not_over():
    """It ended a stay a night early; set back, nothing opens before each listing has been looked at again."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(2, 4))
    unit.now = at(3, 18)
    for name in (AIRBNB, BOOKING, GREENGO):
        unit.look(name, *([closure(3, 4)] if name == BOOKING else []))
    before = unit.closed(AIRBNB)
    assert before == nights(3, 4)
    unit.now = at(4, 1)  # really 18:30 of the third
    unit.look(BOOKING)
    unit.look(AIRBNB, guest(8, 9))
    unit.now = at(3, 18, 45)
    unit.look(AIRBNB, guest(8, 9))
    assert unit.closed(GREENGO) == nights(3, 4, 8, 9)
    assert unit.closed(AIRBNB) == nights(3, 4)
    unit.look(BOOKING, closure(3, 4))
    assert unit.closed(AIRBNB) == nights(3, 4)
    assert not unit.closed(BOOKING).overlaps(nights(3, 4))


def test_what_a_clock_that_was_ahead_kept_opens_when_nothing_shows_it_any_more():
    """The looks at the present decide: what none of them shows had really ended."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(2, 4))
    unit.now = at(4, 1)
    for name in (AIRBNB, BOOKING, GREENGO):
        unit.look(name)
    unit.now = at(3, 18, 45)
    for name in (AIRBNB, BOOKING, GREENGO):
        assert unit.closed(AIRBNB) == nights(3, 4)
        unit.look(name)
    assert unit.closed(AIRBNB) == NO_NIGHTS


def test_a_reservation_is_no_copy_where_its_plugin_is_missing():
    """Without its habits nothing tells that the platform identifies guests; a reservation is still nobody's copy."""
    unit = Unit3.new(active=True)
    unit.look(BOOKING, closure(10, 13))
    unit.wait(hours=2).look(AIRBNB, guest(10, 13))
    bare = evolve(unit.of(AIRBNB).listing, traits=Traits())
    unit.change(AIRBNB, listing=bare, shown=nights(10, 13)).settle()
    assert unit.only(AIRBNB).standing is Standing.FIRM


def test_a_listing_linked_during_a_hold_takes_part_in_it():
    """A held night is closed on a listing that has no calendar yet: a guest may stand there."""
    unit = Unit3.new().change(
        BOOKING, echo=nights(10, 13), hiding=nights(10, 13), revisions=(revision(1, nights(10, 13), START),)
    )
    unit.settle()
    assert unit.closed(GREENGO) == nights(10, 13)


def with_a_tail():
    """A Booking.com calendar with three stays and the calendar that is not open yet."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 12), closure(20, 23), closure(40, 43), TAIL)
    return unit


def test_an_answer_that_loses_a_stay_and_the_unopened_calendar_frees_nothing():
    """Lost together they are a wrong answer for a day; one stay alone would be free after half an hour."""
    unit = with_a_tail().looks(BOOKING, closure(10, 12), closure(20, 23), times=5, every=QUARTER)
    assert unit.of(BOOKING).verdict is Verdict.SUSPECT
    assert nights(40, 43) <= unit.closed(AIRBNB)
    unit.looks(BOOKING, closure(10, 12), closure(20, 23), closure(40, 43), TAIL, times=1, every=QUARTER)
    assert unit.of(BOOKING).verdict is Verdict.COMPLETE
    assert unit.closed(AIRBNB) == nights(10, 12, 20, 23, 40, 43)


def test_an_opened_calendar_is_believed_after_a_day():
    """The owner may really have opened it, and a guest really cancelled: a day of looks that agree frees the nights."""
    unit = with_a_tail().looks(BOOKING, closure(10, 12), closure(20, 23), times=24, every=timedelta(hours=1))
    assert nights(40, 43) <= unit.closed(AIRBNB)
    unit.looks(BOOKING, closure(10, 12), closure(20, 23), times=1, every=timedelta(hours=1))
    assert unit.closed(AIRBNB) == nights(10, 12, 20, 23)


def test_a_cancellation_after_the_calendar_was_opened_is_not_held_for_it():
    """A day after the tail went, one stay that vanishes is judged as one."""
    unit = with_a_tail().looks(
        BOOKING, closure(10, 12), closure(20, 23), closure(40, 43), times=25, every=timedelta(hours=1)
    )
    unit.looks(BOOKING, closure(10, 12), closure(20, 23), times=3, every=QUARTER)
    assert unit.closed(AIRBNB) == nights(10, 12, 20, 23)


def test_a_cached_copy_without_the_tail_says_nothing():
    """Only a look of its own tells that the unopened calendar is gone."""
    unit = with_a_tail()
    unit.fold(BOOKING, Observation(unit.now, (closure(10, 12),), not_modified=False))
    assert unit.of(BOOKING).tail_gone is None


def test_set_aside_is_told_once():
    """The unopened calendar when first seen, the advance notice when it has moved."""
    unit = Unit3.new()
    tail = evolve(closure(200, 201), stay=evolve(stay(200, 201), departure=START.date().replace(year=2028, month=9)))
    assert [one.did for one in unit.look(BOOKING, tail).findings] == [Did.SET_ASIDE]
    assert unit.closed(AIRBNB) == NO_NIGHTS
    further = evolve(tail, stay=evolve(tail.stay, departure=tail.stay.departure + timedelta(1)))
    assert unit.wait(days=1).look(BOOKING, further).findings == ()
    unit = Unit3.new()
    unit.look(AIRBNB, block(1, 2))
    assert unit.closed(BOOKING) == nights(1, 2)
    assert [one.did for one in unit.wait(days=1).look(AIRBNB, block(2, 3)).findings] == [Did.SET_ASIDE]
    assert unit.closed(BOOKING) == NO_NIGHTS


def test_a_laxer_policy_frees_nothing_after_an_outage():
    """One look may be enough where an installation says so, never the first one after an outage."""
    unit = Unit3.quiet()
    unit.policy = evolve(DEFAULT_POLICY, one_missing=Patience(1, timedelta(0)))
    unit.look(AIRBNB, guest(10, 13), OTHER)
    unit.wait(hours=37).look(AIRBNB, OTHER)
    assert unit.closed(BOOKING) == nights(10, 13, 60, 70)


# --- settling ---------------------------------------------------------------------------------------------------------


def test_the_first_calendar_is_published_even_when_empty():
    """A valid calendar from the beginning; an empty one is no change."""
    step = Unit3.new().settle()
    assert [one.revisions[0].number for one in step.state.listings] == [1, 1, 1]
    assert step.plan.changes == ()


def test_a_settled_unit_settles_into_itself():
    """No revision without a change."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    before = unit.state
    assert unit.settle().plan.changes == ()
    assert unit.wait(hours=5).settle().findings == ()
    assert unit.state == before


def test_runs_that_keep_their_shape_keep_their_stamp():
    """Nothing moves for nothing in the published calendar."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    first = unit.now
    unit.wait(hours=1).look(AIRBNB, guest(10, 13), guest(20, 22))
    last = unit.of(BOOKING).revisions[-1]
    assert [(one.stay, one.stamp) for one in last.runs] == [(stay(10, 13), first), (stay(20, 22), unit.now)]
    assert last.number == 3


def test_closing_and_opening_in_one_step_say_both():
    """A change with both sides carries both reasons."""
    unit = Unit3.quiet()
    unit.own(claim(10, 13, Kind.BLOCK))
    unit.state = evolve(unit.state, own=(claim(20, 22, Kind.BLOCK, listing=None),))
    step = unit.settle()
    assert {one.why for one in step.plan.changes} == {"taken elsewhere; claimed nowhere any more"}


def test_holds_and_stays_end_by_themselves():
    """A hold when it runs out, a stay on its departure, on linked and retired listings alike."""
    unit = Unit3.quiet().own(claim(20, 22, Kind.HOLD, expires=at(1, 12)), claim(30, 32, Kind.HOLD, expires=at(5)))
    unit.change(GREENGO, claims=(claim(2, 4, listing=GREENGO),), retired=True).settle()
    assert unit.closed(BOOKING) == nights(2, 4, 20, 22, 30, 32)
    unit.wait(hours=2).settle()
    assert unit.closed(BOOKING) == nights(2, 4, 30, 32)
    unit.now = at(4)
    unit.settle()
    assert (unit.closed(BOOKING), unit.claims(GREENGO)) == (nights(30, 32), ())


def test_a_hold_ends_with_a_whole_look_at_its_platform_since_its_time():
    """Until then nobody knows whether the guest has booked; a platform never linked is not waited for."""
    unit = Unit3.quiet()
    held = [claim(20, 22, Kind.HOLD, expires=at(1, 12)), claim(30, 32, Kind.HOLD, expires=at(1, 12))]
    keys = (ChannelName("booking"), ChannelName("elsewhere"))
    unit.own(*(evolve(one, channel=key, id=ClaimId(key)) for one, key in zip(held, keys, strict=True))).settle()
    assert unit.closed(AIRBNB) == nights(20, 22, 30, 32)
    unit.wait(hours=2).fold(BOOKING, Observation(unit.now, failure="HTTP 503"))
    assert unit.closed(AIRBNB) == nights(20, 22)
    unit.wait(minutes=1).look(BOOKING)
    assert unit.closed(AIRBNB) == NO_NIGHTS


def typed_in(arrival=10, departure=13, channel="booking", **more):
    """A reservation the owner typed in for a platform."""
    entry = claim(arrival, departure, Kind.RESERVATION, channel=ChannelName(channel), guest="Léa", note="dog", **more)
    return evolve(entry, id=ClaimId("entry"))


def test_a_reservation_typed_in_is_the_one_seen_later_on_its_platform():
    """Adopted once that platform covers all its nights: the guest's name and note go with it."""
    unit = Unit3.quiet().own(typed_in())
    assert (unit.closed(AIRBNB), unit.closed(BOOKING)) == (nights(10, 13), NO_NIGHTS)
    unit.look(BOOKING, closure(10, 12))
    assert len(unit.state.own) == 1
    unit.wait(minutes=15).look(BOOKING, closure(10, 13), closure(20, 22))
    assert unit.state.own == ()
    assert {(one.guest, one.note) for one in unit.claims(BOOKING) if one.stay.arrival < stay(20, 22).arrival} == {
        ("Léa", "dog")
    }
    assert {one.guest for one in unit.claims(BOOKING) if one.stay == stay(20, 22)} == {""}
    assert unit.closed(AIRBNB) == nights(10, 13, 20, 22)
    assert unit.conflicts() == ()


def test_the_owners_word_that_it_is_a_guest_outlives_adoption():
    """What is seen on just the nights typed in is that guest, known as such; on other nights nobody has said so."""
    unit = Unit3.quiet().own(typed_in())
    unit.look(BOOKING, closure(10, 13))
    assert (unit.only(BOOKING).kind, unit.only(BOOKING).answered) == (Kind.RESERVATION, True)
    wider = Unit3.quiet().own(typed_in())
    wider.look(BOOKING, closure(9, 14))
    assert (wider.only(BOOKING).kind, wider.only(BOOKING).answered) == (Kind.CLOSURE, False)


def test_an_entry_for_no_platform_or_another_is_adopted_by_nobody():
    """Only a reservation that names its channel, and only by that channel."""
    unit = Unit3.quiet().own(typed_in(channel="airbnb"), claim(10, 13, Kind.BLOCK, channel=ChannelName("booking")))
    unit.own(claim(10, 13, Kind.RESERVATION, id=ClaimId("walk-in")))
    unit.look(BOOKING, closure(10, 13))
    assert len(unit.state.own) == 3


def test_a_missing_claim_adopts_nothing():
    """The owner says it is taken while the platform has stopped showing it: their word stays."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13), closure(20, 24))
    unit.wait(minutes=15).look(BOOKING)
    assert unit.verdict(BOOKING) is Verdict.SUSPECT
    unit.own(typed_in())
    assert len(unit.state.own) == 1


def test_the_owners_own_notes_on_a_claim_are_kept_at_adoption():
    """What the claim already says is not overwritten."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.change(BOOKING, claims=(evolve(unit.only(BOOKING), guest="Zoé", note="cat"),)).own(typed_in())
    assert (unit.only(BOOKING).guest, unit.only(BOOKING).note) == ("Zoé", "cat")


# --- fetches and exposure ---------------------------------------------------------------------------------------------


def test_a_taken_night_is_exposed_until_the_platform_has_read_it():
    """And since when: from the step that took it."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    since = unit.now
    unit.wait(hours=1).settle()
    assert unit.of(BOOKING).exposed == (Exposure(nights(10, 13), since),)
    unit.read(BOOKING)
    assert (unit.of(BOOKING).exposed, unit.of(GREENGO).exposed) == ((), (Exposure(nights(10, 13), since),))


def test_a_night_read_back_is_not_exposed():
    """The platform shows it closed."""
    unit = Unit3.quiet()
    unit.look(BOOKING, closure(10, 13))
    unit.look(AIRBNB, guest(10, 13))
    assert unit.of(BOOKING).exposed == ()


def test_a_suspect_look_that_leaves_our_closing_out_is_no_proof_any_more():
    """It is too odd to open anything, and it shows the night open: closed there is what nobody knows now."""
    unit = Unit3.quiet()
    others = closure(20, 23), closure(30, 33)
    unit.look(BOOKING, closure(10, 13), *others)
    unit.look(AIRBNB, guest(10, 13))
    assert unit.of(BOOKING).exposed == ()
    unit.wait(minutes=15).look(BOOKING)
    assert unit.verdict(BOOKING) is Verdict.SUSPECT
    assert unit.of(BOOKING).exposed == (Exposure(nights(10, 13), unit.now),)
    unit.read(BOOKING)
    assert unit.of(BOOKING).exposed == ()
    unit.wait(minutes=15).look(BOOKING, closure(10, 13), *others)
    assert unit.of(BOOKING).exposed == ()


def test_a_fetch_of_an_older_revision_is_evidence_for_that_one():
    """Served by number: what it lacked stays exposed."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, guest(10, 13))
    unit.state = fetched(unit.state, BOOKING, unit.now, 1)
    assert unit.of(BOOKING).exposed[0].nights == nights(10, 13)
    unit.state = fetched(unit.state, BOOKING, unit.wait(minutes=1).now, 2)
    assert unit.of(BOOKING).exposed == ()


def test_a_fetch_of_what_was_never_published_is_no_evidence():
    """Before the first calendar, or of one long forgotten."""
    unit = Unit3.new().read(BOOKING)
    assert unit.of(BOOKING).revisions == ()
    unit.settle()
    assert fetched(unit.state, BOOKING, unit.now, 99) == unit.state


def test_a_platform_that_merges_and_echoes_never_keeps_itself_closed():
    """S3: sold, echoed, cancelled while the echo is still shown: opened at once where it echoes, then everywhere."""
    unit = Unit3.quiet(booking=MERGING)
    unit.look(AIRBNB, guest(10, 13), OTHER)
    unit.read(BOOKING, GREENGO).wait(minutes=15).look(BOOKING, closure(10, 13))
    unit.looks(AIRBNB, OTHER, times=3, every=QUARTER)
    assert unit.closed(BOOKING) == nights(60, 70)
    unit.read(BOOKING).looks(BOOKING, times=17, every=QUARTER)
    assert unit.closed(GREENGO) == unit.closed(BOOKING) == nights(60, 70)


def test_missing_claims_of_a_listing_unlinked_keep_their_nights():
    """Unlinking decides nothing about them."""
    unit = Unit3.quiet()
    unit.change(BOOKING, claims=(claim(10, 13, missing=missing()),), retired=True).wait(days=2).settle()
    assert unit.closed(AIRBNB) == nights(10, 13)
