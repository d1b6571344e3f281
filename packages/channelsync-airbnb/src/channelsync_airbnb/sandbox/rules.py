"""The rules of Airbnb's partner API that the simulator enforces, each with where it is from and how sure it is.

The marks: ``documented`` is Airbnb's own text, ``quoted`` that text as public clients carry it, ``seen in code`` what
the programs of others do or met, ``reported`` what hosts or vendors tell, ``inferred`` the likeliest where nothing was
found. A rule that says "is inferred" of a part has its mark for the rest. A test of the same name is on every rule.
"""

from __future__ import annotations

from typing import Final

from channelsync.testing.partner import Enforced, enforced

__all__ = ["RULES"]

_VERSIONING: Final = "Airbnb, API Versioning, April 2026"
_REFERENCE: Final = "Airbnb's reference, as a public client of 2021 carries it"
_CLIENTS: Final = "public clients of 2017 to 2021"
_CALLED: Final = "public webhook receivers of 2017 to 2019"
_VENDORS: Final = "help pages of vendors"
_OPEN: Final = "nothing found"


RULES: Final[tuple[Enforced, ...]] = (
    *enforced(
        "documented",
        _VERSIONING,
        versions="Five versions are released; that another one is refused is inferred.",
        host_gone_from_calendar="From 2022.12.31 a calendar no longer says host_id and listing_currency.",
        posts_answer_ids="From 2023.06.30 a POST answers an id only.",
        puts_cut="A PUT says less than it did; that it says nothing from 2022.12.31 on is inferred.",
        one_category="From 2024.06.30 sync_all is the only category that is left.",
        no_overlap_parameter="From 2024.06.30 _allow_dates_overlap is unsupported; that it is refused is inferred.",
        busy_subtype="From 2024.06.30 a closing says its busy_subtype; an outside reservation may say where it is.",
        error_details="From 2024.06.30 validation errors have error_details.",
        prices_renamed="From 2024.12.31 the members for prices have other names.",
    ),
    *enforced(
        "quoted",
        _REFERENCE,
        exchange="A code gives access_token, expires_at in seconds, refresh_token and user_id.",
        refresh_stays="The refresh token stays; reset_refresh_token 1 gives a new one.",
        str_twins="Every number that is an id has a twin in text; listing ids are beyond 2 to the 53rd.",
        at_most_50="A page has at most 50, 20 unless asked; that more is refused is inferred.",
        cursor="The next page is had by its cursor; offsets are gone since January 2022.",
        end_inclusive="A calendar is read up to its last date, that one included.",
        dates_limit="One call changes at most 731 dates; that this holds of the older form too is inferred.",
        overlapping_operations="Dates named twice are refused unless overlap is allowed; then the later one counts.",
        default_and_available="default complies with the availability rules, available overrides them.",
        accepted_by_default="A list has accepted reservations; all_status has all, include_only_status excludes it.",
        reservation_window="A list has what begins on or after start_date and ends before end_date, else a year.",
        request_answered="A request to book is accepted or denied by attempt_action.",
        alterations="An alteration is decided while it is PENDING; the nights move when it is ACCEPTED.",
        cancelled_by_host="A host cancels by status_type with a reason.",
        not_yours="What is not the host's is answered 403: so it is for deleted listings, for others it is inferred.",
    ),
    *enforced(
        "seen in code",
        _CLIENTS,
        consent="The owner comes back with code, scope and state, or with error and error_description.",
        basic_auth="The token's address wants the client's id and secret by Basic authentication.",
        unwrapped="Answers there are bare with _unwrapped, otherwise in an envelope.",
        check_both_shapes="The check of a token is answered bare or in an envelope, by a switch.",
        a_day="An access token is good for 24 hours.",
        headers="A request has the client's id and the access token in two headers; without 401.",
        link="A listing is linked by synchronization_category sync_all, unlinked by null.",
        ranges_inclusive="A range of dates to write includes its last night.",
        at_once="calendar_operations is in force at once, and answers its envelope.",
        one_range="One range can be written by PUT on the calendar.",
        codes="A confirmation code is HM and eight letters or digits.",
        calendar_limit="Calendars are written 160 times a minute at most, over all listings; 405, 429 or 503 says so.",
        revoked="A token that was revoked is answered 401.",
        bodies_500="A failure of the server is a JSON object with code 500.",
    ),
    *enforced(
        "seen in code",
        _CALLED,
        check_first="Before a guest may pay it is asked whether the nights are available.",
        veto="Before a paid reservation is made it is asked whether it may be.",
        change_asked="Before a change of dates it is asked by PUT under the code.",
        probes="Test calls name listing 0.",
        notified="A reservation, its change and its cancellation are notified.",
        requests_notified="A request to book is notified when it comes and when it is gone.",
        linking_notified="A change of the category, an unlinking and a new id of a listing are notified.",
        revocation_notified="A revocation by the host is notified.",
        message_instead="By a switch a new message is notified in place of a confirmation.",
        other_notifications="Others come as well: tests, payouts, the approval of a listing.",
    ),
    *enforced(
        "reported",
        _VENDORS,
        another_software="An account that another software keeps cannot be granted.",
        cohost="A co-host cannot grant.",
        bracketed_zone="Moments of arrival and departure carry the zone in brackets.",
        calls_fail="Notifications are lost, doubled, late or out of order.",
        host_edits="A host edits the calendar on airbnb.com; the API shows it, and nothing is notified.",
    ),
    *enforced(
        "inferred",
        _OPEN,
        applied_later="calendar_operations_requests is in force a moment later.",
        silence="No usable answer to a question counts as no, or by a switch as yes.",
        over_stay="A closing of nights that hold a reservation lies beneath it, is skipped or refused, by a switch.",
        constant_header="Calls carry the constant Authorization header that the software has chosen.",
        unlinked_unasked="Of a listing that nobody keeps the software is neither asked nor told.",
        requests_take="A request to book that waits takes no nights, or by a switch reads as unavailable.",
        requests_asked="A request to book is not asked about, or by a switch as a booking is.",
        requests_time_out="A request to book that nobody answers is over after 24 hours.",
        updated_at="Every change of a reservation has a later updated_at.",
        rules_hidden="What only an availability rule closes reads as default, or by a switch as unavailable.",
    ),
)
"""All of them; an adapter that keeps to these has kept to what is known."""
