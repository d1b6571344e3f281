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
        ((), [40, 0]),
        ((room_stay(LODGING, ["2027-03-16", "2027-03-17"]),), [40, 0]),
        ((room_stay(LODGING, ["2027-03-15", "2027-03-16"]),), [40]),
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
    """What the list does not show yet counts, however old the word is; and so does an end that the list agrees to."""
    answers = {CHANGED: of_before(reservation("HotelResModify", CODE, room_stay(LODGING, ["2027-03-15"])))}
    assert told(looked(Booking(answers=answers))) == [("2027-03-15/2027-03-16", "reservation", CODE)]
    answers = {CHANGED: of_before(reservation("HotelResModify", CODE, more=' ResStatus="Cancelled"'))}
    assert looked(Booking(answers=answers)).cancelled == {CODE}


def test_who_reads_and_who_acknowledges() -> None:
    """Each queue every 20 seconds and 5 after an acknowledgement, counted for the machine account; nothing else."""
    booking = Booking()
    run(API.waiting(access()), booking)
    said = {request.url.path: spaced(request) for request in booking.asked}
    assert said == {NEW: Spaced("machine", 20), CHANGED: Spaced("machine", 20)}
    booking = Booking(
        answers={NEW: httpx.Response(200, content=b"<OTA_HotelResNotifRS><Success/></OTA_HotelResNotifRS>")}
    )
    stamp = "2027-01-15T11:59:59+00:00"
    run(API.acknowledge(access(), (Delivery(CODE, (), cancelled=False, token=f"{ota.NEW.name} {stamp}"),)), booking)
    assert [spaced(request) for request in booking.asked] == [Spaced("machine", 5)]
    booking = Booking()
    looked(booking)
    assert [said.seconds for one in booking.asked if (said := spaced(one))] == [40, 40]
