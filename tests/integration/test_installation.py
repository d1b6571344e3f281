"""One installation, whole: the composed worker and the web app beside real platforms' simulators and mail servers.

A guest books on Airbnb; its mail arrives; the worker looks, closes the nights in the other calendars, the platforms
read them over HTTP, and the owner is told by mail, with what is proven. The platforms' time and ours is the same clock
in hand; threads, sockets and files are real.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import frozen

import channelsync as cs
from channelsync.manager import Manager
from channelsync.service import addresses, backup
from channelsync.service.preferences import Preferences
from channelsync_web.asgi import create_app
from channelsync_worker.composition import composed
from channelsync_worker.run import Running
from tests.contract.workers import soon
from tests.imapd import Folder, imapd
from tests.integration.test_feeds_http import listening
from tests.integration.test_library import Town, town
from tests.integration.test_notify import Postman, server
from tests.unit.mail.letters import GMAIL, letter

__all__ = ["town"]  # the fixture

STAY = cs.Stay.parse("2027-03-15/2027-03-18")
ANNE = "anne@example.org"


@frozen
class Home:
    """What the owner has: a lodging on three platforms, a mailbox, and a folder for backups."""

    town: Town
    manager: Manager
    lac: cs.Unit
    folder: Folder
    postman: Postman
    backups: Path

    def closed(self, channel: str) -> bool:
        """Whether the published calendar closes the stay."""
        listing = next(one for one in self.manager.state(self.lac).active if one.listing.key == channel)
        return STAY.nights <= listing.published

    def told(self, *words: str) -> bool:
        """Whether a mail said all of this."""
        texts = (mail.get_body(("plain",)).get_content() for mail in self.postman.mails)
        return any(all(word in text for word in words) for text in texts)


@pytest.fixture
def home(town: Town, tmp_path: Path, monkeypatch) -> Generator[Home]:
    """An installation that runs: web app, worker, mailbox, mail server."""
    postman, backups = Postman(), tmp_path / "backups"
    backups.mkdir()
    with ExitStack() as stack:
        folder, _ = stack.enter_context(imapd(tmp_path))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "imapd.pem"))
        environ = {
            "CHANNELSYNC_DB": str(tmp_path / "gite.db"),
            "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",
            "CHANNELSYNC_IMAP_URL": folder.url,
            "CHANNELSYNC_MAIL_AUTHSERV": GMAIL,
            "CHANNELSYNC_SMTP_URL": f"smtp+insecure://127.0.0.1:{stack.enter_context(server(postman))}",
            "CHANNELSYNC_MAIL_FROM": "alerts@gite.example",
            "CHANNELSYNC_BACKUP": str(backups),
        }
        manager = stack.enter_context(cs.open(environ["CHANNELSYNC_DB"], now=town.now, environ=environ))
        environ["CHANNELSYNC_BASE_URL"] = stack.enter_context(listening(create_app(manager, environ=environ)))
        lac = _furnished(manager, town, environ["CHANNELSYNC_BASE_URL"])
        stack.enter_context(_working(town, environ))
        yield Home(town, manager, lac, folder, postman, backups)


def _furnished(manager: Manager, town: Town, base: str) -> cs.Unit:
    """A lodging whose platforms are read by us and read us, and an owner with an address."""
    lac = manager.add_unit("Gîte du Lac")
    for name in town.platforms:
        manager.link(lac, name, feed=town.url(name))
    for name, platform in town.platforms.items():
        path = manager.feed_url(lac, name).reveal().partition("/c/")[2]
        platform.link(f"{base}/c/{path}", town.now())
    with manager.ledger.transaction() as tx:
        (owner,) = tx.owners()
        addresses.set_preferences(tx, owner, Preferences(mail=ANNE), actor="owner", at=town.now())
    backup.set_up(manager, town.now())
    manager.sync()
    return lac


@contextmanager
def _working(town: Town, environ: dict[str, str]) -> Generator[None]:
    """A worker at work until the block ends."""
    with composed(now=town.now, environ=environ) as parts:
        assert parts.mailbox is not None
        running = Running(parts.queue.run, parts.duties.run, parts.mailbox.watch)
        running.start()
        try:
            yield
        finally:
            running.stop()


def test_from_a_mail_to_what_is_proven(home: Home) -> None:
    """Booked on Airbnb, told by mail, closed elsewhere, read by the others, and the owner knows each of it."""
    home.town.time += timedelta(minutes=1)
    home.town.platforms["airbnb"].book(STAY, home.town.now())
    home.folder.deliver(letter(), home.town.now())
    assert soon(lambda: home.closed("booking") and home.closed("greengo")), "looked at once, not at the next poll"
    assert {one.listing for one in home.manager.exposed(home.lac)} == {"booking", "greengo"}
    home.town.time += timedelta(seconds=10)
    assert soon(lambda: home.told("Nouvelle réservation sur Airbnb", "15 au 18 mars 2027")), "the owner is told"
    home.town.time += timedelta(hours=4)
    home.town.served.import_due()
    assert soon(lambda: not home.manager.exposed(home.lac)), "each platform has read our calendar"
    assert soon(lambda: len(list(home.backups.iterdir())) == 1), "the worker has kept a backup without being asked"
