"""One lodging met by an API: connected as an owner would connect it, read and written without a client.

The other lodgings of the account have guests and closed nights of their own: who mistakes one listing for another shows
them, or changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast, final

import httpx
from attrs import define, field

from channelsync.adapter import (
    Access,
    ApiLook,
    ApiSource,
    ChannelPlugin,
    Flow,
    PullsClaims,
    RefreshesCredential,
    Secret,
    TakesOverListings,
)
from channelsync.adapter.plugin import API, ROUTE
from channelsync.errors import ChannelSyncError
from channelsync.ids import AccountId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Observation, window
from channelsync.testing.conformance.candidate import START, booked, night
from channelsync.testing.conformance.driving import Spoil, Wire
from channelsync.testing.conformance.rule import BrokenRuleError
from channelsync.testing.partner import Partner
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Refusal, Reservation

__all__ = ["ApiScene", "connected"]

_ZONE: Final = "Europe/Paris"
_THEIRS: Final = Stay(night(16), night(19))
"""Nights that a guest has on each of the account's other lodgings."""
_SHUT: Final = Stay(night(51), night(54))
"""Nights that are closed there, as a connected software closes them."""
T = TypeVar("T")
Answering = Callable[[httpx.Request], httpx.Response | None]
"""Answers a question of the platform's; None where no answer comes."""


@final
@define(eq=False)
class ApiScene:
    """One lodging met by its platform's API.

    ``nights`` is how many a look asks for from today on; None for as many as the engine asks for.
    """

    plugin: ChannelPlugin
    api: Any
    partner: Partner
    access: Access
    listing: str
    now: datetime = START
    nights: int | None = None
    wire: Wire = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Stand between the flows and the simulator."""
        self.wire = Wire(self.answers)

    @property
    def route(self) -> str:
        """The route's name."""
        return "api"

    @property
    def platform(self) -> Platform:
        """The truth about the lodging, as it is now: what was accepted a moment ago may be in force only then."""
        self.partner.next_call(self.now)
        return self.partner.lodgings[self.listing]

    @property
    def others(self) -> Mapping[str, Nights]:
        """The nights that cannot be booked on the account's other lodgings, by their truth, each by its listing."""
        self.partner.next_call(self.now)
        others = {each: one for each, one in self.partner.lodgings.items() if each != self.listing}
        return {each: one.sold(self.now) | one.closed(self.now) for each, one in others.items()}

    def pass_time(self, wait: timedelta) -> None:
        """Let time pass; the token is renewed where it would be."""
        self.now += wait
        if isinstance(self.api, RefreshesCredential):
            self.access = self.wire.run(self.api.refresh(self.access))

    def book(self, first: int, nights: int) -> Reservation:
        """Let a guest book, whom we refuse nothing."""
        stay = Stay(night(first), night(first + nights))
        return booked(finished(self.partner.book(self.listing, stay, self.now, force=True)))

    def cancel(self, reservation: Reservation) -> None:
        """Let a guest cancel."""
        self.partner.cancel(self.listing, reservation.id, self.now)

    def change(self, reservation: Reservation, first: int, nights: int) -> None:
        """Let a guest change the dates."""
        stay = Stay(night(first), night(first + nights))
        booked(finished(self.partner.change(self.listing, reservation.id, stay, self.now, force=True)))

    def flow(self, *, timezone: str = _ZONE) -> Flow[Observation]:
        """Return the flow of one look, which ends in its observation."""
        api = cast("PullsClaims[ApiSource, ApiLook]", self.api)
        look = yield from api.look(ApiSource(self.access, self.listing, timezone, self.asked()), self.now)
        if not isinstance(cast("object", look), ApiLook):
            msg = f"a look returned a {type(look).__name__}, no ApiLook"
            raise BrokenRuleError(msg)
        return look.observation

    def look(self, *, spoil: Spoil | None = None, timezone: str = _ZONE) -> Observation:
        """Look once."""
        self.wire.spoil = spoil
        return self.wire.run(self.flow(timezone=timezone))

    def run(self, flow: Flow[T]) -> T:
        """Run any of the plugin's flows."""
        return self.wire.run(flow)

    def answers(self, request: httpx.Request) -> httpx.Response:
        """Answer a request as the platform does, now."""
        if not self.partner.knows(request.url):
            msg = f"it asks {request.method} {request.url.path}, which its simulator does not know"
            raise BrokenRuleError(msg)
        return self.partner.handle(request, self.now)

    def asked(self) -> Stay:
        """Return the nights that a look asks for: those that the engine would, from yesterday on."""
        today = self.platform.today(self.now)
        whole = window(self.plugin.habits({ROUTE: API}), today)
        return whole if self.nights is None else Stay(whole.arrival, today + timedelta(days=self.nights))

    def window(self) -> Stay:
        """Return the nights in which a look shows everything: from today on."""
        return Stay(self.platform.today(self.now), self.asked().departure)

    def taken(self) -> Nights:
        """Return the nights of the window that guests cannot book, by the simulator's own word."""
        return (self.platform.sold(self.now) | self.platform.closed(self.now)).within(self.window())


def finished(
    asking: Generator[httpx.Request, httpx.Response | None, Reservation | Refusal], answer: Answering | None = None
) -> Reservation | Refusal:
    """Return how a booking ends when each of the platform's questions is answered so; without one none is."""
    try:
        request = next(asking)
        while True:
            request = asking.send(answer(request) if answer else None)
    except StopIteration as done:
        outcome: Reservation | Refusal = done.value
        return outcome


def connected(
    plugin: ChannelPlugin, api: object, partner: Partner, fields: Mapping[str, str], *, linked: bool, lodging: int = 0
) -> ApiScene:
    """Return a lodging of a simulated account, connected with what its owner fills in.

    Args:
        plugin: the plugin.
        api: its route.
        partner: the simulated account.
        fields: what is filled in otherwise than the simulator says.
        linked: whether the listing is taken over where the platform wants to be told that.
        lodging: which of the account's lodgings, counted from 0; the last is -1.

    Raises:
        BrokenRuleError: the account has no lodging, or the plugin cannot connect to it.
    """
    if not partner.lodgings:
        msg = "its simulated account has no lodgings"
        raise BrokenRuleError(msg)
    filled = _fields(plugin, {**partner.fields, **fields})
    access = Access(AccountId("account"), filled.get("token", Secret("")), filled)
    scene = ApiScene(plugin, api, partner, access, list(partner.lodgings)[lodging])
    _inhabit(scene)
    if isinstance(api, RefreshesCredential):
        try:
            scene.access = scene.run(api.refresh(access))
        except ChannelSyncError as error:
            msg = f"it cannot connect to its own simulator: {type(error).__name__}: {error}"
            raise BrokenRuleError(msg) from error
    if linked and isinstance(api, TakesOverListings):
        scene.run(api.take_over(scene.access, scene.listing))
    return scene


def _inhabit(scene: ApiScene) -> None:
    """Give each of the account's other lodgings a guest and closed nights."""
    for listing in scene.others:
        booked(finished(scene.partner.book(listing, _THEIRS, scene.now, force=True)))
        scene.partner.lodgings[listing].write(Nights.of(_SHUT), NO_NIGHTS, scene.now)


def _fields(plugin: ChannelPlugin, given: Mapping[str, str]) -> dict[str, Secret]:
    """Return the account's fields as they are kept: what the owner fills in, defaults for the rest."""
    defaults = {one.name: one.default for one in plugin.account if one.default}
    return {name: Secret(value) for name, value in (defaults | dict(given)).items()}
