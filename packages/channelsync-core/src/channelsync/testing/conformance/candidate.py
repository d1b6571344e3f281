"""The plugin under test, and the simulators that play its platform.

A `Candidate` makes a fresh scene for each rule, always the same one: what is found once is found again. A scene is one
lodging met by one route (`FeedScene`, `channelsync.testing.conformance.account.ApiScene`), with the truth of the
simulator beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from importlib.metadata import EntryPoint, entry_points
from random import Random
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, final

import httpx
from attrs import define, evolve, field, frozen

from channelsync.adapter import GROUP, Capability, ChannelPlugin, FeedLook, FeedRoute, FeedSource, Flow, SecretUrl
from channelsync.errors import PluginError
from channelsync.nights import Nights, Stay
from channelsync.observation import Observation
from channelsync.testing.conformance.driving import Spoil, Wire
from channelsync.testing.conformance.rule import BrokenRuleError, not_applicable
from channelsync.testing.export import horizon
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Refusal, Reservation

if TYPE_CHECKING:
    from channelsync.testing.conformance.account import ApiScene
    from channelsync.testing.conformance.trials import Trial
    from channelsync.testing.partner import Partner

__all__ = ["START", "Candidate", "FeedScene", "Lived", "Scene", "booked", "night", "taken"]

START: Final = datetime(2027, 3, 1, 12, tzinfo=UTC)
"""When every scene begins: far from a change of clocks, and no date of today's."""
_ZONE: Final = "Europe/Paris"


def night(offset: int) -> date:
    """Return the date so many days after the scene begins."""
    return START.date() + timedelta(days=offset)


class Scene(Protocol):
    """One lodging met by one route."""

    @property
    def route(self) -> str:
        """The route's name: ``feed`` or ``api``."""
        ...

    @property
    def platform(self) -> Platform:
        """The truth about the lodging."""
        ...

    @property
    def now(self) -> datetime:
        """What time it is."""
        ...

    def pass_time(self, wait: timedelta) -> None:
        """Let time pass."""
        ...

    def book(self, first: int, nights: int) -> Reservation:
        """Let a guest book, so many days after the beginning."""
        ...

    def cancel(self, reservation: Reservation) -> None:
        """Let a guest cancel."""
        ...

    def change(self, reservation: Reservation, first: int, nights: int) -> None:
        """Let a guest change the dates."""
        ...

    def flow(self, *, timezone: str = _ZONE) -> Flow[Observation]:
        """Return the flow of one look, which ends in its observation."""
        ...

    def look(self, *, spoil: Spoil | None = None, timezone: str = _ZONE) -> Observation:
        """Look once, with the answers spoilt where that is wanted."""
        ...

    def answers(self, request: httpx.Request) -> httpx.Response:
        """Answer a request as the platform does, now."""
        ...

    def window(self) -> Stay:
        """Return the nights in which a look shows everything."""
        ...


def taken(scene: Scene) -> Nights:
    """Return the nights of the window that nobody can book, by the simulator's own word."""
    platform, now = scene.platform, scene.now
    return (platform.sold(now) | platform.closed(now)).within(scene.window())


@final
@define(eq=False)
class FeedScene:
    """One lodging met by its calendar's feed."""

    feed: FeedRoute
    platform: Platform
    now: datetime = START
    last: FeedLook | None = None
    """The last look, which the next one begins from."""
    wire: Wire = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Stand between the flows and the simulator."""
        self.wire = Wire(self.answers)

    @property
    def route(self) -> str:
        """The route's name."""
        return "feed"

    @property
    def url(self) -> str:
        """The secret address of the export."""
        return self.platform.urls[0]

    def pass_time(self, wait: timedelta) -> None:
        """Let time pass."""
        self.now += wait

    def book(self, first: int, nights: int) -> Reservation:
        """Let a guest book."""
        return booked(self.platform.book(_stay(first, nights), self.now))

    def cancel(self, reservation: Reservation) -> None:
        """Let a guest cancel."""
        self.platform.cancel(reservation.id, self.now)

    def change(self, reservation: Reservation, first: int, nights: int) -> None:
        """Let a guest change the dates."""
        booked(self.platform.change(reservation.id, _stay(first, nights), self.now))

    def adopt(self, **habits: Any) -> None:  # noqa: ANN401 - a value for any field of Habits
        """Change habits of the platform, or the owner's settings on it."""
        self.platform.adopt(evolve(self.platform.habits, **habits), self.now)

    def flow(self, *, timezone: str = _ZONE) -> Flow[Observation]:
        """Return the flow of one look, which ends in its observation."""
        look = yield from self.feed.look(self._source(timezone), self.now)
        if not isinstance(cast("object", look), FeedLook):
            msg = f"a look returned a {type(look).__name__}, no FeedLook"
            raise BrokenRuleError(msg)
        self.last = look
        return look.observation

    def look(self, *, spoil: Spoil | None = None, timezone: str = _ZONE) -> Observation:
        """Look once."""
        self.wire.spoil = spoil
        return self.wire.run(self.flow(timezone=timezone))

    def answers(self, request: httpx.Request) -> httpx.Response:
        """Answer a request as the platform does, now."""
        return self.platform.handle(request, self.now)

    def window(self) -> Stay:
        """Return the nights that the export reaches."""
        today = self.platform.today(self.now)
        return Stay(today, horizon(self.platform.habits, today))

    def _source(self, timezone: str) -> FeedSource:
        last = self.last
        if last is None:
            return FeedSource(SecretUrl(self.url), timezone)
        return FeedSource(SecretUrl(self.url), timezone, last.etag, last.last_modified, last.reading)


