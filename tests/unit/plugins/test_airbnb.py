"""Airbnb's dialect: the UID's prefix tells a reservation from a block; what nobody has seen may be a guest."""

from __future__ import annotations

import pytest

from channelsync.adapter import SecretUrl
from channelsync.claims import Kind
from channelsync.traits import Horizon
from tests.unit.plugins.forms import AIRBNB, AIRBNB_OLD, STAMP, calendar, days, plugin, seen, told

HEX = "0123456789abcdef0123456789abcdef"
RESERVATION = (
    STAMP,
    *days("20270401", "20270405"),
    "SUMMARY:Reserved",
    f"UID:1418fb94e984-{HEX}@airbnb.com",
    "DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de",
    " tails/HMABCDEF12\\nPhone Number (Last 4 Digits): 0000",
)
BLOCK = (STAMP, *days("20270501", "20270503"), "SUMMARY:Airbnb (Not available)", f"UID:7f662ec65913-{HEX}@airbnb.com")


def test_today() -> None:
    """The form of 2026: a reservation with its code, a block without one."""
    observation = seen("airbnb", calendar(AIRBNB, RESERVATION, BLOCK))
    assert told(observation) == [("2027-04-01/2027-04-05", "reservation"), ("2027-05-01/2027-05-03", "block")]
    assert [event.code for event in observation.events] == ["HMABCDEF12", ""]
    assert observation.events[0].uid == f"1418fb94e984-{HEX}@airbnb.com"
    assert observation.stamp is not None
    assert not observation.notes


def test_2020() -> None:
    """The form of 2020 to 2022: no DTSTAMP, the end first, another block prefix, the code behind ``?code=``."""
    start, end = days("20270401", "20270405")
    reservation = (
        end,
        start,
        f"UID:1418fb94e984-{HEX}@airbnb.com",
        "DESCRIPTION:Reservation URL: https://www.airbnb.com/reservation/itinerary",
        " ?code=HMABCDEF12\\nPhone Number (Last 4 Digits): 0000",
        "SUMMARY:Reserved",
    )
    start, end = days("20270501", "20270503")
    block = (end, start, f"UID:6fec1092d3fa-{HEX}@airbnb.com", "SUMMARY:Airbnb (Not available)")
    observation = seen("airbnb", calendar(AIRBNB_OLD, reservation, block))
    assert [kind for _, kind in told(observation)] == ["reservation", "block"]
    assert observation.events[0].code == "HMABCDEF12"
    assert observation.stamp is None
    assert not [note for note in observation.notes if "PRODID" in note]


def test_2018() -> None:
    """The form of 2018: a guest's name with the code in the title, and blocks with a UID of two short parts."""
    stay = (*days("20270401", "20270405"), "UID:abcdefghijkl--mnopqrstuvwx@airbnb.com", "SUMMARY:A Guest (HMABCDEF12)")
    block = (*days("20270501", "20270503"), "UID:f0xyme6s3fww--dfhqc1b0cf0t@airbnb.com", "SUMMARY:Not available")
    observation = seen("airbnb", calendar(AIRBNB_OLD, stay, block))
    assert [kind for _, kind in told(observation)] == ["reservation", "block"]
    assert observation.events[0].code == "HMABCDEF12"


@pytest.mark.parametrize(
    "uid, summary, description, kind",
    [
        ("aaaaaaaaaaaa-1@airbnb.com", "Reserved", "", Kind.RESERVATION),
        ("aaaaaaaaaaaa-1@airbnb.com", "Anything", "https://x/reservations/details/HMABCDEF12", Kind.RESERVATION),
        ("aaaaaaaaaaaa-1@airbnb.com", "Airbnb (Not available)", "", Kind.BLOCK),
        ("aaaaaaaaaaaa-1@airbnb.com", "Not available", "", Kind.BLOCK),
        ("aaaaaaaaaaaa-1@airbnb.com", "Réservé", "", Kind.CLOSURE),
        ("aaaaaaaaaaaa-1@airbnb.com", "", "", Kind.CLOSURE),
        ("", "Airbnb (Not available)", "", Kind.BLOCK),
        ("7f662ec65913", "", "", Kind.BLOCK),
        ("7f662ec659130-1@airbnb.com", "Airbnb (Not available)", "", Kind.BLOCK),
        ("f0xyme6s3fww--dfhqc1b0cf0t@airbnb.com", "Airbnb (Not available)", "", Kind.BLOCK),
        ("1418fb94e984-1@airbnb.com", "Airbnb (Not available)", "", Kind.RESERVATION),
    ],
)
def test_unseen_forms(uid: str, summary: str, description: str, kind: Kind) -> None:
    """A known prefix decides; without one the code or the title does, and what neither tells may be a guest."""
    lines = [f"UID:{uid}"] if uid else []
    event = (STAMP, *days("20270401", "20270405"), *lines, f"SUMMARY:{summary}", f"DESCRIPTION:{description}")
    assert [each.kind for each in seen("airbnb", calendar(AIRBNB, event)).events] == [kind]


@pytest.mark.parametrize(
    "text, code",
    [
        ("https://www.airbnb.com/hosting/reservations/details/HMABCDEF12", "HMABCDEF12"),
        ("https://www.airbnb.fr/reservation/itinerary?x=1&code=HMABCDEF12&y=2", "HMABCDEF12"),
        ("https://www.airbnb.com/hosting/reservations/details/HMABCDEF123", ""),
        ("https://www.airbnb.com/hosting/reservations/details/XXABCDEF12", ""),
        ("HMABCDEF12", ""),
        ("", ""),
    ],
)
def test_codes(text: str, code: str) -> None:
    """A confirmation code is ``HM`` and eight more, in a link to the reservation; anything else is none."""
    event = (*days("20270401", "20270405"), f"UID:1418fb94e984-{HEX}@airbnb.com", f"DESCRIPTION:{text}")
    assert [each.code for each in seen("airbnb", calendar(AIRBNB, event)).events] == [code]


def test_habits() -> None:
    """Only reservations are identified, and no echo can be one; the rolling end can only be a block."""
    traits = plugin("airbnb").traits
    assert traits.identified == {Kind.RESERVATION}
    assert traits.echo_kinds == {Kind.BLOCK, Kind.CLOSURE}
    assert traits.horizon == Horizon(12, frozenset({Kind.BLOCK}))
    assert traits.notice
    assert not traits.merges
    assert not traits.clips
    assert not traits.empty_is_normal


@pytest.mark.parametrize(
    "url, accepted",
    [
        ("https://www.airbnb.fr/calendar/ical/1.ics?s=1", True),
        ("https://www.airbnb.co.uk/calendar/ical/1.ics?t=1&locale=en", True),
        ("https://fr.airbnb.com/calendar/ical/1.ics?s=1", True),
        ("https://www.airbnb.evil.com/calendar/ical/1.ics", False),
        ("https://www.notairbnb.com/calendar/ical/1.ics", False),
        ("https://ical.booking.com/v1/export?t=1", False),
    ],
)
def test_links(url: str, accepted: bool) -> None:
    """Export links are Airbnb's in the host's own country; look-alikes are not."""
    assert plugin("airbnb").accepts_url(SecretUrl(url)) is accepted


def test_reservation_page() -> None:
    """A reservation's own page is linked by its code."""
    assert plugin("airbnb").deep_link(code="HMABCDEF12") == (
        "https://www.airbnb.com/hosting/reservations/details/HMABCDEF12"
    )
