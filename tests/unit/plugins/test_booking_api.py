"""Booking.com's API route: what a look believes, and what a cancellation is."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from channelsync.claims import Kind
from channelsync.engine.budget import ACCOUNT
from channelsync.engine.retry import REPEATABLE
from channelsync.errors import (
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    Retry,
    UsageError,
    WireFormatError,
)
from channelsync.nights import Nights, Stay
from channelsync_booking.api import API
from tests.unit.plugins.booking_api import (
    AT,
    CHANGED,
    CODE,
    HOTEL,
    LODGING,
    NEW,
    NS,
    OTHER,
    RUID,
    SHOWN,
    SUMMARY,
    WINDOW,
    Booking,
    access,
    asked_for,
    bxml,
    looked,
    ota,
    queue,
    room,
    room_stay,
    run,
    shown,
    source,
    told,
    xml,
)

MARCH = [date(2027, 3, 15), date(2027, 3, 16)]
STAY = "2027-03-15/2027-03-17"


def modified(*rooms: str, code: str = CODE, **more: str) -> str:
    """A change or a cancellation that waits."""
    return ota("HotelResModify", code, *rooms, **more)


def fresh(*rooms: str, code: str = CODE, **more: str) -> str:
    """A new reservation that waits."""
    return ota("HotelReservation", code, *rooms, **more)


# What a look shows ----------------------------------------------------------------------------------------------------
def test_everything_that_takes_nights() -> None:
    """Reservations of the lodging are told as such, and closed nights that none of them takes are blocks."""
    booking = Booking(
        summary=bxml(CODE, room(STAY)) + bxml("4705950061", room("2027-03-20/2027-03-22", OTHER)),
        closed=(Stay.parse("2027-03-14/2027-03-18"),),
    )
    assert told(looked(booking)) == [
        ("2027-03-14/2027-03-15", "block", ""),
        (STAY, "reservation", CODE),
        ("2027-03-17/2027-03-18", "block", ""),
    ]
    assert booking.paths == [SHOWN, SUMMARY, NEW, CHANGED]  # who has taken a night by then is known


def test_the_queue_is_newer_than_the_summary() -> None:
    """A reservation that only waits counts, and a change that waits replaces what the summary still shows."""
    booking = Booking(
        summary=bxml(CODE, room(STAY)),
        new=fresh(room_stay(LODGING, ["2027-03-25"]), code="4705950099"),
        changed=modified(room_stay(LODGING, ["2027-03-18"])),
    )
    observation = looked(booking)
    assert told(observation) == [
        ("2027-03-18/2027-03-19", "reservation", CODE),
        ("2027-03-25/2027-03-26", "reservation", "4705950099"),
    ]
    assert not observation.cancelled


def test_one_name_in_both_forms() -> None:
    """A reservation has the same name whether the queue or the summary shows it: it is never taken for another."""
    waits = looked(Booking(new=fresh(room_stay(LODGING, MARCH, index=460))))
    listed = looked(Booking(summary=bxml(CODE, room(STAY))))
    assert waits.events == listed.events


@pytest.mark.parametrize("status", ["Cancelled", "Canceled", "cancel"])
def test_cancellations_are_said_aloud(status: str) -> None:
    """Where a queue says in so many words that a reservation is cancelled, it is, whatever the summary shows."""
    waits = modified(room_stay(LODGING, MARCH), more=f' ResStatus="{status}"')
    observation = looked(Booking(summary=bxml(CODE, room(STAY)), changed=waits))
    assert (told(observation), observation.cancelled, observation.notes) == ([], {CODE}, ())


ROOMLESS = {
    "no room stay": {"changed": modified()},
    "no room stays at all": {"changed": modified().replace("<RoomStays></RoomStays>", "")},
    "before it was acknowledged": {"new": fresh()},
    "the property beside it": {"changed": modified(source_hotel=HOTEL)},
    "another room alone": {"changed": modified(room_stay(OTHER, MARCH))},
}


@pytest.mark.parametrize("name", ROOMLESS)
def test_what_is_only_absent_is_believed_of_two(name: str) -> None:
    """A room that a message leaves out is free where the list leaves it out too, and is kept, with a note, where not.

    Whatever lost the room from the message would open its nights at once.
    """
    doubted = looked(Booking(summary=bxml(CODE, room(STAY)), **ROOMLESS[name]))
    assert (told(doubted), doubted.cancelled) == ([(STAY, "reservation", CODE)], frozenset())
    assert [CODE in note for note in doubted.notes] == [True]
    settled = looked(Booking(**ROOMLESS[name]))
    assert (told(settled), settled.cancelled, settled.notes) == ([], {CODE}, ())


def test_one_queue_does_not_silence_the_other() -> None:
    """A message without rooms ends no reservation that another answer of the same look shows with rooms."""
    observation = looked(Booking(new=fresh(room_stay(LODGING, MARCH)), changed=modified()))
    assert (told(observation), observation.cancelled) == ([(STAY, "reservation", CODE)], frozenset())
    assert observation.notes


@pytest.mark.parametrize("status", ["cancelled", "canceled", "Cancelled"])
def test_the_summary_may_say_it_too(status: str) -> None:
    """A reservation that the summary itself calls cancelled is told as cancelled."""
    observation = looked(Booking(summary=bxml(CODE, room(STAY), status=status)))
    assert (told(observation), observation.cancelled) == ([], {CODE})


@pytest.mark.parametrize("status", ["cancellation_requested", "cancel", "cancelled_pending", "no_show"])
def test_a_status_that_is_not_known_ends_nothing(status: str) -> None:
    """Only the word for it cancels: a cancellation that is asked for, or any other status, leaves the nights taken."""
    observation = looked(Booking(summary=bxml(CODE, room(STAY), status=status)))
    assert (told(observation), observation.cancelled) == ([(STAY, "reservation", CODE)], frozenset())
    assert observation.notes == (f"the status of reservation {CODE} is not known: {status}",)


@pytest.mark.parametrize("status", ["CancelRequested", "Cancellation_Pending"])
def test_nor_does_one_of_the_queue(status: str) -> None:
    """In the OTA form as well, a status that only begins like the word for it leaves the nights taken."""
    waits = modified(room_stay(LODGING, MARCH), more=f' ResStatus="{status}"')
    observation = looked(Booking(changed=waits))
    assert (told(observation), observation.cancelled) == ([(STAY, "reservation", CODE)], frozenset())
    assert observation.notes == (f"the status of reservation {CODE} is not known: {status.casefold()}",)


def test_a_status_that_is_not_known_frees_no_night() -> None:
    """Nor does a message of unknown status shorten what the list shows: the nights of both are taken."""
    waits = modified(room_stay(LODGING, ["2027-03-16", "2027-03-17"]), more=' ResStatus="CancelRequested"')
    observation = looked(Booking(summary=bxml(CODE, room(STAY)), changed=waits))
    assert str(observation.nights) == "2027-03-15/2027-03-18"


def test_a_cancellation_that_is_asked_for_frees_no_room() -> None:
    """A message of unknown status that leaves the room out ends nothing, even where the list is silent as well."""
    observation = looked(Booking(changed=modified(more=' ResStatus="CancellationRequested"')))
    assert not observation.cancelled
    assert observation.notes == (f"the status of reservation {CODE} is not known: cancellationrequested",)


def test_silence_is_no_cancellation() -> None:
    """A reservation that is nowhere is not told as cancelled: an empty list is a look like any other."""
    observation = looked(Booking())
    assert observation.usable
    assert not observation.cancelled


def test_a_room_missing_in_a_change_is_cancelled() -> None:
    """A change is whole: the listing whose room it leaves out is told so, and its other room stays."""
    booking = Booking(
        summary=bxml(CODE, room(STAY), room(STAY, OTHER)), changed=modified(room_stay(LODGING, MARCH, index=461))
    )
    assert looked(booking).cancelled == frozenset()
    gone = looked(Booking(changed=booking.changed, answers={SHOWN: xml(shown(WINDOW, (), OTHER))}), OTHER)
    assert (told(gone), gone.cancelled) == ([], {CODE})


def test_rooms_have_their_own_nights() -> None:
    """Two rooms of one reservation may have different nights, and the same listing may be taken twice."""
    waits = fresh(
        room_stay(LODGING, MARCH, index=1),
        room_stay(LODGING, ["2027-03-20"], index=2),
        room_stay(OTHER, ["2027-03-22", "2027-03-23"], index=3),
    )
    assert told(looked(Booking(new=waits))) == [
        (STAY, "reservation", CODE),
        ("2027-03-20/2027-03-21", "reservation", CODE),
    ]
    (delivery,) = run(API.waiting(access()), Booking(new=waits))
    assert [(listing, str(stay)) for listing, stay in delivery.stays] == [
        (LODGING, STAY),
        (LODGING, "2027-03-20/2027-03-21"),
        (OTHER, "2027-03-22/2027-03-24"),
    ]


def test_rates_with_letters_and_ids_beyond_31_bits() -> None:
    """A rate's code may end in letters, and ids are text however long."""
    waits = fresh(room_stay(LODGING, MARCH, rate="49111777VCC"), code="9223372036854775807")
    assert told(looked(Booking(new=waits))) == [(STAY, "reservation", "9223372036854775807")]


