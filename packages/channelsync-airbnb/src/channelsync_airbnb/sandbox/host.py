"""One host's account behind the API: its lodgings, reservations, tokens and calls, and the host's own hand on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, final

from attrs import define, evolve, field, frozen

from channelsync.nights import NO_NIGHTS
from channelsync.testing.partner import ApiFault
from channelsync_airbnb.sandbox.alterations import Alterations
from channelsync_airbnb.sandbox.answers import Json
from channelsync_airbnb.sandbox.calls import Calls
from channelsync_airbnb.sandbox.faults import Faults
from channelsync_airbnb.sandbox.lodging import Lodging, Shown
from channelsync_airbnb.sandbox.reservations import told
from channelsync_airbnb.sandbox.tokens import Tokens
from channelsync_airbnb.sandbox.trips import Trip, Trips
from channelsync_airbnb.sandbox.ways import VERSIONS, Ways

__all__ = ["Copy", "Host"]

_CONFIRMED: Final = "reservation_acceptance_confirmation"


@final
@frozen
class Copy:
    """What reads show: the reservations, and each listing's calendar."""

    trips: tuple[Trip, ...]
    calendars: Mapping[str, Shown]


@final
@define
class Host:
    """The state of the account; `settle` brings it up to a moment."""

    tokens: Tokens
    ways: Ways
    lodgings: dict[str, Lodging]
    faults: Faults = field(factory=Faults)
    calls: Calls = field(init=False)
    trips: Trips = field(factory=Trips)
    alterations: Alterations = field(factory=Alterations)
    stale: Copy | None = None
    """What reads show while that fault is on."""

    def __attrs_post_init__(self) -> None:
        """Let calls fail with the rest."""
        self.calls = Calls(self.faults)

    @property
    def user_id(self) -> int:
        """The host's number."""
        return self.tokens.user_id

    @property
    def connected(self) -> bool:
        """Whether a software has access."""
        return bool(self.tokens.refresh)

    def settle(self, now: datetime, *, by: str = "guest") -> None:
        """Let what was written come into force, and find out what guests have done; ``by`` is who cancelled."""
        for lodging in self.lodgings.values():
            lodging.settle(now)
            for action, trip in self.trips.settle(lodging, now, by=by):
                self.told(action, trip, now)
        self.alterations.settle(self.trips, now)

    def told(self, action: str, trip: Trip, now: datetime) -> None:
        """Notify of a reservation, where a software keeps the listing."""
        lodging = self.lodgings[trip.listing]
        body: Json = {"action": action, "reservation": told(trip, lodging, self.user_id, VERSIONS[-1])}
        if action == _CONFIRMED and self.ways.message_instead:
            body = self.calls.message(trip)
        if action == "reservation_cancellation_confirmation":
            body["message_to_host"] = ""
        if lodging.linked:
            self.notify(body, now)

    def notify(self, body: Json, now: datetime) -> None:
        """Notify a software that has access."""
        if self.connected:
            self.calls.tell(body, now + self.ways.told_after)

    def unlink(self, lodging: Lodging, now: datetime) -> None:
        """Take a listing away from the software, and notify of it."""
        lodging.category = None
        body: Json = {"host_id": self.user_id, "listing_ids": [int(lodging.listing)]}
        self.notify({"action": "listings_unlinked", **body}, now)

    def disconnect(self, now: datetime) -> None:
        """Notify that the access is gone, and take it back."""
        body: Json = {"host_id": self.user_id, "listing_ids": [int(listing) for listing in self.lodgings]}
        self.notify({"action": "authorization_revoked", **body}, now)
        self.tokens.revoke()
        for lodging in self.lodgings.values():
            lodging.category = None

    def renumber(self, lodging: Lodging, new: str, now: datetime) -> None:
        """Give a listing another id, with all it has, and notify of it."""
        old = lodging.listing
        lodging.listing = new
        self.lodgings = {each.listing: each for each in self.lodgings.values()}
        self.trips.renumber(old, new)
        self.alterations.renumber(old, new)
        mapping = {"listing_id": int(old), "updated_listing_id": int(new)}
        self.notify({"action": "listings_mapped", "mappings": [mapping]}, now)

    def link(self, lodging: Lodging, category: str | None, now: datetime) -> None:
        """Set who keeps a listing, and notify of it."""
        if lodging.category == category:
            return
        lodging.category = category
        update = {"listing_id": int(lodging.listing), "synchronization_category": category}
        action = "listing_synchronization_settings_updated"
        self.notify({"action": action, "host_id": self.user_id, "updates": [update]}, now)

    def shown(self, lodging: Lodging, now: datetime, fault: ApiFault | None) -> Shown:
        """Return a listing's calendar as a read shows it."""
        if fault is ApiFault.STALE and self.stale and lodging.listing in self.stale.calendars:
            return self.stale.calendars[lodging.listing]
        found = lodging.shown(now, rules=self.ways.shows_rules)
        asked = self.trips.asked_for(lodging.listing) if self.ways.requests_take else NO_NIGHTS
        return evolve(found, closed=found.closed | asked, overriding=found.overriding - asked)

    def known(self, fault: ApiFault | None) -> tuple[Trip, ...]:
        """Return the reservations as a read shows them."""
        if fault is ApiFault.STALE and self.stale:
            return self.stale.trips
        return tuple(self.trips.by_code.values())

    def copy(self, now: datetime) -> Copy:
        """Return what reads show now."""
        calendars = {listing: self.shown(lodging, now, None) for listing, lodging in self.lodgings.items()}
        return Copy(self.known(None), calendars)
