"""The owner's pages, over HTTP: ten lodgings on three platforms, two years behind them, sixteen people at once.

The server is a process of its own, as it is in an installation. Each page stands beside its bare twin: the same
template, from data that is there already, by the same framework and server, with nothing else around it.

    python -m benchmarks.web DATABASE BARE
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Final

import uvicorn
from attrs import define, frozen
from litestar import Litestar, get
from litestar.response import Template
from litestar.routes import HTTPRoute

import channelsync
from benchmarks.timing import Part, Promise, Table
from channelsync.ledger import Fetch, Look, Transaction
from channelsync.manager import Manager
from channelsync.nights import NO_NIGHTS
from channelsync.testing.sample import Sample, sample
from channelsync_web.asgi import create_app
from channelsync_web.composition import COMPRESSION, templates
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen
from channelsync_web.signing import cookie_name
from channelsync_web.speech import Say

PAGES: Final = ("/", "/calendrier", "/logements", "/semaine", "/journal")
"""What an owner opens most."""
PEOPLE: Final = 16
VISITS: Final = 6
"""How often each of them opens each page."""
ROUNDS: Final = 3
"""So many rushes at each server, in turns."""
PAUSE: Final = 1.0
"""Seconds for which a page is looked at before the next one."""
LODGINGS: Final = 10
PAST: Final = timedelta(days=730)
LATELY: Final = timedelta(days=30)
"""For so long every visit and every look is on record: platforms come every two hours, and we look every hour."""
GOAL_MEDIAN: Final = 0.1
"""Seconds within which half of the visits are answered, while sixteen people go from page to page."""
GOAL_WORST: Final = 2.0
"""Seconds within which every visit is answered, even where all sixteen ask again as soon as they have an answer."""
GOAL_RATE: Final = 0.5
"""Of the rate at which the bare twin is given out."""
GOAL_BYTES: Final = 40_000
"""Bytes of the calendar as it travels: all lodgings, all nights that it shows at first."""
NOTES: Final = (
    (
        "Times are by the wall, from the request to the last byte. *alone* is one visitor, the median; *in use* is "
        f"sixteen people who look at each page for {PAUSE:.0f} s, the median; *rush* is sixteen who look at nothing "
        "and ask again at once, the worst. One server process answers; the visitors run on the same cores."
    ),
    (
        "*rate* is how many pages a second are given out in the rush, and *of bare* what share that is of the same "
        "page, in as many bytes, from data that is there already: without a sign-in, a question to the database, or "
        "anything decided. The rushes at both are taken in turns. Nothing changes in the lodgings meanwhile, so what "
        "follows from their states alone is known to the server after the first visit, as it is between two looks."
    ),
)


@define
class Clock:
    """Stands where it is put."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The time."""
        return datetime(2027, 5, 12, 10, tzinfo=UTC) + self.ahead


@frozen
class Seen:
    """What visitors saw of one page: seconds for each visit, how many a second, and its bytes."""

    times: list[float]
    rate: float
    size: int


def measured() -> Part:
    """Measure every page, and the bytes of the calendar."""
    lines: list[tuple[str, ...]] = []
    promises: list[Promise] = []
    with TemporaryDirectory() as folder:
        database = str(Path(folder) / "web.db")
        cookie = _lived(database)
        with _serving(database, "") as address, _serving(database, "bare") as bare:
            for path in PAGES:
                _one(address, path, cookie)  # what is loaded once is loaded
                alone = median(_one(address, path, cookie)[0] for _ in range(VISITS))
                used = _crowd(address, path, cookie, PAUSE)
                rush, twin = _rushes((address, bare), path, cookie)
                share = rush.rate / twin.rate
                times = alone, median(used.times), max(rush.times)
                rates = f"{rush.rate:.0f}/s", f"{share:.0%}"
                lines.append((path, *(f"{one * 1000:.0f} ms" for one in times), *rates, f"{used.size / 1000:.1f} kB"))
                promises += _promises(path, median(used.times), max(*used.times, *rush.times), share, used.size)
    title = f"{LODGINGS} lodgings, {PAST.days // 365} years, {PEOPLE} people"
    heads = ("page", "alone", "in use", "rush, worst", "rate", "of bare", "bytes on the wire")
    return Part("web", "The owner's pages", (), [Table(title, heads, tuple(lines), tuple(promises))], NOTES)


def _promises(path: str, usual: float, worst: float, share: float, size: int) -> Iterator[Promise]:
    yield Promise(f"{path}: within {GOAL_MEDIAN * 1000:.0f} ms at the median, in use", usual <= GOAL_MEDIAN)
    yield Promise(f"{path}: within {GOAL_WORST:.0f} s at the worst", worst <= GOAL_WORST)
    yield Promise(f"{path}: at least {GOAL_RATE:.0%} of the rate of the bare page", share >= GOAL_RATE)
    if path == "/calendrier":
        yield Promise(f"{path}: at most {GOAL_BYTES // 1000} kB", size <= GOAL_BYTES)


