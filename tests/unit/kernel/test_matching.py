"""Which claims a look shows, which are new, and which are missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.claims import Kind, Missing, Standing
from channelsync.ids import ClaimId
from channelsync.matching import match
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Event
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    START,
    at,
    block,
    claim,
    closure,
    day,
    guest,
    listing,
    missing,
    nights,
    stay,
)

NOW = at(1, 12)


def matched(*events, known=(), name=BOOKING, free=NO_NIGHTS, suspected=NO_NIGHTS, today=1, **more):
    """What a look makes of the claims known."""
    options = {"inventory": False, "may_miss": True, **more}
    return match(
        listing(name).listing, known, events, free=free, suspected=suspected, at=NOW, today=day(today), **options
    )


def after(*events, **more):
    """The stays after a look, with what is missing of them marked."""
    claims = matched(*events, **more).claims
    return [(one.stay, one.missing is not None) for one in sorted(claims, key=lambda one: one.stay)]


def reserved(arrival, departure, uid="", **more):
    """A reservation Airbnb identifies."""
    uid = uid or f"guest-{arrival}"
    return claim(
        arrival, departure, Kind.RESERVATION, listing=AIRBNB, uid=uid, id=ClaimId(f"id-{uid}-{arrival}"), **more
    )


# --- reservations identified by their UID -----------------------------------------------------------------------------


def test_a_new_reservation_is_a_claim_with_what_the_platform_says():
    """Its UID, its code, and the time of the look."""
    (made,) = matched(guest(10, 13, "u", "HM1"), name=AIRBNB, inventory=True).appeared
    assert (made.uid, made.code, made.first_seen, made.inventory) == ("u", "HM1", NOW, True)
    assert (made.kind, made.standing, made.listing) == (Kind.RESERVATION, Standing.FIRM, AIRBNB)


def test_a_known_reservation_stays_the_same_claim():
    """Seen again it keeps its id and its first time; a wait for it ends."""
    known = reserved(10, 13, missing=missing())
    (kept,) = matched(guest(10, 13), known=(known,), name=AIRBNB).claims
    assert kept == evolve(known, missing=None)


def test_a_date_change_keeps_the_claim_and_leaves_nights_behind():
    """The same UID on other nights: the gained ones appear at once, the left ones wait as missing."""
    known = reserved(10, 13)
    found = matched(guest(9, 12, "guest-10"), known=(known,), name=AIRBNB)
    kept, left = found.claims if found.claims[0].id == known.id else found.claims[::-1]
    assert (kept.id, kept.stay) == (known.id, stay(9, 12))
    assert (left.stay, left.missing) == (stay(12, 13), Missing(NOW, NOW, 0, moved=True))
    assert [one.stay for one in found.appeared] == [stay(9, 10)]


def test_what_was_left_and_is_covered_again_is_the_reservations():
    """Moved back, the nights it had left are its own again."""
    left = evolve(reserved(12, 13, "guest-10"), missing=missing(moved=True))
    assert after(guest(9, 13, "guest-10"), known=(reserved(9, 12, "guest-10"), left), name=AIRBNB) == [
        (stay(9, 13), False)
    ]


def test_what_was_left_and_is_shown_by_another_event_is_that_events():
    """A block on the night a guest left is a block, at the look of the change and at the next: no guest is made up."""
    shown = guest(9, 12, "guest-10"), block(12, 13)
    claims = matched(*shown, known=(reserved(10, 13),), name=AIRBNB).claims
    for _ in range(2):
        firm = [(one.kind, one.stay) for one in claims if one.missing is None]
        assert sorted(firm, key=lambda one: one[1]) == [(Kind.RESERVATION, stay(9, 12)), (Kind.BLOCK, stay(12, 13))]
        claims = matched(*shown, known=claims, name=AIRBNB).claims


def test_a_reservation_not_shown_is_missing():
    """Its wait begins; one that waits already keeps its beginning."""
    (gone,) = matched(known=(reserved(10, 13),), name=AIRBNB).claims
    assert gone.missing == Missing(NOW, NOW, 0)
    waiting = reserved(10, 13, missing=missing(START, 2))
    assert matched(known=(waiting,), name=AIRBNB).claims == (waiting,)


def test_a_look_that_may_miss_nothing_marks_nothing():
    """A 304 or a cached copy ends no claim."""
    known = reserved(10, 13), claim(20, 22, listing=AIRBNB)
    assert {one.missing for one in matched(known=known, name=AIRBNB, may_miss=False).claims} == {None}


def test_another_uid_on_the_same_nights_is_another_guest():
    """Identity is the UID's: the old one is missing, the new one appears, both take their nights."""
    known = reserved(10, 13, "old")
    found = matched(guest(10, 13, "new"), known=(known,), name=AIRBNB)
    assert {(one.uid, one.missing is None) for one in found.claims} == {("old", False), ("new", True)}