def booked(outcome: Reservation | Refusal) -> Reservation:
    """Return the reservation.

    Raises:
        BrokenRuleError: the simulator refused what any platform grants.
    """
    if isinstance(outcome, Refusal):
        msg = f"the simulator refuses a stay on free nights: {outcome.stay}: {', '.join(outcome.why)}"
        raise BrokenRuleError(msg)
    return outcome


def _stay(first: int, nights: int) -> Stay:
    return Stay(night(first), night(first + nights))


@final
@frozen
class Lived:
    """One look in a small life, and the truth at that moment, within the window of the look."""

    route: str
    shown: Nights
    taken: Nights
    sold: Nights
    blocks: Nights
    """The nights told as certainly no guest's."""


@final
@define(eq=False)
class Candidate:
    """A plugin, the makers of its simulators, and where it is announced.

    ``platform`` and ``partner`` are those of the plugin's sandbox where they are not given: the sandbox's dotted path
    leads to the first, and the second stands beside it under the name ``partner``. ``points`` are the entry points of
    the plugin's name, those installed where they are not given. ``options`` are those of the listing whose feed is met,
    ``fields`` what the owner of the account fills in otherwise than the simulator says.
    """

    plugin: ChannelPlugin
    platform: Callable[..., Platform] | None = None
    partner: Callable[..., Partner] | None = None
    points: tuple[EntryPoint, ...] | None = None
    options: Mapping[str, str] = field(factory=dict[str, str])
    fields: Mapping[str, str] = field(factory=dict[str, str])
    lived: tuple[Lived, ...] | None = field(init=False, default=None)
    """The looks of `channelsync.testing.conformance.living.lives`, once taken: several rules are about them."""
    trials: tuple[Trial, ...] | None = field(init=False, default=None)
    """The flows of `channelsync.testing.conformance.trials.trials`, once they were asked for."""

    @property
    def name(self) -> str:
        """The channel's name, with the options and the fields of the account where there are any; no secret."""
        secret = {one.name for one in self.plugin.account if one.secret}
        said = {**self.options, **{name: "***" if name in secret else text for name, text in self.fields.items()}}
        return " ".join([self.plugin.name, *(f"{name}={value}" for name, value in said.items())])

    def route(self) -> FeedRoute:
        """Return the feed's route for a listing with these options."""
        return self.plugin.route(self.options)

    @property
    def declared(self) -> frozenset[Capability]:
        """What the plugin says it can do."""
        return self.plugin.capabilities

    @property
    def has_feed(self) -> bool:
        """Whether it has a route by feed."""
        return cast("object", self.plugin.feed) is not None

    def entry_points(self) -> tuple[EntryPoint, ...]:
        """Return the entry points by which the plugin is found."""
        if self.points is not None:
            return self.points
        return tuple({point.value: point for point in entry_points(group=GROUP, name=self.plugin.name)}.values())

    @cached_property
    def package(self) -> str:
        """The import name of the plugin's package, empty where nothing announces it."""
        points = self.entry_points()
        return points[0].module.partition(":")[0] if points else ""

    def feed(self, *, seed: int = 1, **habits: Any) -> FeedScene:  # noqa: ANN401 - as for `FeedScene.adopt`
        """Return a lodging met by the feed, with some habits changed.

        Raises:
            NotApplicableError: the plugin has no feed.
            BrokenRuleError: it brings no simulator of it.
        """
        if not self.has_feed:
            not_applicable("it has no feed")
        scene = FeedScene(self.route(), self._platform()(rng=Random(seed)))
        if habits:
            scene.adopt(**habits)
        return scene

    def api(self, *, seed: int = 1, linked: bool = True, lodging: int = 0) -> ApiScene:
        """Return a lodging met by the API, connected, and taken over where the platform wants to be told that.

        ``lodging`` says which of the account's, counted from 0; the last is -1.

        Raises:
            NotApplicableError: the plugin has no API route.
            BrokenRuleError: it brings no simulator of it, or cannot connect to it.
        """
        from channelsync.testing.conformance.account import connected

        if self.plugin.api is None:
            not_applicable("it has no API")
        partner = self._partner()(rng=Random(seed))
        return connected(self.plugin, self.plugin.api, partner, self.fields, linked=linked, lodging=lodging)

    def lodgings(self) -> tuple[Callable[[], ApiScene], ...]:
        """Return what makes a scene of the account's first lodging, and of its last where it has several.

        Raises:
            NotApplicableError: the plugin has no API route.
            BrokenRuleError: as for `api`.
        """
        return (self.api, partial(self.api, lodging=-1)) if self.api().others else (self.api,)

    def scenes(self) -> tuple[Callable[[], Scene], ...]:
        """Return what makes a scene, for each route that looks, and by an API for each of `lodgings`.

        Raises:
            NotApplicableError: none does.
        """
        found: list[Callable[[], Scene]] = []
        if self.has_feed:
            found.append(self.feed)
        if self.plugin.api is not None and hasattr(self.plugin.api, "look"):
            found += self.lodgings()
        if not found:
            not_applicable("no route of it looks")
        return tuple(found)

    def _platform(self) -> Callable[..., Platform]:
        if self.platform is not None:
            return self.platform
        return cast("Callable[..., Platform]", self._sandbox(""))

    def _partner(self) -> Callable[..., Partner]:
        if self.partner is not None:
            return self.partner
        return cast("Callable[..., Partner]", self._sandbox("partner"))

    def _sandbox(self, name: str) -> object:
        """Load the simulator that the plugin names, or the one beside it.

        Raises:
            BrokenRuleError: there is none.
        """
        path = self.plugin.sandbox
        if name and path:
            path = f"{path.partition(':')[0]}:{name}"
        try:
            return evolve(self.plugin, sandbox=path).load_sandbox()
        except PluginError as error:
            raise BrokenRuleError(str(error)) from error
