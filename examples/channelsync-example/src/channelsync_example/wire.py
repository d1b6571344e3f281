"""What goes to and comes from Example Stays: the only file that knows its addresses and forms.

An answer is read whole or not at all. One member in a form that nobody has seen, and nothing of it is believed: what is
left out of a calendar by mistake would be a free night. Members that we do not need may come and go.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from channelsync.adapter import ACCOUNT, Access, Hint, RemoteListing, read_json
from channelsync.claims import Kind
from channelsync.errors import WireFormatError
from channelsync.nights import Nights, Stay
from channelsync.observation import Event

__all__ = ["TITLE", "calendar", "hint", "listings", "nights", "odd", "request"]

TITLE: Final = "Example Stays"
_ADDRESS: Final = "https://api.stays.example/v1"
_SIGNER: Final = "2b8018d0250a367b0d4cb277f173187c1341194eb9af885e5f7b3e814964b237"
"""The key that the platform has published: whoever has it can check a signature, and make none."""


def request(access: Access, method: str, path: str, body: object = None) -> httpx.Request:
    """Return a request in the account's name."""
    headers = {"Accept": "application/json", "Authorization": f"Bearer {access.token.reveal()}"}
    told = {ACCOUNT: access.account}
    return httpx.Request(method, f"{_ADDRESS}{path}", json=body, headers=headers, extensions=told)


def odd(what: str) -> WireFormatError:
    """Return the error of an answer that cannot be read; it repeats nothing of what came."""
    return WireFormatError(f"{TITLE} does not say {what} in a form that is known")


def listings(found: object) -> tuple[tuple[RemoteListing, ...], int]:
    """Return one page of the account's listings, and how many pages there are."""
    match found:
        case {"listings": [*entries], "pages": int(pages)}:
            return tuple(_listing(entry) for entry in entries), pages
    raise odd("which listings there are")


def _listing(entry: object) -> RemoteListing:
    match entry:
        case {"id": str(number), "name": str(name)} if number:
            return RemoteListing(number, name)
    raise odd("what a listing is called")


def calendar(found: object, window: Stay) -> tuple[tuple[Event, ...], frozenset[str], Nights]:
    """Return the reservations that stand, the codes of cancelled ones, and every night that cannot be booked.

    An answer about other nights than those asked for is none: it would prove nights that nobody looked at.
    """
    match found:
        case {"window": str(shown), "reservations": [*entries], "closed": closed} if shown == str(window):
            told = [_reservation(entry) for entry in entries]
            standing = tuple(event for event, stands in told if stands)
            gone = frozenset(event.code for event, stands in told if not stands)
            return standing, gone, nights(closed) | Nights.of(*(event.stay for event in standing))
    raise odd("what the calendar is")


def _reservation(entry: object) -> tuple[Event, bool]:
    """Return a reservation, and whether it stands: in every state but one, also in one that nobody has heard of."""
    match entry:
        case {"code": str(code), "arrival": arrival, "departure": departure, "state": str(state)} if code:
            first, end = _day(arrival), _day(departure)
            if first < end:
                return Event(Stay(first, end), Kind.RESERVATION, uid=code, code=code), state != "cancelled"
    raise odd("what a reservation is")


def nights(found: object) -> Nights:
    """Return nights, which are written one by one."""
    match found:
        case [*days]:
            return Nights.of(*(_day(day) for day in days))
    raise odd("which nights it means")


def _day(found: object) -> date:
    try:
        return date.fromisoformat(str(found))
    except ValueError:
        raise odd("a date") from None


def hint(headers: Mapping[str, str], body: bytes) -> Hint:
    """Return what a call is about, once its signature is known to be the platform's."""
    try:
        signature = bytes.fromhex(headers.get("x-example-signature", ""))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(_SIGNER)).verify(signature, body)
    except (ValueError, InvalidSignature):
        raise odd("by a signature that it calls,") from None
    match read_json(body, TITLE):
        case {"listing": str(listing), "code": str(code)}:
            return Hint(listing, code)
        case _:
            return Hint()
