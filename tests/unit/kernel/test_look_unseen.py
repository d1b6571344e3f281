"""Looks that do not see every kind of claim, and requests to book that become reservations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from channelsync.adapter import Question
from channelsync.claims import Kind
from channelsync.conflicts import Certainty
from channelsync.engine.api import is_free
from channelsync.ids import ClaimId
from channelsync.notices import NoticeKind, from_findings
from channelsync.observation import Event, Verdict
from channelsync.policy import DEFAULT_POLICY
from channelsync.state import Did
from tests.unit.kernel.builders import (
    AIRBNB,
    BOOKING,
    GREENGO,
    TOLD,
    Written,
    claim,
    closure,
    guest,
    nights,
    stay,
    written,
)

ASKS = evolve(TOLD, identified=frozenset({Kind.RESERVATION, Kind.HOLD}))
"""A platform whose requests to book go by the code of the reservation that they may become."""
OTHERS = tuple(guest(first, first + 4, code=f"HM{first}") for first in (20, 30, 40, 50))
HOLDS = frozenset({Kind.HOLD})
QUARTER = {"minutes": 15}


def held(arrival: int, departure: int, code: str = "", *, request: bool = False) -> Event:
    """Nights that only wait: asked for by a change of dates, or by a request to book."""
    return Event(stay(arrival, departure), Kind.HOLD, code if request else "", code)


def unit(*events: Event) -> Written:
    """A quiet unit whose Airbnb listing has shown these events and four guests."""
    made = written(ASKS)
    made.look(AIRBNB, *events, *OTHERS)
    return made.wait(**QUARTER)


def waits(of: Written) -> list[tuple[int, bool]]:
    """How many looks have missed each claim, and whether it moved."""
    return [(one.missing.looks, one.missing.moved) for one in of.claims(AIRBNB) if one.missing]


# -- kinds that a look does not see ------------------------------------------------------------------------------------
def test_what_a_look_does_not_see_is_not_missing():
    """However often a look cannot see the holds, none of them is over, and their nights stay closed elsewhere."""
    of = unit(held(5, 9, "HM1"), held(60, 62, "HM2", request=True))
    before = set(of.claims(AIRBNB))
    for _ in range(9):
        of.wait(**QUARTER).look(AIRBNB, *OTHERS, unseen=HOLDS)
        assert set(of.claims(AIRBNB)) == before
        assert of.verdict(AIRBNB) is Verdict.COMPLETE
    assert nights(5, 9, 60, 62) <= of.closed(BOOKING)
    of.looks(AIRBNB, *OTHERS, times=3, every=timedelta(hours=2))
    assert not nights(5, 9).overlaps(of.closed(BOOKING))


def test_what_such_a_look_shows_counts():
    """What is shown of a kind that is not all seen is a claim, and other kinds go as ever."""
    of = unit()
    of.look(AIRBNB, held(5, 9, "HM1"), *OTHERS, unseen=HOLDS)
    assert nights(5, 9) <= of.closed(BOOKING)
    for _ in range(3):
        of.wait(**QUARTER).look(AIRBNB, *OTHERS[1:], unseen=HOLDS)
    assert not nights(20, 24).overlaps(of.closed(BOOKING))
    assert nights(5, 9) <= of.closed(BOOKING)


def test_a_wait_does_not_go_on_while_it_is_not_seen():
    """A look that cannot see a hold neither agrees that it is gone nor says that it is there."""
    of = unit(held(5, 9, "HM1"))
    of.look(AIRBNB, *OTHERS)
    missing = of.claims(AIRBNB)
    for _ in range(9):
        of.wait(**QUARTER).look(AIRBNB, *OTHERS, unseen=HOLDS)
    assert of.claims(AIRBNB) == missing
    of.wait(**QUARTER).look(AIRBNB, *OTHERS)
    assert nights(5, 9) <= of.closed(BOOKING)
    of.wait(**QUARTER).look(AIRBNB, *OTHERS)
    assert not nights(5, 9).overlaps(of.closed(BOOKING))


def test_a_wait_does_not_end_while_it_is_not_seen():
    """A hold missing beside a guest waits for longer than one alone: that the guest is back does not free it unseen."""
    of, more = unit(held(5, 9, "HM1")), (guest(60, 62), guest(70, 72))
    of.look(AIRBNB, held(5, 9, "HM1"), *OTHERS, *more)
    of.looks(AIRBNB, *OTHERS, more[0], times=4, every=timedelta(minutes=15))
    assert waits(of) == [(4, False), (4, False)]
    assert of.verdict(AIRBNB) is Verdict.COMPLETE
    of.wait(**QUARTER).look(AIRBNB, *OTHERS, *more, unseen=HOLDS)
    assert waits(of) == [(4, False)]
    assert nights(5, 9) <= of.closed(BOOKING)


def test_a_part_of_what_is_not_seen_does_not_wait_either():
    """Where something else shows a part of a hold that was missing, what is left of it has not been seen to be free."""
    of = unit(held(5, 9, "HM1"))
    of.look(AIRBNB, *OTHERS)
    assert waits(of) == [(1, False)]
    for _ in range(9):
        of.wait(**QUARTER).look(AIRBNB, Event(stay(5, 7), Kind.CLOSURE), *OTHERS, unseen=HOLDS)
    assert waits(of) == [(1, False)]
    assert nights(5, 9) <= of.closed(BOOKING)


def test_nights_that_a_request_left_wait_too():
    """A request that moved leaves its old nights as any stay does: they are not freed by looks that see no holds."""
    of = unit(held(5, 9, "HM1", request=True))
    of.look(AIRBNB, held(7, 9, "HM1", request=True), *OTHERS)
    for _ in range(9):
        of.wait(**QUARTER).look(AIRBNB, held(7, 9, "HM1", request=True), *OTHERS, unseen=HOLDS)
    assert nights(5, 9) <= of.closed(BOOKING)
    of.wait(**QUARTER).look(AIRBNB, held(7, 9, "HM1", request=True), *OTHERS)
    assert not nights(5, 7).overlaps(of.closed(BOOKING))


def test_a_wait_that_suspect_looks_began_begins_anew():
    """An answer that lost everything never counts with later ones, also where one that sees no holds lies between."""
    of = unit(held(5, 9, "HM1"))
    of.look(AIRBNB)
    of.wait(**QUARTER).look(AIRBNB)
    assert of.verdict(AIRBNB) is Verdict.SUSPECT
    of.wait(**QUARTER).look(AIRBNB, *OTHERS, unseen=HOLDS)
    assert waits(of) == [(0, False)]
    for looks in (1, 2):
        of.wait(**QUARTER).look(AIRBNB, *OTHERS)
        assert waits(of) == [(looks, False)]
    of.wait(**QUARTER).look(AIRBNB, *OTHERS)
    assert not nights(5, 9).overlaps(of.closed(BOOKING))


def test_what_is_not_seen_vouches_for_nothing():
    """A guest is most of what the look could show: that they vanished is judged as if there were no holds."""
    made = written(ASKS)
    made.look(AIRBNB, held(30, 60, "HM1"), guest(5, 9), guest(10, 12))
    for _ in range(5):
        made.wait(**QUARTER).look(AIRBNB, guest(10, 12), unseen=HOLDS)
    assert made.verdict(AIRBNB) is Verdict.SUSPECT
    assert nights(5, 9) <= made.closed(BOOKING)


def test_what_the_platform_calls_cancelled_needs_no_look():
    """A request that the platform itself says is over frees its nights at once, whatever else was not seen."""
    of = unit(held(5, 9, "HM1", request=True), held(60, 62, "HM2"))
    of.look(AIRBNB, *OTHERS, unseen=HOLDS, cancelled=frozenset({"HM1"}))
    assert of.closed(BOOKING) == nights(20, 24, 30, 34, 40, 44, 50, 54, 60, 62)


# -- a request to book -------------------------------------------------------------------------------------------------
def test_an_accepted_request_stays_one_claim():
    """A request that becomes a reservation is the same claim, closed all along; it is told as new when it is one."""
    of = written(ASKS)
    before = of.state
    step = of.look(AIRBNB, held(10, 14, "HM1", request=True), *OTHERS[:1])
    told = from_findings(before, step.state, step.findings, of.now)
    assert [one.kind for one in told if nights(10, 14) == one.data.nights] == [NoticeKind.REQUESTED]
    asked = next(one for one in of.claims(AIRBNB) if one.code == "HM1")
    assert asked.kind is Kind.HOLD
    of.wait(**QUARTER)
    before, closed = of.state, of.closed(BOOKING)
    step = of.look(AIRBNB, guest(10, 14, uid="HM1", code="HM1"), *OTHERS[:1])
    assert [one for one in of.claims(AIRBNB) if one.code == "HM1"] == [evolve(asked, kind=Kind.RESERVATION)]
    assert of.closed(BOOKING) == closed
    assert [one.why for one in step.findings if one.did is Did.CLAIM] == ["new reservation"]
    told = from_findings(before, step.state, step.findings, of.now)
    assert [one.kind for one in told if one.data.nights == nights(10, 14)] == [NoticeKind.RESERVATION]


def test_a_request_accepted_with_other_dates():
    """All of the stay is news then, and what was asked for besides waits for a look that agrees."""
    of = written(ASKS)
    of.look(AIRBNB, held(10, 14, "HM1", request=True), *OTHERS)
    step = of.wait(**QUARTER).look(AIRBNB, guest(12, 16, uid="HM1", code="HM1"), *OTHERS)
    assert [(one.why, one.nights) for one in step.findings if one.did is Did.CLAIM] == [
        ("new reservation", nights(12, 16))
    ]
    assert nights(10, 16) <= of.closed(BOOKING)
    of.wait(**QUARTER).look(AIRBNB, guest(12, 16, uid="HM1", code="HM1"), *OTHERS)
    assert not nights(10, 12).overlaps(of.closed(BOOKING))


def test_an_accepted_request_is_no_new_double_booking():
    """A request over a guest of another platform is one conflict, which becomes certain once it is accepted."""
    of = written(ASKS)
    of.look(BOOKING, guest(12, 16, code="B1"))
    of.look(AIRBNB, held(10, 14, "HM1", request=True), held(11, 13, "HM2", request=True), *OTHERS)
    (asked, other) = sorted(of.conflicts(), key=lambda one: one.nights.first or one.id)
    assert {asked.certainty, other.certainty} == {Certainty.PROBABLE}
    of.wait(**QUARTER).look(AIRBNB, guest(10, 14, uid="HM1", code="HM1"), held(11, 13, "HM2", request=True), *OTHERS)
    sold = [one for one in of.conflicts() if one.certainty is Certainty.CERTAIN]
    assert [one.id for one in sold] == [one.id for one in (asked, other) if "HM1" in {c.code for c in one.claims}]
    assert {one.id for one in of.conflicts()} == {asked.id, other.id}


@pytest.mark.parametrize("code, free", [("HM2", True), ("HM1", True), ("HM9", True), ("", False)])
def test_a_request_does_not_veto_another(code, free):
    """A platform that makes a booking has weighed what waits there; one that asks whether nights are free has not."""
    of = written(ASKS)
    of.look(AIRBNB, held(10, 14, "HM1", request=True), held(12, 16, "HM2", request=True), *OTHERS)
    asked = Question("1", stay(12, 16), code=code)
    assert is_free(of.state, AIRBNB, asked, of.now, DEFAULT_POLICY) is free
    assert not is_free(of.state, BOOKING, asked, of.now, DEFAULT_POLICY)
    of.look(AIRBNB, held(10, 14, "HM1", request=True), guest(12, 16, uid="HM7", code="HM7"), *OTHERS)
    assert not is_free(of.state, AIRBNB, asked, of.now, DEFAULT_POLICY)


def test_a_request_is_not_the_booking_that_was_answered_yes():
    """What is held for a booking that is being made stays held until its reservation is shown: a request is not it."""
    of = written(ASKS)
    of.look(AIRBNB, held(10, 14, "HM1", request=True), *OTHERS)
    yes = claim(10, 14, Kind.HOLD, id=ClaimId("yes"), channel=AIRBNB, code="HM1", expires=of.now + timedelta(minutes=9))
    of.own(yes)
    assert [one.id for one in of.state.own] == ["yes"]
    other = Question("1", stay(12, 16), code="HM2")
    assert not is_free(of.state, AIRBNB, other, of.now, DEFAULT_POLICY)
    of.look(AIRBNB, guest(10, 14, uid="HM1", code="HM1"), *OTHERS)
    assert not of.state.own
    assert of.state.of(GREENGO).published >= nights(10, 14)


def test_where_a_guest_may_hide_nothing_is_promised():
    """Airbnb's guest is gone, and their nights are open there; what GreenGo shows may be our closing, or a guest."""
    of = written(ASKS)
    of.look(AIRBNB, guest(10, 14, uid="HM1", code="HM1"), *OTHERS)
    of.read(GREENGO).wait(hours=2).look(GREENGO, closure(10, 14), closure(60, 70))
    assert of.of(GREENGO).hiding == nights(10, 14)
    longer = Question("1", stay(10, 15), code="HM1")
    assert is_free(of.state, AIRBNB, longer, of.now, DEFAULT_POLICY)  # who has changed their own dates hides nowhere
    of.wait(minutes=1).look(AIRBNB, *OTHERS, cancelled=frozenset({"HM1"}))
    assert not of.of(AIRBNB).published.overlaps(nights(10, 14))
    for code in ("", "HM9"):
        assert not is_free(of.state, AIRBNB, Question("1", stay(12, 16), code=code), of.now, DEFAULT_POLICY)
    of.read(GREENGO).wait(hours=2).look(GREENGO, closure(60, 70))
    for _ in range(4):
        of.wait(**QUARTER).look(GREENGO, closure(60, 70))
    for name, shown in ((BOOKING, ()), (AIRBNB, OTHERS)):
        of.look(name, *shown)
    assert is_free(of.state, AIRBNB, Question("1", stay(12, 16)), of.now, DEFAULT_POLICY)
