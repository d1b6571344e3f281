"""Availability at the simulated Booking.com API: each test is named like its rule in ``sandbox.rules``."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from channelsync.nights import NO_NIGHTS
from channelsync.testing import Refusal
from channelsync_booking.sandbox.load import read_back
from channelsync_booking.sandbox.wire import read
from tests.unit.sandbox.booking_api import HOTEL, NOW, A, B, Client, booked, changed, client, codes, ended, parsed
from tests.unit.sandbox.support import stay

SHUT = "<roomstosell>0</roomstosell>"
OPEN = "<roomstosell>1</roomstosell>"
STAY = stay("03-15/03-16")


def _bookable(software: Client, room: str = A) -> bool:
    """Whether a guest can book the night of 15 March."""
    return software.account.lodgings[room].bookable(software.now, STAY)


def test_night_by_night() -> None:
    """Each night is loaded by itself; a room without rooms to sell cannot be booked, unless forced."""
    software = client()
    loaded = software.load(("03-15", SHUT))
    assert (loaded.status_code, parsed(loaded).tag) == (200, "ok")
    assert software.account.lodgings[A].closed(NOW) == STAY.nights
    assert isinstance(ended(software.account.book(A, STAY, NOW)), Refusal)
    assert _bookable(software, B)
    software.load(("03-15", OPEN))
    assert software.account.lodgings[A].closed(NOW) == NO_NIGHTS
    software.load(("03-15", SHUT))
    booked(software, "03-15/03-16", force=True)


def test_room_type_closed() -> None:
    """A closed room type cannot be booked, whatever there is to sell; each of the two is changed by itself."""
    software = client()
    software.load(("03-15", "<closed>1</closed>"))
    assert not _bookable(software)
    assert software.shown("03-15") == [("1", "1")]
    software.load(("03-15", SHUT))
    software.load(("03-15", "<closed>0</closed>"))
    assert not _bookable(software)
    software.load(("03-15", OPEN))
    assert _bookable(software)


def test_rate_closed() -> None:
    """Beside a rate, ``closed`` is the rate's and ``roomstosell`` the room's."""
    software = client()
    rate = software.account.house.hotel.rate(A)
    software.load(("03-15", f'<rate id="{rate}"/>{OPEN}<closed>1</closed><minimumstay>2</minimumstay>'))
    assert not _bookable(software)
    assert software.shown("03-15") == [("1", "0")]
    software.load(("03-15", "<closed>0</closed>"))
    assert not _bookable(software)


def test_rates_that_cannot_be_written() -> None:
    """A rate that follows another, one that is read-only and one that does not exist are refused."""
    software = client()
    own = software.account.house.hotel.rates[A]
    for rate, code in ((own.child, "RATE_NOT_WRITABLE"), (own.readonly, "RATE_NOT_WRITABLE"), ("1", "RATE_ID_INVALID")):
        assert codes(software.load(("03-15", f'<rate id="{rate}"/><closed>1</closed>'))) == [code]
    assert _bookable(software)


def test_most_rooms() -> None:
    """254 is the most, 255 is without limit, and more is kept as 254."""
    software = client()
    software.load(*((f"03-{day}", f"<roomstosell>{day * 17}</roomstosell>") for day in (14, 15, 16)))
    assert [to_sell for to_sell, _ in software.shown("03-14", 3)] == ["238", "255", "254"]


def test_past_by_its_own_clock() -> None:
    """Yesterday by Booking.com's clock can be loaded, the day before cannot."""
    software = client()
    software.now = datetime(2027, 3, 14, 22, 59, 59, tzinfo=UTC)  # a second before midnight in Amsterdam
    software.sign_in()
    assert codes(software.load(("03-12", SHUT))) == ["NOT_A_VALID_DATE"]
    assert software.load(("03-13", SHUT)).status_code == 200
    software.now = datetime(2027, 3, 14, 23, 0, 0, tzinfo=UTC)
    assert codes(software.load(("03-13", SHUT))) == ["NOT_A_VALID_DATE"]


