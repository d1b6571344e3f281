"""A look by Airbnb's API: what stands, what is held, what is closed beside it, and which answers are not believed."""

from __future__ import annotations

import json
from datetime import date, timedelta

import attrs
import httpx
import pytest

from channelsync.adapter import ACCOUNT, REPEATABLE, Secret
from channelsync.claims import Kind
from channelsync.errors import (
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    UsageError,
    WireFormatError,
)
from channelsync.nights import Nights, Stay
from channelsync.traits import EchoHabit, Horizon
from channelsync_airbnb.api import API
from tests.unit.plugins.airbnb_api import (
    ACCESS,
    AT,
    LISTING,
    SOURCE,
    WINDOW,
    Shown,
    calendar,
    reservation,
    run,
    said,
    seen,
    told,
)


# -- what a look shows -------------------------------------------------------------------------------------------------
def test_reservations_and_blocks() -> None:
    """A reservation is one event with its code; what is closed beside it is a block; the departure is no night."""
    shown = Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08"), closed="2027-01-05/2027-01-10")
    found = seen(shown)
    assert told(found) == [
        ("2027-01-05/2027-01-08", "reservation", "HMABCDEF12"),
        ("2027-01-08/2027-01-10", "block", ""),
    ]
    assert found.events[0].uid == "HMABCDEF12"
    assert (found.usable, found.notes, found.cancelled) == (True, (), frozenset())


