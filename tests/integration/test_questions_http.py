"""Airbnb's questions over real HTTP: answered from the ledger, at once, and no where nothing is known."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import uvicorn
from attrs import frozen
from litestar import Litestar
from litestar.logging import LoggingConfig

import channelsync
from channelsync.claims import Kind
from channelsync.ids import ChannelName
from channelsync.manager import Manager
from channelsync.manager.desk import Changing
from channelsync.nights import Stay
from channelsync.service.hooks import HOOK, called_by, hook
from channelsync.service.inbox import Inbox
from channelsync_web.hooks import hook_routes

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
LISTING = "1355078859895588226"
SECRET = "a-constant-of-theirs"


@frozen
class Asked:
    """Where Airbnb asks, and what stands behind it."""

    manager: Manager
    address: str

    def check(self, arrival: str, nights: int, *, listing: str = LISTING) -> object:
        """Ask whether nights are free."""
        query = {"action": "check_availability", "listing_id": listing, "start_date": arrival, "nights": str(nights)}
        return self._said(httpx.get(self.address, params=query, headers={"Authorization": SECRET}))

    def make(self, code: str, arrival: str, nights: int) -> object:
        """Ask whether a reservation may be made."""
        body = {"confirmation_code": code, "listing_id_str": LISTING, "start_date": arrival, "nights": nights}
        return self._said(httpx.post(self.address, json=body, headers={"Authorization": SECRET}))

    @staticmethod
    def _said(response: httpx.Response) -> object:
        assert response.status_code == 200, response.text
        answer: dict[str, object] = response.json()
        return answer.get("available", answer.get("succeed"))


@pytest.fixture
def asked(tmp_path: Path) -> Generator[Asked]:
    """A lodging on an Airbnb account, whose address is served."""
    with channelsync.open(str(tmp_path / "gite.db"), now=lambda: NOW) as manager:
        unit = manager.add_unit("Gîte du Lac", timezone="Europe/Paris")
        fields = {"client_id": "partner", "client_secret": "s", "call_secret": SECRET}
        account = manager.add_account("airbnb", fields)
        with manager.ledger.transaction() as tx:
            tx.add_listing(unit.id, ChannelName("airbnb"), route="api", account=account.id, external_id=LISTING, at=NOW)
            before = tx.load(unit.id, manager._traits)
            manager._store(Changing(tx, before, NOW, before))
        token = hook(manager, "airbnb", account.id, now=NOW)
        with served(manager) as url:
            yield Asked(manager, f"{url}/hooks/airbnb/{token}")


@contextmanager
def served(manager: Manager) -> Generator[str]:
    """Serve the addresses on loopback."""
    inbox = Inbox(manager)
    quiet = LoggingConfig(configure_root_logger=False)  # or the tests after these log what nobody asked for
    app = Litestar([hook_routes(lambda: inbox, lambda: NOW)], logging_config=quiet)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [port]})
        thread.start()
        url = f"http://127.0.0.1:{port.getsockname()[1]}"
        try:
            wait_for(url)
            yield url
        finally:
            server.should_exit = True
            thread.join()


def wait_for(url: str) -> None:
    """Wait until somebody answers."""
    for _ in range(400):
        with suppress(httpx.TransportError):
            httpx.get(url, timeout=0.5)
            return
        threading.Event().wait(0.02)


def test_an_answer_is_the_ledgers(asked: Asked) -> None:
    """Free is what nothing takes: no block of the owner's, and no listing of somebody else."""
    assert asked.check("2027-03-01", 4) is True
    asked.manager.block("gite-du-lac", Stay.parse("2027-03-03/2027-03-05"), category="personal")
    assert asked.check("2027-03-01", 4) is False
    assert asked.check("2027-03-01", 2) is True
    assert asked.check("2027-03-05", 2) is True
    assert asked.check("2027-03-01", 2, listing="1355078859895588227") is False
    assert asked.check("2026-12-01", 2) is False


def test_the_name_of_a_question(asked: Asked) -> None:
    """By which of our names a platform asks is noted like that of a delivery, after the answer."""
    assert asked.check("2027-03-01", 4) is True
    found: dict[str, datetime] = {}
    for _ in range(400):
        with asked.manager.ledger.reading() as tx:
            (one,) = (secret.id for secret in tx.secrets() if secret.kind == HOOK)
            found = dict(called_by(tx, one))
        if found:
            break
        threading.Event().wait(0.01)
    assert found == {"127.0.0.1": NOW}


def test_a_yes_holds_the_nights(asked: Asked) -> None:
    """A reservation that may be made holds its nights; asked for again it is no obstacle to itself, another's is."""
    assert asked.make("HMABCDEFGH", "2027-04-10", 2) is True
    assert asked.make("HMABCDEFGH", "2027-04-10", 3) is True
    own = asked.manager.state("gite-du-lac").own
    assert [(one.kind, one.stay, one.code) for one in own] == [
        (Kind.HOLD, Stay.parse("2027-04-10/2027-04-13"), "HMABCDEFGH")
    ]


def test_who_does_not_know_the_constant_hears_nothing(asked: Asked) -> None:
    """The address alone is not enough where the account has a constant; what cannot be read is refused."""
    for headers in ({}, {"Authorization": "wrong"}):
        assert httpx.get(asked.address, params={"action": "check_availability"}, headers=headers).status_code == 404
    right = {"Authorization": SECRET, "Content-Type": "application/json"}
    assert httpx.post(asked.address, content=b"{", headers=right).status_code == 400
    assert httpx.get(asked.address + "x", params={"action": "check_availability"}, headers=right).status_code == 404
    told = json.dumps({"action": "test_notification"}).encode()
    assert httpx.post(f"{asked.address}/notification", content=told, headers=right).is_success
