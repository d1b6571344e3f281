"""A platform with an API, as small as can be: it gives tokens for a key that renews them, over real HTTP.

Its plugin is written as a foreign one would be. The platform may be slow, ask us to wait, break off, or take its access
back; it counts what it is asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import EntryPoint
from pathlib import Path

import httpx
import pytest
from attrs import define, field, frozen

from channelsync.adapter import Access, Capability, ChannelPlugin, Flow, Secret, Setting
from channelsync.errors import ChannelUnavailableError, CredentialRejectedError, RateLimitedError
from channelsync.ids import ChannelName


@define
class Town:
    """The platform: which key renews at present, and how it answers."""

    address: str = ""
    renewal: str = "marked-renewal-0"
    status: int = 200
    lifetime: int = 3600
    asked: int = 0
    turns: bool = True
    garbage: bool = False
    hold: threading.Event | None = None
    reached: threading.Event = field(factory=threading.Event)
    lock: threading.Lock = field(factory=threading.Lock)

    def answer(self, given: str) -> tuple[int, bytes]:
        """Answer one request for a token."""
        with self.lock:
            self.asked += 1
            number = self.asked
        self.reached.set()
        if self.hold is not None:
            assert self.hold.wait(20)
        if self.status != 200:
            return self.status, b"{}"
        with self.lock:
            if given != self.renewal:
                return 400, b'{"error": "invalid_grant"}'
            if self.turns:  # as OAuth's rotating refresh tokens: the one before is void
                self.renewal = f"marked-renewal-{number}"
            answer = {"access_token": f"marked-token-{number}", "refresh_token": self.renewal}
        return 200, b"[]" if self.garbage else json.dumps(answer | {"expires_in": self.lifetime}).encode()


@frozen
class Api:
    """The plugin's route: renews a token, and nothing else."""

    address: str

    def refresh(self, access: Access) -> Flow[Access]:
        """Ask for a new token."""
        form = {"grant_type": "refresh_token", "refresh_token": access.fields["refresh_token"].reveal()}
        response = yield httpx.Request("POST", f"{self.address}/token", data=form)
        if response.status_code == 429:
            msg = "Exemple asks us to wait"
            raise RateLimitedError(msg, retry_after=timedelta(seconds=int(response.headers["Retry-After"])))
        if response.status_code >= 500:
            msg = f"Exemple answered {response.status_code}"
            raise ChannelUnavailableError(msg)
        if response.status_code != 200:
            msg = "Exemple has taken its access back"
            raise CredentialRejectedError(msg)
        given = response.json()
        fields = {**access.fields, "refresh_token": Secret(given["refresh_token"])}
        return Access(access.account, Secret(given["access_token"]), fields, timedelta(seconds=given["expires_in"]))


def plugin(address: str) -> ChannelPlugin:
    """The platform's plugin, as if installed."""
    account = (
        Setting("client", "Identifiant", "Client", "", "From the platform's page for partners.", required=True),
        Setting("refresh_token", "Clé", "Key", "", "From the platform's page for partners.", True, True),
        Setting("region", "Région", "Region", "", "", choices=("fr", "de"), default="fr"),
    )
    capabilities = frozenset({Capability.REFRESHES_CREDENTIAL})
    return ChannelPlugin(
        ChannelName("exemple"), "Exemple", api=Api(address), account=account, capabilities=capabilities
    )


_HERE = [""]


def __getattr__(name: str) -> object:
    """The plugin of the platform being served, found by an entry point as an installed one is."""
    if name == "PLUGIN":
        return plugin(_HERE[0])
    raise AttributeError(name)


ENTRY = EntryPoint("exemple", "tests.contract.platform_api:PLUGIN", "channelsync.channels")


@contextmanager
def served() -> Iterator[Town]:
    """The platform on a loopback port."""
    town = Town()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = dict(httpx.QueryParams(body)).get("refresh_token", "")
            status, answer = town.answer(given)
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "1200")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    town.address = f"http://127.0.0.1:{server.server_address[1]}"
    _HERE[0] = town.address
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield town
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The platform on a loopback port, and its plugin installed in a folder that Python looks into."""
    info = folder / "channelsync_exemple-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: channelsync-exemple\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{ENTRY.group}]\n{ENTRY.name} = {ENTRY.value}\n")
    monkeypatch.syspath_prepend(folder)
    with served() as town:
        yield town
