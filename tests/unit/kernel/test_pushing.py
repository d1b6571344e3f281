"""Listings that take our writes: what is owed to them, what may stand there, and what is never opened."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

from attrs import evolve

from channelsync.claims import Kind
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Event, Observation, Verdict
from channelsync.proof import Evidence, reach
from channelsync.pushing import Push, cause, owed
from channelsync.quiet import same_but_for_looks, settles_alike
from channelsync.reconcile import sending, spared
from channelsync.state import Did
from channelsync.takeover import Answer, answer
from channelsync.traits import Horizon
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    START,
    TOLD,
    Unit3,
    Written,
    block,
    claim,
    closure,
    day,
    guest,
    listing,
    nights,
    revision,
    state,
    stay,
    written,
)

LEAVES = evolve(TOLD, reopens=False)


def freed() -> Written:
    """Return a unit on which one of two guests of Airbnb is gone, and Booking.com shows both closed by us still."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14), guest(20, 24))
    unit.sent(BOOKING)
    unit.wait(minutes=1).accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(10, 14), block(20, 24))
    unit.wait(minutes=1).look(AIRBNB, guest(20, 24))
    for _ in range(4):
        unit.wait(minutes=16).look(AIRBNB, guest(20, 24))
    return unit


def test_a_closing_is_owed_until_it_is_shown_or_accepted():
    """What is sold elsewhere is owed at once, without a look; no longer once it was accepted, or is shown closed."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    assert unit.owed(BOOKING, looked=False) == Push(nights(10, 14))
    unit.sent(BOOKING)
    assert unit.owed(BOOKING, looked=False) == Push(nights(10, 14))
    unit.wait(seconds=1).accepted(BOOKING)
    assert not unit.owed(BOOKING, looked=False)
    unit.wait(minutes=1).look(BOOKING)  # not shown after all
    assert unit.owed(BOOKING, looked=False) == Push(nights(10, 14))
    unit.wait(minutes=1).look(BOOKING, block(10, 14))
    assert not unit.owed(BOOKING)


def test_an_opening_is_owed_only_right_after_a_look():
    """Our closing, shown and claimed by nobody any more, is opened from the look just taken, and from none before."""
    unit = freed()
    assert not unit.owed(BOOKING, looked=False)
    assert not unit.owed(BOOKING, looked=True)
    unit.look(BOOKING, block(10, 14), block(20, 24))
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))


def test_what_an_opening_may_have_opened_and_its_owner_closed_again_is_not_opened():
    """A write may be done although the answer, or an old copy, hides it: what comes with new nights came after it."""
    unit = freed()
    unit.look(BOOKING, block(10, 14), block(20, 24))
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))
    before = deepcopy(unit)
    before.wait(minutes=1).look(BOOKING, block(8, 11), block(20, 24))  # not sent yet: all that is closed is ours
    assert before.owed(BOOKING) == Push(opening=nights(10, 11))
    unit.sent(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(10, 14), block(20, 24))
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))
    unit.wait(minutes=1).look(BOOKING, block(8, 11), block(20, 24))
    assert not unit.owed(BOOKING)
    assert unit.state.of(AIRBNB).published == nights(8, 11)
    unit.wait(minutes=1).look(BOOKING, block(8, 11), block(20, 24))
    assert not unit.owed(BOOKING)


def opened() -> Written:
    """Return a unit whose Booking.com was just told to open nights that its last look showed closed by us."""
    unit = freed()
    unit.look(BOOKING, block(10, 14), block(20, 24))
    owed_there = unit.owed(BOOKING)
    unit.state = sending(unit.state, BOOKING, unit.now, owed_there.closing, owed_there.opening)
    unit.wait(seconds=1).accepted(BOOKING)
    return unit


def test_what_we_have_opened_counts_as_open_until_a_look_shows_it():
    """Sold elsewhere before any look, it is owed at once and exposed, whatever the last look showed."""
    unit = opened()
    unit.wait(minutes=1).fold(BOOKING, Observation(unit.now, failure="HTTP 503"))
    unit.wait(minutes=5).look(AIRBNB, guest(20, 24), guest(10, 14, "b"))
    assert unit.owed(BOOKING, looked=False) == Push(nights(10, 14))
    assert [one.nights for one in unit.of(BOOKING).exposed] == [nights(10, 14)]
    assert unit.of(BOOKING).evidence(day(11)) < Evidence.ACCEPTED


def test_an_opening_that_was_not_done_is_owed_again():
    """A look that shows the very same calendar shows the nights closed still, by us."""
    unit = opened()
    unit.wait(minutes=20).look(BOOKING, block(10, 14), block(20, 24))
    assert unit.of(BOOKING).closed_there == nights(10, 14, 20, 24)
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))


def test_what_is_accepted_and_then_shown_open_is_exposed():
    """The platform says one thing and does another: what it said is no proof any more, within what was asked."""
    unit = written(evolve(TOLD, horizon=Horizon(12, frozenset({Kind.BLOCK}))))
    unit.look(AIRBNB, guest(10, 14), guest(390, 394, "b"))
    unit.sent(BOOKING)
    unit.wait(minutes=1).accepted(BOOKING)
    assert not unit.of(BOOKING).exposed
    unit.wait(seconds=1).look(BOOKING)
    assert [one.nights for one in unit.of(BOOKING).exposed] == [nights(10, 14)]
    assert unit.of(BOOKING).evidence(day(11)) is Evidence.SENT
    assert unit.of(BOOKING).evidence(day(391)) is Evidence.ACCEPTED
    unit.wait(minutes=1).accepted(BOOKING)
    assert not unit.of(BOOKING).exposed


def test_a_contradiction_is_no_look_like_another():
    """Noting a look alone would leave the exposure out."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    unit.sent(BOOKING)
    before = unit.wait(minutes=1).accepted(BOOKING).state
    told = evolve(before.of(BOOKING), complete_at=unit.now + timedelta(seconds=1))
    assert not same_but_for_looks(before.of(BOOKING), told)
    assert not settles_alike(before, before.with_listing(told))
    assert settles_alike(before, before.with_listing(evolve(told, complete_at=unit.now)))


