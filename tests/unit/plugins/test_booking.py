"""Booking.com's dialect: one kind of event, of which only the nights are real."""

from __future__ import annotations

import pytest

from channelsync.adapter import SecretUrl
from channelsync.claims import Kind
from channelsync.traits import Horizon
from tests.unit.plugins.forms import AIRBNB, BOOKING, STAMP, calendar, days, plugin, seen, told

HEX = "0123456789abcdef0123456789abcdef"


def closed(arrival: str, departure: str, *more: str, title: str = "CLOSED - Not available") -> tuple[str, ...]:
    """An event as Booking.com writes it."""
    return (STAMP, *days(arrival, departure), f"UID:{HEX}@booking.com", f"SUMMARY:{title}", *more)


@pytest.mark.parametrize(
    "event",
    [
        closed("20270401", "20270405"),
        closed("20270401", "20270405", "ORGANIZER:mailto:noreply@booking.com"),
        closed("20270401", "20270405", title="CLOSED - A Guest"),
        closed("20270401", "20270405", title="Reserved"),
        closed("20270401", "20270405", title=""),
    ],
    ids=["2025", "2026", "a name", "another title", "no title"],
)
def test_everything_may_be_a_guest(event: tuple[str, ...]) -> None:
    """Stays, closures and the unopened calendar look alike, so each is a closure, without a code."""
    observation = seen("booking", calendar(BOOKING, event))
    assert told(observation) == [("2027-04-01/2027-04-05", "closure")]
    assert observation.events[0].code == ""
    assert not observation.notes


def test_overlapping_events() -> None:
    """A closure with a stay inside it is two events over one set of nights."""
    body = calendar(BOOKING, closed("20270401", "20270420"), closed("20270406", "20270407"))
    observation = seen("booking", body)
    assert len(observation.events) == 2
    assert [str(run) for run in observation.nights.runs()] == ["2027-04-01/2027-04-20"]


def test_habits() -> None:
    """Nothing is identified; stays merge and are clipped; the calendar ends eighteen months ahead."""
    traits = plugin("booking").traits
    assert not traits.identified
    assert traits.merges
    assert traits.clips
    assert traits.horizon == Horizon(18, frozenset({Kind.CLOSURE}))
    assert not traits.empty_is_normal


def test_pasted_the_wrong_way_round() -> None:
    """Another platform's calendar is noticed by its PRODID, however often an intermediary escaped our own."""
    assert [note for note in seen("booking", calendar(AIRBNB)).notes if "PRODID" in note]
    assert not seen("booking", calendar(("VERSION:2.0", r"PRODID:-//admin.booking.com\\\\\\, b.v.//EN"))).notes


@pytest.mark.parametrize("url", ["https://ical.booking.com/v1/export?t=1", "https://admin.booking.com/hotel/x?t=1"])
def test_links(url: str) -> None:
    """Both hosts of the export link are known; there are no links into the extranet, whose addresses hold a session."""
    assert plugin("booking").accepts_url(SecretUrl(url)) is True
    assert plugin("booking").accepts_url(SecretUrl("https://www.booking.com/")) is False
    assert plugin("booking").deep_link(listing="1", code="1") is None
