"""Speaking with a platform's API: by which account, with which token, and what serves while the API does not answer.

Each call takes the account's access, renewed first where it is over. Where the platform refuses it all the same, it is
renewed and the call made once more; a second refusal counts against the route's health, as any refusal does, and so
does every one in the hour after that, in which no token is renewed for being refused. Only where no token is given any
more is the account's access over. A look that the API does not give is taken from the
listing's calendar, where it has one: the route is in trouble and its health says so, but no guest is overlooked, and
the next look asks the API first again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TypeVar, cast, final

from attrs import frozen

from channelsync.adapter import Access, ApiLook, ApiSource, Capability, Flow
from channelsync.adapter.plugin import API, ROUTE
from channelsync.adapter.protocol import PullsClaims, implemented
from channelsync.cadence import HealthEvent
from channelsync.engine.api import stood_in
from channelsync.engine.step import Answer, by_code, refused
from channelsync.errors import ChannelSyncError, ChannelUnavailableError, CredentialRejectedError, UsageError
from channelsync.ids import AccountId, ChannelName, ListingId
from channelsync.inventory import Unit
from channelsync.ledger import Link
from channelsync.manager.accounts import Accounts
from channelsync.manager.credentials import Credentials
from channelsync.manager.reading import Errand, Reader
from channelsync.observation import window

__all__ = ["ApiErrand", "Calling"]

T = TypeVar("T")


@final
@frozen
class ApiErrand:
    """One listing to be read by its platform's API, and its calendar where that may serve instead."""

    listing: ListingId
    look: Callable[[datetime], ApiLook]
    feed: Errand | None = None

    def answered(self, reader: Reader, at: datetime) -> Answer:
        """Ask the API, and where it gives no look, the calendar."""
        try:
            seen = self.look(at).observation
        except ChannelSyncError as error:
            return self._instead(reader, refused(self.listing, error, at), at)
        if seen.usable:
            return Answer(self.listing, by_code(seen), HealthEvent.LOOK_OK)
        return self._instead(reader, Answer(self.listing, seen, HealthEvent.LOOK_FAILED), at)

    def _instead(self, reader: Reader, failed: Answer, at: datetime) -> Answer:
        """Return what the calendar shows; the API's failure counts, and is told, all the same."""
        if self.feed is None:
            return failed
        return stood_in(failed, self.feed.answered(reader, at), self.feed.route.traits)


class Calling(Accounts):
    """Calls on behalf of accounts."""

    @cached_property
    def credentials(self) -> Credentials:
        """What renews the accesses."""
        return Credentials(self, self._reader, self._now)

    def call(self, account: AccountId, ask: Callable[[Access], Flow[T]]) -> T:
        """Run a flow with an account's access.

        Raises:
            CredentialRejectedError: only the owner can give access again.
            ChannelSyncError: as the flow says.
            VaultError: the access cannot be opened.
        """
        held = self.credentials.usable(account)
        try:
            return self._run(ask(held.access))
        except CredentialRejectedError:
            if not self.credentials.refused(held):
                raise
        self.credentials.refresh(account)
        again = self.credentials.usable(account)
        if again.state.generation == held.state.generation:
            msg = f"{held.plugin.title} refuses the token, and no other could be had just now"
            raise ChannelUnavailableError(msg)
        return self._run(ask(again.access))

    def _run(self, flow: Flow[T]) -> T:
        """Run a flow; whatever a plugin raises is an error of ours in the end."""
        try:
            return self._reader.run(flow)
        except ChannelSyncError:
            raise
        except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything, with anything in its text
            msg = f"a plugin broke off ({type(error).__name__})"
            raise ChannelUnavailableError(msg) from None

    def _api_errand(self, link: Link, unit: Unit, feed: Errand | None) -> ApiErrand:
        """Return how a listing is looked at by its API.

        Raises:
            UsageError: its plugin has no API any more, or the listing has no account.
        """
        if link.account is None:
            msg = f"{link.key} has no account any more"
            raise UsageError(msg, advice="Link the listing anew.")
        look = self._looking(link.account, link.channel, link.external_id, unit, link.options)
        return ApiErrand(link.id, look, feed if self._plugin(link.channel).both_routes else None)

    def _looking(
        self, account: AccountId, channel: ChannelName, listing: str, unit: Unit, options: Mapping[str, object]
    ) -> Callable[[datetime], ApiLook]:
        """Return what looks at a listing of an account, now or later."""
        plugin = self._plugin(channel)
        if Capability.PULLS_CLAIMS not in implemented([plugin.api]):
            msg = f"{plugin.title} cannot be read by an API"
            raise UsageError(msg, advice="Link the listing by its export link.")
        route = cast("PullsClaims[ApiSource, ApiLook]", plugin.api)
        habits = self._traits(channel, {**options, ROUTE: API})

        def look(at: datetime) -> ApiLook:
            nights = window(habits, unit.today(at))
            return self.call(account, lambda access: route.look(ApiSource(access, listing, unit.timezone, nights), at))

        return look
