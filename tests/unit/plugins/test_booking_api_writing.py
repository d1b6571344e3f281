"""Booking.com's API route: nights closed and opened, messages acknowledged, tokens, rooms, the connection."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import httpx
import pytest
from lxml import etree

from channelsync.adapter import Closing, Delivery, Secret, Written
from channelsync.engine.budget import ACCOUNT
from channelsync.engine.retry import REPEATABLE
from channelsync.errors import (
    ChangeRefusedError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    WireFormatError,
)
from channelsync.ids import ChannelName
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync_booking.api import API
from tests.unit.plugins.booking_api import (
    CHANGED,
    CLOSED,
    CODE,
    FIELDS,
    HOTEL,
    LODGING,
    NEW,
    NS,
    OTHER,
    RUID,
    WAITING,
    Booking,
    access,
    bxml,
    ota,
    room,
    room_stay,
    run,
    xml,
)

OK = xml("<ok/>")
TOKENS = "/token-based-authentication/exchange"
ROOMS = "/hotels/xml/roomrates"
STATUS = f"/connections-api/properties/{HOTEL}/status"


def nights(*stays: str) -> Nights:
    """Nights of stays."""
    return Nights.of(*(Stay.parse(one) for one in stays))


def pushed(booking: Booking, closing: Nights, opening: Nights = NO_NIGHTS) -> Written:
    """What a push comes to."""
    return run(API.push(access(), LODGING, (Closing(closing, ChannelName("airbnb")),), opening), booking)


def sent(request: httpx.Request) -> list[tuple[str, str, str]]:
    """The nights that a write holds, each with rooms to sell and whether it is closed."""
    root = etree.fromstring(request.content)
    assert [one.get("id") for one in root] == [LODGING]
    return [(row.get("value", ""), row.findtext("roomstosell") or "", row.findtext("closed") or "") for row in root[0]]


def refusal(*codes: str, status: int = 200) -> httpx.Response:
    """An answer that lists errors."""
    errors = "".join(f'<error code="{code}"><message>No, because</message></error>' for code in codes)
    return xml(f"<availability><errors>{errors}</errors></availability>", status)


# Closing and opening --------------------------------------------------------------------------------------------------
def test_night_by_night_and_month_by_month() -> None:
    """Each night stands for itself, each request holds one month, and closings go before openings."""
    booking = Booking(answers={CLOSED: OK})
    written = pushed(booking, nights("2027-03-30/2027-04-02", "2028-03-01/2028-03-02"), nights("2027-03-10/2027-03-12"))
    assert [sent(one) for one in booking.asked] == [
        [("2027-03-30", "0", "1"), ("2027-03-31", "0", "1")],
        [("2027-04-01", "0", "1")],
        [("2028-03-01", "0", "1")],
        [("2027-03-10", "1", "0"), ("2027-03-11", "1", "0")],
    ]
    assert written.closed == nights("2027-03-30/2027-04-02", "2028-03-01/2028-03-02")
    assert written.opened == nights("2027-03-10/2027-03-12")
    assert (written.refused, written.reference) == ((), RUID)
    assert all(one.extensions[REPEATABLE] and one.headers["Accept-Version"] == "1.1" for one in booking.asked)


def test_closing_wins() -> None:
    """A night that is to be closed and opened at once is closed; nothing at all is no request."""
    booking = Booking(answers={CLOSED: OK})
    assert pushed(booking, nights("2027-03-10/2027-03-12"), nights("2027-03-11/2027-03-13")).opened == nights(
        "2027-03-12/2027-03-13"
    )
    assert run(API.push(access(), LODGING, (), NO_NIGHTS), Booking()) == Written(NO_NIGHTS, NO_NIGHTS)


def test_a_good_status_is_no_success() -> None:
    """Errors in an answer with status 200 leave every night of that request unwritten; other months stand."""
    answers = iter([refusal("NOT_A_VALID_DATE", "ROOM_ID_INVALID"), OK])
    booking = Booking(answers={CLOSED: lambda _: next(answers)})
    written = pushed(booking, nights("2027-03-30/2027-04-02"))
    assert written.closed == nights("2027-04-01/2027-04-02")
    assert len(written.refused) == 2
    assert "2027-03-30 to 2027-03-31: NOT_A_VALID_DATE: No, because" in written.refused[0]
    assert RUID in written.refused[0]


@pytest.mark.parametrize(
    "answer",
    [
        refusal("ROOM_ID_INVALID", status=400),
        refusal("ROOM_ID_INVALID"),
        xml("<availability><errors/></availability>"),
        xml('<fault string="not now"/>'),
        xml("<error>not now</error>"),
        httpx.Response(400, content=b"<html>"),
        httpx.Response(400),
        xml("<ok/>", 400),
    ],
)
def test_all_refused(answer: httpx.Response) -> None:
    """Where nothing was taken that is an error of the platform, with its words or without."""
    with pytest.raises(ChangeRefusedError) as caught:
        pushed(Booking(answers={CLOSED: answer}), nights("2027-03-10/2027-03-12"))
    assert "2027-03-10 to 2027-03-11" in str(caught.value)
    assert caught.value.advice


def test_warnings_are_no_refusal() -> None:
    """What is only warned of was applied."""
    warned = xml('<availability><warnings><warning code="WARN_DUPLICATE_DATES"/></warnings></availability>')
    assert pushed(Booking(answers={CLOSED: warned}), nights("2027-03-10/2027-03-11")).closed


@pytest.mark.parametrize(
    "body", [b"", b"<html/>", b"<availability/>", b"<ok", b"{}", b"<availability><x/></availability>"]
)
def test_an_answer_that_says_nothing_proves_nothing(body: bytes) -> None:
    """Where an answer with status 200 says neither yes nor no, nothing counts as written."""
    with pytest.raises(WireFormatError, match="change"):
        pushed(Booking(answers={CLOSED: httpx.Response(200, content=body)}), nights("2027-03-10/2027-03-12"))


def test_a_write_without_access() -> None:
    """A write that is refused for want of access is a lost connection, not a refused change."""
    for answer, kind in (
        (xml("<fault/>", 403), ListingGoneError),
        (xml('<fault code="404" string="no access to hotel"/>'), ListingGoneError),
        (xml("", 401), CredentialRejectedError),
    ):
        with pytest.raises(kind):
            pushed(Booking(answers={CLOSED: answer}), nights("2027-03-10/2027-03-12"))
    with pytest.raises(ChannelUnavailableError):
        pushed(Booking(answers={CLOSED: xml("", 500)}), nights("2027-03-10/2027-03-12"))


def test_words_of_the_platform_are_cut_short() -> None:
    """What a platform says of a refusal is one short line without markup."""
    text = f'<error code="X&#10;&lt;b>"><message>{"long " * 100}&#10;&lt;script></message></error>'
    answer = xml(f"<availability><errors>{text * 50}</errors></availability>", 400)
    with pytest.raises(ChangeRefusedError) as caught:
        pushed(Booking(answers={CLOSED: answer}), nights("2027-03-10/2027-03-12"))
    assert "\n" not in str(caught.value)
    assert "<" not in str(caught.value)
    assert len(str(caught.value)) < 300


# Messages -------------------------------------------------------------------------------------------------------------
WAITS = Booking(
    new=ota("HotelReservation", CODE, room_stay(LODGING, ["2027-03-15"]), room_stay(OTHER, ["2027-03-16"])),
    changed=ota("HotelResModify", "4705950060") + ota("HotelResModify", "4705950061", room_stay(OTHER, ["2027-04-01"])),
)
TAKEN = xml(f"<OTA_HotelResNotifRS {NS}><Success/></OTA_HotelResNotifRS>")


def acknowledged(booking: Booking) -> list[tuple[str, list[str]]]:
    """What was acknowledged: the message, and the reservations in it."""
    found: list[tuple[str, list[str]]] = []
    for request in booking.asked:
        root = etree.fromstring(request.content)
        ids = [str(one.get("ResID_Value")) for one in root.iter(f"{{{NS[7:-1]}}}HotelReservationID")]
        found.append((etree.QName(root).localname, ids))
    return found


def test_what_waits() -> None:
    """Both queues are told, what each reservation takes in each listing, and which are cancelled."""
    deliveries = run(API.waiting(access()), WAITS)
    assert [(one.code, [(listing, str(stay)) for listing, stay in one.stays], one.cancelled) for one in deliveries] == [
        (CODE, [(LODGING, "2027-03-15/2027-03-16"), (OTHER, "2027-03-16/2027-03-17")], False),
        ("4705950060", [], True),
        ("4705950061", [(OTHER, "2027-04-01/2027-04-02")], False),
    ]


def test_each_queue_is_acknowledged_for_itself() -> None:
    """Messages are acknowledged in the queue that they came from, together, with the stamp they came with."""
    deliveries = run(API.waiting(access()), WAITS)
    booking = Booking(answers={NEW: TAKEN, CHANGED: TAKEN})
    run(API.acknowledge(access(), (*deliveries, deliveries[0])), booking)
    assert booking.paths == [NEW, CHANGED]
    assert acknowledged(booking) == [
        ("OTA_HotelResNotifRS", [CODE]),
        ("OTA_HotelResModifyNotifRS", ["4705950060", "4705950061"]),
    ]
    assert all(etree.fromstring(one.content).get("TimeStamp") == "2027-01-15T11:59:59+00:00" for one in booking.asked)
    assert all(b"<Success/>" in one.content for one in booking.asked)


@pytest.mark.parametrize("status", [400, 409, 200])
def test_a_stale_acknowledgement_goes_on_waiting(status: int) -> None:
    """A message that has changed meanwhile is no failure, and no obstacle for those beside it."""
    refused = xml(f"<OTA_HotelResModifyNotifRS {NS}><Errors/></OTA_HotelResModifyNotifRS>", status)

    def answer(request: httpx.Request) -> httpx.Response:
        return refused if b"4705950060" in request.content else TAKEN

    booking = Booking(answers={NEW: TAKEN, CHANGED: answer})
    run(API.acknowledge(access(), run(API.waiting(access()), WAITS)), booking)
    assert [ids for _, ids in acknowledged(booking)] == [
        [CODE],
        ["4705950060", "4705950061"],
        ["4705950060"],
        ["4705950061"],
    ]


def test_an_unknown_one_does_not_stop_the_others() -> None:
    """What the platform does not know is told as its error, once everything else is acknowledged."""
    booking = Booking(answers={NEW: xml("", 404), CHANGED: TAKEN})
    with pytest.raises(ChannelUnavailableError, match="404"):
        run(API.acknowledge(access(), run(API.waiting(access()), WAITS)), booking)
    assert booking.paths == [NEW, CHANGED]


def test_an_acknowledgement_that_fails_is_told() -> None:
    """A server's error is told: nobody knows whether it was taken, and it is asked for again."""
    for status, kind in ((500, ChannelUnavailableError), (401, CredentialRejectedError), (429, RateLimitedError)):
        with pytest.raises(kind):
            run(API.acknowledge(access(), run(API.waiting(access()), WAITS)), Booking(answers={NEW: xml("", status)}))


