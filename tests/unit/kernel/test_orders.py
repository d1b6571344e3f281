"""What the owner orders: refused over a guest, undone only by its own word, and never opening what nobody looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from channelsync import orders
from channelsync.claims import Category, Claim, Kind, Missing, Standing
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.nights import NO_NIGHTS, Stay
from channelsync.observation import Event, Observation, Verdict
from channelsync.reconcile import observe, settle
from channelsync.state import Did, ListingState, Takeover, UnitState

AT = datetime(2027, 1, 10, 9, tzinfo=UTC)
MARCH = Stay(date(2027, 3, 15), date(2027, 3, 18))
AIRBNB, BOOKING = ListingId("a"), ListingId("b")
SHOWN = (Event(MARCH, Kind.RESERVATION, ""),)
LATER = AT + timedelta(days=1)


def claim(stay: Stay = MARCH, **more: object) -> Claim:
    """A reservation seen on Airbnb."""
    known = Claim(ClaimId("seen"), Kind.RESERVATION, stay, AT, AT, listing=AIRBNB)
    return evolve(known, **more)


def unit(*claims: Claim, own: tuple[Claim, ...] = ()) -> UnitState:
    """A unit on two platforms, the first with these claims."""
    lodging = Unit(UnitId("u"), OwnerId("o"), "Lac")
    first = ListingState(Listing(AIRBNB, lodging.id, ChannelName("airbnb")), claims=claims, shown=MARCH.nights)
    second = ListingState(Listing(BOOKING, lodging.id, ChannelName("booking")))
    return UnitState(lodging, (first, second), own)


def block(state: UnitState, stay: Stay = MARCH, *, insist: bool = False, note: str = "") -> UnitState:
    """Block nights for personal use."""
    return orders.block(state, ClaimId("mine"), stay, Category.PERSONAL, note, AT, insist=insist)


def test_block() -> None:
    """A block is the owner's own, with its category, and closes on every platform."""
    state = block(unit())
    assert [(one.kind, one.category, one.is_ours) for one in state.own] == [(Kind.BLOCK, Category.PERSONAL, True)]
    settled = settle(state, AT).state
    assert [one.published for one in settled.listings] == [MARCH.nights, MARCH.nights]


def test_block_over_a_guest() -> None:
    """A block over a guest's reservation is refused, unless the owner insists; beside one it is not."""
    with pytest.raises(UsageError, match="lies on a reservation on airbnb"):
        block(unit(claim()))
    assert block(unit(claim()), insist=True).own
    assert block(unit(claim()), Stay(MARCH.departure, MARCH.departure + timedelta(days=2))).own
    assert block(unit(claim(kind=Kind.CLOSURE))).own


def test_what_is_over_or_too_long() -> None:
    """Nights that are over and endless notes are refused."""
    with pytest.raises(UsageError, match="is over"):
        block(unit(), Stay(date(2027, 1, 8), date(2027, 1, 10)))
    with pytest.raises(UsageError, match="longer than"):
        block(unit(), note="x" * 501)


def test_change() -> None:
    """A block on other nights is the same one: what it gains closes, what it leaves opens, all in one calendar."""
    before = settle(block(unit()), AT).state
    later = Stay(date(2027, 3, 17), date(2027, 3, 20))
    state, changed = orders.change(before, ClaimId("mine"), later, LATER, category=Category.OTHER, note="roof")
    assert (changed.id, changed.first_seen, changed.category, changed.note) == ("mine", AT, Category.OTHER, "roof")
    step = settle(state, LATER)
    for one in step.state.listings:
        assert one.published == later.nights
        assert one.revisions[-1].number == before.of(one.id).revisions[-1].number + 1
    assert {str(one.close) for one in step.plan.changes} == {"2027-03-18/2027-03-20"}
    assert {str(one.open) for one in step.plan.changes} == {"2027-03-15/2027-03-17"}


def test_change_keeps_what_is_not_said() -> None:
    """Words that are not given stay, and a reservation gets no category."""
    entered = orders.reserve(unit(), ClaimId("mine"), MARCH, AT, guest="A. Guest", note="late")
    _, changed = orders.change(entered, ClaimId("mine"), MARCH, AT, category=Category.OTHER)
    assert (changed.guest, changed.note, changed.category) == ("A. Guest", "late", None)
    _, changed = orders.change(entered, ClaimId("mine"), MARCH, AT, guest="B. Guest")
    assert (changed.guest, changed.note) == ("B. Guest", "late")