def test_reservations_of_other_properties_wait_for_others() -> None:
    """The queue of a machine account may hold other properties' messages: they are neither told nor acknowledged."""
    booking = Booking(new=fresh(room_stay(LODGING, MARCH), hotel="999"), changed=modified(source_hotel="999"))
    assert told(looked(booking)) == []
    assert run(API.waiting(access()), booking) == ()


# What makes a look unusable -------------------------------------------------------------------------------------------
BROKEN = {
    "empty": httpx.Response(200),
    "blank": httpx.Response(200, content=b" \n"),
    "a page": httpx.Response(200, content=b"<!DOCTYPE html><html><body>Maintenance</body></html>"),
    "a page without a type": xml("<html><body>Maintenance</body></html>"),
    "cut off": httpx.Response(200, content=b"<reservations><reservation><id>1</id>"),
    "json": httpx.Response(200, content=b'{"error": "none"}'),
    "not UTF-8": httpx.Response(200, content="<reservations/>".encode("utf-16")),
    "other bytes": httpx.Response(200, content=b"<reservations>\xff</reservations>"),
}


@pytest.mark.parametrize("path", [SUMMARY, NEW, CHANGED, SHOWN])
@pytest.mark.parametrize("name", BROKEN)
def test_no_rubbish_is_a_calendar(path: str, name: str) -> None:
    """What is no document makes the whole look unusable, whichever answer it is, and says why."""
    observation = looked(Booking(summary=bxml(CODE, room(STAY)), answers={path: BROKEN[name]}))
    assert not observation.usable
    assert not observation.events
    assert not observation.cancelled


