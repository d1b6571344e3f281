"""A sample installation: one owner's lodgings on simulated platforms, with a past, guests to come, and something to do.

For whoever has to look at screens or measure them: the rehearsal, tests in a browser, benchmarks. Everything in it was
lived through: the clock is put back, guests book, platforms and manager read each other over HTTP, and the clock goes
on until now. So the manager's ``base_url`` must be answered by something that serves its calendars.

The first lodging has run for a while: a double booking, nights just sold that not every platform has read, two blocks.
The second is being taken over, with one stay that only the owner can explain.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Final, Protocol, cast, final

from attrs import define, field

from channelsync.ids import OwnerId, UnitId
from channelsync.inventory import Unit
from channelsync.manager import Manager
from channelsync.nights import Stay
from channelsync.service.indicators import measure
from channelsync.testing.sandbox import Platform
from channelsync.testing.serve import Served, serve

__all__ = ["CHANNELS", "NAMES", "Movable", "Sample", "sample"]

CHANNELS: Final = ("airbnb", "booking", "greengo")
"""Where each of the lodgings is listed."""
NAMES: Final = (
    "Gîte du Lac",
    "Chalet des Cimes",
    "La Grange",
    "Le Pigeonnier",
    "Maison du Port",
    "Studio Mistral",
    "La Bergerie",
    "Le Moulin",
    "Cabane du Bois",
    "L’Oustal",
)
_LENGTHS: Final = (3, 7, 2, 4, 3, 2, 5)
_GAPS: Final = (0, 2, 4, 1, 0, 3, 5)
"""Nights of one stay after another, and nights free before each: both are gone through again and again."""
_HOUR: Final = timedelta(hours=1)


class Movable(Protocol):
    """A clock that can be put forward and back."""

    ahead: timedelta

    def now(self) -> datetime:
        """Return the time."""
        ...


@final
@define
class Sample:
    """What stands there; ``platforms`` are each lodging's, by channel."""

    manager: Manager
    clock: Movable
    owner: OwnerId
    served: Served = field(init=False)
    units: list[Unit] = field(factory=list[Unit], init=False)
    platforms: dict[UnitId, dict[str, Platform]] = field(factory=dict[UnitId, dict[str, Platform]], init=False)

    def now(self) -> datetime:
        """Return the time."""
        return self.clock.now()

    def look(self, *, wait: timedelta = timedelta(0)) -> None:
        """Let time pass, then let the platforms read us where they do by now, and us read them."""
        self.clock.ahead += wait
        self.served.import_due()
        self.manager.sync(everything=True)

    def day(self, ahead: int) -> date:
        """Return the date so many days after today."""
        return self.now().date() + timedelta(days=ahead)

    def stay(self, ahead: int, nights: int) -> Stay:
        """Return the stay that begins so many days after today."""
        return Stay(self.day(ahead), self.day(ahead + nights))

    def free(self, unit: Unit, nights: int, ahead: int = 10) -> Stay:
        """Return the first stay of that length that guests may book on every platform."""
        return next(stay for stay in self._free(unit, nights, ahead))

    def _free(self, unit: Unit, nights: int, ahead: int) -> Iterator[Stay]:
        for first in range(ahead, 300):
            stay = self.stay(first, nights)
            if all(one.bookable(self.now(), stay) for one in self.platforms[unit.id].values()):
                yield stay

    def hasten(self, every: timedelta) -> None:
        """Let every platform read us again and again after that time, from now on."""
        with self.served.held():
            for sides in self.platforms.values():
                for platform in sides.values():
                    for link in platform.links.by_name.values():
                        link.every, link.due = every, min(link.due, self.now() + every)

    def link(self, unit: Unit) -> None:
        """Link a lodging to its platforms, and our calendars to them."""
        for channel, platform in self.platforms[unit.id].items():
            self.manager.link(unit, channel, feed=self.served.export_url(platform))
        self.manager.sync(everything=True)
        for channel, platform in self.platforms[unit.id].items():
            platform.link(self.manager.feed_url(unit, channel).reveal(), self.now())


