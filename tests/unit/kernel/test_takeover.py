"""Taking over from platforms that were linked directly: copies, the owner's answers, and the end of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.claims import Kind, Standing
from channelsync.conflicts import Certainty
from channelsync.errors import UsageError
from channelsync.ids import ClaimId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Event, Verdict
from channelsync.proof import fetched_nights
from channelsync.quiet import settles_alike
from channelsync.reconcile import settle
from channelsync.state import Takeover
from channelsync.takeover import Answer, answer, credit, links_removed, open_until, parted, questions, watch
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    PLAIN,
    START,
    TOLD,
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
    stay,
    written,
)

QUARTER = timedelta(minutes=15)
REST = (guest(60, 70), guest(72, 80))


def taken_over(airbnb=(), booking=(), greengo=()):
    """A unit whose first looks show these events, all at once, as an inventory."""
    unit = Unit3.new(active=True)
    for name, events in ((AIRBNB, airbnb), (BOOKING, booking), (GREENGO, greengo)):
        unit.look(name, *events)
    return unit


def copied():
    """Airbnb's reservation, and the copy Booking.com made of it through an old link."""
    return taken_over((guest(10, 13), *REST), (closure(10, 13),))


def standing(unit, name):
    """What each claim of a listing is, by its stay."""
    return {one.stay: one.standing for one in unit.claims(name)}


def said(unit, what):
    """Answer the one question that is open."""
    (asked,) = questions(unit.state)
    unit.state = answer(unit.state, asked.id, what)
    unit.settle()
    return unit


# --- copies -----------------------------------------------------------------------------------------------------------


def test_a_closure_over_another_listings_claim_is_a_copy():
    """It keeps its nights closed, says what it copies, and is at most a possible conflict."""
    unit = copied()
    copy = unit.only(BOOKING)
    original = next(one for one in unit.claims(AIRBNB) if one.stay == stay(10, 13))
    assert (copy.standing, copy.mirrors, copy.credited) == (Standing.MIRRORED, original.id, AIRBNB)
    assert [one.certainty for one in unit.conflicts()] == [Certainty.POSSIBLE]
    assert nights(10, 13) <= unit.closed(GREENGO)


def test_a_closure_that_covers_only_part_of_a_claim_is_no_copy():
    """A copy would have brought all the nights: this is a guest of its own, and a probable double booking."""
    unit = taken_over((guest(10, 15), *REST), (closure(10, 13),))
    assert unit.only(BOOKING).standing is Standing.FIRM
    assert [one.certainty for one in unit.conflicts()] == [Certainty.PROBABLE]


def test_a_closure_that_covers_a_claim_and_more_is_split():
    """The copied nights are a copy, the others a claim of their own, each with an id."""
    unit = taken_over((guest(10, 13), *REST), (closure(8, 15),))
    assert standing(unit, BOOKING) == {
        stay(8, 10): Standing.FIRM,
        stay(10, 13): Standing.MIRRORED,
        stay(13, 15): Standing.FIRM,
    }
    assert len({one.id for one in unit.claims(BOOKING)}) == 3
    assert unit.closed(AIRBNB) == nights(8, 15)


def test_an_identified_reservation_is_never_a_copy():
    """No direct link brings a platform's own reservations."""
    unit = taken_over((guest(10, 13), *REST), (closure(10, 13),))
    assert set(standing(unit, AIRBNB).values()) == {Standing.FIRM}


def test_without_a_takeover_nothing_is_a_copy():
    """Two closures on one night are then what they look like."""
    unit = Unit3.new()
    unit.look(BOOKING, closure(10, 13))
    unit.look(GREENGO, closure(10, 13))
    assert [one.certainty for one in unit.conflicts()] == [Certainty.PROBABLE]


def test_of_two_there_from_the_start_the_less_certain_is_the_copy():
    """A reservation before a closure before a block; among equals the first listing's."""
    unit = taken_over((block(10, 13),), (closure(10, 13),))
    assert (unit.only(AIRBNB).standing, unit.only(BOOKING).standing) == (Standing.MIRRORED, Standing.FIRM)
    unit = taken_over((), (closure(10, 13),), (closure(10, 13),))
    assert (unit.only(BOOKING).standing, unit.only(GREENGO).standing) == (Standing.FIRM, Standing.MIRRORED)


def test_the_one_first_shown_later_is_the_copy():
    """Credit goes to the listing that showed the night first, whatever its kind."""
    unit = taken_over(REST)
    unit.wait(hours=1).look(GREENGO, closure(10, 13))
    unit.wait(hours=1).look(BOOKING, closure(10, 13))
    assert unit.only(GREENGO).standing is Standing.FIRM
    assert unit.only(BOOKING).mirrors == unit.only(GREENGO).id


def test_within_one_poll_nobody_was_first():
    """Fifteen minutes apart, the order of our looks says nothing: the less certain is the copy."""
    unit = taken_over()
    unit.wait(hours=1).look(BOOKING, closure(10, 13))
    unit.wait(minutes=15).look(AIRBNB, guest(10, 13))
    assert unit.only(BOOKING).mirrors == unit.only(AIRBNB).id


def test_within_one_poll_of_the_listing_looked_at_least_often_nobody_was_first():
    """Where one of the two is looked at every hour, less than an hour apart says nothing either."""
    unit = taken_over()
    slow = unit.state.of(AIRBNB)
    traits = evolve(slow.listing.traits, poll_every=timedelta(hours=1))
    unit.state = unit.state.with_listing(evolve(slow, listing=evolve(slow.listing, traits=traits)))
    unit.wait(hours=1).look(BOOKING, closure(10, 13))
    unit.wait(minutes=55).look(AIRBNB, guest(10, 13))
    assert unit.only(BOOKING).mirrors == unit.only(AIRBNB).id


