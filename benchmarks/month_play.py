"""A month of an owner with ten lodgings, played against the running service, and whether anything was lost.

The service is a process of its own (`benchmarks.month_service`): the real web app and worker on a clock that goes on
a quarter of an hour at a time. Around it are simulated platforms, which it reads over HTTP and which read it. Guests
book where the platform lets them and some cancel; the owner blocks; platforms fail for hours; the service is killed and
comes back half an hour later; a backup is made each day. In the end the platforms know the truth.

`benchmarks.month` tells what came of it.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final, cast

from attrs import Factory, define, field

import channelsync as cs
from benchmarks.month_service import Clock
from channelsync.inventory import Unit
from channelsync.nights import Nights, Stay
from channelsync.service.backup import set_up
from channelsync.testing import Fault, Platform, Reservation
from channelsync.testing.sample import CHANNELS, NAMES
from channelsync.testing.serve import Served, serve
from channelsync.vault import new_key
from channelsync_web.signing import cookie_name

STEP: Final = timedelta(minutes=15)
"""By so much the clock goes on: as often as a listing is looked at."""
START: Final = datetime(2027, 3, 1, 6, tzinfo=UTC)
BOOKINGS: Final = 0.35
"""Reservations of a lodging in a day."""
CANCELLED: Final = 0.15
BLOCKS: Final = 0.05
FAULTS: Final = (Fault.HTTP_500, Fault.EMPTY, Fault.PARTIAL, Fault.HTML_LOGIN)
FAULT_DAYS: Final = 4
"""Days between two failures of a platform; each lasts some hours."""
KILLED_EVERY: Final = 9
"""Days between two deaths of the service; in a shorter month it dies once."""
AWAY: Final = timedelta(minutes=30)
QUIET: Final = timedelta(days=2)
"""In the end nobody acts and nothing fails for so long."""


@define
class Booking:
    """A guest's reservation on one platform, and when it was where, in minutes after it was made."""

    unit: Unit
    channel: str
    made: Reservation
    at: datetime
    known: float | None = None
    closed: float | None = None
    elsewhere: float | None = None
    gone: bool = False


@define
class Doubled:
    """Two reservations that share nights, and since when the owner has been told."""

    one: Booking
    other: Booking
    told: datetime | None = None


@define
class Month:
    """What came of it."""

    days: int
    lodgings: int
    bookings: list[Booking] = Factory(list[Booking])
    blocks: list[tuple[Unit, Stay]] = Factory(list[tuple[Unit, Stay]])
    doubles: int = 0
    told: int = 0
    asked: int = 0
    answered: int = 0
    while_away: int = 0
    killed: int = 0
    late: int = 0
    faults: int = 0
    memory: list[float] = Factory(list[float])
    disk: list[float] = Factory(list[float])
    slowest: float = 0.0
    backups: int = 0
    lost: list[str] = Factory(list[str])
    kept: list[str] = Factory(list[str])
    errors: list[str] = Factory(list[str])
    seconds: float = 0.0


