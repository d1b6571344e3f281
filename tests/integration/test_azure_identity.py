"""The identity that an app has on Azure: Microsoft's credentials and clients, against what App Service and Azure give.

App Service hands tokens out at an address that only the app can reach (``IDENTITY_ENDPOINT``); the template names which
identity is meant (``AZURE_CLIENT_ID``), and that nothing else is to be looked for (``AZURE_TOKEN_CREDENTIALS``).
The storage is Azurite, which reads such tokens where it is served over https.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import define, field

import channelsync as cs
from channelsync.service.backup import back_up, set_up
from channelsync.service.places import place_at
from tests.integration.test_azure_backup import ACCOUNT, HOME, KEY
from tests.integration.test_key_vault import certificate
from tests.support import ROOT, absent

NOW = datetime(2027, 1, 10, 9, tzinfo=UTC)
CLIENT = "11111111-2222-3333-4444-555555555555"
APPS = (ROOT / "deploy/azure/infra/modules/apps.bicep").read_text("utf-8")


def token(audience: str) -> str:
    """A token as Entra makes them, signed by nobody."""
    real = datetime.now(UTC)
    ago, soon = int((real - timedelta(hours=1)).timestamp()), int((real + timedelta(hours=1)).timestamp())
    claims = {
        "aud": audience,
        "iss": "https://sts.windows.net/tenant/",
        "iat": ago,
        "nbf": ago,
        "exp": soon,
        "ver": "1.0",
    }
    parts = [json.dumps(one).encode() for one in ({"alg": "RS256", "typ": "JWT"}, claims)] + [b"nobody"]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@define
class Identity:
    """The address that hands out tokens: what it was asked for."""

    asked: list[dict[str, list[str]]] = field(factory=list)


def handler(identity: Identity) -> type[BaseHTTPRequestHandler]:
    """Its way of answering."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            identity.asked.append(query)
            ours = self.headers.get("X-IDENTITY-HEADER") == "hush" and query["client_id"] == [CLIENT]
            until = str(int(datetime.now(UTC).timestamp()) + 3600)
            made = {"access_token": token("https://storage.azure.com"), "expires_on": until, "token_type": "Bearer"}
            body = json.dumps(made if ours else {"statusCode": 400, "message": "no such identity"}).encode()
            self.send_response(200 if ours else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> Iterator[Identity]:
    """An app's identity, with the settings of the template."""
    if find_spec("azure") is None:
        absent("channelsync-core[azure] is not installed")
    identity = Identity()
    for name in [name for name in os.environ if name.startswith("AZURE_")]:
        monkeypatch.delenv(name)
    (chosen,) = re.findall(r"^  AZURE_TOKEN_CREDENTIALS: '(\w+)'", APPS, re.MULTILINE)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", chosen)
    monkeypatch.setenv("AZURE_CLIENT_ID", CLIENT)
    monkeypatch.setenv("IDENTITY_HEADER", "hush")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(identity)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{server.server_port}/token")
        yield identity
        server.shutdown()
        thread.join()


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty container of a storage that is served over https."""
    from azure.storage.blob import ContainerClient

    program, node = HOME / "node_modules/azurite/dist/src/blob/main.js", shutil.which("node")
    if node is None or not program.exists():
        absent(f"no Azurite in {HOME} (npm install --prefix build/azurite azurite)")
    trusted, _ = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = subprocess.Popen(
        [
            *(node, str(program), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent"),
            *("--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", "--oauth", "basic"),
            *("--cert", str(trusted), "--key", str(tmp_path / "key.pem")),
        ],
        cwd=tmp_path,
        env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert started.poll() is None, "Azurite did not start"
            time.sleep(0.1)
        address = f"https://127.0.0.1:{port}/{ACCOUNT}/backups"
        with ContainerClient.from_container_url(address, {"account_name": ACCOUNT, "account_key": KEY}) as made:
            made.create_container()
        yield address
    finally:
        started.terminate()
        started.wait(timeout=30)


def test_a_backup_by_the_identity_of_the_app(identity: Identity, container: str, tmp_path: Path) -> None:
    """With the template's settings a backup goes out by the app's own identity: no key, no signature, nothing else."""
    with cs.open(str(tmp_path / "gite.db"), now=lambda: NOW, environ={}) as manager:
        set_up(manager, NOW)
        place = place_at(container)
        back_up(manager, place, NOW)
        assert len(place.names()) == 1
    assert {one["client_id"][0] for one in identity.asked} == {CLIENT}
    assert {one["resource"][0] for one in identity.asked} == {"https://storage.azure.com"}
