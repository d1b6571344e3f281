"""The service as a worker runs it: from a hint to durable closings, what a quiet look costs, and memory over a week."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final

import httpx

import channelsync
from benchmarks import apis, hooks
from benchmarks.calendars import ZONE, feed
from benchmarks.server import served
from benchmarks.timing import Figure, Part, Promise, Row, Table
from channelsync.adapter import Flow
from channelsync.engine.address import AddressPolicy
from channelsync.engine.client import DriverLimits, open_client
from channelsync.engine.drive import Driver
from channelsync.ids import ListingId
from channelsync.manager import Manager, SyncReport
from channelsync.service.queue_embedded import EmbeddedQueue
from channelsync.service.work import Work

ANSWER: Final = 0.05
"""Seconds after which the stand-ins answer."""
ROUNDS: Final = 20
WARM: Final = 5
"""Rounds that are not counted: the first ones load code and open connections."""
GOAL_HINT: Final = 0.5
LISTINGS: Final = 200
EVENTS: Final = 50
FEW: Final = 15
"""Reservations on each of a lodging's listings, to begin with: one comes in each round."""
GOAL_QUIET: Final = 0.009
"""Seconds of CPU for one quiet look: ten thousand in a quarter of an hour are then less than a tenth of a core."""
WEEK: Final = 7
GOAL_GROWTH: Final = 256 * 1024
"""Bytes by which memory may be larger after a week than after its first two days."""
NOTES: Final = (
    (
        f"*hint* is the time by the wall from `manager.hint` to both other listings' calendars being written and "
        f"durable (SQLite, synchronous=FULL), less the {ANSWER * 1000:.0f} ms in which the stand-in answers over TLS: "
        f"one GET of the calendar hinted at; the others are written when what we publish for them is stored, for their "
        f"platforms fetch it. *bare httpx* is one `gather` of two GETs to it on kept connections, of the two others' "
        f"calendars, less the same. The stand-ins run on the same cores."
    ),
    (
        "*hint, APIs* is the same by the simulated APIs, from Airbnb to Booking.com, until the write is answered, less "
        "the time in which the simulators themselves are at it; *the same rounds* are the same requests, one after the "
        "other where ours must wait for an answer, without a ledger or a decision."
    ),
    (
        "*a webhook's delivery* is answered by the real app, a process of its own, over HTTP; by the wall. It is "
        "durable when `Inbox.receive` returns, by SQLite with synchronous=FULL."
    ),
    (
        "*a quiet look* is the CPU time of the whole path for one listing whose calendar has not changed: lease, "
        "request over TLS, recognition, the noted look, durable, done."
    ),
)


class Clock:
    """The real time, moved on by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.ahead


def measured() -> Part:
    """Measure all of it."""
    logging.getLogger("channelsync.worker").setLevel(logging.CRITICAL)  # the clock is moved here, and would be told
    rows, tables = [*_hinted(), apis.measured()], [hooks.measured(), _quiet(), _connections(), _week()]
    return Part("service", "The service", rows, tables, NOTES)


# From a hint to durable closings ------------------------------------------------------------------------------------
def _hinted() -> tuple[Row, ...]:
    with _opened(_calendars(), ANSWER) as (manager, url, folder, clock):
        unit = manager.add_unit("Lac", timezone=ZONE)
        for name in "abc":
            manager.link(unit, f"ical:{name}", feed=f"{url}/live/{name}.ics")
        manager.sync(everything=True)
        listing = manager.links(unit)[0].id
        written = threading.Event()

        def told(report: SyncReport) -> None:
            if len({change.listing for change in report.changes}) == 2:
                written.set()

        work = Work(manager, clock, told=told)
        queue, stop = EmbeddedQueue(work), threading.Event()
        manager.wake = queue.submit
        thread = threading.Thread(target=queue.run, args=(stop,))
        thread.start()
        try:
            wall, spent = _in_turn(manager, listing, clock, written, url, folder)
        finally:
            stop.set()
            thread.join()
            work.close()
    return (
        Row("hint", "both others written, durable", "bare httpx", *wall, GOAL_HINT),
        Row("hint", "its CPU", "bare httpx", *spent),
    )


def _in_turn(
    manager: Manager, listing: ListingId, clock: Clock, written: threading.Event, url: str, folder: Path
) -> tuple[tuple[Figure, Figure], tuple[Figure, Figure]]:
    """Take ours and theirs in turn; return what is over the stand-in's own time by the wall, and this process's CPU."""
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with asyncio.Runner() as runner:
        tls = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
        client = httpx.AsyncClient(verify=tls)
        for number in range(ROUNDS + WARM):
            with _timed(theirs):
                runner.run(_gathered(client, url))
            later = feed(FEW + number + 1, first=date(2027, 2, 1))
            (folder / "served" / "a.ics").write_bytes(later)
            clock.ahead += timedelta(seconds=30)
            written.clear()
            with _timed(ours):
                assert manager.hint(listing)
                assert written.wait(30), "the hint came to nothing"
        runner.run(client.aclose())
    pairs = tuple(
        (Figure.of([one[place] for one in ours[WARM:]]), Figure.of([one[place] for one in theirs[WARM:]]))
        for place in (0, 1)
    )
    return pairs[0], pairs[1]


@contextmanager
def _timed(taken: list[tuple[float, float]]) -> Iterator[None]:
    """Note how long the block took by the wall, less the stand-in's wait, and what CPU time it cost here."""
    wall, spent = perf_counter(), process_time()
    yield
    taken.append((perf_counter() - wall - ANSWER, process_time() - spent))


