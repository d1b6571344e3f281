"""`channelsync-web`, in a process of its own: it serves, works beside that where asked, and stops when told to."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.command import EXECUTABLE

COMMAND = EXECUTABLE.with_name("channelsync-web")

pytestmark = pytest.mark.e2e


def started(folder: Path, *words: str, **more: str) -> subprocess.Popen[str]:
    """The command with nothing set up but what is given."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), **more}
    pipe = subprocess.PIPE
    return subprocess.Popen([str(COMMAND), *words], cwd=folder, env=environ, stdout=pipe, stderr=pipe, text=True)


def test_one_process_is_enough(tmp_path: Path) -> None:
    """With its worker it serves and looks at what is due; it prints how to begin; SIGTERM ends both without error."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ("--port", str(port), "--db", str(tmp_path / "gite.db"), "--with-worker", "--log-json")
    process = started(tmp_path, *words)
    with process, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as browser:
        try:
            until = time.monotonic() + 90  # a machine that is busy with other things takes its time
            while not _answers(browser):
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
            assert "Se connecter" in browser.get("/connexion", headers={"accept": "text/html"}).text
            assert browser.get("/", headers={"host": "evil.example"}).status_code == 421
            assert "channelsync_database_up 1" in browser.get("/metrics").text
        finally:
            process.send_signal(signal.SIGTERM)
            printed, said = process.communicate(timeout=30)
    (first,) = printed.splitlines()
    assert "nobody is set up here yet" in first
    assert "/bienvenue" in first
    assert process.returncode in {0, -signal.SIGTERM}, said
    assert "Traceback" not in said
    assert "/connexion" not in said
    assert all(json.loads(line)["message"] for line in said.splitlines())


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"CHANNELSYNC_BASE_URL": "http://gites.example.org"}, id="an address in the open"),
        pytest.param({"CHANNELSYNC_TRUSTED_PROXIES": "a proxy"}, id="a proxy that is no address"),
        pytest.param({"CHANNELSYNC_METRICS_TOKEN": "short"}, id="a word that is guessed"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, wrong: dict[str, str]) -> None:
    """A setting that makes no sense ends it with one line that names it, and no traceback."""
    with started(tmp_path, **wrong) as process:
        _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert next(iter(wrong)) in said
    assert len(said.strip().splitlines()) == 1


def _answers(browser: httpx.Client) -> bool:
    try:
        return browser.get("/health").status_code == 200
    except httpx.TransportError:
        return False
