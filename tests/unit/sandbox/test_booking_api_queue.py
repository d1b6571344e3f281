"""Reservations as the simulated Booking.com API tells them: each test is named like its rule in ``sandbox.rules``."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

from channelsync.testing import Refusal
from tests.unit.sandbox.booking_api import (
    HOTEL,
    MODIFY,
    NEW,
    NOW,
    SECURE,
    A,
    B,
    Client,
    booked,
    changed,
    client,
    parsed,
    soon,
)
from tests.unit.sandbox.support import stay

WRONG = "Hotel reservation has transaction message of the wrong type"


def _nights(message: ET.Element) -> dict[str, list[str]]:
    """The nights of each room, by IndexNumber."""
    return {
        each.get("IndexNumber", ""): [rate.get("EffectiveDate", "") for rate in each.iter("RoomRate")]
        for each in message.iter("RoomStay")
    }


def _two_rooms(software: Client) -> str:
    """A reservation of two rooms with different nights; its number."""
    made = software.account.book_rooms({A: stay("04-01/04-03"), B: stay("04-02/04-04")}, NOW)
    assert not isinstance(made, Refusal)
    assert len({each.code for each in made}) == 1
    return made[0].code


def _taken(software: Client, inner: str = "") -> list[ET.Element]:
    """The reservations that B.XML gives out."""
    return parsed(software.post("reservations", inner)).findall("reservation")


def _summary(software: Client) -> list[ET.Element]:
    """The reservations of the summary."""
    response = software.post("reservationssummary", f"<hotel_id>{HOTEL}</hotel_id>")
    return parsed(response).findall("reservation")


def test_repeat_until_ack() -> None:
    """A message is given out again until it is acknowledged."""
    software = client()
    guest = booked(software)
    assert software.numbers(NEW) == software.numbers(NEW) == [guest.code]
    assert software.ack(NEW, guest.code).status_code == 200
    assert software.numbers(NEW) == software.numbers(MODIFY) == []


def test_change_before_ack() -> None:
    """What is changed before the new message is acknowledged comes as new once more, with the new content."""
    software = client()
    guest = booked(software)
    software.get(NEW)
    changed(software, guest, "03-15/03-16")
    assert list(_nights(software.get(NEW)).values()) == [["2027-03-15"]]
    assert software.numbers(MODIFY) == []


def test_change_after_ack() -> None:
    """What is changed afterwards is a modification, the whole reservation anew, and its rooms keep their numbers."""
    software = client()
    guest = booked(software)
    before = _nights(software.get(NEW))
    software.ack(NEW, guest.code)
    changed(software, guest, "03-20/03-22")
    after = _nights(software.get(MODIFY))
    assert before.keys() == after.keys()
    assert list(after.values()) == [["2027-03-20", "2027-03-21"]]
    assert software.numbers(NEW) == []
    assert software.ack(MODIFY, guest.code).status_code == 200
    assert software.numbers(MODIFY) == []


def test_stale_ack() -> None:
    """Content that was replaced since it was given out cannot be acknowledged: fetch again, then acknowledge."""
    software = client()
    guest = booked(software)
    software.get(NEW)
    changed(software, guest, "03-15/03-16")
    refused = software.ack(NEW, guest.code)
    assert (refused.status_code, WRONG in refused.text) == (400, True)
    assert software.numbers(NEW) == [guest.code]
    assert software.ack(NEW, guest.code).status_code == 200
    assert software.ack(NEW, guest.code).status_code == 400


def test_wrong_endpoint() -> None:
    """A message is acknowledged where it was fetched."""
    software = client()
    guest = booked(software)
    software.get(NEW)
    refused = software.ack(MODIFY, guest.code)
    assert (refused.status_code, WRONG in refused.text) == (400, True)


def test_unknown_ack() -> None:
    """A reservation that never was cannot be acknowledged."""
    assert client().ack(NEW, "4999999999").status_code == 404


def test_acks_together() -> None:
    """Several are acknowledged at once, or none of them where one cannot be."""
    software = client()
    first, second = booked(software), booked(software, room=B)
    software.get(NEW)
    assert software.ack(NEW, first.code, "4999999999").status_code == 404
    assert len(software.numbers(NEW)) == 2
    assert software.ack(NEW, first.code, second.code).status_code == 200
    assert software.numbers(NEW) == []
    assert software.ack(NEW).status_code == 400


def test_negative_ack() -> None:
    """A message acknowledged with an error stays, until it is acknowledged without."""
    software = client()
    first, second = booked(software), booked(software, room=B)
    software.get(NEW)
    assert software.ack(NEW, first.code, refused=(second.code,)).status_code == 200
    assert software.numbers(NEW) == [second.code]
    assert software.ack(NEW, second.code).status_code == 200


def test_filters() -> None:
    """Messages can be fetched by property, and so many at most: 10 to 200."""
    software = client()
    for day in range(1, 13):
        booked(software, f"04-{day:02}/04-{day + 1:02}")
    assert len(software.numbers(NEW, f"?hotel_ids={HOTEL}&limit=10")) == 10
    for wrong in ("limit=9", "limit=201", "limit=x", "other=1"):
        assert software.ask("GET", f"{SECURE}/hotels/ota/{NEW}?{wrong}").status_code == 400


def test_cancellation_without_rooms() -> None:
    """A cancellation is a reservation without a RoomStay; the property is in the context of its number."""
    software = client()
    guest = booked(software)
    software.get(NEW)
    software.ack(NEW, guest.code)
    software.account.cancel(A, guest.id, NOW)
    message = software.get(MODIFY)
    assert not _nights(message)
    found = next(message.iter("HotelReservationID"))
    assert (found.get("ResID_Value"), found.get("ResID_SourceContext")) == (guest.code, HOTEL)
    assert "ResStatus" not in next(message.iter("HotelResModify")).attrib


def test_cancellation_before_ack() -> None:
    """What is cancelled before the new message is acknowledged comes as new, without rooms."""
    software = client()
    guest = booked(software)
    software.get(NEW)
    software.account.cancel(A, guest.id, NOW)
    assert not _nights(software.get(NEW))
    assert software.numbers(NEW) == [guest.code]


def test_cancellation_with_status() -> None:
    """By a switch a cancellation has its rooms, and says that it is one."""
    software = client(status_on_cancellation=True)
    guest = booked(software)
    software.get(NEW)
    software.ack(NEW, guest.code)
    software.account.cancel(A, guest.id, NOW)
    message = software.get(MODIFY)
    assert list(_nights(message).values()) == [["2027-03-15", "2027-03-16"]]
    assert next(message.iter("HotelResModify")).get("ResStatus") == "Cancelled"


def test_rooms_of_one_reservation() -> None:
    """A reservation can have several rooms, each with its number and its own nights."""
    software = client()
    number = _two_rooms(software)
    message = software.get(NEW)
    assert sorted(_nights(message).values()) == [["2027-04-01", "2027-04-02"], ["2027-04-02", "2027-04-03"]]
    assert software.numbers(NEW) == [number]


def test_room_cancelled_by_absence() -> None:
    """One room's cancellation is a modification in which it is absent; the last one's cancels the reservation."""
    software = client()
    number = _two_rooms(software)
    before = _nights(software.get(NEW))
    software.ack(NEW, number)
    software.account.cancel(B, software.account.lodgings[B].reservations()[0].id, NOW)
    after = _nights(software.get(MODIFY))
    assert len(after) == 1
    assert after.items() < before.items()
    software.account.cancel(A, software.account.lodgings[A].reservations()[0].id, NOW)
    assert not _nights(software.get(MODIFY))


def test_several_rooms_or_none() -> None:
    """Where one of several rooms cannot be had, none is booked."""
    software = client()
    booked(software, "04-01/04-02", B)
    assert isinstance(software.account.book_rooms({A: stay("04-01/04-03"), B: stay("04-01/04-04")}, NOW), Refusal)
    assert not software.account.lodgings[A].reservations()


def test_unknown_cancellation() -> None:
    """A cancellation can be about a reservation that was never told, and is acknowledged like any."""
    software = client()
    number = software.account.house.stray(NOW)
    message = software.get(MODIFY)
    assert (software.numbers(MODIFY), _nights(message)) == ([number], {})
    assert software.ack(MODIFY, number).status_code == 200


def test_before_the_connection() -> None:
    """What was booked before the connection is in no message, but in the summary; its cancellation is told."""
    software = client()
    software.account.disconnect(NOW)
    guest = booked(software)
    software.account.connect(NOW, reset=False)
    assert software.numbers(NEW) == []
    assert [each.findtext("id") for each in _summary(software)] == [guest.code]
    software.account.cancel(A, guest.id, NOW)
    assert software.numbers(MODIFY) == [guest.code]


def test_unlisted_room() -> None:
    """A reservation can be of a room that no list has."""
    software = client(unlisted=("801185599",))
    booked(software, room="801185599")
    assert [each.get("RoomTypeCode") for each in software.get(NEW).iter("RoomType")] == ["801185599"]


def test_card_once() -> None:
    """Card data goes with a reservation's first delivery alone."""
    software = client()
    guest = booked(software)
    assert len(list(software.get(NEW).iter("PaymentCard"))) == 1
    assert not list(software.get(NEW).iter("PaymentCard"))
    software.ack(NEW, guest.code)
    changed(software, guest, "03-15/03-16")
    assert not list(software.get(MODIFY).iter("PaymentCard"))