def test_a_reservation_without_uid_is_known_by_its_nights():
    """Identity cannot be claimed for what has no name."""
    nameless = Event(stay(10, 13), Kind.RESERVATION)
    known = matched(nameless, name=AIRBNB).claims
    assert after(Event(stay(10, 12), Kind.RESERVATION), known=known, name=AIRBNB) == [
        (stay(10, 12), False),
        (stay(12, 13), True),
    ]


def test_a_uid_used_twice_names_two_reservations():
    """A feed that repeats a UID: told apart by arrival, and still the same two at the next look."""
    twice = guest(10, 13, "u"), guest(20, 22, "u")
    known = matched(*twice, name=AIRBNB).claims
    again = matched(*twice, known=known, name=AIRBNB)
    assert {one.id for one in again.claims} == {one.id for one in known}
    assert again.appeared == ()


@pytest.mark.parametrize("order", [1, -1])
def test_a_uid_and_arrival_used_twice_lose_no_night(order):
    """Two entries with one UID and one arrival: every night either shows is claimed, whichever comes last."""
    events = (guest(10, 13, "u"), guest(10, 16, "u"))[::order]
    assert Nights.union(one.nights for one in matched(*events, name=AIRBNB).claims) == nights(10, 16)


def test_one_of_two_with_the_same_uid_that_vanishes_is_missing():
    """It has not moved onto the other: it must wait as any other that vanished."""
    known = reserved(10, 13, "u"), reserved(20, 22, "u")
    claims = matched(guest(20, 22, "u"), known=known, name=AIRBNB).claims
    (gone,) = (one for one in claims if one.missing)
    assert (gone.stay, gone.missing.moved) == (stay(10, 13), False)


# --- everything else: only the nights are real ------------------------------------------------------------------------


def test_a_run_that_grows_brings_a_new_claim():
    """Merged with another stay, the old claim keeps its nights and the new one takes the rest."""
    known = claim(10, 13)
    found = matched(closure(10, 15), known=(known,))
    assert {(one.id == known.id, one.stay) for one in found.claims} == {(True, stay(10, 13)), (False, stay(13, 15))}
    assert [one.stay for one in found.appeared] == [stay(13, 15)]


def test_a_run_that_shrinks_leaves_a_missing_claim():
    """The nights it lost wait, under an id of their own."""
    known = claim(10, 15)
    claims = matched(closure(12, 15), known=(known,)).claims
    assert after(closure(12, 15), known=(known,)) == [(stay(10, 12), True), (stay(12, 15), False)]
    assert len({one.id for one in claims}) == 2
    assert known.id in {one.id for one in claims}


def test_parts_of_one_claim_that_come_back_are_one_again():
    """A night lost for one look leaves no trace."""
    known = claim(10, 15)
    lost = matched(closure(10, 12), closure(13, 15), known=(known,)).claims
    assert len(lost) == 3
    (whole,) = matched(closure(10, 15), known=lost).claims
    assert whole == known


def test_another_uid_on_the_same_nights_changes_nothing():
    """Platforms renumber their events every day."""
    known = claim(10, 13, uid="old")
    (kept,) = matched(closure(10, 13), known=(known,)).claims
    assert kept == known


def test_a_running_stay_cut_to_today_is_the_same_claim():
    """Clipped by the platform, it keeps its id and its true arrival."""
    known = claim(1, 10)
    (kept,) = matched(closure(5, 10), known=(known,), today=5).claims
    assert (kept.id, kept.stay) == (known.id, stay(1, 10))


def test_nights_that_are_over_are_never_missing():
    """What is left of a running stay is compared, no more."""
    assert after(known=(claim(1, 10),), today=5) == [(stay(1, 10), True)]
    assert after(known=(claim(1, 5),), today=5) == []


def test_nights_that_take_nothing_make_no_claim():
    """Set aside, or our own echo."""
    assert after(closure(10, 15), free=nights(10, 12)) == [(stay(12, 15), False)]
    assert after(closure(10, 15), free=nights(10, 15)) == []


def test_nights_an_echo_no_longer_explains_are_suspected_claims():
    """The rest of the same event is firm."""
    claims = matched(closure(10, 15), suspected=nights(12, 15)).claims
    assert {(one.stay, one.standing) for one in claims} == {
        (stay(10, 12), Standing.FIRM),
        (stay(12, 15), Standing.SUSPECTED),
    }


def test_a_new_running_stay_keeps_its_whole_length():
    """Where a platform shows the past of a stay, the claim holds it."""
    assert after(closure(1, 10), today=5) == [(stay(1, 10), False)]


def test_a_guest_and_a_block_on_one_night_are_the_guests():
    """Where events overlap, what may be a guest is claimed first and no night twice."""
    claims = matched(block(10, 15), closure(12, 14)).claims
    assert {(one.kind, one.stay) for one in claims} == {
        (Kind.CLOSURE, stay(12, 14)),
        (Kind.BLOCK, stay(10, 12)),
        (Kind.BLOCK, stay(14, 15)),
    }


def test_a_block_over_a_reservation_adds_only_its_other_nights():
    """The reservation's nights are its own."""
    assert after(guest(10, 13), block(9, 14), name=AIRBNB) == [
        (stay(9, 10), False),
        (stay(10, 13), False),
        (stay(13, 14), False),
    ]