def test_too_far() -> None:
    """A date years ahead is refused."""
    software = client()
    far = software.post("availability", f'<room id="{A}"><date value="2031-03-15">{SHUT}</date></room>')
    assert (far.status_code, codes(far)) == (400, ["DATES_TOO_FAR_OR_INVALID"])


def test_one_month() -> None:
    """A request over two calendar months is refused as a whole."""
    software = client()
    assert software.load(("03-15", SHUT), ("04-01", SHUT)).status_code == 400
    assert _bookable(software)


def test_duplicate_dates() -> None:
    """Of a date given twice the first counts; the answer is 200 and warns."""
    software = client()
    answer = software.load(("03-15", SHUT), ("03-15", OPEN), ("03-16", OPEN))
    assert (answer.status_code, codes(answer)) == (200, ["WARN_DUPLICATE_DATES"])
    assert not _bookable(software)


def test_failed_in_part() -> None:
    """Where something is done and something fails, the answer is 200 with what failed."""
    software = client()
    rooms = "".join(f'<room id="{each}"><date value="2027-03-15">{SHUT}</date></room>' for each in (A, "1"))
    answer = software.post("availability", rooms)
    assert (answer.status_code, codes(answer)) == (200, ["ROOM_ID_INVALID"])
    assert not _bookable(software)


def test_all_failed() -> None:
    """Where everything fails the answer is 400: a room without an id, an unknown one, one that no list has, none."""
    software = client(unlisted=("801185599",))
    for room in ("1", "801185599"):
        answer = software.load(("03-15", SHUT), room=room)
        assert (answer.status_code, codes(answer)) == (400, ["ROOM_ID_INVALID"])
    for inner, code in (("", "ROOM_ELEMENT_REQUIRED"), ("<room/>", "ROOM_ID_MISSING")):
        answer = software.post("availability", inner)
        assert (answer.status_code, codes(answer)) == (400, [code])


def test_schema() -> None:
    """What does not fit the schema is answered 400, and nothing of it is done."""
    software = client()
    for wrong in (
        ("03-16", "<roomstosell>-1</roomstosell>"),
        ("03-16", "<roomstosell>x</roomstosell>"),
        ("03-16", "<closed>2</closed>"),
        ("03-16", "<other>1</other>"),
        ("03-16", "<closed>0</closed><closed>1</closed>"),
        ("03-99", SHUT),
    ):
        assert software.load(("03-15", SHUT), wrong).status_code == 400, wrong
    for inner in (f'<room id="{A}"><night/></room>', f'<room id="{A}"><date/></room>', "<other/>"):
        assert software.post("availability", inner).status_code == 400, inner
    assert _bookable(software)


def test_ranges() -> None:
    """A range is refused, for whether its last day counts is not known; one that runs backwards by its own code."""
    software = client()
    for first, last, code in (
        ("03-15", "03-17", "RANGE_NOT_SIMULATED"),
        ("03-17", "03-15", "FROM_DATE_SHOULD_BE_LESS_THAN_TO_DATE"),
    ):
        date = f'<date from="2027-{first}" to="2027-{last}">{SHUT}</date>'
        assert codes(software.post("availability", f'<room id="{A}">{date}</room>')) == [code]
    assert _bookable(software)


def test_read_back() -> None:
    """The read-back has a line for each room and night from the first on; what the owner closed is closed."""
    software = client(unlisted=("801185599",))
    software.load(("03-16", SHUT))
    software.account.lodgings[A].close(stay("03-17/03-18"), NOW)
    assert software.shown("03-15", 4) == [("1", "0"), ("0", "0"), ("1", "1"), ("1", "0")]
    assert software.shown("03-15", 2, B) == [("1", "0"), ("1", "0")]
    assert software.shown("03-15", 2, "801185599") == []


