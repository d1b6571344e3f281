"""The calls that the simulated Airbnb makes: two questions, notifications, and what becomes of them."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random

import httpx
import pytest
from attrs import evolve

from channelsync.errors import UsageError
from channelsync.testing import Refusal, Reservation
from channelsync.testing.partner import ApiFault
from channelsync_airbnb.sandbox import partner
from tests.unit.sandbox.airbnb_api import NO, YES, Software, answered, closing, software
from tests.unit.sandbox.support import NOW, booked, stay

MAY = stay("05-01/05-04")
HOOK = "https://channelsync.invalid/hooks/airbnb/x"
CONFIRMED = "reservation_acceptance_confirmation"


def test_check_first() -> None:
    """Before a guest may pay Airbnb asks whether the nights are available, and takes a no."""
    asking = software()
    outcome, asked = answered(asking.account.book(asking.listing, MAY, NOW), *NO)
    assert isinstance(outcome, Refusal)
    (check,) = asked
    assert (check.method, str(check.url).partition("?")[0]) == ("GET", HOOK)
    assert dict(check.url.params) == {
        "action": "check_availability",
        "listing_id": asking.listing,
        "start_date": "2027-05-01",
        "nights": "3",
    }
    assert not asking.lodging.sold(NOW)
    assert asking.told() == []


def test_veto() -> None:
    """Before the paid reservation is made Airbnb asks again, with its code: a no unmakes it, a yes makes it."""
    asking = software()
    veto = (YES[0], httpx.Response(200, json={"succeed": False, "failure_code": None}))
    outcome, asked = answered(asking.account.book(asking.listing, MAY, NOW), *veto)
    assert (isinstance(outcome, Refusal), len(asked)) == (True, 2)
    outcome, (_, make) = answered(asking.account.book(asking.listing, MAY, NOW), *YES)
    assert isinstance(outcome, Reservation)
    body = json.loads(make.content)
    assert (make.method, str(make.url)) == ("POST", HOOK)
    assert (body["confirmation_code"], body["listing_id_str"], body["nights"]) == (outcome.code, asking.listing, 3)
    assert body["listing_id"] == int(asking.listing)
    assert {"start_date", "guest_id", "number_of_guests", "listing_base_price", "guest_details"} <= set(body)
    assert asking.lodging.sold(NOW) == MAY.nights
    assert asking.codes() == [outcome.code]


@pytest.mark.parametrize("answer", [None, httpx.Response(500), httpx.Response(200, text="OK"), httpx.Response(204)])
@pytest.mark.parametrize("yes", [False, True])
def test_silence(answer: httpx.Response | None, yes: bool) -> None:
    """What is no usable answer counts as the switch says, and otherwise as no."""
    asking = software(silence_is_yes=yes)
    outcome, _ = answered(asking.account.book(asking.listing, MAY, NOW), answer)
    assert isinstance(outcome, Reservation if yes else Refusal)


def test_sold_while_it_was_asked() -> None:
    """Nights that go between the question and the answer are not sold twice by Airbnb itself."""
    asking = software()
    booking = asking.account.book(asking.listing, MAY, NOW)
    next(booking)
    asking.write(closing("05-02"))
    booking.send(YES[0])
    with pytest.raises(StopIteration) as done:
        booking.send(YES[1])
    assert isinstance(done.value.value, Refusal)


def test_a_race_asks_nobody() -> None:
    """A forced booking asks nobody and is told; the nights are sold whatever was closed."""
    asking = software()
    asking.write(closing("05-02"))
    outcome, asked = answered(asking.account.book(asking.listing, MAY, NOW, force=True))
    assert (isinstance(outcome, Reservation), asked) == (True, [])
    assert asking.actions() == [CONFIRMED]


def test_change_asked() -> None:
    """Before a change of dates Airbnb asks by PUT under the code; the nights move on a yes alone."""
    asking = software()
    guest = asking.booked()
    later = stay("05-02/05-06")
    outcome, (put,) = answered(asking.account.change(asking.listing, guest.id, later, NOW), None)
    assert isinstance(outcome, Refusal)
    assert (put.method, str(put.url)) == ("PUT", f"{HOOK}/{guest.code}")
    assert json.loads(put.content)["start_date"] == "2027-05-02"
    assert asking.lodging.sold(NOW) == MAY.nights
    outcome, _ = answered(asking.account.change(asking.listing, guest.id, later, NOW), YES[1])
    assert isinstance(outcome, Reservation)
    assert asking.lodging.sold(NOW) == later.nights


def test_probes() -> None:
    """Test calls name listing 0, in a new reservation and in a change, and must succeed."""
    asking = software()
    probing = asking.account.probe(NOW)
    made, changed = next(probing), probing.send(YES[1])
    assert [json.loads(each.content)["listing_id"] for each in (made, changed)] == [0, 0]
    assert (made.method, changed.method) == ("POST", "PUT")
    with pytest.raises(StopIteration) as done:
        probing.send(None)
    assert done.value.value is False


def test_notified() -> None:
    """A reservation, its change and its cancellation are notified, each once, as the API shows them."""
    asking = software()
    guest = asking.booked()
    (told,) = asking.told()
    assert (told["action"], told["reservation"]["confirmation_code"]) == (CONFIRMED, guest.code)
    assert told["reservation"] == asking.get(f"reservations/{guest.code}")["reservation"]
    answered(asking.account.change(asking.listing, guest.id, stay("05-02/05-06"), NOW, force=True))
    assert asking.actions() == ["reservation_alteration_confirmation"]
    asking.account.cancel(asking.listing, guest.id, NOW)
    (call,) = asking.account.calls(NOW)
    body = json.loads(call.content)
    assert (call.method, str(call.url)) == ("POST", f"{HOOK}/notification")
    assert (body["action"], body["message_to_host"]) == ("reservation_cancellation_confirmation", "")
    assert asking.account.calls(NOW) == ()


def test_what_guests_do_elsewhere_is_notified() -> None:
    """A booking made straight on the lodging is told by the account as well."""
    asking = software(told_after=timedelta(minutes=2))
    booked(asking.lodging, "05-01/05-04")
    assert asking.account.next_call(NOW) == NOW + timedelta(minutes=2)
    assert asking.actions() == []
    asking.minutes = 2
    assert asking.actions() == [CONFIRMED]
    assert asking.account.next_call(asking.now) is None


def test_requests_notified() -> None:
    """A request to book is told when it comes, when it is voided, and confirmed when it is accepted."""
    asking = software()
    first = asking.account.request(asking.listing, MAY, NOW)
    second = asking.account.request(asking.listing, MAY, NOW)
    asking.ask("PUT", f"reservations/{first.code}", {"attempt_action": "accept"})
    asking.account.withdraw(second.code, NOW)
    requested = "reservation_requested"
    assert asking.actions() == [requested, requested, CONFIRMED, "reservation_request_voided"]


@pytest.mark.parametrize("asked", [True, False])
def test_requests_asked(asked: bool) -> None:
    """Whether a request to book is asked about is a switch: its nights when made, the stay when accepted."""
    asking = software(requests_asked=asked)
    refused, questions = answered(asking.account.ask(asking.listing, MAY, NOW), *NO)
    assert (isinstance(refused, Refusal), len(questions)) == (asked, int(asked))
    waiting, _ = answered(asking.account.ask(asking.listing, MAY, NOW), *YES)
    assert not isinstance(waiting, Refusal)
    veto = httpx.Response(200, json={"succeed": False, "failure_code": None})
    if asked:
        outcome, (make,) = answered(asking.account.accept(waiting.code, NOW), veto)
        assert (isinstance(outcome, Refusal), json.loads(make.content)["confirmation_code"]) == (True, waiting.code)
    accepted, _ = answered(asking.account.accept(waiting.code, NOW), YES[1])
    assert isinstance(accepted, Reservation)
    assert asking.lodging.sold(NOW) == MAY.nights
    with pytest.raises(UsageError):
        answered(asking.account.accept(waiting.code, NOW), YES[1])


def test_linking_notified() -> None:
    """A category that changes, a listing taken away and a new id are told; the new id is the one that works."""
    asking = software()
    account, old, new = asking.account, asking.listing, "1999999999999999999"
    guest = asking.booked()
    asking.told()
    account.link(old, None, NOW)
    account.link(old, None, NOW)
    account.link(old, "sync_all", NOW)
    account.renumber(old, new, NOW)
    account.unlink(new, NOW)
    settings, again, mapped, unlinked = asking.told()
    assert settings["updates"] == [{"listing_id": int(old), "synchronization_category": None}]
    assert again["action"] == "listing_synchronization_settings_updated"
    assert mapped == {
        "action": "listings_mapped",
        "mappings": [{"listing_id": int(old), "updated_listing_id": int(new)}],
    }
    assert (unlinked["action"], unlinked["listing_ids"]) == ("listings_unlinked", [int(new)])
    assert asking.ask("GET", f"listings/{old}").status_code == 403
    assert asking.get(f"reservations/{guest.code}")["reservation"]["listing_id_str"] == new


def test_revocation_notified() -> None:
    """A revocation by the host is told with every listing, and is the last thing told."""
    asking = software()
    asking.account.disconnect(NOW)
    (told,) = asking.told()
    assert told["action"] == "authorization_revoked"
    assert told["listing_ids"] == [int(each) for each in asking.account.lodgings]
    asking.booked()
    assert asking.told() == []


def test_message_instead() -> None:
    """By the switch a message is told in place of the confirmation; what is told of a change stays."""
    asking = software(message_instead=True)
    guest = asking.booked()
    (told,) = asking.told()
    assert (told["action"], sorted(told)) == ("message_added", ["action", "message", "thread"])
    assert told["thread"]["id_str"] == asking.get(f"reservations/{guest.code}")["reservation"]["thread_id_str"]
    asking.account.ways = evolve(asking.account.ways, message_instead=False)
    asking.account.cancel(asking.listing, guest.id, NOW)
    assert asking.actions() == ["reservation_cancellation_confirmation"]


def test_other_notifications() -> None:
    """Other kinds are told as well."""
    asking = software()
    asking.account.notify("test_notification", NOW)
    asking.account.notify("payout_notification", NOW)
    status = {"listing_id": int(asking.listing), "approval_status_category": "approved"}
    asking.account.notify("listing_approval_status_changed", NOW, listing_approval_status=status)
    assert asking.actions() == ["test_notification", "payout_notification", "listing_approval_status_changed"]


def test_constant_header() -> None:
    """Every call carries the header that the software has chosen, and none where it has chosen none."""
    asking = Software(partner(rng=Random(7), call_secret="Bearer chosen", callback="https://other.invalid/h/"))
    assert asking.account.fields["call_secret"] == "Bearer chosen"
    outcome, asked = answered(asking.account.book(asking.listing, MAY, NOW), *YES)
    assert isinstance(outcome, Reservation)
    calls = [*asked, *asking.account.calls(NOW)]
    assert {each.headers["Authorization"] for each in calls} == {"Bearer chosen"}
    assert all(str(each.url).startswith("https://other.invalid/h") for each in calls)
    plain = software()
    _, asked = answered(plain.account.book(plain.listing, MAY, NOW), *YES)
    assert all("Authorization" not in each.headers for each in asked)


def test_unlinked_unasked() -> None:
    """Of a listing that nobody keeps the software is neither asked nor told."""
    asking = software()
    asking.account.unlink(asking.listing, NOW)
    asking.told()
    outcome, asked = answered(asking.account.book(asking.listing, MAY, NOW))
    assert (isinstance(outcome, Reservation), asked, asking.told()) == (True, [], [])


def test_calls_fail() -> None:
    """A notification is lost, doubled, an hour late, or comes after the one that follows it."""
    asking = software()
    stays = iter(f"{month:02}-01/{month:02}-03" for month in range(4, 13))

    def next_code(fault: ApiFault | None = None) -> str:
        if fault:
            asking.account.fail(fault, asking.now)
        return asking.booked(next(stays)).code

    def told() -> list[str]:
        return [each["reservation"]["confirmation_code"] for each in asking.told()]

    next_code(ApiFault.CALL_LOST)
    assert told() == []
    twice = next_code(ApiFault.CALL_TWICE)
    assert told() == [twice, twice]
    late = next_code(ApiFault.CALL_LATE)
    assert told() == []
    asking.minutes = 60
    assert told() == [late]
    first = next_code(ApiFault.CALLS_SWAPPED)
    assert told() == []
    second = next_code()
    assert told() == [second, first]
    alone = next_code(ApiFault.CALLS_SWAPPED)
    assert asking.account.next_call(asking.now) == asking.now + timedelta(hours=1)
    asking.minutes += 60
    assert told() == [alone]
