"""Firefox as its makers ship it, driven over its own remote protocol (Marionette), with nothing between.

Nothing leaves this machine: everything but loopback goes to a proxy that is not there, and push messages come from a
service of the test's own. Marionette is a socket that takes a command and gives an answer at a time, both JSON with
their length before them.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import define

from tests.support import absent

__all__ = ["Firefox", "firefox"]

_PATIENCE: Final = 60.0
"""Seconds: a loaded machine takes its time to start a browser."""
_PREFERENCES: Final[Mapping[str, Any]] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "intl.accept_languages": "fr-FR, fr",
    "dom.push.connection.enabled": True,  # as it is for people; driven browsers have it off
    "dom.push.testing.allowInsecureServerURL": True,
    "dom.push.testing.ignorePermission": True,
    "permissions.default.desktop-notification": 1,
    "alerts.useSystemBackend": False,  # there is no desktop to show notifications on
}
_ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which WebDriver hands over elements."""


@define
class Firefox:
    """One window."""

    _wire: socket.socket
    _last: int = 0
    _rest: bytes = b""

    def ask(self, command: str, **given: object) -> Any:
        """Send a command, and return its answer."""
        self._last += 1
        sent = json.dumps([0, self._last, command, given]).encode()
        self._wire.sendall(b"%d:%s" % (len(sent), sent))
        _, number, error, answer = self.heard()
        assert (number, error) == (self._last, None), error
        return answer

    def heard(self) -> Any:
        """Return what comes next."""
        while b":" not in self._rest:
            self._read()
        size, _, self._rest = self._rest.partition(b":")
        while len(self._rest) < int(size):
            self._read()
        found, self._rest = self._rest[: int(size)], self._rest[int(size) :]
        return json.loads(found)

    def _read(self) -> None:
        piece = self._wire.recv(65_536)
        assert piece, "Firefox has gone"
        self._rest += piece

    def go(self, address: str) -> None:
        """Open a page."""
        self.ask("WebDriver:Navigate", url=address)

    def sees(self, wish: str, *given: object) -> Any:
        """Wait until an expression of the page holds, and return it; it may be a promise."""
        until = time.monotonic() + _PATIENCE
        while not (found := self._valued(wish, given)):
            assert time.monotonic() < until, f"waited in vain: {wish}"
            time.sleep(0.05)
        return found

    def _valued(self, wish: str, given: tuple[object, ...]) -> Any:
        script = (
            f"const given = [...arguments], done = given.pop(); Promise.resolve({wish}).then(done, () => done(null));"
        )
        return self.ask("WebDriver:ExecuteAsyncScript", script=script, args=list(given))["value"]

    def press(self, button: str) -> None:
        """Press the button of that text as a person does, as soon as it can be seen."""
        fits = "one.checkVisibility() && one.textContent.includes(given[0])"
        found = self.sees(f"[...document.querySelectorAll('button')].find((one) => {fits})", button)
        self.ask("WebDriver:ElementClick", id=found[_ELEMENT])


@contextmanager
def firefox(folder: Path, *, push: str) -> Generator[Firefox]:
    """Start Firefox with a fresh profile, its push service at that WebSocket; skip where it is not installed."""
    where = shutil.which("firefox-esr") or shutil.which("firefox")
    if where is None:
        absent("Firefox: apt-get install firefox-esr")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    wished = {**_PREFERENCES, "dom.push.serverURL": push, "marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wished.items()]
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    order = [where, "--headless", "--no-remote", "--marionette", "--profile", str(folder)]
    with subprocess.Popen(order, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            with _connected(port, process) as wire:
                window = Firefox(wire)
                window.heard()  # it says first what it speaks
                window.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": False}})
                window.ask("WebDriver:SetTimeouts", script=int(_PATIENCE * 1000), pageLoad=int(_PATIENCE * 1000))
                yield window
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def _connected(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        time.sleep(0.1)
    pytest.fail("Firefox did not start")