def test_many_are_acknowledged_in_lots() -> None:
    """An acknowledgement holds so many reservations and no more."""
    many = tuple(Delivery(str(CODE_ + 1), token="OTA_HotelResNotif ") for CODE_ in range(120))
    booking = Booking(answers={NEW: TAKEN})
    run(API.acknowledge(access(), many), booking)
    assert [len(ids) for _, ids in acknowledged(booking)] == [50, 50, 20]
    assert b"TimeStamp" not in booking.asked[0].content


def test_what_is_no_message_of_theirs_is_not_sent() -> None:
    """A delivery whose token or code is not one of Booking.com's comes to nothing."""
    odd = (
        Delivery(CODE),
        Delivery(CODE, token="elsewhere 2027"),
        Delivery('1"/><x', token="OTA_HotelResNotif 2027-01-15T11:59:59"),
    )
    run(API.acknowledge(access(), odd), Booking())
    booking = Booking(answers={NEW: TAKEN})
    run(API.acknowledge(access(), (Delivery(CODE, token='OTA_HotelResNotif "><x'),)), booking)
    assert b"<x" not in booking.asked[0].content


def test_read_away() -> None:
    """In B.XML reading takes messages away: asked once, for our property alone, and never acknowledged."""
    waits = (
        bxml(CODE, room("2027-03-15/2027-03-17"), status="new", hotel=HOTEL)
        + bxml("4705950060", status="cancelled", hotel=HOTEL)
        + bxml("4705950061", room("2027-03-20/2027-03-21"), room("2027-03-21/2027-03-23", OTHER), status="modified")
    )
    booking = Booking(answers={WAITING: xml(f"<reservations>{waits}</reservations>")})
    deliveries = run(API.waiting(access(messages="bxml")), booking)
    assert [(one.code, len(one.stays), one.cancelled) for one in deliveries] == [
        (CODE, 1, False),
        ("4705950060", 0, True),
        ("4705950061", 2, False),
    ]
    (request,) = booking.asked
    assert request.extensions[REPEATABLE] is False
    assert f"<hotel_id>{HOTEL}</hotel_id>".encode() in request.content
    run(API.acknowledge(access(messages="bxml"), deliveries), booking)
    assert len(booking.asked) == 1


