"""Reservations of the simulated Airbnb API: how they are listed, how they change, and what waits for a word."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from channelsync.errors import UsageError
from channelsync.testing import Refusal
from tests.unit.sandbox.airbnb_api import answered, closing, software
from tests.unit.sandbox.support import NOW, stay


def one(asking, code: str):
    """A reservation by its code."""
    return asking.get(f"reservations/{code}")["reservation"]


def test_codes() -> None:
    """A confirmation code is HM and eight letters or digits; a code that is nobody's is answered 404."""
    asking = software()
    guest = asking.booked()
    assert re.fullmatch(r"HM[A-Z0-9]{8}", guest.code)
    shown = one(asking, guest.code)
    assert (shown["start_date"], shown["end_date"], shown["nights"]) == ("2027-05-01", "2027-05-04", 3)
    assert (shown["status_type"], shown["listing_id_str"]) == ("accept", asking.listing)
    assert shown["guest_email"].endswith("@guest.airbnb.com")
    assert asking.ask("GET", "reservations/HM00000000").status_code == 404


def test_bracketed_zone() -> None:
    """Moments of arrival and departure carry offset and zone, in summer time as in winter."""
    asking = software()
    summer, winter = asking.booked("05-01/05-04"), asking.booked("03-20/03-29")
    assert one(asking, summer.code)["check_in_datetime"] == "2027-05-01T15:00+02:00[Europe/Paris]"
    assert one(asking, winter.code)["check_in_datetime"] == "2027-03-20T15:00+01:00[Europe/Paris]"
    assert one(asking, winter.code)["check_out_datetime"] == "2027-03-29T10:00+02:00[Europe/Paris]"


def test_prices_renamed() -> None:
    """The members for prices have other names from 2024.12.31 on; amounts are texts."""
    asking = software()
    guest = asking.booked()
    assert one(asking, guest.code)["base_price"] == "300.00"
    asking.version = "2024.06.30"
    assert one(asking, guest.code)["listing_base_price"] == "300.00"


def test_accepted_by_default() -> None:
    """A list has accepted ones; all_status has all, include_only_status some, and never both."""
    asking = software()
    kept, gone = asking.booked("05-01/05-04"), asking.booked("06-01/06-04")
    asking.account.cancel(asking.listing, gone.id, NOW)
    assert asking.codes() == [kept.code]
    assert asking.codes("&all_status=true") == [kept.code, gone.code]
    assert asking.codes("&include_only_status=cancelled_by_guest,deny") == [gone.code]
    for wrong in ("&all_status=true&include_only_status=deny", "&include_only_status=unknown"):
        assert asking.ask("GET", f"reservations?listing_id={asking.listing}{wrong}").status_code == 400
    assert asking.ask("GET", "reservations").status_code == 400


def test_reservation_window() -> None:
    """A list has what begins on or after start_date, today unless said, and ends before end_date, a year later."""
    asking = software()
    running = asking.booked("03-01/03-04")
    asking.minutes = 23 * 60
    later = asking.booked("05-01/05-04")
    asking.booked("2028-02-28/2028-03-01")
    assert asking.codes() == [later.code]
    assert asking.codes("&start_date=2027-02-01") == [running.code, later.code]
    assert asking.codes("&start_date=2027-03-01&end_date=2027-05-04") == [running.code]
    assert asking.codes("&start_date=2027-03-01&end_date=2027-05-05") == [running.code, later.code]
    path = f"reservations?host_id={asking.account.fields['user_id']}&start_date=2027-03-01"
    assert len(asking.get(path)["reservations"]) == 2
    for wrong in ("&start_date=soon", "&start_date=9999-02-01", "&start_date=2027-05-01&end_date=2027-04-01"):
        assert asking.ask("GET", f"reservations?listing_id={asking.listing}{wrong}").status_code == 400


def test_updated_at() -> None:
    """Every change has a later updated_at, even two of one moment, while the code stays."""
    asking = software()
    guest = asking.booked()
    seen = [one(asking, guest.code)["updated_at"]]
    answered(asking.account.change(asking.listing, guest.id, stay("05-02/05-05"), NOW, force=True))
    seen.append(one(asking, guest.code)["updated_at"])
    asking.account.cancel(asking.listing, guest.id, NOW)
    seen.append(one(asking, guest.code)["updated_at"])
    assert seen == sorted(set(seen))
    assert one(asking, guest.code)["status_type"] == "cancelled_by_guest"
    with pytest.raises(UsageError):
        asking.account.cancel(asking.listing, guest.id, NOW)


def test_request_answered() -> None:
    """A request to book takes no nights until it is accepted; denial wants a reason; each is decided once."""
    asking = software()
    first = asking.account.request(asking.listing, stay("05-01/05-04"), NOW)
    second = asking.account.request(asking.listing, stay("05-02/05-05"), NOW)
    assert not asking.lodging.sold(NOW)
    assert one(asking, first.code)["status_type"] == "pending"
    assert asking.ask("PUT", f"reservations/{first.code}", {"attempt_action": "accept"}).status_code == 200
    assert one(asking, first.code)["status_type"] == "accept"
    assert asking.lodging.sold(NOW) == stay("05-01/05-04").nights
    assert [each.code for each in asking.lodging.reservations()] == [first.code]
    path = f"reservations/{second.code}"
    assert asking.ask("PUT", path, {"attempt_action": "accept"}).status_code == 400
    assert asking.ask("PUT", path, {"attempt_action": "deny"}).status_code == 400
    denial = {"attempt_action": "deny", "decline_reason": "dates_not_available"}
    assert asking.ask("PUT", path, denial).status_code == 200
    assert one(asking, second.code)["status_type"] == "deny"
    assert asking.ask("PUT", path, denial).status_code == 400


