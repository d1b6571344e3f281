"""The two apps, as thin as they are: the worker takes its turns, the web app answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from litestar.testing import TestClient

import channelsync as cs
from channelsync_web.asgi import create_app
from channelsync_worker.__main__ import main
from tests.integration.test_library import Town, town  # noqa: F401 - a fixture


def test_worker_once(town: Town, tmp_path, monkeypatch, caplog) -> None:  # noqa: F811
    """One turn looks at every listing that is due and logs no link."""
    database = str(tmp_path / "gite.db")
    with cs.open(database, allow_private_addresses=True, environ={}) as manager:
        manager.link(manager.add_unit("Lac"), "airbnb", feed=town.url("airbnb"))
    monkeypatch.setenv("CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES", "1")
    with caplog.at_level("INFO"):
        assert main(["--db", database, "--once"]) == 0
    assert "airbnb: complete" in caplog.text
    assert "calendar/ical" not in caplog.text


def test_worker_stops_when_told(tmp_path) -> None:
    """A running worker ends in good order on SIGTERM."""
    environ = {**os.environ, "CHANNELSYNC_DB": str(tmp_path / "gite.db")}
    command = [sys.executable, "-m", "channelsync_worker"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as worker:
        try:
            assert any("watching" in line for line in worker.stderr)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(10) == 0
        finally:
            worker.kill()


def test_worker_says_why_it_cannot(tmp_path, capsys) -> None:
    """A database that cannot be used is one line and exit code 2."""
    assert main(["--db", str(tmp_path / "nowhere" / "gite.db"), "--once"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_web_answers(tmp_path) -> None:
    """The web app says that it is there, and to nobody who is not signed in anything else."""
    app = create_app(environ={"CHANNELSYNC_DB": str(tmp_path / "gite.db")})
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/").status_code == 401
