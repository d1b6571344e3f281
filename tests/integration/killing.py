"""Lodgings on served platforms whose guests book, and worker processes to which bad things are done meanwhile."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import channelsync as cs
from channelsync.ids import ListingId
from channelsync.testing import Platform, plain
from channelsync.testing.serve import Served, serve
from channelsync.vault import new_key

UNITS = 3


class Killed:
    """Lodgings on two platforms each, and workers that are killed."""

    def __init__(self, database: str, folder: Path, seed: int) -> None:
        self.database = database
        self.draw = random.Random(seed)
        self.environ = {
            **os.environ,
            "CHANNELSYNC_DB": database,
            "CHANNELSYNC_KEY": new_key(),
            "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",
        }
        self.log = (folder / "worker.log").open("a", encoding="utf-8")
        self.sold: dict[str, list[cs.Stay]] = {str(unit): [] for unit in range(UNITS)}
        self.platforms: dict[str, list[Platform]] = {
            str(unit): [plain.platform(room=f"r{unit}s{side}", rng=self.draw) for side in (0, 1)]
            for unit in range(UNITS)
        }
        self.listings: dict[str, list[ListingId]] = {}
        first = datetime.now(UTC).date()
        self.arrivals = {name: (first + timedelta(days=days) for days in itertools.count(10, 3)) for name in self.sold}
        self.served: Served

    def furnish(self) -> None:
        """Link every lodging to its two platforms."""
        with self.manager() as manager:
            for name, (one, two) in self.platforms.items():
                unit = manager.add_unit(name)
                manager.link(unit, "ical:one", feed=self.served.export_url(one))
                manager.link(unit, "ical:two", feed=self.served.export_url(two))
                self.listings[name] = [link.id for link in manager.links(unit)]

    def manager(self) -> cs.Manager:
        """This program's own hand on the database."""
        return cs.open(self.database, environ=self.environ)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker, killed at the end of the block if it still lives."""
        command = [sys.executable, "-m", "channelsync_worker"]
        with subprocess.Popen(command, env=self.environ, stderr=self.log) as running:
            try:
                yield running
            finally:
                running.kill()

    def book(self, manager: cs.Manager, name: str) -> None:
        """Let a guest book on the first platform, and hint at it, as a webhook would."""
        arrival = next(self.arrivals[name])
        stay = cs.Stay(arrival, arrival + timedelta(days=2))
        self.platforms[name][0].book(stay, datetime.now(UTC))
        self.sold[name].append(stay)
        assert manager.hint(self.listings[name][0])

    def faults(self, manager: cs.Manager) -> list[str]:
        """What is not as it should be yet."""
        found: list[str] = []
        for name, stays in self.sold.items():
            state = manager.state(name)
            one, two = state.active
            known = sorted(claim.stay for claim in one.claims if not claim.missing)
            if known != sorted(stays):
                found.append(f"lodging {name}: {len(known)} stays known, {len(stays)} made")
            if two.published != cs.Nights.union(stay.nights for stay in stays):
                found.append(f"lodging {name}: the other platform's calendar shows other nights")
            with manager.ledger.reading() as tx:
                rows = [tx.due_of(listing) for listing in self.listings[name]]
            found += [f"lodging {name}: a hint waits" for row in rows if row and row.generation != row.done_generation]
        return found

    def caught_up(self, manager: cs.Manager, seconds: float) -> None:
        """Hold that everything is right within so many seconds."""
        end = time.monotonic() + seconds
        while (faults := self.faults(manager)) and time.monotonic() < end:
            threading.Event().wait(0.2)
        assert not faults, f"{faults}; after {seconds} s"

    def all_watching(self, started: int) -> None:
        """Wait until so many workers, of all that were ever started, have begun to work."""
        end = time.monotonic() + 60
        while self.told.count(" watching ") < started:
            assert time.monotonic() < end, f"no worker began: {self.told[-2000:]}"
            threading.Event().wait(0.05)

    @property
    def told(self) -> str:
        """What the workers have logged."""
        return Path(self.log.name).read_text(encoding="utf-8")

    def has_told(self, words: str, seconds: float = 30.0) -> bool:
        """Whether a worker logs these words soon."""
        end = time.monotonic() + seconds
        while words not in self.told and time.monotonic() < end:
            threading.Event().wait(0.1)
        return words in self.told


@contextmanager
def lodgings(database: str, folder: Path) -> Iterator[Killed]:
    """Open lodgings, linked; the seed of their draws is printed."""
    seed = int(os.environ.get("CHANNELSYNC_SEED", random.randrange(1 << 32)))
    print(f"CHANNELSYNC_SEED={seed}")
    house = Killed(database, folder, seed)
    everyone = [platform for pair in house.platforms.values() for platform in pair]
    with serve(everyone, lambda: datetime.now(UTC)) as house.served, house.log:
        house.furnish()
        yield house
