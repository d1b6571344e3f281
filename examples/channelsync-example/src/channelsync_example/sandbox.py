"""A simulated account at Example Stays: the other side, written from the platform's documents and never from `api`.

The truth about each lodging is in its `Platform`; the API shows and changes it. The rules, all of them made up:

* ``POST /v1/token`` gives a token for the owner's key, good for an hour;
* ``GET /v1/listings?page=N`` has one listing a page, and says how many pages there are;
* ``GET /v1/listings/ID/calendar?window=ARRIVAL/DEPARTURE`` has all reservations, cancelled ones too, and closed nights;
* ``POST /v1/listings/ID/close`` and ``/open`` take a list of nights, and answer with those that were taken;
* a booking, a change of dates and a cancellation are told by a call, signed with Ed25519 over its body.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Final, final

import httpx
from attrs import define, field
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing import Platform, Refusal, Reservation, plain
from channelsync.testing.partner import ApiFault

__all__ = ["Account", "partner"]

Asking = Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]
Entry = dict[str, str]

_HOUR: Final = timedelta(hours=1)
_SIGNER: Final = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"Example Stays, an imaginary platform").digest())
_INSTEAD: Final[Mapping[ApiFault | None, tuple[int, str]]] = {
    ApiFault.ERROR: (500, "Internal Server Error"),
    ApiFault.UNAVAILABLE: (503, "Service Unavailable"),
    ApiFault.THROTTLED: (429, "Too Many Requests"),
    ApiFault.REFUSED: (401, "Unauthorized"),
    ApiFault.HTML: (200, "<!DOCTYPE html><html><body>Just a moment</body></html>"),
}
"""Faults in place of an answer: nothing is done. By the next ones only the answer is lost, or a part of it."""
_SPOILED: Final = (ApiFault.TRUNCATED, ApiFault.EMPTY_BODY, ApiFault.ANSWER_LOST)
_LATE: Final = (ApiFault.CALL_LATE, ApiFault.CALLS_SWAPPED)
"""Faults by which a call comes an hour late, and so is overtaken by the next."""


def partner(*, rng: Random, rooms: tuple[str, ...] = ("lake", "hill")) -> Account:
    """Return a simulated account with some lodgings, to which access was given."""
    lodgings = {f"stay-{room}": plain.platform(room=room, rng=Random(rng.getrandbits(64))) for room in rooms}
    return Account(f"{rng.getrandbits(128):032x}", rng, lodgings)


@final
@define(repr=False, eq=False)
class Account:
    """One owner's account; see `channelsync.testing.partner.Partner` for what each method promises."""

    key: str
    rng: Random
    lodgings: dict[str, Platform]
    _tokens: dict[str, datetime] = field(init=False, factory=dict[str, datetime])
    _gone: dict[str, list[Entry]] = field(init=False, factory=dict[str, list[Entry]])
    _faults: dict[ApiFault, int | None] = field(init=False, factory=dict[ApiFault, "int | None"])
    _stale: dict[str, list[Entry]] = field(init=False, factory=dict[str, list[Entry]])
    _home: str = field(init=False, default="https://channelsync.invalid/hooks/example/x")
    _calls: list[tuple[datetime, bytes]] = field(init=False, factory=list[tuple[datetime, bytes]])

    @property
    def fields(self) -> Mapping[str, str]:
        """What the owner fills in."""
        return {"key": self.key, "address": "https://api.stays.example/v1"}

    def knows(self, url: httpx.URL) -> bool:
        """Whether an address is this API's."""
        return url.path.startswith("/v1/")

    def handle(self, request: httpx.Request, now: datetime) -> httpx.Response:
        """Answer a request, as the fault that is on wants it."""
        if request.url.path == "/v1/token":
            return self._token(request, now)
        fault = self._taken(*[each for each in _INSTEAD if each], *_SPOILED)
        if fault in _INSTEAD:
            return _said(*_INSTEAD[fault])
        if now >= self._tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "), now):
            return _said(401, "Unauthorized")
        answer = self._served(request, request.url.path.split("/")[2:], now)
        if fault is ApiFault.ANSWER_LOST:
            return _said(*_INSTEAD[ApiFault.ERROR])
        length = len(answer.content)
        kept = length // 2 if fault is ApiFault.TRUNCATED else 0 if fault is ApiFault.EMPTY_BODY else length
        return httpx.Response(answer.status_code, content=answer.content[:kept])

    def _token(self, request: httpx.Request, now: datetime) -> httpx.Response:
        if self._taken(ApiFault.TOKENS):
            return _said(*_INSTEAD[ApiFault.ERROR])
        if json.loads(request.content).get("key") != self.key:
            return _said(401, "Unauthorized")
        token = f"{self.rng.getrandbits(128):032x}"
        self._tokens[token] = now + _HOUR
        return httpx.Response(200, json={"token": token, "seconds": int(_HOUR.total_seconds())})

    def _served(self, request: httpx.Request, path: list[str], now: datetime) -> httpx.Response:
        match request.method, path:
            case "GET", ["listings"]:
                page = int(request.url.params["page"])
                shown = [] if self._taken(ApiFault.NOTHING) else [*self.lodgings][page - 1 : page]
                told = [{"id": one, "name": f"Gîte {one}"} for one in shown]
                return httpx.Response(200, json={"listings": told, "pages": len(self.lodgings)})
            case "GET", ["listings", listing, "calendar"] if listing in self.lodgings:
                window = Stay.parse(request.url.params["window"])
                return httpx.Response(200, json={"window": str(window), "entries": self._shown(listing, window, now)})
            case "POST", ["listings", listing, "close" | "open" as what] if listing in self.lodgings:
                days = [date.fromisoformat(day) for day in json.loads(request.content)["nights"]]
                done = days[:1] if self._taken(ApiFault.PARTLY) else days
                closing, opening = (Nights.of(*done), NO_NIGHTS) if what == "close" else (NO_NIGHTS, Nights.of(*done))
                self.lodgings[listing].write(closing, opening, now)
                return httpx.Response(200, json={"nights": [str(day) for day in done]})
            case _:
                return _said(404, "Not Found")

    def _shown(self, listing: str, window: Stay, now: datetime) -> list[Entry]:
        """Return the entries of a calendar, as the fault that is on wants it."""
        fault = self._taken(ApiFault.NOTHING, ApiFault.STALE)
        entries = self._stale[listing] if fault is ApiFault.STALE else self._entries(listing, now)
        inside = [one for one in entries if window.overlaps(Stay.parse(f"{one['arrival']}/{one['departure']}"))]
        return [] if fault is ApiFault.NOTHING else inside

    def _entries(self, listing: str, now: datetime) -> list[Entry]:
        booked = [_entry(one.stay, "booked", one.code or one.key[:8]) for one in self.lodgings[listing].reservations()]
        closed = [_entry(run, "closed") for run in self.lodgings[listing].closed(now).runs()]
        return booked + closed + self._gone.get(listing, [])

    def book(self, listing: str, stay: Stay, now: datetime, *, force: bool = False) -> Asking:
        """Let a guest book; this platform asks nobody before."""
        yield from ()
        self._tell(listing, now)
        return self.lodgings[listing].book(stay, now, force=force, code=f"EX{self.rng.randrange(10**8):08}")

    def change(self, listing: str, reservation_id: str, stay: Stay, now: datetime, *, force: bool = False) -> Asking:
        """Let a guest change the dates."""
        yield from ()
        self._tell(listing, now)
        return self.lodgings[listing].change(reservation_id, stay, now, force=force)

    def cancel(self, listing: str, reservation_id: str, now: datetime) -> Reservation:
        """Let a guest cancel."""
        gone = self.lodgings[listing].cancel(reservation_id, now)
        self._gone.setdefault(listing, []).append(_entry(gone.stay, "cancelled", gone.code))
        self._tell(listing, now)
        return gone

    def _tell(self, listing: str, now: datetime) -> None:
        """Let a call wait that says that something has happened, as the fault that is on wants it."""
        fault = self._taken(ApiFault.CALL_LOST, ApiFault.CALL_TWICE, *_LATE)
        call = (now + _HOUR if fault in _LATE else now, json.dumps({"listing": listing}).encode())
        times = 0 if fault is ApiFault.CALL_LOST else 2 if fault is ApiFault.CALL_TWICE else 1
        self._calls += [call] * times

    def call_at(self, url: str) -> None:
        """Call this address from now on."""
        self._home = url

    def calls(self, now: datetime) -> tuple[httpx.Request, ...]:
        """Return the calls that it makes now."""
        due = sorted(one for one in self._calls if one[0] <= now)
        self._calls = [one for one in self._calls if one[0] > now]
        signed = [(body, {"X-Example-Signature": _SIGNER.sign(body).hex()}) for _, body in due]
        return tuple(httpx.Request("POST", self._home, content=body, headers=headers) for body, headers in signed)

    def next_call(self, now: datetime) -> datetime | None:
        """Return when it next calls."""
        del now
        return min((at for at, _ in self._calls), default=None)

    def fail(self, fault: ApiFault, now: datetime, *, times: int | None = 1) -> None:
        """Switch a fault on; what is stale is what reads show now."""
        self._stale = {listing: self._entries(listing, now) for listing in self.lodgings}
        self._faults[fault] = times

    def heal(self, fault: ApiFault | None = None) -> None:
        """Switch a fault off, or all of them."""
        self._faults = {each: left for each, left in self._faults.items() if fault not in {None, each}}

    def _taken(self, *concerning: ApiFault) -> ApiFault | None:
        """Return the first of these that is on, and count one use of it."""
        fault = next((each for each in concerning if each in self._faults), None)
        if fault is not None and (left := self._faults.pop(fault)) != 1:
            self._faults[fault] = left if left is None else left - 1
        return fault


def _said(status: int, text: str) -> httpx.Response:
    return httpx.Response(status, text=text, headers={"Retry-After": "60"} if status in {429, 503} else {})


def _entry(stay: Stay, state: str, code: str = "") -> Entry:
    return {"arrival": f"{stay.arrival}", "departure": f"{stay.departure}", "code": code, "state": state}