@pytest.mark.parametrize(
    "summary",
    [
        "<reservation/>",
        "<reservation><id>x</id></reservation>",
        bxml(CODE),
        bxml(CODE, room(STAY, "")),
        bxml(CODE, "<room><id>801185501</id><arrival_date>2027-03-15</arrival_date></room>"),
        bxml(CODE, room("2027-03-15/2027-03-15")),
        bxml(CODE, room("20270315/20270317")),
        bxml(CODE, room("2027-03-15/9999-12-31")),
        bxml(CODE, room(STAY)).replace("reservation>", "booking>"),
        f"<group>{bxml(CODE, room(STAY))}</group>",
        bxml(CODE, room(STAY), bxml("4705950061", room(STAY))),
        bxml(CODE, room(STAY), hotel="999"),
    ],
)
def test_every_reservation_is_understood(summary: str) -> None:
    """One reservation that cannot be understood makes the look unusable: none is left out."""
    observation = looked(Booking(summary=bxml("4705950050", room("2027-03-25/2027-03-26")) + summary))
    assert observation.failure is not None
    assert "list of reservations" in observation.failure
    assert RUID in observation.failure
    assert not observation.events


@pytest.mark.parametrize(
    "waits",
    [
        fresh(room_stay(LODGING, [])),
        fresh(room_stay(LODGING, ["2027-03-15", "soon"])),
        fresh(room_stay("", MARCH)),
        fresh(room_stay(LODGING, MARCH), code="x"),
        fresh(room_stay(LODGING, ["9999-12-31"])),
        fresh("<Room/>"),
        f"<Other>{fresh(room_stay(LODGING, MARCH))}</Other>",
        modified(room_stay(LODGING, MARCH)),
        "<HotelReservation/>",
    ],
)
def test_every_message_is_understood(waits: str) -> None:
    """One waiting message that cannot be understood makes the look unusable, and no cancellation of it."""
    observation = looked(Booking(summary=bxml(CODE, room(STAY)), new=waits))
    assert not observation.usable
    assert not observation.cancelled
    with pytest.raises(WireFormatError):
        run(API.waiting(access()), Booking(new=waits))