def test_what_was_there_at_the_inventory_copies_nothing_that_came_later():
    """An old closure cannot have been copied from a new sale: a double booking."""
    unit = taken_over((), (closure(10, 13),))
    unit.wait(hours=2).look(AIRBNB, guest(10, 13))
    assert unit.only(BOOKING).standing is Standing.FIRM
    assert [one.certainty for one in unit.conflicts()] == [Certainty.PROBABLE]


def test_a_missing_claim_is_no_original():
    """What its own platform does not show any more cannot be what another one copies now."""
    unit = taken_over((guest(10, 13), *REST))
    unit.wait(hours=1).look(AIRBNB, *REST)
    unit.look(BOOKING, closure(10, 13))
    assert unit.only(BOOKING).standing is Standing.FIRM


def test_what_the_owner_has_explained_is_left_alone():
    """An answered claim is credited to nobody."""
    mine = claim(10, 13, inventory=True, answered=True, id=ClaimId("mine"))
    unit = copied().change(BOOKING, claims=(mine,))
    assert credit(unit.state, day(1), unit.policy).of(BOOKING).claims == (mine,)


# --- copies that outlive what they copy -------------------------------------------------------------------------------


def test_a_copy_outlives_its_original_by_no_more_than_the_grace_period():
    """The original is cancelled: the copy keeps closed for a day, then it is a suspected claim and a question."""
    unit = copied()
    unit.looks(AIRBNB, *REST, times=4, every=QUARTER)
    assert len(unit.claims(AIRBNB)) == 2
    assert unit.only(BOOKING).orphaned == unit.now - QUARTER
    assert nights(10, 13) <= unit.closed(GREENGO)
    unit.wait(hours=23, minutes=44).settle()
    assert unit.only(BOOKING).standing is Standing.MIRRORED
    unit.wait(minutes=1).settle()
    assert (unit.only(BOOKING).standing, unit.only(BOOKING).credited) == (Standing.SUSPECTED, None)
    assert [one.claim for one in questions(unit.state)] == [unit.only(BOOKING)]


def test_a_copy_whose_original_is_back_is_no_orphan():
    """Only a lasting absence counts."""
    unit = copied()
    original = unit.claims(AIRBNB)
    unit.change(AIRBNB, claims=original[1:]).settle()
    assert unit.only(BOOKING).orphaned == unit.now
    unit.change(AIRBNB, claims=original).settle()
    assert unit.only(BOOKING).orphaned is None


# --- questions and answers --------------------------------------------------------------------------------------------


def test_one_question_for_each_unclear_stay():
    """What it is, where, and what it may be a copy of; firm claims raise none."""
    unit = copied()
    (asked,) = questions(unit.state)
    assert (asked.listing, asked.nights, asked.credited) == (BOOKING, nights(10, 13), AIRBNB)
    assert (asked.claim, asked.of.listing) == (unit.only(BOOKING), AIRBNB)


def test_an_answer_that_it_is_the_owners_own():
    """A block: no guest, no conflict, still closed elsewhere, and never asked again."""
    unit = said(copied(), Answer.MINE)
    kept = unit.only(BOOKING)
    assert (kept.kind, kept.standing, kept.answered, kept.mirrors) == (Kind.BLOCK, Standing.FIRM, True, None)
    assert questions(unit.state) == ()
    assert unit.conflicts() == ()
    assert nights(10, 13) <= unit.closed(GREENGO)


def test_an_answer_that_it_is_a_real_double_booking():
    """Both are guests: certain, at once."""
    unit = said(copied(), Answer.DOUBLE)
    assert [one.certainty for one in unit.conflicts()] == [Certainty.CERTAIN]
    unit = said(taken_over((), (closure(10, 13),), (closure(10, 13),)), Answer.DOUBLE)
    assert [one.certainty for one in unit.conflicts()] == [Certainty.CERTAIN]
    assert questions(unit.state) == ()


def test_a_guest_within_a_copy_surely_meets_only_whom_it_copies():
    """Booking.com's guest is on some night of Airbnb's, whichever; a third one may be on others of these nights."""
    unit = said(copied(), Answer.DOUBLE)
    unit.look(GREENGO, closure(11, 12))
    unit.state = answer(unit.state, unit.only(GREENGO).id, Answer.RESERVATION)
    told = {frozenset(claim.listing for claim in one.claims): one.certainty for one in unit.conflicts()}
    assert told[frozenset((AIRBNB, BOOKING))] is Certainty.CERTAIN
    assert told[frozenset((BOOKING, GREENGO))] is Certainty.PROBABLE


def test_an_answer_that_it_is_my_own_asks_what_the_other_is():
    """A copy of my closing, or a guest: left alone as a firm claim it would keep my closing alive for ever."""
    unit = taken_over(booking=(closure(10, 13),), greengo=(block(10, 13),))
    said(unit, Answer.MINE)
    mine, other = unit.only(GREENGO), unit.only(BOOKING)
    assert (mine.kind, mine.standing, mine.answered) == (Kind.BLOCK, Standing.FIRM, True)
    assert (other.standing, other.mirrors, other.credited) == (Standing.MIRRORED, mine.id, GREENGO)
    assert [one.claim for one in questions(unit.state)] == [other]
    said(unit, Answer.OLD_LINK)
    assert unit.claims(BOOKING) == ()
    assert questions(unit.state) == ()


