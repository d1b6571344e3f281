"""What Airbnb's API answers: reservations, changes of dates, calendars, listings and tokens.

The marks are those of `wire_json`.

* A reservation's ``end_date`` is the day of departure, which ``nights`` confirms; were it the last night, ``nights``
  would tell, so the longer of both is taken (inferred).
* What a reservation may be in (``status_type``): accept, pending, deny, timeout, cancelled_by_host, cancelled_by_guest,
  cancelled_by_admin (quoted). Any other stands, with a note: a state nobody knows frees no night.
* A change of dates waits while it is PENDING, or AWAITING_PAYMENT (quoted).
* A day of the calendar is ``available``, ``unavailable`` or ``default``: as the rules of the listing say (quoted). The
  values of its ``availability_type`` and ``availability_sub_type`` are unknown; where one *begins* with ``reserv`` or
  ``booked``, the night is taken for a guest's (inferred).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, final

from attrs import frozen

from channelsync.errors import WireFormatError
from channelsync.nights import Nights, Stay
from channelsync_airbnb.wire_json import (
    Document,
    code_in,
    day_of,
    id_in,
    number_in,
    object_in,
    records,
    stay_in,
    text_in,
)

__all__ = ["Day", "Reserved", "Token", "alteration", "days", "listing", "reserved", "token"]

_OVER: Final = frozenset({"deny", "denied", "timeout", "timedout", "timed_out"})
_STANDING: Final = frozenset({"accept", "accepted", "pending"})
_WAITING: Final = frozenset({"pending", "awaiting_payment"})
_GUEST: Final = re.compile(r"reserv|booked", re.IGNORECASE)
_OPEN: Final = frozenset({"available", "default"})
_CLOSED: Final = "unavailable"
_LONGEST_STATE: Final = 40


@final
@frozen
class Reserved:
    """One reservation as listed: ``stands`` where it takes its nights.

    ``state`` is one that nobody knows, empty where it is known; ``doubtful`` says that its dates and its number of
    nights disagree: the longer of both is taken.
    """

    code: str
    listing: str
    stay: Stay
    stands: bool
    state: str = ""
    doubtful: bool = False


@final
@frozen
class Day:
    """One night of the calendar; ``guest`` where it says that a guest has it."""

    night: date
    closed: bool
    guest: bool = False


@final
@frozen
class Token:
    """What the token's address answers: ``expires`` in seconds since 1970, None where it does not say."""

    access: str
    refresh: str
    user: str
    expires: int | None


def reserved(entry: Document) -> Reserved:
    """Read one reservation.

    Raises:
        WireFormatError: its code, its state or its dates are missing or make no sense.
    """
    state = text_in(entry, "status_type") or text_in(entry, "status")
    if not state:
        msg = "a reservation does not say whether it stands"
        raise WireFormatError(msg)
    code = code_in(entry)
    if not code:
        msg = "a reservation has no confirmation code"
        raise WireFormatError(msg)
    stay, doubtful = stay_in(entry)
    known = state.casefold()
    over = known in _OVER or known.startswith("cancel")
    odd = "" if over or known in _STANDING else state[:_LONGEST_STATE]
    return Reserved(code, id_in(entry, "listing_id"), stay, not over, odd, doubtful)


def alteration(entry: Document) -> tuple[str, Stay] | None:
    """Return the code and the proposed stay of a change that waits for an answer, None where it waits no more.

    Raises:
        WireFormatError: one that waits has no code, or its dates make no sense.
    """
    if text_in(entry, "status").casefold() not in _WAITING:
        return None
    code = code_in(entry)
    if not code:
        msg = "a change of dates has no confirmation code"
        raise WireFormatError(msg)
    return code, stay_in(entry)[0]


def days(found: Document, asked: Stay) -> tuple[Day, ...]:
    """Read a calendar, which must show each of the nights asked for once; others are left out.

    Raises:
        WireFormatError: a night is missing, comes twice, or its state is one that nobody knows.
    """
    held = object_in(found, "calendar") or found
    by_night: dict[date, Day] = {}
    for entry in records(held, "days"):
        night = day_of(entry.get("date"))
        if night not in asked:
            continue
        if night in by_night:
            msg = f"the calendar shows {night} twice"
            raise WireFormatError(msg)
        state = text_in(entry, "availability").casefold()
        if state != _CLOSED and state not in _OPEN:
            msg = f"the calendar does not say whether {night} is open"
            raise WireFormatError(msg)
        kinds = (text_in(entry, "availability_type"), text_in(entry, "availability_sub_type"))
        by_night[night] = Day(night, state == _CLOSED, any(_GUEST.match(kind) for kind in kinds))
    missing = asked.nights - Nights.of(*by_night)
    if missing:
        msg = f"the calendar leaves out {len(missing)} of {asked.length} nights"
        raise WireFormatError(msg)
    return tuple(by_night.values())


def listing(entry: Document) -> tuple[str, str]:
    """Return a listing's id and name, the name empty where it has none.

    Raises:
        WireFormatError: it has no id.
    """
    found = id_in(entry, "id")
    if not found:
        msg = "a listing has no id"
        raise WireFormatError(msg)
    return found, text_in(entry, "name")


def token(found: Document) -> Token:
    """Read a token, wrapped or not.

    Raises:
        WireFormatError: there is none.
    """
    held = object_in(found, "oauth2_authorization") or found
    access = held.get("access_token")
    if not isinstance(access, str) or not access:
        msg = "the answer holds no token"
        raise WireFormatError(msg)
    refresh = held.get("refresh_token")
    renews = refresh if isinstance(refresh, str) else ""
    return Token(access, renews, id_in(held, "user_id"), number_in(held, "expires_at"))