def test_a_queue_of_another_form() -> None:
    """A queue in another namespace, or the other queue in its place, is not understood."""
    for answer in (
        xml(queue("OTA_HotelResNotif", "HotelReservations", "").replace(NS, "")),
        xml(queue("OTA_HotelResModifyNotif", "HotelResModifies", "")),
        xml(f"<OTA_HotelResNotifRQ {NS}><Errors/></OTA_HotelResNotifRQ>"),
    ):
        assert not looked(Booking(answers={NEW: answer})).usable


def test_twice_in_one_answer() -> None:
    """A reservation that an answer names twice takes the nights of both, and is cancelled only where both say so."""
    twice = modified() + modified(room_stay(LODGING, MARCH)) + modified(room_stay(LODGING, ["2027-03-18"]))
    observation = looked(Booking(changed=twice))
    assert [stay for stay, _, _ in told(observation)] == [STAY, "2027-03-18/2027-03-19"]
    assert not observation.cancelled
    assert looked(Booking(changed=modified() + modified())).cancelled == {CODE}


def test_an_answer_too_large_on_its_way() -> None:
    """What the driver finds wrong with a body before it is whole makes the look unusable as well."""
    flow = API.look(source(), AT)
    next(flow)
    with pytest.raises(StopIteration) as done:
        flow.throw(WireFormatError("too large", cap="body"))
    assert done.value.value.observation.failure == "too large"


# The closed nights ----------------------------------------------------------------------------------------------------
def test_what_an_answer_leaves_out_is_asked_for_again() -> None:
    """However few days an answer holds, every night of the window is told of in the end."""
    booking = Booking(answers={SHOWN: lambda request: xml(shown([*asked_for(request)][:15], [WINDOW]))})
    assert run(API.closed(access(), LODGING, WINDOW), booking) == Nights.of(WINDOW)
    assert [asked_for(one).length for one in booking.asked[1:]] == [40, 25, 10]
    far = Stay(date(2027, 1, 1), date(2028, 7, 1))
    booking = Booking(closed=(Stay.parse("2028-06-30/2028-07-01"),))
    assert str(run(API.closed(access(), LODGING, far), booking)) == "2028-06-30/2028-07-01"
    assert booking.paths == [SUMMARY, SHOWN, SHOWN]


def test_what_is_sold_is_closed() -> None:
    """A reservation's nights count as closed even where the platform still has a room to sell there."""
    booking = Booking(summary=bxml(CODE, room("2027-02-27/2027-03-03")), closed=(Stay.parse("2027-03-05/2027-03-06"),))
    assert str(run(API.closed(access(), LODGING, WINDOW), booking)) == "2027-03-01/2027-03-03, 2027-03-05/2027-03-06"


@pytest.mark.parametrize(
    "answer",
    [
        shown([], []),
        shown([*WINDOW][1:], []),
        shown(WINDOW, [], OTHER),
        shown(WINDOW, []).replace('rooms_to_sell="1" closed="0"', ""),
        shown(WINDOW, []).replace('rooms_to_sell="1"', 'rooms_to_sell="many"'),
        shown(WINDOW, []).replace('closed="0"', 'closed="perhaps"'),
        "<availability><room/></availability>",
    ],
)
def test_every_night_is_told_of(answer: str) -> None:
    """A night that an answer does not tell of, or not clearly, is neither open nor closed: nothing is known."""
    booking = Booking(answers={SHOWN: xml(answer)})
    with pytest.raises(WireFormatError):
        run(API.closed(access(), LODGING, WINDOW), booking)
    assert not looked(booking).usable


