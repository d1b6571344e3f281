"""A platform that asks before it sells, and is told no because another listing was not heard: the owner hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channelsync.adapter import Question
from channelsync.ledger import NoticeRecord
from channelsync.manager.desk import notice_of
from channelsync.nights import Stay
from channelsync.service.answers import note_answers
from channelsync.service.hooks import hook
from channelsync.testing.partner import ApiFault
from channelsync.wording import text
from tests.integration.test_api_routes import House, opened

LAC = "gite-du-lac"
NAMES = {"airbnb": "Airbnb", "booking": "Booking.com"}


@pytest.fixture(name="house")
def linked(tmp_path: Path) -> Iterator[House]:
    """A lodging on both APIs, of which Airbnb has an address to ask at."""
    with opened(tmp_path) as house:
        house.sync()
        hook(house.manager, "airbnb", house.accounts["airbnb"], now=house.now)
        yield house


def work(house: House, hours: float) -> None:
    """Look at what is due, and look after the answers, every ten minutes for so long."""
    for _ in range(round(hours * 6)):
        house.manager.sync()
        note_answers(house.manager, house.now)
        house.later(minutes=10)


def told(house: House) -> list[NoticeRecord]:
    """What was told of answers, oldest first."""
    with house.manager.ledger.reading() as tx:
        return [one for one in reversed(tx.notices()) if one.kind.startswith("answered")]


def may_sell(house: House) -> bool:
    """Whether Airbnb hears yes for some nights that are free."""
    asked = Question(next(iter(house.airbnb.lodgings)), Stay.parse("2027-06-01/2027-06-04"))
    return house.manager.may_sell("airbnb", house.accounts["airbnb"], asked)


def said(house: House, channel: str = "airbnb") -> str:
    """What explains one of those nights."""
    return str(house.manager.explain(LAC, "2027-06-02", channel, language="en"))


def test_a_silent_listing_keeps_airbnb_from_selling(house: House) -> None:
    """The owner hears which one and since when, once; the night says so too; and again when it is over."""
    heard = house.now
    assert may_sell(house)
    assert "told no" not in said(house)
    house.booking.fail(ApiFault.HTML, house.now, times=None)
    work(house, 5.5)
    assert may_sell(house)
    assert not told(house)
    work(house, 1.5)
    assert not may_sell(house)
    (record,) = told(house)
    notice = notice_of(record)
    assert (notice.kind.value, notice.data.where, notice.data.others) == ("answered_no", "airbnb", ("booking",))
    assert notice.data.since is not None
    assert abs(notice.data.since - heard) < timedelta(minutes=1)
    assert "Booking.com cannot be read (last read: at 10:00)" in text(notice, "en", NAMES)
    assert "told no whenever it asks: Booking.com cannot be read (last read: 2027-01-04 10:00)" in said(house)
    assert "told no" not in said(house, "booking")
    work(house, 3)
    assert len(told(house)) == 1
    house.booking.heal()
    work(house, 1)
    assert may_sell(house)
    assert "told no" not in said(house)
    assert [one.kind for one in told(house)] == ["answered_no", "answered_again"]
    house.booking.fail(ApiFault.HTML, house.now, times=None)
    work(house, 7)
    assert len(told(house)) == 3


def test_a_service_that_was_off(house: House) -> None:
    """After a night with the machine switched off nobody was heard; that is over within minutes, and no news."""
    house.later(hours=12)
    note_answers(house.manager, house.now)
    assert not may_sell(house)
    work(house, 1)
    assert may_sell(house)
    assert not told(house)


def test_who_has_no_address_to_ask_at(tmp_path: Path) -> None:
    """A platform that cannot ask is told nothing, so neither is the owner."""
    with opened(tmp_path) as house:
        house.sync()
        house.booking.fail(ApiFault.HTML, house.now, times=None)
        work(house, 7)
        assert not told(house)


def test_a_note_that_cannot_be_read(house: House) -> None:
    """What a damaged note said counts for nothing: it begins anew."""
    house.booking.fail(ApiFault.HTML, house.now, times=None)
    with house.manager.ledger.transaction() as tx:
        tx.set_meta("answered no", '["?"]')
    work(house, 7)
    assert len(told(house)) == 1


def test_a_further_listing_that_falls_silent(house: House) -> None:
    """It is told as well, for whoever mends the first alone has not mended it."""
    house.manager.add_unit("Other")  # nothing of it is asked for
    house.booking.fail(ApiFault.HTML, house.now, times=None)
    work(house, 7)
    with house.manager.ledger.transaction() as tx:
        link = next(one for one in tx.listings() if one.channel == "booking")
        tx.add_listing(link.unit, link.channel, route="ical", label="second", at=house.now)
    for _ in range(2):
        note_answers(house.manager, house.now)
        house.later(minutes=5)
    assert [notice_of(one).data.others for one in told(house)] == [("booking",), ("booking", "booking:second")]
