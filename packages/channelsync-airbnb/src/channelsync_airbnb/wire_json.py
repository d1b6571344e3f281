"""Airbnb's JSON as it comes over the wire: the only file that knows what its API answers.

Forms follow Airbnb's own text where that is public (*documented*), its text in the comments of a public library (*quoted*),
and integrations that work (*seen in code*); the rest is *inferred*, and every plausible form is taken.

* A list is ``{"reservations": [...], "paging": {"total_count", "limit", "next_cursor"}}`` (quoted); listings also came
  with ``metadata`` (seen in code). A page is read wherever of the two the cursor and the count stand.
* Numeric ids are to go; their twins ``listing_id_str`` and ``id_str`` are read first (quoted). An id that came as a number
  with a fraction or an exponent has lost digits, and is refused.
* A reservation's ``end_date`` is the day of departure, which ``nights`` confirms; were it the last night, ``nights`` would
  tell, so the longer of both is taken (inferred).
* What a reservation may be in (``status_type``): accept, pending, deny, timeout, cancelled_by_host, cancelled_by_guest,
  cancelled_by_admin (quoted). Any other stands, with a note: a state nobody knows frees no night.
* A day of the calendar is ``available``, ``unavailable`` or ``default``: as the rules of the listing say (quoted). The
  values of its ``availability_type`` and ``availability_sub_type`` are unknown; where one *begins* with ``reserv`` or
  ``booked``, the night is taken for a guest's (inferred).
* An error is ``{"error_code", "error_message"}`` or ``{"code": 500, ...}``, also under status 200 (reported); since
  version 2024.06.30 with ``error_details: [{"error_message", "error_reason"}]`` (documented).

Nothing here repeats what an answer said beyond a code or a short reason: answers hold guests' names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, cast, final

from attrs import frozen

from channelsync.errors import UsageError, WireFormatError
from channelsync.nights import Nights, Stay

__all__ = [
    "Day",
    "Document",
    "Page",
    "Reserved",
    "Token",
    "alteration",
    "code_in",
    "day_of",
    "days",
    "document",
    "error_in",
    "id_in",
    "listing",
    "page",
    "records",
    "reserved",
    "stay_in",
    "text_in",
    "token",
]

Document = Mapping[str, object]
"""A JSON object."""

_LONGEST_STAY: Final = 1100
"""Nights; a stay of more is no stay."""
_LONGEST_TEXT: Final = 200
_CODE: Final = re.compile(r"[A-Za-z0-9]{4,32}")
_ID: Final = re.compile(r"[0-9]{1,20}")
_OVER: Final = frozenset({"deny", "denied", "timeout", "timedout", "timed_out"})
_STANDING: Final = frozenset({"accept", "accepted", "pending"})
_WAITING: Final = frozenset({"pending", "awaiting_payment"})
_GUEST: Final = re.compile(r"reserv|booked", re.IGNORECASE)
_OPEN: Final = frozenset({"available", "default"})
_CLOSED: Final = "unavailable"
_BAD: Final = 400
_LONGEST_CURSOR: Final = 2048
_COUNTS: Final = ("total_count", "record_count")
_REDUCED: Final = frozenset("\x00\r\n\t")


@final
@frozen
class Page:
    """One page of a list: its entries, where the next one begins (empty on the last), and how many there are in all.

    ``said`` is whether the answer said anything of pages; ``total`` is None where it did not say how many there are.
    """

    entries: tuple[Document, ...]
    cursor: str
    total: int | None
    said: bool


@final
@frozen
class Reserved:
    """One reservation as listed: ``stands`` where it takes its nights; ``state`` is a state that nobody knows, or empty.

    ``doubtful`` says that its dates and its number of nights disagree: the longer of both is taken.
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


# -- any answer --------------------------------------------------------------------------------------------------------
def document(body: bytes) -> Document:
    """Read a body that must be one JSON object.

    Raises:
        WireFormatError: it is anything else; the text says what, and repeats nothing of it.
    """
    if not body.strip():
        msg = "the answer is empty"
        raise WireFormatError(msg)
    if body.lstrip()[:1] == b"<":
        msg = "a web page came in place of an answer"
        raise WireFormatError(msg)
    try:
        found: object = json.loads(body)
    except json.JSONDecodeError as error:
        msg = "the answer is not whole: it cannot be read as JSON"
        raise WireFormatError(msg, line=error.lineno) from None
    except (ValueError, RecursionError):
        msg = "the answer cannot be read as JSON"
        raise WireFormatError(msg) from None
    if not isinstance(found, dict):
        msg = f"the answer is {_kind(found)}, not an object"
        raise WireFormatError(msg)
    return cast("Document", found)


def error_in(found: Document) -> tuple[int, str] | None:
    """Return the status and the reason that an answer gives for an error, None where it is none."""
    status = next((one for name in ("error_code", "code") if (one := _number(found.get(name))) is not None), None)
    details = _entries_of(found.get("error_details"))
    reasons = [_short(one.get("error_reason") or one.get("error_message")) for one in details]
    said = [reason for reason in (*reasons, _short(found.get("error_message")), _short(found.get("error"))) if reason]
    if (status or 0) < _BAD and not said:
        return None
    return max(status or 0, _BAD), (said[0] if said else "")


