"""The screens of a rehearsal: what `channelsync demo --serve` finds by the entry point group ``channelsync.screens``.

The app over the rehearsal's own database, on a port of this machine, with one area more: the owner plays the guests.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, final

import uvicorn
from attrs import frozen

from channelsync.errors import UsageError
from channelsync.ids import OwnerId
from channelsync.manager import Manager
from channelsync.testing.sample import Sample
from channelsync_web.areas.rehearsal import Stage
from channelsync_web.asgi import create_app

__all__ = ["Screens", "screens"]

_PORT: Final = 8000
"""Where it is looked for; any other one where that is taken."""
_PATIENCE: Final = 20.0


@final
@frozen
class Screens:
    """Screens that are open at ``address``."""

    address: str
    _stage: Stage

    def begin(self, town: Sample) -> None:
        """Let what was set up be played with."""
        self._stage.town = town

    def entrance(self, owner: OwnerId) -> str:
        """Return a link that signs somebody in as that owner, once."""
        return f"{self.address}/repetition/entrer/{self._stage.ticket(owner)}"


@contextmanager
def screens(manager: Manager) -> Generator[Screens]:
    """Serve the app over that manager on this machine until the block ends; its calendars are at this address.

    Raises:
        UsageError: the server does not start.
    """
    with _listening() as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        manager.base_url = address
        stage = Stage()
        app = create_app(manager, environ={}, stage=stage)
        settings = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, args=([listening],), name="screens", daemon=True)
        thread.start()
        until = time.monotonic() + _PATIENCE
        while not server.started:
            if time.monotonic() > until or not thread.is_alive():
                msg = "the screens do not start"
                raise UsageError(msg, advice="See the lines above.")
            time.sleep(0.02)
        try:
            yield Screens(address, stage)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


def _listening() -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", _PORT))
    except OSError:
        return socket.create_server(("127.0.0.1", 0))
