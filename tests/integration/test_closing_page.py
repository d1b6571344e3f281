"""Where only the owner can close nights at once, the warning opens the platform's own page, at those nights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, field

import channelsync as cs
from channelsync.errors import UsageError
from channelsync.manager import Manager
from channelsync.manager.telling import closing_page
from channelsync.ports import Message
from channelsync.service import addresses
from channelsync.service.delivering import Delivering
from channelsync.service.post import Post
from channelsync.service.preferences import Preferences
from channelsync.service.telling import Telling
from tests.contract.command import Feeds, airbnb, greengo, served

NOW = datetime(2027, 3, 3, 9, tzinfo=UTC)
APP = "https://gite.example/"
PAGE = "https://www.greengo.voyage/calendar/host-calendar/42?startDate=2027-03-15&endDate=2027-03-18"


@define
class Home:
    """A lodging on Airbnb and GreenGo, and what its owner is sent."""

    feeds: Feeds
    manager: Manager = field(init=False)
    at: datetime = NOW
    sent: list[Message] = field(factory=list)
    name: str = "mail"

    def now(self) -> datetime:
        """The clock."""
        return self.at

    def send(self, message: Message, address: str) -> None:
        """Take a message."""
        self.sent.append(message)

    def later(self, **time: int) -> None:
        """Let time pass, look, and tell."""
        self.at += timedelta(**time)
        self.manager.sync(everything=True)
        telling = Telling(self.manager.ledger, self.manager.vault, ("mail",), self.now)

        def page(link, nights) -> str:
            return closing_page(self.manager.registry, link, nights)

        Post(
            telling,
            Delivering(self.manager.ledger, self.manager.vault, {"mail": self}, self.now, {}, APP, page),
        ).sweep()


def opened(where: Path, feeds: Feeds, options: dict[str, str]) -> Iterator[Home]:
    """Link both, and look once."""
    home = Home(feeds)
    environ = {"CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1"}
    with cs.open(str(where), now=home.now, environ=environ) as manager:
        home.manager = manager
        unit = manager.add_unit("Gîte du Lac")
        manager.link(unit, "airbnb", feed=feeds.put("airbnb.ics", airbnb()))
        manager.link(unit, "greengo", feed=feeds.put("greengo.ics", greengo()), options=options)
        manager.sync(everything=True)
        with manager.ledger.transaction() as tx:
            wishes = Preferences(mail="anne@example.org", quiet_from=0, quiet_until=0, daily=False, weekly=False)
            addresses.set_preferences(tx, tx.owners()[0], wishes, actor="owner", at=NOW)
        yield home


@pytest.fixture
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Home]:
    """That lodging; its id on GreenGo is known unless the test says otherwise."""
    with served() as feeds:
        yield from opened(tmp_path / "gite.db", feeds, getattr(request, "param", {"lodging": "42"}))


def test_a_warning_leads_to_the_calendar_there(home: Home) -> None:
    """Nights sold elsewhere that GreenGo has not read in time: the message opens its calendar at those nights."""
    home.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
    home.later(minutes=15)
    assert [one.link for one in home.sent] == [APP]
    (exposure,) = home.manager.exposed()
    assert (exposure.listing, exposure.page) == ("greengo", PAGE)
    home.later(hours=5)
    warning = next(one for one in home.sent if one.title.startswith("Encore réservable"))
    assert warning.link == PAGE
    assert PAGE.replace("&", "&amp;") in warning.html


@pytest.mark.parametrize("home", [{}], indirect=True)
def test_without_the_lodging_the_warning_leads_here(home: Home) -> None:
    """Where the lodging's id is not known, the warning comes all the same, and opens our own page."""
    home.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
    home.later(minutes=15)
    assert [one.page for one in home.manager.exposed()] == [""]
    home.later(hours=5)
    warning = next(one for one in home.sent if one.title.startswith("Encore réservable"))
    assert warning.link == APP


def test_an_id_that_is_none_is_refused(home: Home) -> None:
    """What is no id of a lodging is refused when it is linked, with where to find the right one."""
    unit = home.manager.add_unit("Mill")
    with pytest.raises(UsageError) as raised:
        home.manager.link(unit, "greengo", feed=home.feeds.put("2.ics", greengo()), options={"lodging": "42?x=1"})
    assert "host-calendar/" in raised.value.advice


def test_a_part_of_the_private_link_is_refused(home: Home) -> None:
    """What makes the export link private is no setting: settings are shown, and go out in the pages of warnings."""
    unit, token = home.manager.add_unit("Mill"), "0b1c7f52-9a41-4c3e-8d0f-5ec4e7000000"
    feed = home.feeds.put(f"{token}.ics", greengo())
    with pytest.raises(UsageError, match="part of the private link") as raised:
        home.manager.link(unit, "greengo", feed=feed, options={"lodging": token.upper()})
    assert token not in f"{raised.value} {raised.value.advice}".lower()
    home.manager.link(unit, "greengo", feed=feed)
    with pytest.raises(UsageError, match="part of the private link"):
        home.manager.set_options(unit, "greengo", {"lodging": token})
    home.manager.set_options(unit, "greengo", {"lodging": "43"})
