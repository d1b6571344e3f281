"""Azure's App Service, as far as it can be played here: what is deployed, installed as App Service does, and started.

The start-up command and the settings are read out of the Bicep files. What Azure itself gives (a vault, a storage, a
database with a certificate) is played elsewhere: tests/integration/test_key_vault.py, test_azure_backup.py.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import make_url

from tests.contract.conftest import postgres  # noqa: F401 - the server that the contract suites use
from tests.e2e.platforms import airbnb, closed, nights, serve
from tests.support import ROOT

AZURE = ROOT / "deploy/azure"
APPS = (AZURE / "infra/modules/apps.bicep").read_text("utf-8")
KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="

pytestmark = [pytest.mark.e2e, pytest.mark.postgres, pytest.mark.slow]


def variable(name: str) -> str:
    """The text that a variable of the Bicep file holds."""
    found = re.search(rf"^var {name} = '(.*)'$", APPS, re.MULTILINE)
    assert found, name
    return found[1]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment in which nothing is but what the deployed requirements say, as App Service makes its own."""
    folder = tmp_path_factory.mktemp("azure")
    package, made, tools = folder / "app", folder / "antenv", Path(sys.executable).parent
    subprocess.run([sys.executable, str(AZURE / "package.py"), str(package)], check=True, timeout=100)
    subprocess.run(
        [str(tools / "uv"), "--quiet", "venv", "--python", sys.executable, str(made)], check=True, timeout=60
    )
    subprocess.run(
        [str(tools / "uv"), "--quiet", "pip", "install", "--require-hashes", "--requirement", "requirements.txt"],
        cwd=package,
        env={**os.environ, "VIRTUAL_ENV": str(made)},
        check=True,
        timeout=110,
    )
    return made / "bin/python"


@pytest.fixture
def settings(postgres: str, tmp_path: Path) -> Iterator[dict[str, str]]:  # noqa: F811 - the fixture imported above
    """The settings of the size for one owner, with a database that has nothing in it yet."""
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE azure")
    (tmp_path / "backups").mkdir()
    yield {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "CHANNELSYNC_DB": make_url(postgres).set(database="azure").render_as_string(hide_password=False),
        "CHANNELSYNC_KEY": KEY,  # in place of the vault's
        "CHANNELSYNC_BASE_URL": "https://app-x.azurewebsites.net",
        "CHANNELSYNC_HOSTS": "app-x.azurewebsites.net",
        "CHANNELSYNC_TRUSTED_PROXIES": variable("fronts"),
        "CHANNELSYNC_BACKUP": str(tmp_path / "backups"),
        "PYTHONUNBUFFERED": "1",
        "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",  # the platforms of this test are on loopback
    }
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE azure WITH (FORCE)")


@contextmanager
def started(python: Path, command: str, settings: dict[str, str], folder: Path) -> Iterator[httpx.Client]:
    """The start-up command, as a shell of App Service runs it; a client that comes through Azure's front."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = re.sub(r"(\d+\.){3}\d+", "127.0.0.1", command).replace("8000", str(port))
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [str(python), *line.split()[1:]], cwd=folder, env=settings, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=FRONT, trust_env=False) as client:
                until = time.monotonic() + 60
                while not healthy(client):
                    assert process.poll() is None, (folder / "log").read_text()
                    assert time.monotonic() < until
                    time.sleep(0.1)
                yield client
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
    said = (folder / "log").read_text()
    assert process.returncode in {0, -signal.SIGTERM}, said
    assert "Traceback" not in said


FRONT = {
    "Host": "app-x.azurewebsites.net",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "198.51.100.66, 203.0.113.7:51111",
}
"""What Azure's front adds; the first address is what a visitor wrote, the last with its port what Azure saw."""


def healthy(client: httpx.Client) -> bool:
    """Whether the probe is answered well: Azure asks by whatever name it likes."""
    try:
        return client.get("/health", headers={"Host": "169.254.1.1:8000"}).status_code == 200
    except httpx.TransportError:
        return False


def test_the_start_up_command_in_an_empty_environment(python: Path, settings: dict[str, str], tmp_path: Path) -> None:
    """What is deployed starts on an empty PostgreSQL, serves pages, looks at a lodging, and gives out its calendar."""

    def commands(*lines: str) -> str:
        """What commands say that are given one after the other."""
        done = subprocess.run(
            [str(python), "-c", "import sys; from channelsync.cli import main; [main(a.split()) for a in sys.stdin]"],
            cwd=tmp_path,
            env=settings,
            input="".join(f"--lang en {line}\n" for line in lines),
            text=True,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert not done.stderr, done.stderr
        return done.stdout

    with serve() as town, started(python, f"{variable('webCommand')} --with-worker", settings, tmp_path) as client:
        assert "Se connecter" in client.get("/connexion", headers={"accept": "text/html"}).text
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        assert client.get("/health", headers={"X-Forwarded-Proto": "http"}).status_code == 200
        town["airbnb"].show(airbnb("2027-03-15", "2027-03-18"))
        links = [f"link lac {channel} --feed {town.url(channel)}" for channel in ("airbnb", "booking")]
        said = commands("unit add Lac", *links, "feed-url lac booking")
        address = next(word for word in said.split() if "/c/" in word)
        assert address.startswith("https://app-x.azurewebsites.net/c/")
        path, until, shown = address.removeprefix("https://app-x.azurewebsites.net"), time.monotonic() + 60, set[str]()
        while not shown:
            assert time.monotonic() < until
            answer = client.get(path)
            shown = closed(answer.text) if answer.status_code == 200 else set()
            time.sleep(0.2)
        assert shown == nights("2027-03-15", "2027-03-18")
    assert path.rpartition("/")[2] not in (tmp_path / "log").read_text()


def test_the_worker_of_its_own(python: Path, settings: dict[str, str], tmp_path: Path) -> None:
    """The other size's worker starts by its own command and answers the probe at the same path."""
    with started(python, variable("workerCommand"), settings, tmp_path) as client:
        assert client.get("/health").json()["running"] is True
