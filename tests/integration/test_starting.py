"""How the two programs begin and end: a wrong setting is one line, `/health` tells the truth, and nobody waits long."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar.testing import TestClient
from litestar.types import LifeSpanStartupEvent, Message

import channelsync as cs
from channelsync.adapter import SecretUrl
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.errors import AddressRefusedError, ChannelSyncError, UsageError
from channelsync.ledger import open_ledger
from channelsync.notify.smtp import SmtpServer
from channelsync.service.heartbeat import Heartbeat
from channelsync.vault import new_key
from channelsync_web.asgi import create_app, in_one_line
from channelsync_worker.__main__ import main as worker

WRONG = {
    "CHANNELSYNC_KEY": "short",
    "CHANNELSYNC_OLD_KEYS": "zzz",
    "CHANNELSYNC_MAIL_FROM": "no address",
    "CHANNELSYNC_MAIL_AUTHSERV": ";;",
    "CHANNELSYNC_DB": "/",
    "CHANNELSYNC_SMTP_URL": "smtp+insecure://mail.example.org",
}
WEB = [sys.executable, "-m", "uvicorn", "channelsync_web.asgi:app", "--port", "0"]
WORKER = [sys.executable, "-m", "channelsync_worker"]


@pytest.mark.slow
@pytest.mark.parametrize("command", [WEB, WORKER], ids=["web", "worker"])
def test_a_program_with_a_wrong_setting_ends(tmp_path: Path, command: list[str]) -> None:
    """A program that cannot work with what it is told ends at once, and one line says what to do; no traceback."""
    wrong = {"CHANNELSYNC_DB": str(tmp_path / "gite.db"), "CHANNELSYNC_KEY": WRONG["CHANNELSYNC_KEY"]}
    done = subprocess.run(command, env=os.environ | wrong, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if "channelsync-w" in line]
    assert len(said) == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_one_line_of_the_worker(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever setting the worker cannot work with, one line says what to do."""
    for one, value in {"CHANNELSYNC_DB": str(tmp_path / "gite.db"), name: WRONG[name]}.items():
        monkeypatch.setenv(one, value)
    assert worker([]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("channelsync-worker: ")


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_one_line_of_the_web_app(tmp_path: Path, name: str) -> None:
    """Whichever setting the web app cannot work with, its server is told one line that says what to do."""
    app = in_one_line(create_app(environ={"CHANNELSYNC_DB": str(tmp_path / "gite.db"), name: WRONG[name]}))
    sent: list[Message] = []

    async def receive() -> LifeSpanStartupEvent:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        sent.append(message)

    with pytest.RaisesGroup(ChannelSyncError, flatten_subgroups=True, allow_unwrapped=True):
        asyncio.run(app({"type": "lifespan"}, receive, send))
    (failed,) = sent
    assert failed["type"] == "lifespan.startup.failed"
    (said,) = failed["message"].splitlines()
    assert said.startswith("channelsync-web: ")


def test_health_tells_the_truth(tmp_path: Path) -> None:
    """The web app is well only while it can open what platforms ask for, with its key and its database; else 503."""
    database = str(tmp_path / "gite.db")
    right, wrong = ({"CHANNELSYNC_DB": database, "CHANNELSYNC_KEY": new_key()} for _ in range(2))
    with cs.open(database, environ=right) as manager:
        manager.add_unit("Lac")
        with manager.ledger.transaction() as tx:
            at = datetime(2027, 1, 10, tzinfo=UTC)
            tx.put_secret("feed", "x", manager.vault.seal("feed", "x", "https://example.org/x.ics"), at=at)
    with TestClient(create_app(environ=wrong), base_url="http://127.0.0.1") as client:
        assert client.get("/health").status_code == 503
    with TestClient(create_app(environ=right), base_url="http://127.0.0.1") as client:
        assert client.get("/health").json() == {"status": "ok"}
        with closing(sqlite3.connect(database)) as other:
            other.execute("ALTER TABLE secrets RENAME TO elsewhere")
        assert client.get("/health").status_code == 503


@pytest.mark.slow
def test_a_slow_platform_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """Told to stop while a platform keeps it waiting, the worker leaves in good order long before that is over."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environ = {
            **os.environ,
            "CHANNELSYNC_DB": str(tmp_path / "gite.db"),
            "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",
        }
        at = datetime.now(UTC)
        with cs.open(environ=environ) as manager:
            unit = manager.add_unit("Lac")
            with manager.ledger.transaction() as tx:
                link = tx.add_listing(unit.id, "ical", at=at)
                url = f"http://127.0.0.1:{silent.getsockname()[1]}/x.ics"
                tx.put_secret("feed", link.id, manager.vault.seal("feed", link.id, url), at=at)
                tx.mark_due(link.id, at, now=at)
        with subprocess.Popen(WORKER, env=environ, stderr=subprocess.PIPE, text=True) as worker:
            try:
                caller, _ = silent.accept()  # it is being read, and says nothing: its time-out is 30 s
                with caller:
                    worker.send_signal(signal.SIGTERM)
                    _, told = worker.communicate(timeout=20)
            finally:
                worker.kill()
        assert worker.returncode == 0
        assert "left what still ran" in told


@pytest.mark.parametrize(
    "host, private, good",
    [
        ("127.0.0.1", False, True),
        ("localhost", False, True),
        ("[::1]", False, True),
        ("10.0.0.5", False, False),
        ("10.0.0.5", True, True),
        ("relay", False, False),
        ("relay", True, True),
        ("mail.example.org", True, False),
        ("8.8.8.8", True, False),
    ],
)
def test_nothing_crosses_the_internet_in_the_open(host: str, private: bool, good: bool) -> None:
    """Mails without encryption go to this machine only, or into this network where private addresses are allowed."""
    url = f"smtp+insecure://user:secret@{host}:25"
    if good:
        assert SmtpServer.parse(url, allow_private=private).host == host.strip("[]")
        return
    with pytest.raises(UsageError, match="in the open") as refused:
        SmtpServer.parse(url, allow_private=private)
    assert "secret" not in str(refused.value)


def test_a_refused_heartbeat_says_what_it_is_about(tmp_path: Path) -> None:
    """Who set a private address for the heartbeat reads of the heartbeat, not of calendars."""
    now = datetime(2027, 1, 10, tzinfo=UTC)
    with open_ledger(str(tmp_path / "gite.db"), now=now) as ledger, Driver(AddressPolicy()) as driver:
        heart = Heartbeat(ledger, driver, SecretUrl("http://127.0.0.1:9/beat"))
        with pytest.raises(AddressRefusedError, match="heartbeat") as refused:
            heart.beat(now, swept_at=now)
    assert "calendar" not in f"{refused.value} {refused.value.advice}"
    assert "CHANNELSYNC_HEARTBEAT_URL" in refused.value.advice