def test_what_a_clock_that_was_ahead_has_seen_accepted_proves_nothing_later():
    """Once the clock is right, a look that shows the nights open is the newer one."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    unit.sent(BOOKING)
    right = unit.now
    unit.wait(hours=24).accepted(BOOKING)
    unit.now = right + timedelta(minutes=5)
    unit.look(BOOKING)
    assert unit.owed(BOOKING) == Push(nights(10, 14))
    assert [one.nights for one in unit.of(BOOKING).exposed] == [nights(10, 14)]


def test_what_the_owner_called_theirs_stays_when_the_platform_says_that_a_guest_is_gone():
    """A block that stands where a guest was is left over, unless the owner has said that it is their own."""
    unit = written(LEAVES)
    others = (guest(20, 24, "b"), guest(30, 40, "c"))
    unit.look(BOOKING, guest(10, 14, code="HM1"), *others)
    unit.wait(minutes=15).look(BOOKING, *others, block(10, 14))
    (asked,) = [one for one in unit.claims(BOOKING) if one.kind is Kind.BLOCK]
    unit.state = answer(unit.state, asked.id, Answer.MINE)
    for _ in range(2):
        unit.wait(minutes=5).look(BOOKING, *others, block(10, 14), cancelled=frozenset({"HM1"}))
    assert not unit.owed(BOOKING)
    assert unit.closed(AIRBNB) == nights(10, 14, 20, 24, 30, 40)


def test_what_is_not_our_own_closing_is_never_opened():
    """What the owner or a guest has on a listing stays, whatever we publish."""
    unit = written()
    unit.look(BOOKING, block(10, 14), guest(20, 24))
    assert not unit.owed(BOOKING)
    assert unit.owed(AIRBNB, looked=False) == Push(nights(10, 14, 20, 24))


def test_the_unopened_calendar_is_not_opened():
    """Nights that the platform does not sell yet are closed, claimed by nobody, and none of our business."""
    unit = written(evolve(TOLD, horizon=Horizon(12, frozenset({Kind.BLOCK}))))
    unit.look(BOOKING, Event(stay(200, 366), Kind.BLOCK, "window"))
    assert unit.state.of(BOOKING).claims == ()
    assert not unit.owed(BOOKING)


def test_a_suspect_look_opens_nothing():
    """A look that lost too much, and one after a restore that owes more, open nothing."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    unit.sent(BOOKING)
    unit.accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(10, 14))
    before = unit.state.of(BOOKING)
    calm = evolve(before, revisions=(*before.revisions, revision(9, NO_NIGHTS, unit.now, unit.now)))
    assert owed(calm, unit.today, looked=unit.now) == Push(opening=nights(10, 14))
    assert not owed(evolve(calm, verdict=Verdict.SUSPECT), unit.today, looked=unit.now)
    assert not owed(evolve(calm, owed_since=unit.now), unit.today, looked=unit.now)