def test_change_onto_a_guest() -> None:
    """What a change gains is refused on a guest's nights unless the owner insists; what it had already is not asked."""
    beside = Stay(date(2027, 3, 12), date(2027, 3, 15))
    over = Stay(date(2027, 3, 12), date(2027, 3, 16))
    state = block(unit(claim()), beside)
    with pytest.raises(UsageError, match="lies on a reservation on airbnb"):
        orders.change(state, ClaimId("mine"), over, AT)
    insisted, _ = orders.change(state, ClaimId("mine"), over, AT, insist=True)
    _, shorter = orders.change(insisted, ClaimId("mine"), Stay(date(2027, 3, 13), over.departure), AT)
    assert shorter.stay.arrival == date(2027, 3, 13)


def test_change_what_is_not_ours() -> None:
    """A platform's own stay, one that nobody knows, nights that are over and endless words are refused."""
    with pytest.raises(UsageError, match="platform's own"):
        orders.change(unit(claim()), ClaimId("seen"), MARCH, AT)
    with pytest.raises(UsageError, match="nothing here is called"):
        orders.change(unit(), ClaimId("gone"), MARCH, AT)
    with pytest.raises(UsageError, match="is over"):
        orders.change(block(unit()), ClaimId("mine"), Stay(date(2027, 1, 8), date(2027, 1, 10)), AT)
    with pytest.raises(UsageError, match="longer than"):
        orders.change(block(unit()), ClaimId("mine"), MARCH, AT, note="x" * 501)


def test_again() -> None:
    """What was ended by mistake comes back as the same claim, but not twice, and not where a guest came meanwhile."""
    ended = block(unit()).own[0]
    (back,) = orders.again(unit(), ended, LATER).own
    assert (back.id, back.stay, back.first_seen) == (ended.id, ended.stay, LATER)
    with pytest.raises(UsageError, match="stands already"):
        orders.again(block(unit()), ended, LATER)
    with pytest.raises(UsageError, match="lies on a reservation"):
        orders.again(unit(claim()), ended, LATER)


def test_reserve() -> None:
    """A reservation typed in is refused on taken nights, but not where it names the platform that shows it."""
    with pytest.raises(UsageError, match="lies on"):
        orders.reserve(unit(claim()), ClaimId("mine"), MARCH, AT)
    with pytest.raises(UsageError, match="made here"):
        orders.reserve(block(unit()), ClaimId("guest"), MARCH, AT, channel=ChannelName("airbnb"))
    same = orders.reserve(unit(claim()), ClaimId("mine"), MARCH, AT, channel=ChannelName("airbnb"), guest="A. Guest")
    assert [(one.kind, one.channel, one.guest) for one in same.own] == [(Kind.RESERVATION, "airbnb", "A. Guest")]
    assert orders.reserve(unit(claim()), ClaimId("mine"), MARCH, AT, insist=True).own


def test_cancel() -> None:
    """Only what the owner made here is ended here, and by the word for its kind."""
    state = block(unit(claim(Stay(date(2027, 5, 1), date(2027, 5, 3)))))
    after, ended = orders.cancel(state, ClaimId("mine"), Kind.BLOCK)
    assert (after.own, ended.id) == ((), "mine")
    for wrong, kind, said in (("seen", Kind.RESERVATION, "platform's own"), ("mine", Kind.RESERVATION, "is a block")):
        with pytest.raises(UsageError, match=said):
            orders.cancel(state, ClaimId(wrong), kind)
    with pytest.raises(UsageError, match="nothing here"):
        orders.cancel(state, ClaimId("?"), Kind.BLOCK)


def test_confirm() -> None:
    """The owner's word frees what is missing, and only that; it also ends a hold on the listing."""
    gone = claim(missing=Missing(AT, AT, 1))
    kept = claim(Stay(date(2027, 5, 1), date(2027, 5, 3)), id=ClaimId("kept"))
    after, found = orders.confirm(unit(gone, kept), AIRBNB, AT)
    assert [one.id for one in after.of(AIRBNB).claims] == ["kept"]
    assert [(one.did, one.nights) for one in found] == [(Did.RELEASE, MARCH.nights)]
    held = unit()
    held = held.with_listing(evolve(held.of(AIRBNB), echo=MARCH.nights, hiding=MARCH.nights))
    after, found = orders.confirm(held, AIRBNB, AT)
    assert after.of(AIRBNB).hiding == NO_NIGHTS
    assert [one.nights for one in found] == [MARCH.nights]