def test_a_guest_the_owner_has_named_stays_one_beside_a_closing_of_their_own():
    """What has been answered is not asked again."""
    unit = taken_over(booking=(closure(10, 13),), greengo=(block(10, 13),))
    guest_there = evolve(unit.only(BOOKING), kind=Kind.RESERVATION, answered=True)
    unit.change(BOOKING, claims=(guest_there,))
    said(unit, Answer.MINE)
    assert unit.only(BOOKING) == guest_there


def test_an_answer_that_it_is_a_reservation_makes_the_other_the_copy():
    """The guest is that platform's; what overlapped it copies it, and is not asked about again."""
    unit = said(taken_over((), (closure(10, 13),), (closure(10, 13),)), Answer.RESERVATION)
    real, copy = unit.only(GREENGO), unit.only(BOOKING)
    assert (real.kind, real.standing, real.answered) == (Kind.RESERVATION, Standing.FIRM, True)
    assert (copy.standing, copy.mirrors, copy.credited) == (Standing.MIRRORED, real.id, GREENGO)
    assert questions(unit.state) == ()
    assert [one.certainty for one in unit.conflicts()] == [Certainty.POSSIBLE]


def test_a_platform_that_says_itself_what_it_is_needs_no_explanation():
    """Airbnb's reservation stays one, whatever the owner says of the other side: two guests."""
    unit = said(copied(), Answer.RESERVATION)
    assert set(standing(unit, AIRBNB).values()) == {Standing.FIRM}
    assert [one.certainty for one in unit.conflicts()] == [Certainty.CERTAIN]


@pytest.mark.parametrize("what", [Answer.RESERVATION, Answer.DOUBLE])
def test_what_the_owner_made_here_needs_no_explanation(what):
    """A copy of an entry of their own: the entry stays as it is."""
    entry = claim(10, 13, Kind.RESERVATION, id=ClaimId("entry"), listing=None)
    copy = claim(10, 13, id=ClaimId("copy"), standing=Standing.MIRRORED, mirrors=entry.id)
    unit = Unit3.new().own(entry).change(BOOKING, claims=(copy,))
    after = answer(unit.state, "copy", what)
    assert after.own == unit.state.own
    assert after.of(BOOKING).claims[0].kind is Kind.RESERVATION


def test_an_answer_explains_no_more_of_a_longer_stay_than_was_asked_about():
    """Booking.com merges its guest of 23-26 with copies of two of GreenGo's: that guest stays closed on GreenGo."""
    unit = taken_over((), (closure(21, 28),), (closure(21, 23), closure(23, 26), closure(26, 28)))
    asked = next(one for one in questions(unit.state) if one.nights == nights(26, 28))
    assert asked.of is not None
    assert asked.of.stay == stay(21, 28)
    unit.state = answer(unit.state, asked.id, Answer.RESERVATION)
    unit.settle()
    unit.wait(minutes=15).look(GREENGO, closure(21, 23), closure(26, 28))  # the old link is gone
    assert standing(unit, BOOKING) == {stay(21, 26): Standing.FIRM, stay(26, 28): Standing.MIRRORED}
    assert nights(23, 26) <= unit.closed(GREENGO)


@pytest.mark.parametrize("what", [Answer.RESERVATION, Answer.DOUBLE])
def test_an_answer_about_a_claim_whose_original_is_gone(what):
    """Nothing is left on the other side to explain."""
    suspect = claim(10, 13, id=ClaimId("suspect"), standing=Standing.SUSPECTED)
    unit = Unit3.new().change(BOOKING, claims=(suspect, claim(20, 22)))
    after = answer(unit.state, "suspect", what).of(BOOKING).claims
    assert [(one.kind, one.standing) for one in after] == [
        (Kind.RESERVATION, Standing.FIRM),
        (Kind.CLOSURE, Standing.FIRM),
    ]


def old_link():
    """The copy explained as one brought by an old link, and the original cancelled."""
    unit = said(copied(), Answer.OLD_LINK)
    return unit.read(AIRBNB, BOOKING, GREENGO)


def test_an_answer_that_an_old_link_brought_it():
    """No claim any more: the nights are ours come back, and hide no guest."""
    unit = old_link()
    assert unit.claims(BOOKING) == ()
    assert (unit.of(BOOKING).echo, unit.of(BOOKING).hiding) == (nights(10, 13), NO_NIGHTS)
    assert questions(unit.state) == ()
    assert unit.conflicts() == ()


def test_the_owners_word_is_of_what_stood_there_and_not_of_a_longer_stay():
    """Nights of the old link that come back within an event that brings others as well may be sold: they are closed."""
    unit = old_link()
    for _ in range(4):
        unit.wait(minutes=15).look(AIRBNB, *REST)
    unit.read(AIRBNB, BOOKING, GREENGO)
    assert not unit.closed(GREENGO).overlaps(nights(10, 13))
    unit.wait(minutes=15).look(BOOKING, closure(9, 13))
    assert [one.stay for one in unit.claims(BOOKING)] == [stay(9, 13)]
    assert nights(9, 13) <= unit.closed(GREENGO)
    assert nights(9, 13) <= unit.closed(AIRBNB)


def test_the_owners_word_lasts_beyond_the_next_look():
    """Still shown, it is still the old link's: no claim again, and no night is held for it once its cause ends."""
    unit = old_link()
    unit.wait(minutes=15).look(BOOKING, closure(10, 13))
    assert unit.claims(BOOKING) == ()
    assert unit.of(BOOKING).hiding == NO_NIGHTS
    unit.looks(AIRBNB, *REST, times=3, every=QUARTER)
    assert unit.closed(GREENGO) == nights(60, 70, 72, 80)
    unit.wait(days=3).look(BOOKING, closure(10, 13))
    assert unit.claims(BOOKING) == ()