def test_nothing_is_owed_to_a_calendar_or_an_unlinked_listing():
    """A listing that reads a calendar, one that is retired and one for which nothing was decided are not written to."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    assert not unit.owed(GREENGO)
    assert not owed(evolve(unit.state.of(BOOKING), retired=True), unit.today)
    assert not owed(listing(BOOKING, traits=TOLD), unit.today)
    assert not owed(evolve(unit.state.of(BOOKING), looked_at=None), unit.today)  # its owner may have closed it there


def test_a_write_without_an_answer_may_stand():
    """What was sent and never answered counts as ours when it is shown, until a later one was accepted for a day."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    unit.sent(BOOKING)
    step = unit.wait(minutes=20).look(BOOKING, block(10, 14))
    assert [one.did for one in step.findings] == [Did.ECHO]
    assert unit.state.of(BOOKING).claims == ()
    assert unit.state.of(BOOKING).evidence(day(10)) is Evidence.READ_BACK
    sent = evolve(revision(2, nights(10, 14), unit.now), sent=unit.now)
    later = revision(3, NO_NIGHTS, unit.now, unit.now + timedelta(hours=1))
    grace = timedelta(hours=24)
    assert reach((sent, later), unit.now + timedelta(hours=20), grace) == nights(10, 14)
    assert reach((sent, later), unit.now + timedelta(hours=26), grace) == NO_NIGHTS
    assert reach((sent,), unit.now + timedelta(days=9), grace) == nights(10, 14)


def test_the_rungs_of_a_write():
    """Recorded, sent, accepted, read back: each is reached in its turn."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))

    def rung() -> Evidence:
        return unit.state.of(BOOKING).evidence(day(11))

    assert rung() is Evidence.RECORDED
    unit.sent(BOOKING)
    assert rung() is Evidence.SENT
    assert unit.state.of(BOOKING).exposed
    unit.accepted(BOOKING)
    assert rung() is Evidence.ACCEPTED
    assert not unit.state.of(BOOKING).exposed
    unit.wait(minutes=1).look(BOOKING, block(10, 14))
    assert rung() is Evidence.READ_BACK


def test_each_night_may_be_ours_for_itself():
    """A platform that takes night by night shows a part of a run beside nights of its owner: the part is ours."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    unit.sent(BOOKING)
    unit.accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(12, 17))
    booking = unit.state.of(BOOKING)
    assert booking.echo == nights(12, 14)
    assert [(one.kind, one.nights) for one in booking.claims] == [(Kind.BLOCK, nights(14, 17))]


def test_what_is_said_to_be_cancelled_is_free_at_once():
    """A reservation that the platform names as cancelled needs no second look; one that it still shows stands."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14, code="HM1"), guest(20, 24, code="HM2"))
    said = frozenset({"HM1", "HM2"})
    step = unit.wait(minutes=15).look(AIRBNB, guest(20, 24, code="HM2"), cancelled=said)
    assert [one.why for one in step.findings if one.did is Did.RELEASE] == ["the platform says that it is cancelled"]
    assert [one.code for one in unit.state.of(AIRBNB).claims] == ["HM2"]
    assert unit.state.of(AIRBNB).freed == ()
    assert unit.state.of(GREENGO).published == nights(20, 24)


def test_nothing_is_cancelled_after_an_outage():
    """An inventory releases nothing, whatever it says."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14, code="HM1"), guest(20, 24, code="HM2"))
    unit.wait(days=3).look(AIRBNB, guest(20, 24, code="HM2"), cancelled=frozenset({"HM1"}))
    assert len(unit.state.of(AIRBNB).claims) == 2