# Tokens ---------------------------------------------------------------------------------------------------------------
def test_a_new_token() -> None:
    """Id and secret are exchanged for a token of an hour; the request is made once, and says for whom."""
    booking = Booking(answers={TOKENS: httpx.Response(200, json={"jwt": "a.b.c", "ruid": RUID})})
    renewed = run(API.refresh(access(token="")), booking)
    assert (renewed.token, renewed.lifetime) == (Secret("a.b.c"), timedelta(hours=1))
    assert renewed.fields == access().fields
    (request,) = booking.asked
    assert str(request.url) == f"https://connectivity-authentication.booking.com{TOKENS}"
    assert json.loads(request.content) == {name: FIELDS[name] for name in ("client_id", "client_secret")}
    assert request.extensions[ACCOUNT] == "account-1"
    assert not request.extensions.get(REPEATABLE)
    assert "Authorization" not in request.headers


@pytest.mark.parametrize(
    "status, kind",
    [
        (400, CredentialRejectedError),
        (401, CredentialRejectedError),
        (403, CredentialRejectedError),
        (404, ChannelUnavailableError),
        (429, RateLimitedError),
        (500, ChannelUnavailableError),
    ],
)
def test_no_token(status: int, kind: type[Exception]) -> None:
    """What another try does not change is the owner's to mend; everything else is tried again."""
    booking = Booking(answers={TOKENS: httpx.Response(status, json={"ruid": RUID})})
    with pytest.raises(kind) as caught:
        run(API.refresh(access()), booking)
    assert RUID in str(caught.value)
    assert FIELDS["client_secret"] not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"jwt": 7}',
        b'{"jwt": ""}',
        b'{"jwt": "a\\nb"}',
        b"[" * 9999,
        b'{"jwt": "' + b"a" * 9000 + b'"}',
    ],
)
def test_an_answer_without_a_token(body: bytes) -> None:
    """What holds no token that could stand in a header is no token."""
    with pytest.raises(WireFormatError):
        run(API.refresh(access()), Booking(answers={TOKENS: httpx.Response(200, content=body)}))