def test_the_owners_word_ends_with_what_it_was_about():
    """A grace period after the platform has read our calendar without the nights, who still has them is asked anew."""
    unit = old_link()
    unit.looks(AIRBNB, *REST, times=4, every=QUARTER).read(BOOKING)
    assert unit.closed(GREENGO) == nights(60, 70, 72, 80)
    unit.wait(hours=23).look(BOOKING, closure(10, 13))
    assert unit.claims(BOOKING) == ()
    unit.wait(hours=2).look(BOOKING, closure(10, 13))
    (asked,) = questions(unit.state)
    assert (asked.listing, asked.nights) == (BOOKING, nights(10, 13))
    assert unit.suspected(BOOKING) == nights(10, 13)
    assert nights(10, 13) <= unit.closed(GREENGO) & unit.closed(AIRBNB)
    unit.state = answer(unit.state, asked.id, Answer.OLD_LINK)
    unit.settle()
    unit.read(AIRBNB, BOOKING, GREENGO)
    unit.looks(BOOKING, closure(10, 13), times=4, every=timedelta(hours=12))
    assert (unit.claims(BOOKING), questions(unit.state)) == ((), ())


def test_a_block_that_follows_late_what_a_suspicion_closed_raises_none():
    """Nobody hides behind it, and nobody has said a word: two such platforms would keep each other closed."""
    doubt = claim(20, 23, standing=Standing.SUSPECTED, listing=BOOKING)
    unit = Unit3.quiet().change(AIRBNB, habit=EchoHabit.ECHOES)
    unit.change(BOOKING, claims=(doubt,), events=(closure(20, 23),), shown=nights(20, 23)).settle()
    unit.read(AIRBNB).wait(hours=1).look(AIRBNB, block(20, 23))
    assert unit.of(AIRBNB).tainted & unit.of(AIRBNB).echo == nights(20, 23)
    unit.change(BOOKING, claims=(), events=(), shown=NO_NIGHTS).settle()
    unit.read(AIRBNB).wait(hours=1).look(AIRBNB, block(20, 23))
    unit.wait(hours=25).look(AIRBNB, block(20, 23))
    assert (unit.claims(AIRBNB), questions(unit.state)) == ((), ())
    assert not unit.closed(GREENGO)


def test_the_owners_word_lasts_where_we_open_the_nights_ourselves():
    """A platform that takes our writes shows them until our opening is done, however long that takes."""
    unit = old_link()
    unit.change(BOOKING, listing=evolve(unit.of(BOOKING).listing, traits=TOLD))
    unit.looks(AIRBNB, *REST, times=4, every=QUARTER).read(BOOKING)
    unit.looks(BOOKING, block(10, 13), times=4, every=timedelta(hours=12))
    assert not unit.suspected(BOOKING)


def test_a_block_brought_by_an_old_link():
    """The same for what never hid a guest."""
    unit = said(taken_over((block(10, 13),), (closure(10, 13),)), Answer.OLD_LINK)
    assert unit.claims(AIRBNB) == ()
    assert unit.of(AIRBNB).echo == nights(10, 13)


def test_an_answer_to_no_question_is_refused():
    """Nothing is guessed from an id that is not open: neither an unknown one nor a firm claim's."""
    unit = copied()
    for odd in ("nonsense", unit.claims(AIRBNB)[0].id):
        with pytest.raises(UsageError, match="no open question") as refused:
            answer(unit.state, odd, Answer.MINE)
        assert "channelsync takeover" in refused.value.advice


# --- where an open calendar ends --------------------------------------------------------------------------------------

TAIL = Event(Stay(day(200), day(1).replace(year=2028, month=9)), Kind.CLOSURE, "tail")


def test_the_owner_is_asked_where_the_open_calendar_ends():
    """A guest may already stand merged with the tail: their word turns the nights before that date into a claim."""
    unit = taken_over((), (TAIL,))
    (asked,) = questions(unit.state)
    assert (asked.id, asked.listing, asked.claim, asked.nights) == ("booking-opens", BOOKING, None, TAIL.stay.nights)
    unit.state = open_until(unit.state, BOOKING, day(204), unit.now)
    assert questions(unit.state) == ()
    unit.wait(minutes=15).look(BOOKING, TAIL)
    assert unit.of(BOOKING).claimed == nights(200, 204)
    assert unit.closed(AIRBNB) == nights(200, 204)


def test_a_copied_tail_is_no_claim_while_there_may_be_direct_links():
    """Airbnb has imported Booking.com's unopened calendar: it keeps nobody's nights closed elsewhere."""
    copied = Event(TAIL.stay, Kind.BLOCK, "window")
    for active in (True, False):
        unit = Unit3.quiet(active=active)
        unit.look(BOOKING, TAIL)
        unit.look(AIRBNB, copied)
        assert unit.of(GREENGO).published == (NO_NIGHTS if active else copied.stay.nights)


def test_a_tail_that_hides_nobody_raises_no_question():
    """A typed block, and any tail once the takeover is over."""
    window = Event(Stay(day(200), day(1).replace(year=2028)), Kind.BLOCK, "window")
    unit = taken_over((window,))
    assert unit.of(AIRBNB).aside.rolling == window.stay
    assert questions(unit.state) == ()
    quiet = Unit3.new()
    quiet.look(BOOKING, TAIL)
    assert questions(quiet.state) == ()


# --- the end ----------------------------------------------------------------------------------------------------------