def test_rows_that_disagree() -> None:
    """Two rows of one night that disagree say nothing of it."""
    both = shown(WINDOW, []).replace("</room>", '<date value="2027-03-02" rooms_to_sell="0"/></room>')
    with pytest.raises(WireFormatError, match="disagree"):
        run(API.closed(access(), LODGING, WINDOW), Booking(answers={SHOWN: xml(both)}))


@pytest.mark.parametrize("row", ['rooms_to_sell="0" closed="0"', 'rooms_to_sell="1" closed="1"', 'closed="1"'])
def test_two_ways_of_being_closed(row: str) -> None:
    """A night without a room to sell is closed, and so is one whose room type is."""
    answer = shown(WINDOW, []).replace('rooms_to_sell="1" closed="0"', row)
    assert run(API.closed(access(), LODGING, WINDOW), Booking(answers={SHOWN: xml(answer)})) == Nights.of(WINDOW)


# What goes wrong ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [SUMMARY, NEW, CHANGED, SHOWN])
@pytest.mark.parametrize(
    "status, headers, kind",
    [
        (401, {}, CredentialRejectedError),
        (403, {}, ListingGoneError),
        (429, {"Retry-After": "30"}, RateLimitedError),
        (503, {"Retry-After": "30"}, RateLimitedError),
        (400, {}, ChannelUnavailableError),
        (404, {}, ChannelUnavailableError),
        (500, {}, ChannelUnavailableError),
        (503, {}, ChannelUnavailableError),
        (302, {"Location": "https://example.com/"}, ChannelUnavailableError),
    ],
)
def test_statuses(path: str, status: int, headers: dict[str, str], kind: type[ChannelError]) -> None:
    """Another status than 200 is the error that it means, whichever answer it is; its text names host and number."""
    answer = httpx.Response(status, headers=headers, content=f"<p/><!-- RUID: [{RUID}] -->".encode())
    with pytest.raises(kind) as caught:
        looked(Booking(answers={path: answer}))
    assert "supply-xml.booking.com" in str(caught.value)
    assert RUID in str(caught.value)
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after == timedelta(seconds=30)


def test_a_lost_connection_is_told_as_such() -> None:
    """A 403 and a fault about access say that the connection is lost, and what to do; another fault does not.

    No new token mends it: it is the owner's to mend, and no token is asked for.
    """
    for answer in (
        xml("<fault/>", 403),
        xml('<fault code="404" string="no access to hotel"/>'),
        xml("<error><message>Access denied for hotel 8011855</message></error>"),
    ):
        with pytest.raises(ListingGoneError, match="connection with the property is lost") as caught:
            looked(Booking(answers={SUMMARY: answer}))
        assert caught.value.advice
        assert caught.value.retry is Retry.AFTER_OWNER_ACTS
    with pytest.raises(CredentialRejectedError, match="token"):
        looked(Booking(answers={SUMMARY: xml('<fault code="401" string="Authentication failed"/>')}))
    with pytest.raises(ChannelUnavailableError, match="try later"):
        looked(Booking(answers={SUMMARY: xml('<fault code="500" string="try later"/>')}))


def test_a_wait_as_a_date() -> None:
    """A wait may be a date, counted from theirs; without one, where we know no time either, nothing is said."""
    until = "Fri, 15 Jan 2027 12:02:00 GMT"
    answer = httpx.Response(429, headers={"Retry-After": until})
    with pytest.raises(RateLimitedError) as caught:
        looked(Booking(answers={SUMMARY: answer}))
    assert caught.value.retry_after == timedelta(minutes=2)
    with pytest.raises(RateLimitedError) as caught:
        run(API.waiting(access()), Booking(answers={NEW: answer}))
    assert caught.value.retry_after is None
    answer = httpx.Response(429, headers={"Retry-After": until, "Date": "Fri, 15 Jan 2027 12:01:30 GMT"})
    with pytest.raises(RateLimitedError) as caught:
        run(API.waiting(access()), Booking(answers={NEW: answer}))
    assert caught.value.retry_after == timedelta(seconds=30)


