"""Listings that take our writes: blocks that may be there only because of a write of ours, remembered or not."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from channelsync import orders
from channelsync.claims import Standing
from channelsync.nights import NO_NIGHTS
from channelsync.observation import Event
from channelsync.pushing import Push
from channelsync.takeover import Answer, answer, questions
from tests.unit.kernel.builders import AIRBNB, BOOKING, GREENGO, Written, block, closure, guest, nights, stay, written


def put_back() -> Written:
    """Return a unit whose memory was put back to a time when nothing was closed anywhere."""
    unit = written()
    unit.state = orders.restored(unit.state, unit.now)
    return unit.wait(seconds=1)


def test_a_block_that_came_while_memory_was_lost_is_asked_about():
    """It may be a write of ours that nobody remembers: it opens by the owner's word, and by nothing else."""
    unit = put_back()
    for name in (AIRBNB, BOOKING):
        unit.look(name, block(10, 14))
    unit.look(GREENGO)
    assert {one.claim.id for one in questions(unit.state) if one.claim} == {
        unit.only(AIRBNB).id,
        unit.only(BOOKING).id,
    }
    unit.wait(days=4).look(AIRBNB, block(10, 14))
    unit.look(BOOKING, block(10, 14))
    assert (unit.owed(AIRBNB), unit.owed(BOOKING)) == (Push(), Push())
    for name in (AIRBNB, BOOKING):
        unit.state = answer(unit.state, unit.only(name).id, Answer.OLD_LINK)
    for name in (AIRBNB, BOOKING):
        unit.wait(minutes=1).look(name, block(10, 14))
        assert unit.owed(name) == Push(opening=nights(10, 14))


def test_a_block_that_came_while_memory_was_lost_is_closed_elsewhere():
    """It may as well be the owner's, made there since: whatever shows the nights open is closed until they say so."""
    unit = put_back()
    unit.look(AIRBNB, block(10, 14))
    assert (unit.closed(BOOKING), unit.closed(GREENGO)) == (nights(10, 14), nights(10, 14))
    unit.look(BOOKING)
    unit.look(GREENGO)
    unit.state = answer(unit.state, unit.only(AIRBNB).id, Answer.MINE)
    unit.wait(minutes=1).look(AIRBNB, block(10, 14))
    assert unit.only(AIRBNB).standing is Standing.FIRM
    assert unit.closed(BOOKING) == nights(10, 14)
    assert unit.owed(AIRBNB) == Push()


def test_only_what_came_while_memory_was_lost_is_doubted():
    """Blocks that the backup knew, a guest, and what the owner closes there later are what they show."""
    unit = written()
    unit.look(AIRBNB, block(10, 14))
    unit.state = orders.restored(unit.state, unit.wait(hours=1).now)
    unit.wait(seconds=1).look(AIRBNB, block(10, 14), guest(20, 24), block(22, 26))
    unit.wait(minutes=1).look(AIRBNB, block(10, 14), guest(20, 24), block(22, 26), block(30, 34))
    assert unit.suspected(AIRBNB) == nights(24, 26)


def test_what_a_calendar_showed_in_the_place_of_the_api_is_doubted_too():
    """After a restore a calendar may speak first, and not say that it shows a block; the API says so."""
    unit = put_back()
    unit.look(AIRBNB, closure(10, 14), closure(20, 24), stands_in=True)
    assert unit.suspected(AIRBNB) == NO_NIGHTS
    unit.wait(minutes=1).look(AIRBNB, block(10, 14), guest(20, 24))
    assert unit.suspected(AIRBNB) == nights(10, 14)


def test_a_forgotten_write_for_what_another_listing_holds_is_its_copy():
    """The question then names the other listing; what is left when the other is gone is still asked about."""
    unit = put_back()
    unit.look(AIRBNB, block(10, 14))
    unit.look(BOOKING)
    unit.look(GREENGO, closure(10, 14), closure(20, 24), closure(30, 34))
    copy = unit.only(AIRBNB)
    assert (copy.standing, copy.credited) == (Standing.MIRRORED, GREENGO)
    for _ in range(4):
        unit.wait(minutes=20).look(GREENGO, closure(20, 24), closure(30, 34))
    unit.wait(days=2).look(AIRBNB, block(10, 14))
    assert unit.suspected(AIRBNB) == nights(10, 14)
    assert [one.claim for one in questions(unit.state)] == [unit.only(AIRBNB)]


