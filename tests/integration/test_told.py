"""From a calendar to a mail and a telephone: the whole way, with real servers, and nothing secret on it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, evolve, field

import channelsync as cs
from channelsync.config import Config
from channelsync.manager import Manager
from channelsync.service import addresses
from channelsync.service.post import Post, open_post
from channelsync.service.preferences import Preferences
from tests.contract.command import Feeds, airbnb, booking, served
from tests.integration.test_notify import Browser, Place, Postman, place, server

__all__ = ["place"]  # the fixture

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ANNE = "anne@example.org"
SECRETS = (ANNE, "s3cret", "hush", "Dupont", "p256dh")


@define
class Clock:
    """A clock in the test's hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.at


@define
class Home:
    """An installation with a lodging on two platforms, a mail server, and a telephone."""

    manager: Manager
    post: Post
    feeds: Feeds
    clock: Clock
    postman: Postman
    place: Place
    browser: Browser = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.browser = Browser(self.place)

    def later(self, **time: int) -> int:
        """Let time pass, look, and tell."""
        self.clock.at += timedelta(**time)
        self.manager.sync(everything=True)
        return self.post.sweep()

    def pushed(self) -> list[str]:
        """What the telephone showed since it was last looked at."""
        shown = [self.browser.read(body)["title"] for _, _, body in self.place.posts]
        self.place.posts.clear()
        return shown

    def mailed(self) -> list[str]:
        """The subjects of the mails that came since the box was last emptied."""
        found = [mail["Subject"] for mail in self.postman.mails]
        self.postman.mails.clear()
        return found


@pytest.fixture
def home(tmp_path: Path, place: Place) -> Iterator[Home]:
    """That installation, after the first look."""
    clock, postman = Clock(), Postman()
    with served() as feeds, server(postman) as port:
        environ = {
            "CHANNELSYNC_SMTP_URL": f"smtp+insecure://127.0.0.1:{port}",
            "CHANNELSYNC_MAIL_FROM": "alerts@gite.example",
            "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1",
        }
        config = Config.from_environment(environ)
        where = str(tmp_path / "gite.db")
        with cs.open(where, now=clock, environ=environ) as manager, open_post(manager, config, clock) as post:
            unit = manager.add_unit("Gîte du Lac")
            for channel, body in (("airbnb", airbnb()), ("booking", booking())):
                manager.link(unit, channel, feed=feeds.put(f"{channel}.ics", body) + "?s=hush")
            manager.sync(everything=True)
            home = Home(manager, post, feeds, clock, postman, place)
            with manager.ledger.transaction() as tx:
                (owner,) = tx.owners()
                addresses.set_preferences(tx, owner, Preferences(mail=ANNE), actor="owner", at=NOW)
                there = home.browser.subscription
                addresses.subscribe(tx, manager.vault, owner.id, there, at=NOW, hosts=None)
            yield home


def test_a_reservation_and_a_double_booking(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """A reservation reaches the telephone; a double booking the telephone and the mailbox; nothing secret is logged."""
    with caplog.at_level(logging.DEBUG):
        home.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
        assert home.later(minutes=15) == 1
        assert home.pushed() == ["Nouvelle réservation sur Airbnb – Gîte du Lac"]
        assert home.mailed() == []
        home.feeds.put("booking.ics", booking("2027-03-16/2027-03-20"))
        home.later(minutes=15)
        assert "Double réservation probable – Gîte du Lac" in home.pushed()
        assert home.mailed() == ["Double réservation probable – Gîte du Lac"]
        assert home.post.sweep() == 0
    with home.manager.ledger.reading() as tx:
        kept = f"{tx.notices()} {tx.deliveries()} {tx.audit_lines()} {tx.subscribers()}"
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name != "mail.log")  # the mail server's own
    database = Path(home.manager.ledger.name).read_bytes()
    for secret in SECRETS:
        assert secret not in logged + kept
        assert secret == ANNE or secret.encode() not in database


def test_everything_is_told_once_the_server_is_back(home: Home) -> None:
    """A mail server that is down for an hour costs an hour, and no message."""
    home.postman.answers["RCPT"] = "451 4.3.0 down"
    home.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
    home.feeds.put("booking.ics", booking("2027-03-16/2027-03-20"))
    for _ in range(6):
        home.later(minutes=10)
    assert home.mailed() == []
    home.postman.answers.clear()
    home.later(minutes=60)
    assert home.mailed() == ["Double réservation probable – Gîte du Lac"]


def test_the_telephone_is_thrown_away(home: Home) -> None:
    """Once the telephone's subscription is over, the mail takes its place, and says why."""
    home.place.status = 410
    home.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
    home.later(minutes=15)
    assert sorted(home.mailed()) == [
        "Nouvelle réservation sur Airbnb – Gîte du Lac",
        "Plus aucun appareil ne reçoit vos alertes",
    ]
    with home.manager.ledger.reading() as tx:
        assert not tx.subscribers()


def test_a_digest_from_what_happened(home: Home) -> None:
    """The morning after, the digest has the reservation in text and as a page, and names no guest."""
    (unit,) = home.manager.units()
    home.manager.reserve(unit, cs.Stay.parse("2027-05-01/2027-05-04"), guest="Dupont")
    home.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
    home.later(minutes=15)
    home.mailed()
    home.clock.at = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    home.post.sweep()
    daily, weekly = home.postman.mails
    assert daily["Subject"].startswith("Votre journée en bref")
    assert weekly["Subject"].startswith("Votre semaine en bref")
    for part in ("plain", "html"):
        assert "Nouvelle réservation sur Airbnb, du 15 au 18 mars 2027" in daily.get_body((part,)).get_content()
    assert "Dupont" not in daily.as_string() + weekly.as_string()


def test_ways_follow_the_configuration(home: Home) -> None:
    """Without a server there is no e-mail, and what is told takes the other ways."""
    config = evolve(Config(), allow_private_addresses=True)
    with open_post(home.manager, config, home.clock) as post:
        assert set(post.delivering.transports) == {"push", "apprise"}
        home.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
        home.manager.sync(everything=True)
        post.sweep()
    assert home.pushed() == ["Nouvelle réservation sur Airbnb – Gîte du Lac"]
