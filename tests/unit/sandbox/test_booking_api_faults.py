"""What each fault of the simulated Booking.com API does, once or until healed."""

from __future__ import annotations

import pytest

from channelsync.errors import UsageError
from channelsync.testing.partner import ApiFault, Partner
from tests.unit.sandbox.booking_api import (
    HOTEL,
    NEW,
    NOW,
    PLAIN,
    SECURE,
    A,
    B,
    Client,
    booked,
    changed,
    client,
    codes,
    parsed,
    soon,
)
from tests.unit.sandbox.support import stay

URL = f"{SECURE}/hotels/ota/{NEW}"
SHUT = "<roomstosell>0</roomstosell>"


def _failing(fault: ApiFault, times: int | None = 1) -> Client:
    """A client of an account on which a fault is on, and something to tell."""
    software = client()
    booked(software)
    software.account.fail(fault, NOW, times=times)
    return software


@pytest.mark.parametrize(
    "fault,status,waits",
    [
        (ApiFault.ERROR, 500, None),
        (ApiFault.UNAVAILABLE, 503, "30"),
        (ApiFault.THROTTLED, 429, "30"),
        (ApiFault.HTML, 200, None),
        (ApiFault.EMPTY_BODY, 200, None),
        (ApiFault.REFUSED, 401, None),
    ],
)
def test_in_place_of_an_answer(fault: ApiFault, status: int, waits: str | None) -> None:
    """In place of an answer comes an error, a page or nothing; what was asked is not done; then all is well again."""
    software = _failing(fault)
    answer = software.load(("04-15", SHUT))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, waits)
    assert (answer.content == b"") is (fault not in {ApiFault.HTML, ApiFault.REFUSED})
    assert software.shown("04-15") == [("1", "0")]


def test_until_healed() -> None:
    """A fault without a number lasts until it is healed, alone or with all others."""
    software = _failing(ApiFault.ERROR, None)
    assert [software.ask("GET", URL).status_code for _ in range(3)] == [500] * 3
    software.account.heal(ApiFault.ERROR)
    assert software.ask("GET", URL).status_code == 200
    software.account.fail(ApiFault.REFUSED, NOW, times=None)
    software.account.heal()
    assert software.ask("GET", URL).status_code == 200


def test_truncated() -> None:
    """The answer breaks off in the middle; what was asked is done, and a reservation fetched by B.XML is lost."""
    software = _failing(ApiFault.TRUNCATED)
    answer = software.post("reservations", "")
    assert answer.status_code == 200
    assert answer.content.startswith(b"<?xml")
    assert not answer.content.rstrip().endswith(b"-->")
    assert not list(parsed(software.post("reservations", "")))


def test_nothing() -> None:
    """A well-formed answer lists nothing, and takes nothing from the queue."""
    for path, inner in (
        ("reservations", ""),
        ("reservationssummary", f"<hotel_id>{HOTEL}</hotel_id>"),
        ("roomrates", f"<hotel_id>{HOTEL}</hotel_id>"),
    ):
        software = _failing(ApiFault.NOTHING)
        assert not list(parsed(software.post(path, inner)))
        assert list(parsed(software.post(path, inner)))
    software = _failing(ApiFault.NOTHING)
    assert software.numbers(NEW) == []
    software.account.fail(ApiFault.NOTHING, NOW)
    assert software.shown("03-15") == []


def test_stale() -> None:
    """A read shows what it showed some minutes ago: a new message is missing, an acknowledged one is back."""
    software = client()
    first = booked(software)
    assert software.numbers(NEW) == [first.code]
    software.ack(NEW, first.code)
    software.now = soon(6)
    second = booked(software, room=B)
    software.account.fail(ApiFault.STALE, NOW)
    assert software.numbers(NEW) == [first.code]
    assert software.numbers(NEW) == [second.code]


def test_stale_where_nothing_is_remembered() -> None:
    """A read that was never made shows what is true; the fault waits."""
    software = _failing(ApiFault.STALE)
    assert software.shown("04-15") == [("1", "0")]
    software.load(("04-15", SHUT))
    assert software.shown("04-15") == [("1", "0")]
    assert software.shown("04-15") == [("0", "0")]


def test_no_tokens() -> None:
    """No token is given out; those given before are good."""
    software = _failing(ApiFault.TOKENS)
    assert software.ask("GET", URL).status_code == 200
    assert software.exchange().status_code == 500
    assert software.exchange().status_code == 200


def test_answer_lost() -> None:
    """What was asked is done, and the answer is an error."""
    software = _failing(ApiFault.ANSWER_LOST)
    assert software.load(("04-15", SHUT)).status_code == 500
    assert software.shown("04-15") == [("0", "0")]
    [number] = software.numbers(NEW)
    software.account.fail(ApiFault.ANSWER_LOST, NOW)
    assert software.ack(NEW, number).status_code == 500
    assert software.numbers(NEW) == []


def test_partly() -> None:
    """The first night or message alone is done; the answer names the others."""
    software = _failing(ApiFault.PARTLY)
    answer = software.load(("04-15", SHUT), ("04-16", SHUT))
    assert (answer.status_code, codes(answer), "2027-04-16" in answer.text) == (200, ["INTERNAL_ERROR"], True)
    assert software.shown("04-15", 2) == [("0", "0"), ("1", "0")]
    booked(software, room=B)
    first, second = software.numbers(NEW)
    software.account.fail(ApiFault.PARTLY, NOW)
    answer = software.ack(NEW, first, second)
    assert [each.get("RecordID") for each in parsed(answer).iter("Error")] == [second]
    assert software.numbers(NEW) == [second]


def test_calls_never_fail() -> None:
    """Faults of calls change nothing, for there are none."""
    software = _failing(ApiFault.CALL_LOST, None)
    assert len(software.numbers(NEW)) == 1
    assert software.account.calls(NOW) == ()


def test_no_such_room() -> None:
    """A room or a reservation that is not there is an error of the test, not of the platform."""
    software = client()
    with pytest.raises(UsageError):
        booked(software, room="1")
    with pytest.raises(UsageError):
        software.account.cancel(A, "none", NOW)
    guest = booked(software)
    software.account.cancel(A, guest.id, NOW)
    with pytest.raises(UsageError):
        changed(software, guest, "03-15/03-16")


def test_other_addresses() -> None:
    """An address that is not served is not found, and one that is has its methods."""
    software = client()
    assert software.ask("GET", f"{PLAIN}/hotels/xml/other").status_code == 404
    assert software.ask("GET", f"{PLAIN}/hotels/xml/availability").status_code == 405
    assert software.ask("GET", f"{PLAIN}/connections-api/properties/{HOTEL}/other").status_code == 404


def test_is_a_partner() -> None:
    """The account is what every simulated API is."""
    account: Partner = client().account
    assert set(account.lodgings) == {A, B}
    assert set(account.fields) == {
        "address",
        "client_id",
        "client_secret",
        "hotel_id",
        "secure_address",
        "token_address",
    }
    assert account.lodgings[A].bookable(NOW, stay("03-15/03-17"))
