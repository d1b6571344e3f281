"""What is written to Airbnb's calendar: its form, how much at once, and what is believed of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import httpx
import pytest

from channelsync.adapter import REPEATABLE, Access, Closing, Secret, Written
from channelsync.errors import (
    ChangeRefusedError,
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    UsageError,
    WireFormatError,
)
from channelsync.ids import ChannelName
from channelsync.nights import Nights, Stay
from channelsync_airbnb.api import API
from tests.unit.plugins.airbnb_api import ACCESS, LISTING, run, said

BOOKING, GREENGO = ChannelName("booking"), ChannelName("greengo")
CLASSIC = attrs.evolve(ACCESS, fields={**ACCESS.fields, "calendar": Secret("classic")})


def nights(text: str) -> Nights:
    """Nights from ``arrival/departure`` pairs."""
    return Nights.union(Stay.parse(one).nights for one in text.split())


def closing(text: str, taken_on: ChannelName | None = BOOKING) -> Closing:
    """Nights to close for a platform."""
    return Closing(nights(text), taken_on)


class Calendar:
    """Takes what is written and keeps it; ``answer`` makes another answer of it."""

    def __init__(self, answer: Callable[[dict[str, Any]], httpx.Response] | None = None) -> None:
        self.answer = answer or (lambda _: said({"success": True}))
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one write."""
        self.requests.append(request)
        return self.answer(json.loads(request.content))

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was sent, call by call."""
        return [json.loads(request.content) for request in self.requests]

    @property
    def operations(self) -> list[dict[str, Any]]:
        """Every operation that was sent."""
        return [one for body in self.bodies for one in body["operations"]]


def pushed(calendar: Calendar, *closings: Closing, opening: str = "") -> Written:
    """What is said to a write."""
    return run(API.push(ACCESS, LISTING, closings, nights(opening)), calendar)


def count(operations: list[dict[str, Any]]) -> int:
    """How many dates operations name."""
    total = 0
    for operation in operations:
        for dates in operation["dates"]:
            first, _, last = dates.partition(":")
            total += 1 if not last else Stay.parse(f"{first}/{last}").length + 1
    return total


def test_the_form_of_a_closing() -> None:
    """A range includes its last night, a single night is a date, and the reason stands beside it."""
    calendar = Calendar()
    written = pushed(calendar, closing("2027-01-05/2027-01-08 2027-01-20/2027-01-21"))
    (request,) = calendar.requests
    assert (request.method, request.url.path) == ("POST", "/v2/calendar_operations_requests/")
    assert request.extensions[REPEATABLE] is True
    assert calendar.bodies == [
        {
            "listing_id": int(LISTING),
            "operations": [
                {
                    "dates": ["2027-01-05:2027-01-07", "2027-01-20"],
                    "availability": "unavailable",
                    "busy_subtype": "OUTSIDE_RESERVATION",
                    "platform": "BOOKING_COM",
                }
            ],
        }
    ]
    assert written == Written(nights("2027-01-05/2027-01-08 2027-01-20/2027-01-21"), Nights())


@pytest.mark.parametrize(
    "taken_on, reason",
    [
        (None, {"busy_subtype": "BLOCKED_BY_HOST"}),
        (BOOKING, {"busy_subtype": "OUTSIDE_RESERVATION", "platform": "BOOKING_COM"}),
        (
            GREENGO,
            {"busy_subtype": "OUTSIDE_RESERVATION", "platform": "OTHER", "other_platform_name": "GreenGo"},
        ),
        (
            ChannelName("gites-de-france"),
            {"busy_subtype": "OUTSIDE_RESERVATION", "platform": "OTHER", "other_platform_name": "Gites De France"},
        ),
    ],
)
def test_why_a_night_is_closed(taken_on: ChannelName | None, reason: dict[str, str]) -> None:
    """Airbnb is told which platform has the guest, by its own word where it has one; an owner's block is the host's."""
    calendar = Calendar()
    pushed(calendar, closing("2027-01-05/2027-01-06", taken_on))
    (operation,) = calendar.operations
    assert operation == {"dates": ["2027-01-05"], "availability": "unavailable", **reason}


def test_opening_follows_the_rules() -> None:
    """Nights are opened as ``default``: ``available`` would override the listing's rules; no note is written."""
    calendar = Calendar()
    written = pushed(calendar, opening="2027-01-05/2027-01-08")
    assert calendar.operations == [{"dates": ["2027-01-05:2027-01-07"], "availability": "default"}]
    assert written == Written(Nights(), nights("2027-01-05/2027-01-08"))


