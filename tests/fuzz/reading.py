"""The target of reading: any bytes are a reading or a refusal, soon, and no event is lost on the way.

The input is one answer of a feed, or several in a row with `corpus.SEPARATOR` between them, each then read with what
the one before left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from random import Random
from typing import Final

from channelsync.errors import WireFormatError
from channelsync.ical import DateRule, RawEvent, Reading, read
from tests.fuzz import naive
from tests.fuzz.choices import Choices
from tests.fuzz.corpus import SEPARATOR
from tests.fuzz.watch import watched

__all__ = ["attempt", "reading"]

_IDLE: Final = re.compile(r"line (\d+): takes no night")
_STAMP: Final = re.compile(rb"(DTSTAMP[^:\r\n]*:)[^\r\n]*", re.IGNORECASE)
_EVENT: Final = re.compile(rb"BEGIN:VEVENT.*?END:VEVENT\r?\n?", re.IGNORECASE | re.DOTALL)
_BEGIN: Final = re.compile(r"^BEGIN[ \t]*(?:;[^:\n]*)?:[ \t]*VCALENDAR\b", re.IGNORECASE | re.MULTILINE)
_FLOOD: Final = 2**20
_FLOODS: Final = 60
_ZONES: Final = ("Europe/Paris", "Pacific/Auckland", "America/Los_Angeles")
Way = tuple[str, DateRule]


def reading(data: bytes) -> frozenset[str]:
    """Read, and hold the reading against the naive reader, its own memory, and the body cut short."""
    drawn = Choices(sha256(data).digest())
    way: Way = (drawn.one(_ZONES), drawn.one(tuple(DateRule)))
    met: set[str] = set()
    previous: Reading | None = None
    for body in data.split(SEPARATOR):
        found = attempt(body, way)
        met |= set(_told(found))
        if isinstance(found, Reading):
            _nothing_lost(body, found, way)
            _no_cut(body, found, way, drawn)
        for earlier in _earlier(body, way, previous, drawn):
            again = attempt(body, way, earlier)
            assert again == found, f"with a memory: {again}\nwithout: {found}"
        previous = found if isinstance(found, Reading) else previous
        if drawn.number(0, _FLOODS) == 0:
            _flooded(body, way, drawn)
    return frozenset(met)


def attempt(body: bytes, way: Way, previous: Reading | None = None) -> Reading | str:
    """Return the reading, or the text of the refusal."""
    try:
        with watched():
            return read(body, timezone=way[0], dates=way[1], previous=previous)
    except WireFormatError as error:
        said = str(error)
    assert said, "a refusal says why"
    assert "\n" not in said, "a refusal is one line"
    return said


def _told(found: Reading | str) -> Iterator[str]:
    """Yield what is worth remembering an input for: the kind of refusal or of note, and how much was found."""
    if isinstance(found, str):
        yield re.sub(r"\d+", "#", found)
        return
    yield f"{len(found.events).bit_length()} events"
    yield from {re.sub(r"\d+", "#", note) for note in found.notes}
    if found.memo is not None:
        yield f"short cut: {found.memo.bare is not None}, decoded whole: {not found.memo.parsed}"


def _nothing_lost(body: bytes, found: Reading, way: Way) -> None:
    """Every event that begins is an event of the reading or a note, and every plain stay is there."""
    seen = naive.events(body, utc=way[1] is DateRule.UTC, timezone=way[0])
    by_line: dict[int, list[RawEvent]] = {}
    for event in found.events:
        by_line.setdefault(event.line, []).append(event)
    lines = sorted({*by_line, *(int(told[1]) for note in found.notes if (told := _IDLE.match(note)))})
    # An event that stands for an occurrence of another takes that one out, and may leave nothing of it.
    replaced = any("RECURRENCE-ID" in one.names or not one.names for one in seen)
    assert len(lines) == len(seen) or (replaced and len(lines) <= len(seen)), (
        f"{len(seen)} events begin; the reading tells of {len(lines)}"
    )
    if len(lines) != len(seen):
        return
    for line, one in zip(lines, seen, strict=True):
        stays = [event.stay for event in by_line.get(line, [])]
        told = f"line {line}: written {one.stay}, read {[str(stay) for stay in stays]}"
        if one.stay is not None and one.repeats:
            assert replaced or one.stay in stays, told
        elif one.stay is not None:
            assert stays == [one.stay], told


def _no_cut(body: bytes, found: Reading, way: Way, drawn: Choices) -> None:
    """A single calendar that is cut anywhere is refused, or lacks nothing."""
    if len(_BEGIN.findall(naive.unfolded(body))) != 1:
        return  # of two calendars the first alone is a whole one
    ends = [one.end() for one in _EVENT.finditer(body)]
    places = [drawn.number(0, len(body)) for _ in range(2)]
    places += [drawn.one(ends)] if ends else []
    places.append(body.upper().rfind(b"END:VCALENDAR") + drawn.number(0, 12))
    for place in places:
        rest = attempt(body[: max(place, 0)], way)
        assert isinstance(rest, str) or rest.events == found.events, f"cut at {place} it reads as fewer events"


def _flooded(body: bytes, way: Way, drawn: Choices) -> None:
    """Read the body with one line, one value or one event in it so often that it is a megabyte: soon, as any other."""
    lines = body.splitlines(keepends=True) or [b"\n"]
    at = drawn.number(0, len(lines) - 1)
    event = _EVENT.search(body)
    way_to = drawn.number(0, 2)
    if way_to == 0 and event:
        body = body.replace(event[0], event[0] * min(700, _FLOOD // len(event[0])), 1)
    else:
        if way_to == 1:
            before, colon, value = lines[at].partition(b":")
            value = value.strip() or b"1"
            lines[at] = before + colon + b",".join([value] * (60_000 // (len(value) + 1))) + b"\r\n"
        lines[at] *= _FLOOD // len(lines[at])
        body = b"".join(lines)
    attempt(body, way)


def _earlier(body: bytes, way: Way, previous: Reading | None, drawn: Choices) -> Iterator[Reading]:
    """Yield readings that may have gone before this one: nearly the same, and quite other ones."""
    stamps = Random(drawn.number(0, 255))
    later = _STAMP.sub(rb"\g<1>20261122T0%d0000Z" % drawn.number(0, 9), body)
    mixed = _STAMP.sub(lambda one: one[1] + b"20261122T%06dZ" % stamps.randrange(240_000), body)
    fewer = _EVENT.sub(b"", body, count=1)
    for other in (body, later, mixed, fewer):
        found = attempt(other, way)
        if isinstance(found, Reading):
            yield found
    if previous is not None:
        yield previous