def test_card_suffix() -> None:
    """With a feature on, rate codes end in letters."""
    software = client(card_suffix=True)
    booked(software)
    assert {each.get("RatePlanCode", "")[-3:] for each in software.get(NEW).iter("RoomRate")} == {"VCC"}


def test_numbers_beyond_32_bits() -> None:
    """Reservation numbers are beyond 32 bits, and nobody has another's."""
    software = client()
    found = [booked(software, f"04-{day:02}/04-{day + 1:02}").code for day in range(1, 20)]
    assert all(int(each) >= 2**31 and len(each) == 10 for each in found)
    assert len(set(found)) == len(found)


def test_fallback() -> None:
    """What is not acknowledged for 30 minutes goes by mail, counts, and is given out no more."""
    software = client()
    guest = booked(software)
    software.now = soon(29.9)
    assert software.numbers(NEW) == [guest.code]
    assert software.account.fallbacks(software.now) == ()
    software.now = soon(30)
    assert software.numbers(NEW) == []
    assert software.account.fallbacks(software.now) == (guest.code,)
    assert software.ack(NEW, guest.code).status_code == 400


def test_recovery() -> None:
    """With the recovery feature the clock runs a day, not shortly before arrival; and ``last_change`` is refused."""
    software = client(recovery=True)
    near, far = booked(software, "01-16/01-17"), booked(software)
    assert software.account.fallbacks(soon(30)) == (near.code,)
    assert software.account.fallbacks(NOW + timedelta(hours=24)) == (near.code, far.code)
    assert software.ask("GET", f"{SECURE}/hotels/ota/{NEW}?last_change=2027-01-01").status_code == 400


