"""Booking.com's own form of messages, B.XML, as it goes and comes over the wire: only this file knows it.

* Reservations: those waiting (which reading takes away) and the summary of all whose departure is to come (both
  documented). A cancelled one has other children, no room among them (documented; which is inferred); whether and how
  the summary names cancelled ones is not known, so both forms are read there. A status that is not known ends
  nothing: ``cancelled`` alone does. Departures are days of departure.
* Rooms and their names: recorded in 2014, and seen in three clients.
* Availability, read: one row for a room and a night (seen in one client; the names beside ``rooms_to_sell`` are
  inferred). A night with no room left to sell is closed, and so is one whose room type is closed (documented).
* Availability, written: ``<date value>`` for each night, because whether a range holds its last day is not known; the
  room is closed as a whole, above all its rates (documented).
* What was refused: errors with a code and a text, also with status 200, and then the rest was applied (documented). No
  error names its night (seen), so none of its request counts as written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, final

from attrs import frozen

from channelsync.adapter import RemoteListing
from channelsync.errors import WireFormatError
from channelsync.nights import Nights, Stay
from channelsync_booking.markup import Element, day, how_many, is_number, one_line, stay
from channelsync_booking.message import CANCELLED, Message, counted

__all__ = [
    "AVAILABILITY",
    "FAULTS",
    "RESERVATIONS",
    "ROOMS",
    "SHOWN",
    "SUMMARY",
    "Refused",
    "Rows",
    "asking",
    "listings",
    "messages",
    "refusals",
    "rows",
    "tells_lost",
    "writing",
]

RESERVATIONS: Final = "/hotels/xml/reservations"
SUMMARY: Final = "/hotels/xml/reservationssummary"
ROOMS: Final = "/hotels/xml/roomrates"
AVAILABILITY: Final = "/hotels/xml/availability"
SHOWN: Final = "/hotels/xml/roomrateavailability"
FAULTS: Final = frozenset({"fault", "error", "errors"})
"""Roots of an answer that says that something went wrong (seen in older clients)."""

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STANDING: Final = frozenset({"", "new", "modified"})
"""The statuses of a reservation that stands (documented); the summary may have none (inferred)."""
_WARNINGS: Final = frozenset({"warning", "warnings"})
_LONGEST_NAME: Final = 200
_MOST_REFUSALS: Final = 20
_REMEMBERED: Final = 64


# Reservations ---------------------------------------------------------------------------------------------------------
def messages(root: Element) -> tuple[Message, ...]:
    """Return the reservations of a list, waiting ones or the summary's.

    Raises:
        WireFormatError: it is no such list, or one reservation of it cannot be understood.
    """
    _expected(root, "reservations")
    found: list[Message] = []
    for one in root:
        if one.tag not in _WARNINGS:
            _expected(one, "reservation")
            found.append(_message(one))
    return counted(found, how_many(root, "reservation"))


def _message(reservation: Element) -> Message:
    code = _text(reservation, "id")
    if not is_number(code):
        msg = "a reservation has no id"
        raise WireFormatError(msg)
    hotel = _text(reservation, "hotel_id")
    status = _text(reservation, "status")
    if status.casefold() in CANCELLED:
        return Message(code, cancelled=True, hotel=hotel)
    stays = tuple(_room(one) for one in reservation.iterchildren("room"))
    if not stays:
        msg = "a reservation has no room, and is not said to be cancelled"
        raise WireFormatError(msg)
    return Message(code, stays, hotel=hotel, odd="" if status.casefold() in _STANDING else one_line(status))


def _room(element: Element) -> tuple[str, Stay]:
    room = _text(element, "id")
    if not is_number(room):
        msg = "a room of a reservation has no id"
        raise WireFormatError(msg)
    return room, stay(day(_text(element, "arrival_date")), day(_text(element, "departure_date")))


# Rooms ----------------------------------------------------------------------------------------------------------------
def listings(root: Element) -> tuple[RemoteListing, ...]:
    """Return the rooms of a property.

    Raises:
        WireFormatError: it is no such list, or a room has no id.
    """
    _expected(root, "rooms")
    found: dict[str, RemoteListing] = {}
    for one in root:
        _expected(one, "room")
        room = one.get("id")
        if room is None or not is_number(room):
            msg = "a room has no id"
            raise WireFormatError(msg)
        names = (one.get("hotel_name"), one.get("room_name"))
        name = ", ".join(dict.fromkeys(one_line(name) for name in names if name))
        found[room] = RemoteListing(room, name[:_LONGEST_NAME] or room)
    return tuple(found.values())


# Availability, read ---------------------------------------------------------------------------------------------------
@final
@frozen
class Rows:
    """The nights that an answer says something of, and those of them that are closed."""

    told: Nights
    closed: Nights


def rows(root: Element, listing: str) -> Rows:
    """Return what an answer shows of one room.

    Raises:
        WireFormatError: it says nothing of the room, a row cannot be understood, or two of a night disagree.
    """
    closed: list[date] = []
    opened: list[date] = []
    for room in root.iter("room"):
        if room.get("room_id") == listing:
            for row in room:
                is_closed = _is_closed(row.get("rooms_to_sell"), row.get("closed"))
                (closed if is_closed else opened).append(day(row.get("value")))
    if not closed and not opened:
        msg = f"the answer says nothing of room {listing}"
        raise WireFormatError(msg)
    shut, free = Nights.of(*closed), Nights.of(*opened)
    if shut.overlaps(free):
        msg = "two rows of one night disagree"
        raise WireFormatError(msg)
    return Rows(shut | free, shut)


@lru_cache(_REMEMBERED)
def _is_closed(left: str | None, shut: str | None) -> bool:
    told = left is not None or shut is not None
    if not told or not (left is None or is_number(left)) or shut not in {None, "0", "1"}:
        msg = "a row does not say whether the night can be sold"
        raise WireFormatError(msg)
    return shut == "1" or (left is not None and not int(left))


# Availability, written ------------------------------------------------------------------------------------------------
def asking(hotel: str, *, since: date | None = None, nights: int = 0) -> bytes:
    """Return the document that asks about a property: all there is, or so many nights from one on."""
    body = f"<hotel_id>{hotel}</hotel_id>"
    if since is not None:
        body += f"<number_of_days>{nights}</number_of_days><start_date>{since}</start_date><room_level>1</room_level>"
    return f"{_HEAD}<request>{body}</request>\n".encode()


def writing(listing: str, nights: Iterable[date], *, closed: bool) -> bytes:
    """Return the document that closes or opens nights of a room."""
    state = f"<roomstosell>{0 if closed else 1}</roomstosell><closed>{1 if closed else 0}</closed>"
    dates = "".join(f'<date value="{night}">{state}</date>' for night in nights)
    return f'{_HEAD}<request><room id="{listing}">{dates}</room></request>\n'.encode()


@final
@frozen
class Refused:
    """One error of an answer to a write: its code, empty where it has none, and its text, cut short."""

    code: str
    text: str

    def __str__(self) -> str:
        """Return both as one line."""
        return ": ".join(part for part in (self.code, self.text) if part) or "refused without a reason"


def refusals(root: Element) -> tuple[Refused, ...]:
    """Return what an answer to a write refuses; none where all of it was applied, warnings or not.

    Raises:
        WireFormatError: the answer is none of those that are known.
    """
    if root.tag == "ok":
        return ()
    if root.tag in FAULTS:
        return _refused(root)
    _expected(root, "availability")
    found: tuple[Refused, ...] = ()
    for part in root:
        if part.tag in FAULTS:
            found += _refused(part)
        elif part.tag not in {*_WARNINGS, "ok"}:
            _expected(part, "errors")
    if not len(root):
        msg = "the answer to a write says neither that it was applied nor that it was not"
        raise WireFormatError(msg)
    return found[:_MOST_REFUSALS]


def tells_lost(errors: Iterable[Refused]) -> bool:
    """Whether one of the errors says that we have no access to the property (wording seen in older clients)."""
    return any(one.code == "403" or "access" in one.text.casefold() for one in errors)


def _refused(element: Element) -> tuple[Refused, ...]:
    if element.tag == "errors":
        return tuple(found for one in element for found in _refused(one)) or (Refused("", ""),)
    text = element.get("string") or _text(element, "message") or element.text or ""
    return (Refused(one_line(element.get("code") or ""), one_line(text)),)


def _text(element: Element, name: str) -> str:
    """Return the text of a child, without the blanks around it; empty where there is none."""
    for child in element.iterchildren(name):
        return (child.text or "").strip()
    return ""


def _expected(element: Element, tag: str) -> None:
    if element.tag != tag:
        msg = f"{one_line(element.tag)} stands in the place of {tag}"
        raise WireFormatError(msg)