def test_nights_that_a_platform_leaves_closed_are_opened_by_us():
    """Where a cancelled guest's nights stay closed, they are ours to open from the step that releases them."""
    unit = written(LEAVES)
    unit.look(BOOKING, guest(10, 14, code="1"), guest(20, 24, code="2"))
    unit.wait(minutes=15).look(BOOKING, guest(20, 24, code="2"), block(10, 14), cancelled=frozenset({"1"}))
    assert [one.code for one in unit.state.of(BOOKING).claims] == ["2"]
    assert not unit.owed(BOOKING)  # who bought them in the meantime shows at the next look
    unit.wait(minutes=15).look(BOOKING, guest(20, 24, code="2"), block(10, 14))
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))
    unit.accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, guest(20, 24, code="2"), block(10, 14))  # it lags behind
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))
    unit.wait(minutes=1).look(BOOKING, guest(20, 24, code="2"))
    assert not unit.owed(BOOKING)
    assert [one.code for one in unit.state.of(BOOKING).claims] == ["2"]


def test_silence_opens_nothing_that_is_shown_closed():
    """A reservation that is not listed any more, while its nights are closed, has not been cancelled: they stay so."""
    unit = written(LEAVES)
    unit.look(BOOKING, guest(10, 14, code="1"), guest(20, 24, code="2"), guest(40, 44, code="3"))
    for _ in range(20):
        unit.wait(hours=2).look(BOOKING, guest(20, 24, code="2"), guest(40, 44, code="3"), block(10, 14))
        assert not unit.owed(BOOKING)
        assert nights(10, 14) <= unit.state.of(AIRBNB).published
    unit.look(BOOKING, guest(10, 14, code="1"), guest(20, 24, code="2"), guest(40, 44, code="3"))
    assert not unit.owed(BOOKING)


def test_what_was_silent_first_and_is_said_then_is_opened():
    """Between the silence and the word a block stands there; the word tells what it was, and only that."""
    unit = written(LEAVES)
    unit.look(BOOKING, guest(10, 14, code="1"), guest(20, 24, code="2"), block(30, 32))
    unit.wait(minutes=15).look(BOOKING, guest(20, 24, code="2"), block(10, 14), block(30, 32))
    assert not unit.owed(BOOKING)
    said = frozenset({"1"})
    for _ in range(2):
        unit.wait(minutes=1).look(BOOKING, guest(20, 24, code="2"), block(10, 14), block(30, 32), cancelled=said)
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))
    assert [one.nights for one in unit.state.of(BOOKING).claims] == [nights(20, 24), nights(30, 32)]


def test_nights_left_by_new_dates_are_opened_by_us():
    """A guest who has moved leaves nights behind; where the platform leaves them closed, looks that agree open them."""
    unit = written(LEAVES)
    unit.look(BOOKING, guest(10, 14, "g", "1"), guest(20, 40, code="2"))
    for _ in range(4):
        unit.wait(minutes=15).look(BOOKING, guest(12, 16, "g", "1"), guest(20, 40, code="2"), block(10, 12))
    assert unit.owed(BOOKING) == Push(opening=nights(10, 12))
    assert {one.nights for one in unit.state.of(BOOKING).claims} == {nights(12, 16), nights(20, 40)}


def test_what_lies_beyond_the_looks_is_written_once():
    """Nights that no look will show are written until they are accepted, and proven by that."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14))
    until = day(12)
    unit.sent(BOOKING)
    unit.accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING)
    assert owed(unit.state.of(BOOKING), unit.today, until=until) == Push(nights(10, 12))
    assert owed(unit.state.of(BOOKING), unit.today) == Push(nights(10, 14))


def test_an_owners_closing_there_stays_where_the_platform_leaves_nights_closed():
    """What was closed beside the guest's nights is the owner's, and is not opened with them."""
    unit = written(LEAVES)
    unit.look(BOOKING, guest(10, 14, code="1"), block(14, 16), guest(20, 24, code="2"))
    for _ in range(2):
        unit.wait(minutes=15).look(BOOKING, guest(20, 24, code="2"), block(10, 16), cancelled=frozenset({"1"}))
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))
    fresh = evolve(unit.state.of(BOOKING), revisions=())
    assert owed(fresh, unit.today, looked=unit.now) == Push()


def test_the_cause_of_a_closing_is_named():
    """Each night goes to the channel whose guest has it, the rest to the owner; a block elsewhere is the owner's."""
    here = listing(BOOKING, traits=TOLD)
    there = listing(AIRBNB, claim(10, 14, Kind.RESERVATION, listing=AIRBNB), claim(16, 17, Kind.BLOCK, listing=AIRBNB))
    unit = state(here, there, listing(GREENGO, claim(13, 15, listing=GREENGO)))
    parts = cause(unit, here, nights(10, 17))
    assert parts == ((nights(10, 14), "airbnb"), (nights(14, 15), "greengo"), (nights(15, 17), None))
    assert cause(unit, here, nights(10, 12)) == ((nights(10, 12), "airbnb"),)