def test_closing_wins() -> None:
    """Closings are sent first, in calls of their own, and no night that is to be closed is opened."""
    calendar = Calendar()
    written = pushed(
        calendar,
        closing("2027-01-05/2027-01-08"),
        closing("2027-01-07/2027-01-10", None),
        opening="2027-01-09/2027-01-12",
    )
    assert [one["availability"] for one in calendar.operations] == ["unavailable", "unavailable", "default"]
    assert [one["dates"] for one in calendar.operations] == [
        ["2027-01-05:2027-01-07"],
        ["2027-01-08:2027-01-09"],
        ["2027-01-10:2027-01-11"],
    ]
    assert len(calendar.requests) == 2
    assert written == Written(nights("2027-01-05/2027-01-10"), nights("2027-01-10/2027-01-12"))


def test_nothing_to_write() -> None:
    """Where nothing is to be written nothing is sent."""
    assert pushed(Calendar()) == Written(Nights(), Nights())


def test_the_older_form() -> None:
    """An account may write in the older form, whose answer may have lost all but an id."""
    for answer in ({"calendar_operation": {"id": 5}}, {"id": "5"}, {"calendar_operation": {"id_str": "5"}}):
        calendar = Calendar(lambda _, with_=answer: said(with_))
        flow = API.push(CLASSIC, LISTING, (closing("2027-01-05/2027-01-08"),), Nights())
        assert run(flow, calendar) == Written(nights("2027-01-05/2027-01-08"), Nights(), "5")
        assert calendar.requests[0].url.path == "/v2/calendar_operations"
        assert not calendar.requests[0].url.query


def test_how_much_at_once() -> None:
    """No call names more than 731 dates, and no night is left out for it."""
    calendar = Calendar()
    written = pushed(calendar, closing("2027-01-01/2029-06-01"), closing("2030-01-01/2030-01-03", None))
    assert [count(body["operations"]) for body in calendar.bodies] == [731, 153]
    assert written.closed == nights("2027-01-01/2029-06-01 2030-01-01/2030-01-03")


def refusing(bad: str) -> Callable[[dict[str, Any]], httpx.Response]:
    """Refuse each call that names one of these nights."""

    def answer(body: dict[str, Any]) -> httpx.Response:
        for operation in body["operations"]:
            for dates in operation["dates"]:
                first, _, last = dates.partition(":")
                if first <= bad <= (last or first):
                    return said({"error_details": [{"error_reason": "night is reserved"}]}, 400)
        return said({"success": True})

    return answer


def test_one_bad_night_does_not_hold_up_the_others() -> None:
    """A refused call is sent again by halves: only the night that Airbnb will not close stays as it is."""
    calendar = Calendar(refusing("2027-01-07"))
    written = pushed(calendar, closing("2027-01-05/2027-01-15"), opening="2027-02-01/2027-02-03")
    assert written.closed == nights("2027-01-05/2027-01-15") - nights("2027-01-07/2027-01-08")
    assert written.opened == nights("2027-02-01/2027-02-03")
    (why,) = written.refused
    assert "2027-01-07/2027-01-08" in why
    assert "night is reserved" in why


def test_halving_ends() -> None:
    """However many nights are refused, so many calls are made and no more."""
    calendar = Calendar(lambda _: said({"error_code": 422}, 422))
    with pytest.raises(ChangeRefusedError):
        pushed(calendar, closing("2027-01-01/2028-06-01"))
    assert len(calendar.requests) <= 50


def test_all_refused() -> None:
    """A write of which nothing was accepted is an error, with Airbnb's reason."""
    with pytest.raises(ChangeRefusedError, match="night is reserved"):
        pushed(Calendar(refusing("2027-01-05")), closing("2027-01-05/2027-01-06"))


@pytest.mark.parametrize(
    "answer", [{"success": False}, {"calendar_operation": {"success": False}}, {"success": 0}, {"success": "true"}]
)
def test_a_failure_under_status_200(answer: dict[str, object]) -> None:
    """An answer that says it failed has closed nothing, whatever its status."""
    with pytest.raises(ChangeRefusedError):
        pushed(Calendar(lambda _: said(answer)), closing("2027-01-05/2027-01-06"))