def test_the_owners_word_on_one_block_opens_no_other():
    """What only a suspicion keeps closed, and was never written because it stood closed, stays in our calendar."""
    unit = put_back()
    unit.look(AIRBNB, block(10, 14))
    unit.look(BOOKING, block(10, 14), block(20, 22))
    unit.look(GREENGO)
    other = next(one for one in unit.claims(BOOKING) if one.stay == stay(20, 22))
    unit.state = answer(unit.state, other.id, Answer.OLD_LINK)
    unit.wait(minutes=1).look(BOOKING, block(10, 14), block(20, 22))
    assert unit.closed(BOOKING) == nights(10, 14)
    assert unit.owed(BOOKING) == Push(opening=nights(20, 22))


def covered(shown: Event | None = None, *, over: bool = True) -> Written:
    """Return a unit on which a look at Airbnb left out the owner's block, and we closed its nights for GreenGo's guest.

    That guest is gone since, where it is ``over``.
    """
    shown = shown or block(10, 14)
    unit = written()
    unit.look(AIRBNB, shown)
    unit.wait(minutes=5).look(GREENGO, closure(10, 14))
    unit.wait(minutes=5).look(AIRBNB)
    assert unit.owed(AIRBNB) == Push(closing=nights(10, 14))
    unit.sent(AIRBNB)
    unit.wait(seconds=1).accepted(AIRBNB).look(AIRBNB, shown)
    assert unit.only(AIRBNB).standing is Standing.FIRM
    if over:
        unit.looks(GREENGO, times=30, every=timedelta(hours=1))
    assert bool(unit.claims(GREENGO)) is not over
    return unit


def test_a_block_that_our_own_closing_covers_is_asked_about():
    """Whether the owner has opened the nights meanwhile cannot be seen: they open by their word alone."""
    unit = covered()
    unit.look(AIRBNB, block(10, 14))
    assert unit.only(AIRBNB).standing is Standing.SUSPECTED
    assert unit.closed(BOOKING) == nights(10, 14)
    unit.wait(days=3).look(AIRBNB, block(10, 14))
    assert unit.owed(AIRBNB) == Push()
    (asked,) = questions(unit.state)
    unit.state = answer(unit.state, asked.id, Answer.OLD_LINK)
    unit.wait(minutes=1).look(AIRBNB, block(10, 14))
    assert unit.owed(AIRBNB) == Push(opening=nights(10, 14))


def test_a_block_that_is_the_owners_is_asked_about_once():
    """Their word holds."""
    unit = covered()
    unit.look(AIRBNB, block(10, 14))
    unit.state = answer(unit.state, unit.only(AIRBNB).id, Answer.MINE)
    unit.looks(AIRBNB, block(10, 14), times=3, every=timedelta(hours=1))
    assert (unit.only(AIRBNB).standing, questions(unit.state)) == (Standing.FIRM, ())
    assert unit.owed(AIRBNB) == Push()


def test_a_block_is_not_asked_about_while_our_closing_is_meant():
    """Another guest has the nights: nothing would open, whatever the owner says."""
    unit = covered(over=False)
    unit.wait(minutes=5).look(AIRBNB, block(10, 14))
    assert (unit.only(AIRBNB).standing, questions(unit.state)) == (Standing.FIRM, ())


def test_a_block_that_reaches_beyond_our_closing_is_seen_to_go():
    """The rest of it is in sight, and so is one that came after our closing had gone."""
    unit = covered(block(10, 15))
    unit.look(AIRBNB, block(10, 15))
    assert unit.only(AIRBNB).standing is Standing.FIRM
    unit = covered()
    unit.change(AIRBNB, claims=(evolve(unit.only(AIRBNB), first_seen=unit.now),)).look(AIRBNB, block(10, 14))
    assert unit.only(AIRBNB).standing is Standing.FIRM
