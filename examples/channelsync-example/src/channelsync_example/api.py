"""What Example Stays' API can do: one object whose methods are flows, and which keeps nothing between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, final
from urllib.parse import quote

from attrs import evolve, frozen

from channelsync.adapter import (
    Access,
    ApiLook,
    ApiSource,
    Closing,
    Flow,
    Hint,
    RemoteListing,
    Secret,
    Written,
    answered,
)
from channelsync.claims import Kind
from channelsync.errors import WireFormatError
from channelsync.nights import Nights, Stay
from channelsync.observation import Event, Observation
from channelsync.traits import EchoHabit, Traits
from channelsync_example import wire

__all__ = ["Api"]

_MOST_PAGES: Final = 50
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
        response = yield wire.request(access, "POST", "/token", {"key": access.fields["key"].reveal()})
        match answered(response, wire.TITLE):
            case {"token": str(token), "seconds": int(seconds)} if token.isascii() and token.isalnum():
                return evolve(access, token=Secret(token), lifetime=timedelta(seconds=min(max(seconds, 1), 86_400)))
        raise wire.odd("what the new token is")

    def listings(self, access: Access) -> Flow[tuple[RemoteListing, ...]]:
        """Ask for all listings, page by page."""
        found: tuple[RemoteListing, ...] = ()
        for page in range(1, _MOST_PAGES + 1):
            response = yield wire.request(access, "GET", f"/listings?page={page}")
            more, pages = wire.listings(answered(response, wire.TITLE))
            found += more
            if page >= pages:
                return found
        raise wire.odd("where the list of listings ends")

    def look(self, source: ApiSource, at: datetime) -> Flow[ApiLook]:
        """Look at one listing; an answer that cannot be read shows nothing, and says so: it frees no night."""
        response = yield wire.request(source.access, "GET", _calendar(source.listing, source.window))
        try:
            standing, gone, closed = wire.calendar(answered(response, wire.TITLE, at), source.window)
        except WireFormatError as error:
            return ApiLook(Observation(at=at, failure=str(error)))
        beside = closed - Nights.of(*(one.stay for one in standing))
        blocks = tuple(Event(run, Kind.BLOCK) for run in beside.runs())
        return ApiLook(Observation(at=at, events=standing + blocks, cancelled=gone))

    def closed(self, access: Access, listing: str, window: Stay) -> Flow[Nights]:
        """Ask which nights of the window cannot be booked."""
        response = yield wire.request(access, "GET", _calendar(listing, window))
        return wire.calendar(answered(response, wire.TITLE), window)[-1].within(window)

    def push(self, access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
        """Close nights, then open nights; what the platform does not confirm is told as not done."""
        wanted = Nights.union(one.nights for one in closing)
        closed = yield from self._write(access, listing, "close", wanted)
        opened = yield from self._write(access, listing, "open", opening)
        left = (wanted - closed) | (opening - opened)
        return Written(closed, opened, refused=(f"not confirmed: {left}",) if left else ())

    def _write(self, access: Access, listing: str, what: str, wanted: Nights) -> Flow[Nights]:
        if not wanted:
            return wanted
        body = {"nights": [str(night) for night in wanted]}
        response = yield wire.request(access, "POST", f"/listings/{quote(listing, safe='')}/{what}", body)
        match answered(response, wire.TITLE):
            case {"nights": done}:
                return wire.nights(done) & wanted
        raise wire.odd("which nights it has taken")

    def hints(self, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
        """Return what a call is about; it only makes us look."""
        return (wire.hint(headers, body),)


def _calendar(listing: str, window: Stay) -> str:
    return f"/listings/{quote(listing, safe='')}/calendar?window={window}"