async def _gathered(client: httpx.AsyncClient, url: str) -> None:
    await asyncio.gather(client.get(f"{url}/live/b.ics"), client.get(f"{url}/live/c.ics"))


def _calendars() -> dict[str, bytes]:
    """Return the calendars of one lodging's three listings: no guest is on two of them."""
    return {name: feed(FEW, first=date(year, 2, 1)) for name, year in zip("abc", (2027, 2028, 2029), strict=True)}


# What a quiet look costs ----------------------------------------------------------------------------------------------
def _quiet() -> Table:
    lines: list[tuple[str, ...]] = []
    promises: list[Promise] = []
    for how, title in (("still", "304"), ("live", "new DTSTAMPs")):
        names = [f"{how}{number}" for number in range(LISTINGS)]
        bodies = {
            name: feed(EVENTS, first=date(2027, 1, 1) + timedelta(days=place)) for place, name in enumerate(names)
        }
        with _opened(bodies, 0.0) as (manager, url, _, clock):
            for name in names:
                manager.link(manager.add_unit(name, timezone=ZONE), "ical:a", feed=f"{url}/{how}/{name}.ics")
            work = Work(manager, clock, told=lambda _: None)
            values = [_round(work, clock) for _ in range(6)][3:]
            work.close()
        one = Figure.of(values)
        share = one.median * 10_000 / 900
        lines.append((title, f"{one.minimum * 1000:.2f} ms", f"{one.median * 1000:.2f} ms", f"{share:.1%}"))
        promises.append(
            Promise(
                f"a quiet look ({title}) costs less than {GOAL_QUIET * 1000:.0f} ms of CPU", one.median < GOAL_QUIET
            )
        )
    heads = ("answer", "CPU, least", "median", "10,000 every 15 minutes, of one core")
    return Table(f"A quiet look, {LISTINGS} listings", heads, tuple(lines), tuple(promises))


def _round(work: Work, clock: Clock) -> float:
    """Let every listing be looked at once, and return the CPU seconds of one."""
    clock.ahead += timedelta(minutes=16)
    gc.collect()
    begun = process_time()
    done = work.drain()
    spent = process_time() - begun
    assert done == LISTINGS, done
    return spent / LISTINGS


def _connections() -> Table:
    """Compare a connection for each request with a kept one: the driver alone."""
    lines: list[tuple[str, ...]] = []
    with (
        TemporaryDirectory(prefix="channelsync-bench-") as name,
        served({"a": feed(EVENTS)}, Path(name), tls=True) as url,
    ):
        for title, idle in (("a connection for each request", 0.0), ("kept open", 30.0)):
            limits, policy = DriverLimits(idle=idle), AddressPolicy(allow_private=True)
            tls = ssl.create_default_context(cafile=f"{name}/certificate.pem")
            with open_client(policy, limits, tls=tls) as client:
                driver = Driver(policy, limits, client=client)
                values = [_requests(driver, f"{url}/live/a.ics") for _ in range(4)][1:]
            lines.append((title, f"{min(values) * 1000:.2f} ms"))
    return Table("One request over TLS, the driver alone", ("connection", "CPU"), tuple(lines))


def _requests(driver: Driver, url: str) -> float:
    begun = process_time()
    for _ in range(50):
        driver.run(_get(url))
    return (process_time() - begun) / 50


def _get(url: str) -> Flow[httpx.Response]:
    return (yield httpx.Request("GET", url))


# Memory over a week ---------------------------------------------------------------------------------------------------
def _week() -> Table:
    with _opened({name: feed(EVENTS) for name in "abc"}, 0.0) as (manager, url, _, clock):
        unit = manager.add_unit("Lac", timezone=ZONE)
        for name in "abc":
            manager.link(unit, f"ical:{name}", feed=f"{url}/live/{name}.ics")
        work = Work(manager, clock, told=lambda _: None)
        sizes: list[int] = []
        tracemalloc.start()
        try:
            for _ in range(WEEK):
                for _ in range(96):
                    clock.ahead += timedelta(minutes=15)
                    work.drain()
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
            work.close()
    lines = tuple((f"day {day}", f"{size / 1024:,.0f} kB") for day, size in enumerate(sizes, 1))
    kept = sizes[-1] - sizes[1] < GOAL_GROWTH
    promise = Promise(f"memory grows by less than {GOAL_GROWTH // 1024} kB from the second day to the seventh", kept)
    return Table(
        "Memory in use, three listings looked at every quarter of an hour", ("after", "in use"), lines, (promise,)
    )


@contextmanager
def _opened(bodies: dict[str, bytes], wait: float) -> Iterator[tuple[Manager, str, Path, Clock]]:
    """Serve calendars over TLS, and open a manager that trusts the server."""
    before = os.environ.get("SSL_CERT_FILE")
    with TemporaryDirectory(prefix="channelsync-bench-") as name:
        folder, clock = Path(name), Clock()
        with served(bodies, folder, wait=wait, tls=True) as url:
            os.environ["SSL_CERT_FILE"] = str(folder / "certificate.pem")
            try:
                with channelsync.open(str(folder / "gite.db"), now=clock, allow_private_addresses=True) as manager:
                    yield manager, url, folder, clock
            finally:
                os.environ.pop("SSL_CERT_FILE")
                if before is not None:
                    os.environ["SSL_CERT_FILE"] = before