def test_what_the_unopened_calendar_uncovers_may_be_ours():
    """Our closing that lay in the part of a calendar that was not open is an echo once the window has moved past it."""
    unit = Unit3.quiet()
    unit.look(GREENGO, closure(200, 207))
    unit.look(AIRBNB, Event(stay(190, 366), Kind.BLOCK, "window"))
    unit.read(AIRBNB)
    unit.wait(days=1).look(AIRBNB, Event(stay(191, 367), Kind.BLOCK, "window"))
    for number in range(2, 25):
        unit.wait(days=1)
        ours = (block(200, 207),) if number > 16 else ()
        unit.look(AIRBNB, *ours, Event(stay(190 + number, 366 + number), Kind.BLOCK, "window"))
        unit.look(GREENGO, closure(200, 207))
        unit.read(AIRBNB)
    assert unit.state.of(AIRBNB).claims == ()
    assert unit.state.of(AIRBNB).echo == nights(200, 207)


def test_a_look_by_another_route_adds_and_ends_nothing():
    """A calendar that stands in for the API may be older than what the API showed: it closes, and opens nothing."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14, code="1"), guest(20, 24, code="2"))
    for _ in range(10):
        unit.wait(hours=6).look(AIRBNB, guest(20, 24, code="2"), guest(30, 34, code="3"), stands_in=True)
    assert unit.state.of(BOOKING).published == nights(10, 14, 20, 24, 30, 34)
    unit.wait(minutes=15).look(AIRBNB, guest(20, 24, code="2"), guest(30, 34, code="3"))
    assert unit.state.of(BOOKING).published == nights(10, 14, 20, 24, 30, 34)
    assert not unit.owed(AIRBNB)


def test_nights_sold_again_are_not_opened():
    """Where the nights of a guest who is gone were sold again, the next look shows it, and nothing is opened."""
    unit = written(LEAVES)
    unit.look(BOOKING, guest(10, 14, code="1"), guest(20, 24, code="2"))
    unit.wait(minutes=15).look(BOOKING, guest(20, 24, code="2"), block(10, 14), cancelled=frozenset({"1"}))
    unit.wait(minutes=15).look(BOOKING, guest(20, 24, code="2"), guest(10, 14, "new", "3"))
    assert not unit.owed(BOOKING)


def test_what_is_left_closed_proves_nothing_else():
    """Nights taken over from a guest who is gone are no proof that other closings were accepted."""
    unit = written(LEAVES)
    unit.look(BOOKING, guest(10, 14, code="1"), guest(20, 24, code="2"))
    unit.look(AIRBNB, guest(5, 7))
    unit.sent(BOOKING)
    unit.wait(minutes=15).look(BOOKING, guest(20, 24, code="2"), block(10, 14), cancelled=frozenset({"1"}))
    assert Nights.union(one.nights for one in unit.state.of(BOOKING).exposed) == nights(5, 7)


def test_our_own_closing_at_the_end_of_the_calendar_is_ours():
    """What we wrote where the calendar is not open yet is no part of that: it opens when it is freed."""
    unit = written(evolve(TOLD, horizon=Horizon(12, frozenset({Kind.BLOCK}))))
    unit.look(AIRBNB, guest(360, 366))
    unit.sent(BOOKING)
    unit.accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(360, 366))
    assert unit.state.of(BOOKING).echo == nights(360, 366)


def test_what_stood_closed_already_is_not_ours():
    """A night that its owner had closed, or the calendar had not opened, is not written, and not opened by us."""
    unit = written(evolve(TOLD, horizon=Horizon(12, frozenset({Kind.BLOCK}))))
    unit.look(BOOKING, Event(stay(200, 366), Kind.BLOCK, "window"))
    unit.look(AIRBNB, guest(210, 214, code="1"), guest(10, 12, code="2"))
    assert unit.owed(BOOKING) == Push(nights(10, 12))
    unit.sent(BOOKING)
    unit.accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(10, 12), Event(stay(200, 366), Kind.BLOCK, "window"))
    for _ in range(2):
        unit.wait(minutes=1).look(AIRBNB, guest(10, 12, code="2"), cancelled=frozenset({"1"}))
        unit.wait(minutes=1).look(BOOKING, block(10, 12), Event(stay(200, 366), Kind.BLOCK, "window"))
        assert not unit.owed(BOOKING)


def test_what_is_spared_is_its_owners():
    """Nights found closed just before the write are left alone: a claim of the owner's, which stays when ours ends."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14, code="1"))
    unit.sent(BOOKING)
    number = unit.state.of(BOOKING).revisions[-1].number
    unit.state = spared(unit.state, BOOKING, nights(12, 14), number)
    unit.accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(10, 14))
    booking = unit.state.of(BOOKING)
    assert (booking.echo, [one.nights for one in booking.claims]) == (nights(10, 12), [nights(12, 14)])


