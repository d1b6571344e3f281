"""Reservations for rooms of our property that are linked to no lodging: told, and never acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from attrs import define

import channelsync
from channelsync.adapter import Delivery
from channelsync.engine.address import AddressPolicy
from channelsync.engine.api import unlinked
from channelsync.engine.budget import Rate, Rates
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelSyncError
from channelsync.manager import Manager
from channelsync.manager.desk import notice_of
from channelsync.manager.reading import Reader
from channelsync.nights import Stay
from channelsync.notices import Notice
from channelsync.service.taking import Taking
from channelsync.testing import Reservation
from channelsync.wording import headline, text
from channelsync_booking import sandbox as booking
from tests.support import Clock

STAY = "2027-03-01/2027-03-05"


@define
class Hotel:
    """A property with two rooms, of which one is linked."""

    manager: Manager
    platform: booking.Account
    clock: Clock
    account: str = ""

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self.clock.now

    @property
    def rooms(self) -> tuple[str, str]:
        """The linked one, and the other."""
        linked, left = self.platform.lodgings
        return linked, left

    def take(self, **later: float) -> int:
        """Ask the queue, and look at what is due; a little later, or as long as is said."""
        waits = Taking(self.manager, self.clock).take()
        self.manager.sync(everything=True)
        self.clock.now += timedelta(**(later or {"seconds": 20}))
        return waits

    def book(self, room: str, stay: str = STAY) -> str:
        """Let a guest book a room."""
        made = self.platform.lodgings[room].book(Stay.parse(stay), self.now, force=True)
        assert isinstance(made, Reservation)
        return made.id

    def told(self) -> list[Notice]:
        """What was told of unlinked rooms, oldest first."""
        with self.manager.ledger.reading() as tx:
            return [notice_of(one) for one in reversed(tx.notices()) if one.kind == "not_linked"]


@contextmanager
def opened(folder: Path, messages: str = "ota") -> Generator[Hotel]:
    """Link the first room of a property."""
    theirs = booking.partner(rng=Random(7), rooms=("801", "802"))
    policy, clock = AddressPolicy(allow_private=True), Clock()
    with channelsync.open(str(folder / "hotel.db"), now=clock) as manager:
        made = Hotel(manager, theirs, clock)
        transport = httpx.MockTransport(lambda request: theirs.handle(request, clock.now))
        with httpx.Client(transport=transport) as client:
            manager._reader = Reader(
                policy, Driver(policy, client=client, rates=Rates(account=Rate(1e6, 10_000)), ticks=clock.ticks)
            )
            manager.add_unit("Lac", timezone="Europe/Paris")
            fields = {**theirs.fields, "messages": messages}
            made.account = manager.add_account("booking", fields, name="Hôtel").id
            manager.connect("Lac", made.account, made.rooms[0])
            made.take()
            yield made


@pytest.fixture
def hotel(tmp_path: Path) -> Generator[Hotel]:
    """The property, its messages in the queue that waits for acknowledgements."""
    with opened(tmp_path) as made:
        yield made


def test_a_reservation_for_an_unlinked_room(hotel: Hotel) -> None:
    """It is told once, by account, room and nights, and never acknowledged: Booking.com writes to the owner too."""
    hotel.book(hotel.rooms[1])
    assert [hotel.take() for _ in range(3)] == [1, 1, 1]
    (told,) = hotel.told()
    assert (told.unit, told.data.unit, told.data.nights) == (None, "Hôtel", Stay.parse(STAY).nights)
    with hotel.manager.ledger.reading() as tx:
        assert told.owner == tx.owners()[0].id
    assert headline(told, "en", {"booking": "Booking.com"}) == "Reservation on Booking.com, listing not linked – Hôtel"
    said = text(told, "fr", {"booking": "Booking.com"})
    assert f"({hotel.rooms[1]}), du 1er au 5 mars 2027" in said
    (number,) = hotel.platform.house.queue.waiting
    assert number not in f"{said}{told.data}"
    hotel.clock.now += timedelta(minutes=30)
    assert hotel.platform.fallbacks(hotel.now) == (number,)


def test_each_reservation_and_each_change_is_told(hotel: Hotel) -> None:
    """Neither a second guest nor new dates of the first are hidden behind what was told already; cancelled is over."""
    _, room = hotel.rooms
    number = hotel.book(room)
    hotel.take()
    hotel.book(room, "2027-04-01/2027-04-03")
    hotel.take()
    hotel.platform.lodgings[room].change(number, Stay.parse("2027-03-02/2027-03-07"), hotel.now, force=True)
    hotel.take()
    nights = [str(run) for one in hotel.told() for run in one.data.nights.runs()]
    assert nights == [STAY, "2027-04-01/2027-04-03", "2027-03-02/2027-03-07"]
    hotel.platform.lodgings[room].cancel(number, hotel.now)
    assert hotel.take() == 1  # the other guest's
    assert len(hotel.told()) == 3


def test_a_reservation_of_a_linked_and_an_unlinked_room(hotel: Hotel) -> None:
    """The linked room's nights are stored and not told anew; of the other room's the owner hears."""
    stays = {hotel.rooms[0]: Stay.parse(STAY), hotel.rooms[1]: Stay.parse("2027-03-02/2027-03-06")}
    hotel.platform.book_rooms(stays, hotel.now)
    assert [hotel.take() for _ in range(3)] == [1, 1, 1]
    assert [str(one.stay) for one in hotel.manager.state("Lac").claims] == [STAY]
    assert [str(run) for one in hotel.told() for run in one.data.nights.runs()] == ["2027-03-02/2027-03-06"]


def test_linked_in_time(hotel: Hotel) -> None:
    """Once its room is linked the message is treated as any: stored by the look, then acknowledged."""
    hotel.book(hotel.rooms[1])
    assert hotel.take() == 1
    hotel.manager.add_unit("Mer", timezone="Europe/Paris")
    hotel.manager.connect("Mer", hotel.account, hotel.rooms[1])
    hotel.take()
    assert [str(one.stay) for one in hotel.manager.state("Mer").claims] == [STAY]
    assert hotel.take() == 0
    hotel.clock.now += timedelta(hours=2)
    assert not hotel.platform.fallbacks(hotel.now)
    assert len(hotel.told()) == 1


def test_where_reading_takes_a_message_away(tmp_path: Path) -> None:
    """By B.XML nobody writes to the owner: each reservation is told at the one time when it is read."""
    with opened(tmp_path, "bxml") as hotel:
        hotel.book(hotel.rooms[1])
        assert [hotel.take(), hotel.take()] == [1, 0]
        hotel.book(hotel.rooms[1], "2027-04-01/2027-04-03")
        hotel.take()
        assert len(hotel.told()) == 2
        assert not hotel.platform.fallbacks(hotel.now + timedelta(hours=2))


@pytest.mark.parametrize(
    "hour, lost",
    [(11, True), (12, False)],
)
def test_a_stay_is_over_where_the_day_ends_last(hour: int, *, lost: bool) -> None:
    """A stay in an unlinked room is over twelve hours after its departure's midnight in UTC, one cancelled at once."""
    stay, now = Stay.parse("2027-03-01/2027-03-05"), datetime(2027, 3, 5, hour, tzinfo=UTC)
    delivery = Delivery("1", (("801", stay), ("802", stay)))
    assert unlinked(delivery, {"801"}, now) == ((("802", stay),) if lost else ())
    assert not unlinked(delivery, {"801", "802"}, now)
    assert not unlinked(Delivery("1", (("802", stay),), cancelled=True), (), now)


