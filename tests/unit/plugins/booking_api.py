"""Booking.com's API in made-up answers: what a test says is answered, whatever the simulator would make of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from datetime import UTC, date, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from attrs import Factory, define

from channelsync.adapter import Access, ApiSource, Secret
from channelsync.ids import AccountId
from channelsync.nights import Stay
from channelsync.observation import Observation
from channelsync_booking.api import API

AT = datetime(2027, 1, 15, 12, tzinfo=UTC)
HOTEL = "8011855"
LODGING = "801185501"
OTHER = "801185502"
CODE = "4705950059"
"""Ten digits, beyond 2**31."""
RUID = "UmFuZG9tSVYk-example"
WINDOW = Stay(date(2027, 3, 1), date(2027, 4, 10))
TOKEN = "header.payload.signature"
FIELDS = {"client_id": "machine", "client_secret": "hush", "hotel_id": HOTEL}
SUMMARY = "/hotels/xml/reservationssummary"
WAITING = "/hotels/xml/reservations"
SHOWN = "/hotels/xml/roomrateavailability"
CLOSED = "/hotels/xml/availability"
NEW = "/hotels/ota/OTA_HotelResNotif"
CHANGED = "/hotels/ota/OTA_HotelResModifyNotif"
NS = 'xmlns="http://www.opentravel.org/OTA/2003/05"'

T = TypeVar("T")
Answer = Callable[[httpx.Request], httpx.Response]


def access(*, token: str = TOKEN, **more: str) -> Access:
    """An access with the fields of an account."""
    return Access(
        AccountId("account-1"), Secret(token), {name: Secret(one) for name, one in {**FIELDS, **more}.items()}
    )


def source(listing: str = LODGING, *, window: Stay = WINDOW, **more: str) -> ApiSource:
    """Where the lodging is read."""
    return ApiSource(access(**more), listing, "Europe/Paris", window)


def run(flow: Generator[httpx.Request, httpx.Response, T], answer: Answer) -> T:
    """Send a flow what a function answers, until it returns."""
    try:
        request = next(flow)
        while True:
            request = flow.send(answer(request))
    except StopIteration as done:
        value: T = done.value
        return value


def xml(text: str, status: int = 200, **headers: str) -> httpx.Response:
    """A document as Booking.com sends it, its own number after the root."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n<!-- RUID: [{RUID}] -->\n'
    names = {name.replace("_", "-"): one for name, one in headers.items()}
    return httpx.Response(status, content=body.encode(), headers=names)


@define
class Booking:
    """What is answered, by path, and what was asked; a look that finds nothing unless something is said."""

    summary: str = ""
    new: str = ""
    changed: str = ""
    closed: tuple[Stay, ...] = ()
    answers: dict[str, Answer | httpx.Response] = Factory(dict)
    asked: list[httpx.Request] = Factory(list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked.append(request)
        path = urlsplit(str(request.url)).path
        said = self.answers.get(path)
        if said is not None:
            return said if isinstance(said, httpx.Response) else said(request)
        return {
            SUMMARY: lambda: xml(f"<reservations>{self.summary}</reservations>"),
            NEW: lambda: xml(queue("OTA_HotelResNotif", "HotelReservations", self.new)),
            CHANGED: lambda: xml(queue("OTA_HotelResModifyNotif", "HotelResModifies", self.changed)),
            SHOWN: lambda: xml(shown(asked_for(request), self.closed)),
        }[path]()

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [urlsplit(str(request.url)).path for request in self.asked]


def looked(answer: Answer, listing: str = LODGING, **more: str) -> Observation:
    """What a look at the lodging comes to."""
    return run(API.look(source(listing, **more), AT), answer).observation


def told(observation: Observation) -> list[tuple[str, str, str]]:
    """Stay, kind and code of each event."""
    return [(str(event.stay), event.kind.value, event.code) for event in observation.events]


# What it writes -------------------------------------------------------------------------------------------------------
def queue(name: str, group: str, held: str) -> str:
    """A queue's answer."""
    return f'<{name}RQ {NS} TimeStamp="2027-01-15T11:59:59+00:00" Version="2.001"><{group}>{held}</{group}></{name}RQ>'


def ota(tag: str, code: str, *rooms: str, hotel: str = HOTEL, more: str = "", source_hotel: str = "") -> str:
    """One reservation in the OTA form."""
    context = f' ResID_SourceContext="{source_hotel}"' if source_hotel else ""
    return (
        f"<{tag}{more}><RoomStays>{''.join(one.replace('HOTEL', hotel) for one in rooms)}</RoomStays>"
        "<ResGuests><ResGuest><Surname>Secretperson</Surname></ResGuest></ResGuests>"
        "<ResGlobalInfo><Guarantee><CardNumber>4111111111111111</CardNumber></Guarantee><HotelReservationIDs>"
        f'<HotelReservationID ResID_Value="{code}"{context}/></HotelReservationIDs></ResGlobalInfo></{tag}>'
    )


def room_stay(room: str, nights: Iterable[date | str], *, index: int = 460, rate: str = "49111777") -> str:
    """One room of a reservation, with a rate for each night."""
    rates = "".join(f'<RoomRate EffectiveDate="{night}" RatePlanCode="{rate}"/>' for night in nights)
    return (
        f'<RoomStay IndexNumber="{index}"><RoomTypes><RoomType RoomTypeCode="{room}"/></RoomTypes>'
        f'<RoomRates>{rates}</RoomRates><BasicPropertyInfo HotelCode="HOTEL"/></RoomStay>'
    )


def bxml(code: str, *rooms: str, status: str = "", hotel: str = "") -> str:
    """One reservation in B.XML; without a status as the summary has it."""
    more = f"<status>{status}</status>" if status else ""
    more += f"<hotel_id>{hotel}</hotel_id>" if hotel else ""
    customer = "<customer><last_name>Secretperson</last_name><cc_number>4111111111111111</cc_number></customer>"
    return f"<reservation>{customer}<id>{code}</id>{''.join(rooms)}{more}</reservation>"


def room(stay: str, room_id: str = LODGING) -> str:
    """One room of a reservation in B.XML."""
    arrival, departure = stay.split("/")
    return (
        f"<room><arrival_date>{arrival}</arrival_date><departure_date>{departure}</departure_date><id>{room_id}</id>"
        f"<guest_name>Secretperson</guest_name><roomreservation_id>3120666312</roomreservation_id></room>"
    )


def shown(nights: Iterable[date], closed: Iterable[Stay], listing: str = LODGING) -> str:
    """Which of these nights are closed, night by night."""
    shut = {night for stay in closed for night in stay}
    rows = "".join(
        f'<date value="{night}" rooms_to_sell="{int(night not in shut)}" closed="{int(night in shut)}"/>'
        for night in nights
    )
    return f'<availability><room room_id="{listing}">{rows}</room></availability>'


def asked_for(request: httpx.Request) -> Stay:
    """The nights that a request about availability asks for."""
    text = request.content.decode()
    since = date.fromisoformat(text.partition("<start_date>")[2][:10])
    days = int(text.partition("<number_of_days>")[2].partition("<")[0])
    return Stay(since, date.fromordinal(since.toordinal() + days))
