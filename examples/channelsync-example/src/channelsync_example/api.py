"""What Example Stays' API can do, and the form in which it speaks: one object that keeps nothing between two flows.

An answer is read whole or not at all. One member in a form that nobody has seen, and nothing of the answer is believed:
what is left out of a calendar by mistake would be a free night. `Record` sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, final
from urllib.parse import quote

import httpx
from attrs import evolve, frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from channelsync.adapter import (
    ACCOUNT,
    Access,
    ApiLook,
    ApiSource,
    Closing,
    Flow,
    Hint,
    Record,
    RemoteListing,
    Secret,
    Written,
    answered,
)
from channelsync.claims import Kind
from channelsync.errors import UsageError, WireFormatError
from channelsync.nights import Nights, Stay
from channelsync.observation import Event, Observation
from channelsync.traits import EchoHabit, Traits

__all__ = ["Api"]

_ADDRESS: Final = Secret("https://api.stays.example/v1")
_TITLE: Final = "Example Stays"
_MOST_PAGES: Final = 50
_LONGEST_LIFE: Final = 86_400
_SIGNER: Final = "2b8018d0250a367b0d4cb277f173187c1341194eb9af885e5f7b3e814964b237"
"""The key that the platform has published: whoever has it can check a signature, and make none."""
_TRAITS: Final = Traits(
    identified=frozenset({Kind.RESERVATION}),  # the code stays with a reservation for life
    echo=EchoHabit.ECHOES,  # what we close is closed in the calendar that we read
    echo_kinds=frozenset({Kind.BLOCK}),
    pushed=True,
)


@final
@frozen
class Api:
    """The API route."""

    traits: Traits = _TRAITS

    def refresh(self, access: Access) -> Flow[Access]:
        """Exchange the owner's key for a new token."""
        said = yield from _asked(access, "POST", "/token", {"key": access.fields["key"].reveal()})
        token, seconds = said.text("token"), said.number("seconds")
        if not (token.isascii() and token.isalnum() and 0 < seconds <= _LONGEST_LIFE):
            said.refuse("token")
        return evolve(access, token=Secret(token), lifetime=timedelta(seconds=seconds))

    def listings(self, access: Access) -> Flow[tuple[RemoteListing, ...]]:
        """Ask for all listings, page by page."""
        found: list[RemoteListing] = []
        for page in range(1, _MOST_PAGES + 1):
            said = yield from _asked(access, "GET", f"/listings?page={page}")
            found += [RemoteListing(one.text("id"), one.text("name")) for one in said.records("listings")]
            if page >= said.number("pages"):
                return tuple(found)
        msg = f"the list of {_TITLE}'s listings does not end"
        raise WireFormatError(msg)

    def look(self, source: ApiSource, at: datetime) -> Flow[ApiLook]:
        """Look at one listing; an answer that cannot be read shows nothing, and says so: it frees no night."""
        try:
            events, cancelled = yield from _calendar(source.access, source.listing, source.window, at)
        except WireFormatError as error:
            return ApiLook(Observation(at=at, failure=str(error)))
        return ApiLook(Observation(at=at, events=events, cancelled=cancelled))

    def closed(self, access: Access, listing: str, window: Stay) -> Flow[Nights]:
        """Ask which nights of the window cannot be booked."""
        events, _ = yield from _calendar(access, listing, window)
        return Nights.of(*(event.stay for event in events)).within(window)

    def push(self, access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
        """Close nights, then open nights; what the platform does not confirm is told as not done."""
        wanted = Nights.union(one.nights for one in closing)
        closed = yield from _written(access, f"{_path(listing)}/close", wanted)
        opened = yield from _written(access, f"{_path(listing)}/open", opening)
        left = (wanted - closed) | (opening - opened)
        return Written(closed, opened, refused=(f"not confirmed: {left}",) if left else ())

    def hints(self, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
        """Return what a call is about, once its signature is known to be the platform's; it only makes us look."""
        try:
            signature = bytes.fromhex(headers.get("x-example-signature", ""))
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(_SIGNER)).verify(signature, body)
        except (ValueError, InvalidSignature):
            msg = f"a call is not signed by {_TITLE}"
            raise WireFormatError(msg) from None
        return (Hint(Record.of(body, _TITLE).text("listing", "")),)  # where it names none, all are looked at


def _path(listing: str) -> str:
    return f"/listings/{quote(listing, safe='')}"


def _asked(access: Access, method: str, path: str, body: object = None, at: datetime | None = None) -> Flow[Record]:
    """Ask in the account's name, and return what the answer holds; any other answer than a good one raises."""
    token = access.token.reveal()  # none yet where one is asked for, and an empty header cannot be sent
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    url = f"{access.fields.get('address', _ADDRESS).reveal().rstrip('/')}{path}"
    try:
        request = httpx.Request(method, url, json=body, headers=headers, extensions={ACCOUNT: access.account})
    except httpx.InvalidURL:  # whose text repeats parts of it
        msg = f"the address of {_TITLE}'s API is none"
        raise UsageError(msg, advice="Correct it, or leave it empty.") from None
    response = yield request
    return answered(response, _TITLE, at)


def _written(access: Access, path: str, wanted: Nights) -> Flow[Nights]:
    """Close or open nights, and return those of them that the platform says it has taken."""
    if not wanted:
        return wanted
    said = yield from _asked(access, "POST", path, {"nights": [str(night) for night in wanted]})
    return said.nights("nights") & wanted


def _calendar(
    access: Access, listing: str, window: Stay, at: datetime | None = None
) -> Flow[tuple[tuple[Event, ...], frozenset[str]]]:
    """Ask for a calendar, and return what takes nights and the codes that are cancelled."""
    said = yield from _asked(access, "GET", f"{_path(listing)}/calendar?window={window}", at=at)
    if said.text("window") != str(window):  # it would prove nights that nobody looked at
        said.refuse("window")
    told = [(_event(one), one.text("state") == "cancelled") for one in said.records("entries")]
    standing = tuple(event for event, is_cancelled in told if not is_cancelled)
    return standing, frozenset(event.code for event, is_cancelled in told if is_cancelled and event.code)


def _event(entry: Record) -> Event:
    """Return what takes nights: a guest where there is a code, a block where it says so, else what may be a guest."""
    code, state = entry.text("code"), entry.text("state")
    kind = Kind.RESERVATION if code else Kind.BLOCK if state == "closed" else Kind.CLOSURE
    return Event(entry.stay(), kind, uid=code, code=code)
