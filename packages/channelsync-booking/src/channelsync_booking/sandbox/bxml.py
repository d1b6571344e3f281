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
        told(into, "currencycode", "EUR")
        if not booking.cancelled:
            _customer(told(into, "customer"), booking, card=card)
        _when(into, booking)
        told(into, "hotel_id", hotel.id)
        told(into, "hotel_name", hotel.name)
        told(into, "id", booking.number)
        for room in () if booking.cancelled else booking.rooms:
            _bxml_room(told(into, "room"), hotel, room)
        told(into, "status", message.status)
        if booking.cancelled:
            told(into, "total_cancellation_fee", 0)
        else:
            told(into, "totalprice", NIGHTLY * sum(room.reservation.stay.length for room in booking.rooms))
    return root


def summary(hotel: Hotel, bookings: Sequence[Booking]) -> Element:
    """Return reservations as the summary lists them: guests by name alone."""
    root = Element("reservations")
    for booking in bookings:
        into = told(root, "reservation")
        named = told(into, "customer")
        told(named, "first_name", booking.guest)
        told(named, "last_name", SURNAME)
        _when(into, booking)
        told(into, "id", booking.number)
        for room in booking.rooms:
            _bxml_room(told(into, "room"), hotel, room)
        if hotel.quirks.summary_lists_cancelled:
            told(into, "status", "cancelled" if booking.cancelled else "new")
    return root


def _when(into: Element, booking: Booking) -> None:
    """Write when a reservation was made; that of a modification is the same (inferred)."""
    made = booking.made_at.astimezone(ZONE)
    told(into, "date", made.strftime("%Y-%m-%d"))
    told(into, "time", made.strftime("%H:%M:%S"))


def _customer(into: Element, booking: Booking, *, card: bool) -> None:
    """Write who booked, and once the card."""
    told(into, "countrycode", "fr")
    told(into, "email", f"{booking.guest.lower()}.{booking.number}@guest.booking.com")
    told(into, "first_name", booking.guest)
    told(into, "last_name", SURNAME)
    told(into, "remarks")
    told(into, "telephone", f"+33 1 00 00 {booking.rooms[0].reservation.phone}")
    if card:
        told(into, "cc_number", CARD)
        told(into, "cc_name", f"{booking.guest} {SURNAME}")


def _bxml_room(into: Element, hotel: Hotel, room: Room) -> None:
    """Write a room; its departure is a morning, its last price the night before."""
    stay = room.reservation.stay
    told(into, "arrival_date", stay.arrival)
    told(into, "currencycode", "EUR")
    told(into, "departure_date", stay.departure)
    told(into, "guest_name", f"{room.reservation.guest} {SURNAME}")
    told(into, "id", room.listing)
    told(into, "meal_plan", "No meal is included.")
    told(into, "numberofguests", 2)
    for night in stay:
        told(into, "price", NIGHTLY, date=night, rate_id=hotel.rate(room.listing))
    told(into, "roomreservation_id", room.ticket)
    told(into, "totalprice", NIGHTLY * stay.length)
