"""A machine account at Booking.com with one property: who may ask what, under which address.

The API is known by its paths, whatever host it is asked under, so that it can be served on this machine; under the real
hosts' names each answers only what it is there for. Every answer ends in an identifier that support asks for. The same
seed and the same requests give the same bytes.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Final, final

import httpx
from attrs import define, field

from channelsync.errors import UsageError
from channelsync.nights import Stay
from channelsync.testing.partner import ApiFault
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Refusal, Reservation
from channelsync_booking.sandbox.answers import AVAILABILITY, EXCHANGE, HOSTS, ROUTES, STATUS, Call, Route, status
from channelsync_booking.sandbox.pace import Pace
from channelsync_booking.sandbox.property import Property
from channelsync_booking.sandbox.register import Numbers
from channelsync_booking.sandbox.tokens import Tokens
from channelsync_booking.sandbox.troubles import Troubles
from channelsync_booking.sandbox.wire import WrongRequestError, json_answer, ruid_of, xml_answer

__all__ = ["Account"]

_PATHS: Final = frozenset(path for _, path in ROUTES)
_Asking = Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]


@final
@define(repr=False, eq=False)
class Account:
    """A machine account over one property; a `channelsync.testing.partner.Partner`."""

    house: Property
    """The property; its ``stray`` lets a cancellation of an unknown reservation arrive."""
    tokens: Tokens
    _numbers: Numbers
    pace: Pace = field(init=False, factory=Pace)
    _troubles: Troubles = field(init=False, factory=Troubles)
    _asked: int = field(init=False, default=0)

    def __repr__(self) -> str:
        """Return the property's id: no credentials, no guests."""
        return f"Account({self.house.hotel.id})"

    @property
    def fields(self) -> Mapping[str, str]:
        """What an owner fills in to connect this account."""
        own = {"client_id": self.tokens.client_id, "client_secret": self.tokens.client_secret}
        addresses = {name: f"https://{host}" for name, host in HOSTS.items()}
        return {**own, "hotel_id": self.house.hotel.id, **addresses}

    @property
    def lodgings(self) -> Mapping[str, Platform]:
        """The rooms that connected software can see, by the room's id."""
        return self.house.open_rooms

    # -- guests ------------------------------------------------------------------------------------------------------

    def book(self, listing: str, stay: Stay, now: datetime, *, force: bool = False) -> _Asking:
        """Let a guest book a room; Booking.com asks nobody, so nothing is yielded."""
        yield from ()
        self.house.notice(now)
        made = self._room(listing).book(stay, now, force=force)
        self.house.notice(now)
        return made

    def book_rooms(
        self, rooms: Mapping[str, Stay], now: datetime, *, force: bool = False
    ) -> tuple[Reservation, ...] | Refusal:
        """Let a guest book several rooms in one reservation, each with its own nights: all of them, or none."""
        self.house.notice(now)
        taken = [stay for listing, stay in rooms.items() if not force and not self._room(listing).bookable(now, stay)]
        if taken:
            return Refusal(taken[0], ("one of the rooms cannot be had",))
        self._numbers.shared = self._numbers.draw(next(iter(self.house.rooms.values())).rng)
        try:
            made = [self._room(listing).book(stay, now, force=True) for listing, stay in rooms.items()]
        finally:
            self._numbers.shared = ""
        self.house.notice(now)
        return tuple(each for each in made if isinstance(each, Reservation))

    def cancel(self, listing: str, reservation_id: str, now: datetime) -> Reservation:
        """Let a guest cancel a room; the reservation is cancelled with its last room.

        Raises:
            UsageError: no such reservation stands.
        """
        self.house.notice(now)
        gone = self._room(listing).cancel(reservation_id, now)
        self.house.notice(now)
        return gone

    def change(self, listing: str, reservation_id: str, stay: Stay, now: datetime, *, force: bool = False) -> _Asking:
        """Let a guest change a room's dates; nothing is yielded."""
        yield from ()
        self.house.notice(now)
        changed = self._room(listing).change(reservation_id, stay, now, force=force)
        self.house.notice(now)
        return changed

    # -- the owner and the connection ----------------------------------------------------------------------------------

    def connect(self, now: datetime, *, reset: bool = True) -> None:
        """Let the owner connect; what was loaded is forgotten on activation unless told otherwise (vendors' help)."""
        self.house.connect(now, reset=reset)

    def disconnect(self, now: datetime) -> None:
        """Let the owner, or Booking.com, end the connection: 403 from now on."""
        self.house.disconnect(now)

    def fallbacks(self, now: datetime) -> tuple[str, ...]:
        """Return the numbers of the reservations that had to be sent by mail, once for each message."""
        self.house.notice(now)
        return tuple(self.house.queue.fallbacks)

    # -- calls to us: none ---------------------------------------------------------------------------------------------

    def call_at(self, url: str) -> None:
        """Forget the address: it calls nobody."""
        del url

    def calls(self, now: datetime) -> tuple[httpx.Request, ...]:
        """Return no calls: "we don't push reservations to your interface" (documented)."""
        del now
        return ()

    def next_call(self, now: datetime) -> None:
        """Return None: it calls nobody."""
        del now

    # -- faults --------------------------------------------------------------------------------------------------------

    def fail(self, fault: ApiFault, now: datetime, *, times: int | None = 1) -> None:
        """Switch a fault on for so many requests that it concerns, or until healed; those of calls do nothing."""
        del now
        self._troubles.fail(fault, times)

    def heal(self, fault: ApiFault | None = None) -> None:
        """Switch a fault off, or all of them."""
        self._troubles.heal(fault)

    # -- the server ----------------------------------------------------------------------------------------------------

    def knows(self, url: httpx.URL) -> bool:
        """Whether an address is one of this API's, whatever host it is asked under."""
        path = url.path
        return path in _PATHS or path == EXCHANGE or path.startswith(STATUS) or url.host in HOSTS.values()

    def handle(self, request: httpx.Request, now: datetime) -> httpx.Response:
        """Answer a request as Booking.com does."""
        self._asked += 1
        self.house.notice(now)
        ruid = ruid_of(self.house.hotel.id, self._asked)
        path = request.url.path
        if _misdirected(request.url):
            return httpx.Response(404, text="Not Found")
        if path == EXCHANGE:
            return self._exchange(request, now, ruid)
        if (trouble := self._troubles.instead()) is not None:
            return trouble
        if path.startswith(STATUS):
            return self._status(request, now, ruid)
        route = ROUTES.get((request.method, path))
        if route is None:
            return httpx.Response(405 if path in _PATHS else 404, text="Method Not Allowed")
        return self._answer(route, request, now, ruid)

    def _exchange(self, request: httpx.Request, now: datetime, ruid: str) -> httpx.Response:
        """Give a token out."""
        if request.method != "POST":
            return httpx.Response(405, text="Method Not Allowed")
        if self._troubles.take(ApiFault.TOKENS):
            return httpx.Response(500, text="")
        try:
            return self.tokens.exchange(request.content, now, ruid)
        except WrongRequestError as error:
            return json_answer(error.status, {"errors": [{"message": error.text}], "ruid": ruid})

    def _status(self, request: httpx.Request, now: datetime, ruid: str) -> httpx.Response:
        """Tell the state of the connection."""
        envelope: dict[str, object] = {"meta": {"ruid": ruid}, "warnings": [], "errors": []}
        asked, _, last = request.url.path.removeprefix(STATUS).partition("/")
        try:
            self._check(request, now)
            if (request.method, last) != ("GET", "status"):
                return httpx.Response(404, text="Not Found")
            return json_answer(200, {**envelope, "data": status(self.house, asked)})
        except WrongRequestError as error:
            errors = [{"code": error.code or str(error.status), "message": error.text}]
            return json_answer(error.status, {**envelope, "errors": errors, "data": None})

    def _answer(self, route: Route, request: httpx.Request, now: datetime, ruid: str) -> httpx.Response:
        """Answer on one of the XML addresses, faults and all."""
        try:
            self._check(request, now)
            self._checked(request)
            stale = self._troubles.stale(request, now) if route.reads else None
            if stale is not None:
                return httpx.Response(200, headers={"Content-Type": "application/xml; charset=UTF-8"}, content=stale)
            nothing = route.reads and self._troubles.take(ApiFault.NOTHING)
            self._paced(route, request, now)
            call = Call(request, now, nothing, lambda: self._troubles.take(ApiFault.PARTLY))
            code, root = route.answer(self.house, call)
        except WrongRequestError as error:
            return xml_answer(error.status, route.refusal(error, now), ruid)
        if route.writes and self._troubles.take(ApiFault.ANSWER_LOST):
            return httpx.Response(500, text="")
        answer = xml_answer(code, root, ruid)
        if route.reads and not nothing:
            self._troubles.remember(request, answer.content, now)
        if self._troubles.take(ApiFault.TRUNCATED):
            return httpx.Response(code, headers=answer.headers, content=answer.content[: len(answer.content) // 2])
        return answer

    def _check(self, request: httpx.Request, now: datetime) -> None:
        """Check who asks.

        Raises:
            WrongRequestError: 401, or 400 for the way of signing in that is no longer served.
        """
        if self._troubles.take(ApiFault.REFUSED):
            raise WrongRequestError(401, "Authentication failed")
        self.tokens.check(request.headers.get("Authorization", ""), now)

    def _checked(self, request: httpx.Request) -> None:
        """Check whether the property may be asked about, and the request's headers.

        Raises:
            WrongRequestError: 403 the property is not connected; 400 a wrong header.
        """
        if not self.house.connected:
            raise WrongRequestError(403, "Access denied for hotel")
        if request.method == "POST" and "xml" not in request.headers.get("Content-Type", ""):
            raise WrongRequestError(400, "Content-Type is application/xml")
        if request.url.path in AVAILABILITY and request.headers.get("Accept-Version", "1.1") != "1.1":
            raise WrongRequestError(400, "This version is no longer served")

    def _paced(self, route: Route, request: httpx.Request, now: datetime) -> None:
        """Take note of fetches and acknowledgements."""
        if request.url.path.startswith("/hotels/ota/") and route.writes:
            self.pace.acknowledged(now)
        elif request.url.path.startswith("/hotels/ota/") or (route.writes and route.reads):
            self.pace.fetched(request.url.path, now)

    def _room(self, listing: str) -> Platform:
        """Return a room, one that connected software cannot see among them.

        Raises:
            UsageError: there is none of that id.
        """
        if listing not in self.house.rooms:
            msg = f"no room {listing!r} at {self!r}"
            raise UsageError(msg)
        return self.house.rooms[listing]


def _misdirected(url: httpx.URL) -> bool:
    """Whether one of the real hosts is asked for what another is there for: reservations only where cards may be."""
    if url.host not in HOSTS.values():
        return False
    reservations = url.path.startswith(("/hotels/ota/OTA_HotelRes", "/hotels/xml/reservations"))
    wanted = "secure_address" if reservations else "token_address" if url.path == EXCHANGE else "address"
    return url.host != HOSTS[wanted]
