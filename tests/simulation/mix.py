"""A random life of one unit: guests, owner, wrong answers and outages, all drawn from one seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Final, final

from attrs import Factory, define, frozen

from channelsync.nights import Stay
from channelsync.testing.faults import Fault
from tests.simulation.drive import World, stay

__all__ = ["MEASURED", "UNTYPED", "Life", "play"]

_HOURS: Final = 3600


@final
@frozen
class Life:
    """What kind of world it is. ``echo`` is the chance that a platform of that name echoes; faults are per day."""

    names: tuple[str, ...] = ("airbnb", "booking", "greengo")
    echo: Mapping[str, float] = Factory(dict)
    lag_hours: float = 4
    import_hours: float = 12
    cache_hours: float = 0
    books: float = 1.2
    cancels: float = 0.08
    moves: float = 0.03
    resells: float = 0.3
    blocks: float = 0.1
    faults: float = 0.6
    window: int = 90


MEASURED: Final = Life(echo={"airbnb": 0.5, "booking": 0.5, "greengo": 0.0})
"""Platforms as measured: typed Airbnb and merging Booking.com, which may echo, and GreenGo, which does not."""
UNTYPED: Final = Life(names=("booking:a", "booking:b", "greengo"), echo={"booking:a": 1, "booking:b": 1, "greengo": 1})
"""Three platforms that say nothing of who is a guest, and all echo."""


@final
@define
class _Mix:
    life: Life
    rng: Random
    healing: dict[str, int] = Factory(dict)
    closed: list[tuple[str, Stay]] = Factory(list)

    def __call__(self, world: World) -> None:
        """Let a quarter of an hour's worth of things happen."""
        for name in world.sides:
            self._guests(world, name)
            self._owner(world, name)
            self._faults(world, name)

    def _often(self, per_day: float) -> bool:
        return self.rng.random() < per_day / 96

    def _guests(self, world: World, name: str) -> None:
        today = (world.now - world.start).days
        if self._often(self.life.books):
            world.book(name, self._stay(today), quiet=True)
        for one in world[name].reservations():
            if one.stay.departure <= world.state.unit.today(world.now):
                continue
            if self._often(self.life.cancels):
                world.cancel(name, one)
                if self.rng.random() < self.life.resells:
                    world.book(self.rng.choice(list(world.sides)), one.stay, quiet=True)
            elif self._often(self.life.moves):
                shift = timedelta(days=self.rng.randint(-3, 3))
                to = Stay(one.stay.arrival + shift, one.stay.departure + shift + timedelta(days=self.rng.randint(0, 1)))
                world.move(name, one, to)

    def _stay(self, today: int) -> Stay:
        return stay(today + self.rng.randint(1, self.life.window), self.rng.randint(1, 7))

    def _owner(self, world: World, name: str) -> None:
        if self._often(self.life.blocks):
            nights = self._stay((world.now - world.start).days)
            if world[name].bookable(world.now, nights):
                world.close(name, nights)
                self.closed.append((name, nights))
        for entry in self.closed:
            if entry[0] == name and self._often(0.05):
                world.open(*entry)
                self.closed.remove(entry)
                break

    def _faults(self, world: World, name: str) -> None:
        if name in self.healing:
            self.healing[name] -= 1
            if not self.healing[name]:
                world[name].heal()
                del self.healing[name]
                world.say(f"{name} answers well again")
        elif self._often(self.life.faults):
            fault, longest = self.rng.choice(
                [
                    (Fault.EMPTY, 12),
                    (Fault.PARTIAL, 2),
                    (Fault.TRUNCATED, 24),
                    (Fault.HTML_LOGIN, 24),
                    (Fault.JSON_ERROR, 24),
                    (Fault.HTTP_500, 48),
                    (Fault.STALE, 24),
                    (Fault.REISSUED_UIDS, 8),
                    (Fault.DEAF, 96),
                ]
            )
            world[name].fail(fault, world.now, times=None)
            self.healing[name] = self.rng.randint(1, longest)
            world.say(f"{name} begins to fail: {fault.value}")


def play(seed: int, days: float, life: Life = MEASURED) -> World:
    """Play one life, then let everything be quiet for four days."""
    rng = Random(seed)
    habits: dict[str, dict[str, object]] = {}
    for name in life.names:
        cached = rng.random() < 0.3
        habits[name] = {
            "echo": rng.random() < life.echo.get(name, 0.0),
            "import_every": timedelta(hours=rng.choice([0.25, 1, 2, 4, life.import_hours])),
            "import_jitter": timedelta(minutes=rng.randint(0, 60)),
            "import_lag": timedelta(hours=rng.choice([0, 0.25, 1, life.lag_hours])),
            "export_cache": timedelta(hours=life.cache_hours if cached else 0),
        }
    world = World.of(*life.names, seed=seed, habits=habits)
    world.say(f"seed {seed}: " + "; ".join(f"{name} {each}" for name, each in habits.items()))
    mix = _Mix(life, rng)
    world.run(12)
    world.run(days * 24, each=mix)
    for name in world.sides:
        world[name].heal()
    world.say("quiet from here on")
    world.run(30)
    world.owner_answers()
    world.run(66)
    return world
