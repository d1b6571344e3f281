"""JSON as Airbnb writes it, whatever it is about: objects, errors, pages, ids, dates; what they mean is `wire_answers`.

Forms follow Airbnb's own text where that is public (*documented*), its text in the comments of a public library
(*quoted*), and integrations that work (*seen in code*); the rest is *inferred*, and every plausible form is taken.

* A list is ``{"reservations": [...], "paging": {"total_count", "limit", "next_cursor"}}`` (quoted); listings also came
  with ``metadata`` (seen in code). A page is read wherever of the two the cursor and the count stand.
* Numeric ids are to go; their twins ``listing_id_str`` and ``id_str`` are read first (quoted). An id that came as a
  number with a fraction or an exponent has lost digits, and is refused.
* An error is ``{"error_code", "error_message"}`` or ``{"code": 500, ...}``, also under status 200 (reported); since
  version 2024.06.30 with ``error_details: [{"error_message", "error_reason"}]`` (documented).

Nothing here repeats what an answer said beyond a code or a short reason: answers hold guests' names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, cast, final

from attrs import frozen

from channelsync.errors import UsageError, WireFormatError
from channelsync.nights import Stay

__all__ = [
    "Document",
    "Page",
    "code_in",
    "day_of",
    "document",
    "error_in",
    "id_in",
    "number_in",
    "object_in",
    "page",
    "records",
    "stay_in",
    "text_in",
]

Document = Mapping[str, object]
"""A JSON object."""

_LONGEST_STAY: Final = 1100
"""Nights; a stay of more is no stay."""
_LONGEST_TEXT: Final = 200
_LONGEST_CURSOR: Final = 2048
_LONGEST_NUMBER: Final = 10
"""Digits: seconds since 1970 have ten."""
_MOST: Final = 10**_LONGEST_NUMBER
_REMEMBERED: Final = 8192
_BAD: Final = 400
_DATE: Final = len("2027-01-05")
_SHORTEST_CODE: Final = 4
_LONGEST_CODE: Final = 32
_LONGEST_ID: Final = 20
_COUNTS: Final = ("total_count", "record_count")


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
    if not set(map(type, entries)) <= {dict}:
        msg = f"an entry of {name} is no object"
        raise WireFormatError(msg)
    return tuple(cast("list[Document]", entries))


def id_in(entry: Document, name: str) -> str:
    """Return an id as text, its twin ``name_str`` first, empty where there is none.

    Raises:
        WireFormatError: it came as a number that has lost digits, or is no id.
    """
    return _id_text(entry.get(f"{name}_str")) or _id_text(entry.get(name))


def code_in(entry: Document) -> str:
    """Return the confirmation code, empty where there is none that could be one."""
    code = _short(entry.get("confirmation_code"))
    return code if _SHORTEST_CODE <= len(code) <= _LONGEST_CODE and code.isascii() and code.isalnum() else ""


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
        if text[4:8:3] != "--" or (len(text) > _DATE and text[_DATE] not in "T "):
            raise ValueError
        return date.fromisoformat(text[:_DATE])
    except ValueError:
        msg = "a date cannot be read"
        raise WireFormatError(msg) from None


def number_in(entry: Document, name: str) -> int | None:
    """Return a whole number, None where there is none."""
    return _number(entry.get(name))


def object_in(entry: Document, name: str) -> Document:
    """Return the object of that name, an empty one where there is none."""
    return _object(entry.get(name))


def stay_in(entry: Document) -> tuple[Stay, bool]:
    """Return a stay by its arrival and its departure or its number of nights, and whether the two disagree.

    The longer of both is taken.

    Raises:
        WireFormatError: there is neither, or they make no sense.
    """
    first, last = entry.get("start_date"), entry.get("end_date")
    if not isinstance(first, str) or not isinstance(last, str | None):
        msg = "a stay has no dates"
        raise WireFormatError(msg)
    return _stay(first, last or "", _number(entry.get("nights")))


@lru_cache(_REMEMBERED)
def _stay(arrival: str, departure: str, count: int | None) -> tuple[Stay, bool]:
    """Read the dates of a stay once: every look shows it again."""
    first = day_of(arrival)
    last = day_of(departure) if departure else None
    try:
        counted = first if count is None else first + timedelta(days=count)
        stay = Stay(first, counted if last is None else max(last, counted))
    except (UsageError, OverflowError):
        msg = "a stay ends before it begins"
        raise WireFormatError(msg) from None
    if stay.length > _LONGEST_STAY:
        msg = f"a stay has {stay.length} nights"
        raise WireFormatError(msg)
    return stay, count is not None and last is not None and last != counted


def _id_text(value: object) -> str:
    if value is None or value == "":
        return ""
    text = value if isinstance(value, str) else str(value) if type(value) is int else "?"
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID):
        msg = f"an id came as {_kind(value)}"
        raise WireFormatError(msg)
    return text


def _number(value: object) -> int | None:
    """Return a whole number, also one written as text; None for anything else, and for one too long to mean any."""
    if type(value) is int:
        return value if 0 <= value < _MOST else None
    text = value if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


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
    if len(value) <= _LONGEST_TEXT and value.isprintable():
        return value.strip()
    return "".join(one if one.isprintable() else " " for one in value[:_LONGEST_TEXT]).strip()


def _object(value: object) -> Document:
    return cast("Document", value) if isinstance(value, dict) else {}


def _entries_of(value: object) -> list[Document]:
    if not isinstance(value, list):
        return []
    return [cast("Document", one) for one in cast("list[object]", value) if isinstance(one, dict)]


def _kind(value: object) -> str:
    """Name what came in the place of something else, without repeating it."""
    if isinstance(value, bool) or value is None:
        return "true, false or nothing"
    for kind, name in ((list, "a list"), (str, "text"), (int, "a number"), (float, "a number with a fraction")):
        if isinstance(value, kind):
            return name
    return "something else"