def test_unlink_keeps_closed() -> None:
    """What an unlinked listing leaves stays closed elsewhere, unless the owner releases it."""
    state = settle(unit(claim()), AT).state
    after, kept = orders.unlink(state, AIRBNB, AT, release=False)
    assert kept == MARCH.nights
    assert settle(after, AT).state.of(BOOKING).published == MARCH.nights
    after, kept = orders.unlink(state, AIRBNB, AT, release=True)
    assert kept == NO_NIGHTS
    assert settle(after, AT).state.of(BOOKING).published == NO_NIGHTS


def test_unlink_during_a_hold() -> None:
    """A night held because a guest may hide on the unlinked listing stays closed: nobody looks there any more."""
    state = settle(unit(claim()), AT).state
    hiding = evolve(state.of(BOOKING), echo=MARCH.nights, hiding=MARCH.nights)
    state = settle(state.with_listing(hiding).with_listing(evolve(state.of(AIRBNB), claims=())), AT).state
    after, kept = orders.unlink(state, BOOKING, AT, release=False)
    assert kept == MARCH.nights
    assert [one.standing for one in after.of(BOOKING).claims] == [Standing.SUSPECTED]


def test_unlink_while_a_guest_was_told_yes() -> None:
    """Nobody looks there any more: it is asked about, whatever is linked in its place; the owner's word releases it."""
    yes = AT + timedelta(minutes=10)
    hold = claim(kind=Kind.HOLD, listing=None, channel=ChannelName("airbnb"), expires=yes)
    state = settle(unit(own=(hold,)), AT).state
    after, kept = orders.unlink(state, AIRBNB, AT, release=False)
    assert (kept, after.own) == (MARCH.nights, ())
    assert [(one.stay, one.standing) for one in after.of(AIRBNB).claims] == [(MARCH, Standing.SUSPECTED)]
    later = settle(after, AT + timedelta(days=2)).state
    assert later.of(BOOKING).published == MARCH.nights
    after, kept = orders.unlink(state, AIRBNB, AT, release=True)
    assert (kept, after.own, after.of(AIRBNB).claims) == (NO_NIGHTS, (), ())


def test_welcome_back() -> None:
    """A listing linked anew under the same name inherits what the old one left, and the takeover begins again."""
    state, _ = orders.unlink(unit(claim()), AIRBNB, AT, release=False)
    new = ListingState(Listing(ListingId("a2"), state.unit.id, ChannelName("airbnb")))
    over = Takeover(active=False, links_removed_at=AT)
    after = orders.welcome(evolve(state, listings=(*state.listings, new), takeover=over), ListingId("a2"))
    assert [(one.id, one.listing) for one in after.of(ListingId("a2")).claims] == [("seen", "a2")]
    assert after.of(AIRBNB).claims == ()
    assert after.takeover == Takeover()


def test_welcome_frees_nothing() -> None:
    """What an unlinked listing had missing waits anew under its heir: another calendar's first look tells nothing."""
    gone = claim(missing=Missing(AT - timedelta(days=9), AT, 50))
    copy = claim(id=ClaimId("copy"), listing=BOOKING, standing=Standing.MIRRORED, credited=AIRBNB)
    state, _ = orders.unlink(unit(gone), AIRBNB, AT, release=False)
    state = state.with_listing(evolve(state.of(BOOKING), claims=(copy,)))
    new = ListingState(Listing(ListingId("a2"), state.unit.id, ChannelName("airbnb")))
    after = orders.welcome(evolve(state, listings=(*state.listings, new)), ListingId("a2"))
    assert [one.missing for one in after.of(ListingId("a2")).claims] == [None]
    assert [one.credited for one in after.of(BOOKING).claims] == ["a2"]
    looked = observe(after, ListingId("a2"), Observation(AT)).state
    assert settle(looked, AT).state.of(BOOKING).published == MARCH.nights


def test_an_entry_names_one_of_several_calendars() -> None:
    """A reservation typed in for one calendar of the generic channel closes on the unit's other ones."""
    lodging = Unit(UnitId("u"), OwnerId("o"), "Lac")
    listings = [Listing(ListingId(name), lodging.id, ChannelName("ical"), name) for name in ("x", "y")]
    state = UnitState(lodging, tuple(ListingState(one) for one in listings))
    state = orders.reserve(state, ClaimId("mine"), MARCH, AT, channel=ChannelName("ical:x"))
    assert [one.published for one in settle(state, AT).state.listings] == [NO_NIGHTS, MARCH.nights]