@define
class Service:
    """The process, which may be killed and started again."""

    database: Path
    clock: Path
    port: int
    environ: dict[str, str]
    log: Path
    cookie: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it serves."""
        command = [
            sys.executable,
            "-m",
            "benchmarks.month_service",
            str(self.database),
            str(self.clock),
            str(self.port),
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, env=self.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self.cookie = self._line()

    def work(self) -> bool:
        """Let it do what is due; whether it was done."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._line() == "done"

    def kill(self) -> None:
        """End it without a word."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    @property
    def megabytes(self) -> float:
        """What it holds of the machine's memory."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def get(self, path: str) -> int:
        """Return the status of an answer, 0 where nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Cookie": f"{cookie_name(https=False)}={self.cookie}"})
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return 0
        else:
            return answer.status
        finally:
            connection.close()

    def _line(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, f"the service ended: {self.log.read_text()[-2000:]}"
        return line


@define
class Play:
    """The month as it is being played."""

    month: Month
    manager: cs.Manager
    service: Service
    clock: Clock
    draw: random.Random
    platforms: dict[tuple[str, str], Platform]
    served: Served
    end: datetime
    busy: float
    back_at: datetime | None = None
    failing: list[tuple[Platform, datetime]] = field(factory=list)
    doubled: list[Doubled] = field(factory=list)

    def play(self) -> None:
        """Play it all."""
        deaths = {START + timedelta(days=day, hours=9) for day in range(2, self.month.days, KILLED_EVERY)}
        deaths = deaths or {START + timedelta(hours=9)}
        while (now := self.clock.now()) < self.end + QUIET:
            now += STEP
            self.clock.put(now)
            if now in deaths:
                self.service.kill()
                self.month.killed += 1
                self.back_at = now + AWAY
            if self.back_at is not None and now >= self.back_at:
                self.service.start()
                self.back_at = None
            self.mend(now)
            if now < self.end:
                self.act(now)
            self.served.import_due()
            self.look(now)
            self.owner_acts(now)
            if (now - START) % timedelta(days=1) < STEP and self.service.process is not None:
                self.month.memory.append(self.service.megabytes)
                folder = self.service.database.parent
                self.month.disk.append(sum(one.stat().st_size for one in folder.glob("gite.db*")) / 2**20)

    def look(self, now: datetime) -> None:
        """Let the service work, and ask it as others do."""
        away = self.service.process is None
        paths = ["/health"] + (["/", "/calendrier"] if now.minute < 5 and now.hour % 3 == 0 else [])
        if not away:
            begun = time.monotonic()
            self.month.late += not self.service.work()
            self.month.slowest = max(self.month.slowest, time.monotonic() - begun)
        for path in paths:
            good = self.service.get(path) == 200
            self.month.while_away += away
            self.month.asked += not away
            self.month.answered += good
        for one in self.month.bookings:
            if not one.gone and None in (one.known, one.closed, one.elsewhere):
                self.follow(one, now)

    def follow(self, one: Booking, now: datetime) -> None:
        """Note how far a reservation has come."""
        minutes = (now - one.at) / timedelta(minutes=1)
        state, nights = self.manager.state(one.unit), one.made.stay.nights
        here = next(each for each in state.active if each.listing.channel == one.channel)
        others = [each for each in state.active if each is not here]
        if one.known is None and any(claim.nights == nights for claim in here.claims):
            one.known = minutes
        if one.closed is None and all(nights <= each.published for each in others):
            one.closed = minutes
        rest = [self.platforms[one.unit.id, name] for name in CHANNELS if name != one.channel]
        with self.served.held():
            if one.elsewhere is None and not any(each.bookable(now, one.made.stay) for each in rest):
                one.elsewhere = minutes

    def act(self, now: datetime) -> None:
        """Let guests book and cancel, the owner block, and a platform fail."""
        share = self.busy * (STEP / timedelta(days=1))
        for unit in self.manager.units():
            if self.draw.random() < BOOKINGS * share:
                self.book(unit, now)
            if self.draw.random() < BLOCKS * share:
                self.block(unit, now)
        standing = [one for one in self.month.bookings if not one.gone and one.elsewhere is not None]
        if standing and self.draw.random() < BOOKINGS * CANCELLED * self.month.lodgings * share:
            self.cancel(self.draw.choice(standing), now)
        if self.draw.random() < share / FAULT_DAYS * 3:
            platform = self.draw.choice(list(self.platforms.values()))
            with self.served.held():
                platform.fail(self.draw.choice(FAULTS), now, times=None)
            self.month.faults += 1
            self.failing.append((platform, now + timedelta(hours=self.draw.randint(1, 8))))

    def mend(self, now: datetime) -> None:
        """Let platforms be well again."""
        for platform, until in [one for one in self.failing if now >= one[1] or now >= self.end]:
            with self.served.held():
                platform.heal()
            self.failing.remove((platform, until))

    def book(self, unit: Unit, now: datetime) -> None:
        """Let a guest book where the platform lets them."""
        channel, first = self.draw.choice(CHANNELS), now.date() + timedelta(days=self.draw.randint(5, 150))
        stay = Stay(first, first + timedelta(days=self.draw.choice((2, 3, 3, 4, 7))))
        platform = self.platforms[unit.id, channel]
        with self.served.held():
            made = platform.book(stay, now)
        if not isinstance(made, Reservation):
            return
        mine = Booking(unit, channel, made, now)
        for other in self.month.bookings:
            if not other.gone and other.unit == unit and other.made.stay.overlaps(stay):
                self.month.doubles += 1
                self.doubled.append(Doubled(mine, other))
        self.month.bookings.append(mine)

    def cancel(self, one: Booking, now: datetime) -> None:
        """Let a guest cancel."""
        with self.served.held():
            self.platforms[one.unit.id, one.channel].cancel(one.made.id, now)
        one.gone = True

    def block(self, unit: Unit, now: datetime) -> None:
        """Let the owner block dates, as the page would."""
        first = now.date() + timedelta(days=self.draw.randint(20, 200))
        stay = Stay(first, first + timedelta(days=2))
        try:
            self.manager.block(unit, stay)
        except cs.ChannelSyncError:  # taken: the page says so
            return
        self.month.blocks.append((unit, stay))

    def owner_acts(self, now: datetime) -> None:
        """Let the owner who is told of a double booking cancel the later one, a day later."""
        for both in list(self.doubled):
            nights = both.one.made.stay.nights & both.other.made.stay.nights
            if both.told is None and any(
                each.nights.overlaps(nights) for each in self.manager.conflicts(both.one.unit)
            ):
                both.told = now
                self.month.told += 1
            if both.told is None and (both.one.gone or both.other.gone):  # over before anybody could know of it
                self.month.doubles -= 1
                self.doubled.remove(both)
            elif both.told is not None and now >= both.told + timedelta(hours=6):
                if not (both.one.gone or both.other.gone):
                    self.cancel(both.one, now)
                self.doubled.remove(both)


def played(folder: Path, *, days: int = 30, lodgings: int = 10, seed: int = 1, busy: float = 1.0) -> Month:
    """Play a month in a folder, and return what came of it; in a ``busy`` one so many times as much happens."""
    begun = time.monotonic()
    clock, month, draw = Clock(folder / "clock"), Month(days, lodgings), random.Random(seed)
    clock.put(START)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    backups = folder / "backups"
    backups.mkdir()
    environ = {
        "CHANNELSYNC_KEY": new_key(),
        "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",
        "CHANNELSYNC_BASE_URL": f"http://127.0.0.1:{port}",
        "CHANNELSYNC_BACKUP": str(backups),
    }
    log, database = folder / "service.log", folder / "gite.db"
    service = Service(database, folder / "clock", port, {**os.environ, **environ}, log)
    with ExitStack() as stack:
        manager = stack.enter_context(cs.open(str(database), now=clock.now, environ=environ))
        manager.add_owner("Camille")
        set_up(manager, clock.now())
        platforms = _platforms(manager, lodgings)
        served = stack.enter_context(serve(platforms.values(), clock.now))
        stack.callback(service.kill)
        service.start()
        play = Play(month, manager, service, clock, draw, platforms, served, START + timedelta(days=days), busy)
        _furnished(play)
        play.play()
        _judged(play)
        month.backups = len(list(backups.iterdir()))
    month.errors = log.read_text(encoding="utf-8").splitlines()
    month.seconds = time.monotonic() - begun
    return month


def _platforms(manager: cs.Manager, lodgings: int) -> dict[tuple[str, str], Platform]:
    found: dict[tuple[str, str], Platform] = {}
    for name in NAMES[:lodgings]:
        unit = manager.add_unit(name)
        for channel in CHANNELS:
            make = cast("Any", manager.registry.get(channel).load_sandbox())
            found[unit.id, channel] = make(room=unit.slug, rng=random.Random(f"{channel} {unit.slug}"))
    return found


def _furnished(play: Play) -> None:
    """Link everything both ways, and let the watch over old links end."""
    for unit in play.manager.units():
        for channel in CHANNELS:
            platform = play.platforms[unit.id, channel]
            play.manager.link(unit, channel, feed=play.served.export_url(platform))
            platform.link(play.manager.feed_url(unit, channel).reveal(), play.clock.now())
    for _ in range(2):
        play.clock.put(play.clock.now() + timedelta(hours=5))
        play.served.import_due()
        play.service.work()
    for unit in play.manager.units():
        play.manager.links_removed(unit)
    play.clock.put(START)


def _judged(play: Play) -> None:
    """Hold what we know and publish against what the platforms and the owner know."""
    now, month = play.clock.now(), play.month
    today = now.date()
    for unit in play.manager.units():
        state = play.manager.state(unit)
        mine = Nights.union(stay.nights for of, stay in month.blocks if of == unit)
        sold = {one: play.platforms[unit.id, one].sold(now) for one in CHANNELS}
        own = Nights.union(claim.nights for claim in state.own)
        if not mine <= own:
            month.lost.append(f"{unit.name}: a block")
        for listing in state.active:
            channel = str(listing.listing.channel)
            known = Nights.union(claim.nights for claim in listing.claims if not claim.missing)
            ahead = _ahead(sold[channel], today)
            if not ahead <= known:
                month.lost.append(f"{unit.name}: {channel} has sold {ahead - known}, which is not known")
            wanted = _ahead(Nights.union([mine, *(theirs for one, theirs in sold.items() if one != channel)]), today)
            wanted -= sold[channel]
            if not wanted <= listing.published:
                month.lost.append(f"{unit.name}: {wanted - listing.published} is open on {channel}")
            if extra := _ahead(listing.published, today) - wanted - sold[channel]:
                month.kept.append(f"{unit.name}: {extra} is kept closed on {channel}")


def _ahead(nights: Nights, today: date) -> Nights:
    """Return the nights from the day after tomorrow on: what is sold for tonight may not be told any more."""
    return nights.since(today + timedelta(days=2))
