"""A simulated Airbnb account with the partner API: one host, several listings, one connected software at most.

Requests go through `Account.handle` by their path, whatever the host, so that one loopback server can carry airbnb.com
and its API. Guests book by `Account.book`, which asks the connected software as Airbnb does: first whether the nights
can be sold, then whether the paid reservation may be made; what has happened is told in a notification. The host's own
calendar on airbnb.com is each listing's `Platform` (``close``, ``open``); nothing is notified of that.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Final, final

import httpx
from attrs import define, evolve, field

from channelsync.errors import UsageError
from channelsync.nights import Stay
from channelsync.testing import Platform, Refusal, Reservation
from channelsync.testing.partner import ApiFault
from channelsync_airbnb.sandbox.answers import Ask, DeclinedError, broken, declined
from channelsync_airbnb.sandbox.api import answered, routed
from channelsync_airbnb.sandbox.calls import NOBODY, Callback, agreed
from channelsync_airbnb.sandbox.consent import CONSENT, consent
from channelsync_airbnb.sandbox.faults import INSTEAD, READS, SPOILED, WRITES, instead, spoiled
from channelsync_airbnb.sandbox.host import Host
from channelsync_airbnb.sandbox.limits import Limits
from channelsync_airbnb.sandbox.lodging import Lodging
from channelsync_airbnb.sandbox.tokens import AUTHORIZATIONS
from channelsync_airbnb.sandbox.trips import PENDING, Trip
from channelsync_airbnb.sandbox.ways import VERSIONS, Ways

__all__ = ["Account"]

_ADDRESS: Final = "https://api.airbnb.com/v2/"
_CONSENT_ADDRESS: Final = "https://www.airbnb.com/oauth2/auth"
_PROBED: Final = "HMPROBE000"

Asking = Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]


@final
@define(repr=False, eq=False)
class Account:
    """One host's account."""

    host: Host
    callback: Callback
    _limits: Limits = field(init=False, factory=Limits)

    def __repr__(self) -> str:
        """Return the listings: no token, no address."""
        return f"Account({', '.join(self.host.lodgings)})"

    @property
    def ways(self) -> Ways:
        """How it behaves where the facts are open; may be set."""
        return self.host.ways

    @ways.setter
    def ways(self, ways: Ways) -> None:
        self.host.ways = ways

    @property
    def fields(self) -> Mapping[str, str]:
        """What an owner fills in, and what the exchange of the code has given, once it has."""
        tokens = self.host.tokens
        granted = {"refresh_token": tokens.refresh, "user_id": str(tokens.user_id)} if tokens.refresh else {}
        return {
            "client_id": tokens.client_id,
            "client_secret": tokens.client_secret,
            "address": _ADDRESS,
            "consent_address": _CONSENT_ADDRESS,
            "call_secret": self.callback.secret,
            **granted,
        }

    @property
    def lodgings(self) -> Mapping[str, Platform]:
        """The lodgings, by the listing's id."""
        return {listing: lodging.platform for listing, lodging in self.host.lodgings.items()}

    # -- requests ------------------------------------------------------------------------------------------------------

    def knows(self, url: httpx.URL) -> bool:
        """Whether an address is one of this API's, or its consent page."""
        return url.path == CONSENT or url.path.startswith("/v2/")

    def handle(self, request: httpx.Request, now: datetime) -> httpx.Response:
        """Answer a request."""
        self.host.settle(now)
        if request.url.path == CONSENT:
            return consent(self.host.tokens, self.ways.obstacle, request, now)
        if self._limits.above(request.url.path, now):
            return declined(DeclinedError(self.ways.throttled_as, "Too many requests.", "rate_limit_exceeded"), "")
        if request.url.path.startswith(AUTHORIZATIONS):
            if self.host.faults.takes(ApiFault.TOKENS):
                return broken()
            return self.host.tokens.handle(request, now, nested_check=self.ways.nested_check)
        return self._served(request, now)

    def _served(self, request: httpx.Request, now: datetime) -> httpx.Response:
        """Answer a request to the API itself."""
        version = request.headers.get("X-Airbnb-Req-Api-Version", "")
        fault = self._fault(request)
        if (answer := instead(fault)) is not None:
            return answer
        try:
            self._admit(request, version, now)
            route, path = routed(request)
            body = answered(route, self.host, Ask(request, version, now, fault), path)
        except DeclinedError as error:
            return declined(error, version)
        except UsageError as error:
            return declined(DeclinedError(400, str(error)), version)
        self.host.settle(now)
        return spoiled(httpx.Response(200, json=body), fault)

    def _fault(self, request: httpx.Request) -> ApiFault | None:
        """Return the fault that spoils a request."""
        if request.method == "GET":
            return self.host.faults.takes(*INSTEAD, *SPOILED, *READS)
        partly = (ApiFault.PARTLY,) if "/calendar" in request.url.path else ()
        return self.host.faults.takes(*INSTEAD, *SPOILED, *WRITES, *partly)

    def _admit(self, request: httpx.Request, version: str, now: datetime) -> None:
        """Refuse who has no right, and a version that was never released."""
        tokens, headers = self.host.tokens, request.headers
        if headers.get("X-Airbnb-Api-Key") != tokens.client_id:
            raise DeclinedError(401, "The client is not known.", "invalid_client")
        if not tokens.holds(headers.get("X-Airbnb-Oauth-Token", ""), now):
            raise DeclinedError(401, "The token has expired or was revoked.", "authentication_required")
        if version and version not in VERSIONS:
            raise DeclinedError(400, "There is no such version.", "unsupported_version")

    # -- guests --------------------------------------------------------------------------------------------------------

    def book(self, listing: str, stay: Stay, now: datetime, *, force: bool = False) -> Asking:
        """Let a guest book; see `Partner.book`."""
        self.host.settle(now)
        lodging = self._lodging(listing)
        if force or not lodging.free(stay, now):  # where it is not free, the platform says why
            return self._settled(lodging.platform.book(stay, now, force=force), now)
        code = lodging.platform.form.code(self.host.tokens.rng)
        if self._asks(lodging):
            if not (yield from self._agreed(self.callback.check(listing, stay), "available")):
                return Refusal(stay, ("the connected software says that it is not available",))
            if not (yield from self._agreed(self.callback.make(code, listing, stay), "succeed")):
                return Refusal(stay, ("the connected software vetoes the reservation",))
        if not lodging.free(stay, now):
            return self._settled(lodging.platform.book(stay, now), now)
        return self._settled(lodging.take(stay, now, code), now)

    def change(self, listing: str, reservation_id: str, stay: Stay, now: datetime, *, force: bool = False) -> Asking:
        """Let a guest change the dates; see `Partner.change`."""
        self.host.settle(now)
        lodging = self._lodging(listing)
        trip = self.host.trips.standing(listing, reservation_id)
        if trip and not force and self._asks(lodging):
            asked = self.callback.change(trip.code, listing, stay)
            if not (yield from self._agreed(asked, "succeed")):
                return Refusal(stay, ("the connected software vetoes the change",))
        return self._settled(lodging.platform.change(reservation_id, stay, now, force=force), now)

    def cancel(self, listing: str, reservation_id: str, now: datetime, *, by: str = "guest") -> Reservation:
        """Let a guest, the ``host`` on airbnb.com or an ``admin`` cancel.

        Raises:
            UsageError: no such reservation stands.
        """
        self.host.settle(now)
        gone = self._lodging(listing).platform.cancel(reservation_id, now)
        self.host.settle(now, by=by)
        return gone

    def request(self, listing: str, stay: Stay, now: datetime) -> Trip:
        """Let a guest ask for a stay that the host has to accept; nothing is sold yet."""
        self.host.settle(now)
        rng = self.host.tokens.rng
        code = self._lodging(listing).platform.form.code(rng)
        trip = Trip(code, listing, PENDING, stay, "Camille", now, now)
        self.host.trips.put(trip)
        self.host.told("reservation_requested", trip, now)
        return trip

    def ask(
        self, listing: str, stay: Stay, now: datetime
    ) -> Generator[httpx.Request, httpx.Response | None, Trip | Refusal]:
        """Let a guest ask for a stay as `request` does; by a switch it is asked first whether it can be sold."""
        asks = self.ways.requests_asked and self._asks(self._lodging(listing))
        if asks and not (yield from self._agreed(self.callback.check(listing, stay), "available")):
            return Refusal(stay, ("the connected software says that it is not available",))
        return self.request(listing, stay, now)

    def accept(self, code: str, now: datetime) -> Asking:
        """Let the host accept a request on airbnb.com; by a switch it is asked first whether it may be made.

        Raises:
            UsageError: no such request waits.
        """
        self.host.settle(now)
        trip = self._waiting(code)
        lodging = self._lodging(trip.listing)
        asks = self.ways.requests_asked and self._asks(lodging)
        if asks and not (yield from self._agreed(self.callback.make(code, trip.listing, trip.stay), "succeed")):
            return Refusal(trip.stay, ("the connected software vetoes the reservation",))
        return self._settled(lodging.take(trip.stay, now, code), now)

    def withdraw(self, code: str, now: datetime) -> None:
        """Let a guest take a request back.

        Raises:
            UsageError: no such request waits.
        """
        self.host.settle(now)
        gone = self._waiting(code).at(now, status="cancelled_by_guest")
        self.host.trips.put(gone)
        self.host.told("reservation_request_voided", gone, now)

    def propose(self, listing: str, reservation_id: str, stay: Stay, now: datetime, *, by: str = "guest") -> int:
        """Let somebody ask for other dates, and return the alteration's number: it waits for the other side.

        Raises:
            UsageError: no such reservation stands.
        """
        self.host.settle(now)
        trip = self.host.trips.standing(listing, reservation_id)
        if trip is None:
            msg = f"no reservation {reservation_id!r} stands"
            raise UsageError(msg)
        return self.host.alterations.ask(trip, stay, by, now).number

    # -- the host on airbnb.com ----------------------------------------------------------------------------------------

    def link(self, listing: str, category: str | None, now: datetime) -> None:
        """Let the host set who keeps a listing: ``sync_all``, or None for the host alone."""
        self.host.settle(now)
        self.host.link(self._lodging(listing), category, now)

    def unlink(self, listing: str, now: datetime) -> None:
        """Let the host take a listing away from the software."""
        self.host.settle(now)
        self.host.unlink(self._lodging(listing), now)

    def renumber(self, listing: str, new: str, now: datetime) -> None:
        """Give a listing another id, as when a draft is merged into it (seen in code)."""
        self.host.settle(now)
        self.host.renumber(self._lodging(listing), new, now)

    def disconnect(self, now: datetime) -> None:
        """Let the host take the access back: every token is void, and the software is told."""
        self.host.settle(now)
        self.host.disconnect(now)

    # -- calls to the software -----------------------------------------------------------------------------------------

    def notify(self, action: str, now: datetime, **said: object) -> None:
        """Send a notification of any kind, such as ``test_notification`` or ``payout_notification``."""
        self.host.notify({"action": action, **said}, now)

    def probe(self, now: datetime) -> Generator[httpx.Request, httpx.Response | None, bool]:
        """Try whether the software answers, with a listing that is nobody's; returns whether both succeeded."""
        stay = Stay(now.date(), now.date() + timedelta(days=1))
        made = yield from self._agreed(self.callback.make(_PROBED, NOBODY, stay), "succeed")
        changed = yield from self._agreed(self.callback.change(_PROBED, NOBODY, stay), "succeed")
        return made and changed

    def call_at(self, url: str) -> None:
        """Let the connected software be asked and called under this address from now on."""
        self.callback = evolve(self.callback, url=url.rstrip("/"))

    def calls(self, now: datetime) -> tuple[httpx.Request, ...]:
        """Return the notifications it sends now, each once."""
        self.host.settle(now)
        return tuple(self.callback.notification(body) for body in self.host.calls.due(now))

    def next_call(self, now: datetime) -> datetime | None:
        """Return when it next sends one, or has something of its own to do; None where nothing waits."""
        self.host.settle(now)
        coming = [at for lodging in self.host.lodgings.values() for at, _, _ in lodging.coming]
        sent = self.host.calls.next()
        return min([*coming, sent] if sent else coming, default=None)

    # -- faults --------------------------------------------------------------------------------------------------------

    def fail(self, fault: ApiFault, now: datetime, *, times: int | None = 1) -> None:
        """Switch a fault on; what is stale is what reads show now. The token's address has a fault of its own."""
        self.host.settle(now)
        if fault is ApiFault.STALE:
            self.host.stale = self.host.copy(now)
        self.host.faults.left[fault] = times

    def heal(self, fault: ApiFault | None = None) -> None:
        """Switch a fault off, or all of them."""
        for each in [fault] if fault else list(self.host.faults.left):
            self.host.faults.left.pop(each, None)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _waiting(self, code: str) -> Trip:
        """Return a request that waits for its answer."""
        trip = self.host.trips.by_code.get(code)
        if trip is None or trip.status != PENDING:
            msg = f"no request {code!r} waits"
            raise UsageError(msg)
        return trip

    def _lodging(self, listing: str) -> Lodging:
        """Return a lodging of the account."""
        try:
            return self.host.lodgings[listing]
        except KeyError:
            msg = f"the account has no listing {listing!r}"
            raise UsageError(msg) from None

    def _asks(self, lodging: Lodging) -> bool:
        """Whether a software is asked about a listing."""
        return lodging.linked and self.host.connected

    def _agreed(self, request: httpx.Request, member: str) -> Generator[httpx.Request, httpx.Response | None, bool]:
        """Ask a question, and return whether the answer agrees."""
        answer = yield request
        return agreed(answer, member, silence_is_yes=self.ways.silence_is_yes)

    def _settled(self, outcome: Reservation | Refusal, now: datetime) -> Reservation | Refusal:
        """Take in what a guest has done."""
        self.host.settle(now)
        return outcome