def test_what_was_written_stays_so_in_the_next_revision():
    """A new closing does not forget the ones before, and a calendar that is read is read whole."""
    unit = written()
    unit.look(AIRBNB, guest(10, 12))
    unit.sent(BOOKING)
    unit.accepted(BOOKING)
    unit.look(AIRBNB, guest(10, 12), guest(20, 22))
    assert unit.state.of(BOOKING).revisions[-1].told == nights(10, 12)
    unit.read(BOOKING)
    assert unit.state.of(BOOKING).revisions[-1].told == nights(10, 12, 20, 22)


def test_a_block_in_the_place_of_a_silent_reservation_is_asked_about():
    """Nobody has said that the guest is gone, nor who closed their nights: the owner is asked."""
    unit = written()
    unit.look(BOOKING, guest(10, 14, code="1"), guest(20, 24, code="2"), guest(30, 34, code="3"))
    for _ in range(4):
        unit.wait(minutes=20).look(BOOKING, block(10, 14), guest(20, 24, code="2"), guest(30, 34, code="3"))
    assert unit.suspected(BOOKING) == nights(10, 14)
    assert nights(10, 14) <= unit.state.of(AIRBNB).published


def test_a_calendar_that_was_read_is_carried_over():
    """A listing that turns from the calendar to the API: what was read of the calendar is told, what was not is not."""
    unread = revision(1, nights(10, 14), START)
    assert (unread.told, unread.carried) == (nights(10, 14), NO_NIGHTS)
    read = unread.fetched(START)
    assert (read.told, read.carried) == (nights(10, 14), nights(10, 14))


def test_an_opening_that_waits_is_no_longer_owed_where_a_guest_may_have_come():
    """While the API does not answer, a calendar that read ours as open shows the nights closed: echo, or guest."""
    unit = written()
    unit.look(AIRBNB, guest(10, 14, code="1"), guest(20, 24, code="2"))
    unit.sent(BOOKING)
    unit.wait(minutes=1).accepted(BOOKING)
    unit.wait(minutes=1).look(BOOKING, block(10, 14), block(20, 24))
    unit.read(GREENGO)
    unit.wait(hours=1).look(AIRBNB, guest(20, 24, code="2"), cancelled=frozenset({"1"}))
    assert unit.closed(BOOKING) == nights(20, 24)
    unit.wait(minutes=30).read(GREENGO)
    unit.wait(minutes=5).look(GREENGO, closure(10, 14))
    unit.wait(minutes=5).look(BOOKING, block(10, 14), block(20, 24))
    assert unit.owed(BOOKING) == Push()
    for _ in range(5):
        unit.wait(hours=1).look(GREENGO)
    unit.look(BOOKING, block(10, 14), block(20, 24))
    assert unit.owed(BOOKING) == Push(opening=nights(10, 14))
