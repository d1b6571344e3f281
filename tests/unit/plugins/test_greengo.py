"""GreenGo's dialect: days are UTC midnights, and any event may be a guest."""

from __future__ import annotations

import pytest

from channelsync.adapter import SecretUrl
from channelsync.adapter.capability import Capability
from channelsync.errors import UsageError
from channelsync.nights import Stay
from tests.support import ROOT
from tests.unit.plugins.forms import GREENGO, calendar, days, looked, plugin, seen, told

BLOCK = ("UID:1", "DTSTART:20280301T000000Z", "DTEND:20280830T000000Z", "SUMMARY:GreenGo (Not Available)")


@pytest.mark.parametrize("timezone", ["Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "Pacific/Tahiti"])
def test_days_are_utc(timezone: str) -> None:
    """Wherever the lodging is, a UTC midnight is that day: the block of 1 March to 29 August ends on the 30th."""
    observation = looked("greengo", calendar(GREENGO, BLOCK), timezone=timezone).observation
    assert told(observation) == [("2028-03-01/2028-08-30", "closure")]


def test_dates_are_read_too() -> None:
    """Should GreenGo write plain dates one day, they are read as they stand."""
    assert told(seen("greengo", calendar(GREENGO, ("UID:1", *days("20280301", "20280830"))))) == [
        ("2028-03-01/2028-08-30", "closure")
    ]


@pytest.mark.parametrize("title", ["GreenGo (Not Available)", "Réservation", "Reserved", ""])
def test_any_title_may_be_a_guest(title: str) -> None:
    """How a reservation is titled is unknown, so no title excludes a guest."""
    assert [kind for _, kind in told(seen("greengo", calendar(GREENGO, (*BLOCK[:3], f"SUMMARY:{title}"))))] == [
        "closure"
    ]


def test_habits() -> None:
    """An empty calendar is often true; of PRODID and rolling ends nothing is known."""
    traits = plugin("greengo").traits
    assert traits.empty_is_normal
    assert traits.horizon is None
    assert traits.prodids == ()
    assert not seen("greengo", calendar(GREENGO)).notes


@pytest.mark.parametrize("end", ["", ".ics"])
def test_links(end: str) -> None:
    """The export link is known with and without its suffix; a lodging's calendar opens at the nights in question."""
    greengo = plugin("greengo")
    assert greengo.accepts_url(SecretUrl(f"https://calendars.greengo.voyage/calendar/greengo-icalendar/1{end}")) is True
    assert greengo.deep_link(listing="42", stay=Stay.parse("2027-04-01/2027-04-05")) == (
        "https://www.greengo.voyage/calendar/host-calendar/42?startDate=2027-04-01&endDate=2027-04-05"
    )


def test_the_lodging_is_named() -> None:
    """A listing may name its lodging there, which changes nothing in how it is read; any other option is refused."""
    greengo = plugin("greengo")
    assert greengo.route({"lodging": "0b1c-42_x"}) == greengo.route() == greengo.feed
    for options in ({"lodging": ""}, {"lodging": "a/b"}, {"lodging": "x" * 65}, {"echo": "never"}):
        with pytest.raises(UsageError):
            greengo.route(options)


def test_what_it_cannot_do_is_said() -> None:
    """There is no API: the plugin reads and is read, claims no more, and its README says what remains to be done."""
    greengo = plugin("greengo")
    assert greengo.api is None
    assert greengo.capabilities == {Capability.PULLS_CLAIMS, Capability.PUBLISHES_FEED}
    assert greengo.mail_hints == ()
    text = (ROOT / "packages/channelsync-greengo/README.md").read_text(encoding="utf-8")
    for word in ("no API", "lodging=", "channelsync mail teach"):
        assert word in text
