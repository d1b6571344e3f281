"""Reservations in OTA 2003B, the form that messages are fetched and acknowledged in.

Element names are documented; that a cancellation has no room is seen in code. What an adapter must not need is there
all the same: card data (once), names, alias addresses. All of it is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

from channelsync_booking.sandbox.hotel import CARD, NIGHTLY, SURNAME, ZONE, Hotel
from channelsync_booking.sandbox.queue import Kind, Message
from channelsync_booking.sandbox.register import Booking, Room
from channelsync_booking.sandbox.wire import WrongRequestError, told

__all__ = ["ROOTS", "acknowledged", "ota", "ota_errors", "ota_root"]

ROOTS: Final = {Kind.NEW: "OTA_HotelResNotif", Kind.MODIFY: "OTA_HotelResModifyNotif"}
"""What the documents of a kind are called, without their ending: RQ is what is given out, RS what answers it."""

_NAMESPACE: Final = "http://www.opentravel.org/OTA/2003/05"
_LISTS: Final = {
    Kind.NEW: ("HotelReservations", "HotelReservation"),
    Kind.MODIFY: ("HotelResModifies", "HotelResModify"),
}


def ota_root(name: str, now: datetime) -> Element:
    """Return an OTA document; its time is that of the answer."""
    stamp = now.astimezone(UTC).isoformat(timespec="seconds")
    return Element(name, {"xmlns": _NAMESPACE, "TimeStamp": stamp, "Target": "Production", "Version": "2.001"})


def ota_errors(name: str, now: datetime, errors: Sequence[tuple[str, str, str]]) -> Element:
    """Return an OTA document that lists errors: code, text, and what it is about where that is known."""
    root = ota_root(name, now)
    listed = told(root, "Errors")
    for code, text, about in errors:
        told(listed, "Error", Code=code, ShortText=text, **({"RecordID": about} if about else {}))
    return root


def ota(hotel: Hotel, kind: Kind, messages: Sequence[tuple[Message, bool]], now: datetime) -> Element:
    """Return the messages of a kind, each with whether the card goes along."""
    root = ota_root(f"{ROOTS[kind]}RQ", now)
    plural, singular = _LISTS[kind]
    listed = told(root, plural)
    for message, card in messages:
        _reservation(told(listed, singular), hotel, message.booking, card=card)
    return root


def _reservation(into: Element, hotel: Hotel, booking: Booking, *, card: bool) -> None:
    """Write a reservation; a cancellation is one without rooms, or says so."""
    shows = not booking.cancelled or hotel.quirks.status_on_cancellation
    if booking.cancelled and hotel.quirks.status_on_cancellation:
        into.set("ResStatus", "Cancelled")
    rooms = booking.rooms if shows else ()
    stays = told(into, "RoomStays")
    for guest, room in enumerate(rooms, start=1):
        _room_stay(told(stays, "RoomStay", IndexNumber=room.index), hotel, room, guest)
    guests = told(into, "ResGuests") if rooms else None
    if guests is not None:
        for guest, room in enumerate(rooms, start=1):
            named = told(told(guests, "ResGuest", ResGuestRPH=guest), "Profiles")
            _person(named, room.reservation.guest)
    _global(told(into, "ResGlobalInfo"), hotel, booking, rooms, card=card)


def _room_stay(into: Element, hotel: Hotel, room: Room, guest: int) -> None:
    """Write a room: a rate for each night, and no dates but theirs."""
    kind = told(told(into, "RoomTypes"), "RoomType", RoomTypeCode=room.listing)
    described = told(kind, "RoomDescription", Name=hotel.name)
    for name, text in (("Text", "Entire house."), ("MealPlan", "No meal is included."), ("MaxChildren", 0)):
        told(described, name, text)
    commission = told(told(told(into, "RatePlans"), "RatePlan"), "Commission")
    told(commission, "CommissionPayableAmount", Amount=15 * NIGHTLY, DecimalPlaces=2, CurrencyCode="EUR")
    rates = told(into, "RoomRates")
    for night in room.reservation.stay:
        code = hotel.rate(room.listing) + ("VCC" if hotel.quirks.card_suffix else "")
        rate = told(rates, "RoomRate", EffectiveDate=night, RatePlanCode=code)
        _total(told(told(rate, "Rates"), "Rate"), 1)
    told(told(into, "GuestCounts"), "GuestCount", Count=2, AgeQualifyingCode=10)
    _total(into, room.reservation.stay.length)
    told(into, "BasicPropertyInfo", HotelCode=hotel.id)
    told(told(into, "ResGuestRPHs"), "ResGuestRPH", RPH=guest)


def _global(into: Element, hotel: Hotel, booking: Booking, rooms: Sequence[Room], *, card: bool) -> None:
    """Write what concerns all rooms: number, price, who booked, and once the card."""
    if not booking.cancelled:
        told(told(told(into, "Comments"), "Comment"), "Text", "Late arrival")
    if card:
        accepted = told(told(told(into, "Guarantee"), "GuaranteesAccepted"), "GuaranteeAccepted")
        paid = told(accepted, "PaymentCard", CardCode="VI", CardNumber=CARD, ExpireDate="1230", SeriesCode="123")
        told(paid, "CardHolderName", f"{booking.guest} {SURNAME}")
    _total(into, sum(room.reservation.stay.length for room in rooms))
    made = booking.made_at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S")
    context = {"ResID_SourceContext": hotel.id} if booking.cancelled else {}
    told(
        told(into, "HotelReservationIDs"), "HotelReservationID", ResID_Value=booking.number, ResID_Date=made, **context
    )
    if not booking.cancelled:
        customer = _person(told(into, "Profiles"), booking.guest)
        told(customer, "Telephone", PhoneNumber=f"+33 1 00 00 {booking.rooms[0].reservation.phone}")
        told(customer, "Email", f"{booking.guest.lower()}.{booking.number}@guest.booking.com")
        address = told(customer, "Address")
        for name in ("AddressLine", "CityName", "PostalCode"):
            told(address, name, ".")
        told(address, "CountryName", Code="FR")


def _person(into: Element, guest: str) -> Element:
    """Write a person and return the customer."""
    customer = told(told(told(into, "ProfileInfo"), "Profile"), "Customer")
    named = told(customer, "PersonName")
    told(named, "GivenName", guest)
    told(named, "Surname", SURNAME)
    return customer


def _total(into: Element, nights: int) -> None:
    """Write a price: a whole number, and how many of its digits are decimals."""
    told(into, "Total", AmountAfterTax=100 * NIGHTLY * nights, DecimalPlaces=2, CurrencyCode="EUR")


def acknowledged(root: Element, kind: Kind) -> tuple[list[str], list[str]]:
    """Return the numbers that an acknowledgement accepts, and those it refuses.

    Raises:
        WrongRequestError: 400, it says neither.
    """
    plural, singular = _LISTS[kind]
    refused = [each.get("RecordID", "") for each in root.iterfind("Errors/Error")]
    accepted: list[str] = []
    for each in root.iterfind(f"{plural}/{singular}/ResGlobalInfo/HotelReservationIDs"):
        ids = [(one.get("ResID_Source", ""), one.get("ResID_Value", "")) for one in each.iterfind("HotelReservationID")]
        ours = [value for source, value in ids if source.upper() == "BOOKING.COM"] or [value for _, value in ids]
        accepted.extend(ours[:1])
    if "" in refused or "" in accepted or not (accepted or refused) or (accepted and root.find("Success") is None):
        raise WrongRequestError(400, "The request does not validate: no reservation is named")
    return [number for number in accepted if number not in refused], refused
