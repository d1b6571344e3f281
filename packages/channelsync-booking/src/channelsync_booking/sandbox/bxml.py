"""Reservations in B.XML, Booking.com's own form: the messages, and the summary of all that is to come.

Element names are those of payloads that clients have met (seen in code). What an adapter must not need is there all the
same: card data (once), names, alias addresses. All of it is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from channelsync_booking.sandbox.hotel import CARD, NIGHTLY, SURNAME, ZONE, Hotel
from channelsync_booking.sandbox.queue import Message
from channelsync_booking.sandbox.register import Booking, Room
from channelsync_booking.sandbox.wire import told

__all__ = ["bxml", "summary"]


def bxml(hotel: Hotel, messages: Sequence[tuple[Message, bool]]) -> Element:
    """Return messages of all kinds, each with whether the card goes along."""
    root = Element("reservations")
    for message, card in messages:
        into, booking = told(root, "reservation"), message.booking
        _texts(into, currencycode="EUR")
        _when(into, booking)
        _texts(into, hotel_id=hotel.id, id=booking.number, status=message.status)
        if booking.cancelled:
            _texts(into, total_cancellation_fee=0)
        else:
            _standing(into, hotel, booking, card=card)
    return root


def summary(hotel: Hotel, bookings: Sequence[Booking]) -> Element:
    """Return reservations as the summary lists them: guests by name alone."""
    root = Element("reservations")
    for booking in bookings:
        into = told(root, "reservation")
        _texts(told(into, "customer"), first_name=booking.guest, last_name=SURNAME)
        _when(into, booking)
        _texts(into, id=booking.number)
        for room in booking.rooms:
            _room(told(into, "room"), hotel, room)
        if hotel.quirks.summary_lists_cancelled:
            _texts(into, status="cancelled" if booking.cancelled else "new")
    return root


def _standing(into: Element, hotel: Hotel, booking: Booking, *, card: bool) -> None:
    """Write what only a reservation that stands has: who booked, the rooms and the price."""
    total = NIGHTLY * sum(room.reservation.stay.length for room in booking.rooms)
    _texts(into, commissionamount=total * 15 // 100, hotel_name=hotel.name, totalprice=total)
    told(
        into, "reservation_extra_info", booker_is_genius="no", booking_managed_payment="no", no_address_reservation="no"
    )
    paid = {"cc_name": f"{booking.guest} {SURNAME}", "cc_number": CARD, "cc_cvc": "123"} if card else {}
    _texts(
        told(into, "customer"),
        address="",
        **paid,
        city="",
        company="",
        countrycode="fr",
        email=f"{booking.guest.lower()}.{booking.number}@guest.booking.com",
        first_name=booking.guest,
        last_name=SURNAME,
        remarks="",
        telephone=f"+33 1 00 00 {booking.rooms[0].reservation.phone}",
        zip="",
    )
    for room in booking.rooms:
        element = told(into, "room")
        _room(element, hotel, room)
        counts = told(element, "guest_counts")
        told(counts, "guest_count", count=2, type="adult")
        guest = f"{room.reservation.guest} {SURNAME}"
        _texts(element, guest_name=guest, info="Policy.", max_children=0, name=hotel.name, remarks="", smoking="")


def _when(into: Element, booking: Booking) -> None:
    """Write when a reservation was made; that of a modification is the same (inferred)."""
    made = booking.made_at.astimezone(ZONE)
    _texts(into, date=made.strftime("%Y-%m-%d"), time=made.strftime("%H:%M:%S"))


def _room(into: Element, hotel: Hotel, room: Room) -> None:
    """Write a room; its departure is a morning, its last price the night before."""
    stay, rate = room.reservation.stay, hotel.rate(room.listing)
    _texts(into, arrival_date=stay.arrival, currencycode="EUR", departure_date=stay.departure, id=room.listing)
    _texts(into, meal_plan="No meal is included.", numberofguests=2)
    for night in stay:
        told(into, "price", NIGHTLY, date=night, genius_rate="no", rate_id=rate, rewritten_from_id=0)
    _texts(into, roomreservation_id=room.ticket, totalprice=NIGHTLY * stay.length)


def _texts(into: Element, **texts: object) -> None:
    """Write children that hold a text each."""
    for name, text in texts.items():
        told(into, name, text)
