"""What the command line tells of listings on an API: it is asked and accepts; it reads no calendar, and has no link."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from channelsync.nights import Stay
from channelsync.testing.partner import ApiFault
from tests.contract.command import Answer, run
from tests.integration.test_api_routes import House, opened

UNIT, NIGHT, STAY = "gite-du-lac", "2027-08-02", "2027-08-01/2027-08-05"


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    """A lodging on both APIs, read; then Booking.com's does not answer while Airbnb sells."""
    with opened(tmp_path) as made:
        made.sync()
        made.booking.fail(ApiFault.ERROR, made.now, times=None)
        made.book(made.airbnb, STAY, force=True)
        made.sync()
        yield made


def told(house: House, *words: str) -> Answer:
    """Run one command on the lodging's database, at this time."""
    path = house.manager.ledger.name
    return run("--db", path, "--now", house.now.isoformat(), *words)


def test_a_notice_and_the_report_agree_on_what_is_late(house: House) -> None:
    """As soon as the owner is told that nights can still be booked, `exposed` ends with 1 as well, and not before."""
    codes: list[tuple[bool, int]] = []
    notices: list[str] = []
    for _ in range(5):
        notices += house.manager.sync(everything=True).notices
        warned = any("Encore réservable sur Booking.com" in one and "août 2027" in one for one in notices)
        codes.append((warned, told(house, "exposed").code))
        house.later(minutes=15)
    assert {code for warned, code in codes if not warned} <= {0}
    assert {code for warned, code in codes if warned} == {1}


def test_it_accepts_and_reads_nothing(house: House) -> None:
    """A write that is refused is not accepted yet, and nobody is said to read a calendar; accepted once it is."""
    for words in (("exposed",), ("explain", UNIT, NIGHT, "booking"), ("calendar", UNIT, "--month", "2027-08")):
        text = " ".join(told(house, *words).out.split())
        assert "pas encore accepté" in text, words
        assert "lu par" not in text, words
        assert "notre calendrier" not in text, words
    house.booking.heal()
    house.later(minutes=16)
    house.sync()
    text = told(house, "explain", UNIT, NIGHT, "booking").out
    assert "accepté par la plateforme" in text
    assert "accepted by the platform" in told(house, "explain", UNIT, NIGHT, "booking", "--lang", "en").out


def test_a_request_to_book_is_told_as_one(tmp_path: Path) -> None:
    """While Airbnb waits for the host's answer it is no reservation; once accepted, it is told as one."""
    with opened(tmp_path) as house:
        house.sync()
        trip = house.airbnb.request(next(iter(house.airbnb.lodgings)), Stay.parse(STAY), house.now)
        (asked,) = house.manager.sync(everything=True).notices
        house.later(minutes=1)
        assert "Demande de réservation sur Airbnb, du 1er au 5 août 2027" in asked
        house.played(house.airbnb.accept(trip.code, house.now))
        accepted = house.manager.sync(everything=True).notices
        assert any("Nouvelle réservation sur Airbnb" in one for one in accepted)


def test_the_doctor_knows_what_is_written_late(tmp_path: Path) -> None:
    """Where an API shows what is taken elsewhere as open for longer than a look takes, those nights are named."""
    with opened(tmp_path) as house:
        house.sync()
        house.booking.fail(ApiFault.PARTLY, house.now, times=None)
        house.manager.block(UNIT, Stay.parse("2027-08-01/2027-08-31"), category="personal")
        house.sync()
        assert "Fermez ces nuits" not in told(house, "doctor").out
        house.later(minutes=16)
        house.sync()
        text = " ".join(told(house, "doctor", "--lang", "en").out.split())
        assert "can still be booked there since" in text
        assert "Close these nights there by hand." in text
        house.booking.heal()
        house.later(minutes=20)
        house.sync()
        assert "can still be booked there" not in told(house, "doctor", "--lang", "en").out


def test_the_doctor_knows_that_there_is_no_export_link(house: House) -> None:
    """Where an API does not answer, its account is what to look at; no link is to be opened."""
    text = " ".join(told(house, "doctor").out.split())
    assert f"channelsync account reconnect {house.accounts['booking']}" in text
    assert "lien d’export" not in text