def test_the_takeover_ends_when_links_are_gone_everybody_has_read_and_48_hours_have_passed():
    """All three, in whatever order; until then it goes on."""
    unit = copied().read(AIRBNB, BOOKING, GREENGO).wait(hours=1)
    unit.wait(days=9).settle()
    assert unit.state.takeover.active
    unit.state = links_removed(unit.state, unit.now)
    unit.wait(hours=47).read(AIRBNB, BOOKING).settle()
    assert unit.state.takeover.active
    unit.wait(hours=1).settle()
    assert unit.state.takeover.active, "GreenGo has not read ours since"
    unit.read(GREENGO).settle()
    assert not unit.state.takeover.active
    assert unit.only(BOOKING).standing is Standing.MIRRORED


def test_a_listing_nobody_reads_keeps_the_takeover_open():
    """Without one fetch there is no telling that our calendar was pasted."""
    unit = Unit3.new(active=True)
    unit.settle()
    unit.state = links_removed(unit.state, unit.now)
    unit.wait(days=30).settle()
    assert unit.state.takeover.active
    unit.state = links_removed(unit.state, unit.now)
    assert unit.state.takeover.links_removed_at == unit.now


def test_watching_changes_nothing_that_is_firm():
    """Only copies are watched, on listings still linked."""
    retired = listing(GREENGO, claim(20, 22, listing=GREENGO, standing=Standing.MIRRORED), retired=True)
    unit = copied()
    unit.change(GREENGO, claims=retired.claims, retired=True)
    before = unit.state
    assert watch(before, at(9), unit.policy) == before


def test_a_copy_is_credited_once():
    """Crediting what is credited changes nothing."""
    unit = taken_over((guest(10, 13), block(13, 18), *REST), (closure(8, 18),), (closure(10, 13), closure(16, 20)))
    assert credit(unit.state, day(1), unit.policy) == unit.state
    assert unit.settle().findings == ()


def test_an_original_that_is_split_keeps_its_copies():
    """A copy names the part of a claim that holds its nights, so that it is no orphan while that part stands."""
    unit = taken_over((guest(10, 15), block(15, 20)), (closure(10, 20),))
    by_id = {one.id: one for one in unit.state.claims}
    for one in unit.state.claims:
        if one.standing is Standing.MIRRORED:
            assert one.nights <= by_id[one.mirrors].nights


def test_the_unanswered_copy_is_evolved_not_replaced():
    """Its id and first time stay, so that the question keeps its name."""
    unit = copied()
    before = unit.only(BOOKING)
    unit.wait(minutes=15).look(BOOKING, closure(10, 13))
    assert evolve(unit.only(BOOKING), last_seen=before.last_seen) == before


def test_everybody_having_read_does_not_shorten_the_watch():
    """What the old links brought needs the 48 hours to vanish, however soon the platforms have read ours."""
    unit = copied()
    unit.state = links_removed(unit.state, unit.now)
    unit.wait(hours=47).read(AIRBNB, BOOKING, GREENGO).settle()
    assert unit.state.takeover.active
    unit.wait(hours=1).settle()
    assert not unit.state.takeover.active


def test_one_that_takes_our_writes_has_read_us_when_it_was_looked_at():
    """With nothing to write there is no answer to wait for: a whole look since the links were removed will do."""
    unit = written()
    unit.state = links_removed(evolve(unit.state, takeover=Takeover()), unit.now)
    unit.wait(hours=48).read(GREENGO).settle()
    assert unit.state.takeover.active
    looked = unit.state
    unit.look(AIRBNB)
    assert not settles_alike(looked, unit.state)
    unit.look(BOOKING)
    assert not unit.state.takeover.active


# --- copies of what our own calendar had closed -----------------------------------------------------------------------


def test_turnover_nights_that_come_back_are_part_of_the_copy():
    """Our lost calendar had closed them around the guest; alone they would be a guest, and be widened once more."""
    unit = Unit3.new(active=True, turnover=1)
    unit.look(AIRBNB, guest(10, 13), *REST)
    unit.state = links_removed(unit.state, unit.now)
    unit.wait(minutes=20).look(BOOKING, closure(9, 14))
    assert standing(unit, BOOKING) == {stay(9, 14): Standing.MIRRORED}
    assert not unit.closed(GREENGO).overlaps(nights(8, 9, 14, 15))
    unit.wait(days=1, hours=2).look(BOOKING, closure(9, 14))
    assert standing(unit, BOOKING) == {stay(9, 14): Standing.MIRRORED}


@pytest.mark.parametrize("removed", [True, False])
def test_a_guest_who_arrives_on_a_turnover_night_is_no_copy(removed):
    """A stay that reaches beyond the turnover nights is another guest's, whatever was closed around the first."""
    unit = Unit3.new(active=True, turnover=1)
    unit.look(AIRBNB, guest(10, 13), *REST)
    if removed:
        unit.state = links_removed(unit.state, unit.now)
    unit.wait(minutes=20).look(BOOKING, closure(10, 13), closure(13, 17))
    assert standing(unit, BOOKING) == {stay(10, 13): Standing.MIRRORED, stay(13, 17): Standing.FIRM}
    assert nights(13, 17) <= unit.closed(AIRBNB)


def test_a_copy_that_outlives_its_original_is_asked_about_again():
    """What the owner had said of it was about the original."""
    unit = taken_over(booking=(closure(10, 13),), greengo=(closure(10, 13),))
    said(unit, Answer.RESERVATION)
    copy = next(one for one in unit.state.claims if one.standing is Standing.MIRRORED)
    assert copy.answered
    other = GREENGO if copy.listing == BOOKING else BOOKING
    unit.change(other, claims=())
    unit.settle()
    unit.wait(days=1, minutes=1).settle()
    (asked,) = questions(unit.state)
    assert asked.claim is not None
    assert (asked.claim.standing, asked.claim.answered) == (Standing.SUSPECTED, False)


