"""Reading the feeds of many listings at once: the only place of the manager that waits for the network.

Feeds are read outside any transaction, a few at a time, and each answer, good or bad, becomes an `Observation`: a
platform that does not answer is an unusable look, never an exception that would stop the others. What the last reading
of a feed left behind (validators, parsed events, that it changed nothing) is kept in memory only, and of the listings
read last only: it is a short cut, not knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Final, Protocol, TypeVar, final

from attrs import evolve, frozen

from channelsync.adapter import FeedLook, FeedRoute, FeedSource, Flow, SecretUrl
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.engine.step import Answer, answered, refused
from channelsync.errors import ChannelSyncError
from channelsync.ids import ListingId
from channelsync.manager.noting import Steady
from channelsync.observation import Observation

__all__ = ["Errand", "Reader", "Task"]

_AT_ONCE: Final = 8
_MOST_KEPT: Final = 2000
"""Of so many listings the last reading is kept: a calendar of fifty events takes about 50 kB."""


T = TypeVar("T")


class Task(Protocol):
    """One listing to be read, by whatever route."""

    def answered(self, reader: Reader, at: datetime) -> Answer:
        """Read it, and answer in any case."""
        ...


@final
@frozen
class Errand:
    """One feed to be read."""

    listing: ListingId
    route: FeedRoute
    url: SecretUrl
    timezone: str

    def answered(self, reader: Reader, at: datetime) -> Answer:
        """Read it; a feed that cannot be read is an answer too."""
        try:
            look = reader.try_out(self, at)
        except ChannelSyncError as error:
            return refused(self.listing, error, at)
        return answered(self.listing, look)


@final
@frozen
class _Left:
    """What a reading left behind; ``anew`` asks for the calendar itself, where "not modified" would say too little."""

    look: FeedLook
    anew: bool
    steady: Steady | None


@final
class Reader:
    """Runs errands over one driver; remembers each feed's last reading.

    The driver is made at the first errand: most commands read nothing, and loading the trusted certificates would be
    the longest part of them.
    """

    def __init__(self, policy: AddressPolicy, driver: Driver | None = None) -> None:
        self._policy = policy
        self._driver = driver
        self._opening = Lock()
        self._left: dict[ListingId, _Left] = {}
        self._asked: dict[ListingId, SecretUrl] = {}

    def read(self, tasks: Iterable[Task], at: datetime) -> list[Answer]:
        """Read all these listings, a few at a time, and answer in their order."""
        return self.at_once([partial(task.answered, self, at) for task in tasks])

    def at_once(self, todo: Sequence[Callable[[], T]]) -> list[T]:
        """Do several things that wait for the network, a few at a time, and return what came of them in their order."""
        if len(todo) < 2:  # noqa: PLR2004
            return [one() for one in todo]
        with ThreadPoolExecutor(min(_AT_ONCE, len(todo) - 1)) as pool:
            others = [pool.submit(one) for one in todo[1:]]
            first = todo[0]()  # by who asks: one thread less to begin
            return [first, *(one.result() for one in others)]

    def run(self, flow: Flow[T]) -> T:
        """Run a flow of a platform's API to its end.

        Raises:
            ChannelSyncError: as the flow says.
        """
        return self._opened().run(flow)

    def try_out(self, errand: Errand, at: datetime) -> FeedLook:
        """Read one feed for the first time.

        Raises:
            ChannelSyncError: it cannot be read; the text says whose fault that is.
        """
        return self._opened().run(errand.route.look(self._source(errand), at))

    def close(self) -> None:
        """Let go of the connections."""
        with self._opening:
            if self._driver is not None:
                self._driver.close()

    def _opened(self) -> Driver:
        with self._opening:
            if self._driver is None:
                self._driver = Driver(self._policy)
            return self._driver

    def remember(self, answer: Answer, *, anew: bool = False, steady: Steady | None = None) -> None:
        """Keep what a reading left behind, now that what it showed is stored.

        Not before: a "not modified" for something that was never stored would hide it for ever.
        """
        last = self._left.pop(answer.listing, None)
        look = answer.look or (last and last.look)
        if look is not None:
            bare = evolve(look, observation=Observation(answer.observation.at))
            self._left[answer.listing] = _Left(bare, anew, steady and steady.shown_in(look))
        if len(self._left) > _MOST_KEPT:
            gone = next(iter(self._left))
            self._left.pop(gone, None)
            self._asked.pop(gone, None)

    def steady(self, answer: Answer) -> Steady | None:
        """Return what is remembered of a listing whose last look changed nothing, where this answer shows the same."""
        last = self._left.get(answer.listing)
        return last.steady if last and last.steady and last.steady.shown_by(answer) else None

    def _source(self, errand: Errand) -> FeedSource:
        if self._asked.get(errand.listing) != errand.url:  # what another address left behind says nothing of this one
            self._left.pop(errand.listing, None)
            self._asked[errand.listing] = errand.url
        last = self._left.get(errand.listing)
        if last is None:
            return FeedSource(errand.url, errand.timezone)
        if last.anew:
            return FeedSource(errand.url, errand.timezone, previous=last.look.reading)
        look = last.look
        return FeedSource(errand.url, errand.timezone, look.etag, look.last_modified, look.reading)
