"""Booking.com's queues are asked as seldom as it wants: what was read a while ago may close nights, and opens none."""

from __future__ import annotations

import httpx
import pytest

from channelsync.adapter import SPACED, Delivery, Spaced
from channelsync_booking import ota
from channelsync_booking.api import API
from tests.unit.plugins.booking_api import (
    CHANGED,
    CODE,
    LODGING,
    NEW,
    OTHER,
    Booking,
    access,
    bxml,
    looked,
    queue,
    room,
    room_stay,
    run,
    told,
    xml,
)
from tests.unit.plugins.booking_api import (
    ota as reservation,
)

STAY = "2027-03-15/2027-03-17"


def spaced(request: httpx.Request) -> Spaced | None:
    """What a request says of how often it may be sent."""
    found: object = request.extensions.get(SPACED)
    return found if isinstance(found, Spaced) else None


def of_before(held: str) -> httpx.Response:
    """The queue of changes as it was a while ago."""
    return xml(queue(ota.CHANGED.name, ota.CHANGED.all, held), Age="17")


@pytest.mark.parametrize(
    "held, asks",
    [
        ((), [25, 0]),
        ((room_stay(LODGING, ["2027-03-16", "2027-03-17"]),), [25, 0]),
        ((room_stay(LODGING, ["2027-03-15", "2027-03-16"]),), [25]),
    ],
    ids=["cancelled", "other dates", "as listed"],
)
def test_what_was_read_before_takes_nothing_back(held: tuple[str, ...], asks: list[float]) -> None:
    """Where it says otherwise than the list, the queue is asked anew, and that word is the last."""
    before = of_before(reservation("HotelResModify", CODE, *held, more="" if held else ' ResStatus="Cancelled"'))
    asked: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        said = spaced(request)
        assert said is not None
        asked.append(said.seconds)
        return before if said.seconds else xml(queue(ota.CHANGED.name, ota.CHANGED.all, ""))

    observation = looked(Booking(summary=bxml(CODE, room(STAY)), answers={CHANGED: answer}))
    assert asked == asks
    assert told(observation) == [(STAY, "reservation", CODE)]
    assert not observation.cancelled


def test_what_was_read_before_closes() -> None:
    """What the list does not show yet counts, however old the word is."""
    answers = {CHANGED: of_before(reservation("HotelResModify", CODE, room_stay(LODGING, ["2027-03-15"])))}
    assert told(looked(Booking(answers=answers))) == [("2027-03-15/2027-03-16", "reservation", CODE)]


@pytest.mark.parametrize("held", [(), (room_stay(OTHER, ["2027-03-15"]),)], ids=["cancelled", "in another room"])
def test_what_was_read_before_cancels_nothing(held: tuple[str, ...]) -> None:
    """Of a reservation that is not listed: it may have come back, or come into this room, since."""
    answers = {CHANGED: of_before(reservation("HotelResModify", CODE, *held))}
    assert not looked(Booking(answers=answers)).cancelled


def test_what_was_wrong_before_is_asked_again() -> None:
    """A fault that came with status 200, as for a token that is renewed by now, is nobody's answer for long."""
    asked: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        said = spaced(request)
        assert said is not None
        asked.append(said.seconds)
        return xml("<html/>", Age="7") if said.seconds else xml(queue(ota.CHANGED.name, ota.CHANGED.all, ""))

    assert looked(Booking(answers={CHANGED: answer})).usable
    assert asked == [25, 0]


def test_who_reads_and_who_acknowledges() -> None:
    """Each queue every 20 seconds and 5 after an acknowledgement, counted for the machine account; nothing else."""
    booking = Booking()
    run(API.waiting(access()), booking)
    said = {request.url.path: spaced(request) for request in booking.asked}
    machine = next(one.account for one in said.values() if one)
    assert said == {NEW: Spaced(machine, 20), CHANGED: Spaced(machine, 20)}
    booking = Booking(
        answers={NEW: httpx.Response(200, content=b"<OTA_HotelResNotifRS><Success/></OTA_HotelResNotifRS>")}
    )
    stamp = "2027-01-15T11:59:59+00:00"
    run(API.acknowledge(access(), (Delivery(CODE, (), cancelled=False, token=f"{ota.NEW.name} {stamp}"),)), booking)
    assert [spaced(request) for request in booking.asked] == [Spaced(machine, 5)]
    booking = Booking()
    looked(booking)
    assert [said.seconds for said in map(spaced, booking.asked) if said] == [25, 25]


@pytest.mark.parametrize("other", [{"client_secret": "guessed"}, {"client_id": "another"}])
def test_only_who_knows_the_secret_shares_what_was_read(other: dict[str, str]) -> None:
    """The id of a machine account is no secret: who types in another's is given nothing that was read for them."""
    named: list[Spaced | None] = []
    for more in ({}, {"hotel_id": "8011856"}, other):
        booking = Booking()
        run(API.waiting(access(**more)), booking)
        named.append(spaced(booking.asked[0]))
    mine, beside, theirs = named
    assert mine == beside != theirs
    assert "hush" not in str(mine)
