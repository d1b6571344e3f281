"""What a reader of the simulated Booking.com API can know: one that keeps to the rules ends up with the truth."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from channelsync.nights import Nights, Stay
from channelsync.testing import Refusal
from channelsync.testing.partner import ApiFault
from tests.unit.sandbox.booking_api import MODIFY, NEW, NOW, SECURE, A, B, Client, client, ended, parsed

FAULTS = (ApiFault.ERROR, ApiFault.EMPTY_BODY, ApiFault.ANSWER_LOST, ApiFault.PARTLY, ApiFault.NOTHING)


def _act(software: Client, rng: Random) -> None:
    """Let a guest do something, or a fault begin."""
    account, now = software.account, software.now
    room = rng.choice((A, B))
    first = date(2027, 3, 1) + timedelta(days=rng.randrange(30))
    stay = Stay(first, first + timedelta(days=rng.randint(1, 4)))
    standing = account.lodgings[room].reservations()
    match rng.randrange(5):
        case 0 if standing:
            account.cancel(room, rng.choice(standing).id, now)
        case 1 if standing:
            ended(account.change(room, rng.choice(standing).id, stay, now))
        case 2:
            account.book_rooms({A: stay, B: Stay(stay.arrival, stay.departure + timedelta(days=1))}, now)
        case 3:
            account.fail(rng.choice(FAULTS), now)
        case _:
            ended(account.book(room, stay, now))


def _fetch(software: Client, known: dict[str, list[tuple[str, Nights]]]) -> None:
    """Fetch what there is, note it, then acknowledge; what fails is left for the next time."""
    for name in (NEW, MODIFY):
        response = software.ask("GET", f"{SECURE}/hotels/ota/{name}")
        if response.status_code != 200 or not response.content:
            continue
        numbers: list[str] = []
        for message in [*parsed(response).iter("HotelReservation"), *parsed(response).iter("HotelResModify")]:
            [number] = [each.get("ResID_Value", "") for each in message.iter("HotelReservationID")]
            numbers.append(number)
            known[number] = [
                (
                    next(room.iter("RoomType")).get("RoomTypeCode", ""),
                    Nights.of(*(date.fromisoformat(rate.get("EffectiveDate", "")) for rate in room.iter("RoomRate"))),
                )
                for room in message.iter("RoomStay")
            ]
        if numbers:
            software.ack(name, *numbers)


@pytest.mark.parametrize("seed", range(8))
def test_a_reader_who_keeps_to_the_rules_knows_the_truth(seed: int) -> None:
    """Fetched and acknowledged through guests' changes and faults, the messages add up to what is sold."""
    software, rng = client(seed), Random(seed)
    known: dict[str, list[tuple[str, Nights]]] = {}
    for _ in range(120):
        software.now += timedelta(seconds=20)
        _act(software, rng)
        if rng.random() < 0.6:
            _fetch(software, known)
    software.account.heal()
    for _ in range(3):
        _fetch(software, known)
    for room, platform in software.account.lodgings.items():
        told = Nights.union(nights for rooms in known.values() for each, nights in rooms if each == room)
        assert told == platform.sold(software.now)
    assert software.account.fallbacks(software.now) == ()
    assert any(known.values())


@pytest.mark.parametrize("decrements", [True, False])
@pytest.mark.parametrize("reopens", [True, False])
def test_what_is_read_back_is_what_guests_meet(*, decrements: bool, reopens: bool) -> None:
    """A night can be booked where the read-back shows a room to sell that is not closed and nobody has it."""
    software, rng = client(3, decrements=decrements, reopens=reopens), Random(3)
    for _ in range(150):
        _act(software, rng)
        software.account.heal()
        night = f"03-{rng.randint(1, 31):02}"
        what = rng.choice(("<closed>1</closed>", "<closed>0</closed>", "<roomstosell>0</roomstosell>"))
        if rng.random() < 0.5:
            software.load((night, what), room=rng.choice((A, B)))
    for room, platform in software.account.lodgings.items():
        for offset, (to_sell, closed) in enumerate(software.shown("03-01", 31, room)):
            stay = Stay(date(2027, 3, 1) + timedelta(days=offset), date(2027, 3, 2) + timedelta(days=offset))
            free = (to_sell, closed) == ("1", "0") and not platform.sold(NOW).overlaps(stay.nights)
            assert platform.bookable(NOW, stay) is free
            assert isinstance(ended(software.account.book(room, stay, NOW)), Refusal) is not free
