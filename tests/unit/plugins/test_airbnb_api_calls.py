"""Airbnb's calls to us: notifications are hints and no more, questions are read in every form they may have."""

from __future__ import annotations

import json
from datetime import date

import pytest

from channelsync.adapter import Hint, Question
from channelsync.errors import WireFormatError
from channelsync.nights import Stay
from channelsync_airbnb.api import API
from tests.unit.plugins.airbnb_api import LISTING

STAY = Stay(date(2027, 1, 5), date(2027, 1, 8))
RESERVATION = {"confirmation_code": "HMABCDEF12", "listing_id": 1, "listing_id_str": LISTING, "status_type": "accept"}
MAKE = {
    "confirmation_code": "HMABCDEF12",
    "listing_id": int(LISTING),
    "listing_id_str": LISTING,
    "start_date": "2027-01-05",
    "nights": 3,
    "guest_id": 5,
}
ALL = (Hint(),)


def hints(body: object) -> tuple[Hint, ...]:
    """What a notification comes to."""
    return API.hints({}, body if isinstance(body, bytes) else json.dumps(body).encode())


# -- notifications -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "action",
    [
        "reservation_acceptance_confirmation",
        "reservation_alteration_confirmation",
        "reservation_cancellation_confirmation",
        "reservation_requested",
        "reservation_request_voided",
    ],
)
def test_about_a_reservation(action: str) -> None:
    """Whatever is said of a reservation, its listing is looked at."""
    assert hints({"action": action, "reservation": RESERVATION}) == (Hint(LISTING, "HMABCDEF12"),)


@pytest.mark.parametrize(
    "body, listings",
    [
        (
            {
                "action": "listing_approval_status_changed",
                "listing_approval_status": {"listing_id": 7, "approval_status_category": "approved"},
            },
            ["7"],
        ),
        (
            {
                "action": "listing_synchronization_settings_updated",
                "host_id": 5,
                "updates": [{"listing_id": 7, "after_mapping_listing_id": 8}, {"listing_id": 9}, {"listing_id": 7}],
            },
            ["7", "8", "9"],
        ),
        ({"action": "listings_mapped", "mappings": [{"listing_id": 7, "updated_listing_id": 8}]}, ["7", "8"]),
        ({"action": "listings_unlinked", "host_id": 5, "listing_ids": [7, LISTING]}, ["7", LISTING]),
    ],
)
def test_about_listings(body: object, listings: list[str]) -> None:
    """What is said of listings has each of them looked at, once; of one that changed its id, both."""
    assert hints(body) == tuple(Hint(one) for one in listings)


def test_revoked() -> None:
    """That access was taken back is a hint as well: the next request will confirm it."""
    assert hints({"action": "authorization_revoked", "host_id": 5, "listing_ids": [7]}) == (Hint(revoked=True),)


@pytest.mark.parametrize(
    "body",
    [
        {"action": "message_added", "message": {}, "thread": {}},
        {"action": "something_new", "reservation": RESERVATION},
        {"action": 5},
        {},
        {"action": "listings_unlinked", "listing_ids": []},
        {"action": "listings_unlinked", "listing_ids": list(range(1, 5000))},
        {"action": "reservation_requested", "reservation": {"listing_id": 1.355078859895588e18}},
        {"action": "reservation_requested", "reservation": None},
        {"action": "reservation_requested"},
    ],
)
def test_the_whole_account(body: object) -> None:
    """What is unknown, names nothing that can be read, or names too much, has the whole account looked at."""
    assert hints(body) == ALL


def test_nothing_to_look_at() -> None:
    """A payment and a test concern no night."""
    assert hints({"action": "payout_notification"}) == ()
    assert hints({"action": "test_notification"}) == ()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"action": "reserv', b"\xff", b" " * 2**21])
def test_unreadable(body: bytes) -> None:
    """What cannot be read, or is absurdly long, is an error of the format."""
    with pytest.raises(WireFormatError):
        hints(body)


# -- questions ---------------------------------------------------------------------------------------------------------
CHECK = {"action": "check_availability", "listing_id": LISTING, "start_date": "2027-01-05", "nights": "3"}


