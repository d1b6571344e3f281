"""What the tests of the simulated Booking.com API share: a client that knows nothing but the recorded wire shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from xml.etree import ElementTree as ET

import httpx
from attrs import define, field

from channelsync.testing import Refusal, Reservation
from channelsync_booking.sandbox import Account, Quirks, partner
from tests.unit.sandbox.support import stay

NOW: Final = datetime(2027, 1, 15, 10, 0, 0, tzinfo=UTC)
A: Final = "801185501"
B: Final = "801185502"
HOTEL: Final = "8011855"
NEW: Final = "OTA_HotelResNotif"
MODIFY: Final = "OTA_HotelResModifyNotif"
PLAIN: Final = "https://supply-xml.booking.com"
SECURE: Final = "https://secure-supply-xml.booking.com"


def soon(minutes: float) -> datetime:
    """So many minutes after `NOW`."""
    return NOW + timedelta(minutes=minutes)


def parsed(response: httpx.Response) -> ET.Element:
    """The root of an answer, without namespaces."""
    text = re.sub(r' xmlns="[^"]*"', "", response.content.decode())
    return ET.fromstring(text)  # noqa: S314  # the simulator's own answer


@define
class Client:
    """A connected software: it has a token and asks."""

    account: Account
    now: datetime = NOW
    token: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.sign_in()

    def sign_in(self) -> None:
        """Take a new token."""
        self.token = json.loads(self.exchange().content)["jwt"]

    def exchange(self, **changes: object) -> httpx.Response:
        """Ask for a token."""
        fields = self.account.fields
        wish = {"client_id": fields["client_id"], "client_secret": fields["client_secret"]} | changes
        url = f"{fields['token_address']}/token-based-authentication/exchange"
        return self.account.handle(httpx.Request("POST", url, json=wish), self.now)

    def ask(self, method: str, url: str, body: str = "", **headers: str) -> httpx.Response:
        """Ask with the token; a header's name has _ for -."""
        given = {"Authorization": f"Bearer {self.token}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        if method == "POST":
            given.setdefault("Content-Type", "application/xml")
        return self.account.handle(httpx.Request(method, url, content=body.encode(), headers=given), self.now)

    def get(self, name: str, query: str = "") -> ET.Element:
        """Fetch messages of a kind."""
        response = self.ask("GET", f"{SECURE}/hotels/ota/{name}{query}")
        assert response.status_code == 200, response.text
        return parsed(response)

    def numbers(self, name: str, query: str = "") -> list[str]:
        """The reservation numbers of the messages of a kind."""
        return [each.get("ResID_Value", "") for each in self.get(name, query).iter("HotelReservationID")]

    def ack(self, name: str, *numbers: str, inner: str = "", refused: tuple[str, ...] = ()) -> httpx.Response:
        """Acknowledge messages of a kind; those refused are named in errors."""
        many, one = ("HotelReservations", "HotelReservation") if name == NEW else ("HotelResModifies", "HotelResModify")
        ids = "".join(
            f'<{one}><ResGlobalInfo><HotelReservationIDs><HotelReservationID ResID_Value="{each}"'
            ' ResID_Source="BOOKING.COM" ResID_Type="14"/><HotelReservationID ResID_Value="cs-1" ResID_Source="RT"'
            f' ResID_Type="14"/></HotelReservationIDs></ResGlobalInfo></{one}>'
            for each in numbers
        )
        good = f"<Success/><{many}>{ids}</{many}>" if numbers else ""
        bad = "".join(f'<Error Code="193" RecordID="{each}" ShortText="not mapped"/>' for each in refused)
        errors = f"<Errors>{bad}</Errors>" if refused else ""
        space = "http://www.opentravel.org/OTA/2003/05"
        body = f'<{name}RS xmlns="{space}" Version="2.001">{good}{errors}{inner}</{name}RS>'
        return self.ask("POST", f"{SECURE}/hotels/ota/{name}", body)

    def post(self, path: str, inner: str, **headers: str) -> httpx.Response:
        """Ask one of the B.XML addresses."""
        host = SECURE if path.startswith("reservations") else PLAIN
        return self.ask("POST", f"{host}/hotels/xml/{path}", f"<request>{inner}</request>", **headers)

    def load(self, *dates: tuple[str, str], room: str = A) -> httpx.Response:
        """Load nights of 2027: (month and day, what stands inside)."""
        inner = "".join(f'<date value="2027-{day}">{what}</date>' for day, what in dates)
        return self.post("availability", f'<room id="{room}">{inner}</room>')

    def shown(self, day: str, days: int = 1, room: str = A) -> list[tuple[str | None, str | None]]:
        """Rooms to sell and whether closed, from a day of 2027 on, as read back."""
        response = self.post(
            "roomrateavailability",
            f"<hotel_id>{HOTEL}</hotel_id><number_of_days>{days}</number_of_days>"
            f"<start_date>2027-{day}</start_date><room_level>1</room_level>",
        )
        dates = parsed(response).iterfind(f"room[@room_id='{room}']/date")
        return [(each.get("rooms_to_sell"), each.get("closed")) for each in dates]


def client(seed: int = 7, unlisted: tuple[str, ...] = (), **quirks: bool) -> Client:
    """A client of a new account."""
    return Client(partner(rng=Random(seed), unlisted=unlisted, quirks=Quirks(**quirks)))


def ended(flow: Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]) -> Reservation | Refusal:
    """What a guest's wish comes to; Booking.com asks nobody before."""
    try:
        next(flow)
    except StopIteration as end:
        return end.value
    msg = "a question was asked"
    raise AssertionError(msg)


def booked(to: Client, text: str = "03-15/03-17", room: str = A, *, force: bool = False) -> Reservation:
    """A booking that must succeed."""
    made = ended(to.account.book(room, stay(text), to.now, force=force))
    assert isinstance(made, Reservation), made
    return made


def changed(to: Client, reservation: Reservation, text: str, room: str = A) -> Reservation:
    """A change that must succeed."""
    made = ended(to.account.change(room, reservation.id, stay(text), to.now))
    assert isinstance(made, Reservation), made
    return made


def codes(response: httpx.Response) -> list[str]:
    """The codes of the errors and warnings of an availability answer."""
    return [each.get("code", "") for each in parsed(response).iter() if each.tag in {"error", "warning"}]
