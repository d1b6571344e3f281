"""Booking.com's connectivity API as a route: what it can do, and its habits.

There are no webhooks: the notification service tells of payments and messages, and of no reservation (documented). So
polling is all. The queues may be asked every 20 seconds, and 5 seconds after an acknowledgement at the earliest
(documented), and calls are not to be made at the same time (documented for B.XML). That is for whoever calls to keep,
as nothing waits in a flow and no flow knows of another: each look at a room peeks at the queues for itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast, final

from attrs import Factory, frozen

from channelsync.adapter import Access, ApiLook, ApiSource, Closing, Delivery, Flow, RemoteListing, Written
from channelsync.claims import Kind
from channelsync.errors import ChannelUnavailableError, WireFormatError
from channelsync.nights import Nights, Stay
from channelsync.traits import EchoHabit, Horizon, Traits
from channelsync_booking import availability, bxml, looking, queues
from channelsync_booking.account import Account
from channelsync_booking.answers import OK, Fields, answer, object_of, refused
from channelsync_booking.credential import exchange

__all__ = ["API", "TRAITS", "BookingApi"]

TRAITS: Final = Traits(
    identified=frozenset({Kind.RESERVATION}),  # documented: the id stays with a reservation through its changes
    echo=EchoHabit.ECHOES,  # documented: nights that we close are read back as closed
    echo_kinds=frozenset({Kind.BLOCK}),  # a reservation is never ours
    empty_is_normal=False,  # cancellations are said aloud; a list that is empty without a word looks like a fault
    horizon=Horizon(18, frozenset({Kind.BLOCK})),  # inferred: nights for which nothing was loaded yet read as closed
    imports_every=timedelta(minutes=15),  # ours: a write that does not show by the next look is late
    pushed=True,
    reopens=False,  # unknown, and the owner may say otherwise: the account's field of that name
)
"""The habits of the API.

Whether Booking.com itself opens the nights of a cancelled reservation could not be read anywhere. Unless the owner says
that it does, it counts as one that does not, and channelsync opens them: with an API connected the extranet's calendar
is view-only (documented), so that no closing of the owner's is undone, and opening what is open does no harm.
"""

_STATUS: Final = "/connections-api/properties/{hotel}/status"
_LONGEST: Final = 60


@final
@frozen
class BookingApi:
    """The API route: each method is a flow over one account, and nothing is kept between two."""

    traits: Traits = Factory(lambda: TRAITS)

    def look(self, source: ApiSource, at: datetime) -> Flow[ApiLook]:
        """Look at one room; see `channelsync_booking.looking`."""
        return looking.look(source, at)

    def closed(self, access: Access, listing: str, window: Stay) -> Flow[Nights]:
        """Ask for the closed nights of the window, those of reservations included."""
        return looking.closed(access, listing, window)

    def push(self, access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
        """Close and open nights; see `channelsync_booking.availability`.

        Raises:
            ChangeRefusedError: all of it was refused.
        """
        return availability.push(access, listing, closing, opening)

    def waiting(self, access: Access) -> Flow[tuple[Delivery, ...]]:
        """Ask what waits; in B.XML that takes it away."""
        return queues.waiting(access)

    def acknowledge(self, access: Access, deliveries: tuple[Delivery, ...]) -> Flow[None]:
        """Acknowledge deliveries; what has changed meanwhile goes on waiting. Nothing is sent in B.XML."""
        return queues.acknowledge(access, deliveries)

    def refresh(self, access: Access) -> Flow[Access]:
        """Ask for a new token, good for an hour; at most thirty are given in one.

        Raises:
            CredentialRejectedError: the machine account's id or secret is no longer good.
        """
        return exchange(access)

    def listings(self, access: Access) -> Flow[tuple[RemoteListing, ...]]:
        """Ask for the rooms of the property."""
        account = Account.of(access)
        request = account.post(bxml.ROOMS, bxml.asking(account.hotel))
        return (yield from answer(request, "the list of rooms", bxml.listings))

    def status(self, access: Access) -> Flow[str]:
        """Ask how the connection with the property stands: ``connected``, or what else Booking.com calls it.

        Raises:
            CredentialRejectedError: the token is no longer good.
            ListingGoneError: we may not ask.
            WireFormatError: the answer does not say.
        """
        account = Account.of(access)
        request = account.get(_STATUS.format(hotel=account.hotel))
        request.headers["Accept"] = "application/json"
        what = "the state of the connection"
        response = yield request
        if response.status_code != OK:
            raise refused(request, response, what)
        return _state(object_of(response, what), what)


def _state(told: Fields, what: str) -> str:
    if told.get("errors"):
        msg = f"{what}: Booking.com answered with an error"
        raise ChannelUnavailableError(msg)
    data = told.get("data")
    state = cast("Fields", data).get("status") if isinstance(data, dict) else None
    if not isinstance(state, str) or not state.isprintable():
        msg = f"{what}: the answer does not say it"
        raise WireFormatError(msg)
    return state[:_LONGEST]


API: Final = BookingApi()
"""The API route."""