def test_an_answer_that_repeats_less() -> None:
    """Where an answer repeats its operations, nights that it leaves out count as refused, not as closed."""
    calendar = Calendar(lambda _: said({"calendar_operation": {"operations": [{"dates": ["2027-01-05"]}]}}))
    written = run(API.push(CLASSIC, LISTING, (closing("2027-01-05/2027-01-08"),), Nights()), calendar)
    assert written.closed == nights("2027-01-05/2027-01-06")
    assert "2027-01-06/2027-01-08" in written.refused[0]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"success": tr', b"[]", b'{"calendar_operation": {"operations": [{}]}}']
)
def test_an_odd_answer_proves_nothing(body: bytes) -> None:
    """An answer that cannot be read says nothing of what was done: it is an error, and what was to do remains to do."""
    with pytest.raises(WireFormatError):
        pushed(Calendar(lambda _: said(body)), closing("2027-01-05/2027-01-06"))


@pytest.mark.parametrize("access", [ACCESS, CLASSIC], ids=["async", "classic"])
@pytest.mark.parametrize(
    "answer",
    [{}, {"metadata": {}}, {"maintenance": "soon"}, {"success": None}, {"calendar_operation": None}, {"id": ""}],
)
def test_an_answer_that_says_nothing(access: Access, answer: dict[str, object]) -> None:
    """An answer that neither accepts nor refuses proves nothing, whatever its status: what was to do remains to do."""
    with pytest.raises(WireFormatError):
        run(API.push(access, LISTING, (closing("2027-01-05/2027-01-06"),), Nights()), Calendar(lambda _: said(answer)))


def test_each_form_has_its_own_yes() -> None:
    """An empty envelope is the older form's yes and none of the newer one's; an id alone is both's (documented)."""
    empty, bare = Calendar(lambda _: said({"calendar_operation": {}})), Calendar(lambda _: said({"id": 5}))
    flow = API.push(CLASSIC, LISTING, (closing("2027-01-05/2027-01-06"),), Nights())
    assert run(flow, empty).closed == nights("2027-01-05/2027-01-06")
    with pytest.raises(WireFormatError):
        pushed(empty, closing("2027-01-05/2027-01-06"))
    assert pushed(bare, closing("2027-01-05/2027-01-06")).closed == nights("2027-01-05/2027-01-06")


@pytest.mark.parametrize(
    "status, error",
    [
        (401, CredentialRejectedError),
        (403, ListingGoneError),
        (404, ListingGoneError),
        (405, RateLimitedError),
        (429, RateLimitedError),
        (500, ChannelUnavailableError),
    ],
)
def test_refusals(status: int, error: type[ChannelError]) -> None:
    """What is no refusal of the nights themselves is not tried by halves."""
    calendar = Calendar(lambda _: said({}, status))
    with pytest.raises(error):
        pushed(calendar, closing("2027-01-05/2027-01-15"))
    assert len(calendar.requests) == 1


def test_taking_over_and_letting_go() -> None:
    """A listing is taken over wholly, the one way newer versions know, and let go with nothing."""
    sent: list[tuple[str, str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.method, request.url.path, json.loads(request.content)))
        return said(b"") if len(sent) == 1 else said({"listing": {"id": 1}})

    run(API.take_over(ACCESS, LISTING), answer)
    run(API.let_go(ACCESS, LISTING), answer)
    assert sent == [
        ("PUT", f"/v2/listings/{LISTING}", {"synchronization_category": "sync_all"}),
        ("PUT", f"/v2/listings/{LISTING}", {"synchronization_category": None}),
    ]


@pytest.mark.parametrize(
    "status, error", [(403, ListingGoneError), (422, ChangeRefusedError), (401, CredentialRejectedError)]
)
def test_taking_over_refused(status: int, error: type[ChannelError]) -> None:
    """A refused link is an error."""
    with pytest.raises(error):
        run(API.take_over(ACCESS, LISTING), lambda _: said({"error_code": status}, status))


def test_only_listings_are_written_to() -> None:
    """What is no id of a listing is never put into an address or a body."""
    for flow in (API.push(ACCESS, "1/2", (closing("2027-01-05/2027-01-06"),), Nights()), API.take_over(ACCESS, "x")):
        with pytest.raises(UsageError):
            run(flow, Calendar())
