"""Answers of the simulated API: envelopes, pages of a list, moments, and errors in their old and new form.

Errors (documented: from version 2024.06.30 validation errors carry ``error_details``; the older members are quoted):
``{"error_code", "error_message"}``; a failure of the server itself is ``{"code": 500, "message"}`` (seen in code).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, cast, final

import httpx
from attrs import frozen

from channelsync.testing.partner import ApiFault

__all__ = ["Ask", "DeclinedError", "Json", "broken", "declined", "listed", "moment", "number", "said", "text"]

Json = dict[str, object]
_LONGEST: Final = 1_000_000
_MOST: Final = 50
_USUAL: Final = 20
_DETAILED_SINCE: Final = "2024.06.30"
_CURSORS_SINCE: Final = "2022.12.31"


class DeclinedError(Exception):
    """The API says no: a status, why in words, and a short reason."""

    def __init__(self, status: int, message: str, reason: str = "invalid") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason


@final
@frozen
class Ask:
    """One authenticated request as the routes see it: in which version, when, and which fault spoils it."""

    request: httpx.Request
    version: str
    now: datetime
    fault: ApiFault | None = None

    @property
    def query(self) -> httpx.QueryParams:
        """What follows the question mark."""
        return self.request.url.params

    def since(self, version: str) -> bool:
        """Whether the request speaks that version of the API or a later one."""
        return self.version >= version


def said(request: httpx.Request) -> Json:
    """Return the JSON object a request holds.

    Raises:
        DeclinedError: it holds none.
    """
    try:
        body: object = json.loads(request.content) if len(request.content) <= _LONGEST else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise DeclinedError(400, "The request holds no JSON object.", "invalid_json")
    return cast("Json", body)


def text(body: Mapping[str, object], name: str) -> str:
    """Return a member of a request as text, a whole number written out; empty where there is none.

    Raises:
        DeclinedError: it is something else.
    """
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    if type(value) is int:
        return str(value)
    raise DeclinedError(400, f"{name} is not a text.")


def number(written: str, name: str, most: int) -> int:
    """Return a whole number from 0 on.

    Raises:
        DeclinedError: it is none, or above ``most``.
    """
    if not written.isdecimal() or len(written) > 9 or int(written) > most:
        raise DeclinedError(400, f"{name} must be a whole number up to {most}.")
    return int(written)


def moment(at: datetime) -> str:
    """Return a moment as the API writes it (the form is inferred)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def listed(ask: Ask, name: str, items: Sequence[Json]) -> Json:
    """Return one page of a list: at most 50 (20 unless asked), the next by its cursor, by offset in old versions only.

    Raises:
        DeclinedError: the page asked for cannot be had.
    """
    limit = number(ask.query.get("_limit", str(_USUAL)), "_limit", _MOST) or _USUAL
    start = _start(ask)
    after = start + limit if start + limit < len(items) else None
    page = list(items[start : start + limit])
    paging = {
        "total_count": len(items),
        "limit": limit,
        "prev_offset": max(0, start - limit) if start else None,
        "next_offset": after,
        "next_cursor": None if after is None else _cursor(after),
    }
    counted = {"record_count": len(page), "listing_count": len(items)} if name == "listings" else {}
    return {name: page, "paging": paging, "metadata": counted}


def _start(ask: Ask) -> int:
    """Return where the page begins that is asked for."""
    cursor = ask.query.get("_cursor", "")
    if "_offset" in ask.query:
        if ask.since(_CURSORS_SINCE):
            raise DeclinedError(400, "_offset is no longer supported, use _cursor.", "unsupported_parameter")
        return number(ask.query["_offset"], "_offset", 100_000)
    try:
        opened = base64.urlsafe_b64decode(cursor).decode("ascii")
    except ValueError:
        opened = ""
    if cursor and not opened.startswith("after:"):
        raise DeclinedError(400, "_cursor is not one of ours.")
    return number(opened.removeprefix("after:"), "_cursor", 100_000) if cursor else 0


def _cursor(start: int) -> str:
    """Return the cursor of the page that begins there; nobody should read it."""
    return base64.urlsafe_b64encode(f"after:{start}".encode()).decode("ascii")


def declined(error: DeclinedError, version: str) -> httpx.Response:
    """Return an error in the form of a version."""
    body: Json = {"error_code": error.status, "error": error.reason, "error_message": error.message}
    if error.status == 400 and version >= _DETAILED_SINCE:
        body["error_details"] = [{"error_message": error.message, "error_reason": error.reason}]
    return httpx.Response(error.status, json=body)


def broken(status: int = 500) -> httpx.Response:
    """Return what a server says that has failed."""
    body = {"code": status, "message": "There was an error processing your request. It has been logged (ID 00000000)."}
    return httpx.Response(status, json=body)