def test_taken_by_fetching() -> None:
    """By B.XML to fetch is to have: new, modified and cancelled together, once."""
    software = client()
    first, second, third = booked(software), booked(software, room=B), booked(software, "05-01/05-02")
    assert {each.findtext("status") for each in _taken(software)} == {"new"}
    assert _taken(software) == []
    changed(software, first, "03-15/03-16")
    software.account.cancel(B, second.id, NOW)
    fourth = booked(software, "06-01/06-02")
    found = {each.findtext("id"): each for each in _taken(software, f"<hotel_id>{HOTEL}</hotel_id>")}
    statuses = {number: each.findtext("status") for number, each in found.items()}
    assert statuses == {first.code: "modified", second.code: "cancelled", fourth.code: "new"}
    assert found[second.code].find("room") is None
    assert found[second.code].findtext("total_cancellation_fee") == "0"
    assert found[first.code].findtext("room/departure_date") == "2027-03-16"
    assert third.code not in found


def test_summary() -> None:
    """The summary lists what is still to leave, for exactly one property, and takes nothing from the queue."""
    software = client()
    guest = booked(software, "01-15/01-17")
    [found] = _summary(software)
    assert found.findtext("id") == guest.code
    assert (found.findtext("room/arrival_date"), found.findtext("room/departure_date")) == ("2027-01-15", "2027-01-17")
    assert len(found.findall("room/price")) == 2
    assert found.findtext("status") is None
    assert software.numbers(NEW) == [guest.code]
    assert software.post("reservationssummary", "").status_code == 400
    software.now = NOW + timedelta(days=2)
    software.sign_in()
    assert _summary(software) == []


def test_summary_of_cancelled() -> None:
    """Cancelled reservations are absent from the summary, or by a switch there with a status."""
    for listed in (False, True):
        software = client(summary_lists_cancelled=listed)
        stands, gone = booked(software), booked(software, "05-01/05-02")
        software.account.cancel(A, gone.id, NOW)
        found = {each.findtext("id"): each.findtext("status") for each in _summary(software)}
        assert found == ({stands.code: "new", gone.code: "cancelled"} if listed else {stands.code: None})


def test_pace() -> None:
    """Fetching the same within 20 seconds, or within 5 of an acknowledgement, is counted as hurried, and answered."""
    software = client()
    guest = booked(software)
    software.get(NEW)
    software.now = NOW + timedelta(seconds=20)
    software.get(NEW)
    assert software.account.pace.hurried == 0
    software.get(NEW)
    assert software.account.pace.hurried == 1
    software.ack(NEW, guest.code)
    software.get(MODIFY)
    assert software.account.pace.hurried == 2


def test_guests_of_the_private_hand() -> None:
    """What guests do on a room itself, past the account, is told like everything else."""
    software = client()
    made = software.account.lodgings[A].book(stay("03-15/03-17"), NOW)
    assert software.numbers(NEW) == [getattr(made, "code", "")]
