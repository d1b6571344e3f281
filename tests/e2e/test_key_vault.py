"""An installation whose master key stands in Azure Key Vault, as one: pages, worker and commands, each its own process.

Nothing of ours is replaced: the programs ask ``https://gites.vault.azure.net`` with Microsoft's own client. Their way
out is a proxy on loopback that ends there, as the stand-in of tests/integration/test_key_vault.py.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from attrs import frozen

from tests.e2e.command import EXECUTABLE
from tests.e2e.platforms import airbnb, closed, greengo, nights, serve
from tests.integration.test_key_vault import (
    Azure,
    _installed,  # noqa: F401 - a fixture
    certificate,
    handler,
)

HOST = "gites.vault.azure.net"
MAIL, WORDS = "camille@example.org", "quatre mots bien choisis"

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def proxied(azure: Azure, inside: ssl.SSLContext) -> type[BaseHTTPRequestHandler]:
    """A proxy that leads to the vault and nowhere else; what hands out tokens is asked in the open, beside it."""

    class Proxy(handler(azure)):
        def do_CONNECT(self) -> None:  # noqa: N802 - the name that http.server calls
            assert self.path == f"{HOST}:443", self.path
            self.send_response(200)
            self.end_headers()
            self.request = inside.wrap_socket(self.connection, server_side=True)
            self.setup()
            self.close_connection = False  # a client asks for a tunnel by HTTP/1.0

        def finish(self) -> None:
            super().finish()
            self.connection.close()

    return Proxy


@frozen
class Installation:
    """Where an installation is, what its programs are given, and the vault."""

    folder: Path
    azure: Azure
    environ: dict[str, str]

    def says(self, *lines: str) -> list[dict[str, object]]:
        """What commands answer that are given one after the other, in one process."""
        code = "import sys; from channelsync.cli import main; [main(['--json', *a.split()]) for a in sys.stdin]"
        done = subprocess.run(
            [EXECUTABLE.with_name("python"), "-c", code],
            cwd=self.folder,
            env=self.environ,
            input="".join(f"{line}\n" for line in lines),
            text=True,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert not done.stderr, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    @contextmanager
    def running(self, program: str, *words: str) -> Iterator[None]:
        """One of our programs, until it is told to stop; it leaves no traceback in its log."""
        log = self.folder / f"{program}.log"
        with log.open("w") as out:
            command = [str(EXECUTABLE.with_name(program)), *words]
            process = subprocess.Popen(command, cwd=self.folder, env=self.environ, stdout=out, stderr=out)
            try:
                yield
                assert process.poll() is None, log.read_text()
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
        assert process.returncode in {0, -signal.SIGTERM}, log.read_text()
        assert "Traceback" not in log.read_text()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation with nothing in it yet, on a machine with an identity, as App Service sets one up."""
    azure = Azure(f"https://{HOST}")
    azure.turn()
    trusted, context = certificate(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), proxied(azure, context))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    here, free = f"http://127.0.0.1:{server.server_address[1]}", socket.create_server(("127.0.0.1", 0))
    with free:
        port = free.getsockname()[1]
    yield Installation(
        tmp_path,
        azure,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "HTTPS_PROXY": here,
            "IDENTITY_ENDPOINT": f"{here}/token",
            "IDENTITY_HEADER": "hush",
            "REQUESTS_CA_BUNDLE": str(trusted),
            "CHANNELSYNC_DB": str(tmp_path / "gite.db"),
            "CHANNELSYNC_BASE_URL": f"http://127.0.0.1:{port}",
            "CHANNELSYNC_KEY_VAULT": azure.key,
            "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",  # the platforms of this test are on loopback
        },
    )
    server.shutdown()
    server.server_close()
    thread.join()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that is to come about by itself."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def healthy(client: httpx.Client) -> bool:
    """Whether the pages are served."""
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def test_the_key_is_in_azure(installation: Installation) -> None:
    """Who signs in gets in, a platform gets its calendar, and both go on while the key is replaced under them."""
    address, azure = installation.environ["CHANNELSYNC_BASE_URL"], installation.azure
    port, trusting = address.rpartition(":")[2], {"origin": address}
    with serve() as town, httpx.Client(base_url=address, headers=trusting, trust_env=False) as browser:
        town["airbnb"].show(airbnb("2027-03-15", "2027-03-18"))
        town["greengo"].show(greengo("2027-06-01", "2027-06-03"))
        links = [f"link lac {channel} --feed {town.url(channel)}" for channel in ("airbnb", "booking")]
        march = nights("2027-03-15", "2027-03-18")
        owner, unit, *_, feed = installation.says("owner add Camille", "unit add Lac", *links, "feed-url lac booking")
        path = str(feed["url"]).removeprefix(address)

        def shown() -> set[object]:
            answer = browser.get(path)
            return set(closed(answer.text)) if answer.status_code == 200 else set()

        with installation.running("channelsync-web", "--port", port), installation.running("channelsync-worker"):
            until(lambda: healthy(browser))
            first = {"code": str(owner["code"]), "email": MAIL, "password": WORDS}
            assert browser.post("/bienvenue", data=first).headers["location"] == "/"
            until(lambda: shown() == march)
            azure.turn()
            before, asked = set(azure.versions), len(azure.asked)
            rotated, _ = installation.says("keys rotate", f"link lac greengo --feed {town.url('greengo')}")
            assert rotated["sealed_anew"]
            del azure.versions[min(before)]  # nobody needs what the older version of Azure's key wrapped
            town["airbnb"].show(airbnb("2027-03-15", "2027-03-18"), airbnb("2027-05-01", "2027-05-03", "b"))
            again = browser.post("/connexion", data={"email": MAIL, "password": WORDS})
            assert again.status_code == 303
            assert browser.post(f"/logements/{unit['id']}/airbnb/lire").status_code == 303
            until(lambda: shown() == march | nights("2027-05-01", "2027-05-03") | nights("2027-06-01", "2027-06-03"))
            assert path in browser.get(f"/logements/{unit['id']}/booking/lien").text
    assert azure.asked[asked:].count("unwrapkey") >= 2, "each running program asked for the new key"
    assert not list(installation.folder.glob("*.key"))
