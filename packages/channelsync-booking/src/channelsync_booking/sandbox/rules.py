"""The rules of Booking.com's API that the simulator enforces, each with where it is from and how sure it is.

The marks: ``documented`` is the platform's own text, ``quoted`` that text as others quote it, ``seen in code`` what the
programs of others do or met, ``inferred`` the likeliest where nothing was found. Where a rule is documented and its
wire is not, the text says so. A test of the same name is on every rule.
"""

from __future__ import annotations

from typing import Final

from channelsync.testing.partner import Enforced, enforced

__all__ = ["RULES"]

_DOCS: Final = "developers.booking.com/connectivity/docs"
_CLIENTS: Final = "public clients and recorded payloads"
_OPEN: Final = "not readable"


def _documented(page: str, **rules: str) -> tuple[Enforced, ...]:
    """Return rules of one page of the platform's documentation."""
    return enforced("documented", f"{_DOCS}/{page}", **rules)


RULES: Final[tuple[Enforced, ...]] = (
    *_documented(
        "token-based-authentication",
        one_hour="A token lives one hour.",
        thirty_an_hour="A machine account is given 30 tokens an hour at most; that more is answered 429 is inferred.",
        bearer_required="A missing, unknown or expired token is answered 401.",
    ),
    *_documented(
        "reservations-api/retrieving-new-reservations-ota",
        repeat_until_ack="A message is given out again until it is acknowledged.",
        acks_together="Several messages can be acknowledged at once; that one wrong refuses all is inferred.",
        negative_ack="A message acknowledged with an error stays until it is acknowledged without.",
        pace="An address is asked every 20 seconds, and 5 seconds after an acknowledgement: counted, not enforced.",
    ),
    *_documented(
        "reservations-api/retrieving-modifcancel-reservations-ota",
        change_before_ack="A change before the acknowledgement of the new message is given out as new.",
        change_after_ack="A change after it is given out as a modification alone.",
    ),
    *_documented(
        "reservations-api/reservations-troubleshooting",
        stale_ack="Content that was replaced cannot be acknowledged: 400 and the documented sentence.",
        wrong_endpoint="A message cannot be acknowledged at the address of the other kind: the same 400.",
        unknown_ack="A reservation that never was is answered 404.",
        other_hotel="Another property is answered 403, Access denied for hotel.",
        disconnected="So is this one after disconnection; its state is called disconnected then (inferred).",
    ),
    *_documented(
        "reservations-api/reservations-recovery-overview",
        fallback="A message nobody dealt with goes by mail after 30 minutes.",
        recovery="With the recovery feature after 24 hours, except within 48 hours of arrival; last_change is refused.",
    ),
    *_documented(
        "reservations-api/managing-reservations-bxml",
        taken_by_fetching="By B.XML messages of all kinds come together, and to fetch them is to have them.",
    ),
    *_documented(
        "reservations-api/retrieving-reservations-summary",
        summary="The summary lists what has its departure in the future, for exactly one hotel_id.",
        before_the_connection="What was booked before the connection is in the summary alone.",
    ),
    *_documented(
        "reservations-api/api-reference",
        rooms_of_one_reservation="A reservation has rooms, each with an IndexNumber and a rate for each of its nights.",
        card_once="Card data is sent once.",
        card_suffix="Rate codes can end in VCC.",
    ),
    *_documented(
        "con-faq-reservations-missing-res-messages",
        calls_nobody="Booking.com pushes nothing.",
        unlisted_room="A reservation can be of a room that nobody mapped; that it is told all the same is inferred.",
    ),
    *_documented(
        "b_xml-availability",
        night_by_night="A room is loaded night by night; without rooms to sell it cannot be booked.",
        room_type_closed="A closed room type is not available, whatever else is open.",
        one_month="A request holds one calendar month; that more is refused as a whole is inferred.",
        past_by_its_own_clock="Up to one day back by CET is taken, older is NOT_A_VALID_DATE.",
        version="Version 1.1 is the default; 1.0 answers 400.",
        content_type="What is posted is application/xml; that anything else is answered 400 is inferred.",
    ),
    *_documented(
        "b_xml-availability-troubleshooting",
        duplicate_dates="Of a date given twice the first counts: WARN_DUPLICATE_DATES.",
        failed_in_part="Some failed: 200 with errors, the rest is done. The nesting is seen in code.",
        all_failed="All failed: 400. ROOM_ID_INVALID, ROOM_ID_MISSING, ROOM_ELEMENT_REQUIRED.",
        schema="What does not fit the schema: 400, nothing is done.",
    ),
    *_documented(
        "roomrateavailability",
        read_back="Rooms left to sell and closed room types are read back from a first day for so many days.",
    ),
    *_documented(
        "connections-api/managing-connections-api",
        connection_status="The state of a connection comes in an envelope of meta, warnings, errors and data.",
    ),
    *_documented(
        "index-content",
        hosts="Reservations are had from the secure host alone; that the other answers 404 is inferred.",
        ruid="Every answer has an identifier: the last comment of XML, meta.ruid of JSON.",
    ),
    *enforced(
        "quoted",
        f"{_DOCS}/deprecation-policy, by others",
        basic_sunset="What is no longer served answers 400: signing in with a password.",
    ),
    *enforced(
        "quoted",
        f"{_DOCS}, by others",
        most_rooms="254 rooms are the most, 255 is without limit, more is kept as 254.",
        filters="Messages can be fetched by hotel_ids, 10 to 200 at a time; that other values answer 400 is inferred.",
        rate_closed="Beside a rate, closed is the rate's, and roomstosell goes for all rates.",
    ),
    *enforced(
        "seen in code",
        _CLIENTS,
        credentials="A token is given for client_id and client_secret, as jwt and ruid.",
        cancellation_without_rooms="A cancellation by OTA is a message without a RoomStay.",
        room_cancelled_by_absence="A room missing from a modification is cancelled.",
        unknown_cancellation="A cancellation can be about a reservation that was never told.",
        numbers_beyond_32_bits="Reservation numbers are beyond 32 bits.",
        rooms_listed="The list of rooms has rates that follow another or are read-only.",
        rates_that_cannot_be_written="Such rates are never written; that they are refused is inferred.",
        too_far="A date too far ahead is refused; that it is 3 years is inferred.",
        activation="On activation what was loaded is forgotten.",
    ),
    *enforced(
        "inferred",
        _OPEN,
        cancellation_before_ack="What is cancelled before its new message is acknowledged comes as new, without rooms.",
        cancellation_with_status="By a switch a cancellation has its rooms and a ResStatus.",
        summary_of_cancelled="By a switch the summary lists cancelled reservations with their status.",
        booking_takes_one="By a switch a booking takes one from the rooms to sell, or not.",
        cancelled_night="By a switch a cancelled night is open again at once, or not.",
        ranges="Whether the end of a range counts is not known: ranges are refused.",
        read_back_by_rate="How the read-back by rate looks is not known: it is refused.",
        read_back_without_closed="By a switch the read-back has rooms to sell alone.",
    ),
)
"""All of them; an adapter that keeps to these has kept to what is known."""