def brought_back(*, echoes=True, read=True):
    """Airbnb's guest with turnover nights; GreenGo may send them back, and Booking.com takes them over an old link."""
    unit = Unit3.new(active=True, turnover=1)
    unit.look(AIRBNB, guest(10, 13), *REST)
    unit.look(BOOKING, closure(10, 13))
    unit.look(GREENGO)
    if not echoes:
        unit.change(GREENGO, habit=EchoHabit.NEVER)
    unit.wait(hours=1)
    if read:
        unit.read(GREENGO)
    unit.wait(hours=1).look(BOOKING, closure(9, 14))
    return unit


def test_turnover_nights_that_an_old_link_brings_are_part_of_the_copy():
    """Another platform had read them from us, sent them back, and this one took them over: they are no guest's."""
    unit = brought_back()
    assert set(standing(unit, BOOKING).values()) == {Standing.MIRRORED}
    assert Nights.union(one.nights for one in unit.claims(BOOKING)) == nights(9, 14)
    unit.state = links_removed(unit.state, unit.now)
    unit.wait(days=1, hours=1).look(BOOKING, closure(9, 14))
    assert set(standing(unit, BOOKING).values()) == {Standing.MIRRORED}


@pytest.mark.parametrize("known", [{"echoes": False}, {"read": False}], ids=["never echoes", "has not read them"])
def test_turnover_nights_that_nobody_can_have_brought_are_a_guests(known):
    """A guest who takes the night beside another is no copy, unless our closing can have come that way."""
    found = standing(brought_back(**known), BOOKING)
    assert (found[stay(9, 10)], found[stay(13, 14)]) == (Standing.FIRM, Standing.FIRM)


# --- what nobody suspects ---------------------------------------------------------------------------------------------


def outlived(hours=30):
    """A unit whose GreenGo listing still shows what a suspicion had closed there, so long after it read the opening."""
    unit = Unit3.quiet()
    unit.look(AIRBNB, *REST)
    read = [revision(1, nights(10, 13), at(1), at(1)), revision(2, NO_NIGHTS, at(2), at(2))]
    unit.now = at(2) + timedelta(hours=hours)
    unit.change(
        GREENGO,
        revisions=tuple(read),
        shown=nights(10, 13),
        events=(closure(10, 13),),
        echo=nights(10, 13),
        hiding=nights(10, 13),
        tainted=nights(10, 13),
        looked_at=unit.now,
    )
    return unit


def test_what_outlived_a_closing_of_ours_that_a_suspicion_made_is_asked_about():
    """It raises no suspicion of its own, closes nothing more, and is held: only the owner can end that."""
    assert questions(outlived(hours=23).state) == ()
    unit = outlived()
    (asked,) = questions(unit.state)
    assert (asked.listing, asked.nights, unit.claims(GREENGO)) == (GREENGO, nights(10, 13), ())
    assert said(unit, Answer.OLD_LINK).of(GREENGO).hiding == NO_NIGHTS
    assert questions(unit.state) == ()


def test_nothing_that_hides_nobody_or_was_not_looked_at_is_asked_about():
    """The owner has said so, or there is nothing to ask about yet."""
    assert questions(outlived().change(GREENGO, hiding=NO_NIGHTS).state) == ()
    assert questions(outlived().change(GREENGO, looked_at=None).state) == ()


def test_a_guest_who_outlived_a_closing_of_ours_is_a_claim_once_the_owner_says_so():
    """No echo any more: closed everywhere else."""
    unit = said(outlived(), Answer.RESERVATION)
    assert (unit.only(GREENGO).kind, unit.only(GREENGO).standing) == (Kind.RESERVATION, Standing.FIRM)
    assert (unit.of(GREENGO).echo, unit.of(GREENGO).hiding) == (NO_NIGHTS, NO_NIGHTS)
    assert nights(10, 13) <= unit.closed(AIRBNB) & unit.closed(BOOKING)
    assert questions(unit.state) == ()


def test_two_suspected_claims_that_keep_each_other_closed_are_both_asked_about():
    """Nothing tells a guest there from our own closing: both stay closed, and one answer opens the other."""
    both = {"standing": Standing.SUSPECTED}
    unit = Unit3.quiet()
    for name in (BOOKING, GREENGO):
        closed = (revision(1, nights(10, 13), at(1), at(1)),)
        mine = (claim(10, 13, id=ClaimId(name), listing=name, **both),)
        unit.change(name, claims=mine, shown=nights(10, 13), events=(closure(10, 13),), revisions=closed)
    unit.settle()
    assert nights(10, 13) <= unit.closed(BOOKING) & unit.closed(GREENGO)
    assert {one.listing for one in questions(unit.state)} == {BOOKING, GREENGO}
    unit.state = answer(unit.state, GREENGO, Answer.OLD_LINK)
    unit.settle()
    assert nights(10, 13) <= unit.closed(GREENGO) - unit.closed(BOOKING)


@pytest.mark.parametrize("looked", [True, False])
def test_a_copy_of_ours_where_our_writes_are_taken_is_ours_to_open(looked: bool) -> None:
    """What a lost memory had written stands there until we open it: the owner's word makes it a closing of ours."""
    suspect = claim(10, 13, Kind.BLOCK, id=ClaimId("suspect"), standing=Standing.SUSPECTED)
    habits = evolve(TYPED, pushed=True)
    unit = Unit3.new(booking=habits)
    known = (revision(1, nights(20, 22), START, START),)
    unit.change(BOOKING, claims=(suspect,), revisions=known, looked_at=START if looked else None)
    after = answer(unit.state, "suspect", Answer.OLD_LINK).of(BOOKING)
    assert after.echo == nights(10, 13)
    assert after.published == (nights(10, 13, 20, 22) if looked else nights(20, 22))
    assert fetched_nights(after.revisions) == after.published
    if looked:  # it is settled next, and opened by a write
        assert settle(unit.state.with_listing(after), START).state.of(BOOKING).published == NO_NIGHTS


