"""The owner's pages, over HTTP: ten lodgings on three platforms, two years behind them, sixteen people at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import uvicorn
from attrs import define
from litestar import Litestar, get
from litestar.contrib.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig

import channelsync
from benchmarks.timing import Part, Promise, Table
from channelsync.testing.sample import sample
from channelsync_web.asgi import create_app
from channelsync_web.composition import environment
from channelsync_web.signing import cookie_name

PAGES: Final = ("/", "/calendrier", "/logements", "/semaine", "/journal")
PEOPLE: Final = 16
VISITS: Final = 6
"""How often each of them opens each page."""
LODGINGS: Final = 10
PAST: Final = timedelta(days=730)
GOAL: Final = 2.0
"""Seconds within which a page must come, for 95 of 100 visits with everybody there at once."""
GOAL_ALONE: Final = 0.5
GOAL_BYTES: Final = 60_000
"""Bytes of the calendar as it travels: all lodgings, all nights that it shows at first."""
NOTES: Final = (
    (
        "Times are by the wall, from the request to the last byte; server and visitors share one Python process, so "
        "they are rather too long than too short. *Alone* is one visitor, the median; *at once* is sixteen, the 95th "
        "percentile."
    ),
    "*a bare page* is one line of text by the same server, framework and template engine: what nobody can go below.",
)


@define
class Clock:
    """Stands where it is put."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The time."""
        return datetime(2027, 5, 12, 10, tzinfo=UTC) + self.ahead


def measured() -> Part:
    """Measure every page, and the bytes of the calendar."""
    with TemporaryDirectory() as folder, _installation(Path(folder)) as (address, cookie), _bare() as bare:
        lines, promises = [], []
        for name, where, path in [("a bare page", bare, "/"), *((path, address, path) for path in PAGES)]:
            alone = sorted(_visit(where, path, cookie)[0] for _ in range(VISITS))[VISITS // 2]
            crowd, size = _crowd(where, path, cookie)
            lines.append((name, f"{alone * 1000:.0f} ms", f"{crowd * 1000:.0f} ms", f"{size / 1000:.1f} kB"))
            promises.append(Promise(f"{name}: within {GOAL:.0f} s for {PEOPLE} people at once", crowd <= GOAL))
            promises.append(Promise(f"{name}: within {GOAL_ALONE} s for one", alone <= GOAL_ALONE))
            if path == "/calendrier":
                promises.append(Promise(f"{name}: at most {GOAL_BYTES // 1000} kB", size <= GOAL_BYTES))
    title = f"{LODGINGS} lodgings, {PAST.days // 365} years, {PEOPLE} people"
    heads = ("page", "alone, median", "at once, 95 %", "bytes on the wire")
    return Part("web", "The owner's pages", (), [Table(title, heads, tuple(lines), tuple(promises))], NOTES)


def _visit(address: str, path: str, cookie: str) -> tuple[float, int]:
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


def _crowd(address: str, path: str, cookie: str) -> tuple[float, int]:
    """Let everybody open a page again and again; return the 95th percentile, and the bytes."""

    def one(_: int) -> list[tuple[float, int]]:
        return [_visit(address, path, cookie) for _ in range(VISITS)]

    with ThreadPoolExecutor(PEOPLE) as pool:
        found = [each for those in pool.map(one, range(PEOPLE)) for each in those]
    times = sorted(took for took, _ in found)
    return times[int(len(times) * 0.95)], found[0][1]


@contextmanager
def _installation(folder: Path) -> Iterator[tuple[str, str]]:
    """Open an installation that has lived for two years; yields its address and an owner's cookie."""
    clock, database = Clock(), str(folder / "web.db")
    with channelsync.open(database, now=clock.now, allow_private_addresses=True, environ={}) as manager:
        app = create_app(manager, environ={})
        with _served(app) as address:
            manager.base_url = address
            owner = manager.add_owner("Camille").owner.id
            with sample(manager, clock, owner, lodgings=LODGINGS, past=PAST, step=timedelta(days=30)):
                token = app.state.people.begin(owner)
                yield address, f"{cookie_name(https=False)}={token}"


@contextmanager
def _bare() -> Iterator[str]:
    @get("/", sync_to_thread=True)
    def page() -> Template:
        return Template(template_str="<!doctype html><title>x</title><h1>{{ word }}</h1>", context={"word": "Bonjour"})

    engine: Any = TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))
    with _served(Litestar([page], template_config=engine, openapi_config=None)) as address:
        yield address


@contextmanager
def _served(app: Any) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)
