"""A lodging on two simulated platforms, and the clock they share with every manager."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from attrs import define, field

import channelsync as cs
from channelsync.ledger import NoticeRecord
from channelsync.manager import Manager, open_manager
from channelsync.testing import Platform
from channelsync.testing.serve import Served, serve
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking

START = datetime(2027, 1, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = base64.b64encode(bytes(range(32))).decode()
STAY = cs.Stay.parse("2027-03-15/2027-03-18")


@define
class Life:
    """Two simulated platforms, a clock, and managers on any database."""

    time: datetime = START
    platforms: dict[str, Platform] = field(factory=dict)
    served: Served | None = None

    def now(self) -> datetime:
        """The time of everybody."""
        return self.time

    def manager(self, where: str, key: str = KEY) -> Manager:
        """A manager on a database."""
        return open_manager(where, now=self.now, allow_private_addresses=True, environ={"CHANNELSYNC_KEY": key})

    def url(self, name: str) -> str:
        """The export link of a platform."""
        assert self.served is not None
        return self.served.export_url(self.platforms[name])

    def begin(self, manager: Manager) -> None:
        """A lodging on both platforms, a guest, a block, an owner, and a phrase."""
        lac = manager.add_unit("Gîte du Lac")
        for name in self.platforms:
            manager.link(lac, name, feed=self.url(name))
        self.platforms["airbnb"].book(STAY, self.time)
        manager.block(lac, cs.Stay.parse("2027-05-01/2027-05-04"), note="toit\x00 \ud800")
        manager.sync(everything=True)
        for name in self.platforms:
            manager.record_fetch(lac, name)
        with manager.ledger.transaction() as tx:
            tx.add_notice(NoticeRecord("a/b", self.time, "proven", data={"x": ["é", 1.5, None]}))
            tx.put_incoming("k", "mail", {"From": "x"}, b"\x00\xff", at=self.time)

    def look(self, manager: Manager, *, hours: int = 1, times: int = 1) -> None:
        """Look at everything, again and again."""
        for _ in range(times):
            self.time += hours * HOUR
            manager.sync(everything=True)


@contextmanager
def living() -> Iterator[Life]:
    """Serve the platforms."""
    found = Life()
    factories = {"airbnb": airbnb.platform, "booking": booking.platform}
    found.platforms = {name: make(room="lac", rng=random.Random(3)) for name, make in factories.items()}
    with serve(found.platforms.values(), found.now) as found.served:
        yield found