def test_a_damaged_lodging_keeps_no_other_message_waiting(hotel: Hotel, tmp_path: Path) -> None:
    """What is about its room waits, and is nobody's unlinked room; the other room's reservation is acknowledged."""
    hotel.manager.add_unit("Mas", timezone="Europe/Paris")
    hotel.manager.connect("Mas", hotel.account, hotel.rooms[1])
    hotel.take()
    hurt = next(one.id for one in hotel.manager.units() if one.name == "Mas")
    with closing(sqlite3.connect(tmp_path / "hotel.db")) as raw, raw:
        raw.execute('UPDATE listings SET memory = \'{"v": 1, "echo": 7}\' WHERE unit_id = ?', (hurt,))
        raw.execute("UPDATE units SET version = 'x' WHERE id = ?", (hurt,))
    for room in hotel.rooms:
        hotel.book(room)
    taking = Taking(hotel.manager, hotel.clock)
    assert taking.take() == 2
    with suppress(ChannelSyncError):
        hotel.manager.sync("Lac", everything=True)
    hotel.clock.now += timedelta(seconds=20)
    assert taking.take() == 1
    assert len(hotel.platform.house.queue.waiting) == 1
    assert [str(one.stay) for one in hotel.manager.state("Lac").claims] == [STAY]
    assert not hotel.told()