@pytest.mark.parametrize(
    "odd", [{"kind": Kind.BLOCK}, {"standing": Standing.MIRRORED}, {"missing": Missing(AT, AT, 1)}]
)
def test_what_cannot_be_the_guest_adopts_no_entry(odd: dict[str, object]) -> None:
    """A block, a copy or a claim that is missing is not the reservation that was typed in."""
    state = unit(claim(id=ClaimId("odd"), **odd))
    state = orders.reserve(state, ClaimId("mine"), MARCH, AT, channel=ChannelName("airbnb"))
    assert [one.id for one in settle(state, AT).state.own] == ["mine"]


def test_a_restore_begins_every_wait_anew() -> None:
    """What was missing in the backup has waited for nothing: the first look after it opens nothing."""
    later = AT + timedelta(days=2)
    waited = claim(missing=Missing(AT - timedelta(hours=30), AT, 90))
    state = orders.restored(settle(unit(waited), AT).state, later)
    assert [one.missing for one in state.of(AIRBNB).claims] == [None]
    looked = observe(state, AIRBNB, Observation(later)).state
    assert settle(looked, later).state.of(BOOKING).published == MARCH.nights


def test_no_calendar_is_given_out_before_everybody_was_looked_at() -> None:
    """A backup's calendars lack what was sold since, so they wait for a look at every listing."""
    later = AT + timedelta(days=2)
    state = unit(claim())
    for listing in (AIRBNB, BOOKING):
        state = settle(observe(state, listing, Observation(AT)).state, AT).state
    assert not orders.recovering(state)
    state = orders.restored(state, later)
    for listing, seen, waiting in ((AIRBNB, SHOWN, True), (BOOKING, (), False)):
        state = settle(observe(state, listing, Observation(later, seen)).state, later).state
        assert orders.recovering(state) is waiting


# --- a backup put back ------------------------------------------------------------------------------------------------


def _restored() -> UnitState:
    """A unit that had been looked at and published, put back to an earlier day."""
    state = settle(unit(claim()), AT).state
    for name in (AIRBNB, BOOKING):
        state = observe(state, name, Observation(AT)).state
    return orders.restored(evolve(state, takeover=Takeover(active=False)), AT + timedelta(days=1))


def test_a_restored_unit_speaks_only_once_it_has_looked_everywhere() -> None:
    """Its calendars lack what was sold since the backup."""
    state = _restored()
    later = AT + timedelta(days=1)
    assert orders.recovering(state)
    state = observe(state, AIRBNB, Observation(later, SHOWN)).state
    assert orders.recovering(state)
    state = observe(state, BOOKING, Observation(later, failure="HTTP 500")).state
    assert orders.recovering(state)
    assert not orders.recovering(observe(state, BOOKING, Observation(later)).state)


def _owing(state: UnitState) -> set[ListingId]:
    """The listings that owe a look."""
    return {one.id for one in state.listings if one.owed_since}


def test_a_look_that_lost_everything_pays_nothing() -> None:
    """It is suspect: what it does not show, it may not show of what came since the backup either."""
    state = _restored()
    state = observe(state, AIRBNB, Observation(LATER)).state
    assert state.of(AIRBNB).verdict is Verdict.SUSPECT
    assert AIRBNB in _owing(state)
    for minutes in range(15, 24 * 60 + 15, 15):  # until looks have agreed for a day
        state = observe(state, AIRBNB, Observation(LATER + timedelta(minutes=minutes))).state
        assert AIRBNB in _owing(state)
    assert not state.of(AIRBNB).claims
    assert AIRBNB not in _owing(observe(state, AIRBNB, Observation(LATER + timedelta(hours=25))).state)


def test_a_look_that_lost_one_stay_of_many_pays_once_looks_agree() -> None:
    """It is complete, but it may as well have lost another one, that nobody remembers."""
    stays = [Stay(date(2027, month, 1), date(2027, month, 4)) for month in range(3, 8)]
    known = tuple(claim(stay, id=ClaimId(str(stay)), uid=str(stay)) for stay in stays)
    events = tuple(Event(stay, Kind.RESERVATION, str(stay)) for stay in stays)
    state = orders.restored(settle(unit(*known), AT).state, LATER)
    for minutes, owes in ((0, True), (15, True), (30, False)):
        state = observe(state, AIRBNB, Observation(LATER + timedelta(minutes=minutes), events[1:])).state
        assert state.of(AIRBNB).verdict is Verdict.COMPLETE
        assert (AIRBNB in _owing(state)) is owes