# The visitors ---------------------------------------------------------------------------------------------------------
def _one(address: str, path: str, cookie: str) -> tuple[float, int]:
    """Open a page; return seconds and bytes."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
    begun = time.perf_counter()
    connection.request("GET", path, headers={"accept": "text/html", "accept-encoding": "gzip", "cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - begun
    connection.close()
    assert answer.status == 200, (path, answer.status)
    return took, len(body)


def _rushes(addresses: tuple[str, str], path: str, cookie: str) -> tuple[Seen, Seen]:
    """Let everybody rush at one server and at the other, in turns: whatever else the machine does slows both."""
    found: dict[str, list[Seen]] = {one: [] for one in addresses}
    for one in addresses * ROUNDS:
        found[one].append(_crowd(one, path, cookie, 0.0))
    here, there = (found[one] for one in addresses)
    return _together(here), _together(there)


def _together(rounds: list[Seen]) -> Seen:
    times = [one for each in rounds for one in each.times]
    return Seen(times, len(times) / sum(len(each.times) / each.rate for each in rounds), rounds[0].size)


def _crowd(address: str, path: str, cookie: str, pause: float) -> Seen:
    """Let everybody open a page again and again."""

    def person(number: int) -> list[tuple[float, int]]:
        time.sleep(pause * number / PEOPLE)  # people do not click all at the same moment
        found: list[tuple[float, int]] = []
        for _ in range(VISITS):
            found.append(_one(address, path, cookie))
            time.sleep(pause)
        return found

    begun = time.perf_counter()
    with ThreadPoolExecutor(PEOPLE) as pool:
        found = [each for those in pool.map(person, range(PEOPLE)) for each in those]
    return Seen([took for took, _ in found], len(found) / (time.perf_counter() - begun), found[0][1])


# The installation -----------------------------------------------------------------------------------------------------
def _lived(database: str) -> str:
    """Make an installation that has lived for two years, and return an owner's cookie."""
    clock = Clock()
    with channelsync.open(database, now=clock.now, allow_private_addresses=True, environ={}) as manager:
        app = create_app(manager, environ={})
        with threaded(app) as address:
            manager.base_url = address
            owner = manager.add_owner("Camille").owner.id
            with sample(manager, clock, owner, lodgings=LODGINGS, past=PAST, step=LATELY) as made:
                with manager.ledger.transaction() as tx:
                    _visited(tx, made)
                for unit in made.units[1:]:  # of the first one some nights stay to be read
                    for link in manager.links(unit):
                        manager.record_fetch(unit, link.key)
                return f"{cookie_name(https=False)}={app.state.people.begin(owner)}"


def _visited(tx: Transaction, made: Sample) -> None:
    """Put the last month's visits and looks on record: the sample has lived through it in one step."""
    for unit in made.units:
        for link in tx.listings(unit.id):
            for hour in range(int(LATELY / timedelta(hours=1)), 0, -1):
                at = made.now() - timedelta(hours=hour)
                tx.record_observation(Look(link.id, at, "complete", None, "", 40, NO_NIGHTS))
                if hour % 2:
                    tx.record_fetch(
                        Fetch(link.id, at, 1, f"{link.channel} calendar reader", 200, proof=True, visitor="platform")
                    )


@contextmanager
def threaded(app: Litestar) -> Iterator[str]:
    """Serve an app from this process; gives its address."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@contextmanager
def _serving(database: str, bare: str) -> Iterator[str]:
    """Serve the pages, or their bare twins, from another process; gives its address."""
    command = [sys.executable, "-m", "benchmarks.web", database, bare]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def main() -> int:
    """Serve until the standard input is closed."""
    database, bare = sys.argv[1:]
    clock = Clock()
    with channelsync.open(database, now=clock.now, environ={}) as manager:
        app = _bare(manager) if bare else create_app(manager, environ={})
        with threaded(app) as address:
            print(address, flush=True)
            sys.stdin.read()
    return 0


def _bare(manager: Manager) -> Litestar:
    """Return an app that gives out each page from what it was made of once."""
    owner = next(one for one in manager.owners() if one.name == "Camille")
    screen = Screen("/", Say("fr", manager.time(), manager.titles), manager, owner, "session", heard="0" * 16)
    mine = Mine(manager, owner)
    shown = {one.path: one for one in create_app(manager, environ={}).routes if isinstance(one, HTTPRoute)}
    made = {path: _made(shown[path], screen, mine) for path in PAGES}
    return Litestar(
        [_twin(path, page) for path, page in made.items()],
        template_config=templates(),
        compression_config=COMPRESSION,
        openapi_config=None,
    )


def _made(route: HTTPRoute, screen: Screen, mine: Mine) -> Template:
    """Return a page with everything that its template needs."""
    handler, _ = route.route_handler_map["GET"]
    asked = {"request": SimpleNamespace(query_params={})}
    known = {name: one for name, one in asked.items() if name in handler.parsed_fn_signature.parameters}
    made: Template = asyncio.run(handler.fn(screen=screen, mine=mine, **known))
    return made


def _twin(path: str, made: Template) -> Any:
    @get(path, sync_to_thread=True)
    def page() -> Template:
        return Template(made.template_name, context=made.context)

    return page


if __name__ == "__main__":
    sys.exit(main())