def test_where_a_block_was_and_something_else_is_shown_a_guest_may_have_come():
    """A known block is taken for a closure as soon as it is shown as one, unless the owner has said what it is."""
    known = claim(10, 13, Kind.BLOCK)
    assert matched(closure(10, 13), known=(known,)).claims[0].kind is Kind.CLOSURE
    assert matched(block(10, 13), known=(known,)).claims[0].kind is Kind.BLOCK
    assert matched(closure(10, 13), known=(evolve(known, answered=True),)).claims[0].kind is Kind.BLOCK


def test_the_owners_word_on_a_guest_holds_for_the_whole_stay():
    """Of a part that is left nobody has said that a guest has it: our own closing may be all that is shown there."""
    known = claim(10, 16, Kind.RESERVATION, answered=True)
    whole = matched(closure(10, 16), known=(known,)).claims
    assert [(one.stay, one.answered) for one in whole] == [(stay(10, 16), True)]
    parts = matched(closure(12, 16), known=(known,)).claims
    assert [(one.stay, one.kind, one.answered) for one in parts] == [
        (stay(10, 12), Kind.RESERVATION, False),
        (stay(12, 16), Kind.RESERVATION, False),
    ]
    mine = matched(closure(12, 16), known=(evolve(known, kind=Kind.BLOCK),)).claims
    assert all(one.answered for one in mine)


def test_stays_that_touch_stay_two_claims():
    """Each is a run of nights that first appeared together: two guests are not one because they touch."""
    first = claim(10, 13, first_seen=START)
    second = claim(13, 15, first_seen=START + timedelta(hours=1))
    assert after(closure(10, 15), known=(first, second)) == [(stay(10, 13), False), (stay(13, 15), False)]


def test_touching_claims_that_wait_differently_are_not_joined():
    """The one that waited longer is released first."""
    first = claim(10, 12, missing=missing(START))
    second = evolve(first, id=ClaimId("second"), stay=stay(12, 14), missing=missing(START + timedelta(hours=1)))
    assert len(matched(known=(first, second)).claims) == 2
    alike = evolve(second, missing=first.missing)
    assert [one.stay for one in matched(known=(first, alike)).claims] == [stay(10, 14)]


# --- copies whose original is gone ------------------------------------------------------------------------------------


def test_a_copy_that_comes_back_after_its_original_is_a_claim_of_its_own():
    """Nothing is left that it could copy."""
    copy = claim(10, 13, standing=Standing.MIRRORED, credited=AIRBNB, mirrors=ClaimId("gone"), orphaned=START)
    (back,) = matched(closure(10, 12), known=(evolve(copy, missing=missing()),)).claims[:1]
    assert (back.stay, back.standing, back.credited, back.mirrors, back.orphaned) == (
        stay(10, 12),
        Standing.FIRM,
        None,
        None,
        None,
    )
    assert (back.id == copy.id, back.first_seen, back.missing) == (False, NOW, None)


def test_a_copy_that_flickers_after_its_original_is_suspected():
    """The answers that left it out may be wrong; or the copy was gone, and a guest has bought the nights meanwhile."""
    copy = claim(
        10, 13, standing=Standing.MIRRORED, credited=AIRBNB, orphaned=START, missing=missing(looks=2), answered=True
    )
    (back,) = matched(closure(10, 13), known=(copy,), patience=3).claims
    assert back == evolve(copy, missing=None, standing=Standing.SUSPECTED, credited=None, answered=False)


def test_a_copy_without_its_original_stays_one_while_it_is_shown():
    """It was not missing: the platform has not followed yet."""
    copy = claim(10, 13, standing=Standing.MIRRORED, credited=AIRBNB, orphaned=START)
    assert matched(closure(10, 13), known=(copy,), patience=3).claims == (copy,)


def test_a_copy_that_never_went_stays_a_copy():
    """It outlives its original: that is for the takeover to judge."""
    copy = claim(10, 13, standing=Standing.MIRRORED, credited=AIRBNB, orphaned=START)
    assert matched(closure(10, 13), known=(copy,)).claims == (copy,)


# --- nights that may be over ------------------------------------------------------------------------------------------


def test_a_night_that_may_be_over_is_not_missing():
    """By the platform's clock the guest of tonight has left: nothing says that the night is free."""
    guests = (claim(1, 2), claim(1, 4, id=ClaimId("longer")))
    assert after(known=guests[:1], sure=day(2)) == [(stay(1, 2), False)]
    assert after(known=guests[1:], sure=day(2)) == [(stay(1, 2), False), (stay(2, 4), True)]
    assert after(known=(reserved(1, 2),), name=AIRBNB, sure=day(2)) == [(stay(1, 2), False)]


def test_a_claim_that_is_gone_was_last_seen_at_the_look_before():
    """Until it is missing, its listing's last look shows it."""
    (gone,) = matched(known=(claim(10, 13),), last=at(1, 11)).claims
    assert gone.last_seen == at(1, 11)