def test_a_stay_that_was_lost_for_one_look_is_waited_for() -> None:
    """The next look that shows all that is known is the one that is believed."""
    state = observe(_restored(), AIRBNB, Observation(LATER)).state
    state = observe(state, AIRBNB, Observation(LATER + timedelta(minutes=15), SHOWN)).state
    assert AIRBNB not in _owing(state)


def test_the_owners_word_on_what_vanished_lets_the_next_look_pay() -> None:
    """The word says what is gone; what came since, a look has to show."""
    state = observe(_restored(), AIRBNB, Observation(LATER)).state
    state, _ = orders.confirm(state, AIRBNB, LATER)
    assert AIRBNB in _owing(state)
    assert AIRBNB not in _owing(observe(state, AIRBNB, Observation(LATER + timedelta(minutes=15))).state)


def test_an_echo_that_left_waits_as_a_claim_does() -> None:
    """A guest may stand behind it, and the answer that lost it may have lost more."""
    state = _restored()
    held = evolve(state.of(BOOKING), echo=MARCH.nights, hiding=MARCH.nights, shown=MARCH.nights)
    state = observe(state.with_listing(held), BOOKING, Observation(LATER)).state
    assert state.of(BOOKING).fading
    assert BOOKING in _owing(state)


@pytest.mark.parametrize("live", [True, False])
def test_an_answer_made_before_the_restore_pays_nothing(live: bool) -> None:
    """A DTSTAMP that is the time of the request betrays a copy that somebody kept; one that never was says nothing."""
    state = _restored()
    state = state.with_listing(evolve(state.of(AIRBNB), live_stamps=live))
    kept = AT + timedelta(hours=5)  # after the backup, before the restore
    state = observe(state, AIRBNB, Observation(LATER, SHOWN, stamp=kept)).state
    assert (AIRBNB in _owing(state)) is live
    state = observe(state, AIRBNB, Observation(LATER + timedelta(minutes=15), SHOWN, stamp=LATER)).state
    assert AIRBNB not in _owing(state)


def test_a_copy_of_minutes_before_the_restore_pays_nothing() -> None:
    """Even where nobody knew yet that this listing's DTSTAMP is the time of the request: it is near enough."""
    seen = Observation(LATER + timedelta(minutes=1), SHOWN, stamp=LATER - timedelta(minutes=1))
    assert AIRBNB in _owing(observe(_restored(), AIRBNB, seen).state)


def test_a_clock_that_was_ahead_at_the_restore_makes_nobody_wait_for_it() -> None:
    """It says nothing of when an answer was made."""
    state = orders.restored(_restored(), AT + timedelta(days=400))
    state = state.with_listing(evolve(state.of(AIRBNB), live_stamps=True))
    assert AIRBNB not in _owing(observe(state, AIRBNB, Observation(LATER, SHOWN, stamp=LATER)).state)


def test_a_listing_that_was_never_read_is_waited_for() -> None:
    """What it sold since the backup is as unknown as what any other did."""
    assert _owing(orders.restored(unit(), AT)) == {AIRBNB, BOOKING}


def test_unlinking_pays_nothing_but_the_owners_word_does() -> None:
    """What was sold there since the backup is still unknown; who releases it, or unlinks it again, answers."""
    state = observe(_restored(), BOOKING, Observation(LATER)).state
    left, kept = orders.unlink(state, AIRBNB, LATER, release=False)
    assert orders.recovering(left)
    again, still = orders.unlink(left, AIRBNB, LATER, release=False)
    assert not orders.recovering(again)
    assert still == kept
    assert again.of(AIRBNB).claims == left.of(AIRBNB).claims
    assert not orders.recovering(orders.unlink(left, AIRBNB, LATER, release=True)[0])
    assert not orders.recovering(orders.unlink(state, AIRBNB, LATER, release=True)[0])


def _linked_anew(state: UnitState) -> UnitState:
    """The unit with Airbnb linked once more."""
    anew = Listing(ListingId("a2"), state.unit.id, ChannelName("airbnb"))
    return orders.welcome(evolve(state, listings=(*state.listings, ListingState(anew))), anew.id)


@pytest.mark.parametrize("claims", [(), (claim(),)])
def test_who_is_linked_anew_owes_what_was_owed(claims: tuple[Claim, ...]) -> None:
    """The debt moves to the heir, with or without stays, and the heir's look pays it."""
    state = orders.restored(unit(*claims), AT)
    state = _linked_anew(orders.unlink(state, AIRBNB, AT, release=False)[0])
    assert _owing(state) == {ListingId("a2"), BOOKING}
    seen = SHOWN if claims else ()
    assert _owing(observe(state, ListingId("a2"), Observation(AT, seen)).state) == {BOOKING}