# Rooms, and the connection --------------------------------------------------------------------------------------------
def test_rooms() -> None:
    """Every room of the property is a listing, by its id and its names."""
    rooms = (
        f'<room id="{LODGING}" hotel_id="{HOTEL}" hotel_name="Gîte" room_name="Entire house"><rates/></room>'
        f'<room id="{OTHER}"/>'
    )
    booking = Booking(answers={ROOMS: xml(f"<rooms>{rooms}</rooms>")})
    found = run(API.listings(access()), booking)
    assert [(one.id, one.name) for one in found] == [(LODGING, "Gîte, Entire house"), (OTHER, OTHER)]
    for broken in ("<rooms><room/></rooms>", "<rooms><x/></rooms>", "<ok/>"):
        with pytest.raises(WireFormatError):
            run(API.listings(access()), Booking(answers={ROOMS: xml(broken)}))


def test_the_connection() -> None:
    """The state of the connection is the platform's word for it; an answer that does not say it is none."""
    good = {"meta": {"ruid": RUID}, "errors": [], "data": {"property_id": 8011855, "status": "connected"}}
    assert run(API.status(access()), Booking(answers={STATUS: httpx.Response(200, json=good)})) == "connected"
    for bad, kind in (
        ({"data": {}}, WireFormatError),
        ({"data": "connected"}, WireFormatError),
        ([], WireFormatError),
        ({"errors": [{"code": 320}], "data": None}, ChannelUnavailableError),
    ):
        with pytest.raises(kind):
            run(API.status(access()), Booking(answers={STATUS: httpx.Response(200, json=bad)}))
    with pytest.raises(ListingGoneError):
        run(API.status(access()), Booking(answers={STATUS: httpx.Response(403)}))


def test_no_date_is_a_range() -> None:
    """A write names nights one by one: whether a range holds its last day is not known."""
    booking = Booking(answers={CLOSED: OK})
    pushed(booking, Nights.of(date(2027, 3, 10), date(2027, 3, 11)))
    assert not re.search(rb"\b(from|to|value1|value2)=", booking.asked[0].content)