@contextmanager
def sample(
    manager: Manager,
    clock: Movable,
    owner: OwnerId,
    *,
    lodgings: int = 2,
    past: timedelta = timedelta(days=30),
    step: timedelta = timedelta(days=5),
) -> Generator[Sample]:
    """Set up the installation, its platforms on loopback until the block ends.

    Args:
        manager: empty, allowed to read loopback, on this clock.
        clock: stands at the end where it stood at the beginning.
        owner: whose the lodgings are.
        lodgings: how many, up to ten.
        past: since when the first of them is kept in step.
        step: how much time passes between two looks in the past.
    """
    made = Sample(manager, clock, owner)
    clock.ahead -= past
    for name in NAMES[:lodgings]:
        unit = manager.add_unit(name, owner=owner)
        made.units.append(unit)
        made.platforms[unit.id] = {channel: _platform(manager, channel, unit) for channel in CHANNELS}
    every = [one for each in made.platforms.values() for one in each.values()]
    with serve(every, clock.now) as served:
        made.served = served
        _lived(made, past, step)
        yield made


def _platform(manager: Manager, channel: str, unit: Unit) -> Platform:
    factory = cast("Callable[..., Platform]", manager.registry.get(channel).load_sandbox())
    return factory(room=unit.slug, rng=Random(f"{channel} {unit.slug}"))


def _lived(made: Sample, past: timedelta, step: timedelta) -> None:
    """Live through the past, up to now."""
    late = made.units[1:2]
    others = [unit for unit in made.units if unit not in late]
    for place, unit in enumerate(made.units):
        _guests(made, unit, past, place)
    for unit in others:
        made.link(unit)
    made.look(wait=2 * _HOUR)
    for unit in others:
        made.manager.links_removed(unit)
    left = past - 2 * _HOUR - timedelta(days=2)
    while left > step:
        made.look(wait=step)
        measure(made.manager, made.now())  # as a worker does each day
        left -= step
    made.look(wait=left)
    for unit in late:
        _taken_over(made, unit)
    made.look(wait=timedelta(days=1))
    _just_now(made, made.units[0])
    measure(made.manager, made.now())


def _guests(made: Sample, unit: Unit, past: timedelta, place: int) -> None:
    """Let guests have booked, on one platform after the other."""
    channels, lengths, gaps = cycle(CHANNELS), cycle(_LENGTHS), cycle(_GAPS)
    for _ in range(place):
        next(channels)
        next(lengths)
        next(gaps)
    first = place % 3
    while first < past.days + 100:
        first, nights = first + next(gaps), next(lengths)
        made.platforms[unit.id][next(channels)].book(
            made.stay(first, nights), made.now(), force=True
        )  # years ahead too
        first += nights


def _taken_over(made: Sample, unit: Unit) -> None:
    """Begin with the second lodging, whose Booking.com shows closed what Airbnb has sold."""
    airbnb, booking = made.platforms[unit.id]["airbnb"], made.platforms[unit.id]["booking"]
    sold = next(one for one in airbnb.reservations() if one.stay.arrival > made.day(6))
    booking.close(sold.stay, made.now())
    made.link(unit)
    made.look()


def _just_now(made: Sample, unit: Unit) -> None:
    """Let the last day bring what the owner has to see."""
    manager, sides = made.manager, made.platforms[unit.id]
    manager.block(unit, made.free(unit, 4, 20), category="personal", note="Famille")
    manager.block(unit, made.free(unit, 2, 40), category="maintenance", note="Chaudière")
    doubled = next(one for one in sides["airbnb"].reservations() if one.stay.arrival > made.day(9))
    made.look(wait=20 * _HOUR)
    sides["booking"].book(doubled.stay, made.now(), force=True)
    made.look(wait=3 * _HOUR)
    sides["airbnb"].book(made.free(unit, 3, 12), made.now())
    made.clock.ahead += _HOUR * 0.6
    manager.sync(everything=True)
    made.clock.ahead += _HOUR * 0.4
