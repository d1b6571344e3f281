"""Looks that are only noted, on both databases: whatever is stored and told is what the full step stores and tells.

Two managers live one life beside each other, on databases of their own: one takes the short cut, the other never does.
After every step everything either has stored must be equal.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from attrs import evolve
from sqlalchemy import Engine, create_engine, make_url, select

import channelsync as cs
from channelsync.ids import ClaimId
from channelsync.ledger.service_tables import METADATA
from channelsync.manager import ordering
from channelsync.testing import Fault, Platform
from channelsync.testing.serve import serve
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking
from channelsync_greengo import sandbox as greengo

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FACTORIES = {"airbnb": airbnb.platform, "booking": booking.platform, "greengo": greengo.platform}
KEY = "A" * 43 + "="
KINDS = {
    "as they are": {},
    "304": {"not_modified": True},
    "cached": {"export_cache": timedelta(minutes=40)},
}
WAITS = [0, 1, 5, 15, 15, 15, 15, 16, 45, 200, 1500, 2500, -20]
"""Minutes between two steps: hurried, ordinary, after a night, after an outage, our clock set back or right again."""
BY_LOT = {"secrets": {"envelope", "fingerprint"}, "units": {"version"}}
"""Columns that are drawn by lot."""
STEPS = 40


class Life:
    """Platforms, two managers of one lodging on them, and the clock they all share."""

    def __init__(self, seed: int, habits: dict[str, object]) -> None:
        self.time, self.skew = START, timedelta()
        self.rng = random.Random(seed)
        self.platforms: dict[str, Platform] = {}
        for name, make in FACTORIES.items():
            platform = self.platforms[name] = make(room="lac", rng=random.Random(seed))
            platform.adopt(evolve(platform.habits, **habits), START)
        self.both: tuple[cs.Manager, ...] = ()

    def now(self) -> datetime:
        """The platforms' time."""
        return self.time

    def ours(self) -> datetime:
        """The managers' time: their clock may step."""
        return self.time + self.skew

    def begin(self, managers: list[cs.Manager], urls: dict[str, str]) -> None:
        """Link both managers to the platforms, and the platforms to the first one's calendars."""
        self.both = tuple(managers)
        for manager in self.both:
            unit = manager.add_unit("Lac")
            for name, url in urls.items():
                manager.link(unit, name, feed=url)
            manager.links_removed(unit)
        for name, platform in self.platforms.items():
            platform.link(f"http://ours.example/{name}.ics", self.now())

    def step(self) -> None:
        """Let time pass, something happen, and both managers look."""
        wait = self.rng.choice(WAITS)
        if wait < 0:
            self.skew = timedelta() if self.skew else wait * MINUTE
        self.time += max(wait, 1) * MINUTE
        if self.rng.random() < 0.3:
            self.rng.choice([self.book, self.cancel, self.fail, self.read, self.read, self.block, self.unblock])()
        seed, everything = self.rng.random(), self.rng.random() < 0.9
        reports = []
        for manager in self.both:
            random.seed(seed)
            reports.append(manager.sync(everything=everything))
        assert reports[0] == reports[1]

    def some(self) -> tuple[str, Platform]:
        """One of the platforms."""
        return self.rng.choice(list(self.platforms.items()))

    def stay(self) -> cs.Stay:
        """A few nights ahead."""
        arrival = (self.time + timedelta(days=self.rng.randrange(1, 200))).date()
        return cs.Stay(arrival, arrival + timedelta(days=self.rng.randrange(1, 8)))

    def book(self) -> None:
        """A guest books somewhere, perhaps nights that are taken elsewhere."""
        self.some()[1].book(self.stay(), self.time, force=self.rng.random() < 0.3)

    def cancel(self) -> None:
        """A guest cancels."""
        platform = self.some()[1]
        if platform.reservations():
            platform.cancel(self.rng.choice(platform.reservations()).id, self.time)

    def fail(self) -> None:
        """Two looks at a platform bring nothing: one for each manager."""
        self.some()[1].fail(
            self.rng.choice([Fault.HTTP_500, Fault.HTTP_403, Fault.HTML_LOGIN, Fault.EMPTY]), self.time, times=2
        )

    def read(self) -> None:
        """A platform reads our calendar; both managers serve the same one."""
        name, platform = self.some()
        feeds = {manager.feed("lac", name) for manager in self.both}
        assert len(feeds) == 1
        platform.import_request("channelsync", self.time)
        platform.imported("channelsync", httpx.Response(200, content=feeds.pop()), self.time)
        for manager in self.both:
            manager.record_fetch("lac", name)

    def block(self) -> None:
        """The owner takes nights; ids are drawn by lot, so both managers are given the same luck."""
        stay = self.stay()
        for manager in self.both:
            manager.block("lac", stay, insist=True)

    def unblock(self) -> None:
        """The owner gives nights back."""
        for manager in self.both:
            own = sorted((claim.stay, claim.id) for claim in manager.state("lac").own)
            if own:
                manager.unblock(own[0][1])


def opened(database: str) -> Engine:
    """A way of its own into a database."""
    address = make_url(database).set(drivername="postgresql+psycopg") if "://" in database else f"sqlite:///{database}"
    return create_engine(address)


def stored(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a database, but for what is drawn by lot."""
    found: dict[str, list[tuple[object, ...]]] = {}
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            columns = [one for one in table.c if one.name not in BY_LOT.get(table.name, ())]
            found[table.name] = list(map(tuple, connection.execute(select(*columns).order_by(*table.primary_key))))
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [2])
def test_the_short_cut_leads_to_the_same(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, seed: int
) -> None:
    """Whatever happens to a lodging, noting a look leaves behind exactly what the full step leaves behind."""
    life = Life(seed, KINDS[kind])
    monkeypatch.setattr(ordering, "new_claim_id", lambda: ClaimId(f"{life.time:%m%d%H%M}"))  # the same for both
    databases = [database, str(tmp_path / "in full.db")]
    with ExitStack() as stack:
        served = stack.enter_context(serve(life.platforms.values(), life.now))
        environ = {"CHANNELSYNC_KEY": KEY}
        managers = [
            stack.enter_context(cs.open(one, now=life.ours, allow_private_addresses=True, environ=environ))
            for one in databases
        ]
        managers[1].short_cuts = False
        engines = [opened(one) for one in databases]
        for engine in engines:
            stack.callback(engine.dispose)
        life.begin(managers, {name: served.export_url(one) for name, one in life.platforms.items()})
        for number in range(STEPS):
            life.step()
            short, full = map(stored, engines)
            assert short == full, f"seed {seed}, {kind}: after step {number}"
        assert life.both[0].state("lac") == life.both[1].state("lac")
        assert managers[0].noted, "no look was only noted: nothing is proven"
        assert not managers[1].noted
