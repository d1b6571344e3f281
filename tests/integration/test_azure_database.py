"""The address of the database that the template for Azure makes: whom our connections trust, and what they say first.

The stand-in is no database: it shows a certificate, as Azure's does, and hears how a client introduces itself.
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from attrs import define, field

from channelsync.errors import LedgerError
from channelsync.ledger import open_ledger
from channelsync.manager import Manager, open_manager
from channelsync.service.queues import open_queue
from channelsync.service.work import Work
from tests.integration.test_key_vault import certificate
from tests.support import ROOT

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MAIN = (ROOT / "deploy/azure/infra/main.bicep").read_text("utf-8")
SSL_REQUEST, GSS_REQUEST = 80877103, 80877104


@define
class Server:
    """What clients have said that trusted the certificate, and how many did not."""

    context: ssl.SSLContext
    said: list[dict[str, str]] = field(factory=list)
    turned_away: int = 0

    def hear(self, line: socket.socket) -> None:
        """Speak to one client as far as its introduction, then refuse it."""
        while (asked := struct.unpack("!ii", _exactly(line, 8))) == (8, GSS_REQUEST):
            line.sendall(b"N")
        assert asked == (8, SSL_REQUEST), "a client that would speak in the open"
        line.sendall(b"S")
        try:
            with self.context.wrap_socket(line, server_side=True) as inside:
                (length,) = struct.unpack("!i", _exactly(inside, 4))
                words = _exactly(inside, length - 4)[4:].split(b"\0")
                pairs = [word.decode() for word in words if word]
                self.said.append(dict(zip(pairs[::2], pairs[1::2], strict=True)))
                refusal = b"SFATAL\0C28P01\0Mno\0\0"
                inside.sendall(b"E" + struct.pack("!i", len(refusal) + 4) + refusal)
        except (ssl.SSLError, ConnectionError):
            self.turned_away += 1


def _exactly(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        some = line.recv(count - len(found))
        if not some:
            raise ConnectionError
        found += some
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Server, int, Path]]:
    """The stand-in being served, its port, and the certificate to trust."""
    trusted, context = certificate(tmp_path)
    server = Server(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    line, _ = listening.accept()
                    with line, suppress(ConnectionError):
                        line.settimeout(5)
                        server.hear(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server, listening.getsockname()[1], trusted
        over.set()
        thread.join()


def address(port: int, trusted: Path) -> str:
    """The address in the template, for this server, with a password that has to be written with care."""
    (form,) = re.findall(r"value: '(postgresql://.*)'", MAIN)
    given = {
        "${database.outputs.user}": "channelsync",
        "${uriComponent(databasePassword)}": quote("Db-/@:%é", safe=""),
        "${database.outputs.host}": f"127.0.0.1:{port}",
        "${database.outputs.name}": "channelsync",
        "/etc/ssl/certs/ca-certificates.crt": str(trusted),
    }
    for name, value in given.items():
        assert name in form, name
        form = form.replace(name, value)
    assert "${" not in form
    return form


def ledger(where: str, _: Manager) -> None:
    """Open the ledger."""
    open_ledger(where, now=NOW)


def queue(where: str, manager: Manager) -> None:
    """Open the queue of several workers, by which they are woken."""
    work = Work(manager, lambda: NOW)
    try:
        with open_queue(where, work) as opened:
            opened.submit([])
            opened.sweep()
    finally:
        work.close()


@pytest.mark.parametrize("opening", [ledger, queue])
def test_the_database_is_believed_by_its_certificate(
    server: tuple[Server, int, Path], tmp_path: Path, opening: Callable[[str, Manager], None]
) -> None:
    """Nothing is said in the open, nor to a server whose certificate nobody vouches for, by ledger and queue alike."""
    heard, port, trusted = server
    (tmp_path / "strange").mkdir()
    strange, _ = certificate(tmp_path / "strange")
    with open_manager(str(tmp_path / "gite.db"), now=lambda: NOW, environ={}) as manager:
        with pytest.raises(LedgerError):
            opening(address(port, strange), manager)
        assert not heard.said
        with pytest.raises(LedgerError) as refused:
            opening(address(port, trusted), manager)
    assert heard.turned_away  # one client is heard after the other
    assert all((one["user"], one["database"]) == ("channelsync", "channelsync") for one in heard.said)
    assert "Db-" not in f"{refused.value} {refused.value.advice}"