def page(found: Document, name: str, limit: int) -> Page:
    """Read one page of the list of that name, which was asked for so many entries at most.

    Raises:
        WireFormatError: there is no such list, or its entries are no objects.
    """
    entries = records(found, name)
    places = [found, _object(found.get("paging")), _object(found.get("metadata"))]
    places.append(_object(places[2].get("paging")))
    said = bool(places[1] or places[3]) or any("next_cursor" in one for one in places)
    cursor = next((text for one in places if (text := _cursor(one.get("next_cursor")))), "")
    counts = [count for one in places for key in _COUNTS if (count := _number(one.get(key))) is not None]
    if not said and not counts and len(entries) >= limit:
        msg = f"a full page of {name} says nothing of the next one"
        raise WireFormatError(msg)
    return Page(entries, cursor, counts[0] if counts else None, said)


def records(found: Document, name: str) -> tuple[Document, ...]:
    """Return the objects of the list of that name.

    Raises:
        WireFormatError: there is no such list, or it holds something else.
    """
    listed = found.get(name)
    if not isinstance(listed, list):
        msg = f"the answer holds no list of {name}"
        raise WireFormatError(msg)
    entries = cast("list[object]", listed)
    if not all(isinstance(one, dict) for one in entries):
        msg = f"an entry of {name} is no object"
        raise WireFormatError(msg)
    return tuple(cast("list[Document]", entries))


# -- what the entries hold ---------------------------------------------------------------------------------------------
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
    stay, doubtful = _dates(entry)
    known = state.casefold()
    over = known in _OVER or known.startswith("cancel")
    odd = "" if over or known in _STANDING else state[:40]
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
    return code, _dates(entry)[0]


def days(found: Document, asked: Stay) -> tuple[Day, ...]:
    """Read a calendar, which must show each of the nights asked for once; others are left out.

    Raises:
        WireFormatError: a night is missing, comes twice, or its state is one that nobody knows.
    """
    held = found.get("calendar", found)
    by_night: dict[date, Day] = {}
    for entry in records(_object(held), "days"):
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
    held = _object(found.get("oauth2_authorization")) or found
    access = held.get("access_token")
    if not isinstance(access, str) or not access:
        msg = "the answer holds no token"
        raise WireFormatError(msg)
    refresh = held.get("refresh_token")
    user = _id_text(held.get("user_id_str")) or _id_text(held.get("user_id"))
    expires = _number(held.get("expires_at"))
    return Token(access, refresh if isinstance(refresh, str) else "", user, expires)


# -- fields ------------------------------------------------------------------------------------------------------------
def id_in(entry: Document, name: str) -> str:
    """Return an id as text, its twin ``name_str`` first, empty where there is none.

    Raises:
        WireFormatError: it came as a number that has lost digits, or is no id.
    """
    return _id_text(entry.get(f"{name}_str")) or _id_text(entry.get(name))


def code_in(entry: Document) -> str:
    """Return the confirmation code, empty where there is none that could be one."""
    code = text_in(entry, "confirmation_code")
    return code if _CODE.fullmatch(code) else ""


def text_in(entry: Document, name: str) -> str:
    """Return a short text without control characters, empty where there is none."""
    return _short(entry.get(name))


def day_of(value: object) -> date:
    """Read a date, or the date of a time: it is written in the listing's own zone.

    Raises:
        WireFormatError: it is none.
    """
    text = value if isinstance(value, str) else ""
    try:
        if text[10:11] not in {"", "T", " "} or text[4:5] + text[7:8] != "--":
            raise ValueError
        return date.fromisoformat(text[:10])
    except ValueError:
        msg = "a date cannot be read"
        raise WireFormatError(msg) from None


def stay_in(arrival: object, departure: object, nights: object) -> tuple[Stay, bool]:
    """Return a stay by its arrival and its departure or its number of nights, and whether the two disagree.

    Raises:
        WireFormatError: there is neither, or they make no sense.
    """
    first = day_of(arrival)
    ends = [] if departure in {None, ""} else [day_of(departure)]
    count = _number(nights)
    try:
        ends += [] if count is None else [first + timedelta(days=count)]
        stay = Stay(first, max(ends, default=first))
    except (UsageError, OverflowError):
        msg = "a stay ends before it begins"
        raise WireFormatError(msg) from None
    if stay.length > _LONGEST_STAY:
        msg = f"a stay has {stay.length} nights"
        raise WireFormatError(msg)
    return stay, len(set(ends)) > 1


def _dates(entry: Document) -> tuple[Stay, bool]:
    return stay_in(entry.get("start_date"), entry.get("end_date"), entry.get("nights"))


def _id_text(value: object) -> str:
    if value is None or value == "":
        return ""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else "?"
    if not _ID.fullmatch(text):
        msg = f"an id came as {_kind(value)}"
        raise WireFormatError(msg)
    return text


def _number(value: object) -> int | None:
    """Return a whole number, also one written as text; None where there is none, and for one too long to mean anything."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("1893456000") else None


def _cursor(value: object) -> str:
    if value is None or value == "":
        return ""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not 0 < len(text) <= _LONGEST_CURSOR:
        msg = f"the next page is named by {_kind(value)}"
        raise WireFormatError(msg)
    return text


def _short(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(" " if one in _REDUCED or not one.isprintable() else one for one in value[:_LONGEST_TEXT]).strip()


def _object(value: object) -> Document:
    return cast("Document", value) if isinstance(value, dict) else {}


def _entries_of(value: object) -> list[Document]:
    if not isinstance(value, list):
        return []
    return [cast("Document", one) for one in cast("list[object]", value) if isinstance(one, dict)]


def _kind(value: object) -> str:
    names = {list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number with a fraction"}
    return names.get(type(value), "nothing" if value is None else "something else")
