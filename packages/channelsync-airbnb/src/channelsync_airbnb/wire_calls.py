"""The calls that Airbnb makes to us, as they come over the wire: the only file that knows their form.

All forms are seen in code of 2017 and 2019; one of the actions was reported as live in July 2026.

* *Notifications* are ``POST {address}/notification`` with ``{"action": "...", ...}``; what an action is about stands
  in a place of its own (`_ABOUT`).
* *Questions* are ``GET {address}?action=check_availability&listing_id=&start_date=&nights=``, answered with
  ``{"available": ...}``, and ``POST`` or ``PUT {address}/{confirmation_code}`` with a JSON body, answered with
  ``{"succeed": ...}``. In which of the two the code stands in the path is unclear, so both places are looked at; the
  check is taken as JSON as well.
* A call about the listing 0 is a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, cast, final

from attrs import frozen

from channelsync.errors import WireFormatError
from channelsync.nights import Stay
from channelsync_airbnb.wire_json import Document, code_in, document, id_in, stay_in, text_in

__all__ = ["CHECK", "Asked", "Told", "answer", "asked", "told"]

CHECK: Final = "check_availability"
"""The action of a question that is asked before the guest pays."""

_MOST_BYTES: Final = 2**20
_MOST_LISTINGS: Final = 200
_CODE: Final = re.compile(r"[A-Z0-9]{6,20}")
_MAKE: Final = frozenset({"make_reservation", "create_reservation", "alter_reservation", "update_reservation"})
_ABOUT: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "reservation_acceptance_confirmation": ("reservation", ("listing_id",)),
        "reservation_alteration_confirmation": ("reservation", ("listing_id",)),
        "reservation_cancellation_confirmation": ("reservation", ("listing_id",)),
        "reservation_requested": ("reservation", ("listing_id",)),
        "reservation_request_voided": ("reservation", ("listing_id",)),
        "listing_approval_status_changed": ("listing_approval_status", ("listing_id",)),
        "listing_synchronization_settings_updated": ("updates", ("listing_id", "after_mapping_listing_id")),
        "listings_mapped": ("mappings", ("listing_id", "updated_listing_id")),
        "listings_unlinked": ("listing_ids", ()),
    }
)
"""Where an action says what it is about: the member, and the fields of it that name listings."""


@final
@frozen
class Told:
    """A notification: its action, the listings it names, and the code of the reservation, if it is about one."""

    action: str
    listings: tuple[str, ...] = ()
    code: str = ""


@final
@frozen
class Asked:
    """A question: the listing, the nights (None for a test), and the code where a reservation is made or changed."""

    listing: str
    stay: Stay | None
    code: str = ""


def told(body: bytes) -> Told:
    """Read a notification.

    Raises:
        WireFormatError: it cannot be read, or is too long.
    """
    found = _small(body)
    action = text_in(found, "action")
    if action not in _ABOUT:
        return Told(action)
    member, fields = _ABOUT[action]
    held = found.get(member)
    entries = cast("list[object]", held) if isinstance(held, list) else [held]
    said = code_in(cast("Document", held)) if isinstance(held, dict) else ""
    code = said if _CODE.fullmatch(said) else ""  # whatever else stands there may be a guest's name
    names = [name for entry in entries[: _MOST_LISTINGS + 1] for name in _named(entry, fields)]
    return Told(action, tuple(dict.fromkeys(names)) if len(names) <= _MOST_LISTINGS else (), code)


def asked(method: str, path: str, query: Mapping[str, str], body: bytes) -> Asked | None:
    """Read a question, None where the call is none.

    Raises:
        WireFormatError: it is one, and cannot be read.
    """
    last = path.strip("/").rpartition("/")[2]
    if method == "GET":
        found: Document = dict(query)
        if "listing_id" not in found or text_in(found, "action") not in {"", CHECK}:
            return None
        return _question(found, "")
    if method not in {"POST", "PUT"} or last == "notification":
        return None
    found = _small(body)
    action = text_in(found, "action")
    if action and action != CHECK and action not in _MAKE:
        return None
    if action == CHECK:
        return _question(found, "")
    code = last if _CODE.fullmatch(last) else code_in(found)
    return _question(found, code, named=True)


def answer(*, about_reservation: bool, free: bool) -> bytes:
    """Return the body of an answer: what it is called depends on the question."""
    word = "succeed" if about_reservation else "available"
    return json.dumps({word: True} if free else {word: False, "failure_code": None}).encode()


def _question(found: Document, code: str, *, named: bool = False) -> Asked:
    """Read what is asked; ``named`` where it must name a reservation, and a test that does not is given the code 0."""
    listing = id_in(found, "listing_id")
    if not listing:
        msg = "a question names no listing"
        raise WireFormatError(msg)
    if not listing.strip("0"):
        return Asked("0", None, code or ("0" if named else ""))
    if named and not code:
        msg = "a question about a reservation does not name it"
        raise WireFormatError(msg)
    return Asked(listing, stay_in(found)[0], code)


def _named(entry: object, fields: tuple[str, ...]) -> list[str]:
    """Return the listings that an entry names: by its fields, or by itself; what cannot be read is left out."""
    held = cast("Document", entry) if isinstance(entry, dict) else {"listing_id": entry}
    found: list[str] = []
    for field in fields or ("listing_id",):
        try:
            found.append(id_in(held, field))
        except WireFormatError:
            continue
    return [one for one in found if one]


def _small(body: bytes) -> Document:
    if len(body) > _MOST_BYTES:
        msg = f"a call of {len(body)} bytes"
        raise WireFormatError(msg, cap="bytes")
    return document(body)
