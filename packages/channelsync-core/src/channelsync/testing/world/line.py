"""A listing's line to its platform's API: the platform's account at one end, our access to it at the other.

Flows are driven against the simulated account with no client between. The access is renewed before its end, when the
world says so, and once more where a call is refused all the same, as `channelsync.manager.calling` does. Durable is
what the ledger keeps: the access, its end, and whether only the owner can give it again.

For the short cuts (`channelsync.testing.world.watch`) a line shows what a platform shows: whether anything has changed
that a look by it would meet.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final, TypeVar, cast, final
from zoneinfo import ZoneInfo

from attrs import define, evolve, field

from channelsync.adapter import Access, ApiLook, ApiSource, ChannelPlugin, Flow, Secret
from channelsync.adapter.plugin import API, ROUTE
from channelsync.adapter.protocol import PullsClaims, RefreshesCredential
from channelsync.errors import ChannelSyncError, ChannelUnavailableError, CredentialRejectedError
from channelsync.ids import AccountId
from channelsync.testing.partner import ApiFault, Partner
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Habits
from channelsync.testing.world.script import Role
from channelsync.traits import Traits

__all__ = ["Line", "connected"]

T = TypeVar("T")

_FAR: Final = datetime.max.replace(tzinfo=UTC)
_SPENT: Final = 0.85
"""The share of a token's life after which it is renewed."""
_USUAL: Final = timedelta(hours=1)


