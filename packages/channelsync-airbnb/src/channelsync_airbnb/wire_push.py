"""What is written to Airbnb's calendar, and what it answers: the only file that knows the form of a write.

* A range of dates is ``2026-12-20:2026-12-26`` and *includes* its last night; a single night is a date alone (seen in
  code). One call may hold 731 dates in all (quoted).
* ``unavailable`` closes. ``default`` opens, by the rules of the listing; ``available`` would override them (quoted).
* What closes a night must be said since version 2024.06.30: ``OUTSIDE_RESERVATION``, with the platform where it is
  known and its name where Airbnb has no word for it, or ``BLOCKED_BY_HOST`` (documented). That these stand inside each
  operation is inferred.
* No ``notes`` are written: they would take the place of the owner's own.
* The newer address answers ``{"success": true}`` (seen in code), the older one ``{"calendar_operation": {...}}`` (seen
  in code); of either only an ``id`` may be left (documented of every POST). Where an answer repeats its operations, the
  nights it leaves out are taken for refused (inferred); where it says that it failed, all are. One that says nothing of
  this, whatever its status, accepts nothing: what was done is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final, cast, final

from attrs import frozen

from channelsync.adapter import Closing
from channelsync.errors import WireFormatError
from channelsync.ids import ChannelName
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync_airbnb.wire_json import Document, day_of, id_in, text_in

__all__ = ["MOST_DATES", "Part", "accepted", "batches", "body", "halves", "parts"]

MOST_DATES: Final = 731
"""Dates in one call (quoted)."""

_NIGHT: Final = timedelta(days=1)
_PLATFORMS: Final = MappingProxyType({"booking": "BOOKING_COM", "vrbo": "VRBO", "abritel": "VRBO"})
_NAMES: Final = MappingProxyType({"greengo": "GreenGo", "ical": "iCal"})
_LONGEST_NAME: Final = 40
_ENVELOPES: Final = ("calendar_operation", "calendar_operations_request", "calendar_operation_request", "calendar")


@final
@frozen
class Part:
    """Nights that are to become one thing: closed for a reason, or open where ``closing`` is False."""

    nights: Nights
    closing: bool
    taken_on: ChannelName | None = None


def parts(closing: Iterable[Closing], opening: Nights) -> tuple[Part, ...]:
    """Return what is to be written, each night once.

    What is to be closed for two reasons is closed for the first; no night that is to be closed is opened.
    """
    told = NO_NIGHTS
    found: list[Part] = []
    for one in closing:
        found.append(Part(one.nights - told, closing=True, taken_on=one.taken_on))
        told |= one.nights
    found.append(Part(opening - told, closing=False))
    return tuple(part for part in found if part.nights)


def batches(wanted: Sequence[Part]) -> tuple[tuple[Part, ...], ...]:
    """Return the same, cut into calls: closings before openings, never both in one, no call with too many dates."""
    calls: list[tuple[Part, ...]] = []
    for closing in (True, False):
        call: list[Part] = []
        room = MOST_DATES
        for one in wanted:
            rest = one
            while one.closing is closing and rest.nights:
                taken = _first(rest.nights, room)
                call.append(Part(taken, closing, one.taken_on))
                room -= len(taken)
                rest = Part(rest.nights - taken, closing, one.taken_on)
                if not room:
                    calls.append(tuple(call))
                    call, room = [], MOST_DATES
        if call:
            calls.append(tuple(call))
    return tuple(calls)


def halves(call: Sequence[Part]) -> tuple[tuple[Part, ...], ...]:
    """Return a refused call as two, or nothing where it holds one night: one bad night must not hold up the others."""
    left = sum(len(part.nights) for part in call) // 2
    if not left:
        return ()
    first: list[Part] = []
    second: list[Part] = []
    for part in call:
        taken = _first(part.nights, left)
        left -= len(taken)
        first.append(Part(taken, part.closing, part.taken_on))
        second.append(Part(part.nights - taken, part.closing, part.taken_on))
    return tuple(tuple(part for part in half if part.nights) for half in (first, second))


def body(listing: str, call: Iterable[Part]) -> Document:
    """Return the body of one call; the id of the listing is a whole number there (seen in code)."""
    return {"listing_id": int(listing), "operations": [_operation(part) for part in call]}


def accepted(answer: Document, sent: Nights, *, classic: bool) -> tuple[Nights, str]:
    """Return the nights that an answer accepts of those sent, and the reference it gives.

    Args:
        answer: what came back.
        sent: the nights of the call.
        classic: whether the older address was called, whose envelope says by itself that the change was taken.

    Raises:
        WireFormatError: it does not say whether it accepts, or repeats operations that cannot be read.
    """
    held = next((cast("Document", one) for name in _ENVELOPES if isinstance(one := answer.get(name), dict)), answer)
    success = answer.get("success", held.get("success"))
    if success is not None and success is not True:
        return NO_NIGHTS, ""
    reference = id_or_text(held) or id_or_text(answer)
    operations = held.get("operations")
    if not (success or reference or (classic and held is not answer)):
        msg = "the answer does not say whether the change was taken"
        raise WireFormatError(msg)
    if not isinstance(operations, list):
        return sent, reference
    named = Nights.union(_dates_of(one) for one in cast("list[object]", operations))
    return sent & named, reference


def id_or_text(entry: Document) -> str:
    """Return what an answer may be called by: its id, as a number or as text; empty where it has none."""
    try:
        return id_in(entry, "id")
    except WireFormatError:
        return text_in(entry, "id")


def _operation(part: Part) -> Mapping[str, object]:
    dates = [_range(run) for run in part.nights.runs()]
    if not part.closing:
        return {"dates": dates, "availability": "default"}
    closed: dict[str, object] = {"dates": dates, "availability": "unavailable"}
    if part.taken_on is None:
        return {**closed, "busy_subtype": "BLOCKED_BY_HOST"}
    channel = str(part.taken_on)
    platform = _PLATFORMS.get(channel, "OTHER")
    closed |= {"busy_subtype": "OUTSIDE_RESERVATION", "platform": platform}
    if platform == "OTHER":
        closed["other_platform_name"] = _NAMES.get(channel, channel.replace("-", " ").title())[:_LONGEST_NAME]
    return closed


def _range(run: Stay) -> str:
    """Return a run of nights as Airbnb writes it: with the last night included."""
    last = run.departure - _NIGHT
    return f"{run.arrival}" if last == run.arrival else f"{run.arrival}:{last}"


def _dates_of(operation: object) -> Nights:
    dates = cast("Document", operation).get("dates") if isinstance(operation, dict) else None
    if not isinstance(dates, list):
        msg = "an answer repeats an operation without its dates"
        raise WireFormatError(msg)
    found: list[Nights] = []
    for one in cast("list[object]", dates):
        first, _, last = (one if isinstance(one, str) else "").partition(":")
        begin = day_of(first)
        end = day_of(last) if last else begin
        found.append(Stay(begin, end + _NIGHT).nights if begin <= end else NO_NIGHTS)
    return Nights.union(found)


def _first(nights: Nights, most: int) -> Nights:
    """Return the earliest of the nights, so many at most."""
    if len(nights) <= most:
        return nights
    return Nights.of(*(night for night, _ in zip(nights, range(most), strict=False)))
