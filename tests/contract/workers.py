"""Lodgings with listings on simulated platforms, a clock in hand, and workers whose reports are heard."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import channelsync as cs
from channelsync.ids import ListingId
from channelsync.ports import Queue
from channelsync.service.queues import open_queue
from channelsync.service.work import LEASE, Work
from channelsync.testing import Platform, plain
from channelsync.testing.serve import Served, serve
from channelsync.vault import new_key

START = datetime(2027, 1, 10, 9, tzinfo=UTC)
PATIENCE = 30.0
"""Seconds of real time after which a test gives up; nothing is measured by it."""


class Heard:
    """What workers reported, and a way to wait for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.looks: list[str] = []

    def __call__(self, report: cs.SyncReport) -> None:
        """Hear one report."""
        with self._changed:
            self.looks += [f"{look.unit.name} {look.listing}" for look in report.looks]
            self._changed.notify_all()

    def until(self, enough: Callable[[list[str]], bool]) -> list[str]:
        """Wait for enough looks."""
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self.looks), PATIENCE), f"heard only {self.looks}"
            return list(self.looks)


class House:
    """Lodgings named ``0``, ``1``, ..., each on as many platforms as asked for."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.time = START
        self.environ = {"CHANNELSYNC_KEY": new_key()}
        self.heard = Heard()
        self.asked: list[Callable[[], None]] = []
        self.platforms: dict[str, Platform] = {}
        self.served: Served

    def now(self) -> datetime:
        """The time of everybody."""
        return self.time

    def reading(self) -> datetime:
        """The time of the platforms; what stands in ``asked`` happens while one is being read, once."""
        while self.asked:
            self.asked.pop()()
        return self.time

    def open(self) -> cs.Manager:
        """Open the database, as one more program."""
        return cs.open(self.database, now=self.now, allow_private_addresses=True, environ=self.environ)

    def furnish(self, manager: cs.Manager, sides: int = 1) -> list[ListingId]:
        """Link every lodging to its platforms, and return the listings."""
        found: list[ListingId] = []
        for name in sorted({one.partition("-")[0] for one in self.platforms}, key=int):
            unit = manager.add_unit(name)
            for side in range(sides):
                feed = self.served.export_url(self.platforms[f"{name}-{side}"])
                manager.link(unit, f"ical:s{side}", feed=feed)
            found += [one.id for one in manager.links(unit)]
        return found

    @contextmanager
    def worker(self, manager: cs.Manager, *, lease: timedelta = LEASE) -> Generator[Queue]:
        """A worker that runs until the block ends."""
        work = Work(manager, self.now, told=self.heard, lease=lease)
        stop = threading.Event()
        with open_queue(self.database, work) as queue:
            thread = threading.Thread(target=queue.run, args=(stop,))
            thread.start()
            try:
                yield queue
            finally:
                stop.set()
                thread.join(PATIENCE)
                work.close()
                assert not thread.is_alive()


@contextmanager
def house(database: str, units: int = 1, sides: int = 1) -> Generator[House]:
    """Open a house whose platforms are served on loopback."""
    place = House(database)
    for unit in range(units):
        for side in range(sides):
            place.platforms[f"{unit}-{side}"] = plain.platform(
                room=f"r{unit}s{side}", rng=random.Random(unit * 7 + side)
            )
    with serve(place.platforms.values(), place.reading) as place.served:
        yield place


def soon(true: Callable[[], bool]) -> bool:
    """Whether something becomes true before patience is out."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        threading.Event().wait(0.02)
    return False