# --- what only keeps itself closed ------------------------------------------------------------------------------------


def beside_a_hold(**more):
    """A unit that closes on Booking.com what Booking.com shows itself, because GreenGo's echo may hide a guest."""
    held = {"revisions": (revision(1, nights(10, 13), at(1), at(1)),), "shown": nights(10, 13)}
    hides = {"echo": nights(10, 13), "hiding": nights(10, 13)}
    unit = Unit3.new(active=True)
    unit.change(BOOKING, claims=(claim(10, 13, **{"inventory": True, **more}),), **held)
    return unit.change(GREENGO, **held, **hides)


def test_what_may_only_keep_itself_closed_is_asked_about():
    """A closure of the first look and the night held there for another's guest: only the owner can tell them apart."""
    unit = beside_a_hold()
    (asked,) = questions(unit.state)
    assert (asked.listing, asked.nights, asked.of) == (BOOKING, nights(10, 13), None)
    unit.state = answer(unit.state, asked.id, Answer.OLD_LINK)
    assert unit.of(BOOKING).echo == nights(10, 13)
    assert questions(unit.state) == ()


@pytest.mark.parametrize(
    "more", [{"answered": True}, {"inventory": False}, {"kind": Kind.RESERVATION}, {"stay": stay(20, 22)}]
)
def test_nothing_is_asked_of_a_closure_that_is_known_or_stands_alone(more):
    """The owner's word, a look that saw it come, the platform's own word, or nights that we do not close there."""
    unit = beside_a_hold(**more)
    if "kind" in more:
        traits = evolve(unit.of(BOOKING).listing.traits, identified=frozenset({Kind.RESERVATION}))
        unit.change(BOOKING, listing=evolve(unit.of(BOOKING).listing, traits=traits))
    assert questions(unit.state) == ()


def test_what_the_owner_has_explained_stays_what_it_is():
    """Booking.com's is the owner's own closing, GreenGo's a guest: both stay closed, and neither is a copy."""
    unit = taken_over((), (closure(10, 13),), (closure(10, 13),))
    explained = evolve(unit.only(BOOKING), kind=Kind.BLOCK, answered=True)
    unit.change(BOOKING, claims=(explained,))
    said(unit, Answer.RESERVATION)
    assert unit.only(BOOKING) == explained
    assert nights(10, 13) <= unit.closed(GREENGO) & unit.closed(BOOKING)


# --- a suspected run of several ---------------------------------------------------------------------------------------


def merged_at_last(**traits):
    """Booking.com had read our calendar when it was first read: a guest of its own, merged with copies of Airbnb's."""
    unit = Unit3.new(active=True, **traits)
    unit.look(AIRBNB, guest(13, 15), guest(15, 18), *REST)
    unit.read(BOOKING).wait(hours=1).look(GREENGO, closure(13, 18))
    unit.read(BOOKING).wait(hours=1).look(BOOKING, closure(10, 18))
    return unit


def test_a_suspected_run_is_asked_about_in_parts():
    """Of a guest and of copies together no word is true; each part lies on one claim elsewhere, guests first."""
    unit = merged_at_last()
    unit.change(BOOKING, claims=tuple(evolve(one, standing=Standing.SUSPECTED) for one in unit.claims(BOOKING)))
    unit.settle()
    asked = [one.claim for one in questions(unit.state) if one.listing == BOOKING and one.claim]
    assert [one.stay for one in asked] == [stay(10, 13), stay(13, 15), stay(15, 18)]
    assert {one.standing for one in asked} == {Standing.SUSPECTED}
    assert len({one.id for one in asked}) == 3


def run_of_two(*claims, **traits):
    """A suspected run of a listing, beside claims of the two others."""
    run = claim(10, 18, standing=Standing.SUSPECTED)
    places = {name: [one for one in claims if one.listing == name] for name in (AIRBNB, GREENGO)}
    others = [listing(name, *ones) for name, ones in places.items()]
    return parted(state(listing(BOOKING, run, **traits), *others), day(1)).of(BOOKING).claims


@pytest.mark.parametrize("own", [False, True], ids=["a guest elsewhere", "made here"])
def test_the_parts_are_the_same_whenever_they_are_made(own):
    """Joined by a look and parted again, they keep their names, as they do while their beginning is over."""
    run = claim(10, 18, standing=Standing.SUSPECTED)
    beside = claim(13, 18, Kind.RESERVATION, listing=None if own else AIRBNB)
    unit = state(listing(BOOKING, run), listing(AIRBNB, *([] if own else [beside])), own=(beside,) if own else ())
    once = parted(unit, day(1))
    first, second = once.of(BOOKING).claims
    assert [first.stay, second.stay] == [stay(10, 13), stay(13, 18)]
    assert parted(once, day(1)) is once
    joined = evolve(first, stay=run.stay)
    again = parted(once.with_listing(listing(BOOKING, joined)), day(11))
    assert [one.id for one in again.of(BOOKING).claims] == [first.id, second.id]


def test_nothing_is_parted_that_is_one_stay_or_known():
    """Nor where nothing firm lies beside, nor on a platform that shows each stay by itself."""
    assert len(run_of_two(claim(10, 18, Kind.RESERVATION, listing=AIRBNB))) == 1
    assert len(run_of_two(claim(13, 15, standing=Standing.MIRRORED, listing=GREENGO))) == 1
    assert len(run_of_two(claim(13, 15, listing=GREENGO), traits=PLAIN)) == 1
    firm = state(listing(BOOKING, claim(10, 18)), listing(AIRBNB, claim(13, 15, Kind.RESERVATION, listing=AIRBNB)))
    assert parted(firm, day(1)) is firm


