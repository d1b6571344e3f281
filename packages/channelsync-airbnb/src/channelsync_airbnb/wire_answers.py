"""What Airbnb's API answers: reservations, changes of dates, calendars, listings and tokens.

The marks are those of `wire_json`.

* A reservation's ``end_date`` is the day of departure, which ``nights`` confirms; were it the last night, ``nights``
  would tell, so the longer of both is taken (inferred).
* What a reservation may be in (``status_type``): accept, pending, deny, timeout, cancelled_by_host, cancelled_by_guest,
  cancelled_by_admin (quoted); ``cancelled`` alone is read as well (inferred). Any other stands, also one that only
  begins so, with a note: a state nobody knows frees no night.
* A change of dates waits while it is PENDING, or AWAITING_PAYMENT, and no more once it is ACCEPTED, DECLINED, VOID or
  CANCELED (quoted). Any other waits, also one without a status, with a note.
* A day of the calendar is ``available``, ``unavailable`` or ``default``: as the rules of the listing say (quoted). The
  values of its ``availability_type`` and ``availability_sub_type`` are unknown; where one *begins* with ``reserv`` or
  ``booked``, the night is taken for a guest's (inferred).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final, final

from attrs import frozen

from channelsync.errors import WireFormatError
from channelsync.nights import NO_NIGHTS, Nights, Stay
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

__all__ = ["Change", "Reserved", "Shut", "Token", "alteration", "listing", "reserved", "shut", "token"]

_OVER: Final = re.compile(r"deny|denied|timeout|timedout|timed_out|cancell?ed(_by_.*)?", re.IGNORECASE)
_ASKED: Final = "pending"
_STANDING: Final = frozenset({"accept", "accepted", _ASKED})
_WAITING: Final = frozenset({"pending", "awaiting_payment"})
_DECIDED: Final = frozenset({"accepted", "declined", "void", "canceled", "cancelled"})
_WHY: Final = ("availability_type", "availability_sub_type")
_GUEST: Final = re.compile(r"reserv|booked", re.IGNORECASE)
_CLOSED: Final = MappingProxyType({"unavailable": True, "available": False, "default": False})
_LONGEST_STATE: Final = 40
_REMEMBERED: Final = 64
"""Calendars, and states: the listings of an installation are asked about the same nights, every few minutes."""


@final
@frozen
class Reserved:
    """One reservation as listed: ``stands`` where it takes its nights.

    ``state`` is one that nobody knows, empty where it is known; ``doubtful`` says that its dates and its number of
    nights disagree: the longer of both is taken. ``waits`` is whether it is only asked for: a request to book that the
    host has not answered.
    """

    code: str
    listing: str
    stay: Stay
    stands: bool
    state: str = ""
    doubtful: bool = False
    waits: bool = False


@final
@frozen
class Change:
    """A change of dates that waits for an answer; ``state`` is one that nobody knows, empty where it is known."""

    code: str
    stay: Stay
    state: str = ""


@final
@frozen
class Shut:
    """The closed nights of a calendar, and those of them of which it says that a guest has them."""

    nights: Nights
    guests: Nights = NO_NIGHTS


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
    stands, odd = _standing(state)
    return Reserved(code, id_in(entry, "listing_id"), stay, stands, odd, doubtful, waits=state.casefold() == _ASKED)


@lru_cache(_REMEMBERED)
def _standing(state: str) -> tuple[bool, str]:
    """Return whether a reservation in this state takes its nights, and the state where nobody knows it."""
    over = _OVER.fullmatch(state) is not None
    return not over, "" if over or state.casefold() in _STANDING else state[:_LONGEST_STATE]


def alteration(entry: Document) -> Change | None:
    """Return a change that waits for an answer and the stay it proposes, None where it waits no more.

    Raises:
        WireFormatError: one that waits has no code, or its dates make no sense.
    """
    state = text_in(entry, "status")
    if state.casefold() in _DECIDED:
        return None
    code = code_in(entry)
    if not code:
        msg = "a change of dates has no confirmation code"
        raise WireFormatError(msg)
    odd = "" if state.casefold() in _WAITING else state[:_LONGEST_STATE] or "?"
    return Change(code, stay_in(entry)[0], odd)


def shut(found: Document, asked: Stay) -> Shut:
    """Read a calendar, which must show each of the nights asked for once; others are left out.

    Raises:
        WireFormatError: a night is missing, comes twice, or its state is one that nobody knows.
    """
    waiting = dict(_names(asked))
    closed: list[date] = []
    guests: list[date] = []
    for entry in records(object_in(found, "calendar") or found, "days"):
        named = entry.get("date")
        night = waiting.pop(named, None) if isinstance(named, str) else None
        if night is None and (night := _otherwise(waiting, named, asked)) is None:
            continue
        state = entry.get("availability")
        shuts = _CLOSED.get(state.casefold()) if isinstance(state, str) else None
        if shuts is None:
            msg = f"the calendar does not say whether {night} is open"
            raise WireFormatError(msg)
        if shuts:
            closed.append(night)
            if any(_GUEST.match(text_in(entry, name)) for name in _WHY):
                guests.append(night)
    if waiting:
        msg = f"the calendar leaves out {len(waiting)} of {asked.length} nights"
        raise WireFormatError(msg)
    return Shut(Nights.of(*closed), Nights.of(*guests))


@lru_cache(_REMEMBERED)
def _names(asked: Stay) -> Mapping[str, date]:
    """Return the nights asked for by the text that a calendar has for each: looked up, they need not be read."""
    return {night.isoformat(): night for night in asked}


def _otherwise(waiting: dict[str, date], named: object, asked: Stay) -> date | None:
    """Take a night that is not named as usual from those that wait to be shown; None where it was not asked for."""
    night = day_of(named)
    if night not in asked:
        return None
    if waiting.pop(night.isoformat(), None) is None:
        msg = f"the calendar shows {night} twice"
        raise WireFormatError(msg)
    return night


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