def test_an_unlinked_listing_owes_too_where_it_may_have_been_linked_since() -> None:
    """Not where another is in its place, and not where the owner has removed our calendar there."""
    gone, _ = orders.unlink(unit(), AIRBNB, AT, release=False)
    assert _owing(orders.restored(gone, AT)) == {AIRBNB, BOOKING}
    assert _owing(orders.restored(gone, AT, given_up=[AIRBNB])) == {BOOKING}
    assert _owing(orders.restored(_linked_anew(gone), AT)) == {ListingId("a2"), BOOKING}


def test_a_unit_linked_just_now_is_not_recovering() -> None:
    """Nobody has read a calendar of it yet; one bad link of several keeps no calendar back."""
    assert not orders.recovering(unit())
    state = observe(settle(unit(claim()), AT).state, AIRBNB, Observation(AT)).state
    assert not orders.recovering(observe(state, BOOKING, Observation(AT, failure="HTTP 500")).state)


def test_not_modified_is_no_look_after_a_restore() -> None:
    """It says that nothing has changed since an answer that nobody remembers."""
    state = _restored()
    later = AT + timedelta(days=1)
    for name in (AIRBNB, BOOKING):
        state = observe(state, name, Observation(later, not_modified=True)).state
    assert orders.recovering(state)


def test_the_first_look_after_a_restore_frees_nothing_and_every_wait_begins_anew() -> None:
    """However long a claim had been missing when the backup was made."""
    state = _restored()
    assert [one.missing for one in state.claims] == [None]
    for _ in range(2):
        step = observe(state, AIRBNB, Observation(AT + timedelta(days=1)))
        state = step.state
        assert Did.RELEASE not in {one.did for one in step.findings}
    assert state.of(AIRBNB).claimed == MARCH.nights


def test_taking_over_begins_again_with_its_watch() -> None:
    """What platforms still show of the lost calendars looks like guests; old links that stand, stand."""
    assert _restored().takeover == Takeover(active=True, links_removed_at=AT + timedelta(days=1))
    again = orders.restored(_restored(), AT + timedelta(days=2))
    assert again.takeover.links_removed_at == AT + timedelta(days=2)
    linked = orders.restored(unit(), AT)
    assert linked.takeover == Takeover(active=True, links_removed_at=None, restored_at=AT)


def test_what_is_new_after_a_restore_came_since_the_backup() -> None:
    """It is no inventory: who was first is known of the others."""
    later = AT + timedelta(days=1)
    shown = Event(Stay(date(2027, 5, 1), date(2027, 5, 4)), Kind.CLOSURE, "new")
    state = observe(_restored(), BOOKING, Observation(later, (shown,))).state
    assert [(one.inventory, one.first_seen) for one in state.of(BOOKING).claims] == [(False, later)]


@pytest.mark.parametrize("linked", [True, False])
def test_the_owners_word_explains_an_echo_for_ever_only_while_links_may_stand(linked: bool) -> None:
    """Where none stands, what outlives our calendar is a guest who came since."""
    state = unit()
    state = state.with_listing(evolve(state.of(BOOKING), echo=MARCH.nights, hiding=MARCH.nights))
    state = evolve(state, takeover=Takeover(active=linked))
    confirmed = orders.confirm(state, BOOKING, AT)[0].of(BOOKING)
    assert (confirmed.hiding, confirmed.tainted) == (NO_NIGHTS, MARCH.nights if linked else NO_NIGHTS)


def test_a_guest_who_asks_for_other_dates_keeps_the_first_ones_until_then():
    """A hold is replaced by one of the same reservation that holds all its nights; other nights are held beside it."""
    state, held = unit(), []
    for number, (first, last) in enumerate([(10, 14), (12, 16), (10, 16), (10, 16)]):
        asked = Stay(date(2027, 4, first), date(2027, 4, last))
        channel, name, until = ChannelName("airbnb"), ClaimId(f"hold-{number}"), AT + timedelta(minutes=number)
        state = orders.hold(state, name, asked, AT, channel=channel, code="HM1", expires=until)
        held.append([one.id for one in state.own])
    assert held == [["hold-0"], ["hold-0", "hold-1"], ["hold-2"], ["hold-3"]]