def asked(method: str, path: str = "", query: dict[str, str] | None = None, body: object = b"") -> Question | None:
    """What a call asks."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return API.question(method, path, query or {}, content)


@pytest.mark.parametrize("method, query, body", [("GET", CHECK, b""), ("get", CHECK, b""), ("POST", {}, CHECK)])
def test_before_the_guest_pays(method: str, query: dict[str, str], body: object) -> None:
    """The check asks about a listing and nights, as a query or as JSON, and is answered in its own words."""
    question = asked(method, "", query, body)
    assert question == Question(LISTING, STAY)
    assert json.loads(API.reply(question, free=True).body) == {"available": True}
    assert json.loads(API.reply(question, free=False).body) == {"available": False, "failure_code": None}


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", "", MAKE),
        ("POST", "/", MAKE),
        ("POST", "/HMABCDEF12", {**MAKE, "confirmation_code": None}),
        ("PUT", "/HMABCDEF12", MAKE),
        ("PUT", "/HMABCDEF12/", {**MAKE, "confirmation_code": "HMZZZZZZZZ"}),
        ("PUT", "", MAKE),
        ("POST", "", {**MAKE, "listing_id_str": None}),
        ("POST", "", {**MAKE, "nights": None, "end_date": "2027-01-08"}),
    ],
)
def test_before_a_reservation_is_made(method: str, path: str, body: object) -> None:
    """The veto names the reservation, in the path or the body, so that a stay is no obstacle to its own change."""
    question = asked(method, path, {}, body)
    assert question == Question(LISTING, STAY, "HMABCDEF12")
    reply = API.reply(question, free=True)
    assert (reply.status, reply.content_type) == (200, "application/json")
    assert json.loads(reply.body) == {"succeed": True}
    assert json.loads(API.reply(question, free=False).body) == {"succeed": False, "failure_code": None}


@pytest.mark.parametrize(
    "method, path, query, body, word",
    [
        ("GET", "", {**CHECK, "listing_id": "0"}, b"", "available"),
        ("GET", "", {"action": "check_availability", "listing_id": "0"}, b"", "available"),
        ("POST", "", {}, {**MAKE, "listing_id": 0, "listing_id_str": "0"}, "succeed"),
        ("POST", "", {}, {"listing_id": 0}, "succeed"),
        ("PUT", "/HMABCDEF12", {}, {"listing_id": 0}, "succeed"),
    ],
)
def test_a_test_succeeds(method: str, path: str, query: dict[str, str], body: object, word: str) -> None:
    """A call about listing 0 tests the connection: it is answered with yes, whatever is free."""
    question = asked(method, path, query, body)
    assert question is not None
    assert question.probe
    assert json.loads(API.reply(question, free=False).body) == {word: True}


@pytest.mark.parametrize(
    "method, path, query, body",
    [
        ("GET", "", {}, b""),
        ("GET", "", {"action": "other", "listing_id": "5"}, b""),
        ("POST", "/notification", {}, {"action": "reservation_requested", "reservation": RESERVATION}),
        ("POST", "", {}, {"action": "reservation_requested", "reservation": RESERVATION}),
        ("DELETE", "/HMABCDEF12", {}, MAKE),
        ("HEAD", "", CHECK, b""),
    ],
)
def test_no_question(method: str, path: str, query: dict[str, str], body: object) -> None:
    """A notification and anything else that asks nothing is no question."""
    assert asked(method, path, query, body) is None


@pytest.mark.parametrize(
    "method, query, body",
    [
        ("GET", {**CHECK, "nights": ""}, b""),
        ("GET", {**CHECK, "nights": "0"}, b""),
        ("GET", {**CHECK, "nights": "-2"}, b""),
        ("GET", {**CHECK, "nights": "99999"}, b""),
        ("GET", {**CHECK, "start_date": "5 January"}, b""),
        ("GET", {**CHECK, "listing_id": "x"}, b""),
        ("POST", {}, {**MAKE, "confirmation_code": ""}),
        ("POST", {}, {**MAKE, "listing_id": None, "listing_id_str": None}),
        ("POST", {}, {**MAKE, "listing_id": 1.355078859895588e18, "listing_id_str": None}),
        ("PUT", {}, b"<html>"),
    ],
)
def test_questions_that_cannot_be_read(method: str, query: dict[str, str], body: object) -> None:
    """A question that cannot be read is an error: whoever receives it must not answer yes."""
    with pytest.raises(WireFormatError):
        asked(method, "", query, body)