# What is asked --------------------------------------------------------------------------------------------------------
def test_what_a_request_carries() -> None:
    """Each request has the token and the account; reservations go to their own host, availability names its version."""
    booking = Booking()
    looked(booking)
    for request in booking.asked:
        secure = urlsplit(str(request.url)).path != SHOWN
        assert request.url.host == f"{'secure-' if secure else ''}supply-xml.booking.com"
        assert request.headers["Authorization"] == "Bearer header.payload.signature"
        assert request.headers.get("Accept-Version") == (None if secure else "1.1")
        assert request.extensions[ACCOUNT] == "account-1"
        assert request.extensions[REPEATABLE] is True
        if request.method == "POST":
            assert request.headers["Content-Type"] == "application/xml"
            assert f"<hotel_id>{HOTEL}</hotel_id>" in request.content.decode()


def test_addresses_of_a_rehearsal() -> None:
    """Other hosts may be named, with a folder; what is no web address is refused without being repeated."""
    booking = Booking(answers={f"/sim{SUMMARY}": xml("<reservations/>")})
    run(
        API.look(source(messages="bxml", secure_address="http://127.0.0.1:8080/sim/", address="http://[::1]"), AT),
        booking,
    )
    assert [(one.url.host, one.url.path) for one in booking.asked] == [("::1", SHOWN), ("127.0.0.1", f"/sim{SUMMARY}")]
    for wrong in ("ftp://secret.example.com", "secret", "https://user:secret@example.com", "https://secret\x00"):
        with pytest.raises(UsageError) as caught:
            next(API.look(source(address=wrong), AT))
        assert "secret" not in str(caught.value)


def test_ids_are_numbers() -> None:
    """What is no id of Booking.com's is refused before anything of it is sent."""
    for listing in ("", "x", "1<2", "-1", "1" * 21, "\u0661"):
        with pytest.raises(UsageError):
            next(API.closed(access(), listing, WINDOW))
        with pytest.raises(UsageError):
            next(API.push(access(), listing, (), Nights.of(WINDOW)))
    with pytest.raises(UsageError):
        next(API.waiting(access(hotel_id="8011855</hotel_id>")))


def test_without_a_token_nothing_is_sent() -> None:
    """An account that has no token yet says so, and the engine asks for one."""
    with pytest.raises(CredentialRejectedError):
        next(API.waiting(access(token="")))


def test_where_reading_takes_away_a_look_does_not_read() -> None:
    """With B.XML a look never touches the queue of messages: they would be gone."""
    booking = Booking(summary=bxml(CODE, room(STAY)))
    assert told(looked(booking, messages="bxml")) == [(STAY, "reservation", CODE)]
    assert booking.paths == [SHOWN, SUMMARY]


def test_habits() -> None:
    """Reservations are known for life, our closings come back as blocks, and no empty list is believed at once."""
    assert API.traits.identified == {Kind.RESERVATION}
    assert API.traits.echo_kinds == {Kind.BLOCK}
    assert API.traits.pushed
    assert not API.traits.reopens
    assert not API.traits.empty_is_normal
    assert not API.traits.merges


def test_nothing_of_a_guest_is_kept() -> None:
    """Neither a guest's name nor a card is in what a look, a delivery or an error says."""
    booking = Booking(summary=bxml(CODE, room(STAY)), new=fresh(room_stay(LODGING, MARCH)), changed=modified())
    look = run(API.look(source(), AT), booking)
    waits = run(API.waiting(access()), booking)
    texts = [repr(look), repr(look.observation), repr(waits)]
    for path in (SUMMARY, NEW):
        whole = booking(httpx.Request("GET", f"https://example.com{path}")).content
        for broken in (whole.replace(b"4111111111111111", b"4111111111111111</x>"), whole[: len(whole) // 2]):
            failure = looked(Booking(answers={path: httpx.Response(200, content=broken)})).failure
            assert failure is not None
            texts += [failure]
    assert not [text for text in texts if "Secretperson" in text or "4111" in text]
