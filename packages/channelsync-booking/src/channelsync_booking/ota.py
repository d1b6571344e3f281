"""The OTA form of reservations, as it comes over the wire and as it is acknowledged: only this file knows it.

There are two queues, each read by a GET and acknowledged by a POST to the same address; what is read is called a
request (``RQ``) there, and what we send a response (``RS``) (documented):

* New reservations wait in `NEW`, also when they are changed or cancelled before they were acknowledged; from then on
  changes and cancellations wait in `CHANGED` (documented).
* A room stay has no dates of its own. There is a rate for every night (documented), so the first is the arrival and the
  one after the last the departure. A rate's code may end in ``VCC`` (documented) and is not looked at.
* A cancellation has no room stay (seen in a production client), which is no word for it: `channelsync_booking.looking`
  asks the summary as well. No status is documented, but a ``ResStatus`` that says cancelled is taken at its word,
  whatever else the message holds (seen in clients).
* Ids have more than 31 bits (seen), and stay text. The number of a room stay within its reservation (``IndexNumber``)
  is not that of the other format (seen), so it names nothing here.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import Final, final

from attrs import frozen

from channelsync.errors import WireFormatError
from channelsync.nights import Stay
from channelsync_booking.markup import Element, day, how_many, is_number, one_line, stay
from channelsync_booking.message import CANCELLED, Message, counted

__all__ = ["CHANGED", "NEW", "Queue", "acknowledgement", "messages", "stamp"]

_XMLNS: Final = "http://www.opentravel.org/OTA/2003/05"
_NS: Final = f"{{{_XMLNS}}}"
_ROOM_STAYS: Final = f"{_NS}RoomStays"
_ROOM_STAY: Final = f"{_NS}RoomStay"
_ROOM_TYPES: Final = f"{_NS}RoomTypes"
_RATES: Final = f"{_NS}RoomRates"
_PROPERTY: Final = f"{_NS}BasicPropertyInfo"
_GLOBAL: Final = f"{_NS}ResGlobalInfo"
_IDS: Final = f"{_NS}HotelReservationIDs"
_PASSED_OVER: Final = frozenset({f"{_NS}Warnings", f"{_NS}Success"})
_ONE_NIGHT: Final = timedelta(days=1)
_REMEMBERED: Final = 1024
"""Stays that are not read anew."""
_CANCELLED: Final = CANCELLED | {"cancel"}
_STAMP: Final = re.compile(r"[0-9T:.Z+-]{10,40}")


@final
@frozen
class Queue:
    """One of the two queues: its name, which is that of its messages, and the elements that hold reservations there."""

    name: str
    all: str
    one: str

    @property
    def path(self) -> str:
        """Where it is, on the host for reservations."""
        return f"/hotels/ota/{self.name}"


NEW: Final = Queue("OTA_HotelResNotif", "HotelReservations", "HotelReservation")
"""Reservations that were never acknowledged."""
CHANGED: Final = Queue("OTA_HotelResModifyNotif", "HotelResModifies", "HotelResModify")
"""Changes and cancellations of those that were."""


def messages(root: Element, queue: Queue) -> tuple[Message, ...]:
    """Return what waits in a queue.

    Raises:
        WireFormatError: it is not that queue, or one reservation of it cannot be understood.
    """
    _expected(root, f"{_NS}{queue.name}RQ")
    item = f"{_NS}{queue.one}"
    found: list[Message] = []
    for part in root:
        if part.tag in _PASSED_OVER:
            continue
        _expected(part, f"{_NS}{queue.all}")
        for one in part:
            _expected(one, item)
            found.append(_message(one))
    return counted(found, how_many(root, item))


def stamp(root: Element) -> str:
    """Return when the platform says it answered, as it wrote it; empty where that is no time."""
    text = root.get("TimeStamp") or ""
    return text if _STAMP.fullmatch(text) else ""


def acknowledgement(queue: Queue, codes: tuple[str, ...], answered: str) -> bytes:
    """Return the document that acknowledges these reservations; ``answered`` is the `stamp` they came with."""
    when = f' TimeStamp="{answered}"' if _STAMP.fullmatch(answered) else ""
    ids = "".join(
        f"<{queue.one}><ResGlobalInfo><HotelReservationIDs>"
        f'<HotelReservationID ResID_Value="{code}" ResID_Source="BOOKING.COM" ResID_Type="14"/>'
        f"</HotelReservationIDs></ResGlobalInfo></{queue.one}>"
        for code in codes
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{queue.name}RS xmlns="{_XMLNS}"{when} Target="Production" Version="2.001">'
        f"<Success/><{queue.all}>{ids}</{queue.all}></{queue.name}RS>\n"
    ).encode()


def _message(reservation: Element) -> Message:
    code = hotel = ""
    stays: list[tuple[str, Stay]] = []
    for part in reservation:  # by name in one pass: asking lxml for each name costs more than everything else
        tag = part.tag
        if tag == _ROOM_STAYS:
            for one in part:
                _expected(one, _ROOM_STAY)  # something else in its place must not look like a cancellation
                room, taken, place = _room_stay(one)
                stays.append((room, taken))
                hotel = place or hotel
        elif tag == _GLOBAL and not code:
            code, place = _named(part)
            hotel = hotel or place
    if not is_number(code):
        msg = "a reservation has no id"
        raise WireFormatError(msg)
    status = (reservation.get("ResStatus") or "").strip().casefold()
    if status in _CANCELLED:
        return Message(code, cancelled=True, hotel=hotel)
    return Message(code, tuple(stays), hotel=hotel, odd=one_line(status) if status.startswith("cancel") else "")


def _named(info: Element) -> tuple[str, str]:
    """Return a reservation's id, and its property's where that stands beside it; empty where they are not there."""
    for part in info:
        if part.tag == _IDS:
            for one in part:
                return one.get("ResID_Value") or "", _number(one.get("ResID_SourceContext"))
    return "", ""


def _room_stay(element: Element) -> tuple[str, Stay, str]:
    """Return the room, its nights, and the property."""
    room = place = None
    nights: tuple[str | None, ...] = ()
    for part in element:
        tag = part.tag
        if tag == _RATES:
            nights += tuple([rate.get("EffectiveDate") for rate in part])
        elif tag == _PROPERTY:
            place = part.get("HotelCode")
        elif tag == _ROOM_TYPES:
            for one in part:
                room = one.get("RoomTypeCode")
    if room is None or not is_number(room):
        msg = "a room of a reservation has no id"
        raise WireFormatError(msg)
    return room, _stay(nights), _number(place)


def _number(text: str | None) -> str:
    return text if text is not None and is_number(text) else ""


@lru_cache(_REMEMBERED)
def _stay(nights: tuple[str | None, ...]) -> Stay:
    """Return the stay of these nights; most answers show the same ones again."""
    if not nights:
        msg = "a room of a reservation has no nights"
        raise WireFormatError(msg)
    dates = [day(night) for night in nights]
    return stay(min(dates), max(dates) + _ONE_NIGHT)


def _expected(element: Element, tag: str) -> None:
    if element.tag != tag:
        msg = f"{_short(element.tag)} stands in the place of {_short(tag)}"
        raise WireFormatError(msg)


def _short(tag: str) -> str:
    return tag.removeprefix(_NS)[:60]
