"""Every flow of a plugin, ready to be run: what the rules hold that are about flows, whatever they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, final

from attrs import field, frozen

from channelsync.adapter import Capability, Closing, Delivery, Flow
from channelsync.errors import ChannelSyncError
from channelsync.ids import ChannelName
from channelsync.nights import Nights, Stay
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.candidate import Candidate, FeedScene, night
from channelsync.testing.conformance.driving import SPOILS, Spoil, Wire
from channelsync.testing.conformance.rule import BrokenRuleError, not_applicable

__all__ = ["CLOSED", "OPENED", "Outcome", "Stage", "Trial", "api_trials", "trials"]

CLOSED: Final = Stay(night(30), night(34))
"""The nights that the trial of a push closes."""
_SPOILT: Final = 3
"""So many first requests of a flow are each spoilt once."""
OPENED: Final = Stay(night(50), night(52))
"""The nights that it opens; they are closed before."""


@final
@frozen(eq=False)
class Stage:
    """A flow that can be begun, as often as one likes, against a simulator in a known state."""

    scene: FeedScene | ApiScene
    begin: Callable[[], Flow[object]]

    @property
    def wire(self) -> Wire:
        """What stands between the flow and the simulator."""
        return self.scene.wire

    def run(self) -> object:
        """Run the flow once and return its result."""
        self.wire.spoil = None
        return self.wire.run(self.begin())


@final
@frozen(eq=False)
class Outcome:
    """How one run of a flow ended: with an error, or else with a result."""

    stage: Stage = field(repr=False)
    result: object = field(repr=False)
    error: ChannelSyncError | None

    def __str__(self) -> str:
        """Say it in a few words, without any text of the platform's."""
        if self.error is not None:
            return type(self.error).__name__
        return f"no error, and a {type(self.result).__name__}"


@final
@frozen(eq=False)
class Trial:
    """One flow of a plugin: ``feed.look``, ``api.push``, and so on."""

    name: str
    capability: Capability
    stage: Callable[[], Stage]
    _asked: list[tuple[str, str]] = field(init=False, factory=list[tuple[str, str]])

    def spoilt(self, *names: str) -> Iterator[tuple[str, int, Outcome]]:
        """Yield the name of each of these spoils, the request it begins at, and how the flow then ends."""
        asked = self.requests()
        for name in names:
            for first in range(min(asked, _SPOILT)):
                yield name, first, self.outcome(SPOILS[name], first)

    def requests(self) -> int:
        """Return how many requests it makes when all is well."""
        return len(self._asked_when_well())

    def addresses(self) -> tuple[tuple[str, str], ...]:
        """Return the addresses that it asks when all is well, each once: a method and a path."""
        return tuple(dict.fromkeys(self._asked_when_well()))

    def _asked_when_well(self) -> list[tuple[str, str]]:
        if not self._asked:
            good = self.stage()
            good.run()
            self._asked.extend((one.method, one.url.path) for one in good.wire.requests)
        return self._asked

    def outcome(self, spoil: Spoil, first: int = 0) -> Outcome:
        """Run the flow on a stage of its own, with the answers spoilt from some request on."""
        stage = self.stage()
        stage.wire.spoil, stage.wire.first = spoil, first
        try:
            return Outcome(stage, stage.wire.run(stage.begin()), None)
        except ChannelSyncError as error:
            return Outcome(stage, None, error)
        except BrokenRuleError:
            raise
        except Exception as error:
            msg = f"{self.name} breaks off with a {type(error).__name__}, which is no ChannelSyncError"
            raise BrokenRuleError(msg) from error


def trials(candidate: Candidate) -> tuple[Trial, ...]:
    """Return the flows of everything that the plugin declares and has.

    Raises:
        NotApplicableError: there is none.
    """
    if candidate.trials is None:
        candidate.trials = tuple(_trials(candidate))
    if not candidate.trials:
        not_applicable("it has no flow")
    return candidate.trials


def api_trials(candidate: Candidate) -> tuple[Trial, ...]:
    """Return the flows of its API.

    Raises:
        NotApplicableError: there is none.
    """
    found = tuple(one for one in trials(candidate) if one.name != "feed.look")
    if not found:
        not_applicable("it has no API that is asked anything")
    return found


def _trials(candidate: Candidate) -> Iterator[Trial]:
    if candidate.has_feed:
        yield Trial("feed.look", Capability.PULLS_CLAIMS, partial(_feed, candidate))
    for name, (capability, begin) in _API.items():
        if hasattr(candidate.plugin.api, name) and capability in candidate.declared:
            yield Trial(f"api.{name}", capability, partial(_api, candidate, begin))


def _feed(candidate: Candidate) -> Stage:
    scene = candidate.feed()
    _fill(scene)
    return Stage(scene, scene.flow)


def _fill(scene: FeedScene | ApiScene) -> None:
    """Give the lodging a guest or two, and nights that the owner closed."""
    scene.book(10, 3)
    scene.book(20, 2)
    scene.platform.close(OPENED, scene.now)


def _api(candidate: Candidate, begin: Callable[[ApiScene], Callable[[], Flow[object]]]) -> Stage:
    scene = candidate.api()
    _fill(scene)
    return Stage(scene, begin(scene))


def _push(scene: ApiScene) -> Callable[[], Flow[object]]:
    closing = (Closing(Nights.of(CLOSED), ChannelName("other")),)
    return lambda: scene.api.push(scene.access, scene.listing, closing, Nights.of(OPENED))


def _acknowledge(scene: ApiScene) -> Callable[[], Flow[object]]:
    deliveries: tuple[Delivery, ...] = scene.run(scene.api.waiting(scene.access))
    return lambda: scene.api.acknowledge(scene.access, deliveries)


def _let_go(scene: ApiScene) -> Callable[[], Flow[object]]:
    return lambda: scene.api.let_go(scene.access, scene.listing)


_API: Final[dict[str, tuple[Capability, Callable[[ApiScene], Callable[[], Flow[Any]]]]]] = {
    "look": (Capability.PULLS_CLAIMS, lambda scene: scene.flow),
    "listings": (Capability.LISTS_LISTINGS, lambda scene: lambda: scene.api.listings(scene.access)),
    "closed": (
        Capability.READS_AVAILABILITY,
        lambda scene: lambda: scene.api.closed(scene.access, scene.listing, scene.window()),
    ),
    "push": (Capability.PUSHES_AVAILABILITY, _push),
    "waiting": (Capability.ACKNOWLEDGES_RESERVATIONS, lambda scene: lambda: scene.api.waiting(scene.access)),
    "acknowledge": (Capability.ACKNOWLEDGES_RESERVATIONS, _acknowledge),
    "refresh": (Capability.REFRESHES_CREDENTIAL, lambda scene: lambda: scene.api.refresh(scene.access)),
    "take_over": (
        Capability.TAKES_OVER_LISTINGS,
        lambda scene: lambda: scene.api.take_over(scene.access, scene.listing),
    ),
    "let_go": (Capability.TAKES_OVER_LISTINGS, _let_go),
}
"""The flows of an API: what each is for, and how it is begun in a scene."""
