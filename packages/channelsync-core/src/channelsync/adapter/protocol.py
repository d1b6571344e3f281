"""One Protocol per capability: what a route must have to be able to do it.

A *route* is one way of speaking with a platform: its iCal feed, or its API. A plugin's routes are plain objects; which
capabilities they have is a matter of the methods they have (`implemented`), and must equal what the plugin declares.

The feed's two Protocols are `PullsClaims` and `PublishesFeed`. An API's look is a `PullsClaims` as well; its other
Protocols take an `Access` and return a flow each. They say what the engine will ask for and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Protocol, TypeVar, runtime_checkable

from channelsync.adapter.capability import Capability
from channelsync.adapter.flow import Flow
from channelsync.adapter.messages import (
    Access,
    Closing,
    Delivery,
    Hint,
    Question,
    RemoteListing,
    Reply,
    Secret,
    SecretUrl,
    Written,
)
from channelsync.nights import Nights, Stay

__all__ = [
    "PROTOCOLS",
    "AcknowledgesReservations",
    "AsksQuestions",
    "GrantsAccess",
    "ListsListings",
    "PublishesFeed",
    "PullsClaims",
    "PushesAvailability",
    "ReadsAvailability",
    "ReceivesWebhooks",
    "RefreshesCredential",
    "TakesOverListings",
    "implemented",
]

SourceT_contra = TypeVar("SourceT_contra", contravariant=True)
LookT_co = TypeVar("LookT_co", covariant=True)


@runtime_checkable
class PullsClaims(Protocol[SourceT_contra, LookT_co]):
    """Shows what takes nights: one look, one observation.

    The feed's is ``PullsClaims[FeedSource, FeedLook]``, an API's ``PullsClaims[ApiSource, ApiLook]``.
    """

    def look(self, source: SourceT_contra, at: datetime) -> Flow[LookT_co]:
        """Look at one listing.

        Args:
            source: where, and what the last look left behind.
            at: now.

        Raises:
            ChannelError: the platform gave no answer that could be read as a calendar, good or bad.
        """
        ...


@runtime_checkable
class PublishesFeed(Protocol):
    """Reads a calendar that we publish, whose link the owner has pasted there."""

    @property
    def imports_every(self) -> timedelta:
        """How often the platform is expected to read it, until each listing's own rhythm is learned."""
        ...


@runtime_checkable
class ListsListings(Protocol):
    """Tells which listings an account has."""

    def listings(self, access: Access) -> Flow[tuple[RemoteListing, ...]]:
        """Ask for all of them, page by page."""
        ...


@runtime_checkable
class PushesAvailability(Protocol):
    """Takes nights closed and opened by us."""

    def push(self, access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
        """Close and open nights; nights in neither are left as they are. Sending the same twice does no harm.

        Raises:
            ChangeRefusedError: the platform refused all of it.
        """
        ...


@runtime_checkable
class ReadsAvailability(Protocol):
    """Shows which nights are closed to travellers."""

    def closed(self, access: Access, listing: str, window: Stay) -> Flow[Nights]:
        """Ask for the closed nights of the window, those of its own reservations included."""
        ...


@runtime_checkable
class ReceivesWebhooks(Protocol):
    """Calls us; its word is never taken, it only makes us look.

    A route may have a ``receipt`` (`Reply`) as well: what its platform wants to hear once a delivery is kept.
    """

    def hints(self, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
        """Return what a delivery is about.

        Raises:
            WireFormatError: it cannot be read.
        """
        ...


@runtime_checkable
class AsksQuestions(Protocol):
    """Asks us whether nights are free, and waits for the answer: the ledger's, in milliseconds."""

    def question(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> Question | None:
        """Return what is asked, None where the request is no question; ``path`` is what follows our address.

        Raises:
            WireFormatError: it cannot be read.
        """
        ...

    def reply(self, question: Question, *, free: bool) -> Reply:
        """Return the answer as the platform wants it written."""
        ...


@runtime_checkable
class AcknowledgesReservations(Protocol):
    """Keeps each reservation in a queue until it is acknowledged; both are done for all listings of the account."""

    def waiting(self, access: Access) -> Flow[tuple[Delivery, ...]]:
        """Ask what waits; asking again returns it again."""
        ...

    def acknowledge(self, access: Access, deliveries: tuple[Delivery, ...]) -> Flow[None]:
        """Acknowledge deliveries, once what they say is in the ledger; what has changed meanwhile goes on waiting."""
        ...


@runtime_checkable
class RefreshesCredential(Protocol):
    """Renews its token."""

    def refresh(self, access: Access) -> Flow[Access]:
        """Ask for a new token.

        Raises:
            CredentialRejectedError: only the owner can give access again.
        """
        ...


@runtime_checkable
class GrantsAccess(Protocol):
    """Asks the owner on its own page whether we may speak for them (OAuth 2 with a code)."""

    def consent_page(self, fields: Mapping[str, Secret], redirect: str, state: str) -> SecretUrl:
        """Return the page to which the owner is sent; ``state`` comes back with the answer."""
        ...

    def exchange(self, access: Access, code: str, redirect: str) -> Flow[Access]:
        """Exchange the code that came back for a token.

        Raises:
            CredentialRejectedError: it is not, or no longer, good.
        """
        ...

    def revoke(self, access: Access) -> Flow[None]:
        """Give the access back."""
        ...


@runtime_checkable
class TakesOverListings(Protocol):
    """Has to be told which listings we keep."""

    def take_over(self, access: Access, listing: str) -> Flow[None]:
        """Tell that we keep a listing from now on; telling it again does no harm."""
        ...

    def let_go(self, access: Access, listing: str) -> Flow[None]:
        """Tell that we no longer do; its nights are left as they are."""
        ...


PROTOCOLS: Final[Mapping[Capability, type]] = MappingProxyType(
    {
        Capability.LISTS_LISTINGS: ListsListings,
        Capability.PULLS_CLAIMS: PullsClaims,
        Capability.PUSHES_AVAILABILITY: PushesAvailability,
        Capability.READS_AVAILABILITY: ReadsAvailability,
        Capability.PUBLISHES_FEED: PublishesFeed,
        Capability.RECEIVES_WEBHOOKS: ReceivesWebhooks,
        Capability.ACKNOWLEDGES_RESERVATIONS: AcknowledgesReservations,
        Capability.REFRESHES_CREDENTIAL: RefreshesCredential,
        Capability.GRANTS_ACCESS: GrantsAccess,
        Capability.TAKES_OVER_LISTINGS: TakesOverListings,
        Capability.ASKS_QUESTIONS: AsksQuestions,
    }
)
"""What each capability means in methods."""


def implemented(routes: Iterable[object]) -> frozenset[Capability]:
    """Return the capabilities that at least one of the routes has the methods for."""
    held = tuple(routes)
    return frozenset(
        capability for capability, protocol in PROTOCOLS.items() if any(isinstance(route, protocol) for route in held)
    )