@final
@define(eq=False)
class Line:
    """One listing's; ``listing`` is the platform's id of it, ``habits`` those of the API."""

    partner: Partner
    api: object
    listing: str
    traits: Traits
    access: Access
    calendar: bool
    """Whether its calendar may be read while the API does not answer."""
    until: datetime | None = None
    """When the token ends, by our clock; None where there is none yet."""
    renew_at: datetime | None = None
    failures: int = 0
    """How often the token could not be renewed since it last was."""
    rejected: bool = False
    """Whether only the owner can give access again."""
    faults: set[ApiFault] = field(factory=set[ApiFault])
    waiting: bool = False
    """Whether something may wait in the platform's queue."""
    touched: int = 0
    """How often something was done through the account that its platform's edits do not tell."""
    day: date | None = None
    """The date at the unit when it was last looked at: a look asks from then on."""
    noticed: int = -1
    """The ``edits`` when it was last seen to by the world (`channelsync.testing.world.accounts`)."""
    planned: dict[str, datetime] = field(factory=dict[str, datetime])
    """When the world next renews, asks the queue, or lets the platform call; by what."""

    # -- calls ---------------------------------------------------------------------------------------------------------

    def call(
        self, ask: Callable[[Access], Flow[T]], at: datetime, now: datetime, before: Callable[[], None] | None = None
    ) -> T:
        """Run a flow with the access, renewed where it has to be.

        Args:
            ask: makes the flow.
            at: now, by our clock.
            now: now, by the platform's.
            before: called before each request.

        Raises:
            CredentialRejectedError: only the owner can give access again.
            ChannelSyncError: as the flow says.
        """
        self._make_usable(at, now)
        token = self.access.token
        try:
            return self.run(ask(self.access), now, before)
        except CredentialRejectedError:
            self.renew(at, now)
        if self.access.token is token:
            msg = "the token is refused, and no other could be had just now"
            raise ChannelUnavailableError(msg)
        return self.run(ask(self.access), now, before)

    def run(self, flow: Flow[T], now: datetime, before: Callable[[], None] | None = None) -> T:
        """Run a flow against the simulated account."""
        try:
            request = next(flow)
            while True:
                if before is not None:
                    before()
                request = flow.send(self.partner.handle(request, now))
        except StopIteration as end:
            return cast("T", end.value)

    def look(self, source: Callable[[Access], ApiSource], at: datetime, now: datetime) -> ApiLook:
        """Look at the listing.

        Raises:
            ChannelSyncError: the platform gave no look.
        """
        route = cast("PullsClaims[ApiSource, ApiLook]", self.api)
        return self.call(lambda access: route.look(source(access), at), at, now)

    def renew(self, at: datetime, now: datetime) -> bool:
        """Renew the token; False where that could not be."""
        try:
            if self.rejected:
                return False
            new = self.run(cast("RefreshesCredential", self.api).refresh(self.access), now)
        except CredentialRejectedError:
            self.rejected = True
            return False
        except ChannelSyncError:
            self.failures += 1
            return False
        life = new.lifetime or _USUAL
        self.access, self.until, self.renew_at, self.failures = new, at + life, at + life * _SPENT, 0
        return True

    def grant(self) -> None:
        """Let the owner give access anew."""
        self.rejected, self.until, self.renew_at, self.failures = False, None, None, 0
        self.access = evolve(self.access, token=Secret(""))

    def _make_usable(self, at: datetime, now: datetime) -> None:
        """Renew an access that is over.

        Raises:
            CredentialRejectedError: only the owner can give it again.
            ChannelUnavailableError: it cannot be renewed just now.
        """
        if not self.rejected and (self.until is None or self.until <= at):
            self.renew(at, now)
        if self.rejected:
            msg = "the access is refused"
            raise CredentialRejectedError(msg)
        if self.until is None or self.until <= at:
            msg = "the access is being renewed"
            raise ChannelUnavailableError(msg)

    # -- what a look would meet ----------------------------------------------------------------------------------------

    @property
    def platform(self) -> Platform:
        """The lodging."""
        return self.partner.lodgings[self.listing]

    @property
    def edits(self) -> int:
        """How often anything has changed that a look may show."""
        return self.platform.edits + self.touched

    @property
    def habits(self) -> Habits:
        """No copies are given: the habits of a calendar that is always written anew."""
        return _FRESH

    @property
    def failing(self) -> bool:
        """Whether a look may meet a fault."""
        return self.rejected or not self.faults <= _HARMLESS

    def begins(self, fault: ApiFault) -> None:
        """Note that a fault begins."""
        self.faults.add(fault)
        self.touched += 1

    def ends(self, fault: ApiFault | None = None) -> None:
        """Note that a fault is over, or that all are."""
        if fault is None:
            self.faults.clear()
        else:
            self.faults.discard(fault)
        self.touched += 1

    def lasting(self, now: datetime) -> datetime:
        """Return until when a look shows the same while nobody acts."""
        if self.waiting:
            return now
        midnights = [
            datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone).astimezone(UTC)
            for zone in (UTC, ZoneInfo(self.platform.habits.zone))
        ]
        coming = [link.coming[0][0] for link in self.platform.links.by_name.values() if link.coming]
        return min(*midnights, *coming, self.partner.next_call(now) or _FAR)

    def renewed(self, now: datetime) -> datetime:
        """Return a time far away: an API gives no copies."""
        del now
        return _FAR

    def edition(self, now: datetime) -> tuple[int, date]:
        """Return what the lodging's own is, with what was done through the account."""
        edits, day = self.platform.edition(now)
        return edits + self.touched, day

    def version(self, now: datetime) -> tuple[object, ...]:
        """Return a value that equals no other: while something fails, no answer is known beforehand."""
        return (now, object())

    def page(self, now: datetime) -> None:
        """Return None: no answer is compared by what is written."""
        del now

    def stamped(self, now: datetime) -> datetime:
        """Return when an answer is made: at once."""
        return now


def connected(plugin: ChannelPlugin, role: Role, place: int, rng: Random) -> Line:
    """Return the line to a simulated account of one lodging, as its owner connects it."""
    factory = cast("Callable[..., Partner]", pkgutil.resolve_name(f"{plugin.sandbox.partition(':')[0]}:partner"))
    partner = factory(rng=rng, rooms=(f"8011855{place:02}",), **({"reopens": False} if role.leaves_closed else {}))
    given = dict(partner.fields) | ({"messages": "bxml"} if role.read_away else {})
    defaults = {one.name: one.default for one in plugin.account if one.default}
    fields = {name: Secret(value) for name, value in (defaults | given).items()}
    traits = plugin.habits({ROUTE: API} | ({"reopens": "yes"} if role.reopening_told else {}))
    access = Access(AccountId(f"account-{place}"), Secret(""), fields)
    return Line(partner, plugin.api, next(iter(partner.lodgings)), traits, access, plugin.both_routes)


_FRESH: Final = Habits()
_HARMLESS: Final = frozenset(
    {
        ApiFault.ANSWER_LOST,
        ApiFault.PARTLY,
        ApiFault.CALL_LOST,
        ApiFault.CALL_TWICE,
        ApiFault.CALL_LATE,
        ApiFault.CALLS_SWAPPED,
    }
)
"""The faults that no look meets."""
