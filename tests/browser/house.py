"""The whole app as it really runs, for browsers: a server on loopback, a database, simulated platforms, sample data."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from attrs import define
from litestar import Litestar

import channelsync as cs
from channelsync.ids import OwnerId
from channelsync.testing.sample import Sample, sample
from channelsync_web.asgi import create_app
from channelsync_web.signing import cookie_name
from channelsync_worker.embedded import working

__all__ = ["NOON", "Clock", "House", "open_house", "served_app"]

NOON = datetime(2027, 5, 12, 10, 0, tzinfo=UTC)
"""A Wednesday at noon in Paris: the time of pages that are compared."""
_PATIENCE = 20.0


@define
class Clock:
    """Stands where it is put, or goes on from there as real time does."""

    base: datetime = NOON
    ahead: timedelta = timedelta(0)
    goes: bool = False
    _since: float = 0.0

    def now(self) -> datetime:
        """Return the time."""
        gone = timedelta(seconds=time.monotonic() - self._since) if self.goes else timedelta(0)
        return self.base + self.ahead + gone

    def go(self) -> None:
        """Let time pass from now on."""
        self._since, self.goes = time.monotonic(), True


@define
class House:
    """What stands there: the app at ``address``, everything behind it, and the clock of all."""

    address: str
    app: Litestar
    manager: cs.Manager
    clock: Clock
    owner: OwnerId
    database: Path
    _town: Sample | None = None

    @property
    def town(self) -> Sample:
        """The sample that was set up."""
        assert self._town is not None
        return self._town

    @contextmanager
    def worked(self) -> Generator[None]:
        """Let a real worker keep it in step until the block ends; time goes on from now."""
        self.clock.go()
        environ = {"CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1", "CHANNELSYNC_BASE_URL": self.address}
        with working(str(self.database), environ, lambda: None, now=self.clock.now):
            yield

    def signal(self) -> None:
        """Let the worker look at everything now, as platforms' signals would make it."""
        for unit in self.manager.units():
            for one in self.manager.state(unit).active:
                self.manager.hint(one.id)

    def cookie(self, owner: OwnerId | None = None) -> dict[str, Any]:
        """Return the cookie of an owner who has signed in, as a browser takes it."""
        token = self.app.state.people.begin(owner or self.owner)
        return {
            "name": cookie_name(https=False),
            "value": token,
            "url": self.address,
            "httpOnly": True,
            "sameSite": "Lax",
        }


@contextmanager
def served_app(app: Any, listening: socket.socket) -> Generator[None]:
    """Serve an ASGI app on a socket, in a thread, until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="uvicorn")
    thread.start()
    until = time.monotonic() + _PATIENCE
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started, "the app did not start"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)


@contextmanager
def open_house(
    folder: Path,
    *,
    empty: bool = False,
    lodgings: int = 2,
    past: timedelta = timedelta(days=30),
    name: str = "Camille",
    environ: Mapping[str, str] | None = None,
) -> Generator[House]:
    """Open the app over a new database; ``empty`` leaves out lodgings and platforms, ``environ`` are its settings."""
    clock, database = Clock(), folder / "house.db"
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        cs.open(str(database), now=clock.now, allow_private_addresses=True, environ={}) as manager,
    ):
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        manager.base_url = address
        app = create_app(manager, environ=environ or {})
        owner = manager.add_owner(name).owner.id
        with served_app(app, listening):
            house = House(address, app, manager, clock, owner, database)
            if empty:
                yield house
                return
            with sample(manager, clock, owner, lodgings=lodgings, past=past) as town:
                house._town = town
                yield house
