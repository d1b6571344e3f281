"""Backups in Azure Blob Storage, with the real client against Azurite, which speaks the service's own protocol.

Azurite is an npm package. It is looked for in the folder that ``AZURITE`` names, else in ``build/azurite``
(``npm install --prefix build/azurite azurite``).
"""

from __future__ import annotations

import base64
import io
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.errors import BackupError
from channelsync.service.backup import back_up, daily, set_up
from channelsync.service.places import Place, place_at
from channelsync.service.restore import opened, restore
from tests.support import ROOT, absent

NOW = datetime(2027, 1, 10, 9, tzinfo=UTC)
ACCOUNT, KEY = "gite", base64.b64encode(b"a key of this test alone").decode()
HOME = Path(os.environ.get("AZURITE") or ROOT / "build/azurite")


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an account of a blob service on loopback."""
    program, node = HOME / "node_modules/azurite/dist/src/blob/main.js", shutil.which("node")
    if node is None or not program.exists():
        absent(f"no Azurite in {HOME} (npm install --prefix build/azurite azurite)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen(
        [
            *(node, str(program), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--silent"),
            *("--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"),
        ],
        cwd=tmp_path_factory.mktemp("azurite"),
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
        yield f"http://127.0.0.1:{port}/{ACCOUNT}"
    finally:
        started.terminate()
        started.wait()


def signature(container: str, permission: str) -> str:
    """A shared access signature of one container."""
    from azure.storage.blob import generate_container_sas

    real = datetime.now(UTC)
    text = generate_container_sas(
        ACCOUNT,
        container,
        KEY,
        permission=permission,
        start=real - timedelta(hours=1),
        expiry=real + timedelta(hours=1),
    )
    assert text
    return text


@pytest.fixture
def place(azurite: str) -> Place:
    """An empty container, by an address with a signature."""
    from azure.storage.blob import ContainerClient

    name = f"backups-{time.monotonic_ns()}"
    with ContainerClient.from_container_url(f"{azurite}/{name}", {"account_name": ACCOUNT, "account_key": KEY}) as made:
        made.create_container()
    return place_at(f"{azurite}/{name}?{signature(name, 'racwdl')}")


def test_backups_come_back_from_azure(place: Place, tmp_path: Path) -> None:
    """Day after day backups arrive, old ones go, and the latest one restores another machine."""
    with cs.open(str(tmp_path / "gite.db"), now=lambda: NOW, environ={}) as manager:
        manager.add_unit("Gîte du Lac")
        phrase = set_up(manager, NOW)
        for day in range(9):
            assert daily(manager, place, NOW + timedelta(days=day)) is not None
        assert daily(manager, place, NOW + timedelta(days=8, hours=5)) is None
        assert len(place.names()) == 8  # seven days, and the last Sunday but one
        with manager.ledger.reading() as tx:
            assert "sig" not in tx.backups()[0].place
    with cs.open(str(tmp_path / "fresh.db"), now=lambda: NOW, environ={}) as manager, opened(None, place) as file:
        report = restore(manager, file, phrase, NOW)
        assert report.units == ("Gîte du Lac",)
        assert report.made_at == NOW + timedelta(days=8)


def test_refusals_are_one_line_without_the_signature(azurite: str, place: Place, tmp_path: Path) -> None:
    """A container that is not there, a signature that may not write, a name that is not there: told, never repeated."""
    container = place.label.rpartition("/")[2]
    with cs.open(str(tmp_path / "gite.db"), now=lambda: NOW, environ={}) as manager:
        set_up(manager, NOW)
        for other in (f"nowhere?{signature('nowhere', 'racwdl')}", f"{container}?{signature(container, 'rl')}"):
            refusing = place_at(f"{azurite}/{other}")
            with pytest.raises(BackupError, match=r"refuses or does not answer \(HTTP 40[34]\)") as refused:
                back_up(manager, refusing, NOW)
            told = f"{refused.value} {refused.value.advice} {refusing!r} {refused.value.__cause__}"
            assert "sig=" not in told
    with pytest.raises(BackupError):
        place.fetch("channelsync-20200101T000000Z.backup", io.BytesIO())