def test_a_request_to_book_holds_its_nights() -> None:
    """A request that waits for the host holds its nights, by the code that its reservation will have."""
    found = seen(Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08", "pending")))
    assert told(found) == [("2027-01-05/2027-01-08", "hold", "HMABCDEF12")]
    assert found.events[0].uid == "HMABCDEF12"


def test_requests_for_the_same_nights() -> None:
    """Whoever asks is held for all the nights asked for: the host may accept any of them, and has accepted none."""
    early = reservation("HMZZZZZZ01", "2027-01-05/2027-01-08", "pending")
    late = reservation("HMABCDEF12", "2027-01-07/2027-01-10", "pending")
    asked = [("2027-01-05/2027-01-08", "hold", "HMZZZZZZ01"), ("2027-01-07/2027-01-10", "hold", "HMABCDEF12")]
    assert told(seen(Shown(early, late))) == asked
    sold = {**late, "status_type": "accept"}
    assert told(seen(Shown(early, sold))) == [asked[0], ("2027-01-07/2027-01-10", "reservation", "HMABCDEF12")]


def test_a_request_says_that_it_waits() -> None:
    """The owner reads which request waits for an answer; of a reservation that stands nothing is noted."""
    found = seen(Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08", "pending")))
    assert found.notes == ("HMABCDEF12 is a request to book: its nights are kept until it is answered",)


@pytest.mark.parametrize(
    "state",
    [
        "deny",
        "timeout",
        "cancelled_by_host",
        "cancelled_by_guest",
        "cancelled_by_admin",
        "CANCELLED_BY_GUEST",
        "canceled",
    ],
)
def test_what_is_over_is_named(state: str) -> None:
    """A reservation that the platform says is over takes nothing and is named, so that its absence needs no proof."""
    found = seen(Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08", state)))
    assert told(found) == []
    assert found.cancelled == {"HMABCDEF12"}


@pytest.mark.parametrize("state", ["checkpoint", "cancellation_pending", "cancel_requested", "cancelled_soon"])
def test_a_state_that_nobody_knows_stands(state: str) -> None:
    """A reservation in an unknown state keeps its nights, also where it begins like a known one; a note says so."""
    found = seen(Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08", state)))
    assert told(found)[0][1] == "reservation"
    assert state in found.notes[0]
    assert not found.cancelled


def test_a_change_that_waits() -> None:
    """While a change of dates waits, the reservation keeps its nights and those asked for on top of them are held."""
    shown = Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08"), closed="2027-01-05/2027-01-12")
    change = {"confirmation_code": "HMABCDEF12", "start_date": "2027-01-07", "end_date": "2027-01-11", "nights": 4}
    shown.alterations = [{**change, "status": "PENDING"}, {**change, "end_date": "2027-01-20", "status": "DECLINED"}]
    assert told(seen(shown)) == [
        ("2027-01-05/2027-01-08", "reservation", "HMABCDEF12"),
        ("2027-01-08/2027-01-11", "hold", "HMABCDEF12"),
        ("2027-01-11/2027-01-12", "block", ""),
    ]


@pytest.mark.parametrize("state", ["ACCEPTED", "declined", "VOID", "CANCELED", "Cancelled"])
def test_a_change_that_is_decided(state: str) -> None:
    """A change of dates that was answered, or taken back, holds nothing; what stands is the reservation."""
    shown = Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08"))
    shown.alterations = [
        {"confirmation_code": "HMABCDEF12", "start_date": "2027-01-07", "end_date": "2027-01-11", "status": state}
    ]
    found = seen(shown)
    assert [kind for _, kind, _ in told(found)] == ["reservation"]
    assert (found.notes, found.unseen) == ((), frozenset())


@pytest.mark.parametrize("state", ["PENDING_HOST_REVIEW", "EXPIRING", "", None])
def test_a_change_in_a_state_that_nobody_knows(state: str | None) -> None:
    """A change of dates in an unknown state, or in none, may still wait: its nights are held, and a note says so."""
    shown = Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08"))
    shown.alterations = [
        {"confirmation_code": "HMABCDEF12", "start_date": "2027-01-07", "end_date": "2027-01-11", "status": state}
    ]
    found = seen(shown)
    assert told(found)[1] == ("2027-01-08/2027-01-11", "hold", "HMABCDEF12")
    assert (state or "?") in found.notes[0]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_changes_that_cannot_be_asked_for(status: int) -> None:
    """Where changes of dates are not shown, the rest of the look counts, and it says that it does not see holds."""
    shown = Shown(
        reservation("HMABCDEF12", "2027-01-05/2027-01-08"), reservation_alterations=lambda _: said({}, status)
    )
    found = seen(shown)
    assert found.usable
    assert found.unseen == {Kind.HOLD}
    assert "changes of dates" in found.notes[0]


def test_changes_that_cannot_all_be_asked_for() -> None:
    """What one answer shows of the changes of dates is held, also where the next one is refused."""
    stays = [Stay(WINDOW.arrival + timedelta(days=one), WINDOW.arrival + timedelta(days=one + 1)) for one in range(26)]
    every = [reservation(f"HM{number:08}", f"{one}") for number, one in enumerate(stays)]
    change = {"confirmation_code": "HM00000000", "start_date": "2027-01-28", "nights": 2, "status": "PENDING"}

    def answer(request: httpx.Request) -> httpx.Response:
        asked = request.url.params.get_list("confirmation_codes[]")
        return said({"reservation_alterations": [change]}) if "HM00000000" in asked else said({}, 404)

    found = seen(Shown(*every, reservation_alterations=answer))
    assert told(found)[-1] == ("2027-01-28/2027-01-30", "hold", "HM00000000")
    assert found.unseen == {Kind.HOLD}


def test_the_longer_stay_counts() -> None:
    """Where the dates and the number of nights disagree, no night is left out."""
    found = seen(Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-07", nights=3)))
    assert told(found)[0][0] == "2027-01-05/2027-01-08"
    assert "HMABCDEF12" in found.notes[0]


@pytest.mark.parametrize(
    "changes",
    [{"start_date": "2027-01-05T15:00+01:00[Europe/Paris]"}, {"end_date": None}, {"nights": None}, {"nights": "3"}],
)
def test_plausible_dates(changes: dict[str, object]) -> None:
    """A date may carry a time and a zone, and either the departure or the number of nights is enough."""
    entry = {**reservation("HMABCDEF12", "2027-01-05/2027-01-08"), **changes}
    assert told(seen(Shown(entry)))[0][0] == "2027-01-05/2027-01-08"


def test_a_guest_of_whom_no_reservation_is_shown() -> None:
    """A night that the calendar calls reserved without a reservation is a closure, may be a guest: never a block."""
    stay = Stay.parse("2027-01-05/2027-01-08")

    def answer(request: httpx.Request) -> httpx.Response:
        del request
        return said(calendar(WINDOW, stay.nights, availability_type="reserved"))

    assert told(seen(Shown(calendars=answer))) == [("2027-01-05/2027-01-08", "closure", "")]
    ours = Shown(calendars=lambda _: said(calendar(WINDOW, stay.nights, availability_sub_type="OUTSIDE_RESERVATION")))
    assert told(seen(ours))[0][1] == "block"


def test_default_is_open() -> None:
    """A night that follows the listing's rules is not shown as closed."""
    days = [{"date": f"{night}", "availability": "default"} for night in WINDOW]
    assert told(seen(Shown(calendars=lambda _: said({"calendar": {"days": days}})))) == []


def test_other_listings_and_other_nights_are_left_out() -> None:
    """What the answer holds of another listing, or of nights outside the window, is no event here."""
    shown = Shown(
        reservation("HMAAAAAAAA", "2027-01-05/2027-01-08", listing_id=5, listing_id_str="5"),
        reservation("HMBBBBBBBB", "2026-12-20/2027-01-01"),
        reservation("HMCCCCCCCC", "2027-02-01/2027-02-03"),
        reservation("HMDDDDDDDD", "2026-12-30/2027-01-02"),
    )
    assert told(seen(shown)) == [("2026-12-30/2027-01-02", "reservation", "HMDDDDDDDD")]


# -- what is asked -----------------------------------------------------------------------------------------------------
def test_what_is_asked() -> None:
    """The list begins a year before the window, for stays that run already; the calendar's last night is included."""
    shown = Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08"))
    seen(shown)
    (query,) = shown.asked("reservations")
    assert dict(query) == {
        "listing_id": LISTING,
        "start_date": "2025-12-31",
        "end_date": "2028-02-02",
        "all_status": "true",
        "_limit": "50",
    }
    assert shown.asked("reservation_alterations")[0]["confirmation_codes[]"] == "HMABCDEF12"
    assert shown.requests[-1].url.path == f"/v2/calendars/{LISTING}/2027-01-01/2027-01-31"


def test_every_request_speaks_for_the_account() -> None:
    """Each request carries the token, the application's id and the version, and names the account to the engine."""
    shown = Shown()
    seen(shown)
    for request in shown.requests:
        assert request.headers["X-Airbnb-OAuth-Token"] == "token-1"
        assert request.headers["X-Airbnb-API-Key"] == "client"
        assert request.headers["X-AIRBNB-REQ-API-VERSION"] == "2025.06.30"
        assert request.extensions[ACCOUNT] == "account-1"
        assert request.extensions[REPEATABLE] is True
        assert str(request.url).startswith("https://api.airbnb.com/v2/")


def test_a_long_calendar_is_asked_for_by_years() -> None:
    """No calendar of more than a year is asked for at once, and the parts leave out no night."""
    source = attrs.evolve(SOURCE, window=Stay(date(2027, 1, 1), date(2029, 1, 1)))
    shown = Shown(closed="2027-12-30/2028-01-03")
    assert told(seen(shown, source)) == [("2027-12-30/2028-01-03", "block", "")]
    assert [one.url.path.split("/")[-2:] for one in shown.requests[-3:]] == [
        ["2027-01-01", "2027-12-31"],
        ["2028-01-01", "2028-12-30"],
        ["2028-12-31", "2028-12-31"],
    ]


def test_another_address() -> None:
    """An account may name another address: a rehearsal's."""
    access = attrs.evolve(ACCESS, fields={**ACCESS.fields, "address": Secret("http://127.0.0.1:8001/v2")})
    shown = Shown()
    seen(shown, attrs.evolve(SOURCE, access=access))
    assert str(shown.requests[0].url).startswith("http://127.0.0.1:8001/v2/reservations?listing_id=")


@pytest.mark.parametrize("listing", ["", "abc", "12/../3", "1" * 21, "-1"])
def test_ids_that_are_none(listing: str) -> None:
    """What is no id of a listing is never put into an address."""
    with pytest.raises(UsageError):
        seen(Shown(), attrs.evolve(SOURCE, listing=listing))


# -- pages -------------------------------------------------------------------------------------------------------------
def paged(pages: list[list[dict[str, object]]], total: int | None, place: str = "paging") -> Shown:
    """Reservations in pages, each naming the next."""

    def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("_cursor", "page-0").removeprefix("page-"))
        more = {"next_cursor": f"page-{number + 1}" if number + 1 < len(pages) else None}
        count = {} if total is None else {"total_count": total}
        return said({"reservations": pages[number], place: {**more, **count}})

    return Shown(reservations=answer)


@pytest.mark.parametrize("place", ["paging", "metadata"])
def test_pages(place: str) -> None:
    """Every page is asked for, wherever the answer names the next one."""
    pages = [[reservation(f"HM{number:08}", "2027-01-05/2027-01-08", "deny")] for number in range(4)]
    found = seen(paged(pages, 4, place))
    assert len(found.cancelled) == 4


@pytest.mark.parametrize(
    "pages, total",
    [
        ([["HMAAAAAAAA"], ["HMBBBBBBBB"]], 3),
        ([["HMAAAAAAAA"], ["HMAAAAAAAA"]], None),
        ([["HMAAAAAAAA", "HMAAAAAAAA"]], None),
        ([[f"HM{number:08}"] for number in range(100)], None),
    ],
    ids=["one is missing", "a page repeats", "an entry repeats", "without end"],
)
def test_lists_that_are_not_believed(pages: list[list[str]], total: int | None) -> None:
    """A list that repeats itself, has no end, or is not as long as it says, may have lost a stay: it is unusable."""
    entries = [[reservation(code, "2027-01-05/2027-01-08") for code in page] for page in pages]
    found = seen(paged(entries, total))
    assert not found.usable
    assert not found.events
    assert "reservations" in (found.failure or "")


def test_a_cursor_that_turns_in_circles() -> None:
    """A page that names itself as the next one ends the look."""
    shown = Shown(reservations=lambda _: said({"reservations": [], "paging": {"next_cursor": "a"}}))
    assert not seen(shown).usable
    assert len(shown.requests) == 2


def test_a_full_page_that_says_nothing_of_the_next() -> None:
    """A page as long as was asked for, without a word on pages, may not be all there is."""
    entries = [reservation(f"HM{number:08}", "2027-01-05/2027-01-08", "deny") for number in range(50)]
    assert not seen(Shown(reservations=lambda _: said({"reservations": entries}))).usable
    assert seen(Shown(reservations=lambda _: said({"reservations": entries[:-1]}))).usable


# -- odd answers -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["reservations", "reservation_alterations", "calendars"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"<!doctype html><title>Airbnb</title>",
        b'{"reservations": [{"confirmation_code": "HMABC',
        b"[]",
        b'"reservations"',
        b"17",
        b"null",
        b"{}",
        b'{"reservations": {}, "reservation_alterations": 1, "calendar": []}',
        b'{"reservations": [1], "reservation_alterations": ["x"], "calendar": {"days": [null]}}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"reservations": ' + b"1" * 5000 + b"}",
    ],
)
def test_odd_answers_are_unusable(kind: str, body: bytes) -> None:
    """A page, half an answer, nothing, or another JSON: the look is unusable, says why, and shows no event."""
    shown = Shown(reservation("HMABCDEF12", "2027-01-05/2027-01-08"), **{kind: lambda _: said(body)})
    found = seen(shown)
    assert not found.usable
    assert found.failure
    assert "HMABC" not in found.failure
    assert not found.events


@pytest.mark.parametrize(
    "changes",
    [
        {"confirmation_code": None},
        {"confirmation_code": "../x"},
        {"status_type": None},
        {"start_date": None},
        {"start_date": "soon"},
        {"end_date": None, "nights": None},
        {"end_date": "2027-01-05", "nights": 0},
        {"end_date": "2037-01-05"},
        {"nights": 99999},
        {"listing_id_str": None, "listing_id": 1.355078859895588e18},
        {"listing_id_str": "x"},
    ],
)
def test_missing_fields_are_unusable(changes: dict[str, object]) -> None:
    """A reservation that lacks what it needs makes the whole look unusable: leaving it out could open its nights."""
    entry = {**reservation("HMABCDEF12", "2027-01-05/2027-01-08"), **changes}
    assert not seen(Shown(entry)).usable


@pytest.mark.parametrize("damage", ["missing", "twice", "unknown", "unsaid"])
def test_a_calendar_with_holes(damage: str) -> None:
    """A calendar that leaves out a night, shows one twice or in a state nobody knows says nothing about any."""
    days = [{"date": f"{night}", "availability": "available"} for night in WINDOW]
    changed = {
        "missing": days[:-1],
        "twice": [*days, days[0]],
        "unknown": [{**days[0], "availability": "perhaps"}, *days[1:]],
        "unsaid": [{"date": days[0]["date"]}, *days[1:]],
    }[damage]
    shown = Shown(calendars=lambda _: said({"calendar": {"days": changed}}))
    assert not seen(shown).usable
    with pytest.raises(WireFormatError):
        run(API.closed(ACCESS, LISTING, WINDOW), shown)


def test_what_is_thrown_on_the_way() -> None:
    """An answer too large to be read is as unusable as a broken one."""
    flow = API.look(SOURCE, AT)
    next(flow)
    with pytest.raises(StopIteration) as done:
        flow.throw(WireFormatError("more than 5 MB", cap="body"))
    assert done.value.value.observation.failure == "more than 5 MB"


def test_no_guest_in_a_failure() -> None:
    """Why a look is unusable is said without a name of a guest."""
    entry = reservation("HMABCDEF12", "2027-01-05/2027-01-08", guest_first_name="Camille", start_date="Camille")
    assert "Camille" not in repr(seen(Shown(entry)))


# -- refusals ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["reservations", "calendars"])
@pytest.mark.parametrize(
    "status, error",
    [
        (401, CredentialRejectedError),
        (403, ListingGoneError),
        (404, ListingGoneError),
        (405, RateLimitedError),
        (429, RateLimitedError),
        (503, RateLimitedError),
        (400, ChannelUnavailableError),
        (500, ChannelUnavailableError),
        (502, ChannelUnavailableError),
        (302, ChannelUnavailableError),
    ],
)
def test_refusals(kind: str, status: int, error: type[ChannelError]) -> None:
    """A refusal is the error of its status, and its text holds neither the token nor what the answer said."""
    body = {"error_code": status, "error_message": "token-1 of Camille"}
    with pytest.raises(error) as raised:
        seen(Shown(**{kind: lambda _: said(body, status, Retry_After="30")}))
    assert str(status) in str(raised.value)
    assert "token-1" not in str(raised.value)
    assert raised.value.advice
    if isinstance(raised.value, RateLimitedError):
        assert raised.value.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize("body", [{"code": 500}, {"error_code": 503}, {"error_code": 401, "error": "invalid_token"}])
def test_an_error_under_status_200(body: dict[str, object]) -> None:
    """An answer that says it is an error is one, whatever its status: never an empty list."""
    with pytest.raises(ChannelError):
        seen(Shown(reservations=lambda _: said(body)))


def test_how_long_to_wait() -> None:
    """A time to wait until is counted from the answer's own date; without any clock it says nothing."""
    later, now = "Fri, 01 Jan 2027 12:01:00 GMT", "Fri, 01 Jan 2027 12:00:00 GMT"
    for headers, wait in (
        ({"Retry_After": later, "Date": now}, timedelta(minutes=1)),
        ({"Retry_After": later}, None),
        ({}, None),
    ):
        with pytest.raises(RateLimitedError) as raised:
            run(API.closed(ACCESS, LISTING, WINDOW), Shown(calendars=lambda _, with_=headers: said({}, 429, **with_)))
        assert raised.value.retry_after == wait


# -- the other two readings --------------------------------------------------------------------------------------------
def test_closed_nights() -> None:
    """Read back, the calendar shows every closed night of the window, a guest's as well."""
    shown = Shown(closed="2027-01-05/2027-01-08 2027-01-20/2027-02-05")
    closed = run(API.closed(ACCESS, LISTING, WINDOW), shown)
    assert str(closed) == "2027-01-05/2027-01-08, 2027-01-20/2027-02-01"
    assert run(API.closed(ACCESS, LISTING, WINDOW), Shown()) == Nights()


def test_listings() -> None:
    """All listings are asked for, page by page; their ids are text, digit by digit, and a name may be missing."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.params["user_id"] == "987"
        assert request.url.params["has_availability"] == "false"
        if "_cursor" not in request.url.params:
            one = {"id": int(LISTING), "name": "Gîte du Lac"}
            return said({"listings": [one], "paging": {"next_cursor": 2, "total_count": 2}})
        return said({"listings": [{"id": 7.0, "id_str": "7", "name": None}], "metadata": {"record_count": 1}})

    found = run(API.listings(ACCESS), answer)
    assert [(one.id, one.name) for one in found] == [(LISTING, "Gîte du Lac"), ("7", "")]


@pytest.mark.parametrize(
    "listings", [[{"name": "x"}], [{"id": 1.355078859895588e18}], [{"id": 5}, {"id_str": "5"}], [{"id": True}]]
)
def test_listings_that_are_not_believed(listings: list[dict[str, object]]) -> None:
    """An id that is missing, has lost digits or comes twice is refused, and nothing is guessed."""
    with pytest.raises(WireFormatError):
        run(API.listings(ACCESS), lambda _: said({"listings": listings}))


def test_access_to_the_whole_account() -> None:
    """Where no one listing is asked about, a 403 means that we have no access."""
    with pytest.raises(CredentialRejectedError):
        run(API.listings(ACCESS), lambda _: said({}, 403))


def test_habits() -> None:
    """Requests and reservations go by their code, our closings come back as blocks, writes tell night by night."""
    assert API.traits.identified == {Kind.RESERVATION, Kind.HOLD}
    assert API.traits.echo is EchoHabit.ECHOES
    assert API.traits.echo_kinds == {Kind.BLOCK}
    assert (API.traits.pushed, API.traits.reopens) == (True, True)
    assert API.traits.horizon == Horizon(18, frozenset({Kind.BLOCK}))
    assert (API.traits.merges, API.traits.clips, API.traits.notice) == (False, False, True)


def test_numbers_keep_their_digits() -> None:
    """An id beyond 2**53 comes out as it went in, although the answer writes it as a number."""
    entry = reservation("HMABCDEF12", "2027-01-05/2027-01-08")
    del entry["listing_id_str"]
    assert f'"listing_id": {LISTING}' in json.dumps(entry)
    assert told(seen(Shown(entry)))
    near = {**entry, "listing_id": int(LISTING) + 1}
    assert float(int(LISTING)) == float(int(LISTING) + 1)
    assert not told(seen(Shown(near)))