def test_known_guests_part_a_run_before_closures_do():
    """Another platform's closure over all of it may be merged as well, and says nothing."""
    parts = run_of_two(claim(10, 18, listing=GREENGO), claim(13, 15, Kind.RESERVATION, listing=AIRBNB))
    assert [one.stay for one in parts] == [stay(10, 13), stay(13, 15), stay(15, 18)]


def test_one_copied_stay_is_one_question():
    """Whose nights it has to the last, it copies, whoever else is on some of them."""
    parts = run_of_two(claim(10, 18, Kind.RESERVATION, listing=AIRBNB), claim(13, 15, listing=GREENGO))
    assert [one.stay for one in parts] == [stay(10, 18)]


def test_a_copy_that_is_suspected_at_last_is_parted_in_the_same_step():
    """Settling a settled unit changes nothing."""
    gone = claim(10, 18, standing=Standing.MIRRORED, mirrors=ClaimId("gone"), credited=AIRBNB, orphaned=START)
    guests = [claim(13, 18, Kind.RESERVATION, listing=GREENGO)]
    unit = Unit3(state(listing(AIRBNB), listing(BOOKING, gone), listing(GREENGO, *guests)))
    unit.wait(days=2).settle()
    assert [one.stay for one in unit.claims(BOOKING)] == [stay(10, 13), stay(13, 18)]
    settled = unit.state
    unit.settle()
    assert unit.state == settled


def test_a_suspected_run_that_is_gone_is_missed_as_one():
    """In parts for the question, whole for the evidence: its parts vouch for one another no more than the run did."""
    unit = merged_at_last()
    unit.change(BOOKING, claims=(claim(10, 18, standing=Standing.SUSPECTED, uid="closure-10"),))
    unit.settle()
    assert len(unit.claims(BOOKING)) > 1
    unit.wait(hours=1).look(BOOKING)
    assert unit.verdict(BOOKING) is Verdict.SUSPECT
    parts = unit.claims(BOOKING)
    assert all(one.missing for one in parts)
    unit.wait(hours=1).looks(BOOKING, times=4, every=timedelta(hours=2))
    assert Nights.union(one.nights for one in unit.claims(BOOKING)) == nights(10, 18)


# --- a guest who is known only once the takeover is over --------------------------------------------------------------


def known_at_last(said=Answer.RESERVATION, copy=None, **more):
    """GreenGo's guest was suspected at its first look, so that Airbnb's block over them was no copy; then answered."""
    copy = copy or claim(9, 14, Kind.BLOCK, id=ClaimId("block"), listing=AIRBNB, inventory=True)
    guest_ = {"standing": Standing.SUSPECTED, "listing": GREENGO, "inventory": True, **more}
    found = (copy, claim(10, 13, **guest_))
    places = (listing(name, *(one for one in found if one.listing == name)) for name in (AIRBNB, BOOKING, GREENGO))
    unit = Unit3(state(*places))
    unit.settle()
    unit.state = answer(unit.state, "c10-13", said)
    return unit


def test_a_block_over_a_guest_who_is_known_at_last_is_a_copy():
    """On the guest's nights; it closes what it closed, and is asked about."""
    unit = known_at_last()
    assert standing(unit, AIRBNB) == {
        stay(9, 10): Standing.FIRM,
        stay(10, 13): Standing.MIRRORED,
        stay(13, 14): Standing.FIRM,
    }
    (asked,) = questions(unit.state)
    assert (asked.listing, asked.nights, asked.credited) == (AIRBNB, nights(10, 13), GREENGO)
    before = unit.closed(BOOKING)
    unit.settle()
    assert nights(9, 14) <= before <= unit.closed(BOOKING)


def test_the_copy_of_a_guest_who_is_known_at_last_does_not_outlive_them():
    """Brought back by our own calendar, it would keep itself alive: it is asked about, a grace period later."""
    unit = known_at_last()
    unit.settle()
    unit.change(GREENGO, claims=())
    unit.settle()
    unit.wait(days=1, minutes=1).settle()
    assert standing(unit, AIRBNB)[stay(10, 13)] is Standing.SUSPECTED


@pytest.mark.parametrize(
    "more",
    [
        {"said": Answer.MINE},
        {"said": Answer.DOUBLE},
        {"inventory": False},
        {"standing": Standing.FIRM},
        {"copy": claim(9, 14, Kind.CLOSURE, id=ClaimId("block"), listing=AIRBNB, inventory=True)},
        {"copy": claim(9, 14, Kind.BLOCK, id=ClaimId("block"), listing=AIRBNB)},
        {"copy": claim(9, 14, Kind.BLOCK, id=ClaimId("block"), listing=AIRBNB, inventory=True, answered=True)},
        {"copy": claim(11, 14, Kind.BLOCK, id=ClaimId("block"), listing=AIRBNB, inventory=True)},
        {"copy": claim(9, 14, Kind.BLOCK, id=ClaimId("block"), listing=GREENGO, inventory=True)},
    ],
    ids=["mine", "double", "came since", "firm", "closure", "block since", "explained", "a part", "its own"],
)
def test_no_other_block_becomes_a_copy_by_an_answer(more):
    """Nobody's guest, one who came under our eyes, or what cannot copy them or may be a guest."""
    assert Standing.MIRRORED not in {one.standing for one in known_at_last(**more).state.claims}