@pytest.mark.parametrize("takes", [True, False])
def test_requests_take(*, takes: bool) -> None:
    """Whether the nights of a request that waits read as unavailable is a switch; sold they are only once accepted."""
    asking = software(requests_take=takes)
    waiting = asking.account.request(asking.listing, stay("05-01/05-03"), NOW)
    path = f"calendars/{asking.listing}/2027-05-01/2027-05-02"
    read = {"unavailable"} if takes else {"default"}
    assert {day["availability"] for day in asking.get(path)["calendar"]["days"]} == read
    assert not asking.lodging.sold(NOW)
    asking.account.withdraw(waiting.code, NOW)
    assert {day["availability"] for day in asking.get(path)["calendar"]["days"]} == {"default"}


def test_requests_time_out() -> None:
    """A request that nobody answers is over after 24 hours; one that the guest takes back is over at once."""
    asking = software()
    waiting = asking.account.request(asking.listing, stay("05-01/05-04"), NOW)
    back = asking.account.request(asking.listing, stay("05-01/05-04"), NOW)
    asking.account.withdraw(back.code, NOW)
    assert one(asking, back.code)["status_type"] == "cancelled_by_guest"
    with pytest.raises(UsageError):
        asking.account.withdraw(back.code, NOW)
    asking.minutes = 24 * 60 - 1
    assert one(asking, waiting.code)["status_type"] == "pending"
    asking.minutes += 1
    asking.token = asking.tokens(refresh_token=asking.refresh).json()["access_token"]
    assert one(asking, waiting.code)["status_type"] == "timeout"


def test_alterations() -> None:
    """An alteration waits, is decided once, and moves the nights when it is accepted; a cancellation voids it."""
    asking = software()
    guest = asking.booked()
    wishes = ("05-06/05-08", "05-05/05-07", "05-10/05-12")
    numbers = [asking.account.propose(asking.listing, guest.id, stay(each), NOW) for each in wishes]
    listed = asking.get(f"reservation_alterations?confirmation_codes[]={guest.code}")["reservation_alterations"]
    assert [(each["id"], each["status"], each["initiated_by"]) for each in listed] == [
        (number, "PENDING", "guest") for number in numbers
    ]
    assert asking.lodging.sold(NOW) == stay("05-01/05-04").nights
    declined, accepted, voided = (f"reservation_alterations/{number}" for number in numbers)
    assert asking.ask("PUT", declined, {"status": "VOID"}).status_code == 400
    assert asking.ask("PUT", declined, {"status": "DECLINED"}).status_code == 200
    assert asking.ask("PUT", declined, {"status": "ACCEPTED"}).status_code == 400
    assert asking.ask("PUT", accepted, {"status": "ACCEPTED"}).status_code == 200
    assert asking.lodging.sold(NOW) == stay("05-05/05-07").nights
    asking.account.cancel(asking.listing, guest.id, NOW)
    assert asking.get(voided)["reservation_alteration"]["status"] == "VOID"
    assert asking.ask("GET", "reservation_alterations/1").status_code == 404
    with pytest.raises(UsageError):
        asking.account.propose(asking.listing, guest.id, stay(wishes[0]), NOW)


def test_an_alteration_onto_closed_nights() -> None:
    """An alteration onto nights that are closed meanwhile is refused, and goes on waiting."""
    asking = software()
    guest = asking.booked()
    number = asking.account.propose(asking.listing, guest.id, stay("05-06/05-08"), NOW)
    asking.write(closing("05-07"))
    assert asking.ask("PUT", f"reservation_alterations/{number}", {"status": "ACCEPTED"}).status_code == 400
    shown = asking.get(f"reservation_alterations/{number}")["reservation_alteration"]
    assert shown["status"] == "PENDING"


def test_cancelled_by_host() -> None:
    """The host cancels with a reason, through the API or on airbnb.com; the status says who it was."""
    asking = software()
    first, second = asking.booked("05-01/05-04"), asking.booked("06-01/06-04")
    path = f"reservations/{first.code}"
    assert asking.ask("PUT", path, {"status_type": "cancelled_by_host"}).status_code == 400
    wish = {"status_type": "cancelled_by_host", "reason": "other"}
    assert asking.ask("PUT", path, wish).status_code == 200
    assert one(asking, first.code)["status_type"] == "cancelled_by_host"
    asking.account.cancel(asking.listing, second.id, NOW, by="host")
    assert one(asking, second.code)["status_type"] == "cancelled_by_host"
    assert not asking.lodging.sold(NOW)


def test_unknown_listing() -> None:
    """A guest of a listing that the account does not have is a mistake of the test."""
    asking = software()
    with pytest.raises(UsageError):
        answered(asking.account.book("1", stay("05-01/05-04"), NOW))


def test_closed_nights_are_refused_without_a_question() -> None:
    """What Airbnb itself shows closed is refused, and nobody is asked."""
    asking = software()
    asking.write(closing("05-02"))
    outcome, asked = answered(asking.account.book(asking.listing, stay("05-01/05-04"), NOW + timedelta(minutes=1)))
    assert isinstance(outcome, Refusal)
    assert asked == []