def test_read_back_alike_is_written_once() -> None:
    """What has not changed is not written anew; whatever changes it, and by whose hand, is read back at once."""
    software = client()
    house = software.account.house
    asked = read(
        b"<request><room_level>1</room_level><number_of_days>2</number_of_days>"
        b"<start_date>2027-03-15</start_date></request>",
        "request",
    )

    def told() -> Element:
        return read_back(asked, house.open_rooms, house.inventory, NOW, nothing=False)

    assert told() is told()
    before = told()
    software.load(("03-25", SHUT))
    assert told() is before
    software.account.lodgings[A].close(stay("03-15/03-16"), NOW)
    assert software.shown("03-15", 2) == [("1", "1"), ("1", "0")]
    software.account.lodgings[A].open(stay("03-15/03-16"), NOW)
    software.load(("03-16", SHUT))
    assert software.shown("03-15", 2) == [("1", "0"), ("0", "0")]
    assert [row.attrib["rooms_to_sell"] for row in before.iter("date")] == ["1"] * 4


def test_read_back_without_closed() -> None:
    """By a switch the read-back has rooms to sell alone, none where the room type is closed."""
    software = client(shows_closed=False)
    software.load(("03-15", "<closed>1</closed>"))
    assert software.shown("03-15", 2) == [("0", None), ("1", None)]


def test_read_back_by_rate() -> None:
    """The read-back by rate is refused: its form is not known. So are wrong dates and numbers of days."""
    software = client()
    named = f"<hotel_id>{HOTEL}</hotel_id>"
    level = "<room_level>1</room_level>"
    for inner in (
        "<number_of_days>1</number_of_days><start_date>2027-03-01</start_date>",
        f"{level}<number_of_days>1</number_of_days>",
        f"{level}<number_of_days>9999</number_of_days><start_date>2027-03-01</start_date>",
    ):
        assert software.post("roomrateavailability", named + inner).status_code == 400


def test_booking_takes_one() -> None:
    """A booking takes one from the rooms to sell; by a switch it does not, and the night is sold all the same."""
    for decrements, left in ((True, "0"), (False, "1")):
        software = client(decrements=decrements)
        booked(software, "03-15/03-16")
        assert software.shown("03-15", 2) == [(left, "0"), ("1", "0")]
        assert not _bookable(software)


def test_cancelled_night() -> None:
    """A cancelled or vacated night is open again at once, or by a switch has nothing to sell until it is loaded."""
    for reopens in (True, False):
        for decrements in (True, False):
            software = client(reopens=reopens, decrements=decrements)
            guest = booked(software, "03-15/03-17")
            changed(software, guest, "03-16/03-17")
            assert _bookable(software) is reopens
            software.account.cancel(A, guest.id, NOW)
            expected = ("1", "0") if reopens else ("0", "0")
            assert software.shown("03-15", 2) == [expected, expected]
            assert software.account.lodgings[A].bookable(NOW, stay("03-15/03-17")) is reopens


def test_closed_stays_closed() -> None:
    """A room type that was closed, or a night the owner closed, is not opened by a cancellation."""
    software = client()
    guest = booked(software, "03-15/03-16")
    software.load(("03-15", "<closed>1</closed>"))
    software.account.cancel(A, guest.id, NOW)
    assert not _bookable(software)
    other = booked(software, "03-15/03-16", B)
    software.account.lodgings[B].close(STAY, NOW)
    software.account.cancel(B, other.id, NOW)
    assert not _bookable(software, B)


def test_loaded_over_a_stay() -> None:
    """Rooms to sell loaded over a stay sell nothing twice."""
    software = client()
    booked(software, "03-15/03-16")
    software.load(("03-15", OPEN))
    assert not _bookable(software)


def test_activation() -> None:
    """On activation what was loaded is forgotten: nothing is to sell until it is loaded anew."""
    software = client()
    software.account.connect(NOW)
    assert software.shown("03-15") == [("0", "0")]
    assert not _bookable(software)
    software.load(("03-15", OPEN))
    assert _bookable(software)
    assert not software.account.lodgings[A].bookable(NOW, stay("03-16/03-17"))
