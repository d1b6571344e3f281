"""Reading reservations in XML beside lxml alone, hardened in the same way.

Booking.com's plugin looks at every document before lxml may, understands every reservation or none, and finds the
number that the answer ends with. That must not cost much more than lxml with the same switches and the plain loops that
anybody would write for the same values. Both readers give the same reservations, which is asserted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from lxml import etree

from benchmarks.timing import Part, Row, Subject, figures
from channelsync_booking import ota
from channelsync_booking.markup import parse, ruid
from channelsync_booking.message import Message

GOAL: Final = 1 / 1.25
SIZES: Final = (1, 100)
PROMISED: Final = 100
"""Reservations in the answer for which the promise is held: more than a lodging has waiting."""
OURS: Final = "understood whole"
PEER: Final = "lxml, hardened"
PARSED: Final = "lxml, hardened, nothing read from it"
NS: Final = "{http://www.opentravel.org/OTA/2003/05}"
RUID: Final = "UmFuZG9tSVYk" * 8
NOTES: Final = ("The promise is held for a hundred reservations; the line beside bare parsing only informs.",)

Said = list[tuple[str, list[tuple[str, date, date]], str]]
"""What is read of each reservation: its id, its rooms with their nights, and the property."""


def measured() -> Part:
    """Measure reading."""
    rows = [row for size in SIZES for row in reading(size)]
    return Part("xml", "Reading reservations in XML", rows, notes=NOTES)


def reading(size: int) -> list[Row]:
    """Measure reading an answer of so many reservations."""
    body = answer(size)
    hardened = parser()
    subjects: dict[str, Subject] = {
        OURS: lambda: ours(body),
        PEER: lambda: plain(body, hardened),
        PARSED: lambda: etree.fromstring(body, hardened),
    }

    def check(answers: Mapping[str, Any]) -> None:
        messages, number = answers[OURS]
        assert (said(messages), number) == answers[PEER]
        assert len(messages) == size
        assert number == RUID

    times = figures(subjects, check=check)
    goals = {PEER: GOAL if size == PROMISED else None, PARSED: None}
    return [Row(f"{size:,} reservations", OURS, peer, times[OURS], times[peer], goal) for peer, goal in goals.items()]


def ours(body: bytes) -> tuple[tuple[Message, ...], str]:
    """Read an answer as the plugin does."""
    return ota.messages(parse(body), ota.NEW), ruid(body)


def said(messages: tuple[Message, ...]) -> Said:
    """Return messages in the form in which the two are compared."""
    return [
        (one.code, [(room, stay.arrival, stay.departure) for room, stay in one.stays], one.hotel) for one in messages
    ]


def plain(body: bytes, hardened: etree.XMLParser) -> tuple[Said, str]:
    """Read it with lxml alone."""
    found: Said = []
    for reservation in etree.fromstring(body, hardened).iter(f"{NS}HotelReservation"):
        rooms, hotel = [], ""
        for stay in reservation.iter(f"{NS}RoomStay"):
            nights = [date.fromisoformat(rate.get("EffectiveDate")) for rate in stay.iter(f"{NS}RoomRate")]
            code = next(stay.iter(f"{NS}RoomType")).get("RoomTypeCode")
            hotel = next(stay.iter(f"{NS}BasicPropertyInfo")).get("HotelCode")
            rooms.append((code, min(nights), max(nights) + timedelta(days=1)))
        found.append((next(reservation.iter(f"{NS}HotelReservationID")).get("ResID_Value"), rooms, hotel))
    return found, body.rpartition(b"[")[2].partition(b"]")[0].decode()


def parser() -> etree.XMLParser:
    """Return a parser with the switches that ours has."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def answer(size: int) -> bytes:
    """Return an answer with so many reservations, as long as real ones are."""
    held = "".join(reservation(number) for number in range(size))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OTA_HotelResNotifRQ xmlns="http://www.opentravel.org/OTA/2003/05" '
        f'TimeStamp="2027-01-15T10:00:00+00:00" Target="Production" Version="2.001"><HotelReservations>{held}'
        f"</HotelReservations></OTA_HotelResNotifRQ>\n<!-- RUID: [{RUID}] -->"
    ).encode()


def reservation(number: int) -> str:
    """Return one reservation of a few nights: its room, prices, guests, remarks and who booked."""
    arrival = date(2027, 3, 1) + timedelta(days=3 * number)
    price = '<Total AmountAfterTax="12000" DecimalPlaces="2" CurrencyCode="EUR"/>'
    rates = "".join(
        f'<RoomRate EffectiveDate="{arrival + timedelta(days=night)}" RatePlanCode="49111777">'
        f"<Rates><Rate>{price}</Rate></Rates></RoomRate>\n"
        for night in range(2 + number % 4)
    )
    person = "<PersonName><GivenName>Guest</GivenName><Surname>Example</Surname></PersonName>"
    profile = "<Profiles><ProfileInfo><Profile><Customer>{}</Customer></Profile></ProfileInfo></Profiles>"
    contact = (
        f'{person}<Telephone PhoneNumber="+33 1 00 00 00 00"/><Email>alias@guest.example.com</Email>'
        "<Address><AddressLine>.</AddressLine><CityName>.</CityName><CountryName Code='FR'/></Address>"
    )
    return (
        f'<HotelReservation>\n<RoomStays>\n<RoomStay IndexNumber="{460 + number}">\n'
        '<RoomTypes><RoomType RoomTypeCode="801185501"><RoomDescription Name="Lodging"><Text>Entire house.</Text>'
        "<MealPlan>No meal is included.</MealPlan><MaxChildren>0</MaxChildren></RoomDescription></RoomType>"
        f"</RoomTypes>\n<RoomRates>\n{rates}</RoomRates>\n"
        f'<GuestCounts><GuestCount Count="2" AgeQualifyingCode="10"/></GuestCounts>\n{price}\n'
        '<BasicPropertyInfo HotelCode="8011855"/>\n<ResGuestRPHs><ResGuestRPH RPH="1"/></ResGuestRPHs>\n'
        f'</RoomStay>\n</RoomStays>\n<ResGuests><ResGuest ResGuestRPH="1">{profile.format(person)}</ResGuest>'
        f"</ResGuests>\n<ResGlobalInfo><Comments><Comment><Text>{'We arrive late. ' * 8}</Text></Comment></Comments>"
        f'{price}<HotelReservationIDs><HotelReservationID ResID_Value="{4705950059 + number}" '
        f'ResID_Date="2027-01-15T09:59:12"/></HotelReservationIDs>{profile.format(contact)}</ResGlobalInfo>\n'
        "</HotelReservation>\n"
    )
