"""One Protocol per capability: what a route must have to be able to do it.

A *route* is one way of speaking with a platform: its iCal feed, or its API. A plugin's routes are plain objects; which
capabilities they have is a matter of the methods they have (`implemented`), and must equal what the plugin declares.

The feed's two Protocols (`PullsClaims`, `PublishesFeed`) are what the three platforms implement today. Those of an
API take an `Access` and return a flow each; they say what the engine will ask for and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Protocol, TypeVar, runtime_checkable

from channelsync.adapter.capability import Capability
from channelsync.adapter.flow import Flow
from channelsync.adapter.messages import Access, Hint, RemoteListing, Written
from channelsync.nights import Nights, Stay

__all__ = [
    "PROTOCOLS",
    "AcknowledgesReservations",
    "ListsListings",
    "PublishesFeed",
    "PullsClaims",
    "PushesAvailability",
    "ReadsAvailability",
    "ReceivesWebhooks",
    "RefreshesCredential",
    "implemented",
]

SourceT_contra = TypeVar("SourceT_contra", contravariant=True)
LookT_co = TypeVar("LookT_co", covariant=True)


@runtime_checkable
class PullsClaims(Protocol[SourceT_contra, LookT_co]):
    """Shows what takes nights: one look, one observation.

    The feed's is ``PullsClaims[FeedSource, FeedLook]``.
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

    def push(self, access: Access, listing: str, closing: Nights, opening: Nights) -> Flow[Written]:
        """Close and open nights; nights in neither set are left as they are.

        Raises:
            ChangeRefusedError: the platform refused.
        """
        ...


@runtime_checkable
class ReadsAvailability(Protocol):
    """Shows which nights are closed to travellers."""

    def closed(self, access: Access, listing: str, window: Stay) -> Flow[Nights]:
        """Ask for the closed nights of the window."""
        ...


@runtime_checkable
class ReceivesWebhooks(Protocol):
    """Calls us; its word is never taken, it only makes us look."""

    def hints(self, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
        """Return what a delivery is about.

        Raises:
            WireFormatError: it cannot be read.
        """
        ...


@runtime_checkable
class AcknowledgesReservations(Protocol):
    """Wants to hear that a reservation was received."""

    def acknowledge(self, access: Access, codes: tuple[str, ...]) -> Flow[None]:
        """Acknowledge reservations by their codes, once they are in the ledger."""
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
    }
)
"""What each capability means in methods."""


def implemented(routes: Iterable[object]) -> frozenset[Capability]:
    """Return the capabilities that at least one of the routes has the methods for."""
    held = tuple(routes)
    return frozenset(
        capability for capability, protocol in PROTOCOLS.items() if any(isinstance(route, protocol) for route in held)
    )
